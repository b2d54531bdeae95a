/* SPDX-License-Identifier: Apache-2.0
 *
 * The grammar of specs: alternatives of OTTL values. Recursive descent; a bounded depth. */
#include "ottl/parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "ottl/math.h"

void sts__ottl_set_init(sts__ottl_set *set, const sts__memory *memory, const sts__signal *signal) {
    sts__arena_init(&set->arena, memory);
    set->signal = signal;
    set->slot_count = 0;
}

void sts__ottl_set_clear(sts__ottl_set *set) {
    sts__arena_clear(&set->arena);
}

sts__ottl_node *sts__ottl_node_new(sts__ottl_set *set, size_t child_count) {
    sts__ottl_node *node = sts__arena_new(&set->arena, sizeof *node);
    if (!node)
        return NULL;
    node->child_count = (uint32_t)child_count;
    node->children = sts__arena_array(&set->arena, child_count ? child_count : 1, sizeof *node->children);
    return node->children ? node : NULL;
}

/* --- tokens and faults --- */

void sts__ottl_parser_next(sts__ottl_parser *parser) {
    parser->token = sts__ottl_lexer_next(&parser->lexer);
}

bool sts__ottl_parser_at(const sts__ottl_parser *parser, const char *text) {
    return sts__ottl_token_is(&parser->token, text);
}

sts__ottl_token sts__ottl_parser_peek(const sts__ottl_parser *parser) {
    sts__ottl_lexer ahead = parser->lexer;
    return sts__ottl_lexer_next(&ahead);
}

/* Counted on from the last place that was asked for: nodes come nearly in the order of the spec. */
static size_t column_of(sts__ottl_parser *parser, const char *place) {
    if (!parser->counted || place < parser->counted) {
        parser->counted = parser->spec.data;
        parser->column = 1;
    }
    for (; parser->counted < place; parser->counted++)
        parser->column += (*parser->counted & 0xc0) != 0x80;
    return parser->column;
}

#define CUT "\xe2\x80\xa6" /* an ellipsis */

/* The part of the spec around the place, and a caret below it. */
static void show(const sts__ottl_parser *parser, const char *place, char *out, size_t size) {
    enum { BEFORE = 60, BEHIND = 40 };
    const char *start = parser->spec.data;
    const char *end = start + parser->spec.size;
    const char *from = place - start > BEFORE ? place - BEFORE : start;
    const char *to = end - place > BEHIND ? place + BEHIND : end;
    while (from < place && (*from & 0xc0) == 0x80)
        from++;
    while (to > place && to < end && (*to & 0xc0) == 0x80)
        to--;
    size_t used = (size_t)snprintf(out, size, "\n  %s", from > start ? CUT : "");
    for (const char *at = from; at < to && used + 1 < size; at++)
        out[used++] = *at >= 0 && *at < ' ' ? ' ' : *at;
    used += (size_t)snprintf(out + used, size - used, "%s\n  %s", to < end ? CUT : "", from > start ? " " : "");
    for (const char *at = from; at < place && used + 2 < size; at++)
        if ((*at & 0xc0) != 0x80)
            out[used++] = ' ';
    out[used++] = '^';
    out[used] = '\0';
}

void *sts__ottl_parser_fail(sts__ottl_parser *parser, const char *place, const char *format, ...) {
    char text[200];
    char shown[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    show(parser, place, shown, sizeof shown);
    sts__fault_set(parser->fault, STS_ERR_OPTION_VALUE, "column %zu: %s%s", column_of(parser, place), text, shown);
    return NULL;
}

void *sts__ottl_parser_no_memory(sts__ottl_parser *parser) {
    sts__fault_no_memory(parser->fault);
    return NULL;
}

bool sts__ottl_parser_expect(sts__ottl_parser *parser, const char *text) {
    if (!sts__ottl_parser_at(parser, text))
        return sts__ottl_parser_fail(parser, parser->token.start, "expected %s", text);
    sts__ottl_parser_next(parser);
    return true;
}

/* --- nodes --- */

sts__ottl_node *sts__ottl_parser_node(sts__ottl_parser *parser, const char *start, size_t child_count) {
    sts__ottl_node *node = sts__ottl_node_new(parser->set, child_count);
    if (!node)
        return sts__ottl_parser_no_memory(parser);
    node->column = (uint32_t)column_of(parser, start);
    node->source.data = start;
    sts__ottl_parser_end_node(parser, node);
    return node;
}

void sts__ottl_parser_end_node(const sts__ottl_parser *parser, sts__ottl_node *node) {
    const char *start = node->source.data;
    const char *end = parser->token.start;
    while (end > start && strchr(" \t\n\r\f", end[-1]))
        end--;
    node->source.size = (size_t)(end - start);
}

sts__ottl_node *sts__ottl_parser_literal(sts__ottl_parser *parser, const char *start, sts__ottl_value value) {
    sts__ottl_node *node = sts__ottl_parser_node(parser, start, 0);
    if (!node)
        return NULL;
    node->evaluate = sts__ottl_evaluate_literal;
    node->literal = value;
    node->is_literal = true;
    return node;
}

void sts__ottl_parser_raise_level(sts__ottl_node *node) {
    bool literal = true;
    for (uint32_t i = 0; i < node->child_count; i++) {
        if (node->children[i]->level > node->level)
            node->level = node->children[i]->level;
        literal = literal && node->children[i]->is_literal;
    }
    node->is_literal = literal;
}

/* --- values --- */

static sts__ottl_node *parse_value(sts__ottl_parser *parser) {
    const char *start = parser->token.start;
    sts__ottl_token next;
    switch (parser->token.type) {
    case STS__OTTL_TEXT:
        return sts__ottl_parse_string(parser);
    case STS__OTTL_BYTE_LITERAL:
        return sts__ottl_parse_bytes(parser);
    case STS__OTTL_UPPER_NAME:
        next = sts__ottl_parser_peek(parser);
        return sts__ottl_token_is(&next, "(") ? sts__ottl_parse_sum(parser) : sts__ottl_parse_enum(parser);
    default:
        break;
    }
    if (sts__ottl_parser_at(parser, "nil") || sts__ottl_parser_at(parser, "true") ||
        sts__ottl_parser_at(parser, "false"))
        return sts__ottl_parse_word(parser);
    if (sts__ottl_parser_at(parser, "[")) {
        sts__ottl_parser_next(parser);
        return sts__ottl_parse_items(parser, start, "]");
    }
    if (sts__ottl_parser_at(parser, "{")) {
        sts__ottl_parser_next(parser);
        return sts__ottl_parse_map(parser, start);
    }
    return sts__ottl_parse_sum(parser);
}

sts__ottl_node *sts__ottl_parse_value(sts__ottl_parser *parser) {
    if (parser->depth == STS__OTTL_MAX_NESTING)
        return sts__ottl_parser_fail(parser, parser->token.start, "nested more than %d levels deep",
                                     STS__OTTL_MAX_NESTING);
    parser->depth++;
    sts__ottl_node *node = parse_value(parser);
    parser->depth--;
    return node;
}

static bool begins_name(const sts__ottl_token *token) {
    return token->type == STS__OTTL_UPPER_NAME || token->type == STS__OTTL_MIXED_NAME;
}

static sts__ottl_node *parse_operand(sts__ottl_parser *parser) {
    const char *start = parser->token.start;
    if (sts__ottl_parser_at(parser, "(")) {
        sts__ottl_parser_next(parser);
        if (parser->depth == STS__OTTL_MAX_NESTING)
            return sts__ottl_parser_fail(parser, start, "nested more than %d levels deep", STS__OTTL_MAX_NESTING);
        parser->depth++;
        sts__ottl_node *inside = sts__ottl_parse_sum(parser);
        parser->depth--;
        return inside && sts__ottl_parser_expect(parser, ")") ? inside : NULL;
    }
    if (parser->token.type == STS__OTTL_FLOAT || parser->token.type == STS__OTTL_INTEGER)
        return sts__ottl_parse_number(parser);
    if (begins_name(&parser->token))
        return sts__ottl_parse_call(parser);
    if (parser->token.type == STS__OTTL_LOWER_NAME)
        return sts__ottl_parse_path(parser);
    if (parser->token.type == STS__OTTL_BAD && *start == '"')
        return sts__ottl_parser_fail(parser, start, "the text has no closing quote");
    return sts__ottl_parser_fail(parser, start, "a value is missing here: a path, a function, or something in quotes");
}

static sts__ottl_node *operation(sts__ottl_parser *parser, char sign, const char *start, sts__ottl_node *left,
                                 sts__ottl_node *right) {
    if (++parser->operations > STS__OTTL_MAX_OPERATIONS)
        return sts__ottl_parser_fail(parser, start, "more than %d operations", STS__OTTL_MAX_OPERATIONS);
    sts__ottl_node *node = sts__ottl_parser_node(parser, start, right ? 2 : 1);
    if (!node)
        return NULL;
    node->evaluate = right ? sts__ottl_evaluate_operation : sts__ottl_evaluate_negation;
    node->operation = sign;
    node->children[0] = left;
    if (right)
        node->children[1] = right;
    sts__ottl_parser_raise_level(node);
    node->is_literal = false; /* OTTL computes it record by record */
    return node;
}

static sts__ottl_node *parse_signed(sts__ottl_parser *parser) {
    const char *start = parser->token.start;
    bool minus = sts__ottl_parser_at(parser, "-");
    if (minus || sts__ottl_parser_at(parser, "+"))
        sts__ottl_parser_next(parser);
    bool number = parser->token.type == STS__OTTL_FLOAT || parser->token.type == STS__OTTL_INTEGER;
    sts__ottl_node *node = parse_operand(parser);
    if (!node || !minus)
        return node;
    if (!number)
        return operation(parser, '-', start, node, NULL);
    if (node->literal.type == STS__OTTL_INT)
        node->literal.as.integer = -node->literal.as.integer;
    else
        node->literal.as.number = -node->literal.as.number;
    return node;
}

/* Operands with these signs between, from left to right. */
static sts__ottl_node *parse_chain(sts__ottl_parser *parser, const char *first, const char *second,
                                   sts__ottl_node *(*parse)(sts__ottl_parser *)) {
    const char *start = parser->token.start;
    sts__ottl_node *node = parse(parser);
    while (node && (sts__ottl_parser_at(parser, first) || sts__ottl_parser_at(parser, second))) {
        char sign = *parser->token.start;
        sts__ottl_parser_next(parser);
        sts__ottl_node *right = parse(parser);
        node = right ? operation(parser, sign, start, node, right) : NULL;
    }
    return node;
}

static sts__ottl_node *parse_product(sts__ottl_parser *parser) {
    return parse_chain(parser, "*", "/", parse_signed);
}

sts__ottl_node *sts__ottl_parse_sum(sts__ottl_parser *parser) {
    return parse_chain(parser, "+", "-", parse_product);
}

/* --- the spec --- */

/* `none` stands alone; everything else is a value. */
static sts__ottl_node *parse_alternative(sts__ottl_parser *parser) {
    sts__ottl_token none = parser->token;
    sts__ottl_token next = sts__ottl_parser_peek(parser);
    if (!sts__ottl_token_is(&none, "none") || !(next.type == STS__OTTL_END || sts__ottl_token_is(&next, "|")))
        return sts__ottl_parse_value(parser);
    sts__ottl_parser_next(parser);
    return sts__ottl_parser_literal(parser, none.start, (sts__ottl_value){.type = STS__OTTL_NONE});
}

static sts_status parse_alternatives(sts__ottl_parser *parser, sts__ottl_program *program) {
    do {
        if (program->count)
            sts__ottl_parser_next(parser);
        sts__ottl_node **grown =
            sts__arena_list_grown(&parser->set->arena, program->alternatives, program->count, sizeof *grown);
        if (!grown)
            return sts__fault_no_memory(parser->fault);
        program->alternatives = grown;
        if (!(grown[program->count++] = parse_alternative(parser)))
            return parser->fault->code;
    } while (sts__ottl_parser_at(parser, "|"));
    if (parser->token.type != STS__OTTL_END)
        sts__ottl_parser_fail(parser, parser->token.start, "expected | and an alternative, or the end");
    return parser->token.type == STS__OTTL_END ? STS_OK : parser->fault->code;
}

static sts_status copy_texts(sts__ottl_set *set, sts__ottl_program *program, sts__fault *fault) {
    program->texts = sts__arena_array(&set->arena, program->count, sizeof *program->texts);
    if (!program->texts)
        return sts__fault_no_memory(fault);
    for (uint32_t i = 0; i < program->count; i++)
        if (!(program->texts[i] = sts__arena_copy(&set->arena, program->alternatives[i]->source).data))
            return sts__fault_no_memory(fault);
    return STS_OK;
}

/* Of the words, so that spaces between them do not count. */
static uint64_t fingerprint(sts_bytes spec) {
    sts__ottl_lexer lexer = {spec.data, (const char *)spec.data + spec.size};
    sts__ottl_token token;
    uint64_t hash = 0;
    while ((token = sts__ottl_lexer_next(&lexer)).type != STS__OTTL_END)
        hash = XXH64(token.start, token.size, hash);
    return hash;
}

sts_status sts__ottl_compile(sts__ottl_set *set, const char *spec, sts__ottl_program *program, sts__fault *fault) {
    sts_bytes text = {spec, strlen(spec)};
    sts_status status = STS_OK;
    memset(program, 0, sizeof *program);
    if (text.size > STS__OTTL_MAX_SPEC)
        return sts__fault_set(fault, STS_ERR_OPTION_VALUE, "the spec is longer than %d bytes", STS__OTTL_MAX_SPEC);
    sts__ottl_parser parser = {.set = set, .spec = sts__arena_copy(&set->arena, text), .fault = fault};
    if (!parser.spec.data)
        return sts__fault_no_memory(fault);
    parser.lexer.at = parser.spec.data;
    parser.lexer.end = parser.lexer.at + parser.spec.size;
    sts__ottl_parser_next(&parser);
    if (parser.token.type == STS__OTTL_END)
        return sts__fault_set(fault, STS_ERR_OPTION_VALUE, "the spec is empty; a null key is written none");
    status = parse_alternatives(&parser, program);
    if (status == STS_OK)
        status = copy_texts(set, program, fault);
    for (uint32_t i = 0; i < program->count && status == STS_OK; i++)
        status = sts__ottl_optimize(set, &program->alternatives[i]);
    if (status == STS_ERR_NO_MEMORY)
        return sts__fault_no_memory(fault);
    program->fingerprint = fingerprint(text);
    return status;
}

sts__ottl_level sts__ottl_program_level(const sts__ottl_program *program) {
    sts__ottl_level most = STS__OTTL_CONSTANT;
    for (uint32_t i = 0; i < program->count; i++)
        if (program->alternatives[i]->level > most)
            most = program->alternatives[i]->level;
    return most;
}

const char *sts__ottl_drop_readers(sts__ottl_program *program) {
    const char *first = NULL;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < program->count; i++) {
        if (program->alternatives[i]->level > STS__OTTL_REQUEST) {
            first = first ? first : program->texts[i];
            continue;
        }
        program->alternatives[kept] = program->alternatives[i];
        program->texts[kept++] = program->texts[i];
    }
    program->count = kept;
    return first;
}

sts_status sts__ottl_compile_resource_attribute(sts__ottl_set *set, const char *name, sts__ottl_program *program) {
    memset(program, 0, sizeof *program);
    program->alternatives = sts__arena_array(&set->arena, 1, sizeof *program->alternatives);
    program->texts = sts__arena_array(&set->arena, 1, sizeof *program->texts);
    if (!program->alternatives || !program->texts ||
        !(program->alternatives[0] = sts__ottl_resource_attribute(set, name)))
        return STS_ERR_NO_MEMORY;
    program->texts[0] = name;
    program->count = 1;
    return sts__ottl_optimize(set, &program->alternatives[0]);
}
