/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/single.h"

/* Whether a field is one of the records or groups that the single request leaves out. */
static bool is_left_out(const sts__wire_field *field, uint64_t number, uint64_t other_number) {
    return field->type == STS__WIRE_LENGTH && (field->number == number || field->number == other_number);
}

size_t sts__single_rest(uint8_t *to, sts_bytes group, uint64_t number, uint64_t other_number) {
    sts__wire_reader reader = sts__wire_read(group);
    sts__wire_field field;
    size_t size = 0;
    while (sts__wire_next_value(&reader, &field)) {
        size_t field_size = (size_t)(reader.at - field.start);
        if (is_left_out(&field, number, other_number))
            continue;
        if (to)
            memcpy(to + size, field.start, field_size);
        size += field_size;
    }
    return size;
}

static void put_rest(sts__wire_writer *writer, sts_bytes message, uint64_t number, uint64_t other_number) {
    size_t size = sts__single_rest(NULL, message, number, other_number);
    if (!size || !sts__wire_reserve(writer, size))
        return;
    writer->at -= size;
    sts__single_rest(writer->at, message, number, other_number);
}

void sts__logs_write_single(const sts__log_record *record, sts__wire_writer *writer) {
    size_t before = sts__wire_written(writer);
    sts__wire_put(writer, record->bytes);
    sts__wire_put_head(writer, STS__SCOPE_LOGS_LOG_RECORDS, before);
    put_rest(writer, record->scope_logs.bytes, STS__SCOPE_LOGS_LOG_RECORDS, STS__SCOPE_LOGS_LOG_RECORDS);
    sts__wire_put_head(writer, STS__RESOURCE_LOGS_SCOPE_LOGS, before);
    put_rest(writer, record->resource_logs.bytes, STS__RESOURCE_LOGS_SCOPE_LOGS,
             STS__RESOURCE_LOGS_DEPRECATED_SCOPE_LOGS);
    sts__wire_put_head(writer, STS__REQUEST_RESOURCE_LOGS, before);
}
