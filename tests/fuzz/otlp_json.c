/* SPDX-License-Identifier: Apache-2.0
 *
 * A byte that picks a signal, then OTLP JSON. What is taken passes the check of the schema, its depth too, and is not
 * larger than it may be; with white space wherever it may stand, where nothing is taken in one go, it becomes the same
 * bytes; and it is explained as they are. As profiles it is taken, if it is one object, as it came. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz/fuzz.h"
#include "intake/json.h"
#include "schema/check.h"

enum { SIGNALS = 3 };

static const sts__schema_message *const requests[] = {&sts__schema_logs_request, &sts__schema_traces_request,
                                                      &sts__schema_metrics_request};
static const int32_t signals[] = {STS_SIGNAL_LOGS, STS_SIGNAL_TRACES, STS_SIGNAL_METRICS};

/* The text with a space before and behind everything that is not in a string. */
static void write_spaced(sts__text *spaced, sts_bytes text) {
    const char *at = text.data;
    const char *end = at + text.size;
    bool in_string = false;
    for (; at < end; at++) {
        bool mark = !in_string && memchr("{}[]:,\"", *at, 7);
        bool begins = mark && *at == '"';
        if (mark)
            sts__text_append(spaced, "\n", 1);
        sts__text_append(spaced, at, 1);
        if (in_string && *at == '\\' && at + 1 < end)
            sts__text_append(spaced, ++at, 1);
        else if (in_string && *at == '"')
            in_string = false;
        in_string = in_string || begins;
        if (mark && !begins)
            sts__text_append(spaced, " ", 1);
    }
}

/* Adds what is told of a record. */
static void tell(const sts_explanation *explanation, void *user) {
    sts__text *told = user;
    sts_bytes key, value;
    sts_explanation_key(explanation, &key);
    sts_explanation_value(explanation, &value);
    sts__text_printf(told, "%u %d %s %s %zu:", (unsigned)sts_explanation_index(explanation),
                     (int)sts_explanation_code(explanation), sts_explanation_text(explanation),
                     sts_explanation_key_from(explanation), key.size);
    sts__text_append(told, key.data ? key.data : "", key.size);
    sts__text_printf(told, " %zu:", value.size);
    sts__text_append(told, value.data ? value.data : "", value.size);
}

static sts_exporter *explainer(void) {
    static const char *const pairs[] = {"transport",   "none",
                                        "encoding",    "otlp_json",
                                        "logs.key",    "AsString(body) | trace_id | attribute(\"a\") | time",
                                        "traces.key",  "trace_id | name",
                                        "metrics.key", "Concat([name, type, AsString(metadata)], \"/\")",
                                        NULL};
    static sts_exporter *exporter;
    if (!exporter) {
        sts_options *options = sts_options_new();
        fuzz_set_options(options, pairs);
        exporter = fuzz_exporter(options);
    }
    return exporter;
}

static void explain(int32_t signal, int32_t format, sts_bytes request, sts__text *told) {
    sts__text_init(told, sts__memory_default());
    HOLDS(sts_explain(explainer(), signal, format, request.data, request.size, NULL, tell, told, NULL) == STS_OK,
          "it is not explained");
}

static void check_explained(int32_t signal, sts_bytes json, sts_bytes protobuf) {
    sts__text by_json, by_protobuf;
    explain(signal, STS_FORMAT_OTLP_JSON, json, &by_json);
    explain(signal, STS_FORMAT_OTLP_PROTO, protobuf, &by_protobuf);
    HOLDS(fuzz_same((sts_bytes){by_json.data, by_json.size}, (sts_bytes){by_protobuf.data, by_protobuf.size}),
          "JSON is explained as another request");
    sts__text_clear(&by_json);
    sts__text_clear(&by_protobuf);
}

static void check_whole(sts_bytes text) {
    sts__fault fault = {.offset = -1};
    sts_status status = sts__intake_check_object(text, &fault);
    HOLDS(status == STS_OK || status == STS_ERR_JSON || status == STS_ERR_TOO_DEEP, "%s", fault.text);
    HOLDS(status == STS_OK || (fault.offset >= 0 && fault.offset <= (int64_t)text.size), "at %d", (int)fault.offset);
    if (status != STS_OK)
        return;
    sts__text told;
    explain(STS_SIGNAL_PROFILES, STS_FORMAT_OTLP_JSON, text, &told);
    HOLDS(told.size >= text.size && memcmp(told.data + told.size - text.size, text.data, text.size) == 0,
          "profiles do not stay as they came");
    sts__text_clear(&told);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_input input = {data, size};
    size_t pick = fuzz_take_byte(&input) % SIGNALS;
    const sts__schema_message *request = requests[pick];
    sts_bytes text = fuzz_take_rest(&input);
    sts__arena arena;
    sts__text spaced;
    sts__fault fault = {.offset = -1};
    sts_bytes protobuf, again;
    sts__arena_init(&arena, sts__memory_default());
    sts__text_init(&spaced, sts__memory_default());
    sts_status status = sts__intake_json(request, text, &arena, &protobuf, &fault);
    if (status == STS_OK) {
        HOLDS(protobuf.size <= 5 * text.size, "%zu bytes of %zu", protobuf.size, text.size);
        status = sts__schema_check(protobuf, request, &fault);
        HOLDS(status == STS_OK, "%s", fault.text);
        write_spaced(&spaced, text);
        status = sts__intake_json(request, (sts_bytes){spaced.data, spaced.size}, &arena, &again, &fault);
        HOLDS(status == STS_OK, "with spaces: %s", fault.text);
        HOLDS(fuzz_same(protobuf, again), "with spaces it is another request");
        check_explained(signals[pick], text, protobuf);
    } else {
        HOLDS(status == STS_ERR_JSON || status == STS_ERR_TOO_DEEP, "%s", fault.text);
        HOLDS(fault.offset >= 0 && fault.offset <= (int64_t)text.size, "at %d", (int)fault.offset);
    }
    check_whole(text);
    sts__text_clear(&spaced);
    sts__arena_clear(&arena);
    return 0;
}
