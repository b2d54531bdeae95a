/* SPDX-License-Identifier: Apache-2.0
 *
 * The numbers beside the counters: the histogram of latencies, the queue, and all of it as JSON. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#include "queue/latency.h"
#include "support/fake_transport.h"
#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"

enum { BUCKETS = STS__LATENCY_BUCKETS };

Test(statistics, the_bounds_are_the_documented_ones) {
    uint64_t bound = 1000;
    cr_assert_eq(sts_latency_bucket_count(), BUCKETS);
    for (size_t i = 0; i + 1 < BUCKETS; i++) {
        cr_assert_eq(sts_latency_bucket_bound_us(i), bound, "bucket %zu", i);
        bound = i % 3 == 1 ? bound / 2 * 5 : bound * 2; /* 1, 2, 5, 10, ... */
    }
    cr_assert_eq(bound, 1000000000u, "the last bound was 500 s");
    cr_assert_eq(sts_latency_bucket_bound_us(BUCKETS - 1), UINT64_MAX);
    cr_assert_eq(sts_latency_bucket_bound_us(SIZE_MAX), UINT64_MAX);
}

Test(statistics, a_bound_belongs_to_its_bucket) {
    for (size_t i = 0; i < BUCKETS; i++) {
        sts__latency latency = {.sum_us = 0};
        uint64_t bound = sts_latency_bucket_bound_us(i);
        uint64_t lowest = i ? sts_latency_bucket_bound_us(i - 1) + 1 : 0;
        sts__latency_add(&latency, lowest);
        sts__latency_add(&latency, bound);
        cr_assert_eq(latency.buckets[i], 2u, "bucket %zu", i);
        cr_assert_eq(latency.sum_us, lowest + bound, "modulo 2^64 for the last one");
    }
}

static size_t bucket_of(uint64_t latency_us) {
    size_t bucket = 0;
    while (latency_us > sts_latency_bucket_bound_us(bucket))
        bucket++;
    return bucket;
}

Test(statistics, the_histogram_holds_the_latencies_of_deliveries_alone) {
    struct rig rig;
    struct outcome_log log;
    uint64_t buckets[BUCKETS + 2];
    uint64_t expected[BUCKETS] = {0};
    uint64_t sum_us, expected_sum_us = 0;
    outcome_log_init(&log);
    rig_open(&rig, "deliver*30,fail,uncertain,refuse,deliver*20,hold", RIG_OPTIONS("outcomes", "all"));
    cr_assert_eq(rig_export_numbered(&rig, 54, NULL), STS_ERR_REJECTED);
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, NULL, 0, NULL), STS_ERR_TIMED_OUT);
    outcome_log_take(&log, rig.exporter, 54);
    for (size_t i = 0; i < log.count; i++) {
        if (log.items[i].kind != STS_OUTCOME_DELIVERED)
            continue;
        expected[bucket_of(log.items[i].latency_us)]++;
        expected_sum_us += log.items[i].latency_us;
    }
    cr_assert_eq(sts_exporter_latency(rig.exporter, buckets, BUCKETS + 2, &sum_us), STS_OK);
    cr_assert_arr_eq(buckets, expected, sizeof expected);
    cr_assert_eq(buckets[BUCKETS], 0u, "what is not known is 0");
    cr_assert_eq(buckets[BUCKETS + 1], 0u);
    cr_assert_eq(sum_us, expected_sum_us);
    uint64_t total = 0;
    for (size_t i = 0; i < BUCKETS; i++)
        total += buckets[i];
    cr_assert_eq(total, 50u);
    rig_close(&rig);
    outcome_log_clear(&log);
}

static void check_queue(const struct rig *rig, uint64_t records, uint64_t outcomes) {
    uint64_t queue[STS_QUEUE_VALUES];
    cr_assert_eq(sts_exporter_queue(rig->exporter, queue, STS_QUEUE_VALUES), STS_OK);
    cr_assert_eq(queue[STS_QUEUE_RECORDS], records, "%u records", (unsigned)queue[STS_QUEUE_RECORDS]);
    cr_assert_eq(queue[STS_QUEUE_OUTCOMES], outcomes, "%u outcomes", (unsigned)queue[STS_QUEUE_OUTCOMES]);
    cr_assert_eq(queue[STS_QUEUE_MAX_RECORDS], 500u);
    cr_assert_eq(queue[STS_QUEUE_MAX_BYTES], 2000000u);
    cr_assert_eq(queue[STS_QUEUE_BYTES] > 0, records > 0, "outcomes take bytes too");
}

Test(statistics, the_queue_holds_records_and_then_their_outcomes) {
    struct rig rig;
    struct outcome_log log;
    outcome_log_init(&log);
    rig_open(&rig, "refuse,hold*4",
             RIG_OPTIONS("outcomes", "all", "sending_queue.queue_size", "500", "sending_queue.max_bytes", "2000000"));
    check_queue(&rig, 0, 0);
    cr_assert_eq(rig_export_numbered(&rig, 5, NULL), STS_ERR_REJECTED);
    check_queue(&rig, 5, 1);
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, NULL, 0, NULL), STS_ERR_TIMED_OUT);
    check_queue(&rig, 5, 5);
    outcome_log_take(&log, rig.exporter, 5);
    check_queue(&rig, 0, 0);
    rig_close(&rig);
    outcome_log_clear(&log);
}

static void tell(void *context, int32_t timeout_ms) {
    const struct fake *fake = context;
    int64_t values[STS_TRANSPORT_VALUES];
    (void)timeout_ms;
    for (int i = 0; i < STS_TRANSPORT_VALUES; i++)
        values[i] = i == STS_TRANSPORT_BROKERS ? -1 : 1000 + i;
    sts_transport_notify_statistics(fake->sink, values, STS_TRANSPORT_VALUES);
}

static json_t *read_json(const sts_exporter *exporter) {
    char *text = NULL;
    cr_assert_eq(sts_exporter_statistics_json(exporter, &text, NULL), STS_OK);
    cr_assert_null(strchr(text, '\n'), "it is one line");
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(json, "%s", text);
    sts_text_free(text);
    return json;
}

/* The group's members have these names, and the values of the getter at the same indices. */
static void check_group(json_t *json, const char *group, const char *const *names, const int64_t *values,
                        size_t count) {
    json_t *members = json_object_get(json, group);
    cr_assert_eq(json_object_size(members), count, "%s: a value without a row, or a row without a value", group);
    for (size_t i = 0; i < count; i++) {
        const json_t *member = json_object_get(members, names[i]);
        if (values[i] < 0)
            cr_assert(json_is_null(member), "%s", names[i]);
        else
            cr_assert(json_is_integer(member) && json_integer_value(member) == values[i], "%s", names[i]);
    }
}

Test(statistics, json_says_what_the_getters_say) {
    static const char *const counts[] = {"records",
                                         "accepted",
                                         "rejected",
                                         "delivered",
                                         "failed",
                                         "uncertain",
                                         "purged",
                                         "pending",
                                         "bytes",
                                         "null_keys",
                                         "empty_keys",
                                         "missing_keys",
                                         "partition_changes",
                                         "possible_duplicates",
                                         "producer_rebuilds",
                                         "dead_letters",
                                         "dead_letters_lost",
                                         "cluster_changes",
                                         "messages",
                                         "sealed_by_size",
                                         "sealed_by_time",
                                         "sealed_for_room",
                                         "sealed_by_headers",
                                         "sealed_by_flush"};
    static const char *const queue[] = {"records",
                                        "max_records",
                                        "bytes",
                                        "max_bytes",
                                        "outcomes",
                                        "open_messages",
                                        "open_records",
                                        "stored_records",
                                        "stored_bytes",
                                        "stored_max_bytes",
                                        "stored_age_ms",
                                        "store_syncs",
                                        "store_sync_failures",
                                        "recovered_records",
                                        "recovery_us",
                                        "store_damage"};
    static const char *const transport[] = {"tries",          "retries",          "requests",      "request_retries",
                                            "request_errors", "request_timeouts", "bytes_sent",    "connects",
                                            "brokers",        "brokers_up",       "round_trip_us", "round_trip_p99_us",
                                            "throttle_ms",    "throttle_max_ms"};
    union {
        uint64_t unsigned_ones[64];
        int64_t signed_ones[64];
    } values;
    struct fake fake;
    struct pb otlp = {0};
    sts_transport table = fake_table();
    fake_init(&fake);
    table.poll = tell;
    sts_exporter *exporter = fake_exporter(&fake, &table, RIG_OPTIONS("missing_key", "null", "empty_key", "send"));
    struct otlp records = {0};
    otlp_add_numbered(&records, 0, 3);
    otlp_add_record(&records, NULL, "without a key");
    otlp_add_record(&records, "", "with an empty one");
    otlp_finish(&otlp, &records);
    cr_assert_eq(sts_export_logs(exporter, otlp.data, otlp.size, NULL, NULL, 0, NULL), STS_OK);
    cr_assert_eq(sts_poll(exporter, 0), STS_OK);
    json_t *json = read_json(exporter);
    cr_assert_eq(sts_exporter_counts(exporter, values.unsigned_ones, STS_COUNTS), STS_OK);
    cr_assert_eq(values.unsigned_ones[STS_COUNT_PENDING], 5u);
    check_group(json, "counts", counts, values.signed_ones, STS_COUNTS);
    cr_assert_eq(sts_exporter_queue(exporter, values.unsigned_ones, STS_QUEUE_VALUES), STS_OK);
    check_group(json, "queue", queue, values.signed_ones, STS_QUEUE_VALUES);
    cr_assert_eq(sts_exporter_transport_statistics(exporter, values.signed_ones, STS_TRANSPORT_VALUES), STS_OK);
    cr_assert_eq(values.signed_ones[STS_TRANSPORT_BROKERS], -1);
    check_group(json, "transport", transport, values.signed_ones, STS_TRANSPORT_VALUES);
    json_decref(json);
    pb_clear(&otlp);
    sts_exporter_free(exporter, 0);
}

static uint64_t member(json_t *json, const char *object, const char *name) {
    return (uint64_t)json_integer_value(json_object_get(json_object_get(json, object), name));
}

Test(statistics, json_has_every_reason) {
    struct rig rig;
    rig_open(&rig, "fail*3,uncertain*2,refuse,hold,deliver*4", NULL);
    cr_assert_eq(rig_export_numbered(&rig, 11, NULL), STS_ERR_REJECTED);
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, NULL, 0, NULL), STS_ERR_TIMED_OUT);
    json_t *json = read_json(rig.exporter);
    cr_assert_eq(json_object_size(json_object_get(json, "not_delivered_by_code")), 3u);
    cr_assert_eq(member(json, "not_delivered_by_code", "STS_ERR_DELIVERY"), 3u);
    cr_assert_eq(member(json, "not_delivered_by_code", "STS_ERR_NOT_ACKNOWLEDGED"), 2u);
    cr_assert_eq(member(json, "not_delivered_by_code", "STS_ERR_PURGED"), 1u);
    cr_assert_eq(json_object_size(json_object_get(json, "rejected_by_code")), 1u);
    json_t *buckets = json_object_get(json_object_get(json, "delivery_latency"), "buckets");
    cr_assert_eq(json_array_size(buckets), BUCKETS);
    uint64_t total = 0;
    for (size_t i = 0; i < BUCKETS; i++)
        total += (uint64_t)json_integer_value(json_object_get(json_array_get(buckets, i), "count"));
    cr_assert_eq(total, 4u);
    json_decref(json);
    rig_close(&rig);
}

/* A host's transport may report any code. */
Test(statistics, a_code_that_nobody_knows_is_counted_too) {
    struct fake fake;
    struct pb otlp = {0};
    fake_init(&fake);
    fake.completion.kind = STS_OUTCOME_FAILED;
    fake.completion.code = -12345;
    sts_transport table = fake_table();
    sts_exporter *exporter = fake_exporter(&fake, &table, NULL);
    otlp_numbered(&otlp, 2);
    cr_assert_eq(sts_export_logs(exporter, otlp.data, otlp.size, NULL, NULL, 0, NULL), STS_OK);
    cr_assert_eq(sts_poll(exporter, 0), STS_OK);
    cr_assert_eq(sts_exporter_not_delivered(exporter, -12345), 2u);
    json_t *json = read_json(exporter);
    cr_assert_eq(member(json, "not_delivered_by_code", sts_status_name(-12345)), 2u);
    json_decref(json);
    pb_clear(&otlp);
    sts_exporter_free(exporter, 0);
}

Test(statistics, arguments) {
    struct rig rig;
    uint64_t values[2] = {7, 7};
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(sts_exporter_queue(NULL, values, 2), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_queue(rig.exporter, NULL, 0), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_queue(rig.exporter, values, 1), STS_OK);
    cr_assert_eq(values[0], 0u);
    cr_assert_eq(values[1], 7u, "no more than there is room for");
    cr_assert_eq(sts_exporter_latency(NULL, values, 2, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_latency(rig.exporter, NULL, 1, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_latency(rig.exporter, NULL, 0, NULL), STS_OK);
    rig_close(&rig);
}

Test(statistics, arguments_of_the_texts) {
    struct rig rig;
    sts_error *error = NULL;
    char *text = (char *)&rig;
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(sts_exporter_statistics_json(NULL, &text, &error), STS_ERR_INVALID_ARGUMENT);
    cr_assert_null(text);
    cr_assert_eq(sts_error_code(error), STS_ERR_INVALID_ARGUMENT);
    sts_error_free(error);
    error = NULL;
    cr_assert_eq(sts_exporter_statistics_json(rig.exporter, NULL, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_statistics_prometheus(NULL, NULL, &text, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_statistics_prometheus(rig.exporter, NULL, NULL, NULL), STS_ERR_INVALID_ARGUMENT);
    text = (char *)&rig;
    cr_assert_eq(sts_exporter_statistics_prometheus(rig.exporter, "\xff", &text, &error), STS_ERR_UTF8);
    cr_assert_null(text);
    cr_assert_eq(sts_error_code(error), STS_ERR_UTF8);
    sts_error_free(error);
    cr_assert_eq(sts_exporter_statistics_prometheus(rig.exporter, NULL, &text, NULL), STS_OK);
    sts_text_free(text);
    rig_close(&rig);
}
