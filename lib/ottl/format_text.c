/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/format_parts.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "ottl/characters.h"

static size_t characters(sts_bytes text) {
    size_t count = 0;
    int32_t character;
    const char *at = text.data;
    const char *end = at + text.size;
    for (; at < end; count++)
        at += sts__characters_first((sts_bytes){at, (size_t)(end - at)}, &character);
    return count;
}

static void pad(sts__ottl_text *out, const sts__format_directive *d, size_t have, char with) {
    for (size_t i = have; d->width > 0 && i < (size_t)d->width; i++)
        sts__ottl_text_add(out, &with, 1);
}

void sts__format_padded(sts__ottl_text *out, const sts__format_directive *d, sts_bytes text) {
    size_t have = d->width > 0 ? characters(text) : 0;
    if (!d->minus)
        pad(out, d, have, d->zero ? '0' : ' ');
    sts__ottl_text_add(out, text.data, text.size);
    if (d->minus)
        pad(out, d, have, ' ');
}

void sts__format_padded_with_spaces(sts__ottl_text *out, const sts__format_directive *d, sts_bytes text) {
    sts__format_directive spaces = *d;
    spaces.zero = false;
    sts__format_padded(out, &spaces, text);
}

bool sts__format_is_printable(int32_t c) {
    if (c == ' ')
        return true;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return true;
    }
}

enum { ESCAPE = 12 }; /* \U0010ffff and a NUL */

/* A character inside quotes; `wrong_byte` where it stands for a byte that is not UTF-8. The size. */
static size_t escaped(int32_t c, const uint8_t *wrong_byte, char quote, bool ascii, char out[ESCAPE]) {
    static const char names[] = "\a\b\f\n\r\t\v\\";
    static const char escapes[] = "abfnrtv\\";
    const char *name = c > 0 && c < 0x80 ? strchr(names, (char)c) : NULL;
    if (name)
        return (size_t)snprintf(out, ESCAPE, "\\%c", escapes[name - names]);
    if (c == quote)
        return (size_t)snprintf(out, ESCAPE, "\\%c", quote);
    if (wrong_byte)
        return (size_t)snprintf(out, ESCAPE, "\\x%02x", *wrong_byte);
    if (sts__format_is_printable(c) && (!ascii || c < 0x80))
        return (size_t)utf8proc_encode_char(c, (uint8_t *)out);
    if (c < ' ' || c == 0x7f)
        return (size_t)snprintf(out, ESCAPE, "\\x%02x", (unsigned)c);
    return (size_t)snprintf(out, ESCAPE, c < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)c);
}

size_t sts__format_quoted_rune(int64_t character, bool ascii, char out[STS__FORMAT_RUNE]) {
    bool good = character >= 0 && character <= 0x10ffff && !(character >= 0xd800 && character < 0xe000);
    out[0] = '\'';
    size_t size = 1 + escaped(good ? (int32_t)character : 0xfffd, NULL, '\'', ascii, out + 1);
    out[size] = '\'';
    return size + 1;
}

/* Go's strconv.Quote and QuoteToASCII. */
static void quote(sts__ottl_text *out, sts_bytes text, bool ascii) {
    char buffer[ESCAPE];
    sts__ottl_text_add(out, "\"", 1);
    while (text.size) {
        int32_t c;
        size_t width = sts__characters_first(text, &c);
        const uint8_t *wrong_byte = c == 0xfffd && width == 1 ? text.data : NULL;
        sts__ottl_text_add(out, buffer, escaped(c, wrong_byte, '"', ascii, buffer));
        text = (sts_bytes){(const char *)text.data + width, text.size - width};
    }
    sts__ottl_text_add(out, "\"", 1);
}

/* Go's strconv.CanBackquote. */
static bool can_stand_raw(sts_bytes text) {
    while (text.size) {
        int32_t c;
        size_t width = sts__characters_first(text, &c);
        if ((c == 0xfffd && width == 1) || c == 0xfeff || (c < ' ' && c != '\t') || c == '`' || c == 0x7f)
            return false;
        text = (sts_bytes){(const char *)text.data + width, text.size - width};
    }
    return true;
}

static void hexadecimal(sts__ottl_text *out, const sts__format_directive *d, sts_bytes text) {
    const uint8_t *data = text.data;
    char two[8];
    for (size_t i = 0; i < text.size; i++) {
        const char *before = d->sharp && (i == 0 || d->space) ? (d->verb == 'X' ? "0X" : "0x") : "";
        snprintf(two, sizeof two, d->verb == 'X' ? "%s%s%02X" : "%s%s%02x", d->space && i ? " " : "", before, data[i]);
        sts__ottl_text_add_string(out, two);
    }
}

static sts_bytes cut_to_precision(const sts__format_directive *d, sts_bytes text) {
    sts_bytes rest = text;
    int32_t c;
    for (int i = 0; d->precision >= 0 && i < d->precision && rest.size; i++) {
        size_t width = sts__characters_first(rest, &c);
        rest = (sts_bytes){(const char *)rest.data + width, rest.size - width};
    }
    if (d->precision >= 0)
        text.size -= rest.size;
    return text;
}

bool sts__format_text(sts__ottl_text *out, const sts__format_directive *d, sts_bytes text) {
    sts__ottl_text made = {.arena = out->arena};
    switch (d->verb) {
    case 's':
    case 'v':
        sts__format_padded(out, d, cut_to_precision(d, text));
        return true;
    case 'q':
        text = cut_to_precision(d, text);
        if (d->sharp && can_stand_raw(text)) {
            sts__ottl_text_add(&made, "`", 1);
            sts__ottl_text_add(&made, text.data, text.size);
            sts__ottl_text_add(&made, "`", 1);
        } else {
            quote(&made, text, d->plus);
        }
        break;
    case 'x':
    case 'X':
        if (d->precision >= 0 && (size_t)d->precision < text.size)
            text.size = (size_t)d->precision;
        hexadecimal(&made, d, text);
        break;
    default:
        return false;
    }
    out->failed = out->failed || made.failed;
    sts__format_padded(out, d, sts__ottl_text_bytes(&made));
    return true;
}
