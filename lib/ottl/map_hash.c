/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/map_hash.h"

#include <string.h>

#define XXH_INLINE_ALL /* xxHash's header is the whole of it: its state may lie on the stack, and no call is in the    \
                          way */
#include <xxhash.h>

#include "ottl/name_order.h"
#include "wire/writer.h"

/* What stands in front of each part. */
enum {
    SECOND_HALF = 0xf3,
    NAME = 0xf4,
    EMPTY = 0xf5,
    BYTES = 0xf6,
    STRING = 0xf7,
    TRUE = 0xf8,
    FALSE = 0xf9,
    INTEGER = 0xfa,
    DOUBLE = 0xfb,
    MAP = 0xfc,
    MAP_END = 0xfd,
    LIST = 0xfe,
    LIST_END = 0xff
};

/* The hash's input, gathered into portions. */
typedef struct hasher {
    XXH64_state_t state;
    sts__arena *arena;
    sts__map_hash_form form;
    const uint8_t *source_end; /* of the message that is hashed: all names and texts lie in it */
    size_t size;
    bool failed;
    uint8_t portion[1024];
} hasher;

static void flush(hasher *h) {
    XXH64_update(&h->state, h->portion, h->size);
    h->size = 0;
}

/* A copy for the few bytes that names and values have: a fixed number of them, where the source goes on that far and
 * there is room behind (what is copied too much is overwritten by what comes next). */
static inline void copy_few(uint8_t *to, const uint8_t *from, size_t size, const uint8_t *from_end) {
    enum { PIECE = 32 };
    if (size == 0)
        return;
    if (size <= PIECE && from_end - from >= PIECE)
        memcpy(to, from, PIECE);
    else
        memcpy(to, from, size);
}

/* Room for a mark and a varint. */
enum { HEAD = 11 };

/* What stands in front of a name, a text or bytes. Without a length two different maps may hash the same input; v0163
 * has one (opentelemetry-collector-contrib issue 47241). */
static inline uint8_t *put_head(uint8_t *at, sts__map_hash_form form, uint8_t mark, size_t size) {
    *at++ = mark;
    return form == STS__MAP_HASH_V0163 ? sts__wire_varint_behind(at, size) : at;
}

/* What is too long for the portion goes around it. */
static void add_long(hasher *h, uint8_t mark, sts_bytes bytes) {
    if (sizeof h->portion - h->size < HEAD)
        flush(h);
    h->size = (size_t)(put_head(h->portion + h->size, h->form, mark, bytes.size) - h->portion);
    flush(h);
    XXH64_update(&h->state, bytes.data, bytes.size);
}

static inline void add_bytes(hasher *h, uint8_t mark, sts_bytes bytes) {
    enum { FEW_BYTES = 64 };
    if (bytes.size > FEW_BYTES || sizeof h->portion - h->size < HEAD + FEW_BYTES) {
        add_long(h, mark, bytes);
        return;
    }
    uint8_t *at = put_head(h->portion + h->size, h->form, mark, bytes.size);
    copy_few(at, bytes.data, bytes.size, h->source_end);
    h->size = (size_t)(at - h->portion) + bytes.size;
}

static inline void add_mark(hasher *h, uint8_t mark) {
    if (h->size == sizeof h->portion)
        flush(h);
    h->portion[h->size++] = mark;
}

static void put_little(uint64_t number, uint8_t *out) {
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(number >> 8 * i);
}

static void add_number(hasher *h, uint8_t mark, uint64_t number) {
    add_mark(h, mark);
    if (sizeof h->portion - h->size < 8)
        flush(h);
    put_little(number, h->portion + h->size);
    h->size += 8;
}

/* A * stands for any characters. */
static bool matches(sts_bytes pattern, sts_bytes name) {
    const char *p = pattern.data;
    const char *n = name.data;
    size_t at_p = 0;
    size_t at_n = 0;
    size_t star = SIZE_MAX; /* behind the last *, and where in the name to go on when the rest does not fit */
    size_t again = 0;
    while (at_n < name.size) {
        if (at_p < pattern.size && p[at_p] == '*') {
            star = ++at_p;
            again = at_n;
        } else if (at_p < pattern.size && p[at_p] == n[at_n]) {
            at_p++;
            at_n++;
        } else if (star != SIZE_MAX) {
            at_p = star;
            at_n = ++again;
        } else {
            return false;
        }
    }
    while (at_p < pattern.size && p[at_p] == '*')
        at_p++;
    return at_p == pattern.size;
}

static bool counts(const sts__map_hash_choice *choice, sts_bytes name) {
    for (size_t i = 0; i < choice->count; i++)
        if (matches(choice->patterns[i], name))
            return !choice->except;
    return choice->except || choice->count == 0;
}

/* Where a map's attributes are gathered: at first in room on the stack, so that ordinary maps take none of the arena's.
 */
typedef struct gathered {
    sts__name_attribute *list;
    sts__name_place *order;
    size_t capacity;
    size_t count;
} gathered;

/* Reading once and moving what was read is cheaper than to count first. False when out of memory. */
static bool make_room(hasher *h, gathered *g) {
    if (g->count < g->capacity)
        return true;
    sts__name_attribute *list = sts__arena_array(h->arena, g->capacity, 2 * sizeof *list);
    sts__name_place *order = sts__arena_array(h->arena, g->capacity, 2 * sizeof *order);
    if (!list || !order)
        return false;
    memcpy(list, g->list, g->count * sizeof *list);
    g->list = list;
    g->order = order;
    g->capacity *= 2;
    return true;
}

/* The attributes that count. False when out of memory. */
static bool gather(hasher *h, sts_bytes message, uint32_t field, const sts__map_hash_choice *choice, gathered *g) {
    sts__wire_reader reader = sts__wire_read(message);
    sts_bytes encoded;
    while (sts__wire_find(&reader, field, &encoded)) {
        if (!make_room(h, g))
            return false;
        sts__name_attribute *read = &g->list[g->count];
        sts__otlp_key_value_read(encoded, &read->name, &read->value);
        g->count += !choice || !choice->count || counts(choice, read->name);
    }
    return true;
}

static void add_value(hasher *h, const sts__value *value);

/* Of the places that have the first one's name, that which stands first on the wire. */
static const sts__name_attribute *first_of_name(const sts__name_place *order, size_t count) {
    const sts__name_attribute *first = order->attribute;
    for (size_t i = 1; i < count && !sts__name_is_before(&order[i - 1], &order[i]); i++)
        if (order[i].attribute < first)
            first = order[i].attribute;
    return first;
}

/* Of attributes with one name each is written: with its own value in v0163, with that of the first one on the wire in
 * v0162, which looks it up by the name. */
static void add_gathered(hasher *h, const sts__name_attribute *list, size_t count, sts__name_place *order) {
    for (size_t i = 0; i < count; i++)
        order[i] = (sts__name_place){sts__name_prefix(list[i].name, h->source_end), &list[i]};
    sts__name_sort(order, count);
    const sts__name_attribute *valued = NULL;
    for (size_t i = 0; i < count; i++) {
        if (h->form == STS__MAP_HASH_V0163)
            valued = order[i].attribute;
        else if (i == 0 || sts__name_is_before(&order[i - 1], &order[i]))
            valued = first_of_name(order + i, count - i);
        add_bytes(h, NAME, order[i].attribute->name);
        add_value(h, &valued->value);
    }
}

static void add_attributes(hasher *h, sts_bytes message, uint32_t field, const sts__map_hash_choice *choice,
                           gathered *g) {
    if (gather(h, message, field, choice, g))
        add_gathered(h, g->list, g->count, g->order);
    else
        h->failed = true;
}

/* Inside a value; maps nest up to 33 deep. */
static void add_map(hasher *h, sts_bytes map) {
    enum { FEW = 8 };
    sts__name_attribute few[FEW];
    sts__name_place few_places[FEW];
    gathered g = {few, few_places, FEW, 0};
    add_mark(h, MAP);
    add_attributes(h, map, 1, NULL, &g);
    add_mark(h, MAP_END);
}

static void add_list(hasher *h, sts_bytes list) {
    sts__wire_reader reader = sts__wire_read(list);
    sts_bytes any_value;
    add_mark(h, LIST);
    while (sts__wire_find(&reader, 1, &any_value)) {
        sts__value value = {.type = STS__VALUE_EMPTY};
        sts__value_merge(&value, any_value);
        add_value(h, &value);
    }
    add_mark(h, LIST_END);
}

static void add_value(hasher *h, const sts__value *value) {
    uint64_t bits;
    switch (value->type) {
    case STS__VALUE_EMPTY:
        add_mark(h, EMPTY);
        break;
    case STS__VALUE_STRING:
        add_bytes(h, STRING, value->as.bytes);
        break;
    case STS__VALUE_BYTES:
        add_bytes(h, BYTES, value->as.bytes);
        break;
    case STS__VALUE_BOOL:
        add_mark(h, value->as.boolean ? TRUE : FALSE);
        break;
    case STS__VALUE_INT:
        add_number(h, INTEGER, (uint64_t)value->as.integer);
        break;
    case STS__VALUE_DOUBLE:
        memcpy(&bits, &value->as.number, sizeof bits);
        add_number(h, DOUBLE, bits);
        break;
    case STS__VALUE_MAP:
        add_map(h, value->as.bytes);
        break;
    case STS__VALUE_ARRAY:
        add_list(h, value->as.bytes);
    }
}

bool sts__map_hash(sts_bytes message, uint32_t field, sts__map_hash_form form, const sts__map_hash_choice *choice,
                   sts__arena *arena, uint8_t hash[STS__MAP_HASH], size_t *counted) {
    enum { ORDINARY = 64 };
    sts__name_attribute ordinary[ORDINARY];
    sts__name_place ordinary_places[ORDINARY];
    gathered g = {ordinary, ordinary_places, ORDINARY, 0};
    hasher h;
    h.arena = arena;
    h.form = form;
    h.source_end = message.size ? (const uint8_t *)message.data + message.size : message.data;
    h.size = 0;
    h.failed = false;
    XXH64_reset(&h.state, 0);
    add_attributes(&h, message, field, choice, &g);
    *counted = g.count;
    if (h.failed)
        return false;
    flush(&h);
    memset(hash, 0, STS__MAP_HASH);
    if (*counted == 0)
        return true;
    put_little(XXH64_digest(&h.state), hash);
    add_mark(&h, SECOND_HALF);
    flush(&h);
    put_little(XXH64_digest(&h.state), hash + 8);
    return true;
}
