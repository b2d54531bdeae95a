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

static void read_item(const sts__signal *signal, sts__item *item, sts_bytes bytes) {
    const uint64_t attributes = signal->attributes;
    const uint64_t body = signal->body;
    item->bytes = bytes;
    item->body.type = STS__VALUE_EMPTY;
    item->attribute_count = 0;
    item->attributes_rest = NULL;
    sts__wire_reader reader = sts__wire_read(bytes);
    sts__wire_field field;
    while (sts__wire_next_value(&reader, &field)) {
        if (field.type != STS__WIRE_LENGTH)
            continue;
        if (field.number == attributes)
            remember_attribute(item, &field);
        else if (field.number == body)
            sts__value_merge(&item->body, field.bytes);
    }
}

sts__item_place sts__item_place_of(const sts__item *item) {
    return (sts__item_place){item->index, item->bytes, item->resource_group, item->scope_group};
}

void sts__item_read(const sts__signal *signal, const sts__item_place *place, sts__item *item) {
    item->index = place->index;
    item->resource_group = place->resource_group;
    item->scope_group = place->scope_group;
    read_item(signal, item, place->bytes);
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

bool sts__items_next(sts__item_cursor *cursor, sts__item *item) {
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
    item->resource_group = cursor->in_resource_group;
    item->scope_group = cursor->in_scope_group;
    read_item(cursor->signal, item, bytes);
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

bool sts__item_attribute(const sts__item *item, const char *name, size_t name_size, sts__value *value) {
    for (uint32_t i = 0; i < item->attribute_count; i++)
        if (read_named(item->attributes[i], name, name_size, value))
            return true;
    if (!item->attributes_rest)
        return false;
    const uint8_t *end = (const uint8_t *)item->bytes.data + item->bytes.size;
    sts_bytes rest = {item->attributes_rest, (size_t)(end - item->attributes_rest)};
    sts__wire_reader reader = sts__wire_read(rest);
    while (sts__wire_find(&reader, item->attributes_field, &rest))
        if (read_named(rest, name, name_size, value))
            return true;
    return false;
}
