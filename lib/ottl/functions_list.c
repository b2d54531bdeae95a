/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions over lists and maps. */
#define _GNU_SOURCE /* memmem */
#include "ottl/functions.h"

#include <string.h>

#include "ottl/characters.h"
#include "ottl/compare.h"
#include "json/json.h"

/* The first argument that is not nil; the ones behind it are not evaluated. */
static bool coalesce(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    const sts__ottl_node *list = node->children[0];
    result->type = STS__OTTL_NIL;
    for (uint32_t i = 0; i < list->child_count; i++) {
        if (!sts__ottl_evaluate(state, list->children[i], result))
            return false;
        if (!sts__ottl_is_nil(result))
            return true;
    }
    result->type = STS__OTTL_NIL;
    return true;
}

static const char *check_coalesce(const sts__ottl_node *call) {
    return call->children[0]->child_count ? NULL : "it takes one value at least";
}

static bool len(sts__ottl_call *call, sts__ottl_value *result) {
    const sts__ottl_value *value = &call->arguments[0];
    switch (value->type) {
    case STS__OTTL_STRING:
    case STS__OTTL_BYTES:
        *result = sts__ottl_integer((int64_t)value->as.bytes.size);
        return true;
    case STS__OTTL_LIST:
    case STS__OTTL_MAP:
        *result = sts__ottl_integer((int64_t)sts__ottl_count(value));
        return true;
    default:
        return sts__ottl_call_fail(call, "it takes a string, bytes, a list or a map, not %s",
                                   sts__ottl_type_name(value->type));
    }
}

/* Where a text begins in another; SIZE_MAX: nowhere. */
static size_t find(sts_bytes text, sts_bytes wanted, size_t from) {
    const char *data = text.data;
    if (wanted.size == 0)
        return from;
    const char *at = memmem(data + from, text.size - from, wanted.data, wanted.size);
    return at ? (size_t)(at - data) : SIZE_MAX;
}

/* -1: nowhere. False when out of memory. */
static bool place_in_list(sts__ottl_call *call, int64_t *place) {
    sts__ottl_items items = sts__ottl_items_of(&call->arguments[0]);
    sts__ottl_value item;
    bool equal = false;
    for (*place = 0; sts__ottl_list_next(&items, &item); ++*place) {
        if (!sts__ottl_equal(&item, &call->arguments[1], call->state->arena, &equal))
            return sts__ottl_no_memory(call->state);
        if (equal)
            return true;
    }
    *place = -1;
    return true;
}

static bool index_of(sts__ottl_call *call, sts__ottl_value *result) {
    const sts__ottl_value *target = &call->arguments[0];
    const sts__ottl_value *wanted = &call->arguments[1];
    *result = sts__ottl_integer(-1);
    if (target->type == STS__OTTL_LIST)
        return place_in_list(call, &result->as.integer);
    if (target->type != STS__OTTL_STRING || wanted->type != STS__OTTL_STRING)
        return sts__ottl_call_fail(call, "it takes a list and a value, or two strings");
    size_t place = find(target->as.bytes, wanted->as.bytes, 0);
    if (place != SIZE_MAX)
        result->as.integer = (int64_t)place;
    return true;
}

static bool contains_value(sts__ottl_call *call, sts__ottl_value *result) {
    int64_t place;
    if (!place_in_list(call, &place))
        return false;
    *result = sts__ottl_boolean(place >= 0);
    return true;
}

/* The end of the part that begins at `from`: in front of the delimiter, or, without one, behind a character. */
static size_t part_end(sts_bytes text, sts_bytes delimiter, size_t from) {
    int32_t character;
    sts_bytes rest = {(const char *)text.data + from, text.size - from};
    if (delimiter.size == 0)
        return from + sts__characters_first(rest, &character);
    size_t place = find(text, delimiter, from);
    return place == SIZE_MAX ? text.size : place;
}

static bool split(sts__ottl_call *call, sts__ottl_value *result) {
    sts_bytes text = call->arguments[0].as.bytes;
    sts_bytes delimiter = call->arguments[1].as.bytes;
    size_t count = 0;
    sts__ottl_value *items = NULL;
    size_t from = 0;
    while (delimiter.size || from < text.size) {
        items = sts__arena_list_grown(call->state->arena, items, count, sizeof *items);
        if (!items)
            return sts__ottl_no_memory(call->state);
        size_t to = part_end(text, delimiter, from);
        items[count++] = sts__ottl_string((sts_bytes){(const char *)text.data + from, to - from});
        from = to + delimiter.size;
        if (delimiter.size && to == text.size)
            break;
    }
    *result = (sts__ottl_value){.type = STS__OTTL_LIST, .go_type = STS__OTTL_GO_STRINGS, .as.built = {items, count}};
    return true;
}

/* A map's names, or its values: the row's detail is a text for names. */
static bool keys_or_values(sts__ottl_call *call, sts__ottl_value *result) {
    const sts__ottl_value *map = &call->arguments[0];
    size_t count = sts__ottl_count(map);
    sts__ottl_value *out = sts__arena_array(call->state->arena, count ? count : 1, sizeof *out);
    if (!out)
        return sts__ottl_no_memory(call->state);
    sts__ottl_items items = sts__ottl_items_of(map);
    sts_bytes name;
    for (size_t i = 0; sts__ottl_map_next(&items, &name, &out[i]); i++)
        if (call->function->detail)
            out[i] = sts__ottl_string(name);
    *result = (sts__ottl_value){.type = STS__OTTL_LIST, .go_type = STS__OTTL_GO_SLICE, .as.built = {out, count}};
    return true;
}

static bool of_json(sts__arena *arena, const sts__json *json, sts__ottl_value *value);

static bool items_of_json(sts__arena *arena, const sts__json *json, sts__ottl_value *value) {
    bool map = json->type == STS__JSON_OBJECT;
    size_t width = map ? 2 : 1;
    sts__ottl_value *items = sts__arena_array(arena, json->count ? width * json->count : 1, sizeof *items);
    if (!items)
        return false;
    for (size_t i = 0; i < json->count; i++) {
        if (map)
            items[2 * i] = sts__ottl_string(json->items[i].name);
        if (!of_json(arena, &json->items[i], &items[width * i + width - 1]))
            return false;
    }
    *value = (sts__ottl_value){
        .type = map ? STS__OTTL_MAP : STS__OTTL_LIST, .go_type = STS__OTTL_GO_SLICE, .as.built = {items, json->count}};
    return true;
}

/* All numbers are doubles, as in Go. */
static bool of_json(sts__arena *arena, const sts__json *json, sts__ottl_value *value) {
    value->type = STS__OTTL_EMPTY;
    switch (json->type) {
    case STS__JSON_BOOL:
        *value = sts__ottl_boolean(json->boolean);
        return true;
    case STS__JSON_NUMBER:
        *value = (sts__ottl_value){.type = STS__OTTL_DOUBLE, .as.number = json->number};
        return true;
    case STS__JSON_STRING:
        *value = sts__ottl_string(json->text);
        return true;
    case STS__JSON_ARRAY:
    case STS__JSON_OBJECT:
        return items_of_json(arena, json, value);
    default:
        return true;
    }
}

/* As Go reads JSON: half a surrogate pair is U+FFFD, whose escape is as long. False when out of memory. */
static bool mend_surrogates(sts__arena *arena, sts_bytes *json) {
    const char *alone = sts__json_lone_surrogate(*json);
    if (!alone)
        return true;
    size_t place = (size_t)(alone - (const char *)json->data);
    *json = sts__arena_copy(arena, *json);
    char *data = (char *)json->data; /* made just now */
    while (data && alone) {
        /* in the midst of a text: NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
        memcpy(data + place, "\\ufffd", 6);
        place += 6;
        alone = sts__json_lone_surrogate((sts_bytes){data + place, json->size - place});
        place = alone ? (size_t)(alone - data) : place;
    }
    return data != NULL;
}

static bool parse_json(sts__ottl_call *call, sts__ottl_value *result) {
    const sts__json *json;
    sts__fault fault;
    sts__arena *arena = call->state->arena;
    sts_bytes text = call->arguments[0].as.bytes;
    if (!mend_surrogates(arena, &text))
        return sts__ottl_no_memory(call->state);
    sts_status status = sts__json_parse(arena, text, &json, &fault);
    if (status == STS_ERR_NO_MEMORY)
        return sts__ottl_no_memory(call->state);
    if (status != STS_OK)
        return sts__ottl_call_fail(call, "the text is not JSON");
    if (json->type != STS__JSON_ARRAY && json->type != STS__JSON_OBJECT)
        return sts__ottl_call_fail(call, "the JSON is neither an array nor an object");
    return of_json(arena, json, result) || sts__ottl_no_memory(call->state);
}

#define MAP                                                                                                            \
    { "target", STS__OTTL_A_MAP, false }
#define ANY                                                                                                            \
    { "target", STS__OTTL_ANY, false }

const sts__ottl_function sts__ottl_list_functions[] = {
    {.name = "Coalesce",
     .parameters = {{"values", STS__OTTL_LIST_OF | STS__OTTL_ANY, false}},
     .check = check_coalesce,
     .evaluate = coalesce},
    {.name = "Len", .call = len, .parameters = {ANY}},
    {.name = "Index", .call = index_of, .parameters = {ANY, {"value", STS__OTTL_ANY, false}}},
    {.name = "ContainsValue",
     .call = contains_value,
     .parameters = {{"target", STS__OTTL_A_LIST, false}, {"item", STS__OTTL_ANY, false}}},
    {.name = "Split",
     .call = split,
     .parameters = {{"target", STS__OTTL_A_STRING, false}, {"delimiter", STS__OTTL_A_STRING, false}}},
    {.name = "Keys", .call = keys_or_values, .parameters = {MAP}, .detail = "names"},
    {.name = "Values", .call = keys_or_values, .parameters = {MAP}},
    {.name = "ParseJSON", .call = parse_json, .parameters = {{"target", STS__OTTL_A_STRING, false}}},
    {0},
};
