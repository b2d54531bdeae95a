/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/single.h"

#include <string.h>

/* Whether a field is one of the items or groups that the single request leaves out. */
static bool is_left_out(const sts__wire_field *field, uint64_t number, uint64_t other_number) {
    return field->type == STS__WIRE_LENGTH && (field->number == number || field->number == other_number);
}

static const uint8_t *end_of(sts_bytes bytes) {
    return (const uint8_t *)bytes.data + bytes.size;
}

/* Goes past fields of that number as they stand one behind the other: the items of a scope, which are many. */
static void skip_run(sts__wire_reader *reader, uint64_t number) {
    sts_bytes bytes;
    while (reader->at < reader->end && *reader->at == (number << 3 | STS__WIRE_LENGTH) &&
           sts__wire_short_length(reader->at + 1, reader->end, &bytes))
        reader->at = end_of(bytes);
}

sts__single_rest sts__single_rest_of(sts_bytes group, uint64_t number, uint64_t other_number) {
    sts__single_rest rest = {.runs = {{"", 0}, {"", 0}}, .number = number, .other_number = other_number};
    sts_bytes *run = rest.runs;
    sts__wire_reader reader = sts__wire_read(group);
    sts__wire_field field;
    for (skip_run(&reader, number); sts__wire_next_value(&reader, &field); skip_run(&reader, number)) {
        if (is_left_out(&field, number, other_number))
            continue;
        size_t size = (size_t)(reader.at - field.start);
        if (field.start != end_of(*run)) {
            run = &rest.runs[run->size != 0 || run == &rest.runs[1]];
            *run = (sts_bytes){field.start, 0};
        }
        run->size += size;
        rest.size += size;
    }
    return rest;
}

static uint8_t *put(uint8_t *to, sts_bytes bytes) {
    memcpy(to, bytes.data, bytes.size);
    return to + bytes.size;
}

void sts__single_rest_copy(const sts__single_rest *rest, uint8_t *to) {
    const sts_bytes *runs = rest->runs;
    if (runs[0].size + runs[1].size == rest->size) {
        put(put(to, runs[0]), runs[1]);
        return;
    }
    const uint8_t *from = runs[0].data;
    sts__wire_reader reader = sts__wire_read((sts_bytes){from, (size_t)(end_of(runs[1]) - from)});
    sts__wire_field field;
    while (sts__wire_next_value(&reader, &field))
        if (!is_left_out(&field, rest->number, rest->other_number))
            to = put(to, (sts_bytes){field.start, (size_t)(reader.at - field.start)});
}

/* How what a group says beside its items is come by. */
typedef void put_rest(sts__wire_writer *writer, sts_bytes group, uint64_t number, uint64_t other_number);

static void put_rest_of(sts__wire_writer *writer, sts_bytes group, uint64_t number, uint64_t other_number) {
    sts__single_rest rest = sts__single_rest_of(group, number, other_number);
    if (!rest.size || !sts__wire_reserve(writer, rest.size))
        return;
    writer->at -= rest.size;
    sts__single_rest_copy(&rest, writer->at);
}

static void put_rest_itself(sts__wire_writer *writer, sts_bytes rest, uint64_t number, uint64_t other_number) {
    (void)number, (void)other_number;
    sts__wire_put(writer, rest);
}

/* The items of one scope, of which the last one is behind `count`; returns how many are left in front of them. */
static size_t write_scope_group(const sts__item_place *places, size_t count, put_rest *rest, sts__wire_writer *writer) {
    const sts__item_group group = places[count - 1].scope_group;
    size_t before = sts__wire_written(writer);
    for (; count && places[count - 1].scope_group.number == group.number; count--) {
        size_t behind = sts__wire_written(writer);
        sts__wire_put(writer, places[count - 1].bytes);
        sts__wire_put_head(writer, STS__SCOPE_GROUP_ITEMS, behind);
    }
    rest(writer, group.bytes, STS__SCOPE_GROUP_ITEMS, STS__SCOPE_GROUP_ITEMS);
    sts__wire_put_head(writer, STS__RESOURCE_GROUP_SCOPE_GROUPS, before);
    return count;
}

static inline void write(const sts__item_place *places, size_t count, put_rest *rest, sts__wire_writer *writer) {
    while (count) {
        const sts__item_group group = places[count - 1].resource_group;
        size_t before = sts__wire_written(writer);
        while (count && places[count - 1].resource_group.number == group.number)
            count = write_scope_group(places, count, rest, writer);
        rest(writer, group.bytes, STS__RESOURCE_GROUP_SCOPE_GROUPS, STS__RESOURCE_GROUP_DEPRECATED_SCOPE_GROUPS);
        sts__wire_put_head(writer, STS__REQUEST_RESOURCE_GROUPS, before);
    }
}

void sts__items_write(const sts__item_place *places, size_t count, sts__wire_writer *writer) {
    write(places, count, put_rest_of, writer);
}

void sts__items_write_rests(const sts__item_place *places, size_t count, sts__wire_writer *writer) {
    write(places, count, put_rest_itself, writer);
}
