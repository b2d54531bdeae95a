/* SPDX-License-Identifier: Apache-2.0
 *
 * OTLP JSON, with every allocation failing in turn: texts that need more room than they begin with. */
#include <string.h>

#include "base/text.h"
#include "intake/json.h"
#include "torture/torture.h"

static sts_status read_json(struct torture *t, const sts__schema_message *message, const sts__text *text,
                            sts__arena *arena, sts_bytes *protobuf) {
    sts__fault fault;
    sts_status status = sts__intake_json(message, (sts_bytes){text->data, text->size}, arena, protobuf, &fault);
    if (status != STS_OK)
        sts__error_report(t->allocator, &t->error, &fault);
    return status;
}

static void append(sts__text *to, const char *text, int count) {
    while (count--)
        sts__text_append(to, text, strlen(text));
}

static void note_bytes(struct torture *t, sts_bytes bytes) {
    unsigned sum = 0;
    for (size_t i = 0; i < bytes.size; i++)
        sum = sum * 31 + ((const unsigned char *)bytes.data)[i];
    torture_note(t, "%zu %u", bytes.size, sum);
}

static void read_text(struct torture *t, const sts__schema_message *message, const sts__text *text) {
    sts__arena arena;
    sts_bytes protobuf;
    sts__arena_init(&arena, t->allocator);
    TRY_OK(t, read_json(t, message, text, &arena, &protobuf));
    note_bytes(t, protobuf);
done:
    sts__arena_clear(&arena);
}

static void numbers(struct torture *t) {
    sts__text text;
    sts__text_init(&text, sts__memory_default());
    append(
        &text,
        "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"histogram\":{\"dataPoints\":[{\"explicitBounds\":[0",
        1);
    append(&text, ",1,\"2\",0.1234567890123456789", 5000);
    append(&text, "]}]}}]}]}]}", 1);
    read_text(t, &sts__schema_metrics_request, &text);
    sts__text_clear(&text);
}

static void lists(struct torture *t) {
    sts__text text;
    sts__text_init(&text, sts__memory_default());
    append(&text, "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":", 1);
    append(&text, "{\"arrayValue\":{\"values\":[{},", 48);
    append(&text, "{\"bytesValue\":\"AP8\\u003d\",\"stringValue\":\"a\\nb\",\"stringValue\":null}", 1);
    append(&text, "]}}", 48);
    append(&text, "}]}]}]}", 1);
    read_text(t, &sts__schema_logs_request, &text);
    sts__text_clear(&text);
}

static void attributes(struct torture *t) {
    sts__text text;
    sts__text_init(&text, sts__memory_default());
    append(&text, "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{}", 1);
    append(&text,
           ",{\"key\":\"k\",\"value\":{\"stringValue\":\"v\"}},{\"key\": "
           "\"\\u006b\",\"value\":{\"doubleValue\":\"1_0.5\"}}",
           300);
    append(&text, "]}}]}", 1);
    read_text(t, &sts__schema_logs_request, &text);
    sts__text_clear(&text);
}

int main(void) {
    static const struct scenario scenarios[] = {{"numbers", numbers}, {"lists", lists}, {"attributes", attributes}};
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
        torture_run(&scenarios[i]);
    return 0;
}
