/* SPDX-License-Identifier: Apache-2.0 */
#include "support/topology/random_message.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A message in the making. */
typedef struct maker {
    uint64_t state;
    sts__arena *arena;
    struct random_traits *traits;
    int max_depth;
    size_t nodes;    /* how many more values it may hold */
    size_t max_list; /* items of a list */
    bool is_deep;    /* values hold values as long as they can */
    bool is_odd;     /* Structs hold what JSON has not */
} maker;

/* splitmix64. */
static uint64_t next(maker *m) {
    uint64_t z = m->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static size_t below(maker *m, size_t count) {
    return (size_t)(next(m) % count);
}

static bool one_in(maker *m, size_t count) {
    return below(m, count) == 0;
}

static void *make_array(maker *m, size_t count, size_t size) {
    void *array = sts__arena_array(m->arena, count ? count : 1, size);
    if (!array) {
        fputs("random_message: out of memory\n", stderr);
        abort();
    }
    return array;
}

static void see_depth(maker *m, int depth) {
    if (depth > m->traits->depth)
        m->traits->depth = depth;
}

/* --- texts and numbers -------------------------------------------------------------------------------------------- */

static size_t put_code_point(uint8_t *at, uint32_t code) {
    static const uint8_t leads[] = {0, 0xc0, 0xe0, 0xf0};
    if (code < 0x80) {
        at[0] = (uint8_t)code;
        return 1;
    }
    size_t tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    at[0] = (uint8_t)(leads[tail] | code >> (6 * tail));
    for (size_t i = 1; i <= tail; i++)
        at[i] = (uint8_t)(0x80 | (code >> (6 * (tail - i)) & 0x3f));
    return tail + 1;
}

/* The ends of UTF-8's ranges, what JSON escapes, and plain ASCII. */
static uint32_t make_code_point(maker *m) {
    static const uint32_t edges[] = {0,       1,       '\n',     '"',      '\\',   '/',    0x1f,   0x7f,
                                     0x80,    0x7ff,   0x800,    0xd7ff,   0xe000, 0xfffd, 0xffff, 0x10000,
                                     0x1f600, 0xfffff, 0x100000, 0x10ffff, 0x2028, 0xe9,   0x20ac, 0xfeff};
    if (one_in(m, 6))
        return edges[below(m, sizeof edges / sizeof edges[0])];
    return (uint32_t)(' ' + below(m, 95));
}

/* Lengths around those at which the length itself takes another byte. */
static size_t make_length(maker *m) {
    static const size_t edges[] = {126, 127, 128, 129, 16382, 16383, 16384};
    if (one_in(m, 8))
        return 0;
    if (one_in(m, 64))
        return edges[below(m, one_in(m, 16) ? sizeof edges / sizeof edges[0] : 4)];
    return 1 + below(m, 14);
}

static sts_bytes make_text(maker *m) {
    size_t length = make_length(m);
    uint8_t *text = make_array(m, length + 4, 1);
    size_t size = 0;
    while (size < length) {
        size_t put = put_code_point(text + size, make_code_point(m));
        size += put <= length - size ? put : 0;
    }
    return (sts_bytes){text, size};
}

static int64_t make_integer(maker *m) {
    static const int64_t edges[] = {0,          1,
                                    -1,         127,
                                    128,        -128,
                                    16383,      16384,
                                    INT32_MAX,  INT32_MIN,
                                    INT64_MAX,  INT64_MIN,
                                    UINT32_MAX, INT64_C(1) << 53,
                                    5000,       1763880000123};
    return one_in(m, 4) ? (int64_t)next(m) : edges[below(m, sizeof edges / sizeof edges[0])];
}

static double make_finite(maker *m) {
    static const double edges[] = {
        0,    -0.0,    1,    -1,   0.1,     1e21,    1e-7, 123456789012345680.0, 5e-324, DBL_MIN,
        -1.5, DBL_MAX, 1e20, 1e-6, -1e-300, 1.0 / 3, 100,  9007199254740993.0};
    uint64_t bits = next(m);
    double number;
    memcpy(&number, &bits, sizeof number);
    return isfinite(number) && one_in(m, 3) ? number : edges[below(m, sizeof edges / sizeof edges[0])];
}

/* The one NaN is Go's, which is what JSON's "NaN" is read as. */
static double make_double(maker *m) {
    const uint64_t nan_bits = UINT64_C(0x7ff8000000000001);
    double nan;
    memcpy(&nan, &nan_bits, sizeof nan);
    if (!one_in(m, 8))
        return make_finite(m);
    return one_in(m, 2) ? nan : one_in(m, 2) ? (double)INFINITY : -(double)INFINITY;
}

/* --- Structs ------------------------------------------------------------------------------------------------------ */

static void make_items(maker *m, sts__json *value, int depth);

static sts__json_type make_type(maker *m, bool may_hold) {
    if (may_hold && (m->is_deep || one_in(m, 3)))
        return one_in(m, 2) ? STS__JSON_ARRAY : STS__JSON_OBJECT;
    return (sts__json_type)(STS__JSON_NULL + below(m, 4));
}

/* What JSON has not. */
static void make_odd(maker *m, sts__json *value) {
    m->traits->has_json = false;
    value->type = one_in(m, 2) ? STS__JSON_NONE : STS__JSON_NUMBER;
    value->number = one_in(m, 2) ? (double)NAN : (double)INFINITY;
}

/* A Value that stands `depth` deep, with what is inside. An object inside takes three messages more, an array two. */
static void make_value(maker *m, sts__json *value, int depth) {
    see_depth(m, depth);
    m->nodes -= m->nodes > 0;
    if (m->is_odd && one_in(m, 6)) {
        make_odd(m, value);
        return;
    }
    value->type = make_type(m, m->nodes > 0 && depth + 3 < m->max_depth);
    if (value->type == STS__JSON_ARRAY || value->type == STS__JSON_OBJECT)
        make_items(m, value, depth + 1);
    else if (value->type == STS__JSON_STRING)
        value->text = make_text(m);
    else if (value->type == STS__JSON_NUMBER)
        value->number = make_finite(m);
    else
        value->boolean = value->type == STS__JSON_BOOL && one_in(m, 2);
}

static bool has_member(const sts__json *object, sts_bytes name) {
    for (size_t i = 0; i < object->count; i++)
        if (sts__json_compare_names(object->items[i].name, name) == 0)
            return true;
    return false;
}

/* The inside of an object (a Struct) or an array (a ListValue) that stands `depth` deep. */
static void make_items(maker *m, sts__json *value, int depth) {
    bool members = value->type == STS__JSON_OBJECT;
    size_t count = m->is_deep ? 1 + below(m, 2) : below(m, m->max_list + 1);
    see_depth(m, depth);
    if (count > m->nodes)
        count = m->nodes;
    value->items = count ? make_array(m, count, sizeof *value->items) : NULL;
    for (; count > 0; count--) {
        sts_bytes name = members ? make_text(m) : (sts_bytes){NULL, 0};
        if (members && has_member(value, name))
            continue;
        value->items[value->count].name = name;
        make_value(m, &value->items[value->count++], depth + (members ? 2 : 1));
    }
    if (members)
        sts__json_sort_members(value->items, value->count);
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

static void make_message(maker *m, const sts__proto_type *type, void *message, int depth);

static void make_list(maker *m, const sts__proto_field *field, sts__pb_field *list, int depth) {
    bool strings = !field->type;
    size_t size = strings ? sizeof(sts_bytes) : field->type->size;
    size_t count = below(m, strings ? m->max_list + 1 : 3);
    char *items = make_array(m, count, size);
    for (size_t i = 0; i < count; i++) {
        sts_bytes *text = (sts_bytes *)(void *)(items + i * size);
        if (!strings)
            make_message(m, field->type, items + i * size, depth + 1);
        else
            *text = i && one_in(m, 4) ? text[-1] : make_text(m); /* lists may hold a text twice */
    }
    *list = (sts__pb_field){items, count};
}

static void make_struct(maker *m, const sts__proto_field *field, void *message, int depth) {
    sts__json object = {.type = STS__JSON_OBJECT};
    make_items(m, &object, depth);
    *(sts__pb_field *)(uintptr_t)sts__proto_struct(field, message) = (sts__pb_field){object.items, object.count};
}

/* Enums are open: any number goes. */
static int32_t make_enum(maker *m) {
    return (int32_t)(one_in(m, 8) ? make_integer(m) : (int64_t)below(m, 6));
}

static void make_field(maker *m, const sts__proto_type *type, const sts__proto_field *field, void *message, int depth) {
    void *place = (char *)message + field->offset;
    int64_t integer = field->schema->kind == STS__SCHEMA_ENUM ? make_enum(m) : make_integer(m);
    int32_t small = (int32_t)integer;
    double number;
    sts_bytes text;
    if (field->schema->repeated) {
        make_list(m, field, place, depth);
        return;
    }
    if (field->flag_offset != STS__PROTO_NO_FLAG)
        *(bool *)((char *)message + field->flag_offset) = true;
    switch ((sts__schema_kind)field->schema->kind) {
    case STS__SCHEMA_INT32:
    case STS__SCHEMA_ENUM:
        memcpy(place, &small, sizeof small);
        break;
    case STS__SCHEMA_INT64:
        memcpy(place, &integer, sizeof integer);
        break;
    case STS__SCHEMA_BOOL:
        *(bool *)place = integer & 1;
        break;
    case STS__SCHEMA_DOUBLE:
        number = make_double(m);
        memcpy(place, &number, sizeof number);
        break;
    case STS__SCHEMA_STRING:
        text = make_text(m);
        *(sts__pb_field *)place = (sts__pb_field){text.data, text.size};
        break;
    default:
        if (!field->type) {
            make_struct(m, field, message, depth + 1);
            break;
        }
        *(pb_size_t *)(void *)((char *)message + type->which_offset) = (pb_size_t)field->schema->number;
        make_message(m, field->type, place, depth + 1);
    }
}

/* Of a oneof's fields one is made, or, seldom, none; of the others about three in four. */
static void make_message(maker *m, const sts__proto_type *type, void *message, int depth) {
    size_t chosen = below(m, 16);
    size_t payload = 0;
    see_depth(m, depth);
    for (size_t i = 0; i < type->schema->field_count; i++) {
        const sts__proto_field *field = &type->fields[i];
        bool made = field->schema->in_oneof ? chosen && chosen % 3 == payload++ : !one_in(m, 4);
        if (made)
            make_field(m, type, field, message, depth);
    }
}

void *random_message(const sts__proto_type *type, uint64_t seed, sts__arena *arena, struct random_traits *traits) {
    maker m = {.state = seed, .arena = arena, .traits = traits, .max_depth = 15, .nodes = 12, .max_list = 3};
    *traits = (struct random_traits){.has_json = true};
    m.is_odd = one_in(&m, 4);
    if (one_in(&m, 40)) {
        m.is_deep = true;
        m.max_depth = one_in(&m, 2) ? RANDOM_MESSAGE_MAX_DEPTH : 15 + (int)below(&m, RANDOM_MESSAGE_MAX_DEPTH - 14);
        m.nodes = 60;
    } else if (one_in(&m, 80)) {
        m.nodes = 1000;
        m.max_list = 200;
    }
    void *message = make_array(&m, 1, type->size);
    make_message(&m, type, message, 1);
    return message;
}
