/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the parser share: the text that is read, the present token, and how a fault is shown. */
#ifndef STS_OTTL_PARSER_H
#define STS_OTTL_PARSER_H

#include "ottl/evaluate.h"
#include "ottl/functions.h"
#include "ottl/lexer.h"

typedef struct sts__ottl_parser {
    sts__ottl_set *set;
    sts_bytes spec;
    sts__ottl_lexer lexer;
    sts__ottl_token token; /* the present one */
    int depth;
    const char *counted; /* where columns were counted to, and the column there */
    size_t column;
    int operations; /* they nest, too: 1+1+1 is (1+1)+1 */
    sts__fault *fault;
} sts__ottl_parser;

/* Each returns NULL, or false, when there is a fault. */

void sts__ottl_parser_next(sts__ottl_parser *parser);
bool sts__ottl_parser_at(const sts__ottl_parser *parser, const char *text);
bool sts__ottl_parser_expect(sts__ottl_parser *parser, const char *text);

/* The token behind the present one. */
sts__ottl_token sts__ottl_parser_peek(const sts__ottl_parser *parser);

/* Tells a fault at a place in the spec. Return NULL. */
void *sts__ottl_parser_fail(sts__ottl_parser *parser, const char *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void *sts__ottl_parser_no_memory(sts__ottl_parser *parser);

/* A node that begins at `start`; its source ends where the token before the present one does. */
sts__ottl_node *sts__ottl_parser_node(sts__ottl_parser *parser, const char *start, size_t child_count);
void sts__ottl_parser_end_node(const sts__ottl_parser *parser, sts__ottl_node *node);

sts__ottl_node *sts__ottl_parser_literal(sts__ottl_parser *parser, const char *start, sts__ottl_value value);

/* Takes over what the children depend on: the node is computed as often as the one that changes most. It is a literal
 * if they are. */
void sts__ottl_parser_raise_level(sts__ottl_node *node);

/* Literals, which begin with the present token (parse_literals.c). A map, and a list's items, begin behind the bracket.
 */
sts__ottl_node *sts__ottl_parse_string(sts__ottl_parser *parser);
sts__ottl_node *sts__ottl_parse_bytes(sts__ottl_parser *parser);
sts__ottl_node *sts__ottl_parse_number(sts__ottl_parser *parser);
sts__ottl_node *sts__ottl_parse_word(sts__ottl_parser *parser); /* nil, true, false */
sts__ottl_node *sts__ottl_parse_enum(sts__ottl_parser *parser);
sts__ottl_node *sts__ottl_parse_map(sts__ottl_parser *parser, const char *start);
sts__ottl_node *sts__ottl_parse_items(sts__ottl_parser *parser, const char *start, const char *end);

/* A value; what stands behind it is the present token then. */
sts__ottl_node *sts__ottl_parse_value(sts__ottl_parser *parser);

/* A sum of terms, or one of what it is made of: a number, a call, a path, or a sum in parentheses. */
sts__ottl_node *sts__ottl_parse_sum(sts__ottl_parser *parser);

/* A call, whose name is the present token; a path (parse_names.c). */
sts__ottl_node *sts__ottl_parse_call(sts__ottl_parser *parser);
sts__ottl_node *sts__ottl_parse_path(sts__ottl_parser *parser);

#endif
