/* SPDX-License-Identifier: Apache-2.0
 *
 * A producer that meets a fatal error is followed by another: no record is lost, none changes its place, and what may
 * be in the topic twice is told. (That a broker does not take a record twice without that is shown on a real one.) */
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exporter/exporter.h"
#include "support/mock_cluster.h"
#include "support/otlp.h"
#include "support/rig.h"
#include "support/topic_reader.h"
#include "transport/kafka/internal.h"

#define TOPIC "a-topic"
enum { PARTITIONS = 3, PRODUCE = 0 /* ApiKey */ };

struct bench {
    struct mock_cluster mock;
    struct rig rig;
    unsigned exported;
};

static void bench_open(struct bench *bench, const char *const *pairs) {
    bench->exported = 0;
    mock_cluster_open(&bench->mock, TOPIC, PARTITIONS);
    rig_open_kafka(&bench->rig, bench->mock.brokers, TOPIC, pairs);
}

static void bench_close(struct bench *bench) {
    rig_close(&bench->rig);
    mock_cluster_close(&bench->mock);
}

/* Exports the next numbered records. */
static void export_some(struct bench *bench, unsigned count) {
    struct otlp otlp = {0};
    struct pb request = {0};
    otlp_add_numbered(&otlp, bench->exported, count);
    otlp_finish(&request, &otlp);
    cr_assert_eq(rig_export(&bench->rig, &request, NULL), STS_OK, "a producer's end is not the exporter's");
    pb_clear(&request);
    bench->exported += count;
}

static void force_fatal(struct bench *bench) {
    sts__kafka_force_fatal(bench->rig.exporter->transport_context);
}

static size_t check_topic(const struct bench *bench) {
    return topic_check_numbered(bench->mock.brokers, TOPIC, PARTITIONS, bench->exported);
}

static void check_all_delivered(struct bench *bench, uint64_t rebuilds, uint64_t *counts) {
    rig_flush(&bench->rig, counts);
    rig_check_sums(counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], bench->exported, "%u", (unsigned)counts[STS_COUNT_DELIVERED]);
    cr_assert_eq(counts[STS_COUNT_PRODUCER_REBUILDS], rebuilds, "%u", (unsigned)counts[STS_COUNT_PRODUCER_REBUILDS]);
}

Test(succession, what_was_not_sent_goes_to_the_next_producer) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, RIG_OPTIONS("linger", "4m"));
    export_some(&bench, 1000);
    force_fatal(&bench);
    export_some(&bench, 1000);
    check_all_delivered(&bench, 1, counts);
    cr_assert_eq(counts[STS_COUNT_POSSIBLE_DUPLICATES], 0u, "none of them was ever sent");
    cr_assert_eq(check_topic(&bench), 0u);
    bench_close(&bench);
}

Test(succession, again_and_again) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, NULL);
    for (int i = 0; i < 5; i++) {
        export_some(&bench, 200);
        rig_flush(&bench.rig, NULL);
        export_some(&bench, 200);
        force_fatal(&bench);
        export_some(&bench, 200);
        rig_flush(&bench.rig, NULL);
    }
    check_all_delivered(&bench, 5, counts);
    cr_assert_leq(check_topic(&bench), counts[STS_COUNT_POSSIBLE_DUPLICATES]);
    bench_close(&bench);
}

/* Waits until the cluster has so many records, whose acknowledgements it keeps to itself. */
static void wait_for_records(const struct bench *bench, size_t expected) {
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    while (topic_count(bench->mock.brokers, TOPIC, PARTITIONS) < expected)
        cr_assert_lt(rig_now_ms(), deadline, "%zu records are not there", expected);
}

/* Exports one record whose acknowledgement takes so long, and forces the fatal error meanwhile. */
static void export_slowly(struct bench *bench, int acknowledged_after_ms) {
    cr_assert_eq(rd_kafka_mock_broker_push_request_error_rtts(bench->mock.cluster, 1, PRODUCE, 1,
                                                              RD_KAFKA_RESP_ERR_NO_ERROR, acknowledged_after_ms),
                 RD_KAFKA_RESP_ERR_NO_ERROR);
    export_some(bench, 1);
    wait_for_records(bench, bench->exported);
    force_fatal(bench);
}

Test(succession, what_was_sent_may_still_be_acknowledged) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, NULL);
    export_slowly(&bench, 1000);
    export_some(&bench, 1); /* by the next one */
    check_all_delivered(&bench, 1, counts);
    cr_assert_eq(counts[STS_COUNT_POSSIBLE_DUPLICATES], 0u);
    cr_assert_eq(check_topic(&bench), 0u, "so it was not sent again");
    bench_close(&bench);
}

Test(succession, what_was_not_acknowledged_is_sent_again_and_told) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, RIG_OPTIONS("timeout", "500ms"));
    export_slowly(&bench, 60000);
    export_some(&bench, 5);
    check_all_delivered(&bench, 1, counts);
    cr_assert_eq(check_topic(&bench), 1u, "the cluster had it already");
    cr_assert_eq(counts[STS_COUNT_POSSIBLE_DUPLICATES], 1u);
    sts_outcomes *outcomes = sts_outcomes_new(bench.exported);
    cr_assert_eq(sts_exporter_take_outcomes(bench.rig.exporter, outcomes, RIG_DEADLINE_MS), STS_OK);
    cr_assert_eq(sts_outcomes_count(outcomes), bench.exported);
    int32_t flagged = 0;
    for (size_t i = 0; i < bench.exported; i++)
        flagged += sts_outcome_may_be_duplicate(sts_outcomes_at(outcomes, i));
    cr_assert_eq(flagged, 1);
    sts_outcomes_free(outcomes);
    bench_close(&bench);
}

Test(succession, without_a_thread_of_the_exporters_own) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, RIG_OPTIONS("service_thread", "false", "linger", "4m"));
    cr_assert_geq(sts_exporter_fd(bench.rig.exporter), 0);
    export_some(&bench, 100);
    force_fatal(&bench);
    export_some(&bench, 100);
    check_all_delivered(&bench, 1, counts);
    export_some(&bench, 100);
    check_all_delivered(&bench, 1, counts);
    cr_assert_eq(check_topic(&bench), 0u);
    bench_close(&bench);
}

/* Served by a host that polls when the descriptor tells it to, and at no other time. */
static void serve_by_descriptor(struct bench *bench, uint64_t delivered) {
    uint64_t counts[STS_COUNTS] = {0};
    struct pollfd ready = {.fd = sts_exporter_fd(bench->rig.exporter), .events = POLLIN};
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    while (counts[STS_COUNT_DELIVERED] < delivered) {
        cr_assert_lt(rig_now_ms(), deadline, "%u were delivered", (unsigned)counts[STS_COUNT_DELIVERED]);
        cr_assert_eq(poll(&ready, 1, RIG_DEADLINE_MS), 1, "the descriptor is silent");
        cr_assert_eq(sts_poll(bench->rig.exporter, 0), STS_OK);
        cr_assert_eq(sts_exporter_counts(bench->rig.exporter, counts, STS_COUNTS), STS_OK);
    }
}

Test(succession, is_told_by_the_descriptor) {
    struct bench bench;
    bench_open(&bench, RIG_OPTIONS("service_thread", "false"));
    export_some(&bench, 10);
    serve_by_descriptor(&bench, 10);
    force_fatal(&bench);
    export_some(&bench, 10); /* the sender is the first to notice */
    serve_by_descriptor(&bench, 20);
    cr_assert_eq(sts_exporter_reconfigure(bench.rig.exporter, bench.rig.options, NULL), STS_OK);
    export_some(&bench, 10);
    serve_by_descriptor(&bench, 30);
    cr_assert_eq(check_topic(&bench), 0u);
    bench_close(&bench);
}

/* What has to be waited for between two producers is time, and the descriptor is quiet until it has come. */
Test(succession, lets_the_host_sleep_until_its_next_step) {
    struct bench bench;
    bench_open(&bench, RIG_OPTIONS("service_thread", "false"));
    const sts__kafka *kafka = bench.rig.exporter->transport_context;
    struct pollfd ready = {.fd = sts_exporter_fd(bench.rig.exporter), .events = POLLIN};
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    unsigned quiet = 0, steps = 0;
    force_fatal(&bench); /* of a producer that brought nothing: the next one is waited for */
    export_some(&bench, 10);
    while (kafka->succession.phase != STS__KAFKA_WAITING || !quiet) {
        cr_assert_lt(rig_now_ms(), deadline, "%u steps, in phase %d", steps, (int)kafka->succession.phase);
        cr_assert_eq(poll(&ready, 1, RIG_DEADLINE_MS), 1, "the descriptor is silent");
        cr_assert_eq(sts_poll(bench.rig.exporter, 0), STS_OK);
        if (kafka->succession.phase == STS__KAFKA_WAITING) {
            quiet += poll(&ready, 1, 0) == 0;
            steps++;
        }
    }
    serve_by_descriptor(&bench, 10);
    bench_close(&bench);
}

/* A topic's limit is found to be wrong while records wait: it is asked for again all the same. */
Test(succession, a_limit_that_proves_wrong_meanwhile_holds_nothing_up) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, NULL);
    cr_assert_eq(rd_kafka_mock_broker_push_request_error_rtts(bench.mock.cluster, 1, PRODUCE, 1,
                                                              RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 1000),
                 RD_KAFKA_RESP_ERR_NO_ERROR);
    export_some(&bench, 1);
    sts_flush(bench.rig.exporter, 100, NULL, 0, NULL); /* it is sent */
    cr_assert_eq(sts_exporter_reconfigure(bench.rig.exporter, bench.rig.options, NULL), STS_OK);
    export_some(&bench, 5);
    rig_flush(&bench.rig, counts);
    cr_assert_eq(counts[STS_COUNT_FAILED], 1u);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 5u);
    bench_close(&bench);
}

/* A broker that does not lead any more may have written it, and its topic may take less by now. */
Test(succession, what_is_refused_in_the_end_may_be_there_from_before) {
    struct bench bench;
    uint64_t counts[STS_COUNTS] = {0};
    bench_open(&bench, RIG_OPTIONS("retry_on_failure.initial_interval", "4m", "retry_on_failure.max_interval", "4m"));
    rd_kafka_mock_push_request_errors(bench.mock.cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
    export_some(&bench, 1);
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    while (counts[STS_COUNT_DELIVERED] == 0) { /* answers come in order: the first one's has come by then */
        cr_assert_lt(rig_now_ms(), deadline, "no other partition is written to");
        export_some(&bench, 1);
        poll(NULL, 0, 10);
        cr_assert_eq(sts_exporter_counts(bench.rig.exporter, counts, STS_COUNTS), STS_OK);
    }
    rd_kafka_mock_push_request_errors(bench.mock.cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    force_fatal(&bench);
    rig_flush(&bench.rig, counts);
    cr_assert_eq(counts[STS_COUNT_UNCERTAIN], 1u, "%u failed", (unsigned)counts[STS_COUNT_FAILED]);
    bench_close(&bench);
}

/* The host closes while there is no producer, or no broker for the next one. */
Test(succession, a_close_in_between_leaves_no_record_without_outcome) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, RIG_OPTIONS("linger", "4m"));
    export_some(&bench, 100);
    cr_assert_eq(rd_kafka_mock_broker_set_down(bench.mock.cluster, 1), RD_KAFKA_RESP_ERR_NO_ERROR);
    force_fatal(&bench);
    export_some(&bench, 100);
    cr_assert_eq(sts_exporter_close(bench.rig.exporter, 0, counts, STS_COUNTS, NULL), STS_ERR_TIMED_OUT);
    rig_check_sums(counts);
    cr_assert_eq(counts[STS_COUNT_PURGED], 200u, "%u", (unsigned)counts[STS_COUNT_PURGED]);
    cr_assert_eq(counts[STS_COUNT_PENDING], 0u);
    bench_close(&bench);
}
