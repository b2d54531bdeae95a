/* SPDX-License-Identifier: Apache-2.0
 *
 * Spans and metrics through sts_export and sts_explain: keys by the paths of their contexts, options of a signal over
 * those of all, what is sent. (golden.ottl_signals compares paths with the collector's.) */
#include <criterion/criterion.h>
#include <string.h>

#include "intake/json.h"
#include "signal/item.h"
#include "support/explained.h"
#include "support/rig.h"

static const char spans[] =
    "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"shop\"}}"
    "]},"
    "\"schemaUrl\":\"urn:r\",\"scopeSpans\":[{\"scope\":{\"name\":\"lib\",\"version\":\"1\",\"attributes\":[{\"key\":"
    "\"s\","
    "\"value\":{\"intValue\":7}}]},\"schemaUrl\":\"urn:s\",\"spans\":["
    "{\"traceId\":\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b174\",\"parentSpanId\":"
    "\"eee19b7ec3c1b173\",\"traceState\":\"a=1,b=two\",\"name\":\"GET /\",\"kind\":2,\"startTimeUnixNano\":"
    "\"1544712660000000001\",\"endTimeUnixNano\":\"1544712661000000000\",\"attributes\":[{\"key\":\"stskafka.key\","
    "\"value\":{\"stringValue\":\"by attribute\"}}],\"droppedAttributesCount\":3,\"droppedEventsCount\":4,"
    "\"droppedLinksCount\":5,\"status\":{\"code\":2,\"message\":\"boom\"}},{}]}]}]}";

static const char metrics[] =
    "{\"resourceMetrics\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":"
    "\"shop\"}}]},"
    "\"scopeMetrics\":[{\"scope\":{\"name\":\"lib\"},\"metrics\":["
    "{\"name\":\"sum\",\"description\":\"what\",\"unit\":\"By\",\"metadata\":[{\"key\":\"stskafka.key\",\"value\":"
    "{\"stringValue\":\"by metadata\"}}],\"sum\":{\"aggregationTemporality\":2,\"isMonotonic\":true,\"dataPoints\":["
    "{\"asInt\":1},{\"asInt\":2}]}},"
    "{\"name\":\"gauge\",\"gauge\":{\"dataPoints\":[{\"asDouble\":1.5}]}},"
    "{\"name\":\"histogram\",\"histogram\":{\"aggregationTemporality\":1}},"
    "{\"name\":\"exponential\",\"exponentialHistogram\":{\"aggregationTemporality\":1}},"
    "{\"name\":\"summary\",\"summary\":{}},{\"name\":\"nothing\"}]}]}]}";

struct signal_case {
    int32_t number;
    const char *json;
    size_t items;
};
static const struct signal_case traces = {STS_SIGNAL_TRACES, spans, 2}, metric = {STS_SIGNAL_METRICS, metrics, 6};

static struct explained_list explain(const struct signal_case *of, const char *const *pairs) {
    struct explained_list list = {0};
    sts_options *options = rig_options(pairs);
    rig_set(options, RIG_OPTIONS("transport", "none"));
    sts_exporter *exporter = rig_new(options);
    cr_assert_eq(sts_explain(exporter, of->number, STS_FORMAT_OTLP_JSON, of->json, strlen(of->json), NULL,
                             explained_keep, &list, NULL),
                 STS_OK);
    cr_assert_eq(list.count, of->items);
    sts_exporter_free(exporter, 0);
    sts_options_free(options);
    return list;
}

static void check_key(const struct signal_case *of, size_t index, const char *option, const char *spec,
                      const char *key) {
    struct explained_list list = explain(of, RIG_OPTIONS(option, spec));
    explained_check_key(&list.items[index], key, spec);
    explained_clear(&list);
}

Test(signals, keys_of_spans) {
    static const char *const cases[][2] = {
        {"trace_id", "5b8efff798038103d269b633813fc60c"},
        {"trace_id.string", "5b8efff798038103d269b633813fc60c"},
        {"span.span_id", "eee19b7ec3c1b174"},
        {"span_id.string", "eee19b7ec3c1b174"},
        {"parent_span_id", "eee19b7ec3c1b173"},
        {"parent_span_id.string", "eee19b7ec3c1b173"},
        {"trace_state", "a=1,b=two"},
        {"trace_state[\"b\"]", "two"},
        {"name", "GET /"},
        {"kind", "2"},
        {"kind.string", "Server"},
        {"kind.deprecated_string", "SPAN_KIND_SERVER"},
        {"status.code", "2"},
        {"status.message", "boom"},
        {"start_time", "2018-12-13T14:51:00.000000001Z"},
        {"start_time_unix_nano", "1544712660000000001"},
        {"end_time", "2018-12-13T14:51:01Z"},
        {"end_time_unix_nano", "1544712661000000000"},
        {"dropped_attributes_count", "3"},
        {"dropped_events_count", "4"},
        {"dropped_links_count", "5"},
        {"attributes[\"stskafka.key\"]", "by attribute"},
        {"attribute(\"service.name\")", "shop"},
        {"resource.attributes[\"service.name\"]", "shop"},
        {"resource.schema_url", "urn:r"},
        {"scope.name", "lib"},
        {"instrumentation_scope.attributes[\"s\"]", "7"},
        {"scope.schema_url", "urn:s"},
        {"Concat([SPAN_KIND_CLIENT, STATUS_CODE_ERROR], \"/\")", "3/2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_key(&traces, 0, "traces.key", cases[i][0], cases[i][1]);
}

Test(signals, keys_of_a_span_without_anything) {
    static const char *const cases[][2] = {
        {"trace_id | \"none\"", "none"},
        {"trace_id.string", "00000000000000000000000000000000"},
        {"parent_span_id | \"none\"", "none"},
        {"kind.string", "Unspecified"},
        {"kind.deprecated_string", "SPAN_KIND_UNSPECIFIED"},
        {"status.code", "0"},
        {"status.message", ""},
        {"name", ""},
        {"trace_state", ""},
        {"trace_state[\"b\"]", ""},
        {"attributes[\"stskafka.key\"] | \"none\"", "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_key(&traces, 1, "traces.key", cases[i][0], cases[i][1]);
}

Test(signals, keys_of_metrics) {
    static const struct {
        size_t index;
        const char *spec, *key;
    } cases[] = {
        {0, "name", "sum"},
        {0, "metric.description", "what"},
        {0, "unit", "By"},
        {0, "type", "2"},
        {1, "type", "1"},
        {2, "type", "3"},
        {3, "type", "4"},
        {4, "type", "5"},
        {5, "type", "0"},
        {0, "aggregation_temporality", "2"},
        {2, "aggregation_temporality", "1"},
        {3, "aggregation_temporality", "1"},
        {4, "aggregation_temporality | \"none\"", "none"},
        {5, "aggregation_temporality | \"none\"", "none"},
        {0, "is_monotonic", "true"},
        {1, "is_monotonic | \"none\"", "none"},
        {0, "metadata[\"stskafka.key\"]", "by metadata"},
        {0, "attributes[\"stskafka.key\"]", "by metadata"},
        {0, "attribute(\"stskafka.key\")", "by metadata"},
        {1, "attribute(\"service.name\")", "shop"},
        {1, "resource.attributes[\"service.name\"]", "shop"},
        {1, "instrumentation_scope.name", "lib"},
        {3, "METRIC_DATA_TYPE_EXPONENTIAL_HISTOGRAM", "4"},
        {0, "AGGREGATION_TEMPORALITY_CUMULATIVE", "2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_key(&metric, cases[i].index, "metrics.key", cases[i].spec, cases[i].key);
}

Test(signals, one_spec_can_serve_all) {
    check_key(&traces, 0, "key", "resource.attributes[\"service.name\"]", "shop");
    check_key(&metric, 1, "key", "resource.attributes[\"service.name\"]", "shop");
    check_key(&traces, 0, "topic", "t", "by attribute"); /* the default key */
    check_key(&metric, 0, "topic", "t", "by metadata");
    struct explained_list list = explain(&metric, RIG_OPTIONS("topic", "t"));
    explained_check_code(&list.items[1], STS_ERR_KEY_MISSING, "a metric without metadata");
    explained_clear(&list);
}

Test(signals, a_signal_has_options_of_its_own_over_those_of_all) {
    struct explained_list list =
        explain(&traces, RIG_OPTIONS("key", "\"all\"", "topic", "all", "metrics.key", "\"metrics\"", "traces.topic",
                                     "spans", "topics.allow", "only", "signal_header", "true"));
    explained_check_key(&list.items[0], "all", "a span");
    cr_assert_str_eq(list.items[0].topic, "spans");
    cr_assert_str_eq(list.items[0].headers[0].value, "traces");
    explained_clear(&list);
    list = explain(&metric, RIG_OPTIONS("key", "\"all\"", "topic", "all", "metrics.key", "\"metrics\"", "traces.topic",
                                        "spans", "signal_header", "true"));
    explained_check_key(&list.items[0], "metrics", "a metric");
    cr_assert_str_eq(list.items[0].topic, "all");
    cr_assert_str_eq(list.items[0].headers[0].value, "metrics");
    explained_clear(&list);
}

Test(signals, a_path_of_another_signal_is_refused_and_the_nearest_one_is_its_own) {
    static const char *const cases[][3] = {
        {"traces.key", "body", "traces.key: column 1: there is no path body"},
        {"traces.key", "parent_span", "did you mean parent_span_id?"},
        {"traces.key", "log.trace_id", "there is no path log.trace_id"},
        {"metrics.key", "trace_id", "metrics.key: column 1: there is no path trace_id"},
        {"metrics.key", "is_monotone", "did you mean is_monotonic?"},
        {"logs.key", "is_monotonic", "logs.key: column 1: there is no path is_monotonic"},
        {"logs.key", "kind", "there is no path kind"},
        {"traces.key", "SEVERITY_NUMBER_INFO", "SEVERITY_NUMBER_INFO"},
        {"logs.key", "SPAN_KIND_SERVER", "SPAN_KIND_SERVER"},
        {"traces.key", "trace_state[\"a\"][\"b\"]", "one key"},
        {"logs.key", "name",
         "there is no path name; did you mean none?; it would do as traces.key or metrics.key\n  name"},
        {"logs.key", "unit", "it would do as metrics.key"},
        {"traces.key", "body", "it would do as logs.key"},
        {"metrics.key", "trace_id", "it would do as logs.key or traces.key"},
        {"key", "bodi", "key: column 1: there is no path bodi; did you mean body?"},
        {"header_from.h", "Concat([body, kind], \"\")", "header_from.h: column 15: there is no path kind"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sts_options *options = sts_options_new();
        sts_error *error = NULL;
        cr_assert_eq(sts_options_set(options, cases[i][0], cases[i][1], &error), STS_ERR_OPTION_VALUE, "%s",
                     cases[i][1]);
        cr_assert(strstr(sts_error_text(error), cases[i][2]), "%s", sts_error_text(error));
        sts_error_free(error);
        sts_options_free(options);
    }
}

/* Where the key of all signals is one of log records alone. */
Test(signals, what_a_spec_cannot_say_of_a_signal_ends_exports_of_that_one_alone) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    rig_open(&rig, NULL, RIG_OPTIONS("key", "body", "metrics.key", "name"));
    cr_assert_eq(sts_export(rig.exporter, STS_SIGNAL_TRACES, STS_FORMAT_OTLP_JSON, spans, strlen(spans), NULL, counts,
                            STS_COUNTS, &error),
                 STS_ERR_CONFIG);
    cr_assert(strstr(sts_error_text(error), "traces cannot be exported with the option key: column 1: there is no"),
              "%s", sts_error_text(error));
    cr_assert_eq(counts[STS_COUNT_RECORDS], 0u);
    sts_error_free(error);
    cr_assert_eq(sts_export(rig.exporter, STS_SIGNAL_METRICS, STS_FORMAT_OTLP_JSON, metrics, strlen(metrics), NULL,
                            counts, STS_COUNTS, NULL),
                 STS_OK);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], metric.items);
    rig_export_numbered(&rig, 1, counts);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 1u);
    rig_close(&rig);
}

/* Nobody knows yet which signals will be exported. */
Test(signals, an_option_of_all_signals_has_to_have_a_meaning_for_one) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    struct pb request = {0};
    rig_open(&rig, NULL, RIG_OPTIONS("key", "unit", "header_from.kind", "type"));
    cr_assert_eq(sts_export(rig.exporter, STS_SIGNAL_METRICS, STS_FORMAT_OTLP_JSON, metrics, strlen(metrics), NULL,
                            counts, STS_COUNTS, NULL),
                 STS_OK);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], metric.items);
    cr_assert_eq(sts_export_logs(rig.exporter, request.data, request.size, NULL, NULL, 0, &error), STS_ERR_CONFIG);
    cr_assert(strstr(sts_error_text(error), "logs cannot be exported with the option key: column 1: there is no path "
                                            "unit"),
              "%s", sts_error_text(error));
    cr_assert(strstr(sts_error_text(error), "it would do as metrics.key\n"), "%s", sts_error_text(error));
    sts_error_free(error);
    rig_close(&rig);
    /* Its own option goes before that. */
    rig_open(&rig, NULL, RIG_OPTIONS("key", "unit", "logs.key", "\"a log\""));
    rig_export_numbered(&rig, 1, counts);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 1u);
    rig_close(&rig);
}

/* `expected` of an export of spans. */
static void check_other_encoding(const char *option, sts_status expected) {
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none", option, "json_record", "key", "none"));
    sts_exporter *exporter = NULL;
    sts_error *error = NULL;
    struct explained_list list = {0};
    cr_assert_eq(sts_exporter_new(&exporter, options, &error), STS_OK);
    cr_assert_eq(sts_explain(exporter, STS_SIGNAL_TRACES, STS_FORMAT_OTLP_JSON, spans, strlen(spans), NULL,
                             explained_keep, &list, &error),
                 expected);
    explained_clear(&list);
    if (expected != STS_OK)
        cr_assert(strstr(sts_error_text(error), "encoding: json_record is only for log records"), "%s",
                  sts_error_text(error));
    sts_error_free(error);
    sts_exporter_free(exporter, 0);
    sts_options_free(options);
}

Test(signals, an_encoding_of_log_records_is_none_for_others) {
    sts_options *options = sts_options_new();
    cr_assert_eq(sts_options_set(options, "traces.encoding", "json_record", NULL), STS_ERR_OPTION_VALUE);
    sts_options_free(options);
    check_other_encoding("encoding", STS_ERR_CONFIG);
    check_other_encoding("logs.encoding", STS_OK);
}

/* What is sent is a request of one item, in its resource and its scope, and is explained like that. */
static void check_sent(const struct signal_case *of) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    const sts__signal *signal = sts__signal_find(of->number);
    rig_open(&rig, NULL, RIG_OPTIONS("key", "resource_hash", "topic", "t"));
    cr_assert_eq(sts_export(rig.exporter, of->number, STS_FORMAT_OTLP_JSON, of->json, strlen(of->json), NULL, counts,
                            STS_COUNTS, NULL),
                 STS_OK);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], of->items);
    cr_assert_eq(sts_memory_transport_count(rig.memory), of->items);
    for (size_t i = 0; i < of->items; i++) {
        sts_bytes value = sts_memory_transport_message(rig.memory, i)->value;
        sts__item_cursor cursor;
        sts__item item;
        sts__fault fault;
        cr_assert_eq(sts__items_check(signal, value, &fault), STS_OK, "%s", fault.text);
        sts__items_begin(&cursor, signal, value);
        cr_assert(sts__items_next(&cursor, &item));
        cr_assert(item.bytes.size || of->number == STS_SIGNAL_TRACES);
        cr_assert(!sts__items_next(&cursor, &item));
    }
    rig_close(&rig);
}

Test(signals, each_item_is_sent_as_a_request_of_its_own) {
    check_sent(&traces);
    check_sent(&metric);
}

/* What a dead letter says, and that its value is a request of that signal. */
static void on_dead_letter(const sts_dead_letter *letter, void *user) {
    int32_t *signal = user;
    sts_bytes value;
    sts__fault fault;
    sts_dead_letter_value(letter, &value);
    *signal = sts_dead_letter_signal(letter);
    cr_assert_eq(sts_dead_letter_code(letter), STS_ERR_KEY_MISSING);
    cr_assert_eq(sts__items_check(sts__signal_find(*signal), value, &fault), STS_OK, "%s", fault.text);
}

static void check_dead_letter(const struct signal_case *of) {
    struct rig rig;
    int32_t signal = 0;
    rig_prepare(&rig, NULL, RIG_OPTIONS("key", "attributes[\"no such\"]", "dead_letter.topic", "dead"));
    cr_assert_eq(sts_options_set_dead_letter_callback(rig.options, on_dead_letter, &signal), STS_OK);
    rig_start(&rig);
    cr_assert_eq(
        sts_export(rig.exporter, of->number, STS_FORMAT_OTLP_JSON, of->json, strlen(of->json), NULL, NULL, 0, NULL),
        STS_ERR_REJECTED);
    cr_assert_eq(signal, of->number);
    rig_flush(&rig, NULL);
    cr_assert_eq(sts_memory_transport_count(rig.memory), of->items);
    const sts_message *message = sts_memory_transport_message(rig.memory, 0);
    sts_bytes told = message->headers[2 * message->header_count - 1];
    const char *name = sts__signal_find(of->number)->name;
    cr_assert(told.size == strlen(name) && memcmp(told.data, name, told.size) == 0, "the last header is the signal");
    rig_close(&rig);
}

Test(signals, a_rejected_item_is_a_dead_letter_of_its_signal) {
    check_dead_letter(&traces);
    check_dead_letter(&metric);
}

static void check_one_rejected(int32_t signal, int32_t format, sts_bytes request, const char *option,
                               const char *spec) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    rig_open(&rig, NULL, RIG_OPTIONS(option, spec));
    cr_assert_eq(sts_export(rig.exporter, signal, format, request.data, request.size, NULL, counts, STS_COUNTS, &error),
                 STS_ERR_REJECTED);
    cr_assert(strstr(sts_error_text(error), "record 1"), "%s", sts_error_text(error));
    cr_assert_eq(counts[STS_COUNT_RECORDS], 3u);
    cr_assert_eq(counts[STS_COUNT_REJECTED], 1u);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 2u);
    sts_error_free(error);
    rig_close(&rig);
}

/* The second of three, in protobuf and in JSON. */
static void check_bad_one(int32_t signal, const char *json, const char *option, const char *spec) {
    sts__arena arena;
    sts__fault fault;
    sts_bytes protobuf, text = {json, strlen(json)};
    sts__arena_init(&arena, sts__memory_default());
    cr_assert_eq(sts__intake_json(sts__signal_find(signal)->request, text, &arena, &protobuf, &fault), STS_OK, "%s",
                 fault.text);
    check_one_rejected(signal, STS_FORMAT_OTLP_JSON, text, option, spec);
    check_one_rejected(signal, STS_FORMAT_OTLP_PROTO, protobuf, option, spec);
    sts__arena_clear(&arena);
}

Test(signals, one_bad_item_is_rejected_alone) {
    check_bad_one(
        STS_SIGNAL_TRACES,
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"attributes\":[{\"key\":\"a\",\"value\":{\"intValue\":1}}]"
        "},{\"attributes\":[{\"key\":\"a\",\"value\":{\"arrayValue\":{}}}]}]},{\"spans\":[{\"attributes\":[{\"key\":"
        "\"a\",\"value\":{\"stringValue\":\"x\"}}]}]}]}]}",
        "traces.key", "attributes[\"a\"]");
    check_bad_one(
        STS_SIGNAL_METRICS,
        "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"sum\":{}},{\"gauge\":{}},{\"sum\":{\"isMonotonic\""
        ":true}}]}]}]}",
        "metrics.key", "is_monotonic");
    check_bad_one(STS_SIGNAL_LOGS,
                  "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"bytesValue\":\"AA==\"}},{\"body\":{"
                  "\"stringValue\":\"a\"}},{\"body\":{\"bytesValue\":\"AA==\"}}]}]}]}",
                  "logs.key", "none");
}

static void check_refused(const char *const *pairs, const char *const *parts) {
    sts_options *options = rig_options(pairs);
    rig_refused(options, STS_ERR_CONFIG, parts, NULL);
    sts_options_free(options);
}

Test(signals, topics_of_signals_are_held_to_what_topics_are) {
    check_refused(
        RIG_OPTIONS("transport", "none", "traces.topic", "a b", "metrics.topic", "dead", "dead_letter.topic", "dead"),
        RIG_OPTIONS("traces.topic", "must differ from metrics.topic"));
    check_refused(RIG_OPTIONS("transport", "none", "traces.topic", "a", "metrics.topic", "b", "topics.max", "2"),
                  RIG_OPTIONS("topics.max: must be at least 3"));
}
