/* SPDX-License-Identifier: Apache-2.0 */
#include "json/escape.h"

#include <string.h>

#include "base/utf8.h"

/* Whether a byte stands for itself whatever is asked for: no control character, nothing of " \ < > &, no part of a
 * longer character. */
static const uint8_t plain[256] = {
    ['\x20'] = 1, ['!'] = 1, ['#'] = 1, ['$'] = 1, ['%'] = 1, ['\''] = 1, ['('] = 1, [')'] = 1, ['*'] = 1, ['+'] = 1,
    [','] = 1,    ['-'] = 1, ['.'] = 1, ['/'] = 1, ['0'] = 1, ['1'] = 1,  ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1,
    ['6'] = 1,    ['7'] = 1, ['8'] = 1, ['9'] = 1, [':'] = 1, [';'] = 1,  ['='] = 1, ['?'] = 1, ['@'] = 1, ['A'] = 1,
    ['B'] = 1,    ['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1, ['G'] = 1,  ['H'] = 1, ['I'] = 1, ['J'] = 1, ['K'] = 1,
    ['L'] = 1,    ['M'] = 1, ['N'] = 1, ['O'] = 1, ['P'] = 1, ['Q'] = 1,  ['R'] = 1, ['S'] = 1, ['T'] = 1, ['U'] = 1,
    ['V'] = 1,    ['W'] = 1, ['X'] = 1, ['Y'] = 1, ['Z'] = 1, ['['] = 1,  [']'] = 1, ['^'] = 1, ['_'] = 1, ['`'] = 1,
    ['a'] = 1,    ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1,  ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1,
    ['k'] = 1,    ['l'] = 1, ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1,  ['q'] = 1, ['r'] = 1, ['s'] = 1, ['t'] = 1,
    ['u'] = 1,    ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1, ['z'] = 1,  ['{'] = 1, ['|'] = 1, ['}'] = 1, ['~'] = 1,
    ['\x7f'] = 1};

/* The letter behind the backslash; 0: none. */
static char short_escape(uint8_t c, unsigned escapes) {
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    case '\b':
        return escapes & STS__JSON_SHORT ? 'b' : 0;
    case '\f':
        return escapes & STS__JSON_SHORT ? 'f' : 0;
    default:
        return 0;
    }
}

static void put_code(uint16_t code, char out[STS__JSON_ESCAPE], size_t *size) {
    static const char digits[] = "0123456789abcdef";
    out[0] = '\\';
    out[1] = 'u';
    for (int i = 0; i < 4; i++)
        out[2 + i] = digits[code >> (12 - 4 * i) & 15];
    *size = STS__JSON_ESCAPE;
}

/* A character of two bytes or more. */
static size_t escape_wide(sts_bytes text, unsigned escapes, char out[STS__JSON_ESCAPE], size_t *size) {
    size_t width = sts__utf8_character_size(text);
    const uint8_t *at = text.data;
    if (width == 0) {
        if (escapes & STS__JSON_REPLACED)
            put_code(0xfffd, out, size);
        else
            memcpy(out, "\xef\xbf\xbd", *size = 3);
        return 1;
    }
    if ((escapes & STS__JSON_SEPARATORS) && width == 3 && at[0] == 0xe2 && at[1] == 0x80 && (at[2] & 0xfe) == 0xa8)
        put_code((uint16_t)(0x2000 + (at[2] & 0x3f)), out, size);
    return width;
}

size_t sts__json_escape(sts_bytes text, unsigned escapes, char out[STS__JSON_ESCAPE], size_t *size) {
    uint8_t c = *(const uint8_t *)text.data;
    *size = 0;
    if (plain[c])
        return 1;
    if (c >= 0x80)
        return escape_wide(text, escapes, out, size);
    char letter = short_escape(c, escapes);
    if (letter) {
        out[0] = '\\';
        out[1] = letter;
        *size = 2;
    } else if (c < ' ' || (escapes & STS__JSON_HTML)) {
        put_code(c, out, size);
    }
    return 1;
}

size_t sts__json_plain_size(sts_bytes text, unsigned escapes) {
    const uint8_t *data = text.data;
    char escape[STS__JSON_ESCAPE];
    size_t at = 0;
    for (;;) {
        size_t size = 0;
        while (at < text.size && plain[data[at]])
            at++;
        if (at == text.size)
            return at;
        size_t width = sts__json_escape((sts_bytes){data + at, text.size - at}, escapes, escape, &size);
        if (size)
            return at;
        at += width;
    }
}
