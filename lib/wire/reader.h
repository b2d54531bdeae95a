/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads protobuf's wire format (protobuf.dev/programming-guides/encoding) field by field, without copying. It knows no
 * message types: schema/check.h holds bytes against a schema, and otlp/ gives the fields their meaning.
 *
 * The functions are inline because they run several times for every attribute of every record. */
#ifndef STS_WIRE_READER_H
#define STS_WIRE_READER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <stskafka/types.h>

/* Messages and groups inside the outermost one. Google's runtimes for Java, C++ and Python take as many. */
enum { STS__WIRE_MAX_DEPTH = 100 };

enum {
    STS__WIRE_VARINT = 0,
    STS__WIRE_FIXED64 = 1,
    STS__WIRE_LENGTH = 2,
    STS__WIRE_GROUP = 3,
    STS__WIRE_GROUP_END = 4,
    STS__WIRE_FIXED32 = 5
};

typedef struct sts__wire_reader {
    const uint8_t *at;
    const uint8_t *end;
    const char *fault; /* why `at` cannot be read on; NULL while all is well */
} sts__wire_reader;

typedef struct sts__wire_field {
    const uint8_t *start; /* of the tag */
    uint64_t number;
    uint64_t value;  /* of a varint or a fixed number */
    sts_bytes bytes; /* of a field with a length */
    uint32_t type;
} sts__wire_field;

static inline sts__wire_reader sts__wire_read(sts_bytes bytes) {
    const uint8_t *data = bytes.data;
    sts__wire_reader reader = {data, bytes.size ? data + bytes.size : data, NULL};
    return reader;
}

static inline bool sts__wire_fail(sts__wire_reader *reader, const char *fault) {
    reader->fault = fault;
    return false;
}

/* A varint of any length (reader.c). */
bool sts__wire_long_varint(sts__wire_reader *reader, uint64_t *value);

/* Most varints are tags and lengths of one byte. */
static inline bool sts__wire_varint(sts__wire_reader *reader, uint64_t *value) {
    if (reader->at == reader->end || *reader->at >= 0x80)
        return sts__wire_long_varint(reader, value);
    *value = *reader->at++;
    return true;
}

/* Little-endian, whatever the machine. */
static inline bool sts__wire_fixed(sts__wire_reader *reader, unsigned size, uint64_t *value) {
    if ((size_t)(reader->end - reader->at) < size)
        return sts__wire_fail(reader, "ends inside a fixed-size number");
    uint64_t result = 0;
    for (unsigned i = 0; i < size; i++)
        result |= (uint64_t)reader->at[i] << (8 * i);
    reader->at += size;
    *value = result;
    return true;
}

/* Where the reader's fields, and what is wanted of a field, stay in registers: compilers leave functions of this size
 * to themselves when they have several callers. */
#define STS__WIRE_INLINE static inline __attribute__((always_inline))

/* A length of one or two bytes, which nearly all have, and the bytes behind it. False, and nothing was read, where
 * another stands. */
static inline bool sts__wire_short_length(const uint8_t *at, const uint8_t *end, sts_bytes *bytes) {
    if (at == end)
        return false;
    size_t size = *at++;
    if (size >= 0x80) {
        if (at == end || *at >= 0x80)
            return false;
        size = (size & 0x7f) | (size_t)*at++ << 7;
    }
    if ((size_t)(end - at) < size)
        return false;
    *bytes = (sts_bytes){at, size};
    return true;
}

/* Where the field ends that begins at `at` with a tag of one byte, if it has a length of one or two bytes, or a number;
 * what is behind the length is `*bytes`. NULL where something else stands. */
STS__WIRE_INLINE const uint8_t *sts__wire_behind(const uint8_t *at, const uint8_t *end, sts_bytes *bytes) {
    const uint8_t type = *at++ & 7;
    const size_t left = (size_t)(end - at);
    switch (type) {
    case STS__WIRE_LENGTH:
        return sts__wire_short_length(at, end, bytes) ? (const uint8_t *)bytes->data + bytes->size : NULL;
    case STS__WIRE_FIXED64:
        return left >= 8 ? at + 8 : NULL;
    case STS__WIRE_FIXED32:
        return left >= 4 ? at + 4 : NULL;
    case STS__WIRE_VARINT:
        for (const uint8_t *most = left > 10 ? at + 10 : end; at < most; at++)
            if (*at < 0x80)
                return at + 1;
        return NULL;
    default:
        return NULL;
    }
}

/* What nearly all fields are: a number below 16, with a length below 16384 or with a number. False, and nothing was
 * read, where another stands. There is a byte at least. */
STS__WIRE_INLINE bool sts__wire_next_short(sts__wire_reader *reader, sts__wire_field *field) {
    const uint8_t *at = reader->at;
    if (at[0] < 8 || at[0] >= 0x80)
        return false;
    sts__wire_reader behind = {at + 1, reader->end, reader->fault};
    const sts_bytes none = {NULL, 0};
    field->start = at;
    field->number = at[0] >> 3;
    field->type = at[0] & 7;
    field->bytes = none;
    switch (field->type) {
    case STS__WIRE_LENGTH:
        if (!sts__wire_short_length(behind.at, behind.end, &field->bytes))
            return false;
        field->value = field->bytes.size;
        reader->at = (const uint8_t *)field->bytes.data + field->bytes.size;
        return true;
    case STS__WIRE_FIXED64:
    case STS__WIRE_FIXED32:
        if (!sts__wire_fixed(&behind, field->type == STS__WIRE_FIXED64 ? 8 : 4, &field->value))
            return false;
        reader->at = behind.at;
        return true;
    case STS__WIRE_VARINT:
        if (behind.at == behind.end || *behind.at >= 0x80)
            return false;
        field->value = *behind.at;
        reader->at = behind.at + 1;
        return true;
    default:
        return false;
    }
}

/* As sts__wire_next and sts__wire_next_value, of any field (reader.c). */
bool sts__wire_next_long(sts__wire_reader *reader, sts__wire_field *field);
bool sts__wire_next_long_value(sts__wire_reader *reader, sts__wire_field *field);

/* What is seldom works on copies: so reader and field stay in registers. */
static inline bool sts__wire_next_by(bool (*next)(sts__wire_reader *, sts__wire_field *), sts__wire_reader *reader,
                                     sts__wire_field *field) {
    sts__wire_reader reader_copy = *reader;
    sts__wire_field field_copy;
    bool found = next(&reader_copy, &field_copy);
    *reader = reader_copy;
    if (found)
        *field = field_copy;
    return found;
}

/* The next field. False at the end, and where the bytes cannot be read (then `fault` is set, and `at` is at the fault).
 * Of a group only its start is read, and its end comes as a field too: who skips a group counts them. */
STS__WIRE_INLINE bool sts__wire_next(sts__wire_reader *reader, sts__wire_field *field) {
    if (reader->at == reader->end || reader->fault)
        return false;
    return sts__wire_next_short(reader, field) || sts__wire_next_by(sts__wire_next_long, reader, field);
}

/* The next field; groups and what is in them are skipped. For bytes that were checked before (schema/check.h). */
STS__WIRE_INLINE bool sts__wire_next_value(sts__wire_reader *reader, sts__wire_field *field) {
    if (reader->at == reader->end)
        return false;
    return sts__wire_next_short(reader, field) || sts__wire_next_by(sts__wire_next_long_value, reader, field);
}

/* As sts__wire_find, where something else stands (reader.c). */
bool sts__wire_find_on(sts__wire_reader *reader, uint64_t number, sts_bytes *bytes);

/* The next field with this number and with a length. For bytes that were checked before. */
static inline bool sts__wire_find(sts__wire_reader *reader, uint64_t number, sts_bytes *bytes) {
    const uint8_t *at = reader->at;
    if (at < reader->end && number < 16 && at[0] == (number << 3 | STS__WIRE_LENGTH) &&
        sts__wire_short_length(at + 1, reader->end,
                               bytes)) { /* what stands there nearly always: an item behind an item */
        reader->at = (const uint8_t *)bytes->data + bytes->size;
        return true;
    }
    return sts__wire_find_on(reader, number, bytes);
}

#endif
