/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/record_headers.h"

#include <string.h>
#include <xxhash.h>

#include "encode/json_values.h"

enum { TRACE_ID = 16, SPAN_ID = 8, TRACEPARENT = 55, EVENT_ID = 16, TIME = 30 };

typedef struct making {
    const sts__header_source *source;
    sts__arena *arena;
    sts_bytes *pairs;
    size_t count;
    bool failed; /* out of memory */
} making;

static sts_bytes text(const char *string) {
    return (sts_bytes){string, strlen(string)};
}

static void add(making *m, const char *name, sts_bytes value) {
    m->pairs[2 * m->count] = text(name);
    m->pairs[2 * m->count + 1] = value;
    m->count++;
}

static char *alloc(making *m, size_t size) {
    char *piece = sts__arena_alloc(m->arena, size);
    m->failed = m->failed || !piece;
    return piece;
}

/* Version 00: nothing of it where one of the ids is missing, for then it has no meaning. Only the lowest eight of
 * OTLP's flags are W3C's. */
static void add_trace_context(making *m) {
    const sts__item_identity *identity = m->source->identity;
    if (identity->trace_id.size != TRACE_ID || identity->span_id.size != SPAN_ID)
        return;
    char *parent = alloc(m, TRACEPARENT);
    if (!parent)
        return;
    const uint8_t flags = (uint8_t)identity->flags;
    /* more follows: NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
    memcpy(parent, "00-", 3);
    sts__ottl_hex(identity->trace_id, parent + 3);
    parent[35] = '-';
    sts__ottl_hex(identity->span_id, parent + 36);
    parent[52] = '-';
    sts__ottl_hex((sts_bytes){&flags, 1}, parent + 53);
    add(m, "traceparent", (sts_bytes){parent, TRACEPARENT});
    if (identity->trace_state.size)
        add(m, "tracestate", identity->trace_state);
}

/* The same for the same record, however often it is sent: CloudEvents takes what has one source and one id for a
 * duplicate.
 */
static void add_event_id(making *m) {
    const sts__header_source *source = m->source;
    const sts_bytes parts[] = {source->item, source->key, source->value};
    XXH128_hash_t hash = {0, 0};
    uint8_t bytes[EVENT_ID];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        hash = XXH3_128bits_withSeed(parts[i].data ? parts[i].data : "", parts[i].size, hash.low64 ^ hash.high64 ^ i);
        XXH128_canonicalFromHash((XXH128_canonical_t *)(void *)bytes, hash);
    }
    char *id = alloc(m, (size_t)2 * EVENT_ID);
    if (!id)
        return;
    sts__ottl_hex((sts_bytes){bytes, EVENT_ID}, id);
    add(m, "ce_id", (sts_bytes){id, (size_t)2 * EVENT_ID});
}

static void add_event(making *m) {
    const sts__item_identity *identity = m->source->identity;
    uint64_t time = identity->time ? identity->time : identity->observed_time;
    add(m, "ce_specversion", text("1.0"));
    add_event_id(m);
    add(m, "ce_type", text(m->source->rules->headers.event_type));
    if (!time)
        return;
    sts__ottl_text written = {.arena = m->arena};
    sts__json_add_time(&written, time, 'T', 'Z');
    m->failed = m->failed || written.failed;
    if (!written.failed)
        add(m, "ce_time", (sts_bytes){written.data + 1, TIME}); /* without its quotes */
}

bool sts__record_headers_make(const sts__header_source *source, sts__arena *arena,
                              sts_bytes pairs[2 * STS__RECORD_HEADERS], size_t *count) {
    const sts__header_rules *rules = &source->rules->headers;
    making m = {source, arena, pairs, 0, false};
    if (rules->content_type)
        add(&m, "content-type", text(source->rules->value_type));
    if (rules->trace_context)
        add_trace_context(&m);
    if (rules->cloudevents)
        add_event(&m);
    *count = m.count;
    return !m.failed;
}
