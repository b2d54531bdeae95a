/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON text. jansson takes the same texts, and reads the same values; what was read, written by a few lines of this
 * file, reads back as the same tree; no tree is deeper than the limit, and places lie in the text. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "fuzz/fuzz.h"
#include "json/builder.h"

static void write_string(sts__text *text, sts_bytes string) {
    const char *at = string.data;
    sts__text_append(text, "\"", 1);
    for (size_t i = 0; i < string.size; i++) {
        unsigned char c = (unsigned char)at[i];
        if (c < 0x20 || c == '"' || c == '\\')
            sts__text_printf(text, "\\u%04x", c);
        else
            sts__text_append(text, &at[i], 1);
    }
    sts__text_append(text, "\"", 1);
}

static void write_value(sts__text *text, const sts__json *value) {
    bool is_object = value->type == STS__JSON_OBJECT;
    switch (value->type) {
    case STS__JSON_NULL:
        sts__text_printf(text, "null");
        return;
    case STS__JSON_BOOL:
        sts__text_printf(text, value->boolean ? "true" : "false");
        return;
    case STS__JSON_NUMBER:
        sts__text_append(text, value->text.data, value->text.size);
        return;
    case STS__JSON_STRING:
        write_string(text, value->text);
        return;
    default:
        sts__text_printf(text, is_object ? "{" : "[");
        for (size_t i = 0; i < value->count; i++) {
            sts__text_printf(text, i ? "," : "");
            if (is_object) {
                write_string(text, value->items[i].name);
                sts__text_printf(text, ":");
            }
            write_value(text, &value->items[i]);
        }
        sts__text_printf(text, is_object ? "}" : "]");
    }
}

static bool same_number(double a, double b) {
    return a == b && !signbit(a) == !signbit(b);
}

static void check_same(const sts__json *a, const sts__json *b) {
    HOLDS(a->type == b->type && a->count == b->count && a->boolean == b->boolean, "%s is another",
          sts__json_type_name(a->type));
    HOLDS(fuzz_same(a->text, b->text) && fuzz_same(a->name, b->name), "%s: texts differ", sts__json_type_name(a->type));
    HOLDS(same_number(a->number, b->number), "%.17g, not %.17g", b->number, a->number);
    for (size_t i = 0; i < a->count; i++)
        check_same(&a->items[i], &b->items[i]);
}

/* The limits that the tree keeps, and that members are in order. */
static void check_tree(const sts__json *value, size_t depth, size_t lines) {
    bool nests = value->type == STS__JSON_ARRAY || value->type == STS__JSON_OBJECT;
    HOLDS(!nests || depth < STS__JSON_MAX_DEPTH, "too deep");
    HOLDS(value->line >= 1 && value->line <= lines && value->column >= 1, "line %u, column %u", (unsigned)value->line,
          (unsigned)value->column);
    for (size_t i = 0; i < value->count; i++) {
        HOLDS(value->type != STS__JSON_OBJECT || i == 0 ||
                  sts__json_compare_names(value->items[i - 1].name, value->items[i].name) < 0,
              "members are not in order");
        check_tree(&value->items[i], depth + 1, lines);
    }
}

static void check_value(const sts__json *ours, const json_t *theirs) {
    static const json_type types[] = {JSON_NULL, JSON_NULL, JSON_TRUE, JSON_REAL, JSON_STRING, JSON_ARRAY, JSON_OBJECT};
    json_type type = json_is_false(theirs) ? JSON_TRUE : json_typeof(theirs);
    HOLDS(type == types[ours->type], "%s is another with jansson", sts__json_type_name(ours->type));
    if (ours->type == STS__JSON_BOOL)
        HOLDS(ours->boolean == json_is_true(theirs), "a boolean is another");
    if (ours->type == STS__JSON_NUMBER)
        HOLDS(same_number(ours->number, json_real_value(theirs)), "%.17g, not %.17g", ours->number,
              json_real_value(theirs));
    if (ours->type == STS__JSON_STRING)
        HOLDS(ours->text.size == json_string_length(theirs) &&
                  (!ours->text.size || memcmp(ours->text.data, json_string_value(theirs), ours->text.size) == 0),
              "a string is another");
    if (ours->type == STS__JSON_ARRAY)
        HOLDS(ours->count == json_array_size(theirs), "an array has another length");
    if (ours->type == STS__JSON_OBJECT)
        HOLDS(ours->count == json_object_size(theirs), "an object has other members");
    for (size_t i = 0; i < ours->count; i++) {
        const sts_bytes name = ours->items[i].name;
        const json_t *item =
            ours->type == STS__JSON_ARRAY ? json_array_get(theirs, i) : json_object_getn(theirs, name.data, name.size);
        HOLDS(item, "jansson has no such member");
        check_value(&ours->items[i], item);
    }
}

static size_t depth_of(const json_t *value) {
    size_t deepest = 0, index;
    const char *name;
    json_t *item;
    if (json_is_array(value)) {
        json_array_foreach((json_t *)(uintptr_t)value, index, item) {
            size_t depth = depth_of(item);
            deepest = depth > deepest ? depth : deepest;
        }
    } else if (json_is_object(value)) {
        json_object_foreach((json_t *)(uintptr_t)value, name, item) {
            size_t depth = depth_of(item);
            deepest = depth > deepest ? depth : deepest;
        }
    } else {
        return 0;
    }
    return deepest + 1;
}

static void check_against_jansson(sts_bytes text, sts_status status, const sts__json *value, const char *fault) {
    json_error_t error;
    if (memchr(text.data, '\0', text.size)) { /* jansson reads it as the end */
        HOLDS(status != STS_OK, "a NUL is taken");
        return;
    }
    json_t *theirs =
        json_loadb(text.data, text.size,
                   JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
    enum json_error_code code = theirs ? json_error_unknown : json_error_code(&error);
    /* Limits of jansson's own. */
    if (code != json_error_null_byte_in_key && code != json_error_stack_overflow) {
        if (status == STS_ERR_TOO_DEEP)
            HOLDS(!theirs || depth_of(theirs) > STS__JSON_MAX_DEPTH, "%s", fault);
        else
            HOLDS((status == STS_OK) == (theirs != NULL), "refused by one alone: %s", theirs ? fault : error.text);
        if (status == STS_OK)
            check_value(value, theirs);
    }
    json_decref(theirs);
}

static void check_read_back(sts__json_parser *parser, sts__arena *arena, const sts__json *value) {
    sts__text text;
    sts__fault fault;
    const sts__json *again;
    sts__text_init(&text, sts__memory_default());
    write_value(&text, value);
    sts_status status = sts__json_parser_run(parser, arena, (sts_bytes){text.data, text.size}, &again, &fault);
    HOLDS(status == STS_OK, "%s: %s", text.data, fault.text);
    check_same(value, again);
    sts__text_clear(&text);
}

static void check_fault(sts_bytes text, sts_status status, const sts__fault *fault, size_t lines) {
    unsigned line = 0, column = 0;
    HOLDS(status == STS_ERR_JSON || status == STS_ERR_UTF8 || status == STS_ERR_TOO_DEEP, "%s",
          sts_status_name(status));
    HOLDS(fault->code == status && fault->offset >= 0 && (size_t)fault->offset <= text.size, "at %lld",
          (long long)fault->offset);
    HOLDS(sscanf(fault->text, "line %u, column %u: ", &line, &column) == 2, "%s", fault->text);
    HOLDS(line >= 1 && line <= lines && column >= 1 && column <= text.size + 1, "%s", fault->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static sts__json_parser kept; /* goes on from what it read before; all later readings are by it */
    static sts__arena arena;
    sts_bytes text = {data, size};
    const sts__json *value = NULL;
    sts__fault fault = {.text = ""};
    size_t lines = 1;
    if (!arena.memory) {
        sts__arena_init(&arena, sts__memory_default());
        sts__json_parser_init(&kept, sts__memory_default());
    }
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    sts__arena_reset(&arena);
    sts_status status = sts__json_parse(&arena, text, &value, &fault);
    if (status == STS_OK) {
        check_tree(value, 0, lines);
        check_read_back(&kept, &arena, value);
    } else {
        check_fault(text, status, &fault, lines);
    }
    check_against_jansson(text, status, value, fault.text);
    return 0;
}
