/* SPDX-License-Identifier: Apache-2.0
 *
 * An exporter gets another way to Kafka while it runs: here, to another cluster. What fails changes nothing. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "support/closed_port.h"
#include "support/mock_cluster.h"
#include "support/otlp.h"
#include "support/rig.h"
#include "support/topic_reader.h"

#define TOPIC "a-topic"
enum { PARTITIONS = 3 };

struct bench {
    struct mock_cluster first;
    struct mock_cluster second;
    struct rig rig;
};

static void bench_open(struct bench *bench, const char *const *pairs) {
    mock_cluster_open(&bench->first, TOPIC, PARTITIONS);
    mock_cluster_open(&bench->second, TOPIC, PARTITIONS);
    rig_open_kafka(&bench->rig, bench->first.brokers, TOPIC, pairs);
}

static void bench_close(struct bench *bench) {
    rig_close(&bench->rig);
    mock_cluster_close(&bench->second);
    mock_cluster_close(&bench->first);
}

static size_t count_records(const struct mock_cluster *mock) {
    return topic_count(mock->brokers, TOPIC, PARTITIONS);
}

/* Reconfigures with one option changed. */
static sts_status change(struct bench *bench, const char *name, const char *value, char *text) {
    sts_error *error = NULL;
    cr_assert_eq(sts_options_set(bench->rig.options, name, value, NULL), STS_OK);
    sts_status status = sts_exporter_reconfigure(bench->rig.exporter, bench->rig.options, &error);
    snprintf(text, 400, "%s", sts_error_text(error));
    sts_error_free(error);
    return status;
}

Test(reconfigure, what_waits_goes_to_the_new_cluster) {
    struct bench bench;
    char text[400];
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, NULL);
    cr_assert_eq(rig_export_numbered(&bench.rig, 100, NULL), STS_OK);
    rig_flush(&bench.rig, NULL);
    cr_assert_eq(change(&bench, "brokers", bench.second.brokers, text), STS_OK, "%s", text);
    cr_assert_eq(rd_kafka_mock_broker_set_down(bench.first.cluster, 1), RD_KAFKA_RESP_ERR_NO_ERROR);
    cr_assert_eq(rig_export_numbered(&bench.rig, 200, NULL), STS_OK);
    rig_flush(&bench.rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 300u);
    cr_assert_eq(counts[STS_COUNT_PRODUCER_REBUILDS], 1u);
    cr_assert_eq(count_records(&bench.second), 200u);
    bench_close(&bench);
}

Test(reconfigure, what_fails_changes_nothing) {
    struct bench bench;
    char text[400], brokers[64];
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, NULL);
    rig_set(bench.rig.options, RIG_OPTIONS("read_timeout", "500ms"));
    int port = closed_port_reserve(brokers, sizeof brokers);
    cr_assert_eq(change(&bench, "brokers", brokers, text), STS_ERR_NO_BROKER, "%s", text);
    cr_assert_not_null(strstr(text, brokers), "%s", text);
    cr_assert_eq(rig_export_numbered(&bench.rig, 100, NULL), STS_OK);
    rig_flush(&bench.rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 100u);
    cr_assert_eq(counts[STS_COUNT_PRODUCER_REBUILDS], 0u);
    cr_assert_eq(count_records(&bench.first), 100u);
    close(port);
    bench_close(&bench);
}

Test(reconfigure, what_decides_about_records_cannot_change) {
    struct bench bench;
    char text[400];
    bench_open(&bench, NULL);
    cr_assert_eq(change(&bench, "linger", "1ms", text), STS_OK, "%s", text);
    cr_assert_eq(change(&bench, "record_headers.a", "b", text), STS_ERR_CONFIG);
    cr_assert_eq(strncmp(text, "record_headers.a: ", 18), 0, "%s", text);
    cr_assert_eq(change(&bench, "partitioner", "sarama", text), STS_ERR_CONFIG);
    cr_assert_eq(strncmp(text, "partitioner: ", 13), 0, "%s", text);
    cr_assert_eq(sts_options_set(bench.rig.options, "linger", "a while", NULL), STS_ERR_OPTION_VALUE);
    cr_assert_eq(sts_exporter_reconfigure(bench.rig.exporter, bench.rig.options, NULL), STS_ERR_CONFIG);
    cr_assert_eq(sts_exporter_reconfigure(bench.rig.exporter, NULL, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_close(bench.rig.exporter, RIG_DEADLINE_MS, NULL, 0, NULL), STS_OK);
    bench_close(&bench);
}

Test(reconfigure, needs_kafka_and_an_open_exporter) {
    struct rig rig;
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(sts_exporter_reconfigure(rig.exporter, rig.options, NULL), STS_ERR_UNSUPPORTED);
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, NULL, 0, NULL), STS_OK);
    cr_assert_eq(sts_exporter_reconfigure(rig.exporter, rig.options, NULL), STS_ERR_CLOSED);
    rig_close(&rig);
    cr_assert_eq(sts_exporter_reconfigure(NULL, NULL, NULL), STS_ERR_INVALID_ARGUMENT);
}

struct trial {
    struct rig *rig;
    int begun; /* atomic */
    int done;  /* atomic */
};

/* The trial's producer says that nobody listens there. */
static void note_refused(int32_t level, const char *text, void *user) {
    (void)level;
    if (strstr(text, "Connection refused"))
        __atomic_store_n(&((struct trial *)user)->begun, 1, __ATOMIC_RELEASE);
}

static void *reconfigure_in_vain(void *user) {
    struct trial *trial = user;
    sts_status status = sts_exporter_reconfigure(trial->rig->exporter, trial->rig->options, NULL);
    cr_assert(status == STS_ERR_NO_BROKER || status == STS_ERR_CLOSED, "%s", sts_status_name(status));
    __atomic_store_n(&trial->done, 1, __ATOMIC_RELEASE);
    return NULL;
}

Test(reconfigure, holds_up_no_close) {
    struct mock_cluster mock;
    struct rig rig = {0};
    struct trial trial = {.rig = &rig};
    char brokers[64];
    pthread_t thread;
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    mock_cluster_open(&mock, TOPIC, PARTITIONS);
    rig.options = rig_options(RIG_OPTIONS("brokers", mock.brokers, "topic", TOPIC));
    sts_options_set_log_callback(rig.options, note_refused, &trial);
    rig_start(&rig);
    int port = closed_port_reserve(brokers, sizeof brokers);
    rig_set(rig.options, RIG_OPTIONS("brokers", brokers, "read_timeout", "10s"));
    cr_assert_eq(pthread_create(&thread, NULL, reconfigure_in_vain, &trial), 0);
    while (!__atomic_load_n(&trial.begun, __ATOMIC_ACQUIRE))
        cr_assert_lt(rig_now_ms(), deadline);
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, NULL, 0, NULL), STS_OK);
    cr_assert_eq(__atomic_load_n(&trial.done, __ATOMIC_ACQUIRE), 0, "the trial goes on");
    pthread_join(thread, NULL);
    close(port);
    rig_close(&rig);
    mock_cluster_close(&mock);
}

static void *export_on(void *user) {
    struct rig *rig = user;
    for (int i = 0; i < 200; i++)
        cr_assert_eq(rig_export_numbered(rig, 50, NULL), STS_OK);
    return NULL;
}

/* Again and again, while two threads export. */
Test(reconfigure, loses_nothing_under_load) {
    struct bench bench;
    char text[400];
    uint64_t counts[STS_COUNTS];
    pthread_t threads[2];
    bench_open(&bench, RIG_OPTIONS("outcomes", "counts"));
    for (int i = 0; i < 2; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, export_on, &bench.rig), 0);
    for (int i = 0; i < 6; i++) {
        const struct mock_cluster *mock = i % 2 ? &bench.first : &bench.second;
        cr_assert_eq(change(&bench, "brokers", mock->brokers, text), STS_OK, "%s", text);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    rig_flush(&bench.rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 20000u);
    size_t there = count_records(&bench.first) + count_records(&bench.second);
    cr_assert_geq(there, 20000u);
    cr_assert_leq(there, 20000u + counts[STS_COUNT_POSSIBLE_DUPLICATES]);
    bench_close(&bench);
}
