/* SPDX-License-Identifier: Apache-2.0
 *
 * A byte that picks a signal, then an OTLP request in protobuf. Its OTLP JSON is read back, and the JSON of that is the
 * same again. Of logs, each record is written in each encoding, and what is JSON is JSON (RFC 8259, no name twice in an
 * object); what is OTLP is a request of one record. */
#include <string.h>

#include "encode/encode.h"
#include "encode/otlp_json.h"
#include "fuzz/fuzz.h"
#include "intake/json.h"
#include "schema/check.h"
#include "signal/item.h"
#include "json/json.h"

enum { MOST_RECORDS = 16 };

static const sts__schema_message *const requests[] = {&sts__schema_logs_request, &sts__schema_traces_request,
                                                      &sts__schema_metrics_request};

/* False for an id that has no JSON. */
static bool write_json(const sts__schema_message *message, sts_bytes protobuf, sts__arena *arena, sts_bytes *json) {
    sts__fault fault;
    sts__ottl_text text = {.arena = arena};
    sts_status status = sts__otlp_json_add(&text, message, protobuf, &fault);
    HOLDS(status == STS_OK || status == STS_ERR_MALFORMED, "%s", fault.text);
    *json = sts__ottl_text_bytes(&text);
    return status == STS_OK;
}

static void check_round(const sts__schema_message *message, sts_bytes protobuf, sts__arena *arena) {
    sts_bytes json, back, again;
    sts__fault fault;
    if (!write_json(message, protobuf, arena, &json))
        return;
    sts_status status = sts__intake_json(message, json, arena, &back, &fault);
    HOLDS(status == STS_OK, "%s: %.*s", fault.text, (int)json.size, (const char *)json.data);
    HOLDS(write_json(message, back, arena, &again), "read back it has no JSON");
    HOLDS(fuzz_same(json, again), "%.*s, not %.*s", (int)again.size, (const char *)again.data, (int)json.size,
          (const char *)json.data);
}

static void check_json(sts_bytes value, sts__arena *arena) {
    const sts__json *json;
    sts__fault fault;
    sts_status status = sts__json_parse(arena, value, &json, &fault);
    HOLDS(status == STS_OK || status == STS_ERR_TOO_DEEP, "%s: %.*s", fault.text, (int)value.size,
          (const char *)value.data);
}

static void check_otlp(sts_bytes value) {
    sts__fault fault;
    sts__item_cursor cursor;
    sts__item record;
    sts_status status = sts__items_check(&sts__signals[STS__LOGS], value, &fault);
    HOLDS(status == STS_OK, "%s", fault.text);
    sts__items_begin(&cursor, &sts__signals[STS__LOGS], value);
    HOLDS(sts__items_next(&cursor, &record), "no record");
    HOLDS(!sts__items_next(&cursor, &record), "two records");
}

static void check_value(int place, sts_bytes value, sts__arena *arena) {
    if (place == STS__ENCODE_OTLP_PROTO)
        check_otlp(value);
    else if (place == STS__ENCODE_OTLP_JSON || place >= STS__ENCODE_JSON_RECORD)
        check_json(value, arena);
    else
        HOLDS(place == STS__ENCODE_BODY || value.data, "%d: null", place);
}

static void check_records(int place, sts_bytes request) {
    sts__arena arenas[4];
    for (int i = 0; i < 4; i++)
        sts__arena_init(&arenas[i], sts__memory_default());
    sts__encoder encoder = {.encoding = sts__encoding_at(place, &sts__signals[STS__LOGS]),
                            .signal = &sts__signals[STS__LOGS],
                            .resource_arena = &arenas[0],
                            .scope_arena = &arenas[1],
                            .item_arena = &arenas[2]};
    sts__item_cursor cursor;
    sts__item record;
    sts__items_begin(&cursor, &sts__signals[STS__LOGS], request);
    while (sts__items_next(&cursor, &record) && record.index < MOST_RECORDS) {
        sts_bytes value = {NULL, 0};
        sts__fault fault;
        sts_status status = sts__encode(&encoder, &record, &value, &fault);
        if (status == STS_OK)
            check_value(place, value, &arenas[3]);
        else
            HOLDS(status == STS_ERR_BODY_TYPE || status == STS_ERR_MALFORMED, "%s", fault.text);
    }
    for (int i = 0; i < 4; i++)
        sts__arena_clear(&arenas[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_input input = {data, size};
    uint8_t signal = fuzz_take_byte(&input) % 3;
    sts_bytes request = fuzz_take_rest(&input);
    sts__fault fault;
    if (sts__schema_check(request, requests[signal], &fault) != STS_OK)
        return 0;
    sts__arena arena;
    sts__arena_init(&arena, sts__memory_default());
    check_round(requests[signal], request, &arena);
    for (int place = STS__ENCODE_OTLP_PROTO; signal == 0 && place < STS__ENCODINGS; place++)
        check_records(place, request);
    sts__arena_clear(&arena);
    return 0;
}
