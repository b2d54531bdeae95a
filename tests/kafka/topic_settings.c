/* SPDX-License-Identifier: Apache-2.0
 *
 * What the cluster tells of a topic: a record that would be refused is rejected alone, before it goes; and what was
 * read once is read again. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "exporter/exporter.h"
#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/log_lines.h"
#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"
#include "support/topic_reader.h"
#include "transport/kafka/internal.h"

struct bench {
    struct rig rig;
    struct log_lines log;
    char topic[64];
};

static void bench_open(struct bench *bench, const char *name, const char *config, const char *const *pairs) {
    snprintf(bench->topic, sizeof bench->topic, "settings-%s-%d", name, (int)getpid());
    admin_create_topic(kafka_bootstrap(), bench->topic, 1, config);
    log_lines_init(&bench->log);
    bench->rig = (struct rig){.options = rig_options(RIG_OPTIONS("brokers", kafka_bootstrap(), "topic", bench->topic,
                                                                 "outcomes", "all", "compression", "none"))};
    rig_set(bench->rig.options, pairs);
    sts_options_set_log_callback(bench->rig.options, log_lines_callback, &bench->log);
    rig_start(&bench->rig);
}

static void bench_close(struct bench *bench) {
    rig_close(&bench->rig);
    log_lines_clear(&bench->log);
}

static sts_status export(struct bench *bench, const char *key, size_t size) {
    struct otlp otlp = {0};
    struct pb request = {0};
    char body[4000];
    memset(body, 'x', size);
    body[size] = '\0';
    otlp_add_record(&otlp, key, body);
    otlp_finish(&request, &otlp);
    sts_status status = rig_export(&bench->rig, &request, NULL);
    pb_clear(&request);
    return status;
}

static sts__kafka *transport_of(const struct bench *bench) {
    return bench->rig.exporter->transport_context;
}

/* --- by the linker's --wrap: answers that have come, and how far this thread's clock is ahead --- */

static pthread_mutex_t answering = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t has_answer = PTHREAD_COND_INITIALIZER;
static unsigned answers;
static __thread int64_t ahead_us;

/* NOLINTBEGIN(bugprone-reserved-identifier) */
void __wrap_sts__kafka_take_settings(sts__kafka *kafka, rd_kafka_event_t *event);
void __real_sts__kafka_take_settings(sts__kafka *kafka, rd_kafka_event_t *event);
int64_t __wrap_sts__clock_us(void);
int64_t __real_sts__clock_us(void);

void __wrap_sts__kafka_take_settings(sts__kafka *kafka, rd_kafka_event_t *event) {
    __real_sts__kafka_take_settings(kafka, event);
    pthread_mutex_lock(&answering);
    answers++;
    pthread_cond_broadcast(&has_answer);
    pthread_mutex_unlock(&answering);
}

int64_t __wrap_sts__clock_us(void) {
    return __real_sts__clock_us() + ahead_us;
}
/* NOLINTEND(bugprone-reserved-identifier) */

static bool are_compacted(const sts__topic_settings *settings) {
    return __atomic_load_n(&settings->compacted, __ATOMIC_RELAXED);
}

static bool have_the_higher_limit(const sts__topic_settings *settings) {
    return __atomic_load_n(&settings->limit, __ATOMIC_RELAXED) == 20000;
}

/* Waits for answers until the topic's settings are so. */
static void await_settings(const struct bench *bench, bool (*are_so)(const sts__topic_settings *settings)) {
    const sts__topic_settings *settings = &transport_of(bench)->topics.items[0].settings;
    struct timespec until;
    int late = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += RIG_DEADLINE_MS / 1000;
    pthread_mutex_lock(&answering);
    while (!are_so(settings) && !late)
        late = pthread_cond_timedwait(&has_answer, &answering, &until);
    pthread_mutex_unlock(&answering);
    cr_assert(are_so(settings), "the settings are not told: %u answers", answers);
}

Test(topic_settings, a_compacted_topic_takes_no_record_without_a_key) {
    struct bench bench;
    struct outcome_log outcomes;
    struct otlp otlp = {0};
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, "compacted", "cleanup.policy=compact", RIG_OPTIONS("missing_key", "null"));
    for (int i = 0; i < 1000; i++)
        otlp_add_record(&otlp, i == 500 ? NULL : "a-key", "body");
    otlp_finish(&request, &otlp);
    cr_assert_eq(rig_export(&bench.rig, &request, NULL), STS_ERR_REJECTED);
    rig_flush(&bench.rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 999u);
    cr_assert_eq(counts[STS_COUNT_REJECTED], 1u);
    cr_assert_eq(counts[STS_COUNT_POSSIBLE_DUPLICATES], 0u);
    cr_assert_eq(counts[STS_COUNT_PRODUCER_REBUILDS], 0u);
    outcome_log_init(&outcomes);
    outcome_log_take(&outcomes, bench.rig.exporter, 1000);
    struct outcome_copy outcome = outcome_log_find(&outcomes, 0, 500);
    cr_assert_eq(outcome.kind, STS_OUTCOME_REJECTED);
    cr_assert_eq(outcome.code, STS_ERR_DELIVERY);
    cr_assert_not_null(strstr(outcome.text, "the topic is compacted"), "%s", outcome.text);
    outcome_log_clear(&outcomes);
    pb_clear(&request);
    bench_close(&bench);
}

/* The record in front of it waits for the next producer, for the present one has just met its end: it is taken. */
Test(topic_settings, what_is_rejected_takes_nothing_along_that_waits) {
    struct bench bench;
    struct otlp otlp = {0};
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, "waiting", "cleanup.policy=compact",
               RIG_OPTIONS("missing_key", "null", "service_thread", "false"));
    sts__kafka_force_fatal(transport_of(&bench));
    otlp_add_record(&otlp, "a-key", "body");
    otlp_add_record(&otlp, NULL, "body");
    otlp_finish(&request, &otlp);
    cr_assert_eq(rig_export(&bench.rig, &request, counts), STS_ERR_REJECTED);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 1u);
    cr_assert_eq(counts[STS_COUNT_REJECTED], 1u);
    rig_flush(&bench.rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 1u);
    cr_assert_eq(topic_count(kafka_bootstrap(), bench.topic, 1), 1u);
    pb_clear(&request);
    bench_close(&bench);
}

/* Settings that are older than some seconds are read again before a record is refused for them. */
Test(topic_settings, a_limit_that_is_raised_is_heeded) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, "raised", "max.message.bytes=1000", RIG_OPTIONS("topic_settings_interval", "0s"));
    cr_assert_eq(export(&bench, "a-key", 2000), STS_ERR_REJECTED);
    admin_configure_topic(kafka_bootstrap(), bench.topic, "max.message.bytes=20000");
    ahead_us = 6000000; /* what was read is old by then */
    cr_assert_eq(export(&bench, "a-key", 2000), STS_OK);
    ahead_us = 0;
    rig_flush(&bench.rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 1u);
    cr_assert_eq(counts[STS_COUNT_FAILED], 0u);
    cr_assert_eq(topic_count(kafka_bootstrap(), bench.topic, 1), 1u);
    bench_close(&bench);
}

/* No record goes meanwhile: nothing else is there to ask for them. */
Test(topic_settings, are_read_again_at_an_interval) {
    struct bench bench;
    bench_open(&bench, "interval", NULL,
               RIG_OPTIONS("missing_key", "null", "topic_settings_interval", "100ms", "kafka.batch.num.messages", "1"));
    cr_assert_eq(export(&bench, NULL, 10), STS_OK);
    rig_flush(&bench.rig, NULL);
    admin_configure_topic(kafka_bootstrap(), bench.topic, "cleanup.policy=compact");
    await_settings(&bench, are_compacted);
    cr_assert_eq(export(&bench, NULL, 10), STS_ERR_REJECTED);
    bench_close(&bench);
}

Test(topic_settings, are_read_again_for_a_new_configuration) {
    struct bench bench;
    bench_open(&bench, "reconfigured", "max.message.bytes=1000", RIG_OPTIONS("topic_settings_interval", "0s"));
    cr_assert_eq(export(&bench, "a-key", 2000), STS_ERR_REJECTED);
    admin_configure_topic(kafka_bootstrap(), bench.topic, "max.message.bytes=20000");
    cr_assert_eq(sts_exporter_reconfigure(bench.rig.exporter, bench.rig.options, NULL), STS_OK);
    await_settings(&bench, have_the_higher_limit);
    cr_assert_eq(export(&bench, "a-key", 2000), STS_OK);
    rig_flush(&bench.rig, NULL);
    cr_assert_eq(topic_count(kafka_bootstrap(), bench.topic, 1), 1u);
    bench_close(&bench);
}

/* --- times --- */

/* A message with a time of its own, through the transport itself: what it says of one is looked at here, before there
 * is an outcome. */
static void send_at(struct bench *bench, int64_t from_now_ms, sts_status expected, const char *text) {
    struct timespec now;
    sts_exporter *exporter = bench->rig.exporter;
    sts__ledger_export export = {0};
    sts__ledger_record record = {.topic = bench->topic, .cost = 100};
    sts__fault fault = {0};
    size_t accepted;
    clock_gettime(CLOCK_REALTIME, &now);
    cr_assert_eq(sts__ledger_accept(&exporter->ledger, &export, &record, 1, 1, &accepted), STS_OK);
    const sts_message message = {.struct_size = sizeof message,
                                 .id = record.id,
                                 .timestamp_ms = now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000 + from_now_ms,
                                 .topic = bench->topic,
                                 .key = {"k", 1},
                                 .value = {"v", 1},
                                 .partition = -1};
    sts_status status = exporter->transport.send(exporter->transport_context, &message, &fault.transport_code,
                                                 fault.text, sizeof fault.text);
    cr_assert_eq(status, expected, "%s: %s", sts_status_name(status), fault.text);
    if (status == STS_OK)
        return;
    cr_assert_not_null(strstr(fault.text, text), "%s", fault.text);
    sts__ledger_cancel(&exporter->ledger, &record, 1);
}

#define HOUR INT64_C(3600000)

Test(topic_settings, times_out_of_bounds_are_rejected) {
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, "times", "message.timestamp.before.max.ms=7200000", NULL); /* after.max.ms is an hour */
    send_at(&bench, -HOUR, STS_OK, NULL);
    send_at(&bench, -3 * HOUR, STS_ERR_DELIVERY,
            "10800 s before this machine's; the topic's "
            "message.timestamp.before.max.ms is 7200000");
    send_at(&bench, HOUR / 2, STS_OK, NULL);
    send_at(&bench, 2 * HOUR, STS_ERR_DELIVERY, "after.max.ms is 3600000");
    rig_flush(&bench.rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 2u);
    bench_close(&bench);
}

Test(topic_settings, times_are_the_brokers_where_it_gives_them) {
    struct bench bench;
    bench_open(&bench, "append", "message.timestamp.type=LogAppendTime", NULL);
    send_at(&bench, 2 * HOUR, STS_OK, NULL);
    rig_flush(&bench.rig, NULL);
    cr_assert_eq(topic_count(kafka_bootstrap(), bench.topic, 1), 1u);
    bench_close(&bench);
}

/* One of a hundred is old, and the bound comes when the exporter has looked. */
Test(topic_settings, a_broker_that_refuses_a_time_tells_which) {
    struct bench bench;
    struct outcome_log outcomes;
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, "old", NULL, RIG_OPTIONS("linger", "100ms"));
    admin_configure_topic(kafka_bootstrap(), bench.topic, "message.timestamp.before.max.ms=3600000");
    for (int i = 0; i < 100; i++)
        send_at(&bench, i == 50 ? -2 * HOUR : 0, STS_OK, NULL);
    rig_flush(&bench.rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 99u);
    cr_assert_eq(counts[STS_COUNT_FAILED], 1u);
    outcome_log_init(&outcomes);
    outcome_log_take(&outcomes, bench.rig.exporter, 100);
    for (size_t i = 0; i < outcomes.count; i++)
        if (outcomes.items[i].kind == STS_OUTCOME_FAILED)
            cr_assert_not_null(strstr(outcomes.items[i].text, "the record's time is 72"), "%s",
                               outcomes.items[i].text); /* 7200 s, and as long as it took */
    outcome_log_clear(&outcomes);
    bench_close(&bench);
}

/* --- replicas: the tests' broker is alone --- */

Test(topic_settings, one_replica_is_told_of) {
    struct bench bench;
    bench_open(&bench, "replica", "min.insync.replicas=2", NULL);
    cr_assert_eq(log_lines_count(&bench.log, "has 1 replica, so required_acks=all waits for one broker only"), 1u);
    cr_assert_eq(log_lines_count(&bench.log, "its min.insync.replicas is 2, which brokers ignore"), 1u);
    bench_close(&bench);
}

Test(topic_settings, one_replica_is_nothing_to_tell_where_the_leader_is_enough) {
    struct bench bench;
    bench_open(&bench, "leader", "min.insync.replicas=2", RIG_OPTIONS("required_acks", "leader"));
    cr_assert_eq(log_lines_count(&bench.log, "replica"), 0u);
    bench_close(&bench);
}
