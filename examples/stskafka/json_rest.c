/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands behind a request in JSON. */
#include "json_rest.h"

#include <string.h>

static bool is_space(unsigned char c) {
    return c && strchr(" \t\r\n", c);
}

/* The end of the string that begins here, behind its quote. */
static size_t string_end(const unsigned char *text, size_t size, size_t at) {
    while (++at < size && text[at] != '"')
        at += text[at] == '\\';
    return at < size ? at + 1 : size;
}

/* Only brackets and strings matter for where a value ends. */
static size_t value_end(const unsigned char *text, size_t size) {
    size_t depth = 0;
    size_t at = 0;
    while (at < size) {
        unsigned char c = text[at];
        at = c == '"' ? string_end(text, size, at) : at + 1;
        if (c == '{' || c == '[')
            depth++;
        if ((c == '}' || c == ']') && (depth == 0 || --depth == 0))
            return at;
    }
    return size;
}

size_t json_rest(const unsigned char *text, size_t size) {
    size_t at = value_end(text, size);
    while (at < size && is_space(text[at]))
        at++;
    return at;
}
