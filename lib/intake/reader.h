/* SPDX-License-Identifier: Apache-2.0
 *
 * What the reader of OTLP JSON has at hand: between json.c, which goes through messages, values.c and fault.c. */
#ifndef STS_INTAKE_READER_H
#define STS_INTAKE_READER_H

#include "intake/json.h"
#include "intake/out.h"
#include "intake/text.h"

/* Messages this deep and deeper have lengths of more bytes than they need, so that none of them is moved: a byte is
 * moved so often at most, however deep it is. */
enum { STS__INTAKE_UNMOVED_DEPTH = 32 };

/* A message that is being read. */
typedef struct sts__intake_frame {
    const sts__schema_message *message;
    const sts__schema_field *field; /* what is being read of it; NULL: nothing that it knows */
    const sts__schema_field *next;  /* what is likely to come: most writers have an order */
    uint64_t seen;                  /* its fields that were there, by their places; not the repeated ones */
    size_t start;                   /* of its bytes in what is written */
    uint32_t index;                 /* of the element that is being read */
    uint8_t reserved;               /* bytes for its length */
    bool in_array;                  /* elements of `field` are being read */
    bool begun;                     /* the first member, or the first element, was read */
    bool twice;                     /* a field was there twice, or two of a oneof */
} sts__intake_frame;

typedef struct sts__intake_reader {
    sts__intake_text text;
    sts__intake_out out;
    size_t depth; /* of the frames: the last one is being read */
    bool no_memory;
    uint8_t guesses[STS__INTAKE_UNMOVED_DEPTH];        /* bytes that the length of the last message of this depth had */
    sts__intake_frame frames[STS__WIRE_MAX_DEPTH + 1]; /* the outermost is in none */
} sts__intake_reader;

/* That the field was there; whether it, or another of its oneof, was there before. */
static inline bool sts__intake_note(sts__intake_frame *frame, const sts__schema_field *field) {
    bool before = (frame->seen & field->rivals) != 0;
    frame->seen |= field->bit;
    frame->twice = frame->twice || before;
    return before;
}

/* Whether so many messages more may be in one another, in the last one. */
static inline bool sts__intake_has_levels(const sts__intake_reader *reader, size_t levels) {
    return reader->depth + levels <= STS__WIRE_MAX_DEPTH + 1;
}

static inline bool sts__intake_reader_reserve(sts__intake_reader *reader, size_t size) {
    if (sts__intake_reserve(&reader->out, size))
        return true;
    reader->no_memory = true;
    return false;
}

/* Reads and writes an attribute as nearly all are, with a short text: a quarter of the time that it takes otherwise.
 * False, and nothing was read, for others. */
bool sts__intake_attribute(sts__intake_reader *reader, const sts__schema_field *field);

/* Reads and writes the value that begins here of a field that is no message, or an element of one that is repeated. */
bool sts__intake_value(sts__intake_reader *reader, sts__intake_frame *frame, const sts__schema_field *field);

/* The elements of a field of numbers, behind the bracket that opens them. */
bool sts__intake_numbers(sts__intake_reader *reader, sts__intake_frame *frame, const sts__schema_field *field);

/* What a string says: where it stands, or, without its escapes, in the room behind what was written, as far as
 * STS__INTAKE_HEAD behind it. */
bool sts__intake_string_bytes(sts__intake_reader *reader, bool raw, sts_bytes *bytes);

/* Tells what stopped the reader: where, by line, column and path. */
sts_status sts__intake_fault(const sts__intake_reader *reader, sts__fault *fault);

#endif
