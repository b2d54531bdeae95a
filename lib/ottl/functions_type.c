/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions that ask for the type of a value, or change it. */
#include "ottl/functions.h"

#include <string.h>

/* Converted already, by the parameter. */
static bool converted(sts__ottl_call *call, sts__ottl_value *result) {
    *result = call->arguments[0];
    if (sts__ottl_is_nil(result))
        result->type = STS__OTTL_NIL;
    return true;
}

/* pdata's text. Of what is absent there is none. */
static bool as_string(sts__ottl_call *call, sts__ottl_value *result) {
    sts_bytes text;
    *result = call->arguments[0];
    if (result->type == STS__OTTL_NIL)
        return true;
    if (sts__ottl_text_of(&call->arguments[0], STS__OTTL_PDATA, call->state->arena, &text) != STS__OTTL_TEXT_OK)
        return sts__ottl_no_memory(call->state);
    *result = sts__ottl_string(text);
    return true;
}

/* The row's detail is the kind that is asked for. A literal of another type does not get here: OTTL refuses it when the
 * spec is compiled. */
static bool is_kind(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    const sts__ottl_function *function = node->row;
    sts__ottl_value value;
    if (!sts__ottl_evaluate(state, node->children[0], &value))
        return false;
    *result = sts__ottl_boolean(sts__ottl_is_kind(&value, *(const sts__ottl_kind *)function->detail));
    return true;
}

static bool is_empty(sts__ottl_call *call, sts__ottl_value *result) {
    const sts__ottl_value *value = &call->arguments[0];
    bool empty = sts__ottl_is_nil(value);
    switch (value->type) {
    case STS__OTTL_STRING:
    case STS__OTTL_BYTES:
        empty = value->as.bytes.size == 0;
        break;
    case STS__OTTL_INT:
        empty = value->as.integer == 0;
        break;
    case STS__OTTL_DOUBLE:
        empty = value->as.number == 0;
        break;
    case STS__OTTL_BOOL:
        empty = !value->as.boolean;
        break;
    case STS__OTTL_LIST:
    case STS__OTTL_MAP:
        empty = sts__ottl_count(value) == 0;
        break;
    case STS__OTTL_TRACE_ID:
    case STS__OTTL_SPAN_ID:
        empty = sts__ottl_id_is_empty(value);
        break;
    default:
        break;
    }
    *result = sts__ottl_boolean(empty);
    return true;
}

static bool parse_int(sts__ottl_call *call, sts__ottl_value *result) {
    int64_t base = call->arguments[1].as.integer;
    int64_t number = 0;
    if (call->arguments[0].as.bytes.size == 0)
        return sts__ottl_call_fail(call, "the text is empty");
    const char *wrong =
        sts__ottl_parse_int(call->arguments[0].as.bytes, base < 0 || base > 36 ? -1 : (int)base, &number);
    if (wrong)
        return sts__ottl_call_fail(call, "%s", wrong);
    *result = sts__ottl_integer(number);
    return true;
}

static bool is_hex(sts_bytes text) {
    const char *at = text.data;
    for (size_t i = 0; i < text.size; i++)
        if (!at[i] || !strchr("0123456789abcdefABCDEF", at[i]))
            return false;
    return true;
}

/* An id from its bytes, or from their hex. */
static bool id_of(sts__ottl_call *call, sts__ottl_type type, size_t size, sts__ottl_value *result) {
    sts_bytes bytes = {NULL, 0};
    if (call->arguments[0].type == STS__OTTL_BYTES)
        bytes = call->arguments[0].as.bytes;
    if (bytes.size != size && bytes.size != 2 * size)
        return sts__ottl_call_fail(call, "there are %zu bytes; it takes %zu, or %zu of hex", bytes.size, size,
                                   2 * size);
    char *buffer = sts__ottl_call_alloc(call, size);
    if (!buffer)
        return false;
    const char *hex = bytes.data;
    if (bytes.size == size)
        memcpy(buffer, hex, size);
    else if (!is_hex(bytes))
        return sts__ottl_call_fail(call, "the text is not hex");
    for (size_t i = 0; bytes.size != size && i < size; i++) {
        int64_t byte = 0;
        sts__ottl_parse_int((sts_bytes){hex + 2 * i, 2}, 16, &byte);
        buffer[i] = (char)byte;
    }
    result->type = type;
    result->as.bytes = (sts_bytes){buffer, size};
    return true;
}

/* How many bytes BYTES_LIKE makes of a literal. */
static size_t literal_size(const sts__ottl_value *value) {
    switch (value->type) {
    case STS__OTTL_STRING:
    case STS__OTTL_BYTES:
        return value->as.bytes.size;
    case STS__OTTL_INT:
    case STS__OTTL_DOUBLE:
        return 8;
    default:
        return value->type == STS__OTTL_BOOL;
    }
}

/* OTTL refuses a literal that is no id when it compiles. */
static const char *check_id(const sts__ottl_node *call, size_t size) {
    const sts__ottl_node *argument = call->children[0];
    size_t have = literal_size(&argument->literal);
    if (!argument->is_literal || have == size || (have == 2 * size && is_hex(argument->literal.as.bytes)))
        return NULL;
    return size == 16 ? "it takes 16 bytes, or 32 of hex" : "it takes 8 bytes, or 16 of hex";
}

static const char *check_trace_id(const sts__ottl_node *call) {
    return check_id(call, 16);
}

static const char *check_span_id(const sts__ottl_node *call) {
    return check_id(call, 8);
}

static bool trace_id(sts__ottl_call *call, sts__ottl_value *result) {
    return id_of(call, STS__OTTL_TRACE_ID, 16, result);
}

static bool span_id(sts__ottl_call *call, sts__ottl_value *result) {
    return id_of(call, STS__OTTL_SPAN_ID, 8, result);
}

#define PLAIN(label, function, takes)                                                                                  \
    {                                                                                                                  \
        .name = label, .call = function, .parameters = { {"target", takes, false} }                                    \
    }
#define IS(label, asked)                                                                                               \
    {                                                                                                                  \
        .name = label, .parameters = {{"target", asked, false}}, .evaluate = is_kind,                                  \
        .detail = &(const sts__ottl_kind) {                                                                            \
            asked                                                                                                      \
        }                                                                                                              \
    }

/* Not a demand of the language's as the others are: any literal may be asked about. */
#define IS_LIST(label)                                                                                                 \
    {                                                                                                                  \
        .name = label, .parameters = {{"target", STS__OTTL_ANY, false}}, .evaluate = is_kind,                          \
        .detail = &(const sts__ottl_kind) {                                                                            \
            STS__OTTL_A_LIST                                                                                           \
        }                                                                                                              \
    }

const sts__ottl_function sts__ottl_type_functions[] = {
    PLAIN("String", converted, STS__OTTL_STRING_LIKE),
    PLAIN("Int", converted, STS__OTTL_INT_LIKE),
    PLAIN("Double", converted, STS__OTTL_DOUBLE_LIKE),
    PLAIN("Bool", converted, STS__OTTL_BOOL_LIKE),
    PLAIN("AsString", as_string, STS__OTTL_ANY),
    {.name = "ParseInt",
     .call = parse_int,
     .parameters = {{"target", STS__OTTL_A_STRING, false}, {"base", STS__OTTL_AN_INT, false}}},
    {.name = "TraceID",
     .call = trace_id,
     .parameters = {{"target", STS__OTTL_BYTES_LIKE, false}},
     .check = check_trace_id},
    {.name = "SpanID",
     .call = span_id,
     .parameters = {{"target", STS__OTTL_BYTES_LIKE, false}},
     .check = check_span_id},
    PLAIN("IsEmpty", is_empty, STS__OTTL_ANY),
    IS("IsString", STS__OTTL_A_STRING),
    IS("IsInt", STS__OTTL_AN_INT),
    IS("IsDouble", STS__OTTL_A_DOUBLE),
    IS("IsBool", STS__OTTL_A_BOOL),
    IS("IsMap", STS__OTTL_A_MAP),
    IS_LIST("IsList"),
    {0},
};
