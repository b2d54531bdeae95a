/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes and texts for people. What can be printed is the locale's to say; in the C locale that is ASCII. */
#include "show.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "hex.h"

enum { COLUMNS = 56 };

/* The length of the character at `data`, and its columns; 0 where there is none that can be printed. */
static size_t printable(const char *data, size_t size, int *columns) {
    mbstate_t state;
    memset(&state, 0, sizeof state);
    wchar_t c;
    size_t length = mbrtowc(&c, data, size, &state);
    if (length == 0 || length > size || !iswprint((wint_t)c))
        return 0;
    *columns = wcwidth(c);
    return *columns > 0 ? length : 0;
}

/* True if all bytes are text; `fitting` gets how many of them fit. */
static bool is_text(const char *data, size_t size, size_t *fitting) {
    size_t width = 0;
    *fitting = 0;
    for (size_t at = 0; at < size;) {
        int columns;
        size_t length = printable(data + at, size - at, &columns);
        if (length == 0)
            return false;
        at += length;
        width += (size_t)columns;
        if (width <= COLUMNS)
            *fitting = at;
    }
    return true;
}

const char *show_bytes(char out[SHOW_SIZE], sts_bytes bytes) {
    size_t fitting;
    if (!bytes.data) {
        snprintf(out, SHOW_SIZE, "-");
    } else if (is_text(bytes.data, bytes.size, &fitting)) {
        snprintf(out, SHOW_SIZE, "\"%.*s\"%s", (int)fitting, (const char *)bytes.data,
                 fitting < bytes.size ? "..." : "");
    } else {
        char digits[COLUMNS];
        fitting = bytes.size < COLUMNS / 2 ? bytes.size : COLUMNS / 2;
        hex_encode(digits, bytes.data, fitting);
        snprintf(out, SHOW_SIZE, "0x%.*s%s", (int)(2 * fitting), digits, fitting < bytes.size ? "..." : "");
    }
    return out;
}

/* The bytes of a text up to `size` and up to so many columns. */
static size_t measure(const char *text, size_t size, size_t most, size_t *width) {
    size_t at = 0;
    for (*width = 0; at < size;) {
        int columns = 1;
        size_t length = printable(text + at, size - at, &columns);
        if (*width + (size_t)columns > most)
            break;
        at += length ? length : 1;
        *width += (size_t)columns;
    }
    return at;
}

size_t show_width_of(const char *text, size_t size) {
    size_t width;
    measure(text, size, SIZE_MAX, &width);
    return width;
}

size_t show_width(const char *text) {
    return show_width_of(text, strlen(text));
}

size_t show_fitting(const char *text, size_t columns) {
    size_t width;
    return measure(text, strlen(text), columns, &width);
}
