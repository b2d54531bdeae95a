/* SPDX-License-Identifier: Apache-2.0
 *
 * The resource is field 1 of field 1, in requests of logs, traces and metrics. */
#include "otlp_resource.h"

#include <stddef.h>
#include <stdint.h>

struct wire {
    const unsigned char *at;
    const unsigned char *end;
};

static bool read_varint(struct wire *wire, uint64_t *value) {
    *value = 0;
    for (unsigned shift = 0; wire->at < wire->end && shift < 64; shift += 7) {
        unsigned char byte = *wire->at++;
        *value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return true;
    }
    return false;
}

/* The next field; `bytes` is for one of length-delimited ones (wire type 2), others are passed. */
static bool read_field(struct wire *wire, uint64_t *tag, sts_bytes *bytes) {
    uint64_t size;
    if (!read_varint(wire, tag))
        return false;
    switch (*tag & 7) {
    case 0:
        return read_varint(wire, &size);
    case 1:
        size = 8;
        break;
    case 2:
        if (!read_varint(wire, &size))
            return false;
        break;
    case 5:
        size = 4;
        break;
    default:
        return false;
    }
    if (size > (uint64_t)(wire->end - wire->at))
        return false;
    *bytes = (sts_bytes){wire->at, size};
    wire->at += size;
    return true;
}

/* The bytes of field 1, which must be there once. */
static bool find_only(sts_bytes message, sts_bytes *found) {
    enum { FIELD_1 = 1 << 3 | 2 };
    struct wire wire = {message.data, (const unsigned char *)message.data + message.size};
    size_t count = 0;
    while (wire.at < wire.end) {
        uint64_t tag;
        sts_bytes bytes;
        if (!read_field(&wire, &tag, &bytes))
            return false;
        if (tag == FIELD_1 && ++count == 1)
            *found = bytes;
    }
    return count == 1;
}

bool otlp_resource_find(sts_bytes request, sts_bytes *resource) {
    sts_bytes of_resource;
    return find_only(request, &of_resource) && find_only(of_resource, resource);
}
