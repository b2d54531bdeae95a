/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/duration.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool sts__integer_parse(const char *text, int64_t *value) {
    if (!is_digit(text[text[0] == '-']))
        return false;
    char *end;
    errno = 0;
    long long result = strtoll(text, &end, 10);
    *value = result;
    return !errno && !*end;
}

bool sts__size_parse(const char *text, int64_t *bytes) {
    static const struct {
        const char *name;
        int64_t bytes;
    } units[] = {{"", 1},          {"B", 1},         {"kB", 1000},    {"KB", 1000}, {"MB", 1000000}, {"GB", 1000000000},
                 {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};
    if (!is_digit(text[0]))
        return sts__integer_parse(text, bytes);
    char *unit;
    errno = 0;
    long long count = strtoll(text, &unit, 10);
    for (size_t i = 0; i < sizeof units / sizeof units[0] && !errno; i++) {
        if (strcmp(units[i].name, unit) == 0 && count <= INT64_MAX / units[i].bytes) {
            *bytes = count * units[i].bytes;
            return true;
        }
    }
    return false;
}

/* Digits with an optional fraction, in units of `unit_ns`, are added to the sum. */
static const char *add_part(const char *text, int64_t *sum_ns) {
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}, {"m", 60000000000}, {"h", 3600000000000}};
    const char *whole = text;
    size_t whole_size = strspn(whole, "0123456789");
    const char *fraction = whole + whole_size + (whole[whole_size] == '.');
    size_t fraction_size = strspn(fraction, "0123456789");
    if (fraction == whole + whole_size)
        fraction_size = 0;
    if (whole_size + fraction_size == 0 || whole_size > 15)
        return NULL;
    const char *unit = fraction + fraction_size;
    size_t unit_size = strcspn(unit, "0123456789.");
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strlen(units[i].name) != unit_size || memcmp(units[i].name, unit, unit_size) != 0)
            continue;
        int64_t count = 0;
        for (size_t j = 0; j < whole_size; j++)
            count = count * 10 + (whole[j] - '0');
        int64_t scale = units[i].ns;
        if (count > (INT64_MAX / 2 - *sum_ns) / scale)
            return NULL;
        *sum_ns += count * scale;
        for (size_t j = 0; j < fraction_size; j++) {
            scale /= 10;
            *sum_ns += (fraction[j] - '0') * scale;
        }
        return unit + unit_size;
    }
    return NULL;
}

bool sts__duration_parse(const char *text, int64_t *milliseconds) {
    int64_t sum_ns = 0;
    *milliseconds = 0;
    if (strcmp(text, "0") == 0)
        return true;
    do
        text = add_part(text, &sum_ns);
    while (text && *text);
    if (!text || sum_ns % 1000000 != 0)
        return false;
    *milliseconds = sum_ns / 1000000;
    return true;
}
