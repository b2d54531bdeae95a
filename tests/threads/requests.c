/* SPDX-License-Identifier: Apache-2.0 */
#include "requests.h"

#include <stdio.h>
#include <string.h>

/* Small enough that lengths take two bytes at most. */
static size_t put_field(unsigned char *out, unsigned number, const void *data, size_t size) {
    size_t at = 0;
    out[at++] = (unsigned char)(number << 3 | 2);
    if (size > 127)
        out[at++] = (unsigned char)((size & 127) | 128);
    out[at++] = (unsigned char)(size > 127 ? size >> 7 : size);
    memcpy(out + at, data, size);
    return at + size;
}

static size_t put_attribute(unsigned char *out, unsigned number, const char *name, const char *value) {
    unsigned char any[64], pair[128];
    size_t any_size = put_field(any, 1, value, strlen(value));
    size_t size = put_field(pair, 1, name, strlen(name));
    size += put_field(pair + size, 2, any, any_size);
    return put_field(out, number, pair, size);
}

size_t request_make(unsigned char *out, unsigned thread, unsigned number) {
    static const unsigned char body[] = {7 << 3 | 2, 1, 'b'};
    unsigned char scope[REQUEST_ROOM], record[256], resource[128];
    char text[32];
    size_t scope_size = 0;
    for (unsigned i = 0; i < REQUEST_RECORDS; i++) {
        size_t size = put_field(record, 5, body, sizeof body);
        snprintf(text, sizeof text, "key-%u-%u", thread, i);
        if (i % 10)
            size += put_attribute(record + size, 6, "stskafka.key", text);
        scope_size += put_field(scope + scope_size, 2, record, size);
    }
    snprintf(text, sizeof text, "resource-%u", number % 7);
    size_t resource_size = put_attribute(resource, 1, "name", text);
    unsigned char logs[REQUEST_ROOM];
    size_t size = put_field(logs, 1, resource, resource_size);
    size += put_field(logs + size, 2, scope, scope_size);
    return put_field(out, 1, logs, size);
}
