/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/map_hash.h"

#include <string.h>

#define XXH_INLINE_ALL /* xxHash's header is the whole of it: its state may lie on the stack, and no call is in the    \
                          way */
#include <xxhash.h>

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

typedef struct attribute {
    sts_bytes name;
    sts__value value;
} attribute;

/* An attribute's place in the order of names: the beginning of its name, as a number that sorts as the name does. */
typedef struct place {
    uint64_t prefix;
    const attribute *attribute;
} place;

/* The hash's input, gathered into portions. */
typedef struct hasher {
    XXH64_state_t state;
    sts__arena *arena;
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

/* What is too long for the portion goes around it. */
static void add_long(hasher *h, uint8_t mark, const void *data, size_t size) {
    if (h->size == sizeof h->portion)
        flush(h);
    h->portion[h->size++] = mark;
    flush(h);
    if (size)
        XXH64_update(&h->state, data, size);
}

static inline void add(hasher *h, uint8_t mark, const void *data, size_t size) {
    enum { FEW_BYTES = 64 };
    if (size > FEW_BYTES || sizeof h->portion - h->size <= FEW_BYTES) {
        add_long(h, mark, data, size);
        return;
    }
    h->portion[h->size] = mark;
    copy_few(h->portion + h->size + 1, data, size, h->source_end);
    h->size += size + 1;
}

static void put_little(uint64_t number, uint8_t *out) {
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(number >> 8 * i);
}

static void add_number(hasher *h, uint8_t mark, uint64_t number) {
    add(h, mark, NULL, 0);
    if (sizeof h->portion - h->size < 8)
        flush(h);
    put_little(number, h->portion + h->size);
    h->size += 8;
}

/* Eight bytes of the source, or as many as a shorter name has. */
static inline uint64_t prefix_of(sts_bytes name, const uint8_t *source_end) {
    const uint8_t *n = name.data;
    uint8_t eight[8] = {0};
    if (name.size == 0)
        return 0;
    if (source_end - n < 8) {
        memcpy(eight, n, name.size);
        n = eight;
    }
    uint64_t prefix = (uint64_t)n[0] << 56 | (uint64_t)n[1] << 48 | (uint64_t)n[2] << 40 | (uint64_t)n[3] << 32 |
                      (uint64_t)n[4] << 24 | (uint64_t)n[5] << 16 | (uint64_t)n[6] << 8 | n[7];
    return name.size < 8 ? prefix & UINT64_MAX << (64 - 8 * name.size) : prefix;
}

static inline bool is_before(const place *a, const place *b) {
    if (a->prefix != b->prefix)
        return a->prefix < b->prefix;
    sts_bytes x = a->attribute->name;
    sts_bytes y = b->attribute->name;
    size_t size = x.size < y.size ? x.size : y.size;
    int order = size > 8 ? memcmp((const char *)x.data + 8, (const char *)y.data + 8, size - 8) : 0;
    return order ? order < 0 : x.size < y.size;
}

/* Merges two sorted neighbours. Of equal names the first stays first. */
static void merge(const place *from, size_t middle, size_t end, place *to) {
    size_t left = 0;
    size_t right = middle;
    for (size_t i = 0; i < end; i++)
        to[i] = right == end || (left < middle && !is_before(&from[right], &from[left])) ? from[left++] : from[right++];
}

static void sort_few(place *list, size_t count) {
    for (size_t i = 1; i < count; i++) {
        place moved = list[i];
        size_t j = i;
        for (; j > 0 && is_before(&moved, &list[j - 1]); j--)
            list[j] = list[j - 1];
        list[j] = moved;
    }
}

/* A merge sort over runs that were sorted by insertion. Returns which of the two has the result. */
static place *sort(place *list, place *room, size_t count) {
    enum { RUN = 32 };
    for (size_t i = 0; i < count; i += RUN)
        sort_few(list + i, count - i < RUN ? count - i : RUN);
    for (size_t run = RUN; run < count; run *= 2) {
        for (size_t i = 0; i < count; i += 2 * run) {
            size_t end = count - i < 2 * run ? count - i : 2 * run;
            merge(list + i, end < run ? end : run, end, room + i);
        }
        place *sorted = room;
        room = list;
        list = sorted;
    }
    return list;
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

/* Up to `room` of the attributes that count; returns how many there are, which may be more. */
static size_t gather(sts_bytes message, uint32_t field, const sts__map_hash_choice *choice, attribute *list,
                     size_t room) {
    sts__wire_reader reader = sts__wire_read(message);
    size_t count = 0;
    sts_bytes encoded;
    attribute beyond;
    while (sts__wire_find(&reader, field, &encoded)) {
        attribute *read = count < room ? &list[count] : &beyond;
        sts__key_value_read(encoded, &read->name, &read->value);
        count += !choice || !choice->count || counts(choice, read->name);
    }
    return count;
}

static void add_value(hasher *h, const sts__value *value);

/* Of attributes with one name each is written, with the value of the first. `order` has twice as many places. */
static void add_gathered(hasher *h, const attribute *list, size_t count, place *order) {
    for (size_t i = 0; i < count; i++)
        order[i] = (place){prefix_of(list[i].name, h->source_end), &list[i]};
    order = sort(order, order + count, count);
    size_t first = 0;
    for (size_t i = 0; i < count; i++) {
        if (i && is_before(&order[i - 1], &order[i]))
            first = i;
        add(h, NAME, order[i].attribute->name.data, order[i].attribute->name.size);
        add_value(h, &order[first].attribute->value);
    }
}

static size_t add_attributes(hasher *h, sts_bytes message, uint32_t field, const sts__map_hash_choice *choice) {
    enum { FEW = 24 }; /* on the stack; maps nest up to 33 deep */
    attribute few[FEW];
    place few_places[2 * FEW];
    size_t count = gather(message, field, choice, few, FEW);
    if (count <= FEW) {
        add_gathered(h, few, count, few_places);
        return count;
    }
    attribute *list = sts__arena_array(h->arena, count, sizeof *list);
    place *order = sts__arena_array(h->arena, 2 * count, sizeof *order);
    if (!list || !order) {
        h->failed = true;
        return 0;
    }
    gather(message, field, choice, list, count);
    add_gathered(h, list, count, order);
    return count;
}

static void add_list(hasher *h, sts_bytes list) {
    sts__wire_reader reader = sts__wire_read(list);
    sts_bytes any_value;
    add(h, LIST, NULL, 0);
    while (sts__wire_find(&reader, 1, &any_value)) {
        sts__value value = {.type = STS__VALUE_EMPTY};
        sts__value_merge(&value, any_value);
        add_value(h, &value);
    }
    add(h, LIST_END, NULL, 0);
}

static void add_value(hasher *h, const sts__value *value) {
    uint64_t bits;
    switch (value->type) {
    case STS__VALUE_EMPTY:
        add(h, EMPTY, NULL, 0);
        break;
    case STS__VALUE_STRING:
        add(h, STRING, value->as.bytes.data, value->as.bytes.size);
        break;
    case STS__VALUE_BYTES:
        add(h, BYTES, value->as.bytes.data, value->as.bytes.size);
        break;
    case STS__VALUE_BOOL:
        add(h, value->as.boolean ? TRUE : FALSE, NULL, 0);
        break;
    case STS__VALUE_INT:
        add_number(h, INTEGER, (uint64_t)value->as.integer);
        break;
    case STS__VALUE_DOUBLE:
        memcpy(&bits, &value->as.number, sizeof bits);
        add_number(h, DOUBLE, bits);
        break;
    case STS__VALUE_MAP:
        add(h, MAP, NULL, 0);
        add_attributes(h, value->as.bytes, 1, NULL);
        add(h, MAP_END, NULL, 0);
        break;
    case STS__VALUE_ARRAY:
        add_list(h, value->as.bytes);
    }
}

bool sts__map_hash(sts_bytes message, uint32_t field, const sts__map_hash_choice *choice, sts__arena *arena,
                   uint8_t hash[STS__MAP_HASH], size_t *counted) {
    hasher h;
    h.arena = arena;
    h.source_end = message.size ? (const uint8_t *)message.data + message.size : message.data;
    h.size = 0;
    h.failed = false;
    XXH64_reset(&h.state, 0);
    *counted = add_attributes(&h, message, field, choice);
    if (h.failed)
        return false;
    flush(&h);
    memset(hash, 0, STS__MAP_HASH);
    if (*counted == 0)
        return true;
    put_little(XXH64_digest(&h.state), hash);
    add(&h, SECOND_HALF, NULL, 0);
    flush(&h);
    put_little(XXH64_digest(&h.state), hash + 8);
    return true;
}
