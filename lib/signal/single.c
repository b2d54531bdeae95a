/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/single.h"

/* Whether a field is one of the items or groups that the single request leaves out. */
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

/* The items of one scope, of which the last one is behind `count`; returns how many are left in front of them. */
static size_t write_scope_group(const sts__item_place *places, size_t count, sts__wire_writer *writer) {
    const sts__item_group group = places[count - 1].scope_group;
    size_t before = sts__wire_written(writer);
    for (; count && places[count - 1].scope_group.number == group.number; count--) {
        size_t behind = sts__wire_written(writer);
        sts__wire_put(writer, places[count - 1].bytes);
        sts__wire_put_head(writer, STS__SCOPE_GROUP_ITEMS, behind);
    }
    put_rest(writer, group.bytes, STS__SCOPE_GROUP_ITEMS, STS__SCOPE_GROUP_ITEMS);
    sts__wire_put_head(writer, STS__RESOURCE_GROUP_SCOPE_GROUPS, before);
    return count;
}

void sts__items_write(const sts__item_place *places, size_t count, sts__wire_writer *writer) {
    while (count) {
        const sts__item_group group = places[count - 1].resource_group;
        size_t before = sts__wire_written(writer);
        while (count && places[count - 1].resource_group.number == group.number)
            count = write_scope_group(places, count, writer);
        put_rest(writer, group.bytes, STS__RESOURCE_GROUP_SCOPE_GROUPS, STS__RESOURCE_GROUP_DEPRECATED_SCOPE_GROUPS);
        sts__wire_put_head(writer, STS__REQUEST_RESOURCE_GROUPS, before);
    }
}
