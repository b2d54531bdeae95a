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

void sts__single_rests_forget(sts__single_rests *rests) {
    memset(rests->resource_numbers, 0, sizeof rests->resource_numbers);
    memset(rests->scope_numbers, 0, sizeof rests->scope_numbers);
}

static const sts__single_rest *rest_of_resource(sts__single_rests *rests, const sts__item_group *group) {
    size_t at = group->number % STS__SINGLE_RESTS;
    if (rests->resource_numbers[at] != group->number)
        rests->resources[at] = sts__single_rest_of(group->bytes, STS__RESOURCE_GROUP_SCOPE_GROUPS,
                                                   STS__RESOURCE_GROUP_DEPRECATED_SCOPE_GROUPS);
    rests->resource_numbers[at] = group->number;
    return &rests->resources[at];
}

static const sts__single_rest *rest_of_scope(sts__single_rests *rests, const sts__item_group *group) {
    size_t at = group->number % STS__SINGLE_RESTS;
    if (rests->scope_numbers[at] != group->number)
        rests->scopes[at] = sts__single_rest_of(group->bytes, STS__SCOPE_GROUP_ITEMS, STS__SCOPE_GROUP_ITEMS);
    rests->scope_numbers[at] = group->number;
    return &rests->scopes[at];
}

/* A tag, and the longest length. */
enum { HEAD = 1 + 10 };

size_t sts__items_most(const sts__item_place *places, size_t count, sts__single_rests *rests) {
    size_t most = (size_t)2 * HEAD; /* the writer wants room for the longest tag and length, whatever they are */
    for (size_t i = 0; i < count; i++) {
        const sts__item_group *resource = &places[i].resource_group;
        const sts__item_group *scope = &places[i].scope_group;
        bool same_resource = i && resource->number == places[i - 1].resource_group.number;
        bool same_scope = same_resource && scope->number == places[i - 1].scope_group.number;
        most += HEAD + places[i].bytes.size;
        if (!same_scope)
            most += HEAD + (rests ? rest_of_scope(rests, scope)->size : scope->bytes.size);
        if (!same_resource)
            most += HEAD + (rests ? rest_of_resource(rests, resource)->size : resource->bytes.size);
    }
    return most;
}

static void put_rest(const sts__single_rest *rest, sts__wire_writer *writer) {
    if (!rest->size || !sts__wire_reserve(writer, rest->size))
        return;
    writer->at -= rest->size;
    sts__single_rest_copy(rest, writer->at);
}

/* The items of one scope, of which the last one is behind `count`; returns how many are left in front of them. */
static size_t write_scope_group(const sts__item_place *places, size_t count, sts__single_rests *rests,
                                sts__wire_writer *writer) {
    const sts__item_group group = places[count - 1].scope_group;
    size_t before = sts__wire_written(writer);
    for (; count && places[count - 1].scope_group.number == group.number; count--) {
        size_t behind = sts__wire_written(writer);
        sts__wire_put(writer, places[count - 1].bytes);
        sts__wire_put_head(writer, STS__SCOPE_GROUP_ITEMS, behind);
    }
    if (rests)
        put_rest(rest_of_scope(rests, &group), writer);
    else
        sts__wire_put(writer, group.bytes);
    sts__wire_put_head(writer, STS__RESOURCE_GROUP_SCOPE_GROUPS, before);
    return count;
}

void sts__items_write_by(const sts__item_place *places, size_t count, sts__single_rests *rests,
                         sts__wire_writer *writer) {
    while (count) {
        const sts__item_group group = places[count - 1].resource_group;
        size_t before = sts__wire_written(writer);
        while (count && places[count - 1].resource_group.number == group.number)
            count = write_scope_group(places, count, rests, writer);
        if (rests)
            put_rest(rest_of_resource(rests, &group), writer);
        else
            sts__wire_put(writer, group.bytes);
        sts__wire_put_head(writer, STS__REQUEST_RESOURCE_GROUPS, before);
    }
}

void sts__items_write(const sts__item_place *places, size_t count, sts__wire_writer *writer) {
    sts__single_rests rests;
    sts__single_rests_forget(&rests);
    sts__items_write_by(places, count, &rests, writer);
}
