/* SPDX-License-Identifier: Apache-2.0
 *
 * Options that are librdkafka properties, kafka.<property>: which pass, which are refused, and that secrets stay in. */
#include <criterion/criterion.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "support/rig.h"
#include "transport/kafka/conf.h"

#define SECRET "correct-horse-battery-staple"

Test(kafka_properties, good_ones_pass) {
    sts_options *options = rig_options(RIG_OPTIONS("kafka.socket.keepalive.enable", "true", "kafka.client.rack", "", //
                                                   "kafka.security.protocol", "sasl_ssl"));
    cr_assert_str_eq(sts_options_get(options, "kafka.socket.keepalive.enable"), "true");
    cr_assert_str_eq(sts_options_get(options, "kafka.client.rack"), "", "empty is a value");
    cr_assert_null(sts_options_get(options, "kafka.socket.nagle.disable"), "it was not set");
    cr_assert_null(sts_options_get(options, "kafka.no.such.property"));
    sts_options_free(options);
}

static void check_fault(const char *name, const char *value, sts_status expected, const char *part) {
    sts_options *options = sts_options_new();
    sts_error *error = NULL;
    sts_status status = sts_options_set(options, name, value, &error);
    cr_assert_eq(status, expected, "%s=%s: %s", name, value, sts_status_name(status));
    cr_assert_eq(sts_error_code(error), expected);
    cr_assert_not_null(strstr(sts_error_text(error), part), "no '%s' in: %s", part, sts_error_text(error));
    cr_assert_null(sts_options_get(options, name), "%s keeps its old value, which is none", name);
    sts_error_free(error);
    sts_options_free(options);
}

Test(kafka_properties, unknown_ones_get_a_suggestion) {
    check_fault("kafka.sasl.pasword", "x", STS_ERR_OPTION_UNKNOWN, "sasl.password");
    check_fault("kafka.socket.keepalive.enabled", "true", STS_ERR_OPTION_UNKNOWN, "socket.keepalive.enable");
    check_fault("kafka.", "x", STS_ERR_OPTION_UNKNOWN, "kafka.");
}

Test(kafka_properties, bad_values_are_refused_at_once) {
    check_fault("kafka.socket.keepalive.enable", "perhaps", STS_ERR_OPTION_VALUE, "socket.keepalive.enable");
    check_fault("kafka.metadata.max.age.ms", "-1", STS_ERR_OPTION_VALUE, "metadata.max.age.ms");
    check_fault("kafka.security.protocol", "plain", STS_ERR_OPTION_VALUE, "security.protocol");
}

/* Each of these, by each of its names, would break a promise of this library. */
Test(kafka_properties, what_breaks_a_promise_is_refused) {
    const struct {
        const char *name, *value;
    } refused[] = {
        {"partitioner", "random"},
        {"enable.idempotence", "false"},
        {"max.in.flight", "5"},
        {"max.in.flight.requests.per.connection", "5"},
        {"acks", "1"},
        {"request.required.acks", "1"},
        {"message.timeout.ms", "1000"},
        {"delivery.timeout.ms", "1000"},
        {"request.timeout.ms", "1000"},
        {"queue.buffering.max.messages", "10"},
        {"queue.buffering.max.kbytes", "10"},
        {"enable.gapless.guarantee", "true"},
        {"allow.auto.create.topics", "true"},
        {"statistics.interval.ms", "1000"},
        {"transactional.id", "mine"},
        {"plugin.library.paths", "evil.so"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char name[64];
        snprintf(name, sizeof name, "kafka.%s", refused[i].name);
        check_fault(name, refused[i].value, STS_ERR_OPTION_REFUSED, refused[i].name);
    }
}

/* librdkafka warns where the product with 1024 is more than a size_t holds; the property ends at 2^31 - 1. */
Test(kafka_properties, the_queue_of_librdkafka_is_as_large_as_it_can_be) {
    cr_assert_eq(sts__kafka_queue_kbytes(UINT64_MAX), INT32_MAX);
    cr_assert_eq(sts__kafka_queue_kbytes(UINT32_MAX), 4194303);
    cr_assert_leq((uint64_t)sts__kafka_queue_kbytes(UINT32_MAX) * 1024, UINT32_MAX);
}

/* Keeps whether the secret was ever in a log line, and a count of lines that can be waited for. */
struct leak {
    sem_t lines;
    atomic_int leaks;
    atomic_int blots; /* lines in which secrets were blotted out */
};

static void look_for_leak(int32_t level, const char *text, void *user) {
    struct leak *leak = user;
    (void)level;
    if (strstr(text, SECRET))
        atomic_fetch_add(&leak->leaks, 1);
    if (strstr(text, "me-[REDACTED]-and-[REDACTED]"))
        atomic_fetch_add(&leak->blots, 1);
    sem_post(&leak->lines);
}

static void check_error_hides_secret(sts_error *error) {
    cr_assert_gt(strlen(sts_error_text(error)), 0u);
    cr_assert_null(strstr(sts_error_text(error), SECRET), "%s", sts_error_text(error));
    sts_error_free(error);
}

/* Options with secrets in them, which go on to make an exporter as `pairs` say. */
static sts_options *secret_options(struct leak *leak, const char *const *pairs) {
    sts_options *options = rig_options(pairs);
    sem_init(&leak->lines, 0, 0);
    atomic_init(&leak->leaks, 0);
    atomic_init(&leak->blots, 0);
    rig_set(options, RIG_OPTIONS("kafka.sasl.password", SECRET, "kafka.ssl.key.password", SECRET, //
                                 "kafka.ssl.keystore.password", SECRET, "kafka.sasl.username", "me"));
    cr_assert_eq(sts_options_set_log_callback(options, look_for_leak, leak), STS_OK);
    return options;
}

Test(kafka_properties, secrets_stay_out_of_the_faults_of_an_option) {
    const char *const names[] = {"kafka.sasl.pasword", "sasl.password", "kafka.ssl.key.passwort", "password"};
    sts_options *options = sts_options_new();
    sts_exporter *exporter;
    sts_error *error = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        cr_assert_eq(sts_options_set(options, names[i], SECRET, &error), STS_ERR_OPTION_UNKNOWN);
        check_error_hides_secret(error);
        error = NULL;
    }
    cr_assert_eq(sts_exporter_new(&exporter, options, &error), STS_ERR_CONFIG);
    check_error_hides_secret(error);
    sts_options_free(options);
}

Test(kafka_properties, secrets_stay_out_of_a_failed_start) {
    struct leak leak;
    sts_exporter *exporter;
    sts_error *error = NULL;
    sts_options *options = secret_options(&leak, RIG_OPTIONS("brokers", "localhost:1", "kafka.security.protocol", "ssl",
                                                             "kafka.ssl.key.location", "/nonexistent/key.pem"));
    sts_status status = sts_exporter_new(&exporter, options, &error);
    cr_assert_eq(status, STS_ERR_CONFIG, "%s: %s", sts_status_name(status), sts_error_text(error));
    check_error_hides_secret(error);
    cr_assert_eq(atomic_load(&leak.leaks), 0);

    /* A key that is no PEM: the text of a secret property reaches the parser of OpenSSL and its error. */
    error = NULL;
    rig_set(options, RIG_OPTIONS("kafka.ssl.key.location", "", "kafka.ssl.key.pem", SECRET));
    status = sts_exporter_new(&exporter, options, &error);
    cr_assert_neq(status, STS_OK);
    check_error_hides_secret(error);
    sts_options_free(options);
}

/* librdkafka's debug lines dump the whole configuration. */
Test(kafka_properties, secrets_stay_out_of_debug_lines) {
    struct leak leak;
    sts_options *options = secret_options(&leak, RIG_OPTIONS("brokers", "localhost:1", "topic_check", "off",
                                                             "kafka.debug", "all", "kafka.security.protocol",
                                                             "sasl_plaintext", "kafka.sasl.mechanisms", "PLAIN"));
    sts_exporter *exporter = rig_new(options);
    cr_assert_null(strstr(sts_exporter_describe(exporter), SECRET));
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += RIG_DEADLINE_MS / 1000;
    for (int i = 0; i < 10; i++)
        cr_assert_eq(sem_timedwait(&leak.lines, &deadline), 0, "only %d debug lines came", i);
    sts_exporter_free(exporter, 0);
    cr_assert_eq(atomic_load(&leak.leaks), 0);
    sts_options_free(options);
}

/* Whatever librdkafka may show of a secret, it shows nothing of it here: for a proof the client has the name of the
 * password, and names are shown. */
Test(kafka_properties, secrets_are_blotted_out_of_log_lines) {
    struct leak leak;
    int lines;
    sts_options *options =
        secret_options(&leak, RIG_OPTIONS("brokers", "localhost:1", "topic_check", "warn", "read_timeout", "100ms",
                                          "kafka.debug", "all", "client_id", "me-" SECRET "-and-" SECRET));
    sts_exporter_free(rig_new(options), 0);
    cr_assert_eq(sem_getvalue(&leak.lines, &lines), 0);
    cr_assert_gt(lines, 10);
    cr_assert_eq(atomic_load(&leak.leaks), 0);
    cr_assert_gt(atomic_load(&leak.blots), 0);
    sts_options_free(options);
}
