/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/aws/ini.h"

#include <string.h>

static bool is_white(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

static sts_bytes trim(const char *from, const char *to) {
    while (from < to && is_white(*from))
        from++;
    while (to > from && is_white(to[-1]))
        to--;
    return (sts_bytes){from, (size_t)(to - from)};
}

static bool is(sts_bytes bytes, const char *text) {
    return bytes.size == strlen(text) && memcmp(bytes.data, text, bytes.size) == 0;
}

/* "[profile  me]" is section "profile me". */
static bool is_section(sts_bytes line, const char *section) {
    const char *text = line.data;
    const char *end = memchr(text, ']', line.size);
    if (!end)
        return false;
    sts_bytes name = trim(text + 1, end);
    const char *second = strchr(section, ' ');
    if (!second)
        return is(name, section);
    size_t first = (size_t)(second - section);
    const char *at = name.data;
    if (name.size <= first || memcmp(at, section, first) != 0 || !is_white(at[first]))
        return false;
    return is(trim(at + first, at + name.size), second + 1);
}

/* Comments stand on lines of their own, or behind a blank: a secret may have a # in it. */
static const char *end_of_value(const char *from, const char *to) {
    for (const char *at = from; at + 1 < to; at++)
        if (is_white(*at) && (at[1] == '#' || at[1] == ';'))
            return at;
    return to;
}

/* Goes through the lines of one section. */
static bool search(sts_bytes text, const char *section, const char *name, sts_bytes *value) {
    const char *at = text.data;
    const char *end = at + text.size;
    bool inside = false;
    bool found = false;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;
        const char *equals = memchr(at, '=', (size_t)(stop - at));
        sts_bytes line = trim(at, stop);
        bool plain = line.size && line.data == at && *at != '#' && *at != ';';
        if (plain && *at == '[') {
            inside = is_section(line, section);
            found = found || (inside && !name);
        } else if (plain && inside && name && equals && is(trim(at, equals), name)) {
            *value = trim(equals + 1, end_of_value(equals + 1, stop));
            found = true;
        }
        at = newline ? newline + 1 : end;
    }
    return found;
}

bool sts__ini_has(sts_bytes text, const char *section) {
    return search(text, section, NULL, NULL);
}

bool sts__ini_find(sts_bytes text, const char *section, const char *name, sts_bytes *value) {
    return search(text, section, name, value);
}
