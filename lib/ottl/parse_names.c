/* SPDX-License-Identifier: Apache-2.0
 *
 * Parsing of what has a name: calls and paths. */
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "ottl/contexts.h"
#include "ottl/parser.h"

enum { MAX_NAME = 64 };

/* The nearest of all names, or NULL. */
static const char *nearest(const sts__ottl_parser *parser, const char *name) {
    const char *best = NULL;
    const sts__ottl_function *function;
    const sts__ottl_path *path;
    for (size_t i = 0; (function = sts__ottl_function_at(i)); i++)
        best = sts__suggest_nearer(name, best, function->name);
    for (size_t i = 0; !parser->set->signal->is_whole && (path = sts__ottl_path_at(parser->set->signal, i)); i++)
        best = sts__suggest_nearer(name, best, path->name);
    return best;
}

static void *unknown(sts__ottl_parser *parser, const char *start, const char *what, const char *name, size_t size) {
    char text[MAX_NAME + 1];
    snprintf(text, sizeof text, "%.*s", (int)(size < MAX_NAME ? size : MAX_NAME), name);
    const char *reason = sts__ottl_left_out(text);
    if (reason)
        return sts__ottl_parser_fail(parser, start, "OTTL's %s is not here: %s", text, reason);
    const char *near = nearest(parser, text);
    return sts__ottl_parser_fail(parser, start, "there is no %s %s%s%s%s", what, text, near ? "; did you mean " : "",
                                 near ? near : "", near ? "?" : "");
}

/* --- calls --- */

/* The place of an argument: by its name, if it has one (which is read), else behind the one before. */
static bool argument_place(sts__ottl_parser *parser, const sts__ottl_function *function, uint32_t *place, bool *named) {
    uint32_t count = sts__ottl_parameter_count(function);
    sts__ottl_token token = parser->token;
    sts__ottl_token next = sts__ottl_parser_peek(parser);
    if (token.type == STS__OTTL_LOWER_NAME && sts__ottl_token_is(&next, "=")) {
        for (*place = 0; *place < count; ++*place)
            if (sts__ottl_token_is(&token, function->parameters[*place].name))
                break;
        if (*place == count)
            return sts__ottl_parser_fail(parser, token.start, "%s has no parameter %.*s", function->name,
                                         (int)(token.size < MAX_NAME ? token.size : MAX_NAME), token.start);
        *named = true;
        sts__ottl_parser_next(parser);
        sts__ottl_parser_next(parser);
        return true;
    }
    if (*named)
        return sts__ottl_parser_fail(parser, token.start, "after a named argument all others need a name too");
    if (*place >= count)
        return sts__ottl_parser_fail(parser, token.start, "%s takes at most %u arguments", function->name,
                                     (unsigned)count);
    return true;
}

/* What is written down has its type checked now. */
static bool check_literal(sts__ottl_parser *parser, const sts__ottl_function *function, const sts__ottl_node *argument,
                          sts__ottl_kind kind) {
    bool must_be = kind == STS__OTTL_LITERAL_STRING || kind == STS__OTTL_LITERAL_BOOL;
    const char *start = argument->source.data;
    sts__ottl_value value;
    sts__ottl_state state;
    sts__fault fault;
    if (must_be && (!argument->is_literal || argument->is_list))
        return sts__ottl_parser_fail(parser, start, "%s takes %s here", function->name,
                                     kind == STS__OTTL_LITERAL_STRING ? "a string in quotes" : "true or false");
    if (!argument->is_literal)
        return true;
    memset(&state, 0, sizeof state);
    state.fault = &fault;
    state.arena = &parser->set->arena;
    if (sts__ottl_evaluate(&state, argument, &value) &&
        sts__ottl_convert(&state, argument, kind, function->name, &value))
        return true;
    if (fault.code == STS_ERR_NO_MEMORY)
        return sts__ottl_parser_no_memory(parser);
    const char *text = strstr(fault.text, "spec: ");
    return sts__ottl_parser_fail(parser, start, "%s", text ? text + 6 : fault.text);
}

/* Of what is written down, bytes (which are a list of numbers) and nil. */
static bool can_be_list(const sts__ottl_node *argument) {
    sts__ottl_type type = argument->literal.type;
    if (argument->is_literal && argument->evaluate != sts__ottl_evaluate_literal) /* a map */
        return false;
    return !argument->is_literal || type == STS__OTTL_BYTES || type == STS__OTTL_NIL;
}

static bool check_argument(sts__ottl_parser *parser, const sts__ottl_function *function, const sts__ottl_node *argument,
                           int kind) {
    if (!(kind & STS__OTTL_LIST_OF))
        return check_literal(parser, function, argument, (sts__ottl_kind)kind);
    kind &= ~STS__OTTL_LIST_OF;
    if (!argument->is_list && kind & STS__OTTL_LIST_VALUE && can_be_list(argument))
        return true;
    kind &= ~STS__OTTL_LIST_VALUE;
    if (!argument->is_list)
        return sts__ottl_parser_fail(parser, argument->source.data, "%s takes a list here: [...]", function->name);
    for (uint32_t i = 0; i < argument->child_count; i++)
        if (!check_literal(parser, function, argument->children[i], (sts__ottl_kind)kind))
            return false;
    return true;
}

/* All arguments are the items of its one list. */
static bool is_variadic(const sts__ottl_function *function) {
    return function->parameters[0].kind == (STS__OTTL_LIST_OF | STS__OTTL_LITERAL_STRING);
}

/* Behind the opening parenthesis, up to the closing one. */
static bool parse_arguments(sts__ottl_parser *parser, sts__ottl_node *call) {
    const sts__ottl_function *function = call->row;
    bool named = false;
    if (is_variadic(function))
        return (call->children[0] = sts__ottl_parse_items(parser, parser->token.start, ")")) != NULL;
    for (uint32_t i = 0; !sts__ottl_parser_at(parser, ")"); i++) {
        uint32_t place = i;
        if (i && !sts__ottl_parser_expect(parser, ","))
            return false;
        const char *start = parser->token.start;
        if (!argument_place(parser, function, &place, &named))
            return false;
        if (call->children[place])
            return sts__ottl_parser_fail(parser, start, "this argument is given twice");
        if (!(call->children[place] = sts__ottl_parse_value(parser)))
            return false;
    }
    sts__ottl_parser_next(parser);
    return true;
}

static bool finish_call(sts__ottl_parser *parser, sts__ottl_node *call) {
    const sts__ottl_function *function = call->row;
    const char *start = call->source.data;
    call->level = function->level;
    call->is_leaf = function->level != STS__OTTL_CONSTANT;
    call->evaluate = function->evaluate ? function->evaluate : sts__ottl_evaluate_call;
    for (uint32_t i = 0; i < call->child_count; i++) {
        const sts__ottl_node *argument = call->children[i];
        if (!argument && !function->parameters[i].optional)
            return sts__ottl_parser_fail(parser, start, "%s wants its argument %s", function->name,
                                         function->parameters[i].name);
        if (argument && !check_argument(parser, function, argument, function->parameters[i].kind))
            return false;
        if (argument && argument->level > call->level)
            call->level = argument->level;
    }
    const char *wrong = function->check ? function->check(call) : NULL;
    if (wrong)
        return sts__ottl_parser_fail(parser, start, "%s: %s", function->name, wrong);
    sts__ottl_parser_end_node(parser, call);
    return true;
}

/* One index key behind its bracket. */
static sts__ottl_node *parse_key(sts__ottl_parser *parser) {
    bool text = parser->token.type == STS__OTTL_TEXT;
    sts__ottl_token next = sts__ottl_parser_peek(parser);
    if (parser->token.type == STS__OTTL_INTEGER && !sts__ottl_token_is(&next, "]")) /* OTTL's grammar has it so */
        return sts__ottl_parser_fail(parser, next.start, "expected ] behind a number");
    sts__ottl_node *key = text ? sts__ottl_parse_value(parser) : sts__ottl_parse_sum(parser);
    return key && sts__ottl_parser_expect(parser, "]") ? key : NULL;
}

/* A node that indexes what `inside` gives. */
static sts__ottl_node *index_into(sts__ottl_parser *parser, sts__ottl_node *inside, sts__ottl_evaluation evaluate) {
    sts__ottl_node *node = sts__ottl_parser_node(parser, inside->source.data, 1);
    if (!node)
        return NULL;
    node->evaluate = evaluate;
    node->children[0] = inside;
    node->level = inside->level;
    return node;
}

static bool add_key(sts__ottl_parser *parser, sts__ottl_node *node, sts__ottl_node *key) {
    sts__ottl_node **grown =
        sts__arena_list_grown(&parser->set->arena, node->children, node->child_count, sizeof *grown);
    if (!grown)
        return sts__ottl_parser_no_memory(parser);
    node->children = grown;
    grown[node->child_count++] = key;
    if (key->level > node->level)
        node->level = key->level;
    return true;
}

/* Appends the index keys that stand here to the node's children. Where one changes more often than what it indexes, a
 * node of its own (which `evaluate` is for) goes around that, so that it is not looked up anew with each. Returns the
 * outermost node. */
static sts__ottl_node *parse_keys(sts__ottl_parser *parser, sts__ottl_node *node, sts__ottl_evaluation evaluate) {
    bool has_keys = false;
    while (sts__ottl_parser_at(parser, "[")) {
        if (parser->depth == STS__OTTL_MAX_NESTING)
            return sts__ottl_parser_fail(parser, parser->token.start, "nested more than %d levels deep",
                                         STS__OTTL_MAX_NESTING);
        parser->depth++;
        sts__ottl_parser_next(parser);
        sts__ottl_node *key = parse_key(parser);
        parser->depth--;
        if (!key)
            return NULL;
        if (has_keys && key->level > node->level) {
            bool is_leaf = node->is_leaf;
            node->is_leaf = false; /* what was read is the whole */
            if (!(node = index_into(parser, node, evaluate)))
                return NULL;
            node->is_leaf = is_leaf;
        }
        if (!add_key(parser, node, key))
            return NULL;
        has_keys = true;
        sts__ottl_parser_end_node(parser, node);
    }
    sts__ottl_parser_end_node(parser, node);
    return node;
}

static sts__ottl_node *indexed(sts__ottl_parser *parser, sts__ottl_node *call) {
    if (!sts__ottl_parser_at(parser, "["))
        return call;
    sts__ottl_node *node = index_into(parser, call, sts__ottl_evaluate_indexed);
    return node ? parse_keys(parser, node, sts__ottl_evaluate_indexed) : NULL;
}

/* The present token is the opening parenthesis, or, for a named spec without arguments, what is behind the name. */
static sts__ottl_node *parse_call_of(sts__ottl_parser *parser, const sts__ottl_function *function, const char *start) {
    sts__ottl_node *call = sts__ottl_parser_node(parser, start, sts__ottl_parameter_count(function));
    if (!call)
        return NULL;
    call->row = function;
    call->is_call = true;
    bool bare = !sts__ottl_parser_at(parser, "(");
    if (bare && !is_variadic(function))
        return sts__ottl_parser_fail(parser, parser->token.start, "expected (");
    if (!bare)
        sts__ottl_parser_next(parser);
    if (bare) {
        call->children[0] = sts__ottl_parser_node(parser, start, 0);
        if (!call->children[0])
            return NULL;
        call->children[0]->is_list = true;
    } else if (!parse_arguments(parser, call)) {
        return NULL;
    }
    if (!finish_call(parser, call))
        return NULL;
    if (function->extend && !function->extend(parser->set, call))
        return sts__ottl_parser_no_memory(parser);
    return indexed(parser, call);
}

sts__ottl_node *sts__ottl_parse_call(sts__ottl_parser *parser) {
    sts__ottl_token name = parser->token;
    sts__ottl_token next = sts__ottl_parser_peek(parser);
    const sts__ottl_function *function = sts__ottl_function_find(name.start, name.size);
    if (!function || !sts__ottl_token_is(&next, "("))
        return unknown(parser, name.start, "function", name.start, name.size);
    sts__ottl_parser_next(parser);
    return parse_call_of(parser, function, name.start);
}

/* --- paths --- */

/* Names with dots between. False where it is too long for any path, or wrong. */
static bool parse_dotted(sts__ottl_parser *parser, char name[MAX_NAME + 1]) {
    size_t size = 0;
    const char *start = parser->token.start;
    for (;;) {
        if (parser->token.type != STS__OTTL_LOWER_NAME)
            return sts__ottl_parser_fail(parser, parser->token.start, "expected a name in small letters");
        if (size + parser->token.size + 1 > MAX_NAME)
            return unknown(parser, start, "path", start, MAX_NAME);
        memcpy(name + size, parser->token.start, parser->token.size);
        size += parser->token.size;
        name[size] = '\0';
        sts__ottl_parser_next(parser);
        if (!sts__ottl_parser_at(parser, "."))
            return true;
        sts__ottl_parser_next(parser);
        name[size++] = '.';
    }
}

static sts__ottl_node *make_path(sts__ottl_parser *parser, const sts__ottl_path *path, const char *start) {
    sts__ottl_node *node = sts__ottl_parser_node(parser, start, 0);
    if (!node)
        return NULL;
    if (sts__ottl_parser_at(parser, "[") && path->keys == STS__OTTL_NO_KEYS)
        return sts__ottl_parser_fail(parser, parser->token.start, "%s cannot be indexed", path->name);
    sts__ottl_path_bind(parser->set->signal, path, node);
    node->is_leaf = true;
    node->evaluate = sts__ottl_evaluate_keyed;
    sts__ottl_node *whole = parse_keys(parser, node, sts__ottl_evaluate_rest);
    if (!whole)
        return NULL;
    if (path->keys == STS__OTTL_ONE_KEY && node->child_count > 1)
        return sts__ottl_parser_fail(parser, node->children[1]->source.data, "%s takes one key", path->name);
    if (path->keys == STS__OTTL_ONE_KEY || node->child_count == 0)
        node->evaluate = node->read;
    if (sts__ottl_parser_at(parser, "."))
        return sts__ottl_parser_fail(parser, parser->token.start, "nothing can stand behind an index key");
    bool one_name =
        node->child_count == 1 && node->children[0]->is_literal && node->children[0]->literal.type == STS__OTTL_STRING;
    if (one_name && path->place == STS__OTTL_OF_ITEM && node->field->number == parser->set->signal->attributes)
        node->evaluate = sts__ottl_evaluate_record_attribute;
    return whole;
}

sts__ottl_node *sts__ottl_parse_path(sts__ottl_parser *parser) {
    char name[MAX_NAME + 1];
    sts__ottl_token first = parser->token;
    sts__ottl_token next = sts__ottl_parser_peek(parser);
    const sts__ottl_function *named = sts__ottl_function_find(first.start, first.size);
    if (sts__ottl_token_is(&first, "none"))
        return sts__ottl_parser_fail(parser, first.start, "none stands alone, or last: a | none");
    if (named && (sts__ottl_token_is(&next, "(") || is_variadic(named))) {
        sts__ottl_parser_next(parser);
        return parse_call_of(parser, named, first.start);
    }
    if (sts__ottl_token_is(&next, "("))
        return unknown(parser, first.start, "function", first.start, first.size);
    if (!parse_dotted(parser, name))
        return NULL;
    const sts__ottl_path *path = sts__ottl_path_find(parser->set->signal, name);
    return path ? make_path(parser, path, first.start) : unknown(parser, first.start, "path", name, strlen(name));
}
