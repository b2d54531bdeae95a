/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporters from beginning to end: closing, calls at the wrong time or with nothing, independence, silence. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/closed_port.h"
#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"

static void ignore(const sts_explanation *explanation, void *user) {
    (void)explanation;
    ++*(unsigned *)user;
}

Test(lifecycle, closing_delivers_what_is_under_way) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(rig_export_numbered(&rig, 5, NULL), STS_OK);
    cr_assert_eq(sts_exporter_close(rig.exporter, RIG_DEADLINE_MS, counts, STS_COUNTS, NULL), STS_OK);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 5u);
    rig_check_sums(counts);
    cr_assert_eq(sts_exporter_free(rig.exporter, 0), STS_OK);
    rig.exporter = NULL;
    rig_close(&rig);
}

Test(lifecycle, nothing_is_taken_after_close) {
    struct rig rig;
    sts_error *error = NULL;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(rig_export_numbered(&rig, 2, NULL), STS_OK);
    cr_assert_eq(sts_exporter_close(rig.exporter, RIG_DEADLINE_MS, NULL, 0, NULL), STS_OK);
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, NULL, 0, &error), STS_ERR_CLOSED);
    cr_assert_eq(sts_error_is_fatal(error), 1);
    sts_error_free(error);
    cr_assert_eq(rig_export_numbered(&rig, 2, NULL), STS_ERR_CLOSED);
    cr_assert_eq(sts_flush(rig.exporter, 0, NULL, 0, NULL), STS_ERR_CLOSED);
    cr_assert_eq(sts_exporter_counts(rig.exporter, counts, STS_COUNTS), STS_OK, "counters can still be read");
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 2u);
    cr_assert_eq(counts[STS_COUNT_RECORDS], 2u);
    rig_close(&rig);
}

Test(lifecycle, an_exporter_that_only_explains) {
    struct pb otlp = {0};
    unsigned explained = 0;
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none"));
    sts_exporter *exporter = rig_new(options);
    otlp_numbered(&otlp, 3);
    cr_assert_eq(sts_export_logs(exporter, otlp.data, otlp.size, NULL, NULL, 0, NULL), STS_ERR_UNSUPPORTED);
    cr_assert_eq(sts_explain_logs(exporter, otlp.data, otlp.size, NULL, ignore, &explained, NULL), STS_OK);
    cr_assert_eq(explained, 3u);
    cr_assert_eq(sts_exporter_free(exporter, 0), STS_OK);
    sts_options_free(options);
    pb_clear(&otlp);
}

Test(lifecycle, options_are_copied) {
    struct rig rig;
    struct outcome_log log;
    outcome_log_init(&log);
    rig_prepare(&rig, NULL, RIG_OPTIONS("outcomes", "all", "topic", "first"));
    rig_start(&rig);
    rig_set(rig.options, RIG_OPTIONS("topic", "second"));
    sts_options_free(rig.options);
    rig.options = NULL;
    cr_assert_eq(rig_export_numbered(&rig, 1, NULL), STS_OK);
    outcome_log_take(&log, rig.exporter, 1);
    cr_assert_str_eq(log.items[0].topic, "first");
    rig_close(&rig);
    outcome_log_clear(&log);
}

Test(lifecycle, exporters_are_independent) {
    struct rig broken, whole;
    rig_open(&broken, "fatal", NULL);
    rig_open(&whole, NULL, RIG_OPTIONS("topic", "other"));
    cr_assert_eq(rig_export_numbered(&broken, 3, NULL), STS_ERR_PRODUCER_FATAL);
    cr_assert_eq(rig_export_numbered(&whole, 3, NULL), STS_OK);
    rig_close(&broken);
    cr_assert_eq(rig_export_numbered(&whole, 3, NULL), STS_OK);
    rig_flush(&whole, NULL);
    cr_assert_eq(sts_memory_transport_count(whole.memory), 6u);
    rig_close(&whole);
}

Test(lifecycle, polling_belongs_to_exporters_without_a_thread) {
    struct rig rig;
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(sts_poll(rig.exporter, 0), STS_ERR_UNSUPPORTED);
    cr_assert_eq(sts_exporter_fd(rig.exporter), -1);
    rig_close(&rig);
    rig_open(&rig, NULL, RIG_OPTIONS("service_thread", "false"));
    cr_assert_eq(sts_poll(rig.exporter, 0), STS_OK, "also when there is nothing to do");
    rig_close(&rig);
}

Test(lifecycle, an_empty_request_has_no_records) {
    struct rig rig;
    uint64_t counts[STS_COUNTS] = {1, 1, 1};
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(sts_export_logs(rig.exporter, NULL, 0, NULL, counts, STS_COUNTS, NULL), STS_OK);
    cr_assert_eq(counts[STS_COUNT_RECORDS], 0u);
    rig_close(&rig);
}

/* Memory that is only addresses: it reads as zeros, which are no request either, so the size must be what is told. */
Test(lifecycle, requests_have_a_largest_size) {
    struct rig rig;
    unsigned explained = 0;
    size_t size = (size_t)1 << 31;
    void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    cr_assert_neq(data, MAP_FAILED);
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(sts_export_logs(rig.exporter, data, size, NULL, NULL, 0, NULL), STS_ERR_REQUEST_SIZE);
    cr_assert_eq(sts_explain_logs(rig.exporter, data, size, NULL, ignore, &explained, NULL), STS_ERR_REQUEST_SIZE);
    cr_assert_eq(sts_export_logs(rig.exporter, data, size - 1, NULL, NULL, 0, NULL), STS_ERR_MALFORMED,
                 "one byte less is looked at");
    rig_close(&rig);
    munmap(data, size);
}

Test(lifecycle, an_exporter_describes_itself) {
    struct rig rig;
    rig_open(&rig, NULL, RIG_OPTIONS("topic", "a-topic", "partitioner", "sarama"));
    const char *text = sts_exporter_describe(rig.exporter);
    cr_assert_not_null(strstr(text, "memory"), "%s", text);
    cr_assert_not_null(strstr(text, "a-topic"), "%s", text);
    cr_assert_not_null(strstr(text, "sarama"), "%s", text);
    cr_assert_null(strchr(text, '\n'), "%s", text);
    cr_assert_str_eq(sts_exporter_describe(NULL), "");
    rig_close(&rig);
}

Test(lifecycle, an_exporter_tells_what_signals_have_of_their_own) {
    struct rig rig;
    rig_open(&rig, NULL,
             RIG_OPTIONS("topic", "all", "key", "none", "logs.key", "trace_id", "traces.topic", "spans",
                         "metrics.topic", "all", "metrics.key", "none"));
    const char *text = sts_exporter_describe(rig.exporter);
    cr_assert_not_null(strstr(text, "topic all, key none, logs.key trace_id, traces.topic spans, partitioner "), "%s",
                       text);
    rig_close(&rig);
}

Test(lifecycle, no_exporter) {
    uint64_t counts[STS_COUNTS];
    unsigned explained = 0;
    sts_outcomes *list = sts_outcomes_new(1);
    cr_assert_eq(sts_export_logs(NULL, "", 0, NULL, NULL, 0, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_explain_logs(NULL, "", 0, NULL, ignore, &explained, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_flush(NULL, 0, NULL, 0, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_counts(NULL, counts, STS_COUNTS), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_rejected(NULL, STS_ERR_KEY_MISSING), 0u);
    cr_assert_eq(sts_exporter_not_delivered(NULL, STS_ERR_GAVE_UP), 0u);
    cr_assert_eq(sts_poll(NULL, 0), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_fd(NULL), -1);
    cr_assert_eq(sts_exporter_close(NULL, 0, NULL, 0, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_take_outcomes(NULL, list, 0), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_free(NULL, 0), STS_OK);
    sts_outcomes_free(list);
}

Test(lifecycle, wrong_arguments) {
    struct rig rig;
    sts_error *error = NULL;
    rig_open(&rig, NULL, RIG_OPTIONS("outcomes", "all"));
    cr_assert_eq(sts_export_logs(rig.exporter, NULL, 5, NULL, NULL, 0, &error), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_error_code(error), STS_ERR_INVALID_ARGUMENT);
    cr_assert_gt(strlen(sts_error_text(error)), 0u);
    cr_assert_eq(sts_error_offset(error), -1);
    sts_error_free(error);
    cr_assert_eq(sts_explain_logs(rig.exporter, NULL, 0, NULL, NULL, NULL, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_flush(rig.exporter, -1, NULL, 0, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_take_outcomes(rig.exporter, NULL, 0), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_close(rig.exporter, -1, NULL, 0, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(rig_export_numbered(&rig, 1, NULL), STS_OK, "none of that closed it");
    rig_close(&rig);
    sts_export_context *context = sts_export_context_new();
    cr_assert_eq(sts_export_context_set_token(NULL, 1), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_export_context_set_first_record(NULL, 1), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_export_context_add_metadata(NULL, "a", "b", 1), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_export_context_add_metadata(context, NULL, "b", 1), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_export_context_add_metadata(context, "a", NULL, 1), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_export_context_add_metadata(context, "a", NULL, 0), STS_OK);
    cr_assert_eq(sts_export_context_add_metadata(context, "a", "twice", 5), STS_OK);
    sts_export_context_reset(context);
    sts_export_context_reset(NULL);
    sts_export_context_free(context);
    sts_export_context_free(NULL);
}

Test(lifecycle, a_request_is_reset_to_new) {
    struct rig rig;
    struct outcome_log log;
    struct pb otlp = {0};
    sts_export_context *context = sts_export_context_new();
    outcome_log_init(&log);
    otlp_numbered(&otlp, 2);
    rig_open(&rig, NULL, RIG_OPTIONS("outcomes", "all"));
    cr_assert_eq(sts_export_context_set_token(context, UINT64_MAX), STS_OK);
    cr_assert_eq(sts_export_context_set_first_record(context, 1), STS_OK);
    cr_assert_eq(sts_export_logs(rig.exporter, otlp.data, otlp.size, context, NULL, 0, NULL), STS_OK);
    sts_export_context_reset(context);
    cr_assert_eq(sts_export_logs(rig.exporter, otlp.data, otlp.size, context, NULL, 0, NULL), STS_OK);
    outcome_log_take(&log, rig.exporter, 3);
    outcome_log_find(&log, UINT64_MAX, 1); /* the index stays the record's place in the request */
    outcome_log_find(&log, 0, 0);
    outcome_log_find(&log, 0, 1);
    sts_export_context_free(context);
    pb_clear(&otlp);
    rig_close(&rig);
    outcome_log_clear(&log);
}

/* All that would make a careless library talk: a broker that is not there, wrong options, wrong requests. */
static void make_trouble(sts_options *options) {
    sts_exporter *exporter;
    struct pb otlp = {0};
    otlp_numbered(&otlp, 5);
    sts_exporter_new(&exporter, options, NULL);
    rig_set(options, RIG_OPTIONS("topic_check", "off"));
    exporter = rig_new(options);
    cr_assert_eq(sts_export_logs(exporter, otlp.data, otlp.size, NULL, NULL, 0, NULL), STS_OK);
    cr_assert_eq(sts_export_logs(exporter, otlp.data, 9, NULL, NULL, 0, NULL), STS_ERR_MALFORMED);
    cr_assert_eq(sts_flush(exporter, 100, NULL, 0, NULL), STS_ERR_TIMED_OUT);
    cr_assert_eq(sts_exporter_free(exporter, 0), STS_ERR_TIMED_OUT);
    cr_assert_eq(sts_options_set(options, "linger", "soon", NULL), STS_ERR_OPTION_VALUE);
    cr_assert_eq(sts_exporter_new(&exporter, options, NULL), STS_ERR_CONFIG);
    pb_clear(&otlp);
}

Test(lifecycle, nothing_is_printed) {
    char brokers[64];
    int port = closed_port_reserve(brokers, sizeof brokers);
    sts_options *options = rig_options(RIG_OPTIONS("brokers", brokers, "read_timeout", "200ms", "kafka.debug", "all"));
    FILE *file = tmpfile();
    fflush(stdout);
    fflush(stderr);
    int output = dup(1), errors = dup(2);
    dup2(fileno(file), 1);
    dup2(fileno(file), 2);
    make_trouble(options);
    fflush(stdout);
    fflush(stderr);
    dup2(output, 1);
    dup2(errors, 2);
    cr_assert_eq(lseek(fileno(file), 0, SEEK_END), 0, "something was printed");
    fclose(file);
    close(output);
    close(errors);
    close(port);
    sts_options_free(options);
}

static const int hosts_signals[] = {SIGTERM, SIGUSR1, SIGCHLD};
enum { HOSTS_SIGNALS = sizeof hosts_signals / sizeof hosts_signals[0] };

static pthread_t host;
static volatile sig_atomic_t taken_by_host, taken_by_others;

static void take_signal(int number) {
    (void)number;
    if (pthread_equal(pthread_self(), host))
        taken_by_host++;
    else
        taken_by_others++;
}

/* Signals to the process that the host's one thread blocks stay pending as long as no other thread is open to them: a
 * thread of ours that ever were would have taken them before it ended. */
Test(lifecycle, signals_stay_with_the_hosts_threads) {
    const struct sigaction action = {.sa_handler = take_signal};
    sigset_t hosts, mask;
    char brokers[64];
    int port = closed_port_reserve(brokers, sizeof brokers);
    host = pthread_self();
    sigemptyset(&hosts);
    for (size_t i = 0; i < HOSTS_SIGNALS; i++) {
        sigaddset(&hosts, hosts_signals[i]);
        cr_assert_eq(sigaction(hosts_signals[i], &action, NULL), 0);
    }
    pthread_sigmask(SIG_UNBLOCK, &hosts, NULL);
    sts_options *options = rig_options(RIG_OPTIONS("brokers", brokers, "topic_check", "off"));
    sts_exporter *exporter = rig_new(options);
    pthread_sigmask(SIG_BLOCK, &hosts, &mask);
    for (size_t i = 0; i < HOSTS_SIGNALS; i++) {
        cr_assert_not(sigismember(&mask, hosts_signals[i]), "the host's own mask is as it was");
        cr_assert_eq(kill(getpid(), hosts_signals[i]), 0);
    }
    sts_exporter_free(exporter, RIG_DEADLINE_MS);
    cr_assert_eq(taken_by_others, 0, "a thread takes signals");
    pthread_sigmask(SIG_UNBLOCK, &hosts, NULL);
    cr_assert_eq(taken_by_host, HOSTS_SIGNALS);
    sts_options_free(options);
    close(port);
}

/* What a log callback saw; lines may come from two threads. */
struct lines {
    atomic_int count, wrong;
};

static void keep_line(int32_t level, const char *text, void *user) {
    struct lines *lines = user;
    atomic_fetch_add(&lines->count, 1);
    if (level < STS_LOG_ERROR || level > STS_LOG_DEBUG || text[0] == '\0' || strchr(text, '\n'))
        atomic_fetch_add(&lines->wrong, 1);
}

Test(lifecycle, the_log_callback_gets_lines) {
    char brokers[64];
    int port = closed_port_reserve(brokers, sizeof brokers);
    struct lines lines = {0};
    sts_options *options = rig_options(RIG_OPTIONS("brokers", brokers, "read_timeout", "500ms", "topic_check", "warn"));
    cr_assert_eq(sts_options_set_log_callback(options, keep_line, &lines), STS_OK);
    sts_exporter *exporter = rig_new(options);
    cr_assert_gt(atomic_load(&lines.count), 0, "topic_check=warn warns before the exporter is there");
    sts_exporter_free(exporter, 0);
    cr_assert_eq(atomic_load(&lines.wrong), 0);
    sts_options_free(options);
    close(port);
}

Test(lifecycle, closing_at_once_is_fine_where_nothing_is_given_up) {
    for (int i = 0; i < 50; i++) {
        uint64_t counts[STS_COUNTS];
        struct rig rig;
        rig_open(&rig, "", NULL);
        cr_assert_eq(rig_export_numbered(&rig, 10, NULL), STS_OK);
        cr_assert_eq(sts_exporter_close(rig.exporter, 0, counts, STS_COUNTS, NULL), STS_OK);
        cr_assert_eq(counts[STS_COUNT_DELIVERED], 10);
        rig_close(&rig);
    }
}
