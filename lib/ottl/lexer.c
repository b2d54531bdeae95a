/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/lexer.h"

#include <string.h>

/* Not isalpha and its like: they follow the host's locale. */
static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_lower(char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || is_digit(c);
}

static bool is_upper(char c) {
    return (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static const char *skip(const char *at, const char *end, bool (*is)(char)) {
    while (at < end && is(*at))
        at++;
    return at;
}

/* Behind an exponent, or where there is none, where it would begin. */
static const char *skip_exponent(const char *at, const char *end) {
    const char *digits = at + 1;
    if (at == end || (*at != 'e' && *at != 'E'))
        return at;
    if (digits < end && (*digits == '+' || *digits == '-'))
        digits++;
    const char *behind = skip(digits, end, is_digit);
    return behind > digits ? behind : at;
}

static sts__ottl_token_type number(const char **at, const char *end) {
    const char *start = *at;
    if (end - start > 2 && start[0] == '0' && start[1] == 'x' && is_hex(start[2])) {
        *at = skip(start + 2, end, is_hex);
        return STS__OTTL_BYTE_LITERAL;
    }
    *at = skip(start, end, is_digit);
    if (*at == end || **at != '.')
        return STS__OTTL_INTEGER;
    *at = skip_exponent(skip(*at + 1, end, is_digit), end);
    return STS__OTTL_FLOAT;
}

/* Up to the closing quote; a backslash takes the next character with it. */
static sts__ottl_token_type text(const char **at, const char *end) {
    for (++*at; *at < end; ++*at) {
        if (**at == '"') {
            ++*at;
            return STS__OTTL_TEXT;
        }
        if (**at == '\\' && *at + 1 < end)
            ++*at;
    }
    return STS__OTTL_BAD;
}

static sts__ottl_token_type name(const char **at, const char *end) {
    if (**at >= 'a' && **at <= 'z') {
        *at = skip(*at, end, is_lower);
        return STS__OTTL_LOWER_NAME;
    }
    const char *start = *at;
    const char *upper = skip(start, end, is_upper);
    *at = upper;
    while (*at < end && (is_lower(**at) || is_upper(**at)))
        ++*at;
    return *at == upper ? STS__OTTL_UPPER_NAME : STS__OTTL_MIXED_NAME;
}

static sts__ottl_token_type take(const char **at, const char *end) {
    char c = **at;
    if (is_digit(c) || (c == '.' && end - *at > 1 && is_digit((*at)[1])))
        return number(at, end);
    if (c == '"')
        return text(at, end);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        return name(at, end);
    ++*at;
    return strchr("+-*/()[]{}:,.=|", c) && c ? STS__OTTL_PUNCTUATION : STS__OTTL_BAD;
}

sts__ottl_token sts__ottl_lexer_next(sts__ottl_lexer *lexer) {
    lexer->at = skip(lexer->at, lexer->end, is_space);
    sts__ottl_token token = {STS__OTTL_END, lexer->at, 0};
    if (lexer->at == lexer->end)
        return token;
    token.type = take(&lexer->at, lexer->end);
    token.size = (size_t)(lexer->at - token.start);
    return token;
}

bool sts__ottl_token_is(const sts__ottl_token *token, const char *text) {
    return token->type != STS__OTTL_TEXT && strlen(text) == token->size && memcmp(text, token->start, token->size) == 0;
}
