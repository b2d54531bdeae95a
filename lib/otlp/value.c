/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/value.h"

#include <string.h>

#include "wire/reader.h"

const char *sts__value_type_name(sts__value_type type) {
    static const char *const names[] = {"empty",    "a string", "a boolean", "an integer",
                                        "a double", "a list",   "a map",     "bytes"};
    return names[type];
}

static void set_number(sts__value *value, const sts__wire_field *field) {
    switch (field->number) {
    case STS__ANY_BOOL:
        value->type = STS__VALUE_BOOL;
        value->as.boolean = field->value != 0;
        break;
    case STS__ANY_INT:
        value->type = STS__VALUE_INT;
        memcpy(&value->as.integer, &field->value, sizeof value->as.integer);
        break;
    case STS__ANY_DOUBLE:
        value->type = STS__VALUE_DOUBLE;
        memcpy(&value->as.number, &field->value, sizeof value->as.number);
        break;
    case STS__ANY_STRING_STRINDEX:
        value->type = STS__VALUE_EMPTY;
        break;
    default:
        break; /* a field of a later version */
    }
}

static void set_bytes(sts__value *value, const sts__wire_field *field) {
    static const sts__value_type types[] = {[STS__ANY_STRING] = STS__VALUE_STRING,
                                            [STS__ANY_ARRAY] = STS__VALUE_ARRAY,
                                            [STS__ANY_KVLIST] = STS__VALUE_MAP,
                                            [STS__ANY_BYTES] = STS__VALUE_BYTES};
    sts__value_type type = field->number <= STS__ANY_BYTES ? types[field->number] : STS__VALUE_EMPTY;
    if (type == STS__VALUE_EMPTY)
        return;
    value->type = type;
    value->as.bytes = field->bytes;
}

void sts__value_merge_fields(sts__value *value, sts_bytes any_value) {
    sts__wire_reader reader = sts__wire_read(any_value);
    sts__wire_field field;
    while (sts__wire_next_value(&reader, &field)) {
        if (field.type == STS__WIRE_LENGTH)
            set_bytes(value, &field);
        else
            set_number(value, &field);
    }
}

sts_bytes sts__otlp_key_value_key(sts_bytes key_value) {
    sts_bytes key;
    sts_bytes any_value;
    if (sts__otlp_key_value_split(key_value, &key, &any_value))
        return key;
    sts__wire_reader reader = sts__wire_read(key_value);
    key = (sts_bytes){"", 0};
    while (sts__wire_find(&reader, STS__KEY_VALUE_KEY, &key))
        ;
    return key;
}

void sts__otlp_key_value_read(sts_bytes key_value, sts_bytes *key, sts__value *value) {
    sts_bytes any_value;
    value->type = STS__VALUE_EMPTY;
    if (sts__otlp_key_value_split(key_value, key, &any_value)) {
        sts__value_merge(value, any_value);
        return;
    }
    sts__wire_reader reader = sts__wire_read(key_value);
    *key = sts__otlp_key_value_key(key_value);
    while (sts__wire_find(&reader, STS__KEY_VALUE_VALUE, &any_value))
        sts__value_merge(value, any_value);
}
