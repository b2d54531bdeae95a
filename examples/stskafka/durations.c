/* SPDX-License-Identifier: Apache-2.0 */
#include "durations.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

bool duration_read(const char *text, double *ms) {
    static const struct {
        const char *name;
        double ms;
    } units[] = {{"ns", 1e-6}, {"us", 1e-3}, {"\xC2\xB5s", 1e-3}, {"\xCE\xBCs", 1e-3},
                 {"ms", 1},    {"s", 1e3},   {"m", 6e4},          {"h", 3.6e6}};
    *ms = 0;
    if (strcmp(text, "0") == 0)
        return true;
    do {
        char *end;
        if (!isdigit((unsigned char)text[text[0] == '.']) || strspn(text, "0123456789.") > 40)
            return false;
        double number = strtod(text, &end);
        size_t size = strcspn(end, "0123456789."), i = 0;
        while (i < sizeof units / sizeof *units &&
               (strlen(units[i].name) != size || memcmp(units[i].name, end, size) != 0))
            i++;
        if (i == sizeof units / sizeof *units)
            return false;
        *ms += number * units[i].ms;
        text = end + size;
    } while (*text);
    return true;
}

int64_t size_read(const char *text) {
    static const char letters[] = "kMG";
    char *unit;
    int64_t bytes = strtoll(text, &unit, 10);
    const char *letter = unit[0] ? strchr(letters, unit[0] == 'K' ? 'k' : unit[0]) : NULL;
    for (ptrdiff_t i = letter ? letter - letters : -1; i >= 0; i--)
        bytes *= unit[1] == 'i' ? 1024 : 1000;
    return bytes;
}
