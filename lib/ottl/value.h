/* SPDX-License-Identifier: Apache-2.0
 *
 * What an OTTL expression yields. Lists and maps are either encoded, as views over the request,
 * or built, from the values of other expressions; one pair of iterators reads both. */
#ifndef STS_OTTL_VALUE_H
#define STS_OTTL_VALUE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <stskafka/types.h>

#include "otlp/value.h"
#include "wire/reader.h"

typedef enum sts__ottl_type {
    STS__OTTL_NIL,   /* absent */
    STS__OTTL_EMPTY, /* an AnyValue without a value: as good as nil, but there is something that AsString can write */
    STS__OTTL_STRING,
    STS__OTTL_BYTES,
    STS__OTTL_INT,
    STS__OTTL_DOUBLE,
    STS__OTTL_BOOL,
    STS__OTTL_LIST,
    STS__OTTL_MAP,
    STS__OTTL_TRACE_ID, /* 16 bytes, zeros where the record has none */
    STS__OTTL_SPAN_ID,  /* 8 bytes */
    STS__OTTL_TIME,     /* nanoseconds since 1970 */
    STS__OTTL_NONE      /* the spec `none`: a null key, on purpose */
} sts__ottl_type;

typedef struct sts__ottl_value sts__ottl_value;

struct sts__ottl_value {
    sts__ottl_type type;
    uint16_t field;   /* of an encoded list or map: the number of the repeated field; 0: it is built */
    uint16_t go_type; /* of a built list: sts__ottl_go_list */
    union {
        sts_bytes bytes; /* string, bytes, ids; an encoded list or map: the message with the repeated field */
        int64_t integer; /* integer, time */
        double number;
        bool boolean;
        struct {
            const sts__ottl_value *items; /* of a map: names (strings) and values by turns */
            size_t count;                 /* of a map: pairs */
        } built;
    } as;
};

static inline bool sts__ottl_is_nil(const sts__ottl_value *value) {
    return value->type <= STS__OTTL_EMPTY;
}

/* What OTTL has a built list as. It shows: items of a pcommon.Slice are written as pdata writes them, a []string cannot
 * stand in a map, Format tells the type. */
typedef enum sts__ottl_go_list { STS__OTTL_GO_ANY, STS__OTTL_GO_STRINGS, STS__OTTL_GO_SLICE } sts__ottl_go_list;

/* Whether it is a pcommon.Slice, as lists of the record are. */
static inline bool sts__ottl_is_slice(const sts__ottl_value *list) {
    return list->field || list->go_type == STS__OTTL_GO_SLICE;
}

/* For people: "nil", "a string", "a map", ... */
const char *sts__ottl_type_name(sts__ottl_type type);

sts__ottl_value sts__ottl_string(sts_bytes text);
sts__ottl_value sts__ottl_integer(int64_t integer);
sts__ottl_value sts__ottl_boolean(bool boolean);

/* What an AnyValue's members are here. */
extern const uint8_t sts__ottl_types_of[];

static inline sts__ottl_value sts__ottl_of(const sts__value *value) {
    sts__ottl_value result = {.type = (sts__ottl_type)sts__ottl_types_of[value->type]};
    result.field = value->type == STS__VALUE_ARRAY || value->type == STS__VALUE_MAP ? STS__LIST_VALUES : 0;
    /* The same members, whichever it is. No double goes through an x87 register, where a signalling NaN becomes another
     * one. */
    memcpy(&result.as, &value->as, sizeof value->as);
    return result;
}

/* The nearest double to an integer or a double. */
double sts__ottl_double_of(const sts__ottl_value *value);

/* The attributes of a message that has them as its repeated field `field`. */
sts__ottl_value sts__ottl_attributes(sts_bytes message, uint16_t field);

/* Whether all bytes of an id are zero: there is none. */
bool sts__ottl_id_is_empty(const sts__ottl_value *id);

/* Goes through a list or a map. */
typedef struct sts__ottl_items {
    sts__wire_reader reader;
    const sts__ottl_value *next;
    size_t left;
    uint32_t field;
} sts__ottl_items;

sts__ottl_items sts__ottl_items_of(const sts__ottl_value *list_or_map);
bool sts__ottl_list_next(sts__ottl_items *items, sts__ottl_value *value);
bool sts__ottl_map_next(sts__ottl_items *items, sts_bytes *name, sts__ottl_value *value);

/* Items of a list, pairs of a map. */
size_t sts__ottl_count(const sts__ottl_value *list_or_map);

/* Nil where there is none; of several members with that name the first. */
sts__ottl_value sts__ottl_item(const sts__ottl_value *list, uint64_t index);
sts__ottl_value sts__ottl_member(const sts__ottl_value *map, sts_bytes name);

bool sts__ottl_same_bytes(sts_bytes a, sts_bytes b);

#endif
