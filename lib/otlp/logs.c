/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/logs.h"

#include <string.h>

#include "schema/check.h"

sts_status sts__logs_check(sts_bytes request, sts__fault *fault) {
    return sts__schema_check(request, &sts__schema_logs_request, fault);
}

void sts__logs_begin(sts__logs_cursor *cursor, sts_bytes request) {
    sts_bytes none = {NULL, 0};
    cursor->request = sts__wire_read(request);
    cursor->resource_logs = sts__wire_read(none);
    cursor->scope_logs = sts__wire_read(none);
    cursor->scope_logs_field = STS__RESOURCE_LOGS_SCOPE_LOGS;
    cursor->in_resource_logs = cursor->in_scope_logs = (sts__logs_group){0, none};
    cursor->next_index = 0;
}

/* The deprecated field counts only where there is none of the present one, as the collector reads it. */
static uint64_t scope_logs_field(sts_bytes bytes) {
    sts__wire_reader reader = sts__wire_read(bytes);
    sts_bytes found;
    return sts__wire_find(&reader, STS__RESOURCE_LOGS_SCOPE_LOGS, &found) ? STS__RESOURCE_LOGS_SCOPE_LOGS
                                                                          : STS__RESOURCE_LOGS_DEPRECATED_SCOPE_LOGS;
}

static void remember_attribute(sts__log_record *record, const sts__wire_field *field) {
    if (record->attribute_count < STS__LOG_ATTRIBUTES)
        record->attributes[record->attribute_count++] = field->bytes;
    else if (!record->attributes_rest)
        record->attributes_rest = field->start;
}

static void read_record(sts__log_record *record, sts_bytes bytes) {
    record->bytes = bytes;
    record->body.type = STS__VALUE_EMPTY;
    record->attribute_count = 0;
    record->attributes_rest = NULL;
    sts__wire_reader reader = sts__wire_read(bytes);
    sts__wire_field field;
    while (sts__wire_next_value(&reader, &field)) {
        if (field.type != STS__WIRE_LENGTH)
            continue;
        if (field.number == STS__RECORD_ATTRIBUTES)
            remember_attribute(record, &field);
        else if (field.number == STS__RECORD_BODY)
            sts__value_merge(&record->body, field.bytes);
    }
}

static void enter(sts__logs_group *group, sts_bytes bytes) {
    group->number++;
    group->bytes = bytes;
}

bool sts__logs_next(sts__logs_cursor *cursor, sts__log_record *record) {
    sts_bytes bytes;
    while (!sts__wire_find(&cursor->scope_logs, STS__SCOPE_LOGS_LOG_RECORDS, &bytes)) {
        while (!sts__wire_find(&cursor->resource_logs, cursor->scope_logs_field, &bytes)) {
            if (!sts__wire_find(&cursor->request, STS__REQUEST_RESOURCE_LOGS, &bytes))
                return false;
            cursor->resource_logs = sts__wire_read(bytes);
            cursor->scope_logs_field = scope_logs_field(bytes);
            enter(&cursor->in_resource_logs, bytes);
        }
        cursor->scope_logs = sts__wire_read(bytes);
        enter(&cursor->in_scope_logs, bytes);
    }
    record->index = cursor->next_index++;
    record->resource_logs = cursor->in_resource_logs;
    record->scope_logs = cursor->in_scope_logs;
    read_record(record, bytes);
    return true;
}

/* Reads the attribute's value if it has that name. */
static inline bool read_named(sts_bytes encoded, const char *name, size_t name_size, sts__value *value) {
    sts_bytes key;
    sts_bytes any;
    if (encoded.size < name_size)
        return false;
    bool split = sts__key_value_split(encoded, &key, &any);
    if (!split)
        key = sts__key_value_key(encoded);
    if (key.size != name_size || memcmp(key.data, name, name_size) != 0)
        return false;
    if (split) {
        value->type = STS__VALUE_EMPTY;
        sts__value_merge(value, any);
    } else {
        sts__key_value_read(encoded, &key, value);
    }
    return true;
}

bool sts__log_attribute(const sts__log_record *record, const char *name, size_t name_size, sts__value *value) {
    for (uint32_t i = 0; i < record->attribute_count; i++)
        if (read_named(record->attributes[i], name, name_size, value))
            return true;
    if (!record->attributes_rest)
        return false;
    const uint8_t *end = (const uint8_t *)record->bytes.data + record->bytes.size;
    sts_bytes rest = {record->attributes_rest, (size_t)(end - record->attributes_rest)};
    sts__wire_reader reader = sts__wire_read(rest);
    while (sts__wire_find(&reader, STS__RECORD_ATTRIBUTES, &rest))
        if (read_named(rest, name, name_size, value))
            return true;
    return false;
}
