/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/text.h"

#include <string.h>

#include "intake/bytes.h"
#include "intake/json.h"

static bool is_space(uint8_t byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* Some writers indent. */
void sts__intake_skip_space(sts__intake_text *text) {
    const uint8_t *at = text->at;
    for (; text->end - at >= STS__INTAKE_STEP; at += STS__INTAKE_STEP) {
        uint64_t found = sts__intake_not_space_of(at);
        if (found) {
            text->at = at + sts__intake_first_of(found);
            return;
        }
    }
    while (at < text->end && is_space(*at))
        at++;
    text->at = at;
}

static inline const uint8_t *find_special(const uint8_t *at, const uint8_t *end) {
    for (; end - at >= STS__INTAKE_STEP; at += STS__INTAKE_STEP) {
        uint64_t found = sts__intake_special_of(at);
        if (found)
            return at + sts__intake_first_of(found);
    }
    while (at < end && !sts__intake_is_special(*at))
        at++;
    return at;
}

bool sts__intake_take_long_string(sts__intake_text *text, bool raw, sts__intake_string *string) {
    const uint8_t *at = text->at + 1;
    string->data = at;
    string->escaped = false;
    for (;;) {
        at = find_special(at, text->end);
        if (at == text->end)
            return sts__intake_wrong(text, at, "the text ends in a string");
        if (*at == '"') {
            string->size = (size_t)(at - string->data);
            text->at = at + 1;
            return true;
        }
        if (*at == '\\') {
            string->escaped = true;
            if (++at == text->end)
                return sts__intake_wrong(text, at, "the text ends in a string");
        } else if (!raw && !string->escaped) {
            return sts__intake_wrong(text, at, "a control character in a string");
        }
        at++;
    }
}

/* The four digits behind \u; false where there are not as many. */
static bool read_unit(const uint8_t *at, const uint8_t *end, uint32_t *unit) {
    *unit = 0;
    if (end - at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        int digit = sts__intake_hex_digit(at[i]);
        if (digit < 0)
            return false;
        *unit = *unit << 4 | (uint32_t)digit;
    }
    return true;
}

static uint8_t *put_rune(uint8_t *out, uint32_t rune) {
    if (rune < 0x80) {
        *out++ = (uint8_t)rune;
        return out;
    }
    if (rune < 0x800) {
        *out++ = (uint8_t)(0xc0 | rune >> 6);
    } else {
        if (rune < 0x10000) {
            *out++ = (uint8_t)(0xe0 | rune >> 12);
        } else {
            *out++ = (uint8_t)(0xf0 | rune >> 18);
            *out++ = (uint8_t)(0x80 | (rune >> 12 & 0x3f));
        }
        *out++ = (uint8_t)(0x80 | (rune >> 6 & 0x3f));
    }
    *out++ = (uint8_t)(0x80 | (rune & 0x3f));
    return out;
}

static bool is_surrogate(uint32_t unit) {
    return unit >= 0xd800 && unit <= 0xdfff;
}

/* What \u stands for at `*at`, which is behind the u. As json-iterator has it, a surrogate takes the escape that
 * follows with it: where the two are no pair each is written, a surrogate as U+FFFD. */
static bool put_unit(const uint8_t **at, const uint8_t *end, uint8_t **out) {
    enum { REPLACEMENT = 0xfffd };
    uint32_t unit;
    uint32_t next;
    if (!read_unit(*at, end, &unit))
        return false;
    *at += 4;
    if (is_surrogate(unit) && end - *at >= 2 && (*at)[0] == '\\' && (*at)[1] == 'u') {
        *at += 2;
        if (!read_unit(*at, end, &next))
            return false;
        *at += 4;
        if (unit < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) {
            *out = put_rune(*out, 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00));
            return true;
        }
        *out = put_rune(*out, REPLACEMENT);
        unit = next;
    }
    *out = put_rune(*out, is_surrogate(unit) ? REPLACEMENT : unit);
    return true;
}

bool sts__intake_unescape(sts__intake_text *text, const sts__intake_string *string, uint8_t *out, size_t *size) {
    static const char escapes[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    const uint8_t *at = string->data;
    const uint8_t *end = at + string->size;
    uint8_t *const start = out;
    while (at < end) {
        const uint8_t *plain = memchr(at, '\\', (size_t)(end - at));
        size_t count = (size_t)((plain ? plain : end) - at);
        memmove(out, at, count);
        out += count;
        if (!plain)
            break;
        at = plain + 2; /* the string's end was found behind it */
        const char *escape = plain[1] ? strchr(escapes, plain[1]) : NULL;
        if (escape)
            *out++ = (uint8_t)meanings[escape - escapes];
        else if (plain[1] != 'u' || !put_unit(&at, end, &out))
            return sts__intake_wrong(text, plain, "an escape that there is not");
    }
    *size = (size_t)(out - start);
    return true;
}

bool sts__intake_take_word(sts__intake_text *text, const char *word) {
    size_t size = strlen(word);
    if ((size_t)(text->end - text->at) < size || memcmp(text->at, word, size) != 0)
        return sts__intake_wrong(text, text->at, "neither null, true nor false");
    text->at += size;
    return true;
}

static const uint8_t *skip_digits(const uint8_t *at, const uint8_t *end) {
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* RFC 8259, section 6. */
bool sts__intake_take_number(sts__intake_text *text, sts_bytes *number) {
    static const char wrong[] = "not a number";
    const uint8_t *at = text->at + (*text->at == '-');
    const uint8_t *digits = at;
    at = skip_digits(at, text->end);
    if (at == digits || (*digits == '0' && at - digits > 1))
        return sts__intake_wrong(text, text->at, wrong);
    if (at < text->end && *at == '.') {
        digits = ++at;
        at = skip_digits(at, text->end);
        if (at == digits)
            return sts__intake_wrong(text, text->at, wrong);
    }
    if (at < text->end && (*at == 'e' || *at == 'E')) {
        at++;
        at += at < text->end && (*at == '+' || *at == '-');
        digits = at;
        at = skip_digits(at, text->end);
        if (at == digits)
            return sts__intake_wrong(text, text->at, wrong);
    }
    number->data = text->at;
    number->size = (size_t)(at - text->at);
    text->at = at;
    return true;
}

/* Goes past a string, and its escapes are escapes. */
static bool skip_string(sts__intake_text *text) {
    sts__intake_string string;
    if (!sts__intake_take_string(text, false, &string))
        return false;
    const uint8_t *at = string.escaped ? string.data : NULL;
    const uint8_t *end = string.data + string.size;
    uint32_t unit;
    while (at && (at = memchr(at, '\\', (size_t)(end - at)))) {
        if (at[1] == 'u' ? !read_unit(at + 2, end, &unit) : !at[1] || !strchr("\"\\/bfnrt", at[1]))
            return sts__intake_wrong(text, at, "an escape that there is not");
        at += 2;
    }
    return true;
}

/* Goes past a value that has no others in it. */
static bool skip_simple(sts__intake_text *text) {
    sts_bytes number;
    switch (*text->at) {
    case '"':
        return skip_string(text);
    case 'n':
        return sts__intake_take_word(text, "null");
    case 't':
        return sts__intake_take_word(text, "true");
    case 'f':
        return sts__intake_take_word(text, "false");
    default:
        return (*text->at == '-' || (*text->at >= '0' && *text->at <= '9'))
                   ? sts__intake_take_number(text, &number)
                   : sts__intake_wrong(text, text->at, "no value");
    }
}

static bool skip_name(sts__intake_text *text) {
    if (sts__intake_peek(text) != '"')
        return sts__intake_wrong(text, text->at, "no member's name");
    if (!skip_string(text))
        return false;
    if (sts__intake_peek(text) != ':')
        return sts__intake_wrong(text, text->at, "no colon");
    text->at++;
    return true;
}

/* Goes past what ends here, as far as there are ends, and the comma before the next value, with its name. */
static bool skip_ends(sts__intake_text *text, const uint8_t *closers, size_t *depth) {
    while (*depth) {
        uint8_t next = sts__intake_peek(text);
        if (next == ',') {
            text->at++;
            return closers[*depth - 1] == ']' || skip_name(text);
        }
        if (next != closers[*depth - 1])
            return sts__intake_wrong(text, text->at, "neither a comma nor an end");
        text->at++;
        --*depth;
    }
    return true;
}

bool sts__intake_skip(sts__intake_text *text) {
    uint8_t closers[STS__INTAKE_MAX_UNKNOWN_DEPTH]; /* of what is open */
    size_t depth = 0;
    do {
        uint8_t next = sts__intake_peek(text);
        if (next != '{' && next != '[') {
            if (text->at == text->end)
                return sts__intake_wrong(text, text->at, "the text ends where a value should be");
            if (!skip_simple(text))
                return false;
        } else {
            if (depth == STS__INTAKE_MAX_UNKNOWN_DEPTH) {
                text->too_deep = true;
                return sts__intake_wrong(text, text->at, "nested more than 10000 levels deep");
            }
            closers[depth++] = next == '{' ? '}' : ']';
            text->at++;
            if (sts__intake_peek(text) != closers[depth - 1]) {
                if (next == '{' && !skip_name(text))
                    return false;
                continue;
            }
        }
        if (!skip_ends(text, closers, &depth))
            return false;
    } while (depth);
    return true;
}
