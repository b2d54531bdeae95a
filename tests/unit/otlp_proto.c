/* SPDX-License-Identifier: Apache-2.0
 *
 * encoding=otlp_proto writes the same bytes as the writer that knows nothing of what items have in common
 * (signal/single.h): whatever their sizes, as the lengths around them take one byte more or less from one to the next,
 * and wherever resource and scope say what they are. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "encode/encode.h"
#include "signal/single.h"
#include "support/protobuf.h"

enum { UNKNOWN = 777, RECORD_TEXT = 3 };

/* Where the largest length of one, two, three bytes is near. */
static const size_t sizes[] = {0,     100,   128,   90,    200,     120,     50,     16383, 127,   16300,
                               16384, 16200, 60,    16400, 2097150, 2097152, 130,    0,     16100, 16250,
                               1,     2,     15900, 64,    15950,   2097000, 126000, 118,   119,   127};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void put_record(struct pb *scope_group, size_t size) {
    struct pb record = {0};
    char *text = calloc(1, size + 1);
    memset(text, 'r', size);
    if (size)
        pb_text(&record, RECORD_TEXT, text);
    free(text);
    pb_message(scope_group, STS__SCOPE_GROUP_ITEMS, &record);
}

static void put_named(struct pb *group, uint32_t field, size_t size) {
    struct pb message = {0};
    char name[256];
    memset(name, 'n', size);
    pb_bytes(&message, UNKNOWN, name, size);
    pb_message(group, field, &message);
}

/* What stands around the records: only in front, in front and behind, also between, nowhere. */
enum { IN_FRONT, AROUND, BETWEEN, NOWHERE, PLACES };

static struct pb scope_group_of(int place, size_t name) {
    struct pb group = {0};
    if (place != NOWHERE)
        put_named(&group, STS__SCOPE_GROUP_SCOPE, name);
    for (int i = 0; i < SIZES; i++) {
        put_record(&group, sizes[i]);
        if (place == BETWEEN && i % 3 == 0)
            pb_varint(&group, UNKNOWN, (uint64_t)i);
    }
    if (place == AROUND)
        pb_text(&group, STS__SCHEMA_URL, "https://opentelemetry.io/schemas/1.27.0");
    return group;
}

/* Scopes of a resource that become larger, and smaller again, and so does what stands in front of their records. */
static struct pb request_of(int place) {
    static const size_t names[] = {3, 60, 5, 250, 1};
    struct pb request = {0};
    for (size_t resource = 0; resource < 2; resource++) {
        struct pb group = {0};
        if (place != NOWHERE)
            put_named(&group, STS__RESOURCE_GROUP_RESOURCE, 200 * resource);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            struct pb scope_group = scope_group_of(place, names[i]);
            pb_message(&group, STS__RESOURCE_GROUP_SCOPE_GROUPS, &scope_group);
            if (place == BETWEEN)
                pb_fixed32(&group, UNKNOWN, (uint32_t)i);
        }
        if (place == AROUND)
            pb_text(&group, STS__SCHEMA_URL, "https://opentelemetry.io/schemas/1.27.0");
        pb_message(&request, STS__REQUEST_RESOURCE_GROUPS, &group);
    }
    return request;
}

/* As sts__ottl_state_set_item. */
static void enter(sts__encoder *encoder, const sts__item *before, const sts__item *item) {
    if (before->resource_group.number != item->resource_group.number)
        sts__arena_reset(encoder->resource_arena);
    if (before->scope_group.number != item->scope_group.number)
        sts__arena_reset(encoder->scope_arena);
    sts__arena_reset(encoder->item_arena);
}

/* Who else keeps something for as long as the resource has it beside what the encoder keeps there. */
enum { GUARD = 200, GUARDS = 2 };

static unsigned char *put_guard(sts__arena *arena) {
    unsigned char *guard = sts__arena_alloc(arena, GUARD);
    return memset(guard, 'g', GUARD);
}

static void check_guard(const unsigned char *guard) {
    for (size_t i = 0; i < GUARD; i++)
        cr_assert_eq(guard[i], 'g');
}

static void check_items(sts__encoder *encoder, sts_bytes request) {
    sts__item_cursor cursor;
    sts__item item, before = {.index = 0};
    sts__fault fault;
    sts__wire_writer writer;
    size_t count = 0;
    unsigned char *guards[GUARDS] = {NULL, NULL};
    sts__wire_writer_init(&writer, sts__memory_default());
    cr_assert_eq(sts__items_check(&sts__signals[STS__LOGS], request, &fault), STS_OK, "%s", fault.text);
    sts__items_begin(&cursor, &sts__signals[STS__LOGS], request);
    for (; sts__items_next(&cursor, &item); before = item, count++) {
        sts_bytes value = {NULL, 0};
        bool is_first = before.resource_group.number != item.resource_group.number;
        enter(encoder, &before, &item);
        guards[0] = is_first ? put_guard(encoder->resource_arena) : guards[0];
        cr_assert_eq(sts__encode(encoder, &item, &value, &fault), STS_OK, "%s", fault.text);
        guards[1] = is_first ? put_guard(encoder->resource_arena) : guards[1];
        check_guard(guards[0]);
        check_guard(guards[1]);
        sts__wire_writer_reset(&writer);
        const sts__item_place item_place = sts__item_place_of(&item);
        sts__items_write(&item_place, 1, &writer);
        sts_bytes wanted = sts__wire_bytes(&writer);
        cr_assert_eq(value.size, wanted.size, "record %zu: %zu bytes, not %zu", count, value.size, wanted.size);
        cr_assert_eq(memcmp(value.data, wanted.data, wanted.size), 0, "record %zu", count);
    }
    cr_assert_eq(count, (size_t)2 * 5 * SIZES);
    sts__wire_writer_clear(&writer);
}

Test(otlp_proto, is_what_the_writer_of_single_items_writes) {
    for (int place = 0; place < PLACES; place++) {
        struct pb request = request_of(place);
        sts__arena arenas[3];
        for (int i = 0; i < 3; i++)
            sts__arena_init(&arenas[i], sts__memory_default());
        sts__encoder encoder = {.encoding = sts__encoding_at(STS__ENCODE_OTLP_PROTO, &sts__signals[STS__LOGS]),
                                .signal = &sts__signals[STS__LOGS],
                                .resource_arena = &arenas[0],
                                .scope_arena = &arenas[1],
                                .item_arena = &arenas[2]};
        check_items(&encoder, (sts_bytes){request.data, request.size});
        for (int i = 0; i < 3; i++)
            sts__arena_clear(&arenas[i]);
        pb_clear(&request);
    }
}
