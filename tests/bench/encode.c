/* SPDX-License-Identifier: Apache-2.0
 *
 * What each encoding costs: every log record of the requests, as they are routed one after the other, by CPU time. A
 * line of JSON: encoding to nanoseconds and bytes of a record, less what walking to the records takes.
 *
 *   encode FILE SECONDS    FILE has requests, each behind its size
 *
 * Beside otlp_proto stand two ways to have the same bytes in the same memory, room of the record's arena, without
 * making anything:
 * - "copying the parts": from the request, where they came, part by part; how many bytes they are is known in advance.
 *   What the encoding does more is to tell lengths apart and to write them.
 * - "copying the value": at once, from a copy that was made just before and is in the nearest cache. No encoder of
 *   values that lie in pieces can be as fast.
 * All ways take turns, slice by slice, so that the machine's changes of speed meet all of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "encode/encode.h"
#include "signal/item.h"
#include "support/requests.h"

enum { ARENAS = 3, SLICES = 20, MOST_PARTS = 16, LARGEST_VALUE = 1 << 20 };

typedef enum way { WALK, COPY_PARTS, COPY_VALUE, ENCODE, WAYS = ENCODE + (int)STS__ENCODINGS } way;

/* What a group has beside its groups or items, as it lies in the request. */
typedef struct parts {
    uint64_t number; /* of the group; 0: none */
    sts_bytes parts[MOST_PARTS];
    size_t count;
    size_t size; /* of all */
} parts;

typedef struct run {
    way way;
    sts__arena arenas[ARENAS]; /* of the resource, the scope, the record */
    uint64_t numbers[2];
    sts__encoder encoder;
    parts groups[2];
    size_t records, bytes;
    double seconds;
} run;

static uint8_t whole[LARGEST_VALUE]; /* what COPY_VALUE copies */

static double now(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void stop(const char *why) {
    fprintf(stderr, "%s\n", why);
    exit(1);
}

/* As sts__ottl_state_set_item. */
static void enter(run *r, const sts__item *item) {
    const uint64_t numbers[] = {item->resource_group.number, item->scope_group.number};
    for (int i = 0; i < 2; i++) {
        if (r->numbers[i] != numbers[i])
            sts__arena_reset(&r->arenas[i]);
        r->numbers[i] = numbers[i];
    }
    sts__arena_reset(&r->arenas[2]);
}

static void find_parts(parts *found, const sts__item_group *group, uint64_t left_out) {
    if (found->number == group->number)
        return;
    sts__wire_reader reader = sts__wire_read(group->bytes);
    sts__wire_field field;
    const uint8_t *end = NULL;
    found->number = group->number;
    found->count = found->size = 0;
    while (sts__wire_next_value(&reader, &field)) {
        size_t size = (size_t)(reader.at - field.start);
        if (field.number == left_out)
            continue;
        found->size += size;
        if (field.start == end)
            found->parts[found->count - 1].size += size;
        else if (found->count == MOST_PARTS)
            stop("a group in too many parts");
        else
            found->parts[found->count++] = (sts_bytes){field.start, size};
        end = reader.at;
    }
}

static uint8_t *copy(uint8_t *at, sts_bytes bytes) {
    memcpy(at, bytes.data, bytes.size);
    return at + bytes.size;
}

/* How many bytes the value has that is made of them: the three lengths take two each, mostly. */
static size_t find_all_parts(run *r, const sts__item *item) {
    find_parts(&r->groups[0], &item->resource_group, STS__RESOURCE_GROUP_SCOPE_GROUPS);
    find_parts(&r->groups[1], &item->scope_group, STS__SCOPE_GROUP_ITEMS);
    return r->groups[0].size + r->groups[1].size + item->bytes.size + 3 * (size_t)3;
}

static sts_bytes copy_parts(run *r, const sts__item *item) {
    size_t size = find_all_parts(r, item);
    uint8_t *start = sts__arena_alloc(&r->arenas[2], size);
    uint8_t *at = start;
    if (!at)
        stop("out of memory");
    for (int i = 0; i < 2; i++)
        for (size_t j = 0; j < r->groups[i].count; j++)
            at = copy(at, r->groups[i].parts[j]);
    copy(at, item->bytes);
    return (sts_bytes){start, size};
}

static sts_bytes copy_value(run *r, const sts__item *item) {
    size_t size = find_all_parts(r, item);
    uint8_t *start = sts__arena_alloc(&r->arenas[2], size);
    if (!start || size > sizeof whole)
        stop("out of memory");
    copy(start, (sts_bytes){whole, size});
    return (sts_bytes){start, size};
}

static sts_bytes make_value(run *r, const sts__item *item) {
    sts_bytes value = {NULL, 0};
    sts__fault fault;
    switch (r->way) {
    case WALK:
        return value;
    case COPY_PARTS:
        return copy_parts(r, item);
    case COPY_VALUE:
        return copy_value(r, item);
    default:
        if (sts__encode(&r->encoder, item, &value, &fault) != STS_OK)
            stop(fault.text);
        return value;
    }
}

static void go_through(run *r, sts_bytes request) {
    sts__item_cursor cursor;
    sts__item item;
    r->numbers[0] = r->numbers[1] = 0;
    r->groups[0].number = r->groups[1].number = 0;
    r->encoder.resource.number = r->encoder.scope.number = r->encoder.front.number = 0;
    sts__items_begin(&cursor, &sts__signals[STS__LOGS], request);
    while (sts__items_next(&cursor, &item)) {
        enter(r, &item);
        r->bytes += make_value(r, &item).size;
        r->records++;
    }
}

static void run_slice(run *r, const requests *all, double seconds) {
    double start = now();
    do
        for (size_t i = 0; i < all->count; i++)
            go_through(r, all->items[i]);
    while (now() - start < seconds);
    r->seconds += now() - start;
}

static void begin(run *r, way how) {
    r->way = how;
    if (how >= ENCODE)
        r->encoder.encoding = sts__encoding_at((int)how - ENCODE, &sts__signals[STS__LOGS]);
    r->encoder.signal = &sts__signals[STS__LOGS];
    for (int i = 0; i < ARENAS; i++)
        sts__arena_init(&r->arenas[i], sts__memory_default());
    r->encoder.resource_arena = &r->arenas[0];
    r->encoder.scope_arena = &r->arenas[1];
    r->encoder.item_arena = &r->arenas[2];
}

static double nanoseconds(const run *r) {
    return r->seconds / (double)r->records * 1e9;
}

static void print(const char *name, const run *r, const run *walk) {
    printf("\"%s\": {\"ns\": %.2f, \"bytes\": %zu}, ", name, nanoseconds(r) - nanoseconds(walk), r->bytes / r->records);
}

/* The records' bodies are texts, which STS__ENCODE_BODY does not take. */
static bool is_measured(way how) {
    int place = (int)how - ENCODE;
    return place != STS__ENCODE_DEFAULT && place != STS__ENCODE_BODY;
}

int main(int argc, char **argv) {
    static run runs[WAYS];
    if (argc != 3)
        stop("encode FILE SECONDS");
    requests all = requests_read(argv[1]);
    memset(whole, 'x', sizeof whole);
    for (int i = 0; i < WAYS; i++)
        begin(&runs[i], (way)i);
    for (int slice = 0; slice < SLICES; slice++)
        for (int i = 0; i < WAYS; i++)
            if (is_measured((way)i))
                run_slice(&runs[i], &all, atof(argv[2]) / SLICES);
    printf("{");
    print("copying the parts", &runs[COPY_PARTS], &runs[WALK]);
    print("copying the value", &runs[COPY_VALUE], &runs[WALK]);
    for (int i = ENCODE; i < WAYS; i++)
        if (is_measured((way)i))
            print(runs[i].encoder.encoding->name, &runs[i], &runs[WALK]);
    printf("\"walking\": {\"ns\": %.2f, \"bytes\": 0}}\n", nanoseconds(&runs[WALK]));
    for (int i = 0; i < WAYS; i++)
        for (int j = 0; j < ARENAS; j++)
            sts__arena_clear(&runs[i].arenas[j]);
    requests_free(&all);
    return 0;
}
