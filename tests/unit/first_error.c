/* SPDX-License-Identifier: Apache-2.0
 *
 * One `&error` for several calls: the first cause is kept, by every call, and none is lost (the preset asan sees a
 * leak). What each call returns stays its own. That nothing but base/error.c puts an error object anywhere,
 * abi.includes holds. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include <stskafka/stskafka.h>
#include <stskafka/transport.h>

#include "support/rig.h"

static const char malformed[] = "\x0a\x05"
                                "ab"; /* a length of 5 before 2 bytes */

static void explain(const sts_explanation *explanation, void *user) {
    (void)explanation, (void)user;
}

/* An error that no other call of this file makes. */
static sts_error *first_error(char *text, size_t text_size) {
    sts_error *error = NULL;
    sts_options *options = sts_options_new();
    cr_assert_eq(sts_options_set(options, "no.such.option", "x", &error), STS_ERR_OPTION_UNKNOWN);
    snprintf(text, text_size, "%s", sts_error_text(error));
    sts_options_free(options);
    return error;
}

/* The call fails with `expected`, makes an error of its own where there is none, and keeps one that is there. */
#define KEEPS_THE_FIRST(expected, call)                                                                                \
    do {                                                                                                               \
        char first_text[512];                                                                                          \
        sts_error *error = NULL;                                                                                       \
        cr_assert_eq((call), (expected), "%s", #call);                                                                 \
        cr_assert_eq(sts_error_code(error), (expected), "%s", #call);                                                  \
        sts_error_free(error);                                                                                         \
        sts_error *first = first_error(first_text, sizeof first_text);                                                 \
        error = first;                                                                                                 \
        cr_assert_eq((call), (expected), "%s", #call);                                                                 \
        cr_assert_eq(error, first, "%s", #call);                                                                       \
        cr_assert_eq(sts_error_code(error), STS_ERR_OPTION_UNKNOWN, "%s", #call);                                      \
        cr_assert_eq(sts_error_offset(error), -1, "%s", #call);                                                        \
        cr_assert_str_eq(sts_error_text(error), first_text, "%s", #call);                                              \
        sts_error_free(error);                                                                                         \
    } while (0)

Test(first_error, options_and_the_start) {
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none"));
    sts_exporter *exporter = NULL;
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_options_set(NULL, "topic", "x", &error));
    KEEPS_THE_FIRST(STS_ERR_OPTION_VALUE, sts_options_set(options, "linger", "soon", &error));
    KEEPS_THE_FIRST(STS_ERR_OPTION_REFUSED, sts_options_set(options, "kafka.acks", "1", &error));
    KEEPS_THE_FIRST(STS_ERR_CONFIG, sts_exporter_new(&exporter, options, &error)); /* what was refused before */
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_exporter_new(NULL, options, &error));
    sts_options_free(options);

    options = rig_options(RIG_OPTIONS("brokers", "127.0.0.1:1", "read_timeout", "50ms"));
    KEEPS_THE_FIRST(STS_ERR_NO_BROKER, sts_exporter_new(&exporter, options, &error));
    sts_options_free(options);

    sts_memory_transport *memory = NULL;
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_memory_transport_new(&memory, "explode", 1, 1, &error));
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_memory_transport_new_with(NULL, &memory, "explode", 1, 1, &error));
}

Test(first_error, exports_and_explanations) {
    struct rig rig;
    struct pb otlp = {0};
    sts_topology *topology = sts_topology_new();
    sts_logs *logs = sts_logs_new();
    cr_assert_eq(sts_logs_add_resource(logs, NULL), STS_OK);
    cr_assert_eq(sts_logs_add_record(logs, 0, NULL), STS_OK); /* has no key */
    sts_bytes bytes;
    cr_assert_eq(sts_logs_bytes(logs, &bytes, NULL), STS_OK);
    pb_put(&otlp, bytes.data, bytes.size);
    rig_open(&rig, NULL, NULL);
    sts_exporter *exporter = rig.exporter;
    KEEPS_THE_FIRST(STS_ERR_REJECTED, sts_export_logs(exporter, otlp.data, otlp.size, NULL, NULL, 0, &error));
    KEEPS_THE_FIRST(STS_ERR_MALFORMED, sts_export_logs(exporter, malformed, 4, NULL, NULL, 0, &error));
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_export_logs(NULL, malformed, 4, NULL, NULL, 0, &error));
    KEEPS_THE_FIRST(STS_ERR_MALFORMED, sts_explain_logs(exporter, malformed, 4, NULL, explain, NULL, &error));
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_explain_logs(NULL, malformed, 4, NULL, explain, NULL, &error));
    KEEPS_THE_FIRST(STS_ERR_REJECTED, sts_export_log_batch(exporter, logs, NULL, NULL, 0, &error));
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_explain_log_batch(exporter, NULL, NULL, explain, NULL, &error));
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_export_topology(exporter, NULL, NULL, NULL, 0, &error));
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_explain_topology(exporter, topology, NULL, NULL, NULL, &error));
    sts_topology_free(topology);
    sts_logs_free(logs);
    pb_clear(&otlp);
    rig_close(&rig);
}

Test(first_error, flush_close_and_the_rest_of_an_exporter) {
    struct rig rig;
    char *text = NULL;
    rig_open(&rig, "hold", RIG_OPTIONS("service_thread", "false"));
    sts_exporter *exporter = rig.exporter;
    cr_assert_eq(rig_export_numbered(&rig, 1, NULL), STS_OK);
    KEEPS_THE_FIRST(STS_ERR_TIMED_OUT, sts_flush(exporter, 10, NULL, 0, &error));
    KEEPS_THE_FIRST(STS_ERR_UNSUPPORTED, sts_exporter_reconfigure(exporter, rig.options, &error));
    KEEPS_THE_FIRST(STS_ERR_UTF8, sts_exporter_statistics_prometheus(exporter, "\xff", &text, &error));
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_exporter_statistics_prometheus(exporter, NULL, NULL, &error));
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_exporter_statistics_json(NULL, &text, &error));
    cr_assert_eq(sts_exporter_close(exporter, 0, NULL, 0, NULL), STS_ERR_TIMED_OUT);
    KEEPS_THE_FIRST(STS_ERR_CLOSED, sts_exporter_close(exporter, 0, NULL, 0, &error));
    KEEPS_THE_FIRST(STS_ERR_CLOSED, sts_flush(exporter, 0, NULL, 0, &error));
    rig_close(&rig);
}

Test(first_error, log_batches) {
    sts_logs *logs = sts_logs_new();
    KEEPS_THE_FIRST(STS_ERR_ELEMENT, sts_logs_put_int(logs, "a", 1, &error));
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_logs_add_resource(NULL, &error));
    cr_assert_eq(sts_logs_add_resource(logs, NULL), STS_OK);
    KEEPS_THE_FIRST(STS_ERR_UTF8, sts_logs_add_scope(logs, "\xff", NULL, &error));
    KEEPS_THE_FIRST(STS_ERR_REQUEST_SIZE, sts_logs_put_bytes(logs, "a", "", SIZE_MAX, &error));
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_logs_bytes(logs, NULL, &error));
    sts_logs_free(logs);
}

Test(first_error, topology) {
    sts_topology *batch = sts_topology_new();
    sts_topology_messages *messages = sts_topology_messages_new();
    char *json = NULL;
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_topology_set_times(NULL, 0, 0, &error));
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_topology_set_stream(batch, -1, "x", &error));
    KEEPS_THE_FIRST(STS_ERR_ELEMENT, sts_topology_add_component(batch, "", "a", "b", &error));
    KEEPS_THE_FIRST(STS_ERR_JSON, sts_topology_add_json(batch, "{", 1, &error));
    KEEPS_THE_FIRST(STS_ERR_JSON, sts_topology_messages_add_json(messages, "{", 1, &error));
    sts_bytes value = {"\xff", 1};
    KEEPS_THE_FIRST(STS_ERR_MALFORMED, sts_topology_decode("", 0, &value, 0, &json, &error));
    KEEPS_THE_FIRST(STS_ERR_INVALID_ARGUMENT, sts_topology_decode_with(NULL, "", 0, &value, 0, NULL, &error));
    sts_topology_messages_free(messages);
    sts_topology_free(batch);
}

/* The pattern of the README: calls that are not looked at one by one. */
Test(first_error, an_unwatched_row_of_calls) {
    sts_logs *logs = sts_logs_new();
    sts_error *error = NULL;
    sts_logs_add_resource(logs, &error);
    sts_logs_put_string(logs, "host.name", "h\xff", 2, &error); /* the cause */
    sts_logs_end(logs, &error);                                 /* a consequence, as it were */
    sts_logs_add_record(logs, 0, &error);                       /* goes well, and leaves the error */
    cr_assert_eq(sts_error_code(error), STS_ERR_UTF8);
    sts_error_free(error);
    sts_logs_free(logs);
}
