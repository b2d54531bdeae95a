/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON Lines on standard output. */
#include "json_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/error.h>

#include "hex.h"
#include "memory.h"

void json_set(json_t *object, const char *name, json_t *value) {
    if (json_object_set_new_nocheck(object, name, value) != 0)
        out_of_memory();
}

/* Takes what jansson refuses byte by byte: as long a piece as is UTF-8, then U+FFFD for one byte, and so on. */
static json_t *repaired(const char *text) {
    size_t size = strlen(text), used = 0;
    char *copy = need_realloc(NULL, 3 * size);
    for (size_t at = 0; at < size;) {
        size_t length = 4;
        json_t *piece = NULL;
        for (; length > 0 && !piece; length--)
            piece = length <= size - at ? json_stringn(text + at, length) : NULL;
        length = piece ? length + 1 : 1;
        memcpy(copy + used, piece ? text + at : "\xEF\xBF\xBD", piece ? length : 3);
        used += piece ? length : 3;
        at += length;
        json_decref(piece);
    }
    json_t *value = json_stringn(copy, used);
    free(copy);
    return value;
}

json_t *json_text(const char *text) {
    if (!text)
        return json_null();
    json_t *value = json_string(text);
    return value ? value : repaired(text);
}

json_t *json_hex(sts_bytes bytes) {
    if (!bytes.data)
        return json_null();
    char *digits = need_realloc(NULL, 2 * bytes.size);
    hex_encode(digits, bytes.data, bytes.size);
    json_t *value = json_stringn_nocheck(digits, 2 * bytes.size);
    free(digits);
    return value;
}

json_t *json_text_of(sts_bytes bytes) {
    json_t *value = bytes.data ? json_stringn(bytes.data, bytes.size) : NULL;
    return value ? value : json_null();
}

json_t *json_known(int64_t number) {
    return number < 0 ? json_null() : json_integer(number);
}

json_t *json_fault(sts_status code, const char *text) {
    json_t *fault = json_object();
    json_set(fault, "code", json_text(sts_status_name(code)));
    json_set(fault, "text", json_text(text));
    return fault;
}

void json_line(json_t *value) {
    /* 15 digits are exact for the milliseconds we print, and hide that 0.1 has no finite binary form. */
    json_dumpf(value, stdout, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15));
    putchar('\n');
    json_decref(value);
}
