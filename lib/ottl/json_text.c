/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/json_text.h"

#include <math.h>
#include <nettle/base64.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "ottl/members.h"
#include "ottl/time.h"
#include "json/escape.h"

typedef struct writer {
    sts__ottl_text text;
    sts__ottl_text_form form;
    bool not_finite;
} writer;

sts__ottl_text_result sts__ottl_base64_text(sts__arena *arena, sts_bytes bytes, sts_bytes *text) {
    char *buffer = sts__arena_new(arena, BASE64_ENCODE_RAW_LENGTH(bytes.size) + 1);
    text->data = buffer;
    text->size = BASE64_ENCODE_RAW_LENGTH(bytes.size);
    if (!buffer)
        return STS__OTTL_TEXT_NO_MEMORY;
    base64_encode_raw(buffer, bytes.size, bytes.data);
    return STS__OTTL_TEXT_OK;
}

static void write_string(writer *w, sts_bytes string) {
    static const unsigned escapes[] = {[STS__OTTL_PDATA] = STS__JSON_SHORT | STS__JSON_SEPARATORS | STS__JSON_REPLACED,
                                       [STS__OTTL_OWN] = STS__JSON_SEPARATORS | STS__JSON_HTML | STS__JSON_REPLACED,
                                       [STS__OTTL_GO] = STS__JSON_GO};
    sts__ottl_text_add_json(&w->text, string, escapes[w->form]);
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
    if (bytes.size == 0) {
        sts__ottl_text_add_string(&w->text, "null");
        return;
    }
    sts__ottl_text_add(&w->text, "\"", 1);
    sts__ottl_text_add_base64(&w->text, bytes);
    sts__ottl_text_add(&w->text, "\"", 1);
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
