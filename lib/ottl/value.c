/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/value.h"

#include <string.h>

#include "base/double.h"

const char *sts__ottl_type_name(sts__ottl_type type) {
    static const char *const names[] = {"nil",       "nil",       "a string", "bytes", "an integer",
                                        "a double",  "a boolean", "a list",   "a map", "a trace id",
                                        "a span id", "a time",    "none"};
    return names[type];
}

sts__ottl_value sts__ottl_string(sts_bytes text) {
    sts__ottl_value value = {.type = STS__OTTL_STRING, .as.bytes = text};
    return value;
}

sts__ottl_value sts__ottl_integer(int64_t integer) {
    sts__ottl_value value = {.type = STS__OTTL_INT, .as.integer = integer};
    return value;
}

sts__ottl_value sts__ottl_boolean(bool boolean) {
    sts__ottl_value value = {.type = STS__OTTL_BOOL, .as.boolean = boolean};
    return value;
}

sts__ottl_value sts__ottl_attributes(sts_bytes message, uint16_t field) {
    sts__ottl_value value = {.type = STS__OTTL_MAP, .field = field, .as.bytes = message};
    return value;
}

const uint8_t sts__ottl_types_of[] = {
    [STS__VALUE_EMPTY] = STS__OTTL_EMPTY, [STS__VALUE_STRING] = STS__OTTL_STRING, [STS__VALUE_BOOL] = STS__OTTL_BOOL,
    [STS__VALUE_INT] = STS__OTTL_INT,     [STS__VALUE_DOUBLE] = STS__OTTL_DOUBLE, [STS__VALUE_ARRAY] = STS__OTTL_LIST,
    [STS__VALUE_MAP] = STS__OTTL_MAP,     [STS__VALUE_BYTES] = STS__OTTL_BYTES,
};

double sts__ottl_double_of(const sts__ottl_value *value) {
    return value->type == STS__OTTL_INT ? sts__double_of((double)value->as.integer) : value->as.number;
}

bool sts__ottl_id_is_empty(const sts__ottl_value *id) {
    static const uint8_t zeros[16] = {0};
    return memcmp(id->as.bytes.data, zeros, id->as.bytes.size) == 0;
}

sts__ottl_items sts__ottl_items_of(const sts__ottl_value *list_or_map) {
    sts__ottl_items items = {{NULL, NULL, NULL}, NULL, 0, list_or_map->field};
    if (items.field) {
        items.reader = sts__wire_read(list_or_map->as.bytes);
    } else {
        items.next = list_or_map->as.built.items;
        items.left = list_or_map->as.built.count;
    }
    return items;
}

bool sts__ottl_list_next(sts__ottl_items *items, sts__ottl_value *value) {
    if (!items->field) {
        if (items->left == 0)
            return false;
        items->left--;
        *value = *items->next++;
        return true;
    }
    sts_bytes any_value;
    if (!sts__wire_find(&items->reader, items->field, &any_value))
        return false;
    sts__value read = {.type = STS__VALUE_EMPTY};
    sts__value_merge(&read, any_value);
    *value = sts__ottl_of(&read);
    return true;
}

bool sts__ottl_map_next(sts__ottl_items *items, sts_bytes *name, sts__ottl_value *value) {
    if (!items->field) {
        if (items->left == 0)
            return false;
        items->left--;
        *name = items->next[0].as.bytes;
        *value = items->next[1];
        items->next += 2;
        return true;
    }
    sts_bytes key_value;
    if (!sts__wire_find(&items->reader, items->field, &key_value))
        return false;
    sts__value read;
    sts__otlp_key_value_read(key_value, name, &read);
    *value = sts__ottl_of(&read);
    return true;
}

size_t sts__ottl_count(const sts__ottl_value *list_or_map) {
    if (!list_or_map->field)
        return list_or_map->as.built.count;
    sts__ottl_items items = sts__ottl_items_of(list_or_map);
    size_t count = 0;
    sts_bytes skipped;
    while (sts__wire_find(&items.reader, items.field, &skipped))
        count++;
    return count;
}

sts__ottl_value sts__ottl_item(const sts__ottl_value *list, uint64_t index) {
    sts__ottl_items items = sts__ottl_items_of(list);
    sts__ottl_value value = {.type = STS__OTTL_NIL};
    for (uint64_t i = 0; sts__ottl_list_next(&items, &value); i++)
        if (i == index)
            return value;
    value.type = STS__OTTL_NIL;
    return value;
}

bool sts__ottl_same_bytes(sts_bytes a, sts_bytes b) {
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* The key is looked at before the value is read. */
static bool find_encoded(const sts__ottl_value *map, sts_bytes name, sts__ottl_value *found) {
    sts__wire_reader reader = sts__wire_read(map->as.bytes);
    sts_bytes key_value;
    while (sts__wire_find(&reader, map->field, &key_value)) {
        if (key_value.size < name.size || !sts__ottl_same_bytes(sts__otlp_key_value_key(key_value), name))
            continue;
        sts_bytes key;
        sts__value read;
        sts__otlp_key_value_read(key_value, &key, &read);
        *found = sts__ottl_of(&read);
        return true;
    }
    return false;
}

sts__ottl_value sts__ottl_member(const sts__ottl_value *map, sts_bytes name) {
    sts__ottl_value found = {.type = STS__OTTL_NIL};
    if (map->field) {
        find_encoded(map, name, &found);
        return found;
    }
    sts__ottl_items items = sts__ottl_items_of(map);
    sts_bytes key;
    sts__ottl_value value;
    while (sts__ottl_map_next(&items, &key, &value))
        if (sts__ottl_same_bytes(key, name))
            return value;
    return found;
}
