/* SPDX-License-Identifier: Apache-2.0
 *
 * The numbers beside the counters: the histogram of latencies and the queue. */
#include <criterion/criterion.h>

#include "exporter/latency.h"
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
    cr_assert_eq(queue[STS_QUEUE_BYTES] > 0, records > outcomes, "outcomes take no bytes");
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
