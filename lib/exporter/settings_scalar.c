/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/settings_scalar.h"

#include <string.h>

void sts__line_skip_blanks(sts__line_rest *rest) {
    while (rest->at < rest->end && (*rest->at == ' ' || *rest->at == '\t'))
        rest->at++;
}

/* A # begins a comment only after a blank (YAML 1.2.2, 6.6). */
bool sts__line_is_over(const sts__line_rest *rest) {
    sts__line_rest after = *rest;
    sts__line_skip_blanks(&after);
    return after.at == after.end || (*after.at == '#' && after.at > rest->at);
}

static sts_status wrong(sts__fault *fault, const char *text) {
    return sts__fault_set(fault, STS_ERR_CONFIG, "%s", text);
}

static sts_status read_single_quoted(sts__line_rest *rest, sts__text *text, sts__fault *fault) {
    for (rest->at++; rest->at < rest->end; rest->at++) {
        if (*rest->at == '\'' && (rest->at + 1 == rest->end || rest->at[1] != '\'')) {
            rest->at++;
            return STS_OK;
        }
        rest->at += *rest->at == '\''; /* two stand for one */
        sts__text_append(text, rest->at, 1);
    }
    return wrong(fault, "the quote ' is not closed in this line");
}

static void append_utf8(sts__text *text, uint32_t c) {
    char bytes[4] = {(char)c};
    size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = size; size > 1 && i-- > 0; c >>= 6)
        bytes[i] = (char)(i ? 0x80 | (c & 0x3f) : (0xf00 >> size & 0xff) | c);
    sts__text_append(text, bytes, size);
}

static bool read_hex(sts__line_rest *rest, size_t digits, uint32_t *number) {
    *number = 0;
    for (; digits; digits--) {
        static const char all[] = "0123456789abcdef0123456789ABCDEF";
        const char *found = ++rest->at < rest->end && *rest->at ? strchr(all, *rest->at) : NULL;
        if (!found)
            return false;
        *number = *number << 4 | (uint32_t)(found - all) % 16;
    }
    return true;
}

/* At the character behind a backslash; stays at the last one of the escape (YAML 1.2.2, 5.7). */
static sts_status read_escape(sts__line_rest *rest, sts__text *text, sts__fault *fault) {
    static const char names[] = "abtnvfre\"/\\ ";
    static const char meant[] = "\a\b\t\n\v\f\r\x1b\"/\\ ";
    char c = rest->at < rest->end ? *rest->at : '\0';
    const char *name = c ? strchr(names, c) : NULL;
    size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    uint32_t number;
    if (name) {
        sts__text_append(text, &meant[name - names], 1);
        return STS_OK;
    }
    if (!digits || !read_hex(rest, digits, &number))
        return wrong(fault,
                     "after a backslash in double quotes comes one of a b t n v f r e \" / \\, or x, u or U with "
                     "2, 4 or 8 hex digits; in single quotes a backslash is itself");
    if (number == 0 || number > 0x10ffff || (number >= 0xd800 && number < 0xe000))
        return wrong(fault, "an escape stands for no character");
    append_utf8(text, number);
    return STS_OK;
}

static sts_status read_double_quoted(sts__line_rest *rest, sts__text *text, sts__fault *fault) {
    for (rest->at++; rest->at < rest->end; rest->at++) {
        if (*rest->at == '"') {
            rest->at++;
            return STS_OK;
        }
        if (*rest->at != '\\') {
            sts__text_append(text, rest->at, 1);
            continue;
        }
        rest->at++;
        sts_status status = read_escape(rest, text, fault);
        if (status != STS_OK)
            return status;
    }
    return wrong(fault, "the quote \" is not closed on this line");
}

/* Where a plain value ends, which is not quoted. */
static const char *plain_end(const sts__line_rest *rest, bool in_list) {
    const char *at = rest->at;
    while (at < rest->end && !(in_list && strchr(",[]{}", *at)) && !(*at == '#' && (at[-1] == ' ' || at[-1] == '\t')))
        at++;
    while (at > rest->at && (at[-1] == ' ' || at[-1] == '\t'))
        at--;
    return at;
}

static bool is_one_of(sts_bytes text, const char *const *words) {
    for (; *words; words++) {
        if (strlen(*words) == text.size && memcmp(*words, text.data, text.size) == 0)
            return true;
    }
    return false;
}

static bool is_octal(sts_bytes text) {
    const char *at = text.data, *end = at + text.size;
    at += at < end && (*at == '+' || *at == '-');
    if (end - at < 2 || *at != '0')
        return false;
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at == end;
}

/* What YAML would read otherwise than it looks is refused. */
static sts_status check_plain(sts_bytes text, sts__fault *fault) {
    const char *at = text.data, *end = at + text.size;
    if (strchr("&*!|>%@`{}[],#\"'", *at))
        return wrong(fault,
                     "this begins with a character that has a meaning in YAML and is not read here: put the value in "
                     "single quotes");
    if (strchr("-?:", *at) && (end - at == 1 || at[1] == ' '))
        return wrong(fault, "a value that begins like this must be in quotes");
    for (; at < end; at++) {
        if (*at == ':' && (at + 1 == end || at[1] == ' ' || at[1] == '\t'))
            return wrong(fault, "a value with a colon followed by a space must be in quotes");
    }
    if (is_octal(text))
        return wrong(fault,
                     "a whole number that begins with 0 is octal in YAML: leave the 0 out, or put the value in quotes");
    return STS_OK;
}

static sts_status read_plain(sts__line_rest *rest, bool in_list, sts__scalar *scalar, sts__fault *fault) {
    static const char *const nulls[] = {"null", "Null", "NULL", "~", NULL};
    const char *end = plain_end(rest, in_list);
    const sts_bytes text = {rest->at, (size_t)(end - rest->at)};
    if (!text.size)
        return wrong(fault, "a value is missing");
    sts_status status = check_plain(text, fault);
    scalar->is_plain = true;
    scalar->is_null = is_one_of(text, nulls);
    sts__text_append(&scalar->text, text.data, text.size);
    rest->at = end;
    return status;
}

sts_status sts__scalar_read(sts__line_rest *rest, bool in_list, const sts__memory *memory, sts__scalar *scalar,
                            sts__fault *fault) {
    scalar->is_plain = scalar->is_null = false;
    sts__text_init(&scalar->text, memory);
    sts__line_skip_blanks(rest);
    sts_status status;
    if (rest->at < rest->end && *rest->at == '\'')
        status = read_single_quoted(rest, &scalar->text, fault);
    else if (rest->at < rest->end && *rest->at == '"')
        status = read_double_quoted(rest, &scalar->text, fault);
    else
        status = read_plain(rest, in_list, scalar, fault);
    if (status == STS_OK && !in_list && !sts__line_is_over(rest))
        status = wrong(fault, "something stands behind the value");
    return status == STS_OK && scalar->text.failed ? sts__fault_no_memory(fault) : status;
}
