/* SPDX-License-Identifier: Apache-2.0 */
#include "base/visible.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

enum { PIECE = 5 }; /* "\x1b" and a NUL; a character of UTF-8 and one */

/* The size of the character at the beginning of `text`, and how it is shown. */
static size_t piece_of(const char *text, char shown[PIECE]) {
    const uint8_t *at = (const uint8_t *)text;
    size_t size = 1;
    if (*at < 0x20 || *at == 0x7f) {
        snprintf(shown, PIECE, "\\x%02x", *at);
        return 1;
    }
    if (*at >= 0x80)
        do
            size++;
        while (size < 4 && (at[size - 1] & 0xc0) == 0x80 && sts__utf8_valid_size((sts_bytes){at, size}) != size);
    if (!sts__utf8_is_valid((sts_bytes){at, size})) {
        snprintf(shown, PIECE, "?");
        return 1;
    }
    if (at[0] == 0xc2 && at[1] < 0xa0) /* C1: U+0080 to U+009F; U+009B is another ESC [ */
        snprintf(shown, PIECE, "\\x%02x", at[1]);
    else
        snprintf(shown, PIECE, "%.*s", (int)size, text);
    return size;
}

bool sts__visible_is(const char *text) {
    char shown[PIECE];
    while (*text) {
        if (*text >= ' ' && *text <= '~') {
            text++;
            continue;
        }
        size_t size = piece_of(text, shown);
        if (strncmp(shown, text, size) != 0 || shown[size])
            return false;
        text += size;
    }
    return true;
}

static void write_visible(const char *text, bool lines, char *out, size_t out_size) {
    char shown[PIECE];
    size_t used = 0;
    out[0] = '\0';
    while (*text) {
        bool line_end = lines && *text == '\n';
        text += line_end ? 1 : piece_of(text, shown);
        const char *piece = line_end ? "\n" : shown;
        size_t size = strlen(piece);
        if (size >= out_size - used)
            return;
        memcpy(out + used, piece, size + 1);
        used += size;
    }
}

void sts__visible_write(const char *text, char *out, size_t out_size) {
    write_visible(text, false, out, out_size);
}

void sts__visible_write_lines(const char *text, char *out, size_t out_size) {
    write_visible(text, true, out, out_size);
}

void sts__visible_append(sts__text *to, const char *text) {
    char shown[PIECE];
    while (*text) {
        text += piece_of(text, shown);
        sts__text_append(to, shown, strlen(shown));
    }
}
