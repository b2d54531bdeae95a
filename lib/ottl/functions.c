/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/functions.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const sts__ottl_function *const parts[] = {
    sts__ottl_text_functions, sts__ottl_hash_functions, sts__ottl_type_functions, sts__ottl_list_functions,
    sts__ottl_sort_functions, sts__ottl_time_functions, sts__ottl_named_specs};

const sts__ottl_function *sts__ottl_function_at(size_t index) {
    for (size_t part = 0; part < sizeof parts / sizeof *parts; part++)
        for (const sts__ottl_function *row = parts[part]; row->name; row++)
            if (index-- == 0)
                return row;
    return NULL;
}

const sts__ottl_function *sts__ottl_function_find(const char *name, size_t size) {
    const sts__ottl_function *row;
    for (size_t i = 0; (row = sts__ottl_function_at(i)); i++)
        if (strlen(row->name) == size && memcmp(row->name, name, size) == 0)
            return row;
    return NULL;
}

const char *sts__ottl_left_out(const char *name) {
    static const char expressions[] = "no library in C matches Go's regular expressions in linear time";
    static const char changes[] = "a record would have another key each time";
    static const struct {
        const char *name;
        const char *reason;
    } functions[] = {{"IsMatch", expressions},
                     {"ExtractPatterns", expressions},
                     {"ExtractGrokPatterns", expressions},
                     {"Now", changes},
                     {"UUID", changes},
                     {"UUIDv7", changes}};
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (strcmp(name, functions[i].name) == 0)
            return functions[i].reason;
    return NULL;
}

uint32_t sts__ottl_parameter_count(const sts__ottl_function *function) {
    uint32_t count = 0;
    while (count < STS__OTTL_PARAMETERS && function->parameters[count].name)
        count++;
    return count;
}

static bool list_argument(sts__ottl_call *call, const sts__ottl_node *list, sts__ottl_kind kind,
                          sts__ottl_value *argument) {
    sts__ottl_state *state = call->state;
    if (!list->is_list) /* the parser lets that pass for lists of texts alone */
        return sts__ottl_evaluate(state, list, argument) &&
               (list->kind & STS__OTTL_LIST_OF || /* cached as it is wanted */
                sts__ottl_convert_to_texts(state, list, call->function->name, argument));
    if (!sts__ottl_evaluate_list(state, list, argument))
        return false;
    sts__ottl_value *items = (sts__ottl_value *)argument->as.built.items; /* made just now */
    for (uint32_t i = 0; i < list->child_count; i++)
        if (!(kind == STS__OTTL_STRING_LIKE && items[i].type == STS__OTTL_STRING) && /* the commonest */
            !sts__ottl_convert(state, list->children[i], kind, call->function->name, &items[i]))
            return false;
    return true;
}

bool sts__ottl_evaluate_call(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    const sts__ottl_function *function = node->row;
    sts__ottl_call call;
    call.state = state;
    call.node = node;
    call.function = function;
    for (uint32_t i = 0; i < STS__OTTL_PARAMETERS; i++)
        call.arguments[i].type = STS__OTTL_NIL;
    for (uint32_t i = 0; i < node->child_count; i++) {
        const sts__ottl_node *child = node->children[i];
        int kind = function->parameters[i].kind;
        if (!child)
            continue;
        if (kind & STS__OTTL_LIST_OF) {
            if (!list_argument(&call, child, (sts__ottl_kind)(kind & ~(STS__OTTL_LIST_OF | STS__OTTL_LIST_VALUE)),
                               &call.arguments[i]))
                return false;
        } else if (!sts__ottl_evaluate(state, child, &call.arguments[i]) ||
                   !sts__ottl_convert(state, child, (sts__ottl_kind)kind, function->name, &call.arguments[i])) {
            return false;
        }
    }
    return function->call(&call, result);
}

bool sts__ottl_call_fail(sts__ottl_call *call, const char *format, ...) {
    char text[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return sts__ottl_fail(call->state, call->node, "%s: %s", call->function->name, text);
}

void *sts__ottl_call_alloc(sts__ottl_call *call, size_t size) {
    void *buffer = sts__arena_alloc(call->state->arena, size ? size : 1);
    if (!buffer)
        sts__ottl_no_memory(call->state);
    return buffer;
}

bool sts__ottl_call_text(sts__ottl_call *call, const sts__ottl_text *text, sts__ottl_value *result) {
    if (text->failed)
        return sts__ottl_no_memory(call->state);
    *result = sts__ottl_string(sts__ottl_text_bytes(text));
    return true;
}
