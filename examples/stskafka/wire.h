/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads protobuf's wire format, field by field. */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/types.h>

enum { WIRE_BYTES = 2 }; /* the wire type of texts, bytes and messages */

/* What is left of a message. */
struct wire {
    const unsigned char *at;
    const unsigned char *end;
};

struct wire_field {
    uint64_t number;
    unsigned type;
    sts_bytes bytes; /* of the type WIRE_BYTES: what it holds */
    sts_bytes whole; /* with its tag */
};

struct wire wire_of(sts_bytes message);

/* The next field; false at the end, or where it cannot be read on (then there is something left). */
bool wire_next(struct wire *wire, struct wire_field *field);

#endif
