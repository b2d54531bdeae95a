/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/map_hash.h"

#include <string.h>

#define XXH_STATIC_LINKING_ONLY /* for the state's size: the layout has been the same since 0.8.0 */
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

/* An attribute, with the beginning of its name as a number that sorts as the name does. */
typedef struct attribute {
    uint64_t prefix;
    sts_bytes name;
    sts__value value;
} attribute;

/* The hash's input, gathered into portions. */
typedef struct hasher {
    XXH64_state_t state;
    sts__arena *arena;
    size_t size;
    bool failed;
    uint8_t portion[1024];
} hasher;

static void flush(hasher *h) {
    XXH64_update(&h->state, h->portion, h->size);
    h->size = 0;
}

static void add(hasher *h, uint8_t mark, const void *data, size_t size) {
    if (size + 1 > sizeof h->portion - h->size)
        flush(h);
    h->portion[h->size++] = mark;
    if (size > sizeof h->portion - h->size) {
        flush(h);
        XXH64_update(&h->state, data, size);
    } else if (size) {
        memcpy(h->portion + h->size, data, size);
        h->size += size;
    }
}

static void add_number(hasher *h, uint8_t mark, uint64_t number) {
    uint8_t little[8];
    for (int i = 0; i < 8; i++)
        little[i] = (uint8_t)(number >> 8 * i);
    add(h, mark, little, sizeof little);
}

static uint64_t prefix_of(sts_bytes name) {
    const uint8_t *data = name.data;
    uint8_t eight[8] = {0};
    if (name.size < sizeof eight) {
        memcpy(eight, data, name.size);
        data = eight;
    }
    uint64_t prefix = 0; /* which compilers make one instruction of */
    for (size_t i = 0; i < sizeof eight; i++)
        prefix = prefix << 8 | data[i];
    return prefix;
}

static bool is_before(const attribute *a, const attribute *b) {
    if (a->prefix != b->prefix)
        return a->prefix < b->prefix;
    size_t size = a->name.size < b->name.size ? a->name.size : b->name.size;
    int order = size > 8 ? memcmp((const char *)a->name.data + 8, (const char *)b->name.data + 8, size - 8) : 0;
    return order ? order < 0 : a->name.size < b->name.size;
}

/* Merges two sorted neighbours. Of equal names the first stays first. */
static void merge(const attribute *from, size_t middle, size_t end, attribute *to) {
    size_t left = 0;
    size_t right = middle;
    for (size_t i = 0; i < end; i++)
        to[i] = right == end || (left < middle && !is_before(&from[right], &from[left])) ? from[left++] : from[right++];
}

static void sort_few(attribute *list, size_t count) {
    for (size_t i = 1; i < count; i++) {
        attribute moved = list[i];
        size_t j = i;
        for (; j > 0 && is_before(&moved, &list[j - 1]); j--)
            list[j] = list[j - 1];
        list[j] = moved;
    }
}

/* A merge sort over runs that were sorted by insertion. Returns which of the two has the result. */
static attribute *sort(attribute *list, attribute *room, size_t count) {
    enum { RUN = 16 };
    for (size_t i = 0; i < count; i += RUN)
        sort_few(list + i, count - i < RUN ? count - i : RUN);
    for (size_t run = RUN; run < count; run *= 2) {
        for (size_t i = 0; i < count; i += 2 * run) {
            size_t end = count - i < 2 * run ? count - i : 2 * run;
            merge(list + i, end < run ? end : run, end, room + i);
        }
        attribute *sorted = room;
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
    while (sts__wire_find(&reader, field, &encoded)) {
        attribute read;
        sts__key_value_read(encoded, &read.name, &read.value);
        if (choice && choice->count && !counts(choice, read.name))
            continue;
        read.prefix = prefix_of(read.name);
        if (count < room)
            list[count] = read;
        count++;
    }
    return count;
}

static void add_value(hasher *h, const sts__value *value);

/* Of attributes with one name each is written, with the value of the first. */
static size_t add_attributes(hasher *h, sts_bytes message, uint32_t field, const sts__map_hash_choice *choice) {
    enum { FEW = 32 }; /* on the stack; maps nest up to 33 deep */
    attribute few[2 * FEW];
    attribute *list = few;
    size_t room = FEW;
    size_t count = gather(message, field, choice, list, room);
    if (count > room) {
        room = count;
        list = sts__arena_array(h->arena, 2 * room, sizeof *list);
        if (!list) {
            h->failed = true;
            return 0;
        }
        gather(message, field, choice, list, room);
    }
    list = sort(list, list + room, count);
    size_t first = 0;
    for (size_t i = 0; i < count; i++) {
        if (i && is_before(&list[i - 1], &list[i]))
            first = i;
        add(h, NAME, list[i].name.data, list[i].name.size);
        add_value(h, &list[first].value);
    }
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

static void put_little(uint64_t number, uint8_t *out) {
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(number >> 8 * i);
}

bool sts__map_hash(sts_bytes message, uint32_t field, const sts__map_hash_choice *choice, sts__arena *arena,
                   uint8_t hash[STS__MAP_HASH], size_t *counted) {
    hasher h;
    h.arena = arena;
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
