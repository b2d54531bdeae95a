/* SPDX-License-Identifier: Apache-2.0
 *
 * A topic that gets more partitions while an exporter writes to it: the host learns of it, and partition_growth decides
 * where the keys go from then on. And placing that heeds no key, or is told by a spec. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include <stskafka/stskafka.h>

#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/otlp.h"
#include "support/rig.h"

enum { KEYS = 40, BEFORE = 2, AFTER = 6 };

static void keep_line(int32_t level, const char *text, void *user) {
    if (level == STS_LOG_WARNING && strstr(text, "partitions now"))
        snprintf(user, 400, "%s", text);
}

static void open_rig(struct rig *rig, const char *topic, const char *const *more, char *line) {
    *rig = (struct rig){.options = rig_options(RIG_OPTIONS("brokers", kafka_bootstrap(), "topic", topic, "outcomes",
                                                           "all", "kafka.topic.metadata.refresh.interval.ms", "200"))};
    rig_set(rig->options, more);
    sts_options_set_log_callback(rig->options, keep_line, line);
    rig_start(rig);
}

/* Exports numbered records, and checks of each where it went. */
static void export_and_check(struct rig *rig, void (*check)(const sts_outcome *outcome, int32_t count), int32_t count) {
    sts_outcomes *outcomes = sts_outcomes_new(KEYS);
    cr_assert_eq(rig_export_numbered(rig, KEYS, NULL), STS_OK);
    rig_flush(rig, NULL);
    cr_assert_eq(sts_exporter_take_outcomes(rig->exporter, outcomes, RIG_DEADLINE_MS), STS_OK);
    cr_assert_eq(sts_outcomes_count(outcomes), (size_t)KEYS);
    for (size_t i = 0; i < KEYS; i++)
        check(sts_outcomes_at(outcomes, i), count);
    sts_outcomes_free(outcomes);
}

static void check_by_key(const sts_outcome *outcome, int32_t count) {
    char key[32];
    int32_t expected;
    snprintf(key, sizeof key, "key-%u", (unsigned)sts_outcome_index(outcome));
    cr_assert_eq(sts_partition("java", key, strlen(key), count, &expected), STS_OK);
    cr_assert_eq(sts_outcome_kind(outcome), STS_OUTCOME_DELIVERED, "%s", sts_outcome_text(outcome));
    cr_assert_eq(sts_outcome_partition(outcome), expected, "%s", key);
}

static void check_nothing(const sts_outcome *outcome, int32_t count) {
    (void)count;
    cr_assert_eq(sts_outcome_kind(outcome), STS_OUTCOME_DELIVERED, "%s", sts_outcome_text(outcome));
}

/* librdkafka learns of the partitions by its own refresh: exports go on, each until its records are acknowledged, until
 * one has noticed. */
static void wait_for_growth(struct rig *rig) {
    uint64_t counts[STS_COUNTS];
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    do {
        cr_assert_lt(rig_now_ms(), deadline, "the exporter does not notice");
        export_and_check(rig, check_nothing, 0);
        cr_assert_eq(sts_exporter_counts(rig->exporter, counts, STS_COUNTS), STS_OK);
    } while (counts[STS_COUNT_PARTITION_CHANGES] == 0);
    cr_assert_eq(counts[STS_COUNT_PARTITION_CHANGES], 1u);
}

static void grow(const char *topic, const char *policy, int32_t then_among) {
    struct rig rig;
    char line[400] = "";
    admin_create_topic(kafka_bootstrap(), topic, BEFORE, NULL);
    open_rig(&rig, topic, RIG_OPTIONS("partition_growth", policy), line);
    export_and_check(&rig, check_by_key, BEFORE);
    admin_add_partitions(kafka_bootstrap(), topic, AFTER);
    wait_for_growth(&rig);
    export_and_check(&rig, check_by_key, then_among);
    cr_assert_not_null(strstr(line, "6 partitions now, 2 before"), "'%s'", line);
    cr_assert_not_null(strstr(line, topic), "'%s'", line);
    rig_close(&rig);
}

Test(partition_growth, moves_keys_and_is_told) {
    grow("partition-growth-warn", "warn", AFTER);
}

Test(partition_growth, is_held_off) {
    grow("partition-growth-hold", "hold", BEFORE);
}

/* One after the other, whatever the keys are: each of 4 partitions gets a quarter. */
static int32_t turns[4];

static void count_turn(const sts_outcome *outcome, int32_t count) {
    (void)count;
    cr_assert_eq(sts_outcome_kind(outcome), STS_OUTCOME_DELIVERED);
    turns[sts_outcome_partition(outcome)]++;
}

Test(partition_growth, round_robin_heeds_no_key) {
    struct rig rig;
    char line[400];
    admin_create_topic(kafka_bootstrap(), "round-robin", 4, NULL);
    open_rig(&rig, "round-robin", RIG_OPTIONS("partitioner", "round_robin"), line);
    export_and_check(&rig, count_turn, 4);
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(turns[i], KEYS / 4, "partition %zu got %d", i, (int)turns[i]);
    rig_close(&rig);
}

/* key-0 up to key-9 are 5 bytes long, the others 6. */
static void check_named(const sts_outcome *outcome, int32_t count) {
    (void)count;
    cr_assert_eq(sts_outcome_kind(outcome), STS_OUTCOME_DELIVERED, "%s", sts_outcome_text(outcome));
    cr_assert_eq(sts_outcome_partition(outcome), sts_outcome_index(outcome) < 10 ? 0 : 1);
}

Test(partition_growth, a_spec_names_the_partition) {
    struct rig rig;
    char line[400];
    admin_create_topic(kafka_bootstrap(), "named-partition", 3, NULL);
    open_rig(&rig, "named-partition", RIG_OPTIONS("partition_from", "Len(attributes[\"stskafka.key\"]) - 5"), line);
    export_and_check(&rig, check_named, 3);
    rig_close(&rig);
}
