/* SPDX-License-Identifier: Apache-2.0
 *
 * sts_exporter_threads against the process's own list of threads. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <malloc.h>
#include <string.h>
#include <time.h>

#include "support/mock_cluster.h"
#include "support/rig.h"
#include "transport/kafka/close.h"
#include "transport/kafka/topic.h"

#define TOPIC "a-topic"

static int32_t threads_of_process(void) {
    int32_t count = 0;
    DIR *tasks = opendir("/proc/self/task");
    cr_assert_not_null(tasks);
    for (struct dirent *task; (task = readdir(tasks));)
        count += task->d_name[0] != '.';
    closedir(tasks);
    return count;
}

/* A thread counts once it runs, and is in the list a moment earlier; and the other way round at its end. */
static void wait_for_growth(const sts_exporter *exporter, int32_t before) {
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    const struct timespec moment = {.tv_nsec = 1000000};
    while (threads_of_process() - before != sts_exporter_threads(exporter)) {
        cr_assert_lt(rig_now_ms(), deadline, "%d threads more, %d are told", threads_of_process() - before,
                     sts_exporter_threads(exporter));
        nanosleep(&moment, NULL);
    }
}

static int32_t check_growth(const struct mock_cluster *mock, const char *service_thread) {
    int32_t before = threads_of_process();
    sts_options *options =
        rig_options(RIG_OPTIONS("brokers", mock->brokers, "topic", TOPIC, "service_thread", service_thread));
    struct rig rig = {NULL, options, rig_new(options)};
    cr_assert_eq(rig_export_numbered(&rig, 20, NULL), STS_OK);
    rig_flush(&rig, NULL);
    wait_for_growth(rig.exporter, before);
    int32_t told = sts_exporter_threads(rig.exporter);
    cr_assert_eq(sts_exporter_close(rig.exporter, RIG_DEADLINE_MS, NULL, 0, NULL), STS_OK);
    cr_assert_eq(sts_exporter_threads(rig.exporter), 0);
    wait_for_growth(rig.exporter, before);
    rig_close(&rig);
    return told;
}

Test(threads, are_as_many_as_the_process_has_more) {
    struct mock_cluster mock;
    mock_cluster_open(&mock, TOPIC, 1);
    int32_t with_own = check_growth(&mock, "true");
    int32_t without = check_growth(&mock, "false");
    cr_assert_eq(with_own, without + 1);
    cr_assert_geq(without, 3, "one main, one internal, one for the broker");
    mock_cluster_close(&mock);
}

static rd_kafka_t *start_silently(sts__kafka_observer *observer) {
    char text[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, NULL);
    rd_kafka_t *producer = sts__kafka_start(conf, observer, text, sizeof text);
    cr_assert_not_null(producer, "%s", text);
    return producer;
}

/* Threads count until they have ended, and there may be two producers at a time. */
Test(threads, of_a_producer_end_with_it) {
    static const sts__kafka_topics none;
    sts__kafka_observer *observer = sts__kafka_observer_new(&none, NULL, STS__KAFKA_STOP_BY_PURGE);
    cr_assert_eq(sts__kafka_observer_threads(observer), 0);
    rd_kafka_t *first = start_silently(observer);
    rd_kafka_t *second = start_silently(observer);
    sts__kafka_destroy(first, sts__kafka_ending_new(), (sts__kafka_unfinished){NULL, false}, observer, RIG_DEADLINE_MS);
    cr_assert_gt(sts__kafka_observer_threads(observer), 0);
    sts__kafka_destroy(second, sts__kafka_ending_new(), (sts__kafka_unfinished){NULL, false}, observer,
                       RIG_DEADLINE_MS);
    cr_assert_eq(sts__kafka_observer_threads(observer), 0);
    sts__kafka_observer_release(observer);
}

static void start_with_bad_certificate(const sts_options *options) {
    sts_exporter *exporter;
    sts_error *error = NULL;
    cr_assert_eq(sts_exporter_new(&exporter, options, &error), STS_ERR_CONFIG);
    cr_assert_not_null(strstr(sts_error_text(error), "ssl.ca.location"), "%s", sts_error_text(error));
    sts_error_free(error);
}

/* librdkafka looks at certificates when its interceptors are in place already. A host that starts again and again must
 * not crash, and lose no memory: a configuration that is left behind takes more than the kilobyte a start. */
Test(threads, a_start_that_fails_late_leaves_nothing) {
    enum { STARTS = 100, KILOBYTE = 1024 };
    int32_t before = threads_of_process();
    sts_options *options = rig_options(
        RIG_OPTIONS("brokers", "127.0.0.1:1", "kafka.security.protocol", "ssl", "kafka.ssl.ca.location", "/no/such"));
    start_with_bad_certificate(options);
    size_t memory = mallinfo2().uordblks;
    for (int i = 0; i < STARTS; i++)
        start_with_bad_certificate(options);
    cr_assert_lt(mallinfo2().uordblks, memory + (size_t)STARTS * KILOBYTE);
    cr_assert_eq(threads_of_process(), before);
    sts_options_free(options);
}

/* What a rehearsal of the start must not do: fail where the start would not. */
Test(threads, are_counted_under_tls_too) {
    int32_t before = threads_of_process();
    sts_options *options = rig_options(
        RIG_OPTIONS("brokers", "127.0.0.1:1,127.0.0.1:2", "topic_check", "off", "kafka.security.protocol", "ssl"));
    struct rig rig = {NULL, options, rig_new(options)};
    wait_for_growth(rig.exporter, before);
    cr_assert_eq(sts_exporter_threads(rig.exporter), 5, "our own, two, and one for each address");
    rig_close(&rig);
}

Test(threads, of_other_transports) {
    struct rig rig;
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(sts_exporter_threads(rig.exporter), 1, "memory has none of its own");
    rig_close(&rig);
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none"));
    rig = (struct rig){NULL, options, rig_new(options)};
    cr_assert_eq(sts_exporter_threads(rig.exporter), 0);
    rig_close(&rig);
    cr_assert_eq(sts_exporter_threads(NULL), 0);
}
