/* SPDX-License-Identifier: Apache-2.0
 *
 * What a host learns of each record, by callback and by taking; and that the counters agree with it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"

/* Exports `count` numbered records under a token. */
static sts_status export_as(struct rig *rig, uint64_t token, unsigned count) {
    struct pb otlp = {0};
    otlp_numbered(&otlp, count);
    sts_status status = rig_export_as(rig, &otlp, token, NULL);
    pb_clear(&otlp);
    return status;
}

/* A rig whose outcomes go to the log by callback. */
static void open_with_callback(struct rig *rig, struct outcome_log *log, const char *script, const char *const *pairs) {
    outcome_log_init(log);
    rig_prepare(rig, script, pairs);
    cr_assert_eq(sts_options_set_outcome_callback(rig->options, outcome_log_callback, log), STS_OK);
    rig_start(rig);
}

static void check_count(struct rig *rig, int counter, uint64_t expected) {
    uint64_t counts[STS_COUNTS];
    cr_assert_eq(sts_exporter_counts(rig->exporter, counts, STS_COUNTS), STS_OK);
    rig_check_sums(counts);
    cr_assert_eq(counts[counter], expected, "counter %d is %u", counter, (unsigned)counts[counter]);
}

/* Where record `index` must be, when each of `count` numbered records is delivered in order. */
static void check_place(const struct outcome_copy *outcome, int64_t *next_offset) {
    char key[32];
    int32_t partition;
    int size = snprintf(key, sizeof key, "key-%u", (unsigned)outcome->index);
    cr_assert_eq(sts_partition("java", key, (size_t)size, 4, &partition), STS_OK);
    cr_assert_eq(outcome->partition, partition);
    cr_assert_eq(outcome->offset, next_offset[partition], "record %u: %d@%d", (unsigned)outcome->index,
                 (int)outcome->offset, partition);
    next_offset[partition]++;
}

Test(outcomes, by_callback_tell_where_a_record_is) {
    struct rig rig;
    struct outcome_log log;
    int64_t next_offset[4] = {0};
    open_with_callback(&rig, &log, NULL, NULL);
    cr_assert_eq(export_as(&rig, 42, 20), STS_OK);
    rig_flush(&rig, NULL);
    outcome_log_wait(&log, 20);
    for (unsigned i = 0; i < 20; i++) {
        struct outcome_copy outcome = outcome_log_find(&log, 42, i);
        cr_assert_eq(outcome.kind, STS_OUTCOME_DELIVERED);
        cr_assert_eq(outcome.code, STS_OK);
        cr_assert_str_eq(outcome.text, "");
        cr_assert_eq(outcome.transport_code, 0);
        cr_assert_str_eq(outcome.topic, "sts-otel-topology");
        check_place(&outcome, next_offset);
    }
    rig_close(&rig);
    cr_assert_eq(outcome_log_count(&log), 20u, "no outcome comes twice");
    outcome_log_clear(&log);
}

/* One record for each step of a script. */
static void check_kind(struct outcome_log *log, uint64_t index, int32_t kind, sts_status code) {
    struct outcome_copy outcome = outcome_log_find(log, 7, index);
    cr_assert_eq(outcome.kind, kind, "record %u: %d", (unsigned)index, outcome.kind);
    cr_assert_eq(outcome.code == STS_OK, kind == STS_OUTCOME_DELIVERED, "record %u", (unsigned)index);
    if (code != STS_OK)
        cr_assert_eq(outcome.code, code, "record %u: %s", (unsigned)index, sts_status_name(outcome.code));
    cr_assert_eq(outcome.text[0] == '\0', kind == STS_OUTCOME_DELIVERED, "record %u: '%s'", (unsigned)index,
                 outcome.text);
    if (kind == STS_OUTCOME_REJECTED)
        cr_assert_eq(outcome.latency_us, 0u);
}

Test(outcomes, taken_of_every_kind) {
    struct rig rig;
    struct outcome_log log;
    outcome_log_init(&log);
    rig_open(&rig, "deliver,fail,uncertain,refuse,hold,deliver", RIG_OPTIONS("outcomes", "all"));
    cr_assert_eq(export_as(&rig, 7, 6), STS_ERR_REJECTED);
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, NULL, 0, NULL), STS_ERR_TIMED_OUT);
    outcome_log_take(&log, rig.exporter, 6);
    check_kind(&log, 0, STS_OUTCOME_DELIVERED, STS_OK);
    check_kind(&log, 1, STS_OUTCOME_FAILED, STS_OK);
    check_kind(&log, 2, STS_OUTCOME_UNCERTAIN, STS_OK);
    check_kind(&log, 3, STS_OUTCOME_REJECTED, STS_OK);
    check_kind(&log, 4, STS_OUTCOME_PURGED, STS_ERR_PURGED);
    check_kind(&log, 5, STS_OUTCOME_DELIVERED, STS_OK);
    check_count(&rig, STS_COUNT_RECORDS, 6);
    check_count(&rig, STS_COUNT_REJECTED, 1);
    check_count(&rig, STS_COUNT_DELIVERED, 2);
    check_count(&rig, STS_COUNT_FAILED, 1);
    check_count(&rig, STS_COUNT_UNCERTAIN, 1);
    check_count(&rig, STS_COUNT_PURGED, 1);
    check_count(&rig, STS_COUNT_PENDING, 0);
    cr_assert_eq(sts_exporter_not_delivered(rig.exporter, STS_ERR_DELIVERY), 1u);
    cr_assert_eq(sts_exporter_not_delivered(rig.exporter, STS_ERR_NOT_ACKNOWLEDGED), 1u);
    cr_assert_eq(sts_exporter_not_delivered(rig.exporter, STS_ERR_PURGED), 1u);
    cr_assert_eq(sts_exporter_not_delivered(rig.exporter, STS_OK), 0u, "deliveries are no failures");
    rig_close(&rig);
    outcome_log_clear(&log);
}

Test(outcomes, rejections_come_with_their_reason) {
    struct rig rig;
    struct outcome_log log;
    struct otlp otlp = {0};
    struct pb request = {0}, key = otlp_text("k"), body = otlp_text("not bytes");
    otlp_add_record(&otlp, NULL, "no key");
    otlp_add(&otlp, &key, NULL, &body);
    otlp_finish(&request, &otlp);
    open_with_callback(&rig, &log, NULL, NULL);
    sts_error *error = NULL;
    cr_assert_eq(sts_export_logs(rig.exporter, request.data, request.size, NULL, NULL, 0, &error), STS_ERR_REJECTED);
    cr_assert_not_null(strstr(sts_error_text(error), "record 0"), "the first one: %s", sts_error_text(error));
    cr_assert_not_null(strstr(sts_error_text(error), "stskafka.key"), "its reason: %s", sts_error_text(error));
    cr_assert_eq(sts_error_is_retriable(error), 0, "all that can go went");
    sts_error_free(error);
    outcome_log_wait(&log, 2);
    cr_assert_eq(outcome_log_find(&log, 0, 0).code, STS_ERR_KEY_MISSING);
    cr_assert_eq(outcome_log_find(&log, 0, 1).code, STS_ERR_BODY_TYPE);
    cr_assert_eq(outcome_log_find(&log, 0, 1).offset, -1);
    cr_assert_eq(sts_exporter_rejected(rig.exporter, STS_ERR_KEY_MISSING), 1u);
    cr_assert_eq(sts_exporter_rejected(rig.exporter, STS_ERR_BODY_TYPE), 1u);
    cr_assert_eq(sts_exporter_rejected(rig.exporter, STS_ERR_KEY_TYPE), 0u);
    cr_assert_eq(sts_exporter_rejected(rig.exporter, STS_OK), 0u);
    rig_close(&rig);
    pb_clear(&request);
    outcome_log_clear(&log);
}

Test(outcomes, of_failures_alone) {
    struct rig rig;
    struct outcome_log log;
    open_with_callback(&rig, &log, "deliver*3,fail,uncertain,refuse,deliver,hold", RIG_OPTIONS("outcomes", "failures"));
    cr_assert_eq(export_as(&rig, 7, 8), STS_ERR_REJECTED);
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, NULL, 0, NULL), STS_ERR_TIMED_OUT);
    cr_assert_eq(outcome_log_count(&log), 4u);
    check_kind(&log, 3, STS_OUTCOME_FAILED, STS_OK);
    check_kind(&log, 4, STS_OUTCOME_UNCERTAIN, STS_OK);
    check_kind(&log, 5, STS_OUTCOME_REJECTED, STS_OK);
    check_kind(&log, 7, STS_OUTCOME_PURGED, STS_ERR_PURGED);
    rig_close(&rig);
    outcome_log_clear(&log);
}

Test(outcomes, only_counted) {
    struct rig rig;
    struct outcome_log log;
    open_with_callback(&rig, &log, "fail,refuse", RIG_OPTIONS("outcomes", "counts"));
    cr_assert_eq(export_as(&rig, 7, 8), STS_ERR_REJECTED);
    rig_flush(&rig, NULL);
    check_count(&rig, STS_COUNT_DELIVERED, 6);
    cr_assert_eq(sts_exporter_not_delivered(rig.exporter, STS_ERR_DELIVERY), 1u);
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, NULL, 0, NULL), STS_OK);
    cr_assert_eq(outcome_log_count(&log), 0u);
    rig_close(&rig);
    outcome_log_clear(&log);
}

static sts_status take(struct rig *rig) {
    sts_outcomes *list = sts_outcomes_new(4);
    sts_status status = sts_exporter_take_outcomes(rig->exporter, list, 0);
    cr_assert_eq(sts_outcomes_count(list), 0u);
    sts_outcomes_free(list);
    return status;
}

Test(outcomes, of_exports_with_a_token) {
    struct rig rig;
    struct outcome_log log;
    open_with_callback(&rig, &log, "deliver,fail,refuse,deliver,fail,refuse,hold", RIG_OPTIONS("outcomes", "tokens"));
    cr_assert_eq(export_as(&rig, 0, 3), STS_ERR_REJECTED);
    cr_assert_eq(export_as(&rig, 7, 4), STS_ERR_REJECTED);
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, NULL, 0, NULL), STS_ERR_TIMED_OUT);
    cr_assert_eq(outcome_log_count(&log), 4u);
    check_kind(&log, 0, STS_OUTCOME_DELIVERED, STS_OK);
    check_kind(&log, 1, STS_OUTCOME_FAILED, STS_OK);
    check_kind(&log, 2, STS_OUTCOME_REJECTED, STS_OK);
    check_kind(&log, 3, STS_OUTCOME_PURGED, STS_ERR_PURGED);
    check_count(&rig, STS_COUNT_RECORDS, 7);
    check_count(&rig, STS_COUNT_DELIVERED, 2);
    check_count(&rig, STS_COUNT_FAILED, 2);
    check_count(&rig, STS_COUNT_REJECTED, 2);
    rig_close(&rig);
    outcome_log_clear(&log);
}

Test(outcomes, of_exports_with_a_token_are_taken_where_there_is_no_callback) {
    struct rig rig;
    struct outcome_log log;
    outcome_log_init(&log);
    rig_open(&rig, NULL, RIG_OPTIONS("outcomes", "tokens"));
    cr_assert_eq(export_as(&rig, 0, 3), STS_OK);
    cr_assert_eq(export_as(&rig, 7, 2), STS_OK);
    rig_flush(&rig, NULL);
    outcome_log_take(&log, rig.exporter, 2);
    check_kind(&log, 0, STS_OUTCOME_DELIVERED, STS_OK);
    check_kind(&log, 1, STS_OUTCOME_DELIVERED, STS_OK);
    cr_assert_eq(take(&rig), STS_OK, "there are no others");
    rig_close(&rig);
    outcome_log_clear(&log);
}

Test(outcomes, are_not_kept_where_nobody_asked) {
    struct rig rig;
    struct outcome_log log;
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(take(&rig), STS_ERR_UNSUPPORTED, "outcomes=counts");
    rig_close(&rig);
    open_with_callback(&rig, &log, NULL, NULL);
    cr_assert_eq(take(&rig), STS_ERR_UNSUPPORTED, "there is a callback");
    rig_close(&rig);
    outcome_log_clear(&log);
    rig_open(&rig, NULL, RIG_OPTIONS("outcomes", "failures"));
    cr_assert_eq(take(&rig), STS_OK, "there is none yet");
    rig_close(&rig);
}

Test(outcomes, a_list_holds_no_more_than_its_capacity) {
    struct rig rig;
    sts_outcomes *list = sts_outcomes_new(3);
    rig_open(&rig, NULL, RIG_OPTIONS("outcomes", "all"));
    cr_assert_eq(export_as(&rig, 1, 5), STS_OK);
    rig_flush(&rig, NULL);
    cr_assert_eq(sts_exporter_take_outcomes(rig.exporter, list, 0), STS_OK);
    cr_assert_eq(sts_outcomes_count(list), 3u);
    cr_assert_eq(sts_outcome_index(sts_outcomes_at(list, 0)), 0u);
    cr_assert_null(sts_outcomes_at(list, 3));
    cr_assert_eq(sts_exporter_take_outcomes(rig.exporter, list, 0), STS_OK);
    cr_assert_eq(sts_outcomes_count(list), 2u, "the old content is dropped");
    cr_assert_eq(sts_outcome_index(sts_outcomes_at(list, 0)), 3u);
    sts_outcomes_free(list);
    cr_assert_null(sts_outcomes_new(0));
    sts_outcomes_free(NULL);
    rig_close(&rig);
}

/* Served by the flush itself: how far a thread of the exporter's own gets within the deadline is the machine's affair.
 */
Test(outcomes, a_flush_ends_while_records_are_held) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    rig_open(&rig, "deliver,hold*2", RIG_OPTIONS("service_thread", "false"));
    cr_assert_eq(export_as(&rig, 1, 4), STS_OK);
    cr_assert_eq(sts_flush(rig.exporter, 50, counts, STS_COUNTS, &error), STS_ERR_TIMED_OUT);
    cr_assert_eq(sts_error_code(error), STS_ERR_TIMED_OUT);
    cr_assert_eq(sts_error_is_retriable(error), 1);
    cr_assert_eq(counts[STS_COUNT_PENDING], 2u);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 2u);
    rig_check_sums(counts);
    sts_error_free(error);
    rig_close(&rig);
}

Test(outcomes, freeing_makes_held_records_purged) {
    struct rig rig;
    struct outcome_log log;
    open_with_callback(&rig, &log, "hold*3", NULL);
    cr_assert_eq(export_as(&rig, 7, 3), STS_OK);
    cr_assert_eq(sts_exporter_free(rig.exporter, 0), STS_ERR_TIMED_OUT);
    cr_assert_eq(outcome_log_count(&log), 3u);
    for (unsigned i = 0; i < 3; i++)
        check_kind(&log, i, STS_OUTCOME_PURGED, STS_ERR_PURGED);
    rig.exporter = NULL;
    rig_close(&rig);
    outcome_log_clear(&log);
}

Test(outcomes, fatal_ends_all_exports_and_nothing_else) {
    struct rig rig;
    struct outcome_log log;
    struct pb otlp = {0};
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    otlp_numbered(&otlp, 4);
    outcome_log_init(&log);
    rig_open(&rig, "deliver*2,fatal", RIG_OPTIONS("outcomes", "all"));
    sts_status status = sts_export_logs(rig.exporter, otlp.data, otlp.size, NULL, counts, STS_COUNTS, &error);
    cr_assert_eq(status, STS_ERR_PRODUCER_FATAL, "%s", sts_status_name(status));
    cr_assert_eq(sts_error_is_fatal(error), 1);
    cr_assert_eq(sts_error_is_retriable(error), 0);
    cr_assert_eq(counts[STS_COUNT_RECORDS], 2u);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 2u);
    cr_assert_eq(rig_export(&rig, &otlp, counts), STS_ERR_PRODUCER_FATAL, "for good");
    cr_assert_eq(counts[STS_COUNT_RECORDS], 0u);
    outcome_log_take(&log, rig.exporter, 2);
    cr_assert_eq(outcome_log_find(&log, 0, 1).kind, STS_OUTCOME_DELIVERED);
    check_count(&rig, STS_COUNT_DELIVERED, 2);
    sts_error_free(error);
    pb_clear(&otlp);
    rig_close(&rig);
    outcome_log_clear(&log);
}

Test(outcomes, without_a_thread_come_from_inside_poll) {
    struct rig rig;
    struct outcome_log log;
    open_with_callback(&rig, &log, "deliver,refuse,deliver", RIG_OPTIONS("service_thread", "false"));
    cr_assert_eq(export_as(&rig, 7, 3), STS_ERR_REJECTED);
    cr_assert_eq(outcome_log_count(&log), 0u, "never from inside the export");
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    while (outcome_log_count(&log) < 3 && rig_now_ms() < deadline)
        cr_assert_eq(sts_poll(rig.exporter, 10), STS_OK);
    cr_assert_eq(outcome_log_count(&log), 3u);
    check_kind(&log, 1, STS_OUTCOME_REJECTED, STS_OK);
    cr_assert_eq(export_as(&rig, 8, 2), STS_OK);
    rig_flush(&rig, NULL);
    cr_assert_eq(outcome_log_count(&log), 5u, "or from inside flush");
    rig_close(&rig);
    outcome_log_clear(&log);
}

Test(outcomes, counts_fill_the_array_they_are_given) {
    struct rig rig;
    uint64_t counts[STS_COUNTS + 3];
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(rig_export_numbered(&rig, 3, NULL), STS_OK);
    rig_flush(&rig, NULL);
    memset(counts, 0xff, sizeof counts);
    cr_assert_eq(sts_exporter_counts(rig.exporter, counts, STS_COUNTS + 3), STS_OK);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 3u);
    cr_assert_eq(counts[STS_COUNT_BYTES], 3u * strlen("key-0body-0"));
    for (int i = STS_COUNTS; i < STS_COUNTS + 3; i++)
        cr_assert_eq(counts[i], 0u, "what is not known is 0");
    memset(counts, 0xff, sizeof counts);
    cr_assert_eq(sts_flush(rig.exporter, 0, counts, 2, NULL), STS_OK);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 3u);
    cr_assert_eq(counts[STS_COUNT_REJECTED], UINT64_MAX, "beyond the array's end");
    rig_close(&rig);
}
