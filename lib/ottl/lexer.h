/* SPDX-License-Identifier: Apache-2.0
 *
 * The words of a spec, by the rules of OTTL's lexer. */
#ifndef STS_OTTL_LEXER_H
#define STS_OTTL_LEXER_H

#include <stdbool.h>
#include <stddef.h>

typedef enum sts__ottl_token_type {
    STS__OTTL_END,
    STS__OTTL_BAD,          /* no word begins so, or a text does not end */
    STS__OTTL_BYTE_LITERAL, /* 0x... */
    STS__OTTL_FLOAT,
    STS__OTTL_INTEGER,
    STS__OTTL_TEXT, /* with its quotes */
    STS__OTTL_LOWER_NAME,
    STS__OTTL_UPPER_NAME, /* A-Z, 0-9 and _ only: an enum, or a function's name */
    STS__OTTL_MIXED_NAME, /* begins with a capital: a function's name */
    STS__OTTL_PUNCTUATION /* one character */
} sts__ottl_token_type;

typedef struct sts__ottl_token {
    sts__ottl_token_type type;
    const char *start;
    size_t size;
} sts__ottl_token;

typedef struct sts__ottl_lexer {
    const char *at;
    const char *end;
} sts__ottl_lexer;

sts__ottl_token sts__ottl_lexer_next(sts__ottl_lexer *lexer);

/* Whether the token is this word or this sign. */
bool sts__ottl_token_is(const sts__ottl_token *token, const char *text);

#endif
