/* SPDX-License-Identifier: Apache-2.0
 *
 * Topics of records: the attribute stskafka.topic, Kafka's rules for names, and how many there may be. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "exporter/topics.h"
#include "key/partition.h"
#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"

static void add(struct otlp *otlp, struct pb topic) {
    struct pb key = otlp_text("k"), body = otlp_bytes("b", 1);
    otlp_add(otlp, &key, &topic, &body);
}

/* Exports one record with this topic and returns what became of it. */
static struct outcome_copy send(struct rig *rig, struct pb topic) {
    struct otlp otlp = {0};
    struct pb request = {0};
    struct outcome_log log;
    outcome_log_init(&log);
    add(&otlp, topic);
    otlp_finish(&request, &otlp);
    rig_export(rig, &request, NULL);
    outcome_log_take(&log, rig->exporter, 1);
    struct outcome_copy outcome = log.items[0];
    outcome_log_clear(&log);
    pb_clear(&request);
    return outcome;
}

/* kafka: org.apache.kafka.common.internals.Topic */
Test(topics, names_keep_to_kafkas_rules) {
    char longest[250], longer[251];
    const char *const good[] = {"a", "a.b_c-D9", "...", "..a", longest};
    const char *const bad[] = {"", ".", "..", "a b", "a/b", "a:b", "\xc3\xa9", "a\n", longer};
    struct rig rig;
    memset(longest, 't', 249);
    longest[249] = '\0';
    memset(longer, 't', 250);
    longer[250] = '\0';
    rig_open(&rig, NULL, RIG_OPTIONS("outcomes", "all"));
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        cr_assert_eq(send(&rig, otlp_text(good[i])).code, STS_OK, "'%s'", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(send(&rig, otlp_text(bad[i])).code, STS_ERR_TOPIC_INVALID, "'%s'", bad[i]);
    rig_close(&rig);
}

Test(topics, a_name_is_text_without_nul) {
    struct rig rig;
    struct pb hidden = {0};
    pb_bytes(&hidden, 1, "good\0bad", 8);
    rig_open(&rig, NULL, RIG_OPTIONS("outcomes", "all"));
    cr_assert_eq(send(&rig, otlp_int(7)).code, STS_ERR_TOPIC_INVALID);
    cr_assert_eq(send(&rig, otlp_bytes("bytes", 5)).code, STS_ERR_TOPIC_INVALID);
    cr_assert_eq(send(&rig, hidden).code, STS_ERR_TOPIC_INVALID);
    rig_close(&rig);
}

Test(topics, are_bounded_in_number) {
    struct rig rig;
    rig_open(&rig, NULL, RIG_OPTIONS("outcomes", "all", "topics.max", "3"));
    cr_assert_eq(send(&rig, otlp_text("one")).code, STS_OK);
    cr_assert_eq(send(&rig, otlp_text("two")).code, STS_OK);
    cr_assert_eq(send(&rig, otlp_text("sts-otel-topology")).code, STS_OK, "the default topic counts as one");
    struct outcome_copy outcome = send(&rig, otlp_text("three"));
    cr_assert_eq(outcome.code, STS_ERR_TOPIC_LIMIT);
    cr_assert_eq(outcome.kind, STS_OUTCOME_REJECTED);
    cr_assert_eq(send(&rig, otlp_text("one")).code, STS_OK, "known ones still go");
    rig_close(&rig);
}

/* Codes of a request's records, as explained. */
struct codes {
    sts_status code[8];
    size_t count;
};

static void keep_code(const sts_explanation *explanation, void *user) {
    struct codes *codes = user;
    codes->code[codes->count++ % 8] = sts_explanation_code(explanation);
}

/* Explaining changes nothing, and yet must see that the second new topic of a request would be one too many. */
Test(topics, explaining_knows_the_bound) {
    struct rig rig;
    struct otlp otlp = {0};
    struct pb request = {0};
    struct codes codes = {.count = 0};
    struct outcome_log log;
    const char *const topics[] = {"new", "newer", "new", "sts-otel-topology"};
    outcome_log_init(&log);
    for (size_t i = 0; i < 4; i++)
        add(&otlp, otlp_text(topics[i]));
    otlp_finish(&request, &otlp);
    rig_open(&rig, NULL, RIG_OPTIONS("outcomes", "all", "topics.max", "2"));
    for (int i = 0; i < 2; i++)
        cr_assert_eq(sts_explain_logs(rig.exporter, request.data, request.size, NULL, keep_code, &codes, NULL), STS_OK);
    cr_assert_eq(rig_export(&rig, &request, NULL), STS_ERR_REJECTED);
    outcome_log_take(&log, rig.exporter, 4);
    for (unsigned i = 0; i < 4; i++) {
        sts_status code = outcome_log_find(&log, 0, i).code;
        cr_assert_eq(code, i == 1 ? STS_ERR_TOPIC_LIMIT : STS_OK, "record %u: %s", i, sts_status_name(code));
        cr_assert_eq(codes.code[i], code, "record %u, explained first: %s", i, sts_status_name(codes.code[i]));
        cr_assert_eq(codes.code[4 + i], code, "record %u, explained again", i);
    }
    pb_clear(&request);
    rig_close(&rig);
    outcome_log_clear(&log);
}

/* Records name their topics: names that a public hash puts into one place must not make each look-up a walk. */
Test(topics, names_that_were_chosen_to_meet_do_not) {
    enum { NAMES = 256 };
    sts__topics topics;
    char name[32];
    int32_t number;
    cr_assert_eq(sts__topics_init(&topics, sts__memory_default(), NAMES), STS_OK);
    for (unsigned i = 0; sts__topics_left(&topics); i++) {
        sts_bytes bytes = {name, (size_t)snprintf(name, sizeof name, "topic-%u", i)};
        if (sts__fnv1a_32(bytes) % (2 * NAMES) == 0)
            cr_assert_eq(sts__topics_find(&topics, bytes, true, &number), STS_OK);
    }
    size_t run = 0;
    size_t longest = 0;
    for (size_t slot = 0; slot < topics.numbers.capacity; slot++) {
        run = topics.numbers.hashes[slot] ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    cr_assert_lt(longest, NAMES / 2, "%zu in a row", longest);
    sts__topics_clear(&topics);
}
