/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/item.h"

#include <string.h>

#include "schema/check.h"

sts_status sts__items_check(const sts__signal *signal, sts_bytes request, sts__fault *fault) {
    return sts__schema_check(request, signal->request, fault);
}

void sts__items_begin(sts__item_cursor *cursor, const sts__signal *signal, sts_bytes request) {
    sts_bytes none = {NULL, 0};
    cursor->signal = signal;
    cursor->request = sts__wire_read(request);
    cursor->resource_group = sts__wire_read(none);
    cursor->scope_group = sts__wire_read(none);
    cursor->scope_groups_field = STS__RESOURCE_GROUP_SCOPE_GROUPS;
    cursor->in_resource_group = cursor->in_scope_group = (sts__item_group){0, none};
    cursor->next_index = 0;
}

/* The deprecated field counts only where there is none of the present one, as the collector reads it. */
static uint64_t scope_groups_field(sts_bytes bytes) {
    sts__wire_reader reader = sts__wire_read(bytes);
    sts_bytes found;
    return sts__wire_find(&reader, STS__RESOURCE_GROUP_SCOPE_GROUPS, &found)
               ? STS__RESOURCE_GROUP_SCOPE_GROUPS
               : STS__RESOURCE_GROUP_DEPRECATED_SCOPE_GROUPS;
}

static void remember_attribute(sts__item *item, const sts__wire_field *field) {
    if (item->attribute_count < STS__ITEM_ATTRIBUTES)
        item->attributes[item->attribute_count++] = field->bytes;
    else if (!item->attributes_rest) {
        item->attributes_rest = field->start;
        item->attributes_field = (uint32_t)field->number;
    }
}

/* The next field, and where it begins; as sts__wire_next_value, but quicker by what is not read of it. */
STS__WIRE_INLINE bool next_field(sts__wire_reader *reader, sts__wire_field *field) {
    const uint8_t *at = reader->at;
    if (at == reader->end)
        return false;
    const uint8_t *behind = at[0] >= 8 && at[0] < 0x80 ? sts__wire_behind(at, reader->end, &field->bytes) : NULL;
    if (!behind)
        return sts__wire_next_by(sts__wire_next_long_value, reader, field);
    field->start = at;
    field->number = at[0] >> 3;
    reader->at = behind;
    return true;
}

/* Everything that is asked for later is found here, in one pass. */
void sts__item_read_fields(const sts__signal *signal, sts__item *item) {
    const uint64_t attributes = signal->attributes;
    uint32_t seen = 0;
    item->attribute_count = 0;
    item->attributes_rest = NULL;
    sts__wire_reader reader = sts__wire_read(item->bytes);
    sts__wire_field field;
    while (next_field(&reader, &field)) {
        if (field.number == attributes) {
            remember_attribute(item, &field);
        } else if (field.number < STS__ITEM_FIELDS) {
            seen |= UINT32_C(1) << field.number;
            item->fields[field.number] = field.start;
        }
    }
    item->seen = seen;
}

bool sts__item_far_field(const sts__item *item, uint32_t number, sts__wire_field *field) {
    sts__wire_reader reader = sts__wire_read(item->bytes);
    sts__wire_field next;
    bool found = false;
    while (sts__wire_next_value(&reader, &next)) {
        if (next.number != number)
            continue;
        *field = next;
        found = true;
    }
    return found;
}

/* Of several bodies the last one counts that says anything: they are one message. */
sts__value sts__item_body(const sts__item *item) {
    sts__value body = {.type = STS__VALUE_EMPTY};
    sts_bytes any_value;
    if (!sts__item_bytes(item, STS__RECORD_BODY, &any_value))
        return body;
    sts__value_merge(&body, any_value);
    if (body.type != STS__VALUE_EMPTY)
        return body;
    sts__wire_reader reader = sts__wire_read(item->bytes);
    while (sts__wire_find(&reader, STS__RECORD_BODY, &any_value))
        sts__value_merge(&body, any_value);
    return body;
}

void sts__item_read(const sts__signal *signal, const sts__item_place *place, sts__item *item) {
    item->index = place->index;
    item->bytes = place->bytes;
    item->resource_group = place->resource_group;
    item->scope_group = place->scope_group;
    sts__item_read_fields(signal, item);
}

static void enter(sts__item_group *group, sts_bytes bytes) {
    group->number++;
    group->bytes = bytes;
}

/* The request as its own one item, which is in no group that anybody could know. */
static bool next_whole(sts__item_cursor *cursor, sts__item *item) {
    const uint8_t *start = cursor->request.at;
    if (cursor->next_index++)
        return false;
    memset(item, 0, sizeof *item);
    item->bytes = (sts_bytes){start ? start : (const uint8_t *)"", (size_t)(cursor->request.end - start)};
    item->resource_group.number = item->scope_group.number = 1;
    return true;
}

bool sts__items_step(sts__item_cursor *cursor, sts__item *item) {
    sts_bytes bytes;
    if (cursor->signal->is_whole)
        return next_whole(cursor, item);
    while (!sts__wire_find(&cursor->scope_group, STS__SCOPE_GROUP_ITEMS, &bytes)) {
        while (!sts__wire_find(&cursor->resource_group, cursor->scope_groups_field, &bytes)) {
            if (!sts__wire_find(&cursor->request, STS__REQUEST_RESOURCE_GROUPS, &bytes))
                return false;
            cursor->resource_group = sts__wire_read(bytes);
            cursor->scope_groups_field = scope_groups_field(bytes);
            enter(&cursor->in_resource_group, bytes);
        }
        cursor->scope_group = sts__wire_read(bytes);
        enter(&cursor->in_scope_group, bytes);
    }
    item->index = cursor->next_index++;
    item->bytes = bytes;
    item->resource_group = cursor->in_resource_group;
    item->scope_group = cursor->in_scope_group;
    return true;
}

bool sts__items_next(sts__item_cursor *cursor, sts__item *item) {
    if (!sts__items_step(cursor, item))
        return false;
    sts__item_read_fields(cursor->signal, item);
    return true;
}

static inline bool is_name(sts_bytes key, const char *name, size_t name_size) {
    return key.size == name_size && (name_size == 0 || sts__schema_same(name, key.data, name_size));
}

/* Reads the attribute's value if it has that name, whatever its form. */
static bool read_named(sts_bytes encoded, const char *name, size_t name_size, sts__value *value) {
    if (encoded.size < name_size)
        return false;
    sts_bytes key = sts__otlp_key_value_key(encoded);
    if (!is_name(key, name, name_size))
        return false;
    sts__otlp_key_value_read(encoded, &key, value);
    return true;
}

/* Of those that are not remembered. */
static bool find_attribute(const sts__item *item, const char *name, size_t name_size, sts__value *value) {
    const uint8_t *end = (const uint8_t *)item->bytes.data + item->bytes.size;
    sts_bytes rest = {item->attributes_rest, (size_t)(end - item->attributes_rest)};
    sts__wire_reader reader = sts__wire_read(rest);
    while (sts__wire_find(&reader, item->attributes_field, &rest))
        if (read_named(rest, name, name_size, value))
            return true;
    return false;
}

bool sts__item_attribute(const sts__item *item, const char *name, size_t name_size, sts__value *value) {
    const sts_bytes *at = item->attributes;
    const sts_bytes *behind = at + item->attribute_count;
    for (; at < behind; at++) {
        sts_bytes key;
        sts_bytes any;
        if (!sts__otlp_key_value_split(*at, &key, &any)) {
            if (read_named(*at, name, name_size, value))
                return true;
        } else if (is_name(key, name, name_size)) { /* lengths first: most are gone past by them */
            value->type = STS__VALUE_EMPTY;
            sts__value_merge(value, any);
            return true;
        }
    }
    return item->attributes_rest && find_attribute(item, name, name_size, value);
}
