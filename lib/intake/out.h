/* SPDX-License-Identifier: Apache-2.0
 *
 * Protobuf written from the beginning to the end, as JSON is read: a message's length is put in when the message ends.
 * (wire/writer.h writes from the end, which needs all of the message before.)
 *
 * Nothing is checked here but the room: sts__intake_reserve comes before what is put. */
#ifndef STS_INTAKE_OUT_H
#define STS_INTAKE_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "wire/reader.h"

typedef struct sts__intake_out {
    sts__arena *arena;
    uint8_t *start;
    uint8_t *at;
    uint8_t *end;
} sts__intake_out;

enum {
    STS__INTAKE_HEAD = 20,       /* a tag and a length, or a tag and a number, are no longer */
    STS__INTAKE_LONG_LENGTH = 5, /* bytes of a length that is written longer than it has to be: see sts__intake_end */
    STS__INTAKE_SLACK = 16       /* what copying in steps may write beyond the end */
};

/* More room, for `size` bytes at least; false when there is no memory. */
bool sts__intake_grow(sts__intake_out *out, size_t size);

static inline bool sts__intake_reserve(sts__intake_out *out, size_t size) {
    return (size_t)(out->end - out->at) >= size || sts__intake_grow(out, size);
}

static inline size_t sts__intake_written(const sts__intake_out *out) {
    return (size_t)(out->at - out->start);
}

static inline uint8_t *sts__intake_write_varint(uint8_t *at, uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        *at++ = (uint8_t)(value | 0x80);
    *at++ = (uint8_t)value;
    return at;
}

static inline void sts__intake_put_varint(sts__intake_out *out, uint64_t value) {
    out->at = sts__intake_write_varint(out->at, value);
}

static inline void sts__intake_put_tag(sts__intake_out *out, uint32_t field, uint32_t type) {
    sts__intake_put_varint(out, (uint64_t)field << 3 | type);
}

/* A number in the form of that wire type, without its tag; there is room for 8 bytes at least. */
static inline void sts__intake_put_number(sts__intake_out *out, uint32_t type, uint64_t value) {
    if (type == STS__WIRE_VARINT) {
        sts__intake_put_varint(out, value);
        return;
    }
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value); /* then the lowest byte is the first in memory, as on other machines */
#endif
    memcpy(out->at, &value, sizeof value);
    out->at += type == STS__WIRE_FIXED64 ? 8 : 4;
}

/* Bytes with their length; there is room for STS__INTAKE_HEAD, them and STS__INTAKE_SLACK, and `readable` bytes can be
 * read where they stand. */
static inline void sts__intake_put_bytes(sts__intake_out *out, const uint8_t *bytes, size_t size, size_t readable) {
    sts__intake_put_varint(out, size);
    if (size <= 64 && readable >= size + STS__INTAKE_SLACK) {
        for (size_t i = 0; i < size; i += STS__INTAKE_SLACK)
            memcpy(out->at + i, bytes + i, STS__INTAKE_SLACK);
    } else if (size) {
        memcpy(out->at, bytes, size);
    }
    out->at += size;
}

/* Begins a message behind its tag, with `reserved` bytes for its length, and returns where it begins. */
static inline size_t sts__intake_begin(sts__intake_out *out, uint8_t reserved) {
    out->at += reserved;
    return sts__intake_written(out);
}

/* As sts__intake_end, of any size (out.c). */
uint8_t sts__intake_end_long(sts__intake_out *out, size_t start, uint8_t reserved);

/* Ends it, and returns how many bytes its length has. The message is moved where others were reserved, unless these are
 * STS__INTAKE_LONG_LENGTH. There is room for as many. */
static inline uint8_t sts__intake_end(sts__intake_out *out, size_t start, uint8_t reserved) {
    size_t size = sts__intake_written(out) - start;
    if (reserved != 1 || size >= 0x80)
        return sts__intake_end_long(out, start, reserved);
    out->start[start - 1] = (uint8_t)size;
    return 1;
}

#endif
