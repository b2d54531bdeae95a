/* SPDX-License-Identifier: Apache-2.0
 *
 * The example own-producer from inside, over librdkafka's own cluster: who serves the producer, what becomes of reports
 * that come late or with an error, and that a transport has one exporter. A plain main for ThreadSanitizer's sake: the
 * preset tsan looks for races meanwhile. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

static char nobody; /* the sink of a transport without an exporter */
static int completed;
static void (*meanwhile)(void);

static sts_status watch_completion(sts_transport_sink *sink, const sts_completion *completion) {
    void (*happens)(void) = meanwhile;
    meanwhile = NULL;
    if (happens)
        happens();
    if (sink != (void *)&nobody)
        return sts_transport_complete(sink, completion);
    completed++;
    return STS_OK;
}

int own_producer(int argc, char **argv);

#define main own_producer
#define rd_kafka_conf_set_dr_msg_cb watch_reports
#define sts_transport_complete watch_completion
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

static void check_second_exporter(const sts_options *options) {
    sts_exporter *second;
    sts_error *error = NULL;
    MUST(sts_exporter_new(&second, options, &error) == STS_ERR_UNSUPPORTED);
    MUST(strstr(sts_error_text(error), "each needs one of its own"));
    sts_error_free(error);
}

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
    check_second_exporter(bench.options);
    for (int i = 0; i < LATE_ROUNDS; i++)
        produce_events(&bench.host, EVENT_TOPIC);
    bench_close(&bench);
    MUST(bench.host.events_delivered == (2 * ROUNDS + LATE_ROUNDS) * EVENTS);
}

static bool has_report(const struct transport *ours, int32_t error) {
    const record *done = ours->reported;
    while (done && done->completion.transport_code != error)
        done = done->next;
    return done;
}

static void wait_for_report(struct bench *bench, int32_t error) {
    struct transport *ours = &bench->host.transport;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += DEADLINE_MS / 1000;
    pthread_mutex_lock(&ours->lock);
    while (!has_report(ours, error))
        MUST(pthread_cond_timedwait(&ours->reported_or_woken, &ours->lock, &until) == 0);
    pthread_mutex_unlock(&ours->lock);
}

/* Of codes that nobody knows too; all are polled when the last one is there. */
static void check_errors(void) {
    static const struct {
        int32_t error;
        sts_status code;
        const char *text;
    } cases[] = {{9998, STS_ERR_DELIVERY, "9998"},
                 {9999, STS_ERR_DELIVERY, "9999"},
                 {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, STS_ERR_NOT_AUTHORIZED, "authorization"}};
    enum { CASES = sizeof cases / sizeof *cases };
    static struct bench bench;
    bench_open(&bench, "false");
    for (size_t i = 0; i < CASES; i++) {
        rd_kafka_mock_push_request_errors(bench.mock.cluster, 0 /* Produce */, 1, (rd_kafka_resp_err_t)cases[i].error);
        bench_export(&bench, 1);
        wait_for_report(&bench, cases[i].error);
    }
    sts_outcomes *outcomes = sts_outcomes_new(CASES);
    MUST(sts_poll(bench.exporter, 0) == STS_OK);
    MUST(sts_exporter_take_outcomes(bench.exporter, outcomes, 0) == STS_OK);
    MUST(sts_outcomes_count(outcomes) == CASES);
    for (size_t i = 0; i < CASES; i++) {
        const sts_outcome *outcome = sts_outcomes_at(outcomes, i);
        MUST(sts_outcome_kind(outcome) == STS_OUTCOME_FAILED);
        MUST(sts_outcome_transport_code(outcome) == cases[i].error);
        MUST(sts_outcome_code(outcome) == cases[i].code);
        MUST(strstr(sts_outcome_text(outcome), cases[i].text));
    }
    sts_outcomes_free(outcomes);
    bench_close(&bench);
}

static transport lone;

static void report_one(void) {
    const rd_kafka_message_t message = {.offset = 0};
    record *done = calloc(1, sizeof *done);
    MUST(done);
    done->transport = &lone;
    put_aside(done, &message);
}

/* A report that comes while the transport is being closed does not stay with it. */
static void check_close(void) {
    init_transport(&lone, NULL);
    lone.sink = (sts_transport_sink *)(void *)&nobody;
    report_one();
    meanwhile = report_one;
    own_close(&lone, 0);
    MUST(!meanwhile && completed == 1 && !lone.reported);
    pthread_cond_destroy(&lone.reported_or_woken);
    pthread_mutex_destroy(&lone.lock);
}

int main(void) {
    check_traffic();
    check_errors();
    check_close();
    return 0;
}
