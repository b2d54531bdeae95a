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

/* The next field. False at the end, and where the bytes cannot be read (then `fault` is set, and `at` is at the fault).
 * Of a group only its start is read, and its end comes as a field too: who skips a group counts them. */
static inline bool sts__wire_next(sts__wire_reader *reader, sts__wire_field *field) {
    if (reader->at == reader->end || reader->fault)
        return false;
    const sts_bytes none = {NULL, 0};
    field->start = reader->at;
    field->bytes = none;
    field->value = 0;
    uint64_t tag;
    if (!sts__wire_varint(reader, &tag))
        return false;
    field->number = tag >> 3;
    field->type = (uint32_t)(tag & 7);
    if (field->number == 0 || field->number > 0x1fffffff) {
        reader->at = field->start;
        return sts__wire_fail(reader, "a field number that is not between 1 and 536870911");
    }
    switch (field->type) {
    case STS__WIRE_LENGTH:
        if (!sts__wire_varint(reader, &field->value))
            return false;
        if (field->value > (uint64_t)(reader->end - reader->at))
            return sts__wire_fail(reader, "a length beyond the end");
        field->bytes.data = reader->at;
        field->bytes.size = (size_t)field->value;
        reader->at += field->value;
        return true;
    case STS__WIRE_VARINT:
        return sts__wire_varint(reader, &field->value);
    case STS__WIRE_FIXED64:
        return sts__wire_fixed(reader, 8, &field->value);
    case STS__WIRE_FIXED32:
        return sts__wire_fixed(reader, 4, &field->value);
    case STS__WIRE_GROUP:
    case STS__WIRE_GROUP_END:
        return true;
    default:
        reader->at = field->start;
        return sts__wire_fail(reader, "a wire type that does not exist");
    }
}

/* What most fields are: a number below 16, and a length below 128. False, and nothing was read, where another stands.
 */
static inline bool sts__wire_next_short(sts__wire_reader *reader, sts__wire_field *field) {
    const uint8_t *at = reader->at;
    if (reader->end - at < 2 || (at[0] & 0x87) != STS__WIRE_LENGTH || at[0] < 8 || at[1] >= 0x80 ||
        reader->end - at - 2 < at[1])
        return false;
    field->start = at;
    field->number = at[0] >> 3;
    field->type = STS__WIRE_LENGTH;
    field->value = at[1];
    field->bytes.data = at + 2;
    field->bytes.size = at[1];
    reader->at = at + 2 + at[1];
    return true;
}

/* The next field; groups and what is in them are skipped. For bytes that were checked before (schema/check.h). */
static inline bool sts__wire_next_value(sts__wire_reader *reader, sts__wire_field *field) {
    unsigned group = 0;
    if (sts__wire_next_short(reader, field))
        return true;
    while (sts__wire_next(reader, field)) {
        if (field->type == STS__WIRE_GROUP)
            group++;
        else if (field->type == STS__WIRE_GROUP_END)
            group--;
        else if (!group)
            return true;
    }
    return false;
}

/* The next field with this number and with a length. For bytes that were checked before. */
static inline bool sts__wire_find(sts__wire_reader *reader, uint64_t number, sts_bytes *bytes) {
    const uint8_t *at = reader->at;
    if (reader->end - at >= 2 && number < 16 && at[0] == (number << 3 | STS__WIRE_LENGTH) && at[1] < 0x80 &&
        reader->end - at - 2 >= at[1]) { /* what stands there nearly always: an item behind an item */
        *bytes = (sts_bytes){at + 2, at[1]};
        reader->at = at + 2 + at[1];
        return true;
    }
    sts__wire_field field;
    while (sts__wire_next_value(reader, &field)) {
        if (field.number == number && field.type == STS__WIRE_LENGTH) {
            *bytes = field.bytes;
            return true;
        }
    }
    return false;
}

#endif
