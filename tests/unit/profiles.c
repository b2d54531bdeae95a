/* SPDX-License-Identifier: Apache-2.0
 *
 * Profiles pass through whole: a request is one message, of the bytes that came, under a key that needs no record.
 * (cli.test_profiles has the tool, kafka.profiles a broker.) */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/explained.h"
#include "support/rig.h"

/* resource_profiles and dictionary, as far as their outermost fields tell: what is in them is no message. */
static const char protobuf[] = "\x0a\x04\xff\xff\xff\xff\x12\x03urn";
static const char json[] = " {\"dictionary\":{ \"stringTable\":[\"\",\"\\u00e9\"]} ,\"resourceProfiles\" : []}\r\n";

struct form {
    int32_t format;
    const char *bytes;
    size_t size;
};
static const struct form in_protobuf = {STS_FORMAT_OTLP_PROTO, protobuf, sizeof protobuf - 1};
static const struct form in_json = {STS_FORMAT_OTLP_JSON, json, sizeof json - 1};

static sts_export_context *metadata(void) {
    sts_export_context *context = sts_export_context_new();
    cr_assert_eq(sts_export_context_add_metadata(context, "tenant", "one", 3), STS_OK);
    cr_assert_eq(sts_export_context_add_metadata(context, "tenant", "two", 3), STS_OK);
    cr_assert_eq(sts_export_context_add_metadata(context, "topic", "of-metadata", 11), STS_OK);
    return context;
}

/* What is told of the request; its key is freed. */
static struct explained explain_form(const char *const *pairs, const struct form *form) {
    struct explained_list list = {0};
    sts_export_context *context = metadata();
    sts_options *options = rig_options(pairs);
    rig_set(options, RIG_OPTIONS("transport", "none"));
    sts_exporter *exporter = rig_new(options);
    cr_assert_eq(sts_explain(exporter, STS_SIGNAL_PROFILES, form->format, form->bytes, form->size, context,
                             explained_keep, &list, NULL),
                 STS_OK);
    cr_assert_eq(list.count, 1u);
    struct explained told = list.items[0];
    list.items[0].key = NULL;
    explained_clear(&list);
    sts_exporter_free(exporter, 0);
    sts_options_free(options);
    sts_export_context_free(context);
    return told;
}

static void check_key(const char *const *pairs, const char *key, const char *what) {
    struct explained told = explain_form(pairs, &in_protobuf);
    explained_check_key(&told, key, what);
    free(told.key);
}

Test(profiles, keys_that_need_no_record) {
    static const char *const cases[][2] = {
        {"none", NULL},
        {"constant(\"all\")", "all"},
        {"metadata(\"Tenant\")", "one"},
        {"metadata(\"absent\") | none", NULL},
        {"metadata(\"absent\") | \"nobody\"", "nobody"},
        {"Concat([\"a\", metadata(\"tenant\")], \"/\")", "a/one"},
        {"SHA256(\"x\")", "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_key(RIG_OPTIONS("profiles.key", cases[i][0]), cases[i][1], cases[i][0]);
}

Test(profiles, the_key_of_all_signals_counts_where_it_was_chosen) {
    check_key(RIG_OPTIONS("topic", "t"), NULL, "the default");
    check_key(RIG_OPTIONS("key", "attributes[\"stskafka.key\"]"), NULL, "the default, written down");
    check_key(RIG_OPTIONS("key", "metadata(\"tenant\")"), "one", "chosen");
    check_key(RIG_OPTIONS("key", "trace_id", "profiles.key", "\"own\""), "own", "its own");
    struct explained told = explain_form(RIG_OPTIONS("key", "metadata(\"absent\")"), &in_protobuf);
    explained_check_code(&told, STS_ERR_KEY_MISSING, "no such metadata");
}

Test(profiles, a_key_that_reads_a_record_is_refused) {
    static const char *const cases[][2] = {
        {"trace_id", "profiles.key: trace_id reads a record, but profiles are sent unread"},
        {"body", "body reads a record"},
        {"attribute(\"a\")", "attribute(\"a\") reads a record"},
        {"resource_hash", "resource_hash reads a record"},
        {"resource_hash_except(\"a\")", "reads a record"},
        {"resource.attributes[\"a\"]", "reads a record"},
        {"scope.name", "scope.name reads a record"},
        {"metadata(\"a\") | trace_id", "trace_id reads a record"},
        {"Concat([metadata(\"a\"), resource.schema_url], \"\")", "reads a record"},
        {"span.name", "profiles.key: column 1: there is no path span.name"},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sts_options *options = sts_options_new();
        sts_error *error = NULL;
        sts_status status = sts_options_set(options, "profiles.key", cases[i][0], &error);
        cr_assert_eq(status, cases[i][1] ? STS_ERR_OPTION_VALUE : STS_OK, "%s", cases[i][0]);
        cr_assert(!cases[i][1] || strstr(sts_error_text(error), cases[i][1]), "%s", sts_error_text(error));
        sts_error_free(error);
        sts_options_free(options);
    }
}

static void check_refused(const char *const *pairs, const struct form *form, sts_status expected, int64_t offset,
                          const char *part) {
    struct rig rig;
    sts_error *error = NULL;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, NULL, pairs);
    cr_assert_eq(sts_export(rig.exporter, STS_SIGNAL_PROFILES, form->format, form->bytes, form->size, NULL, counts,
                            STS_COUNTS, &error),
                 expected, "%s", sts_error_text(error));
    cr_assert(strstr(sts_error_text(error), part), "%s", sts_error_text(error));
    cr_assert_eq(sts_error_offset(error), offset, "%s: %d", part, (int)sts_error_offset(error));
    cr_assert_eq(counts[STS_COUNT_RECORDS], 0u);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 0u);
    sts_error_free(error);
    rig_export_numbered(&rig, 1, counts); /* the exporter goes on with what it can do */
    cr_assert_eq(counts[STS_COUNT_RECORDS], 1u);
    rig_close(&rig);
}

Test(profiles, what_options_cannot_say_of_them_ends_their_exports_alone) {
    check_refused(RIG_OPTIONS("key", "attribute(\"a\") | \"b\""), &in_protobuf, STS_ERR_CONFIG, -1,
                  "profiles cannot be exported with the option key: attribute(\"a\") reads a record");
    check_refused(RIG_OPTIONS("encoding", "raw_text"), &in_protobuf, STS_ERR_CONFIG, -1,
                  "profiles cannot be exported with the option encoding: raw_text is only for log records");
    check_refused(NULL, &in_json, STS_ERR_CONFIG, -1,
                  "profiles in JSON cannot be exported with the encoding otlp_proto, which is protobuf");
    check_refused(RIG_OPTIONS("profiles.encoding", "otlp_json"), &in_protobuf, STS_ERR_CONFIG, -1,
                  "option profiles.encoding");
}

Test(profiles, what_is_no_message_and_no_object_is_refused) {
    static const struct {
        int32_t format;
        const char *bytes;
        size_t size;
        sts_status expected;
        int64_t offset;
        const char *part;
    } cases[] = {
        {STS_FORMAT_OTLP_PROTO, "\x0a\x05urn", 5, STS_ERR_MALFORMED, 2, "in ExportProfilesServiceRequest, at byte 2"},
        {STS_FORMAT_OTLP_PROTO, "\x0a\x01x\x0b", 4, STS_ERR_MALFORMED, 4, "a group"},
        {STS_FORMAT_OTLP_PROTO, "\x0c", 1, STS_ERR_MALFORMED, 0, "the end of a group that was not begun"},
        {STS_FORMAT_OTLP_PROTO, "\x08", 1, STS_ERR_MALFORMED, 1, "ExportProfilesServiceRequest"},
        {STS_FORMAT_OTLP_JSON, "", 0, STS_ERR_JSON, 0, "line 1, column 1: an object was expected"},
        {STS_FORMAT_OTLP_JSON, "[]", 2, STS_ERR_JSON, 0, "an object was expected"},
        {STS_FORMAT_OTLP_JSON, "null", 4, STS_ERR_JSON, 0, "an object was expected"},
        {STS_FORMAT_OTLP_JSON, "{\"a\":\n1,}", 9, STS_ERR_JSON, 8, "line 2, column 3"},
        {STS_FORMAT_OTLP_JSON, "{} {}", 5, STS_ERR_JSON, 3, "something stands behind the object"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct form form = {cases[i].format, cases[i].bytes, cases[i].size};
        bool is_json = form.format == STS_FORMAT_OTLP_JSON;
        check_refused(RIG_OPTIONS("profiles.encoding", is_json ? "otlp_json" : "auto"), &form, cases[i].expected,
                      cases[i].offset, cases[i].part);
    }
}

/* As deep as the reader of OTLP JSON takes what it does not know. */
Test(profiles, json_that_nests_without_end_is_refused) {
    static char deep[40000] = "{\"a\":";
    const struct form form = {STS_FORMAT_OTLP_JSON, deep, sizeof deep};
    memset(deep + 5, '[', sizeof deep - 5);
    check_refused(RIG_OPTIONS("profiles.encoding", "otlp_json"), &form, STS_ERR_TOO_DEEP, 5 + 9999,
                  "line 1, column 1000");
}

static void check_bytes(const void *data, size_t size, const struct form *form) {
    cr_assert_eq(size, form->size);
    cr_assert(size == 0 || memcmp(data, form->bytes, size) == 0);
}

static void check_sent(const char *encoding, const struct form *form) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, NULL, RIG_OPTIONS("encoding", encoding, "topic", "t", "profiles.topic", "p"));
    cr_assert_eq(sts_export(rig.exporter, STS_SIGNAL_PROFILES, form->format, form->bytes, form->size, NULL, counts,
                            STS_COUNTS, NULL),
                 STS_OK);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 1u);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 1u);
    cr_assert_eq(counts[STS_COUNT_NULL_KEYS], 1u);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 1u);
    const sts_message *message = sts_memory_transport_message(rig.memory, 0);
    cr_assert_str_eq(message->topic, "p");
    cr_assert_null(message->key.data);
    cr_assert_not_null(message->value.data, "no tombstone");
    check_bytes(message->value.data, message->value.size, form);
    rig_close(&rig);
}

Test(profiles, a_request_is_a_message_of_the_bytes_that_came) {
    static const struct form nothing = {STS_FORMAT_OTLP_PROTO, NULL, 0};
    check_sent("auto", &in_protobuf);
    check_sent("otlp_proto", &in_protobuf);
    check_sent("otlp_json", &in_json);
    check_sent("auto", &nothing);
}

static void check_header(const struct explained *told, const char *name, const char *value) {
    size_t i = explained_header(told, name);
    if (!value) {
        cr_assert_eq(i, (size_t)EXPLAINED_HEADERS, "%s", name);
        return;
    }
    cr_assert_lt(i, told->header_count, "%s", name);
    cr_assert_str_eq(told->headers[i].value, value, "%s", name);
}

/* Those made of the request alone; the others are left out, as of a record that has not what they are made of. */
Test(profiles, headers) {
    struct explained told = explain_form(
        RIG_OPTIONS("include_metadata_keys", "tenant", "record_headers.fixed", "f", "signal_header", "true",
                    "header_from.a", "attributes[\"a\"]", "header_from.b",
                    "resource.attributes[\"b\"] | metadata(\"topic\")", "content_type_header", "true",
                    "trace_context_headers", "true", "cloudevents.enabled", "true", "record_timestamp", "event"),
        &in_protobuf);
    cr_assert_eq(told.code, STS_OK, "%s", told.text);
    check_header(&told, "fixed", "f");
    check_header(&told, "otelcol.signal", "profiles");
    check_header(&told, "tenant", "one");
    check_header(&told, "a", NULL);
    check_header(&told, "b", "of-metadata");
    check_header(&told, "content-type", "application/x-protobuf");
    check_header(&told, "traceparent", NULL);
    check_header(&told, "ce_source", "stskafka");
    check_header(&told, "ce_type", "io.opentelemetry.profiles");
    check_header(&told, "ce_time", NULL);
    told = explain_form(RIG_OPTIONS("profiles.encoding", "otlp_json", "content_type_header", "true",
                                    "cloudevents.enabled", "true", "record_timestamp", "event"),
                        &in_json);
    check_header(&told, "content-type", "application/json");
    check_header(&told, "ce_time", NULL);
}

static void check_topic(const char *const *pairs, const char *topic) {
    struct explained told = explain_form(pairs, &in_protobuf);
    cr_assert_eq(told.code, STS_OK, "%s", told.text);
    cr_assert_str_eq(told.topic, topic);
}

Test(profiles, topic_and_partition) {
    check_topic(RIG_OPTIONS("topic", "t"), "t");
    check_topic(RIG_OPTIONS("topic", "t", "profiles.topic", "p"), "p");
    check_topic(RIG_OPTIONS("topic", "t", "topic_from_attribute", "service.name"), "t");
    check_topic(RIG_OPTIONS("topic_from", "attributes[\"a\"] | metadata(\"topic\")"), "of-metadata");
    check_topic(RIG_OPTIONS("topic_from_metadata_key", "topic", "profiles.topic", "p"), "of-metadata");
    check_topic(RIG_OPTIONS("traces.topic_from_metadata_key", "topic", "profiles.topic", "p"), "p");
    check_topic(RIG_OPTIONS("profiles.topic_from_metadata_key", "tenant"), "one");
    cr_assert_eq(explain_form(RIG_OPTIONS("partition_from", "3"), &in_protobuf).partition, 3);
    cr_assert_eq(explain_form(RIG_OPTIONS("partition_from", "severity_number"), &in_protobuf).partition, -1);
}

struct letter {
    size_t count;
    sts_status code;
    int32_t signal;
    struct pb value;
};

static void on_dead_letter(const sts_dead_letter *told, void *user) {
    struct letter *letter = user;
    sts_bytes value;
    sts_dead_letter_value(told, &value);
    cr_assert_not_null(value.data, "no tombstone");
    letter->count++;
    letter->code = sts_dead_letter_code(told);
    letter->signal = sts_dead_letter_signal(told);
    pb_clear(&letter->value);
    pb_put(&letter->value, value.data, value.size);
}

static void check_dead_letter(const char *const *pairs, const struct form *form, sts_status code, int32_t signal,
                              const char *told_form) {
    struct rig rig;
    struct letter letter = {0};
    rig_prepare(&rig, NULL, RIG_OPTIONS("dead_letter.topic", "dead", "max_message_bytes", "1000"));
    rig_set(rig.options, pairs);
    cr_assert_eq(sts_options_set_dead_letter_callback(rig.options, on_dead_letter, &letter), STS_OK);
    rig_start(&rig);
    cr_assert_eq(
        sts_export(rig.exporter, STS_SIGNAL_PROFILES, form->format, form->bytes, form->size, NULL, NULL, 0, NULL),
        STS_ERR_REJECTED);
    cr_assert_eq(letter.count, 1u);
    cr_assert_eq(letter.code, code);
    cr_assert_eq(letter.signal, signal);
    check_bytes(letter.value.data, letter.value.size, form);
    rig_flush(&rig, NULL);
    const sts_message *message = sts_memory_transport_message(rig.memory, 0);
    bool found = false;
    for (size_t i = 0; i < message->header_count; i++)
        found = found || (message->headers[2 * i].size == strlen("stskafka.dead_letter.form") &&
                          memcmp(message->headers[2 * i].data, "stskafka.dead_letter.form", 25) == 0 &&
                          message->headers[2 * i + 1].size == strlen(told_form) &&
                          memcmp(message->headers[2 * i + 1].data, told_form, strlen(told_form)) == 0);
    cr_assert(found, "%s", told_form);
    pb_clear(&letter.value);
    rig_close(&rig);
}

/* In protobuf a request that can be exported again; in JSON the message as it was to be sent. */
Test(profiles, one_that_is_rejected_is_a_dead_letter) {
    static const struct form nothing = {STS_FORMAT_OTLP_PROTO, "", 0};
    static char large[2000] = "{\"a\":\"";
    struct form large_json = {STS_FORMAT_OTLP_JSON, large, sizeof large};
    memset(large + 6, 'x', sizeof large - 8);
    memcpy(large + sizeof large - 2, "\"}", 2);
    const char *const *missing = RIG_OPTIONS("profiles.key", "metadata(\"absent\")");
    check_dead_letter(missing, &in_protobuf, STS_ERR_KEY_MISSING, STS_SIGNAL_PROFILES, "otlp");
    check_dead_letter(missing, &nothing, STS_ERR_KEY_MISSING, STS_SIGNAL_PROFILES, "otlp");
    check_dead_letter(RIG_OPTIONS("profiles.key", "metadata(\"absent\")", "profiles.encoding", "otlp_json"), &in_json,
                      STS_ERR_KEY_MISSING, 0, "message");
    check_dead_letter(RIG_OPTIONS("profiles.encoding", "otlp_json"), &large_json, STS_ERR_RECORD_SIZE, 0, "left_out");
}

/* Its timestamp can be the time of the export, and nothing else. */
Test(profiles, timestamps) {
    static const char *const cases[] = {"none", "event", "observed", "now"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig rig;
        rig_open(&rig, NULL, RIG_OPTIONS("record_timestamp", cases[i]));
        cr_assert_eq(sts_export(rig.exporter, STS_SIGNAL_PROFILES, STS_FORMAT_OTLP_PROTO, protobuf, sizeof protobuf - 1,
                                NULL, NULL, 0, NULL),
                     STS_OK);
        int64_t timestamp = sts_memory_transport_message(rig.memory, 0)->timestamp_ms;
        cr_assert_eq(timestamp > 0, i == 3, "%s", cases[i]);
        rig_close(&rig);
    }
}
