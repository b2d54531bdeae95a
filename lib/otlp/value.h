/* SPDX-License-Identifier: Apache-2.0
 *
 * An OTLP AnyValue (opentelemetry-proto, common/v1) as a view over the bytes it came in. */
#ifndef STS_OTLP_VALUE_H
#define STS_OTLP_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/types.h>

#include "wire/reader.h"

/* Field numbers of AnyValue, and of the elements of ArrayValue and KeyValueList. A string_value_strindex points into a
 * table that only profiles have: elsewhere it is a member like the others (of several the last counts) that has no
 * value, as the collector's pdata has it. */
enum {
    STS__ANY_STRING = 1,
    STS__ANY_BOOL,
    STS__ANY_INT,
    STS__ANY_DOUBLE,
    STS__ANY_ARRAY,
    STS__ANY_KVLIST,
    STS__ANY_BYTES,
    STS__ANY_STRING_STRINDEX,
    STS__LIST_VALUES = 1
};

typedef enum sts__value_type {
    STS__VALUE_EMPTY, /* no value set */
    STS__VALUE_STRING,
    STS__VALUE_BOOL,
    STS__VALUE_INT,
    STS__VALUE_DOUBLE,
    STS__VALUE_ARRAY,
    STS__VALUE_MAP,
    STS__VALUE_BYTES
} sts__value_type;

typedef struct sts__value {
    sts__value_type type;
    union {
        sts_bytes bytes; /* string, bytes; array and map: the encoded ArrayValue or KeyValueList */
        bool boolean;
        int64_t integer;
        double number;
    } as;
} sts__value;

/* For people: "a string", "a map", ... */
const char *sts__value_type_name(sts__value_type type);

/* Reads an encoded AnyValue over what `value` holds already: as protobuf merges repeated fields, the last member that
 * is set counts. The bytes were checked (schema/check.h). */
void sts__value_merge(sts__value *value, sts_bytes any_value);

/* Field numbers of KeyValue. */
enum { STS__KEY_VALUE_KEY = 1, STS__KEY_VALUE_VALUE = 2 };

/* What nearly all are: a key and a value, once each, in either order, with lengths below 128. False for others, which
 * are read field by field. Inline because it runs for every attribute that is looked at. */
static inline bool sts__key_value_split(sts_bytes key_value, sts_bytes *key, sts_bytes *any_value) {
    enum {
        KEY_TAG = STS__KEY_VALUE_KEY << 3 | STS__WIRE_LENGTH,
        VALUE_TAG = STS__KEY_VALUE_VALUE << 3 | STS__WIRE_LENGTH
    };
    const uint8_t *at = key_value.data;
    size_t size = key_value.size;
    if (size < 4 || at[1] >= 0x80 || (size_t)at[1] + 4 > size)
        return false;
    const uint8_t *second = at + 2 + at[1];
    if (second[1] >= 0x80 || second + 2 + second[1] != at + size)
        return false;
    bool key_first = at[0] == KEY_TAG && second[0] == VALUE_TAG;
    if (!key_first && !(at[0] == VALUE_TAG && second[0] == KEY_TAG))
        return false;
    const uint8_t *key_at = key_first ? at : second;
    const uint8_t *value_at = key_first ? second : at;
    *key = (sts_bytes){key_at + 2, key_at[1]};
    *any_value = (sts_bytes){value_at + 2, value_at[1]};
    return true;
}

/* Reads an encoded KeyValue. Key and value come in either order. */
void sts__key_value_read(sts_bytes key_value, sts_bytes *key, sts__value *value);

/* The key alone. */
sts_bytes sts__key_value_key(sts_bytes key_value);

#endif
