/* SPDX-License-Identifier: Apache-2.0 */
#include "support/hex.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static unsigned char read_digit(char digit) {
    const char *digits = "0123456789abcdef";
    const char *found = digit ? strchr(digits, digit) : NULL;
    cr_assert_not_null(found, "'%c' is not a hex digit", digit);
    return (unsigned char)(found - digits);
}

sts_bytes hex_read(const char *text) {
    if (!text)
        return (sts_bytes){0};
    size_t size = strlen(text) / 2;
    cr_assert_eq(strlen(text) % 2, 0u);
    unsigned char *data = malloc(size + 1); /* never malloc(0), which may be NULL */
    cr_assert_not_null(data);
    for (size_t i = 0; i < size; i++)
        data[i] = (unsigned char)(read_digit(text[2 * i]) << 4 | read_digit(text[2 * i + 1]));
    return (sts_bytes){data, size};
}

void hex_clear(sts_bytes *bytes) {
    free((void *)bytes->data);
    *bytes = (sts_bytes){0};
}

char *hex_write(sts_bytes bytes) {
    if (!bytes.data)
        return strdup("null");
    const unsigned char *data = bytes.data;
    char *text = malloc(2 * bytes.size + 1);
    cr_assert_not_null(text);
    for (size_t i = 0; i < bytes.size; i++) {
        text[2 * i] = "0123456789abcdef"[data[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[data[i] & 15];
    }
    text[2 * bytes.size] = '\0';
    return text;
}
