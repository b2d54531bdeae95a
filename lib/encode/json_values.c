/* SPDX-License-Identifier: Apache-2.0 */
#include "encode/json_values.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"
#include "ottl/members.h"
#include "ottl/time.h"
#include "json/escape.h"

void sts__json_add_string(sts__ottl_text *text, sts_bytes string) {
    sts__ottl_text_add_json(text, string, STS__JSON_SHORT);
}

void sts__json_add_base64(sts__ottl_text *text, sts_bytes bytes) {
    sts__ottl_text_add(text, "\"", 1);
    sts__ottl_text_add_base64(text, bytes);
    sts__ottl_text_add(text, "\"", 1);
}

void sts__json_add_hex(sts__ottl_text *text, sts_bytes bytes) {
    sts__ottl_text_add(text, "\"", 1);
    if (sts__ottl_text_reserve(text, 2 * bytes.size)) {
        sts__ottl_hex(bytes, text->data + text->size);
        text->size += 2 * bytes.size;
    }
    sts__ottl_text_add(text, "\"", 1);
}

void sts__json_add_unsigned(sts__ottl_text *text, uint64_t number) {
    char digits[20];
    char *at = digits + sizeof digits;
    do
        *--at = (char)('0' + number % 10);
    while (number /= 10);
    sts__ottl_text_add(text, at, (size_t)(digits + sizeof digits - at));
}

void sts__json_add_integer(sts__ottl_text *text, int64_t number) {
    if (number < 0)
        sts__ottl_text_add(text, "-", 1);
    sts__json_add_unsigned(text, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

void sts__json_add_double(sts__ottl_text *text, double number) {
    char buffer[STS__DOUBLE_TEXT];
    size_t size = sts__double_text(number, buffer);
    if (!isfinite(number))
        sts__ottl_text_add(text, "\"", 1);
    sts__ottl_text_add(text, buffer, size);
    if (number == 0 && signbit(number)) /* Python's json takes -0 for an integer, which has no sign then */
        sts__ottl_text_add(text, ".0", 2);
    if (!isfinite(number))
        sts__ottl_text_add(text, "\"", 1);
}

/* So many digits, and a character behind them. */
static char *put_digits(char *at, int64_t number, int digits, char behind) {
    for (int i = digits; i-- > 0; number /= 10)
        at[i] = (char)('0' + number % 10);
    at[digits] = behind;
    return at + digits + 1;
}

void sts__json_add_time(sts__ottl_text *text, uint64_t unix_nano, char between, char behind) {
    char buffer[40];
    char *at = buffer;
    sts__ottl_time time;
    sts__ottl_time_of_second((int64_t)(unix_nano / 1000000000), (int)(unix_nano % 1000000000), &time);
    *at++ = '"';
    at = put_digits(at, time.year, 4, '-');
    at = put_digits(at, time.month, 2, '-');
    at = put_digits(at, time.day, 2, between);
    at = put_digits(at, time.hour, 2, ':');
    at = put_digits(at, time.minute, 2, ':');
    at = put_digits(at, time.second, 2, '.');
    at = put_digits(at, time.nanosecond, 9, behind);
    at -= !behind;
    *at++ = '"';
    sts__ottl_text_add(text, buffer, (size_t)(at - buffer));
}

/* --- maps --- */

enum { FEW = 24 }; /* names that are compared each with each; more are sorted */

/* Whether all names are others, as they will be written: one that is not UTF-8 may be written as another is. */
static bool are_distinct(const sts__ottl_value *map) {
    sts_bytes names[FEW];
    sts__ottl_value value;
    sts__ottl_items items = sts__ottl_items_of(map);
    for (size_t count = 0;; count++) {
        sts_bytes name;
        if (!sts__ottl_map_next(&items, &name, &value))
            return true;
        if (count == FEW || !sts__utf8_is_valid(name))
            return false;
        for (size_t i = 0; i < count; i++)
            if (sts__ottl_same_bytes(names[i], name))
                return false;
        names[count] = name;
    }
}

static sts_bytes replaced(sts_bytes name, sts__arena *arena) {
    sts__ottl_text text = {.arena = arena};
    const char *at = name.data;
    while (name.size) {
        size_t valid = sts__utf8_valid_size((sts_bytes){at, name.size});
        bool bad = valid < name.size;
        sts__ottl_text_add(&text, at, valid);
        sts__ottl_text_add(&text, "\xef\xbf\xbd", bad ? 3 : 0);
        at += valid + bad;
        name.size -= valid + bad;
    }
    return text.failed ? (sts_bytes){NULL, 0} : sts__ottl_text_bytes(&text);
}

/* The members as they will be written, by name; of several with one name the last. NULL when out of memory. */
static const sts__ottl_named *members_of(const sts__ottl_value *map, sts__arena *arena, size_t *count) {
    size_t all = sts__ottl_count(map);
    sts__ottl_value *pairs = sts__arena_array(arena, all, 2 * sizeof *pairs);
    sts__ottl_items items = sts__ottl_items_of(map);
    sts_bytes name;
    for (size_t i = 0; pairs && sts__ottl_map_next(&items, &name, &pairs[2 * i + 1]); i++) {
        if (!sts__utf8_is_valid(name) && !(name = replaced(name, arena)).data)
            return NULL;
        pairs[2 * i] = sts__ottl_string(name);
    }
    const sts__ottl_value built = {.type = STS__OTTL_MAP, .as.built = {pairs, all}};
    return pairs ? sts__ottl_members(&built, arena, count) : NULL;
}

static void add_member(sts__ottl_text *text, const char *before, sts_bytes name, const sts__ottl_value *value,
                       sts__json_style style) {
    sts__ottl_text_add(text, before, 1);
    sts__json_add_string(text, name);
    sts__ottl_text_add(text, ":", 1);
    sts__json_add_value(text, value, style);
}

static void add_distinct(sts__ottl_text *text, const sts__ottl_value *map, sts__json_style style) {
    sts__ottl_items items = sts__ottl_items_of(map);
    const char *before = "{";
    sts_bytes name;
    sts__ottl_value value;
    for (; sts__ottl_map_next(&items, &name, &value); before = ",")
        add_member(text, before, name, &value, style);
    sts__ottl_text_add_string(text, *before == '{' ? "{}" : "}");
}

void sts__json_add_object(sts__ottl_text *text, const sts__ottl_value *map, sts__json_style style) {
    if (are_distinct(map)) {
        add_distinct(text, map, style);
        return;
    }
    size_t count;
    const sts__ottl_named *members = members_of(map, text->arena, &count);
    if (!members) {
        text->failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++)
        add_member(text, i ? "," : "{", members[i].name, &members[i].value, style);
    sts__ottl_text_add(text, "}", 1);
}

static void add_list(sts__ottl_text *text, const sts__ottl_value *list, sts__json_style style) {
    sts__ottl_items items = sts__ottl_items_of(list);
    sts__ottl_value value;
    const char *before = "[";
    for (; sts__ottl_list_next(&items, &value); before = ",") {
        sts__ottl_text_add(text, before, 1);
        sts__json_add_value(text, &value, style);
    }
    sts__ottl_text_add_string(text, *before == '[' ? "[]" : "]");
}

static void add_text(sts__ottl_text *text, const sts__ottl_value *value) {
    sts_bytes string;
    if (sts__ottl_text_of(value, STS__OTTL_PDATA, text->arena, &string) == STS__OTTL_TEXT_OK)
        sts__json_add_string(text, string);
    else
        text->failed = true;
}

static void add_double(sts__ottl_text *text, double number, sts__json_style style) {
    size_t start = text->size;
    sts__json_add_double(text, number);
    if (style != STS__JSON_ELASTIC || text->failed || !isfinite(number))
        return;
    for (size_t i = start; i < text->size; i++)
        if (text->data[i] == '.' || text->data[i] == 'e')
            return;
    sts__ottl_text_add(text, ".0", 2);
}

void sts__json_add_value(sts__ottl_text *text, const sts__ottl_value *value, sts__json_style style) {
    if (style == STS__JSON_TEXT) {
        add_text(text, value);
        return;
    }
    switch (value->type) {
    case STS__OTTL_STRING:
        sts__json_add_string(text, value->as.bytes);
        break;
    case STS__OTTL_BYTES:
        if (style == STS__JSON_ELASTIC)
            sts__json_add_hex(text, value->as.bytes);
        else
            sts__json_add_base64(text, value->as.bytes);
        break;
    case STS__OTTL_INT:
        sts__json_add_integer(text, value->as.integer);
        break;
    case STS__OTTL_DOUBLE:
        add_double(text, value->as.number, style);
        break;
    case STS__OTTL_BOOL:
        sts__ottl_text_add_string(text, value->as.boolean ? "true" : "false");
        break;
    case STS__OTTL_LIST:
        add_list(text, value, style);
        break;
    case STS__OTTL_MAP:
        sts__json_add_object(text, value, style);
        break;
    default:
        sts__ottl_text_add_string(text, "null");
    }
}
