/* SPDX-License-Identifier: Apache-2.0
 *
 * Records for a topic that is not there. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>
#include <poll.h>

#include <stskafka/stskafka.h>

#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/log_lines.h"
#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"
#include "support/topic_reader.h"

/* Exports a record for each topic, in one request; NULL is the default one. */
static void export_for(struct rig *rig, const char *const *topics, size_t count) {
    struct otlp otlp = {0};
    struct pb request = {0};
    for (size_t i = 0; i < count; i++) {
        struct pb key = otlp_text("k"), body = otlp_bytes("body", 4), topic = {0};
        if (topics[i])
            topic = otlp_text(topics[i]);
        otlp_add(&otlp, &key, topics[i] ? &topic : NULL, &body);
    }
    otlp_finish(&request, &otlp);
    cr_assert_eq(rig_export(rig, &request, NULL), STS_OK);
    pb_clear(&request);
}

/* The time of a record may be shorter than what librdkafka takes to say that there is no such topic, and records for
 * other topics are sent meanwhile. */
Test(missing_topic, what_is_for_it_was_not_sent) {
    struct rig rig;
    struct outcome_log log;
    outcome_log_init(&log);
    admin_create_topic(kafka_bootstrap(), "missing-topic-not", 1, NULL);
    rig_open_kafka(&rig, kafka_bootstrap(), "missing-topic-not",
                   RIG_OPTIONS("retry_on_failure.max_elapsed_time", "1s"));
    export_for(&rig, (const char *[]){"missing-topic", NULL}, 2);
    rig_flush(&rig, NULL);
    outcome_log_take(&log, rig.exporter, 2);
    struct outcome_copy outcome = outcome_log_find(&log, 0, 0);
    cr_assert_eq(outcome.kind, STS_OUTCOME_FAILED, "%d: %s", outcome.kind, outcome.text);
    cr_assert_eq(outcome.code, STS_ERR_TOPIC_MISSING, "%s", sts_status_name(outcome.code));
    cr_assert_not_null(strstr(outcome.text, "topic \"missing-topic\" does not exist"), "%s", outcome.text);
    cr_assert_eq(outcome_log_find(&log, 0, 1).kind, STS_OUTCOME_DELIVERED);
    outcome_log_clear(&log);
    rig_close(&rig);
}

/* --- deleted, and made again --- */

enum { KEYS = 5, ROUNDS = 11, RECORDS = KEYS * ROUNDS, GAP_MS = 3000 };

/* Each round a record of each key, whose body is the round's number. */
static void export_rounds(struct rig *rig, int first, int count) {
    for (int round = first; round < first + count; round++) {
        struct otlp otlp = {0};
        struct pb request = {0};
        for (int i = 0; i < KEYS; i++) {
            char key[16], body[16];
            snprintf(key, sizeof key, "key-%d", i);
            snprintf(body, sizeof body, "%03d", round);
            otlp_add_record(&otlp, key, body);
        }
        otlp_finish(&request, &otlp);
        cr_assert_eq(rig_export(rig, &request, NULL), STS_OK);
        pb_clear(&request);
    }
}

static void check_order(const char *topic, int partitions, size_t expected) {
    size_t count;
    int last[KEYS];
    memset(last, -1, sizeof last);
    struct read_record *records = topic_read(kafka_bootstrap(), topic, partitions, &count);
    cr_assert_eq(count, expected, "%zu are in the topic", count);
    for (size_t i = 0; i < count; i++) { /* keys and values in hex: "key-0", "003" */
        int key = records[i].key[9] - '0';
        int round = (records[i].value[1] - '0') * 100 + (records[i].value[3] - '0') * 10 + records[i].value[5] - '0';
        cr_assert_gt(round, last[key], "key %d: %d after %d", key, round, last[key]);
        last[key] = round;
    }
    read_records_free(records, count);
}

/* Returns the counts. */
static void live_through(const char *topic, int before, int now, const char *const *options, struct log_lines *lines,
                         uint64_t *counts) {
    struct rig rig = {.options = rig_options(RIG_OPTIONS("brokers", kafka_bootstrap(), "topic", topic,
                                                         "kafka.topic.metadata.refresh.interval.ms", "200"))};
    rig_set(rig.options, options);
    sts_options_set_log_callback(rig.options, log_lines_callback, lines);
    admin_create_topic(kafka_bootstrap(), topic, before, NULL);
    rig_start(&rig);
    export_rounds(&rig, 0, 1);
    rig_flush(&rig, NULL);
    admin_delete_topic(kafka_bootstrap(), topic);
    export_rounds(&rig, 1, ROUNDS / 2);
    poll(NULL, 0, GAP_MS); /* librdkafka 2.0.2 gives the records up within it, 2.16 later */
    export_rounds(&rig, 1 + ROUNDS / 2, ROUNDS - 1 - ROUNDS / 2);
    admin_create_topic(kafka_bootstrap(), topic, now, NULL);
    rig_flush(&rig, counts);
    char *statistics;
    cr_assert_eq(sts_exporter_statistics_json(rig.exporter, &statistics, NULL), STS_OK);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], (uint64_t)RECORDS, "%s\n%s", statistics, lines->text);
    sts_text_free(statistics);
    cr_assert_eq(counts[STS_COUNT_PRODUCER_REBUILDS], 0u);
    rig_close(&rig);
    check_order(topic, now, RECORDS - KEYS);
}

Test(missing_topic, that_is_made_again_gets_all_in_order) {
    struct log_lines lines;
    uint64_t counts[STS_COUNTS];
    log_lines_init(&lines);
    live_through("made-again", 4, 4, RIG_OPTIONS("retry_on_failure.max_elapsed_time", "60s"), &lines, counts);
    cr_assert_eq(counts[STS_COUNT_PARTITION_CHANGES], 0u);
    log_lines_clear(&lines);
}

Test(missing_topic, that_comes_back_smaller_is_told) {
    struct log_lines lines;
    uint64_t counts[STS_COUNTS];
    log_lines_init(&lines);
    live_through("comes-back-smaller", 4, 1, RIG_OPTIONS("partition_growth", "hold"), &lines, counts);
    cr_assert_eq(counts[STS_COUNT_PARTITION_CHANGES], 1u);
    cr_assert_eq(log_lines_count(&lines, "topic comes-back-smaller has 1 partitions now, 4 before: most keys change"),
                 1u, "%s", lines.text);
    log_lines_clear(&lines);
}
