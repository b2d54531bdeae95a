/* SPDX-License-Identifier: Apache-2.0 */
#include "visible.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The size of the character, if it is one of UTF-8 (RFC 3629) and no control character; else 0. */
static size_t size_of_character(const uint8_t *at, size_t left) {
    if (at[0] < 0x80)
        return at[0] == '\n' || (at[0] >= ' ' && at[0] != 0x7f);
    size_t size = at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : at[0] < 0xf5 ? 4 : 0;
    if (size == 0 || size > left)
        return 0;
    for (size_t i = 1; i < size; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    if (at[0] == 0xc2 && at[1] < 0xa0) /* C1 */
        return 0;
    return size;
}

size_t visible_write(char *out, const char *text, size_t size) {
    const uint8_t *at = (const uint8_t *)text;
    size_t used = 0;
    for (size_t i = 0; i < size;) {
        size_t good = size_of_character(at + i, size - i);
        if (good)
            memcpy(out + used, at + i, good);
        else
            snprintf(out + used, 5, "\\x%02x", at[i]);
        used += good ? good : 4;
        i += good ? good : 1;
    }
    out[used] = '\0';
    return used;
}
