/* SPDX-License-Identifier: Apache-2.0
 *
 * A user who may write to a topic, and may not read its settings (DESCRIBE_CONFIGS): what the topic takes is learnt
 * from what the broker refuses, and one warning says so. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/kafka/secure.h"
#include "support/otlp.h"
#include "support/topic_reader.h"

#define BOB "auth.sasl.mechanism", "PLAIN", "auth.sasl.username", "bob", "auth.sasl.password", BOB_SECRET
#define WARNING "lacks DESCRIBE_CONFIGS on it"

struct bench {
    struct secure secure;
    char topic[64];
};

static void bench_open(struct bench *bench, const char *name, const char *config, const char *const *pairs) {
    snprintf(bench->topic, sizeof bench->topic, "write-alone-%s-%d", name, (int)getpid());
    admin_create_topic(kafka_bootstrap(), bench->topic, 1, config);
    admin_allow(kafka_bootstrap(), "bob", bench->topic, ADMIN_MAY_WRITE);
    secure_init(&bench->secure, "SASL_PLAINTEXT", RIG_OPTIONS(BOB, "topic", bench->topic, "compression", "none"));
    rig_set(bench->secure.rig.options, pairs);
    rig_start(&bench->secure.rig);
}

/* One in `bad` has no key; 0: none. */
static void export(struct bench *bench, unsigned count, unsigned bad, uint64_t *counts) {
    struct otlp otlp = {0};
    struct pb request = {0};
    char body[100];
    memset(body, 'x', sizeof body);
    body[sizeof body - 1] = '\0';
    for (unsigned i = 0; i < count; i++)
        otlp_add_record(&otlp, bad && i % bad == bad - 1 ? NULL : "a-key", body);
    otlp_finish(&request, &otlp);
    rig_export(&bench->secure.rig, &request, NULL);
    pb_clear(&request);
    rig_flush(&bench->secure.rig, counts);
}

Test(write_alone, the_limit_is_learnt) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, "limit", "max.message.bytes=5000", NULL);
    export(&bench, 901, 0, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 901u, "%u", (unsigned)counts[STS_COUNT_DELIVERED]);
    export(&bench, 901, 0, counts); /* a producer that makes smaller batches takes over, maybe after the first ones */
    uint64_t rebuilds = counts[STS_COUNT_PRODUCER_REBUILDS];
    export(&bench, 901, 0, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 2703u);
    cr_assert_eq(counts[STS_COUNT_PRODUCER_REBUILDS], rebuilds, "what was learnt holds");
    cr_assert_eq(topic_count(kafka_bootstrap(), bench.topic, 1), 2703u);
    cr_assert_eq(log_lines_count(&bench.secure.log, WARNING), 1u);
    cr_assert_eq(log_lines_count(&bench.secure.log, bench.topic) > 0, true);
    secure_clear(&bench.secure);
}

Test(write_alone, that_it_is_compacted_is_learnt) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, "compacted", "cleanup.policy=compact", RIG_OPTIONS("missing_key", "null"));
    export(&bench, 1000, 100, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 990u, "%u", (unsigned)counts[STS_COUNT_DELIVERED]);
    cr_assert_eq(counts[STS_COUNT_FAILED], 10u);
    export(&bench, 1000, 100, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 1980u);
    cr_assert_eq(counts[STS_COUNT_REJECTED], 10u, "%u", (unsigned)counts[STS_COUNT_REJECTED]);
    cr_assert_eq(topic_count(kafka_bootstrap(), bench.topic, 1), 1980u);
    cr_assert_eq(log_lines_count(&bench.secure.log, WARNING), 1u);
    secure_clear(&bench.secure);
}
