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

/* As sts__value_merge, field by field (value.c). */
void sts__value_merge_fields(sts__value *value, sts_bytes any_value);

/* Reads an encoded AnyValue over what `value` holds already: as protobuf merges repeated fields, the last member that
 * is set counts. The bytes were checked (schema/check.h). Most are a text or bytes, and not very long. */
static inline void sts__value_merge(sts__value *value, sts_bytes any_value) {
    enum { STRING = STS__ANY_STRING << 3 | STS__WIRE_LENGTH, BYTES = STS__ANY_BYTES << 3 | STS__WIRE_LENGTH };
    const uint8_t *at = any_value.data;
    sts_bytes bytes;
    if (any_value.size >= 2 && (at[0] == STRING || at[0] == BYTES) &&
        sts__wire_short_length(at + 1, at + any_value.size, &bytes) &&
        (const uint8_t *)bytes.data + bytes.size == at + any_value.size) {
        value->type = at[0] == STRING ? STS__VALUE_STRING : STS__VALUE_BYTES;
        value->as.bytes = bytes;
    } else {
        sts__value_merge_fields(value, any_value);
    }
}

/* Field numbers of KeyValue. */
enum { STS__KEY_VALUE_KEY = 1, STS__KEY_VALUE_VALUE = 2 };

/* What nearly all are: a key and a value, once each, in either order, with lengths below 128. False for others, which
 * are read field by field. Inline because it runs for every attribute that is looked at. */
static inline bool sts__otlp_key_value_split(sts_bytes key_value, sts_bytes *key, sts_bytes *any_value) {
    enum {
        KEY_TAG = STS__KEY_VALUE_KEY << 3 | STS__WIRE_LENGTH,
        VALUE_TAG = STS__KEY_VALUE_VALUE << 3 | STS__WIRE_LENGTH
    };
    const uint8_t *at = key_value.data;
    if (key_value.size < 4)
        return false;
    const size_t first_size = at[1];
    const size_t second_size = key_value.size - 4 - first_size; /* if it ends there; huge if it begins beyond */
    const uint8_t *second = at + 2 + first_size;
    if ((first_size | second_size) >= 0x80 || second[1] != second_size)
        return false;
    const sts_bytes first_bytes = {at + 2, first_size};
    const sts_bytes second_bytes = {second + 2, second_size};
    const bool key_first = at[0] == KEY_TAG && second[0] == VALUE_TAG;
    *key = key_first ? first_bytes : second_bytes;
    *any_value = key_first ? second_bytes : first_bytes;
    return key_first || (at[0] == VALUE_TAG && second[0] == KEY_TAG);
}

/* Reads an encoded KeyValue. Key and value come in either order. */
void sts__otlp_key_value_read(sts_bytes key_value, sts_bytes *key, sts__value *value);

/* The key alone. */
sts_bytes sts__otlp_key_value_key(sts_bytes key_value);

#endif
