/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/json_text.h"

#include <math.h>
#include <nettle/base64.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"
#include "ottl/members.h"
#include "ottl/time.h"

typedef struct writer {
    sts__ottl_text text;
    sts__ottl_text_form form;
    bool not_finite;
} writer;

sts__ottl_text_result sts__ottl_base64_text(sts__arena *arena, sts_bytes bytes, sts_bytes *text) {
    char *room = sts__arena_new(arena, BASE64_ENCODE_RAW_LENGTH(bytes.size) + 1);
    text->data = room;
    text->size = BASE64_ENCODE_RAW_LENGTH(bytes.size);
    if (!room)
        return STS__OTTL_TEXT_NO_MEMORY;
    base64_encode_raw(room, bytes.size, bytes.data);
    return STS__OTTL_TEXT_OK;
}

/* A character that needs an escape, and the escape; NULL where it needs none. */
static const char *escape_of(const writer *w, uint8_t c, char room[8]) {
    static const struct {
        char c;
        const char *escape;
    } names[] = {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\r', "\\r"}, {'\t', "\\t"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if ((char)c == names[i].c)
            return names[i].escape;
    bool pdata = w->form == STS__OTTL_PDATA;
    if (pdata && c == '\b')
        return "\\b";
    if (pdata && c == '\f')
        return "\\f";
    if (c >= ' ' && (pdata || (c != '<' && c != '>' && c != '&')))
        return NULL;
    sprintf(room, "\\u%04x", c);
    return room;
}

/* A character of two bytes or more; returns its size. Line and paragraph separators are escaped, as JavaScript needs
 * it. */
static size_t write_wide(writer *w, const uint8_t *at, size_t size) {
    if (size >= 3 && at[0] == 0xe2 && at[1] == 0x80 && (at[2] & 0xfe) == 0xa8) {
        sts__ottl_text_add_string(&w->text, at[2] == 0xa8 ? "\\u2028" : "\\u2029");
        return 3;
    }
    for (size_t width = 2; width <= 4 && width <= size; width++) {
        sts_bytes character = {at, width};
        if (sts__utf8_is_valid(character)) {
            sts__ottl_text_add(&w->text, at, width);
            return width;
        }
    }
    sts__ottl_text_add_string(&w->text, "\\ufffd");
    return 1;
}

static void write_string(writer *w, sts_bytes string) {
    const uint8_t *at = string.data;
    char room[8];
    sts__ottl_text_add(&w->text, "\"", 1);
    for (size_t i = 0; i < string.size;) {
        if (at[i] >= 0x80) {
            i += write_wide(w, at + i, string.size - i);
            continue;
        }
        const char *escape = escape_of(w, at[i], room);
        if (escape)
            sts__ottl_text_add_string(&w->text, escape);
        else
            sts__ottl_text_add(&w->text, at + i, 1);
        i++;
    }
    sts__ottl_text_add(&w->text, "\"", 1);
}

/* goccy/go-json leaves the exponent as strconv writes it, with two digits at least. */
static void write_double(writer *w, double number) {
    char text[STS__DOUBLE_TEXT + 1];
    if (!isfinite(number)) {
        w->not_finite = true;
        return;
    }
    size_t size = sts__double_text(number, text);
    bool short_exponent = size > 3 && text[size - 3] == 'e' && w->form == STS__OTTL_OWN;
    if (short_exponent) {
        text[size] = text[size - 1];
        text[size - 1] = '0';
        size++;
    }
    sts__ottl_text_add(&w->text, text, size);
}

/* Bytes that are there but none are null, as Go's nil slice. */
static void write_bytes(writer *w, sts_bytes bytes) {
    sts_bytes text;
    if (bytes.size == 0) {
        sts__ottl_text_add_string(&w->text, "null");
    } else if (sts__ottl_base64_text(w->text.arena, bytes, &text) == STS__OTTL_TEXT_OK) {
        sts__ottl_text_add(&w->text, "\"", 1);
        sts__ottl_text_add(&w->text, text.data, text.size);
        sts__ottl_text_add(&w->text, "\"", 1);
    } else {
        w->text.failed = true;
    }
}

/* OTTL shows ids as Go's arrays of bytes. */
static void write_id(writer *w, const sts__ottl_value *id) {
    const uint8_t *bytes = id->as.bytes.data;
    char number[8];
    for (size_t i = 0; i < id->as.bytes.size; i++) {
        sprintf(number, "%c%d", i ? ',' : '[', bytes[i]);
        sts__ottl_text_add_string(&w->text, number);
    }
    sts__ottl_text_add(&w->text, "]", 1);
}

static void write_value(writer *w, const sts__ottl_value *value);

static void write_map(writer *w, const sts__ottl_value *map) {
    size_t count;
    const sts__ottl_named *members = sts__ottl_members(map, w->text.arena, &count);
    if (!members) {
        w->text.failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        sts__ottl_text_add(&w->text, i ? "," : "{", 1);
        write_string(w, members[i].name);
        sts__ottl_text_add(&w->text, ":", 1);
        write_value(w, &members[i].value);
    }
    sts__ottl_text_add_string(&w->text, count ? "}" : "{}");
}

static void write_list(writer *w, const sts__ottl_value *list) {
    sts__ottl_items items = sts__ottl_items_of(list);
    sts__ottl_value value;
    const char *before = "[";
    for (; sts__ottl_list_next(&items, &value); before = ",") {
        sts__ottl_text_add_string(&w->text, before);
        write_value(w, &value);
    }
    sts__ottl_text_add_string(&w->text, *before == '[' ? "[]" : "]");
}

static void write_value(writer *w, const sts__ottl_value *value) {
    char text[STS__OTTL_TIME_TEXT];
    sts_bytes time = {text, 0};
    switch (value->type) {
    case STS__OTTL_STRING:
        write_string(w, value->as.bytes);
        break;
    case STS__OTTL_BYTES:
        write_bytes(w, value->as.bytes);
        break;
    case STS__OTTL_INT:
        sts__ottl_text_add(&w->text, text, sts__integer_text(value->as.integer, text));
        break;
    case STS__OTTL_DOUBLE:
        write_double(w, value->as.number);
        break;
    case STS__OTTL_BOOL:
        sts__ottl_text_add_string(&w->text, value->as.boolean ? "true" : "false");
        break;
    case STS__OTTL_LIST:
        write_list(w, value);
        break;
    case STS__OTTL_MAP:
        write_map(w, value);
        break;
    case STS__OTTL_TRACE_ID:
    case STS__OTTL_SPAN_ID:
        write_id(w, value);
        break;
    case STS__OTTL_TIME:
        time.size = sts__ottl_time_text(value->as.integer, text);
        write_string(w, time);
        break;
    default:
        sts__ottl_text_add_string(&w->text, "null");
    }
}

sts__ottl_text_result sts__ottl_json_text(const sts__ottl_value *value, sts__ottl_text_form form, sts__arena *arena,
                                          sts_bytes *text) {
    writer w = {.text = {.arena = arena}, .form = form};
    write_value(&w, value);
    *text = sts__ottl_text_bytes(&w.text);
    if (w.text.failed)
        text->data = NULL;
    if (w.text.failed)
        return STS__OTTL_TEXT_NO_MEMORY;
    return w.not_finite ? STS__OTTL_TEXT_NOT_FINITE : STS__OTTL_TEXT_OK;
}
