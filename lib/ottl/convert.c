/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/convert.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "ottl/text.h"

static const struct {
    sts__ottl_type type; /* what it is without conversion */
    const char *name;
} kinds[] = {
    [STS__OTTL_ANY] = {STS__OTTL_NIL, "any value"},
    [STS__OTTL_A_STRING] = {STS__OTTL_STRING, "a string"},
    [STS__OTTL_AN_INT] = {STS__OTTL_INT, "an integer"},
    [STS__OTTL_A_DOUBLE] = {STS__OTTL_DOUBLE, "a double"},
    [STS__OTTL_A_BOOL] = {STS__OTTL_BOOL, "a boolean"},
    [STS__OTTL_A_MAP] = {STS__OTTL_MAP, "a map"},
    [STS__OTTL_A_LIST] = {STS__OTTL_LIST, "a list"},
    [STS__OTTL_A_TIME] = {STS__OTTL_TIME, "a time"},
    [STS__OTTL_STRING_LIKE] = {STS__OTTL_STRING, "what can be written as text"},
    [STS__OTTL_INT_LIKE] = {STS__OTTL_INT, "an integer, a double, a boolean or a string"},
    [STS__OTTL_DOUBLE_LIKE] = {STS__OTTL_DOUBLE, "a double, an integer, a boolean or a string"},
    [STS__OTTL_BOOL_LIKE] = {STS__OTTL_BOOL, "a boolean, an integer, a double or a string"},
    [STS__OTTL_BYTES_LIKE] = {STS__OTTL_BYTES, "bytes, a string, a number or a boolean"},
    [STS__OTTL_LITERAL_STRING] = {STS__OTTL_STRING, "a string in quotes"},
    [STS__OTTL_LITERAL_BOOL] = {STS__OTTL_BOOL, "true or false"},
};

bool sts__ottl_is_kind(const sts__ottl_value *value, sts__ottl_kind kind) {
    return kind == STS__OTTL_ANY || value->type == kinds[kind].type;
}

static bool wrong_type(sts__ottl_state *state, const sts__ottl_node *argument, sts__ottl_kind kind, const char *who,
                       const sts__ottl_value *value) {
    return sts__ottl_fail(state, argument, "%s takes %s, not %s", who, kinds[kind].name,
                          sts__ottl_type_name(value->type));
}

static int digit_of(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
}

/* The base that a prefix names; the prefix is taken off. */
static int base_of_prefix(const char **at, const char *end) {
    if (end - *at < 2 || **at != '0')
        return 10;
    static const char names[] = "xXbBoO";
    static const int bases[] = {16, 16, 2, 2, 8, 8};
    const char *name = (*at)[1] ? strchr(names, (*at)[1]) : NULL;
    if (!name || end - *at < 3) {
        *at += 1;
        return 8;
    }
    *at += 2;
    return bases[name - names];
}

/* Underscores may stand between digits, and behind a prefix, where the base is told by the number itself. */
static bool underscores_are_good(sts_bytes text) {
    const char *at = text.data;
    char before = '^';
    size_t i = 0;
    if (text.size && (at[0] == '-' || at[0] == '+'))
        i = 1;
    bool hexadecimal = false;
    if (text.size - i >= 2 && at[i] == '0' && strchr("bBoOxX", at[i + 1])) {
        hexadecimal = at[i + 1] == 'x' || at[i + 1] == 'X';
        before = '0';
        i += 2;
    }
    for (; i < text.size; i++) {
        bool digit = digit_of(at[i]) < (hexadecimal ? 16 : 10);
        if (!digit && (at[i] == '_' ? before != '0' : before == '_'))
            return false;
        before = digit ? '0' : at[i] == '_' ? '_' : '!';
    }
    return before != '_';
}

const char *sts__ottl_parse_int(sts_bytes text, int base, int64_t *number) {
    const char *at = text.data;
    const char *end = at + text.size;
    bool negative = text.size && *at == '-';
    bool prefixed = base == 0;
    if (base == 1 || base < 0 || base > 36)
        return "the base must be 0, or 2 to 36";
    if (text.size && (*at == '-' || *at == '+'))
        at++;
    if (prefixed)
        base = base_of_prefix(&at, end);
    if (at == end && !(prefixed && base == 8))
        return "the text is not a whole number";
    uint64_t limit = negative ? (uint64_t)1 << 63 : INT64_MAX;
    uint64_t sum = 0;
    bool underscores = false;
    for (; at < end; at++) {
        int digit = digit_of(*at);
        if (prefixed && *at == '_') {
            underscores = true;
            continue;
        }
        if (digit >= base)
            return "the text is not a whole number";
        if (sum > (limit - (unsigned)digit) / (unsigned)base)
            return "the number is beyond 64 bits";
        sum = sum * (unsigned)base + (unsigned)digit;
    }
    if (underscores && !underscores_are_good(text))
        return "the text is not a whole number";
    *number = (int64_t)(negative ? 0 - sum : sum);
    return NULL;
}

static const char *parse_bool(sts_bytes text, bool *result) {
    static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True"};
    static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        sts_bytes yes_text = {yes[i], strlen(yes[i])};
        sts_bytes no_text = {no[i], strlen(no[i])};
        *result = sts__ottl_same_bytes(text, yes_text);
        if (*result || sts__ottl_same_bytes(text, no_text))
            return NULL;
    }
    return "the text is not a boolean";
}

/* As Go on amd64 does it: what does not fit, and a NaN, is the least integer. */
static int64_t int_of_double(double number) {
    return number >= -9223372036854775808.0 && number < 9223372036854775808.0 ? (int64_t)number : INT64_MIN;
}

static const char *to_int(sts__ottl_value *value) {
    sts_bytes text = value->as.bytes;
    const char *wrong = NULL;
    switch (value->type) {
    case STS__OTTL_STRING:
        wrong = sts__ottl_parse_int(text, 10, &value->as.integer);
        break;
    case STS__OTTL_DOUBLE:
        value->as.integer = int_of_double(value->as.number);
        break;
    default:
        value->as.integer = value->as.boolean;
    }
    value->type = STS__OTTL_INT;
    return wrong;
}

/* With a NUL behind it, and without underscores, if they are where Go allows them. */
static bool copy_number(sts__arena *arena, sts_bytes *text) {
    bool strip = underscores_are_good(*text);
    *text = sts__arena_copy(arena, *text);
    char *data = (char *)text->data; /* made just now */
    size_t size = 0;
    if (!data || !strip)
        return data != NULL;
    for (size_t i = 0; i < text->size; i++)
        if (data[i] != '_')
            data[size++] = data[i];
    data[size] = '\0';
    text->size = size;
    return true;
}

/* A text has a NUL behind it here. */
static const char *to_double(sts__ottl_value *value) {
    sts_bytes text = value->as.bytes;
    bool good = true;
    switch (value->type) {
    case STS__OTTL_STRING:
        good = sts__double_parse(text, &value->as.number);
        break;
    case STS__OTTL_INT:
        value->as.number = sts__ottl_double_of(value);
        break;
    default:
        value->as.number = value->as.boolean;
    }
    value->type = STS__OTTL_DOUBLE;
    return good ? NULL : "the text is not a number, or beyond a double";
}

static const char *to_bool(sts__ottl_value *value) {
    sts_bytes text = value->as.bytes;
    const char *wrong = NULL;
    switch (value->type) {
    case STS__OTTL_STRING:
        wrong = parse_bool(text, &value->as.boolean);
        break;
    case STS__OTTL_INT:
        value->as.boolean = value->as.integer != 0;
        break;
    default:
        value->as.boolean = value->as.number != 0;
    }
    value->type = STS__OTTL_BOOL;
    return wrong;
}

/* Numbers big-endian, a boolean as one byte. */
static bool to_bytes(sts__ottl_state *state, sts__ottl_value *value) {
    uint64_t number = 0;
    size_t size = value->type == STS__OTTL_BOOL ? 1 : 8;
    if (value->type == STS__OTTL_BOOL)
        number = value->as.boolean;
    else if (value->type == STS__OTTL_INT)
        number = (uint64_t)value->as.integer;
    else
        memcpy(&number, &value->as.number, sizeof number);
    uint8_t *bytes = sts__arena_new(state->arena, size);
    if (!bytes)
        return sts__ottl_no_memory(state);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(number >> 8 * (size - 1 - i));
    value->as.bytes = (sts_bytes){bytes, size};
    value->type = STS__OTTL_BYTES;
    return true;
}

static bool to_string(sts__ottl_state *state, const sts__ottl_node *argument, const char *who, sts__ottl_value *value) {
    sts_bytes text;
    sts__ottl_text_result result = sts__ottl_text_of(value, STS__OTTL_OWN, state->arena, &text);
    if (result == STS__OTTL_TEXT_NO_MEMORY)
        return sts__ottl_no_memory(state);
    if (result == STS__OTTL_TEXT_NOT_FINITE)
        return sts__ottl_fail(state, argument, "%s cannot write a NaN or an infinity", who);
    *value = sts__ottl_string(text);
    return true;
}

bool sts__ottl_convert(sts__ottl_state *state, const sts__ottl_node *argument, sts__ottl_kind kind, const char *who,
                       sts__ottl_value *value) {
    if (sts__ottl_is_kind(value, kind))
        return true;
    if (kind < STS__OTTL_STRING_LIKE || kind > STS__OTTL_BYTES_LIKE)
        return wrong_type(state, argument, kind, who, value);
    if (sts__ottl_is_nil(value))
        return true;
    if (kind == STS__OTTL_STRING_LIKE)
        return to_string(state, argument, who, value);
    if (value->type < STS__OTTL_STRING || value->type > STS__OTTL_BOOL || value->type == STS__OTTL_BYTES)
        return wrong_type(state, argument, kind, who, value);
    if (kind == STS__OTTL_DOUBLE_LIKE && value->type == STS__OTTL_STRING &&
        !copy_number(state->arena, &value->as.bytes))
        return sts__ottl_no_memory(state);
    const char *wrong = NULL;
    if (kind == STS__OTTL_INT_LIKE)
        wrong = to_int(value);
    else if (kind == STS__OTTL_DOUBLE_LIKE)
        wrong = to_double(value);
    else if (kind == STS__OTTL_BOOL_LIKE)
        wrong = to_bool(value);
    else if (value->type != STS__OTTL_STRING)
        return to_bytes(state, value);
    else
        value->type = STS__OTTL_BYTES;
    return wrong ? sts__ottl_fail(state, argument, "%s: %s", who, wrong) : true;
}

static bool to_pdata_text(sts__ottl_state *state, sts__ottl_value *item) {
    sts_bytes text;
    if (sts__ottl_text_of(item, STS__OTTL_PDATA, state->arena, &text) == STS__OTTL_TEXT_NO_MEMORY)
        return sts__ottl_no_memory(state);
    *item = sts__ottl_string(text);
    return true;
}

static sts__ottl_value *item_room(sts__ottl_state *state, size_t count) {
    sts__ottl_value *items = sts__arena_array(state->arena, count ? count : 1, sizeof *items);
    if (!items)
        sts__ottl_no_memory(state);
    return items;
}

static bool bytes_to_texts(sts__ottl_state *state, sts_bytes bytes, sts__ottl_value *items) {
    const uint8_t *data = bytes.data;
    for (size_t i = 0; i < bytes.size; i++) {
        items[i] = sts__ottl_integer(data[i]);
        if (!to_pdata_text(state, &items[i]))
            return false;
    }
    return true;
}

bool sts__ottl_convert_to_texts(sts__ottl_state *state, const sts__ottl_node *argument, const char *who,
                                sts__ottl_value *value) {
    size_t count = 0;
    if (value->type == STS__OTTL_BYTES)
        count = value->as.bytes.size;
    else if (value->type == STS__OTTL_LIST)
        count = sts__ottl_count(value);
    else if (!sts__ottl_is_nil(value))
        return wrong_type(state, argument, STS__OTTL_A_LIST, who, value);
    sts__ottl_value *items = item_room(state, count);
    if (!items)
        return false;
    if (value->type == STS__OTTL_BYTES && !bytes_to_texts(state, value->as.bytes, items))
        return false;
    if (value->type == STS__OTTL_LIST) {
        sts__ottl_items reader = sts__ottl_items_of(value);
        bool slice = sts__ottl_is_slice(value);
        for (size_t i = 0; sts__ottl_list_next(&reader, &items[i]); i++)
            if (!(slice ? to_pdata_text(state, &items[i])
                        : sts__ottl_convert(state, argument, STS__OTTL_STRING_LIKE, who, &items[i])))
                return false;
    }
    *value = (sts__ottl_value){.type = STS__OTTL_LIST, .as.built = {items, count}};
    return true;
}
