/* SPDX-License-Identifier: Apache-2.0
 *
 * An OTLP AnyValue (opentelemetry-proto, common/v1) as a view over the bytes it came in. */
#ifndef STS_OTLP_VALUE_H
#define STS_OTLP_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/types.h>

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
 * is set counts. The bytes were checked (otlp/logs.h). */
void sts__value_merge(sts__value *value, sts_bytes any_value);

/* Reads an encoded KeyValue. Key and value come in either order. */
void sts__key_value_read(sts_bytes key_value, sts_bytes *key, sts__value *value);

/* The key alone. */
sts_bytes sts__key_value_key(sts_bytes key_value);

#endif
