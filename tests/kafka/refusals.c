/* SPDX-License-Identifier: Apache-2.0
 *
 * A broker refuses batches, and not records: what was refused together goes again alone, in order, until exactly the
 * bad ones have failed. The topics change when the exporter has read their settings, so that it is the broker that
 * refuses. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <librdkafka/rdkafka.h>

#include <stskafka/stskafka.h>

#include "exporter/exporter.h"
#include "support/hex.h"
#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/kafka/refusing.h"
#include "support/log_lines.h"
#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"
#include "support/topic_reader.h"
#include "transport/kafka/internal.h"

enum { RECORDS = 1000, PARTITIONS = 3, KEYS = 20 };

static volatile bool slow; /* each record takes a while on its way to librdkafka */

static void dawdle(size_t records) {
    const struct timespec time = {0, 300000};
    for (size_t i = 0; slow && i < records; i++)
        nanosleep(&time, NULL);
}

/* By the linker's --wrap: records that are sent, and those that are given to another producer.
 * NOLINTBEGIN(bugprone-reserved-identifier) */
rd_kafka_resp_err_t __wrap_sts__kafka_produce_run(sts__kafka *kafka, sts__kafka_record **first, size_t *left);
rd_kafka_resp_err_t __real_sts__kafka_produce_run(sts__kafka *kafka, sts__kafka_record **first, size_t *left);

rd_kafka_resp_err_t __wrap_sts__kafka_produce_run(sts__kafka *kafka, sts__kafka_record **first, size_t *left) {
    dawdle(*left);
    return __real_sts__kafka_produce_run(kafka, first, left);
}
/* NOLINTEND(bugprone-reserved-identifier) */

struct bench {
    struct rig rig;
    struct outcome_log outcomes;
    struct log_lines log;
    char topic[64];
};

static void bench_open(struct bench *bench, const char *name, const char *const *pairs) {
    snprintf(bench->topic, sizeof bench->topic, "refusals-%s-%d", name, (int)getpid());
    admin_create_topic(kafka_bootstrap(), bench->topic, PARTITIONS, NULL);
    outcome_log_init(&bench->outcomes);
    log_lines_init(&bench->log);
    bench->rig = (struct rig){.options = rig_options(RIG_OPTIONS("brokers", kafka_bootstrap(), "topic", bench->topic,
                                                                 "outcomes", "all", "compression", "none"))};
    rig_set(bench->rig.options, pairs);
    sts_options_set_log_callback(bench->rig.options, log_lines_callback, &bench->log);
    rig_start(&bench->rig);
}

static void bench_close(struct bench *bench) {
    cr_assert_eq(log_lines_count(&bench->log, "fatal"), 0u, "how the producer is stopped is nobody's business");
    rig_close(&bench->rig);
    outcome_log_clear(&bench->outcomes);
    log_lines_clear(&bench->log);
}

/* Adds the record `number`: one of KEYS keys, or without one, and its number in the body, which has `size` bytes. */
static void add(struct otlp *otlp, unsigned number, bool has_key, size_t size) {
    char key[32], body[4000];
    cr_assert_lt(size, sizeof body);
    memset(body, 'x', size);
    body[size] = '\0';
    body[snprintf(body, sizeof body, "%u", number)] = ' ';
    snprintf(key, sizeof key, "key-%u", number % KEYS);
    otlp_add_record(otlp, has_key ? key : NULL, body);
}

/* Waits until the producer was stopped, which needs nobody to serve it. */
static void await_stop(const struct bench *bench) {
    const sts__kafka *kafka = bench->rig.exporter->transport_context;
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    while (!sts__kafka_observer_is_stopped(kafka->producer.observer)) {
        cr_assert_lt(rig_now_ms(), deadline, "nothing has stopped the producer");
        poll(NULL, 0, 1);
    }
}

/* Exports them, and waits until each of `count` records in all has its outcome; `later`: where the test serves the
 * exporter, it does so when the producer was stopped. */
static void send_all(struct bench *bench, struct otlp *otlp, size_t count, bool later) {
    struct pb request = {0};
    otlp_finish(&request, otlp);
    cr_assert_eq(rig_export(&bench->rig, &request, NULL), STS_OK);
    pb_clear(&request);
    if (later)
        await_stop(bench);
    rig_flush(&bench->rig, NULL);
    outcome_log_take(&bench->outcomes, bench->rig.exporter, count);
}

/* One good record of each key. A broker that has none of a producer yet in a partition takes whatever comes first, also
 * what was sent behind a refused batch (KIP-360): no client can prevent that. */
static void prime(struct bench *bench) {
    struct otlp otlp = {0};
    struct pb request = {0};
    for (unsigned i = 0; i < KEYS; i++) {
        char key[32];
        snprintf(key, sizeof key, "key-%u", i);
        otlp_add_record(&otlp, key, "prime");
    }
    otlp_finish(&request, &otlp);
    cr_assert_eq(rig_export(&bench->rig, &request, NULL), STS_OK);
    pb_clear(&request);
    rig_flush(&bench->rig, NULL);
    outcome_log_take(&bench->outcomes, bench->rig.exporter, KEYS);
    bench->outcomes.count = 0;
}

/* Whether the record is one of those that the broker does not take. */
typedef bool (*is_bad)(unsigned number);

/* Exactly the bad ones have failed, with the text; the others are in the topic, once, each key's in order. */
static void check(struct bench *bench, unsigned count, is_bad bad, const char *text) {
    unsigned next[KEYS] = {0}, good = 0;
    size_t found;
    for (unsigned i = 0; i < count; i++) {
        struct outcome_copy outcome = outcome_log_find(&bench->outcomes, 0, i);
        cr_assert_eq(outcome.kind, bad(i) ? STS_OUTCOME_FAILED : STS_OUTCOME_DELIVERED, "%u: %s", i, outcome.text);
        cr_assert_eq(outcome.offset < 0, bad(i), "%u: offset %lld", i, (long long)outcome.offset);
        if (bad(i))
            cr_assert_not_null(strstr(outcome.text, text), "%u: %s", i, outcome.text);
        good += !bad(i);
    }
    struct read_record *records = topic_read(kafka_bootstrap(), bench->topic, PARTITIONS, &found);
    for (size_t i = 0; i < found; i++) {
        sts_bytes body = hex_read(records[i].value);
        bool counts = ((const char *)body.data)[0] != 'p'; /* else it is no record of ours, or the first of its key */
        good -= counts;
        if (!counts) {
            hex_clear(&body);
            continue;
        }
        unsigned number = (unsigned)strtoul(body.data, NULL, 10);
        cr_assert_geq(number, next[number % KEYS], "%u came after %u", number, next[number % KEYS]);
        next[number % KEYS] = number + 1;
        hex_clear(&body);
    }
    cr_assert_eq(good, 0u, "%u are not in the topic, or so many too many", good);
    read_records_free(records, found);
}

static bool is_at_500(unsigned number) {
    return number == 500;
}

static bool is_scattered(unsigned number) {
    return number % 97 == 5;
}

static bool is_each(unsigned number) {
    (void)number;
    return true;
}

/* `count` records, of which the bad ones have no key, to a topic that came to be compacted. */
static void check_keys(const char *name, unsigned count, is_bad bad, bool later, const char *const *pairs) {
    struct bench bench;
    struct otlp otlp = {0};
    bench_open(&bench, name, pairs);
    prime(&bench);
    admin_configure_topic(kafka_bootstrap(), bench.topic, "cleanup.policy=compact");
    refusing_await(bench.topic, PARTITIONS, false);
    refusing_blind(bench.rig.exporter);
    for (unsigned i = 0; i < count; i++)
        add(&otlp, i, !bad(i), 100);
    send_all(&bench, &otlp, count, later);
    check(&bench, count, bad, "");
    bench_close(&bench);
}

Test(refusals, one_in_a_thousand) {
    check_keys("one", RECORDS, is_at_500, false, RIG_OPTIONS("missing_key", "null"));
}

#define SMALL_BATCHES "missing_key", "null", "kafka.batch.num.messages", "50"

/* Behind a batch that is refused there are others on their way: none overtakes it. */
Test(refusals, some_in_many_batches) {
    check_keys("batches", RECORDS, is_scattered, false, RIG_OPTIONS(SMALL_BATCHES));
}

Test(refusals, some_in_many_batches_that_the_leader_acknowledges) {
    check_keys("leader", RECORDS, is_scattered, false, RIG_OPTIONS(SMALL_BATCHES, "required_acks", "leader"));
}

Test(refusals, some_in_many_batches_without_retries) {
    check_keys("once", RECORDS, is_scattered, false, RIG_OPTIONS(SMALL_BATCHES, "retry_on_failure.enabled", "false"));
}

/* Whoever is to close the way when the report comes is too late here. */
#define UNSERVED SMALL_BATCHES, "service_thread", "false", "linger", "0ms"

Test(refusals, nothing_overtakes_them_though_nobody_serves) {
    check_keys("unserved", RECORDS, is_scattered, true, RIG_OPTIONS(UNSERVED));
}

Test(refusals, nothing_overtakes_them_though_nobody_serves_and_the_leader_acknowledges) {
    check_keys("unserved-leader", RECORDS, is_scattered, true, RIG_OPTIONS(UNSERVED, "required_acks", "leader"));
}

/* What comes back is refused again while the rest of it is still being handed over. */
Test(refusals, nothing_overtakes_them_though_they_come_slowly) {
    slow = true;
    check_keys("slow", RECORDS, is_scattered, false, RIG_OPTIONS(SMALL_BATCHES, "required_acks", "leader"));
}

/* Each goes alone, and waits for the one before: fewer are enough. */
Test(refusals, each) {
    check_keys("each", RECORDS / 3, is_each, false, RIG_OPTIONS("missing_key", "null"));
}

/* The settings are read again, and tell the reason: no group is halved. A record that was in a batch of its own has
 * been refused alone by then, and has the broker's word for it. */
Test(refusals, some_in_many_batches_for_a_reason_that_is_told) {
    struct bench bench;
    struct otlp otlp = {0};
    unsigned told = 0;
    bench_open(&bench, "told", RIG_OPTIONS(SMALL_BATCHES));
    prime(&bench);
    admin_configure_topic(kafka_bootstrap(), bench.topic, "cleanup.policy=compact");
    refusing_await(bench.topic, PARTITIONS, false);
    for (unsigned i = 0; i < RECORDS; i++)
        add(&otlp, i, !is_scattered(i), 100);
    send_all(&bench, &otlp, RECORDS, false);
    check(&bench, RECORDS, is_scattered, "compacted");
    for (size_t i = 0; i < bench.outcomes.count; i++)
        told += strstr(bench.outcomes.items[i].text, "the topic is compacted") != NULL;
    cr_assert_gt(told, 0u, "the settings told nothing");
    bench_close(&bench);
}

/* One in seven is over the new limit of 1000; so are most batches. */
static bool is_large(unsigned number) {
    return number % 7 == 3;
}

Test(refusals, a_limit_that_is_lowered) {
    struct bench bench;
    struct otlp otlp = {0};
    bench_open(&bench, "limit", NULL);
    prime(&bench);
    admin_configure_topic(kafka_bootstrap(), bench.topic, "max.message.bytes=1000");
    refusing_await(bench.topic, PARTITIONS, true);
    for (unsigned i = 0; i < RECORDS; i++)
        add(&otlp, i, true, is_large(i) ? 2000 : 100);
    send_all(&bench, &otlp, RECORDS, false);
    check(&bench, RECORDS, is_large, "");
    bench_close(&bench);
}
