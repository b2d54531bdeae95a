/* SPDX-License-Identifier: Apache-2.0
 *
 * The example own-producer from inside, over librdkafka's own cluster: who serves the producer. A plain main for
 * ThreadSanitizer's sake: the preset tsan looks for races meanwhile. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <librdkafka/rdkafka.h>
#include <stskafka/stskafka.h>
#include <stskafka/transport.h>

#include "support/mock_cluster.h"
#include "support/must.h"

/* --- what the example calls comes by here --- */

static void (*on_report)(rd_kafka_t *, const rd_kafka_message_t *, void *);
static bool may_serve(void *opaque);

static void check_thread(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque) {
    MUST(may_serve(opaque));
    on_report(producer, message, opaque);
}

static void watch_reports(rd_kafka_conf_t *conf, void (*callback)(rd_kafka_t *, const rd_kafka_message_t *, void *)) {
    on_report = callback;
    rd_kafka_conf_set_dr_msg_cb(conf, check_thread);
    MUST(rd_kafka_conf_set(conf, "batch.num.messages", "5", NULL, 0) == RD_KAFKA_CONF_OK); /* many turns of serving */
}

int own_producer(int argc, char **argv);

#define main own_producer
#define rd_kafka_conf_set_dr_msg_cb watch_reports
#include "../examples/own-producer/own_producer.c"
#undef main

/* --- what the checks share --- */

enum { ROUNDS = 50, LATE_ROUNDS = 200, RECORDS = 100, PARTITIONS = 3, DEADLINE_MS = 30000 };
#define TOPIC "own-producer"
#define EVENT_TOPIC "own-producer-events"

/* The host's thread, and after it the one that ends the host. */
static bool may_serve(void *opaque) {
    const host *self = opaque;
    return pthread_equal(pthread_self(), self->thread) || __atomic_load_n(&self->ending, __ATOMIC_ACQUIRE);
}

struct bench {
    struct mock_cluster mock;
    host host;
    sts_options *options;
    sts_exporter *exporter;
};

static void bench_open(struct bench *bench, const char *service_thread) {
    mock_cluster_open(&bench->mock, TOPIC, PARTITIONS);
    MUST(rd_kafka_mock_topic_create(bench->mock.cluster, EVENT_TOPIC, PARTITIONS, 1) == RD_KAFKA_RESP_ERR_NO_ERROR);
    start_host(&bench->host, bench->mock.brokers);
    bench->options = sts_options_new();
    MUST(sts_options_set(bench->options, "topic", TOPIC, NULL) == STS_OK);
    MUST(sts_options_set(bench->options, "outcomes", "failures", NULL) == STS_OK);
    MUST(sts_options_set(bench->options, "service_thread", service_thread, NULL) == STS_OK);
    MUST(sts_options_set_transport(bench->options, &own_methods, &bench->host.transport) == STS_OK);
    MUST(sts_exporter_new(&bench->exporter, bench->options, NULL) == STS_OK);
}

static void bench_export(struct bench *bench, unsigned records) {
    char key[32];
    sts_logs *logs = sts_logs_new();
    MUST(sts_logs_add_resource(logs, NULL) == STS_OK);
    for (unsigned i = 0; i < records; i++) {
        snprintf(key, sizeof key, "key-%u", i);
        MUST(sts_logs_add_record(logs, 0, NULL) == STS_OK);
        MUST(sts_logs_set_body_bytes(logs, "b", 1, NULL) == STS_OK);
        MUST(sts_logs_put_string(logs, "stskafka.key", key, strlen(key), NULL) == STS_OK);
    }
    MUST(sts_export_log_batch(bench->exporter, logs, NULL, NULL, 0, NULL) == STS_OK);
    sts_logs_free(logs);
}

static void bench_close(struct bench *bench) {
    sts_exporter_free(bench->exporter, DEADLINE_MS);
    end_host(&bench->host);
    sts_options_free(bench->options);
    mock_cluster_close(&bench->mock);
}

/* --- the checks --- */

/* The host's events and our records at the same time, with an exporter that is flushed over and over; and events that
 * are delivered while the host ends. */
static void check_traffic(void) {
    static struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, "true");
    for (int i = 0; i < ROUNDS; i++) {
        produce_events(&bench.host, EVENT_TOPIC);
        bench_export(&bench, RECORDS);
        produce_events(&bench.host, EVENT_TOPIC);
        MUST(sts_flush(bench.exporter, DEADLINE_MS, NULL, 0, NULL) == STS_OK);
    }
    MUST(sts_exporter_close(bench.exporter, DEADLINE_MS, counts, STS_COUNTS, NULL) == STS_OK);
    MUST(counts[STS_COUNT_DELIVERED] == (uint64_t)ROUNDS * RECORDS);
    for (int i = 0; i < LATE_ROUNDS; i++)
        produce_events(&bench.host, EVENT_TOPIC);
    bench_close(&bench);
    MUST(bench.host.events_delivered == (2 * ROUNDS + LATE_ROUNDS) * EVENTS);
}

int main(void) {
    check_traffic();
    return 0;
}
