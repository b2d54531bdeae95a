/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes protobuf's wire format from the end to the beginning: when the length of a message has to be written, the
 * message is there already, so that each byte is written once, however deep it is nested. Fields that shall stand in
 * ascending order are written in descending order.
 *
 * The writer does not fail half-way: out of memory is remembered, and what is written after it goes nowhere. */
#ifndef STS_WIRE_WRITER_H
#define STS_WIRE_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <stskafka/types.h>

#include "base/memory.h"

typedef struct sts__wire_writer {
    const sts__memory *memory;
    uint8_t *buffer;
    size_t capacity;
    uint8_t *at; /* what is written is from here to the buffer's end */
    bool failed; /* out of memory */
} sts__wire_writer;

void sts__wire_writer_init(sts__wire_writer *writer, const sts__memory *memory);
void sts__wire_writer_clear(sts__wire_writer *writer);

/* Makes room for `size` bytes in front; false when there is no memory (writer.c). */
bool sts__wire_writer_grow(sts__wire_writer *writer, size_t size);

/* Forgets what was written, keeps the memory. */
static inline void sts__wire_writer_reset(sts__wire_writer *writer) {
    writer->at = writer->buffer ? writer->buffer + writer->capacity : NULL;
    writer->failed = false;
}

static inline size_t sts__wire_written(const sts__wire_writer *writer) {
    return writer->buffer ? (size_t)(writer->buffer + writer->capacity - writer->at) : 0;
}

static inline sts_bytes sts__wire_bytes(const sts__wire_writer *writer) {
    sts_bytes bytes = {writer->at, sts__wire_written(writer)};
    return bytes;
}

static inline bool sts__wire_reserve(sts__wire_writer *writer, size_t size) {
    return (size_t)(writer->at - writer->buffer) >= size || sts__wire_writer_grow(writer, size);
}

static inline void sts__wire_put(sts__wire_writer *writer, sts_bytes bytes) {
    if (bytes.size && sts__wire_reserve(writer, bytes.size)) {
        writer->at -= bytes.size;
        memcpy(writer->at, bytes.data, bytes.size);
    }
}

/* Seven bits a byte: without a loop, for a loop that ends now here and now there is guessed wrongly. 9/64 is near
 * enough to 1/7 for 64 bits. */
static inline size_t sts__wire_varint_size(uint64_t value) {
    unsigned bits = 64 - (unsigned)__builtin_clzll(value | 1);
    return (bits * 9 + 64) / 64;
}

/* Writes from `at` on, where there is room for 10 bytes, and returns what is behind it. */
static inline uint8_t *sts__wire_varint_behind(uint8_t *at, uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        *at++ = (uint8_t)(value | 0x80); /* there was room: NOLINT(clang-analyzer-core.NullDereference) */
    *at++ = (uint8_t)value;              /* NOLINT(clang-analyzer-core.NullDereference) */
    return at;
}

/* The same in front of `at`; returns where it began. */
static inline uint8_t *sts__wire_varint_before(uint8_t *at, uint64_t value) {
    uint8_t *start = at - sts__wire_varint_size(value);
    sts__wire_varint_behind(start, value);
    return start;
}

static inline void sts__wire_put_varint(sts__wire_writer *writer, uint64_t value) {
    if (sts__wire_reserve(writer, 10))
        writer->at = sts__wire_varint_before(writer->at, value);
}

/* Little-endian, whatever the machine. */
static inline void sts__wire_put_fixed(sts__wire_writer *writer, unsigned size, uint64_t value) {
    if (!sts__wire_reserve(writer, size))
        return;
    writer->at -= size;
    for (unsigned i = 0; i < size; i++)
        writer->at[i] = (uint8_t)(value >> (8 * i));
}

static inline void sts__wire_put_tag(sts__wire_writer *writer, uint32_t field, uint32_t type) {
    sts__wire_put_varint(writer, (uint64_t)field << 3 | type);
}

/* The head of a field with a length, whose content was written since `before` (sts__wire_written). */
static inline void sts__wire_put_head(sts__wire_writer *writer, uint32_t field, size_t before) {
    sts__wire_put_varint(writer, sts__wire_written(writer) - before);
    sts__wire_put_tag(writer, field, 2);
}

/* Whole fields. */
static inline void sts__wire_put_bytes(sts__wire_writer *writer, uint32_t field, sts_bytes bytes) {
    sts__wire_put(writer, bytes);
    sts__wire_put_varint(writer, bytes.size);
    sts__wire_put_tag(writer, field, 2);
}

static inline void sts__wire_put_double(sts__wire_writer *writer, uint32_t field, double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    sts__wire_put_fixed(writer, 8, bits);
    sts__wire_put_tag(writer, field, 1);
}

#endif
