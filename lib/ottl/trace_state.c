/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/trace_state.h"

#include <string.h>

enum { MOST_MEMBERS = 32, LONGEST_NAME = 256, LONGEST_TENANT = 241, LONGEST_SYSTEM = 14, LONGEST_VALUE = 256 };

static bool is_small_letter(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* A name's part: a small letter first, or, for a tenant, a digit too. */
static bool is_name_part(const char *at, size_t size, size_t longest, bool tenant) {
    if (size == 0 || size > longest || !(is_small_letter(*at) || (tenant && is_digit(*at))))
        return false;
    for (size_t i = 1; i < size; i++)
        if (!is_small_letter(at[i]) && !is_digit(at[i]) && !(at[i] && strchr("_-*/", at[i])))
            return false;
    return true;
}

static bool is_name(sts_bytes name) {
    const char *at = name.data;
    const char *sign = name.size ? memchr(at, '@', name.size) : NULL;
    if (!sign)
        return is_name_part(at, name.size, LONGEST_NAME, false);
    size_t tenant = (size_t)(sign - at);
    return is_name_part(at, tenant, LONGEST_TENANT, true) &&
           is_name_part(sign + 1, name.size - tenant - 1, LONGEST_SYSTEM, false);
}

/* Printable ASCII, but no comma and no equals sign; spaces at its end are cut before. */
static bool is_value(sts_bytes value) {
    const char *at = value.data;
    if (value.size == 0 || value.size > LONGEST_VALUE)
        return false;
    for (size_t i = 0; i < value.size; i++)
        if (at[i] < ' ' || at[i] > '~' || at[i] == ',' || at[i] == '=')
            return false;
    return true;
}

static bool is_space(char c) {
    return c == ' ' || c == '\t';
}

/* Spaces before the name and behind the value do not count. */
static bool split(const char *at, const char *end, sts_bytes *name, sts_bytes *value) {
    const char *sign = memchr(at, '=', (size_t)(end - at));
    if (!sign)
        return false;
    while (at < sign && is_space(*at))
        at++;
    while (end > sign + 1 && is_space(end[-1]))
        end--;
    *name = (sts_bytes){at, (size_t)(sign - at)};
    *value = (sts_bytes){sign + 1, (size_t)(end - sign - 1)};
    return is_name(*name) && is_value(*value);
}

static bool is_same(sts_bytes a, sts_bytes b) {
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool sts__trace_state_member(sts_bytes text, sts_bytes name, sts_bytes *value) {
    sts_bytes seen[MOST_MEMBERS], found;
    size_t count = 0;
    const char *at = text.data;
    const char *end = at + text.size;
    *value = (sts_bytes){"", 0};
    while (at < end) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *member = at;
        const char *member_end = comma ? comma : end;
        at = comma ? comma + 1 : end;
        if (member == member_end)
            continue;
        if (count == MOST_MEMBERS || !split(member, member_end, &seen[count], &found))
            return false;
        for (size_t i = 0; i < count; i++)
            if (is_same(seen[i], seen[count]))
                return false;
        if (is_same(seen[count++], name))
            *value = found;
    }
    return true;
}
