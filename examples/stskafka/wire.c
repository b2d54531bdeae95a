/* SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"

#include <stddef.h>

struct wire wire_of(sts_bytes message) {
    const unsigned char *at = message.data;
    return (struct wire){at, message.size ? at + message.size : at};
}

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

static bool take(struct wire *wire, uint64_t size, sts_bytes *bytes) {
    if (size > (uint64_t)(wire->end - wire->at))
        return false;
    *bytes = (sts_bytes){wire->at, (size_t)size};
    wire->at += size;
    return true;
}

static bool read_value(struct wire *wire, unsigned type, sts_bytes *bytes) {
    uint64_t number;
    switch (type) {
    case 0:
        return read_varint(wire, &number);
    case 1:
        return take(wire, 8, bytes);
    case WIRE_BYTES:
        return read_varint(wire, &number) && take(wire, number, bytes);
    case 5:
        return take(wire, 4, bytes);
    default:
        return false;
    }
}

bool wire_next(struct wire *wire, struct wire_field *field) {
    struct wire rest = *wire;
    uint64_t tag;
    *field = (struct wire_field){0};
    if (!read_varint(&rest, &tag) || !read_value(&rest, tag & 7, &field->bytes))
        return false;
    field->number = tag >> 3;
    field->type = tag & 7;
    field->whole = (sts_bytes){wire->at, (size_t)(rest.at - wire->at)};
    *wire = rest;
    return true;
}
