/* SPDX-License-Identifier: Apache-2.0
 *
 * A broker that is behind tells of a topic without partitions, and the next answer has them again. librdkafka gives up
 * what it has for them then, each record at its own time, and takes what comes next at once: no record may go in front
 * of those that it has given up. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exporter/exporter.h"
#include "support/log_lines.h"
#include "support/mock_cluster.h"
#include "support/otlp.h"
#include "support/rig.h"
#include "support/topic_reader.h"
#include "transport/kafka/internal.h"

#define TOPIC "a-topic"
#define OTHER "b-topic"
enum { PRODUCE = 0 /* ApiKey */, PARTITIONS = 2, HELD_MS = 3000, LOOK_MS = 50 };

/* Two brokers, each with a partition to lead: metadata comes from the second while the first keeps an answer to itself.
 */
struct bench {
    struct mock_cluster mock;
    struct rig rig;
    struct log_lines log;
    unsigned exported;
};

static void bench_open(struct bench *bench, const char *const *pairs) {
    *bench = (struct bench){0};
    mock_cluster_open_with(&bench->mock, TOPIC, PARTITIONS, PARTITIONS);
    for (int i = 0; i < PARTITIONS; i++)
        cr_assert_eq(rd_kafka_mock_partition_set_leader(bench->mock.cluster, TOPIC, i, i + 1),
                     RD_KAFKA_RESP_ERR_NO_ERROR);
    log_lines_init(&bench->log);
    bench->rig.options = rig_options(RIG_OPTIONS("brokers", bench->mock.brokers, "topic", TOPIC, "kafka.debug", "topic",
                                                 "kafka.topic.metadata.propagation.max.ms", "0"));
    rig_set(bench->rig.options, pairs);
    sts_options_set_log_callback(bench->rig.options, log_lines_callback, &bench->log);
    rig_start(&bench->rig);
}

static void bench_close(struct bench *bench) {
    rig_close(&bench->rig);
    log_lines_clear(&bench->log);
    mock_cluster_close(&bench->mock);
}

/* Exports the next numbered records, all to that partition. */
static void export_some(struct bench *bench, int partition, unsigned count) {
    struct otlp otlp = {0};
    struct pb request = {0};
    char key[16], body[16];
    int32_t found = -1;
    for (unsigned i = 0; found != partition; i++) {
        size_t size = (size_t)snprintf(key, sizeof key, "key-%u", i);
        cr_assert_eq(sts_partition("java", key, size, PARTITIONS, &found), STS_OK);
    }
    for (unsigned i = 0; i < count; i++) {
        snprintf(body, sizeof body, "body-%u", bench->exported++);
        otlp_add_record(&otlp, key, body);
    }
    otlp_finish(&request, &otlp);
    cr_assert_eq(rig_export(&bench->rig, &request, NULL), STS_OK);
    pb_clear(&request);
}

/* Has librdkafka ask a broker after the other about the topic, until it has logged that so often. */
static void refresh_until(struct bench *bench, const char *line, size_t count) {
    const sts__kafka *kafka = bench->rig.exporter->transport_context;
    const struct rd_kafka_metadata *metadata;
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    while (log_lines_count(&bench->log, line) < count) {
        cr_assert_lt(rig_now_ms(), deadline, "no \"%s\" in\n%s", line, bench->log.text);
        if (!rd_kafka_metadata(kafka->producer.handle, 0, kafka->topics.items[0].handle, &metadata, LOOK_MS))
            rd_kafka_metadata_destroy(metadata);
    }
}

/* The cluster does not de-duplicate, so that some may be there twice. */
static void check_topic(const struct bench *bench) {
    topic_check_numbered(bench->mock.brokers, TOPIC, PARTITIONS, bench->exported);
}

/* The first broker does not write what it gets next, and takes its time to say so. */
static void hold_and_refuse(const struct bench *bench) {
    cr_assert_eq(rd_kafka_mock_broker_push_request_error_rtts(bench->mock.cluster, 1, PRODUCE, 1,
                                                              RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, HELD_MS),
                 RD_KAFKA_RESP_ERR_NO_ERROR);
}

Test(stale_metadata, what_is_under_way_is_not_overtaken) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, NULL);
    export_some(&bench, 0, 1);
    export_some(&bench, 1, 1);
    rig_flush(&bench.rig, NULL);
    hold_and_refuse(&bench);
    export_some(&bench, 0, 1); /* alone: the cluster takes a batch behind one that it has refused */
    sts_flush(bench.rig.exporter, 100, NULL, 0, NULL); /* it is sent */
    rd_kafka_mock_topic_set_error(bench.mock.cluster, TOPIC, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    refresh_until(&bench, "partition count changed from 2 to 0", 1);
    rd_kafka_mock_topic_set_error(bench.mock.cluster, TOPIC, RD_KAFKA_RESP_ERR_NO_ERROR);
    refresh_until(&bench, "partition count changed from 0 to 2", 2);
    export_some(&bench, 0, 10);
    rig_flush(&bench.rig, counts);
    rig_check_sums(counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], bench.exported);
    check_topic(&bench);
    bench_close(&bench);
}

static void export_other(struct bench *bench) {
    struct otlp otlp = {0};
    struct pb request = {0}, key = otlp_text("key"), topic = otlp_text(OTHER), body = otlp_bytes("body", 4);
    otlp_add(&otlp, &key, &topic, &body);
    otlp_finish(&request, &otlp);
    cr_assert_eq(rig_export(&bench->rig, &request, NULL), STS_OK);
    pb_clear(&request);
}

static void wait_until_failed(struct bench *bench, uint64_t failed) {
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    uint64_t counts[STS_COUNTS];
    do {
        cr_assert_lt(rig_now_ms(), deadline, "%s", bench->log.text);
        sts_flush(bench->rig.exporter, LOOK_MS, counts, STS_COUNTS, NULL);
    } while (counts[STS_COUNT_FAILED] < failed);
}

/* librdkafka begins a new epoch, in which what it has may be written twice; but not what waits here. */
Test(stale_metadata, what_waits_is_not_doubted_for_a_refusal) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, NULL);
    cr_assert_eq(rd_kafka_mock_topic_create(bench.mock.cluster, OTHER, 1, 1), RD_KAFKA_RESP_ERR_NO_ERROR);
    export_some(&bench, 0, 1);
    rig_flush(&bench.rig, NULL);
    rd_kafka_mock_topic_set_error(bench.mock.cluster, TOPIC, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    refresh_until(&bench, "partition count changed from 2 to 0", 1);
    export_some(&bench, 0, 10);
    rd_kafka_mock_push_request_errors(bench.mock.cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    export_other(&bench); /* other topics go on, and this one is refused */
    wait_until_failed(&bench, 1);
    rd_kafka_mock_topic_set_error(bench.mock.cluster, TOPIC, RD_KAFKA_RESP_ERR_NO_ERROR);
    rig_flush(&bench.rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], bench.exported);
    cr_assert_eq(counts[STS_COUNT_POSSIBLE_DUPLICATES], 0u, "%u", (unsigned)counts[STS_COUNT_POSSIBLE_DUPLICATES]);
    check_topic(&bench);
    bench_close(&bench);
}
