/* SPDX-License-Identifier: Apache-2.0
 *
 * What librdkafka tells of its traffic, against a cluster whose faults are known. */
#include <criterion/criterion.h>
#include <string.h>
#include <time.h>

#include "support/mock_cluster.h"
#include "support/otlp.h"
#include "support/rig.h"

#define TOPIC "a-topic"

/* Of the protocol's requests. */
enum { PRODUCE = 0 };

struct bench {
    struct mock_cluster mock;
    struct rig rig;
    int64_t values[STS_TRANSPORT_VALUES];
};

static void bench_open(struct bench *bench, const char *const *pairs) {
    mock_cluster_open(&bench->mock, TOPIC, 1);
    sts_options *options = rig_options(RIG_OPTIONS("brokers", bench->mock.brokers, "topic", TOPIC,
                                                   "statistics_interval", "50ms", "service_thread",
                                                   "false", //
                                                   "retry_on_failure.initial_interval", "10ms"));
    rig_set(options, pairs);
    bench->rig = (struct rig){NULL, options, NULL};
}

static void bench_close(struct bench *bench) {
    rig_close(&bench->rig);
    mock_cluster_close(&bench->mock);
}

/* Sends records one by one, each of which must be delivered. */
static void bench_deliver(struct bench *bench, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        uint64_t counts[STS_COUNTS];
        cr_assert_eq(rig_export_numbered(&bench->rig, 1, NULL), STS_OK);
        rig_flush(&bench->rig, counts);
        cr_assert_eq(counts[STS_COUNT_DELIVERED], counts[STS_COUNT_RECORDS]);
    }
}

/* Serves until a value is told that is no smaller. */
static void bench_wait(struct bench *bench, int index, int64_t expected) {
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    for (;;) {
        cr_assert_eq(sts_exporter_transport_statistics(bench->rig.exporter, bench->values, STS_TRANSPORT_VALUES),
                     STS_OK);
        if (bench->values[index] >= expected)
            return;
        cr_assert_lt(rig_now_ms(), deadline, "value %d is %d", index, (int)bench->values[index]);
        cr_assert_eq(sts_poll(bench->rig.exporter, RIG_DEADLINE_MS), STS_OK);
    }
}

Test(statistics, tell_of_retries) {
    struct bench bench;
    bench_open(&bench, NULL);
    rig_start(&bench.rig);
    rd_kafka_mock_push_request_errors(bench.mock.cluster, PRODUCE, 3, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                                      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                                      RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
    bench_deliver(&bench, 5);
    bench_wait(&bench, STS_TRANSPORT_TRIES, 8);
    cr_assert_eq(bench.values[STS_TRANSPORT_TRIES], 8, "%d", (int)bench.values[STS_TRANSPORT_TRIES]);
    cr_assert_eq(bench.values[STS_TRANSPORT_RETRIES], 3, "%d", (int)bench.values[STS_TRANSPORT_RETRIES]);
    cr_assert_eq(bench.values[STS_TRANSPORT_REQUEST_RETRIES], 0, "that is of requests without messages");
    bench_close(&bench);
}

Test(statistics, tell_of_requests_and_brokers) {
    struct bench bench;
    bench_open(&bench, NULL);
    rig_start(&bench.rig);
    bench_deliver(&bench, 10);
    bench_wait(&bench, STS_TRANSPORT_TRIES, 10);
    cr_assert_eq(bench.values[STS_TRANSPORT_RETRIES], 0);
    cr_assert_geq(bench.values[STS_TRANSPORT_REQUESTS], 10, "each was flushed by itself");
    cr_assert_gt(bench.values[STS_TRANSPORT_BYTES_SENT], 10 * 68, "a batch of one record, in a request");
    cr_assert_eq(bench.values[STS_TRANSPORT_REQUEST_ERRORS], 0);
    cr_assert_eq(bench.values[STS_TRANSPORT_REQUEST_TIMEOUTS], 0);
    cr_assert_geq(bench.values[STS_TRANSPORT_CONNECTS], 1);
    cr_assert_eq(bench.values[STS_TRANSPORT_BROKERS], 1);
    cr_assert_eq(bench.values[STS_TRANSPORT_BROKERS_UP], 1);
    cr_assert_leq(bench.values[STS_TRANSPORT_ROUND_TRIP_US], RIG_DEADLINE_MS * 1000);
    bench_close(&bench);
}

/* Without idempotence: with it, librdkafka before 2.3 may take the end of a connection for fatal. */
Test(statistics, tell_of_connections) {
    struct bench bench;
    bench_open(&bench, RIG_OPTIONS("required_acks", "leader"));
    rig_start(&bench.rig);
    bench_deliver(&bench, 1);
    bench_wait(&bench, STS_TRANSPORT_TRIES, 1);
    int64_t before = bench.values[STS_TRANSPORT_CONNECTS];
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    while (bench.values[STS_TRANSPORT_CONNECTS] <= before) {
        cr_assert_lt(rig_now_ms(), deadline);
        rd_kafka_mock_broker_set_down(bench.mock.cluster, 1);
        rd_kafka_mock_broker_set_up(bench.mock.cluster, 1);
        int64_t tries = bench.values[STS_TRANSPORT_TRIES];
        bench_deliver(&bench, 1);
        bench_wait(&bench, STS_TRANSPORT_TRIES, tries + 1);
    }
    bench_close(&bench);
}

/* What was measured since the time before is there until the next time. */
Test(statistics, tell_of_round_trips) {
    struct bench bench;
    bench_open(&bench, NULL);
    rig_start(&bench.rig);
    rd_kafka_mock_broker_set_rtt(bench.mock.cluster, 1, 200);
    bench_deliver(&bench, 1);
    bench_wait(&bench, STS_TRANSPORT_ROUND_TRIP_US, 200000);
    cr_assert_neq(bench.values[STS_TRANSPORT_ROUND_TRIP_P99_US], 0);
    bench_close(&bench);
}
