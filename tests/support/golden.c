/* SPDX-License-Identifier: Apache-2.0 */
#include "support/golden.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/hex.h"

size_t golden_each(const char *path, void (*check)(const json_t *row, void *user), void *user) {
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "cannot open %s", path);
    char *line = NULL;
    size_t capacity = 0, count = 0;
    ssize_t size;
    while ((size = getline(&line, &capacity, file)) > 0) {
        json_error_t error;
        /* Texts of the vectors may hold NUL characters, and there are integers over 2^63, which jansson refuses. */
        json_t *row = json_loadb(line, (size_t)size, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
        cr_assert(json_is_object(row), "%s, line %zu: %s", path, count + 1, error.text);
        check(row, user);
        json_decref(row);
        count++;
    }
    free(line);
    fclose(file);
    return count;
}

const char *golden_text(const json_t *row, const char *name) {
    const json_t *member = json_object_get(row, name);
    cr_assert(json_is_string(member) || json_is_null(member), "no text %s", name);
    return json_string_value(member);
}

int64_t golden_number(const json_t *row, const char *name) {
    const json_t *member = json_object_get(row, name);
    cr_assert(json_is_number(member), "no number %s", name);
    return (int64_t)json_number_value(member);
}

sts_bytes golden_bytes(const json_t *row, const char *name) {
    return hex_read(golden_text(row, name));
}
