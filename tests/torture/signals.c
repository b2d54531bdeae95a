/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests in JSON and of other signals, with every allocation failing in turn. */
#include <string.h>

#include "torture/exporting.h"

/* A request in JSON that needs more room than it begins with; a rejected record; and one that is malformed. */
static sts_status export_json(struct exporting *e, const void *json, const sts_export_context *context,
                              uint64_t *counts) {
    return sts_export(e->exporter, STS_SIGNAL_LOGS, STS_FORMAT_OTLP_JSON, json, strlen(json), context, counts,
                      STS_COUNTS, &e->t->error);
}

static void append(char *json, const char *text, int count) {
    while (count--)
        strcat(json, text);
}

static void make_json(char *json) {
    strcpy(json, "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"no bytes\"}}");
    append(json,
           ",{\"body\":{\"bytesValue\":\"AP8\\u003d\"},\"attributes\":[{\"key\":\"stskafka.key\",\"value\":{"
           "\"stringValue\":"
           "\"a\\nb\"}},{\"key\":\"list\",\"value\":{\"arrayValue\":{\"values\":[{},{},{},{},{},{},{},{},{},{},{},{}]}}"
           "}]}",
           20);
    append(json, "]}]}]}", 1);
}

static void in_json(struct torture *t) {
    static const char malformed[] = "{\"resourceLogs\":[{\"scopeLogs\":5}]}";
    static char json[8192];
    struct exporting e;
    sts_export_context *context = NULL;
    sts_status status;
    make_json(json);
    if (!exporting_options(&e, t, PAIRS("transport", "memory", "header_from.h", "AsString(attributes)")) ||
        !exporting_start(&e))
        goto done;
    TRY_NEW(t, context, sts_export_context_new_with(t->allocator));
    if (exporting_export(&e, export_json, json, context))
        exporting_flush(&e);
    if (t->given_up)
        goto done;
    TRY(t, status,
        sts_export(e.exporter, STS_SIGNAL_LOGS, STS_FORMAT_OTLP_JSON, malformed, sizeof malformed - 1, NULL, NULL, 0,
                   &t->error));
    MUST(status == STS_ERR_JSON);
done:
    exporting_end(&e);
    sts_export_context_free(context);
}

/* Spans, each written as a request of its own, under keys that are made anew for each; and metrics, of which the option
 * says nothing. */
static sts_status export_spans(struct exporting *e, const void *json, const sts_export_context *context,
                               uint64_t *counts) {
    return sts_export(e->exporter, STS_SIGNAL_TRACES, STS_FORMAT_OTLP_JSON, json, strlen(json), context, counts,
                      STS_COUNTS, &e->t->error);
}

static void spans(struct torture *t) {
    static const char json[] =
        "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"a\",\"value\":{\"stringValue\":\"b\"}}]},"
        "\"scopeSpans\":[{\"spans\":[{\"name\":\"one\",\"kind\":2,\"traceState\":\"a=1\",\"traceId\":"
        "\"5b8efff798038103d269b633813fc60c\"},{\"name\":\"two\",\"status\":{\"code\":1}},{\"name\":\"three\"}]}]}]}";
    struct exporting e;
    sts_export_context *context = NULL;
    sts_status status;
    if (!exporting_options(&e, t,
                           PAIRS("transport", "memory", "key", "body", "traces.key",
                                 "Concat([kind.string, trace_id.string, trace_state[\"a\"], status.code, "
                                 "resource.attributes[\"a\"]], \"/\")",
                                 "traces.topic", "spans")) ||
        !exporting_start(&e))
        goto done;
    TRY_NEW(t, context, sts_export_context_new_with(t->allocator));
    if (exporting_export(&e, export_spans, json, context))
        exporting_flush(&e);
    if (t->given_up)
        goto done;
    TRY(t, status, sts_export(e.exporter, STS_SIGNAL_METRICS, STS_FORMAT_OTLP_PROTO, "", 0, NULL, NULL, 0, &t->error));
    MUST(status == STS_ERR_CONFIG);
done:
    exporting_end(&e);
    sts_export_context_free(context);
}

/* Requests of profiles, each a message as it came; one that is rejected, in a format whose dead letter is a request and
 * in the one whose is not. */
static sts_status export_profiles(struct exporting *e, const void *bytes, const sts_export_context *context,
                                  uint64_t *counts) {
    return sts_export(e->exporter, STS_SIGNAL_PROFILES, STS_FORMAT_OTLP_PROTO, bytes, strlen(bytes), context, counts,
                      STS_COUNTS, &e->t->error);
}

static sts_status export_profiles_in_json(struct exporting *e, const void *json, const sts_export_context *context,
                                          uint64_t *counts) {
    return sts_export(e->exporter, STS_SIGNAL_PROFILES, STS_FORMAT_OTLP_JSON, json, strlen(json), context, counts,
                      STS_COUNTS, &e->t->error);
}

static void whole(struct torture *t, const char *encoding, const char *key, exporting_call call, const char *bytes) {
    struct exporting e;
    sts_export_context *context = NULL;
    if (!exporting_options(&e, t,
                           PAIRS("transport", "memory", "profiles.key", key, "profiles.encoding", encoding,
                                 "content_type_header", "true", "header_from.h", "body | metadata(\"a\")",
                                 "dead_letter.topic", "dead")) ||
        !exporting_start(&e))
        goto done;
    TRY_NEW(t, context, sts_export_context_new_with(t->allocator));
    if (exporting_export(&e, call, bytes, context))
        exporting_flush(&e);
done:
    exporting_end(&e);
    sts_export_context_free(context);
}

static void profiles(struct torture *t) {
    static const char *const keys[] = {"none", "metadata(\"absent\")"};
    for (size_t i = 0; i < 2; i++) {
        whole(t, "otlp_proto", keys[i], export_profiles,
              "\x0a\x03"
              "abc");
        whole(t, "otlp_json", keys[i], export_profiles_in_json, "{\"resourceProfiles\":[{}]}");
    }
}

int main(void) {
    static const struct scenario scenarios[] = {
        {"in JSON", in_json},
        {"spans", spans},
        {"profiles", profiles},
    };
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
        torture_run(&scenarios[i]);
    return 0;
}
