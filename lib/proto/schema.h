/* SPDX-License-Identifier: Apache-2.0
 *
 * The topology stream's messages over the structs that nanopb generates: what a field is stands in the schema's table
 * (schema/schema.h), and where the struct has it in another, made in the build too (generate.py). Both drive the
 * encoder, both directions of JSON, and the reference that nanopb is. */
#ifndef STS_PROTO_SCHEMA_H
#define STS_PROTO_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "schema/schema.h"
#include "topo_stream.pb.h"
#include "json/json.h"

typedef struct sts__proto_type sts__proto_type;

#define STS__PROTO_NO_FLAG SIZE_MAX

typedef struct sts__proto_field {
    const sts__schema_field *schema;
    size_t offset;      /* of a member of a oneof: of all of them */
    size_t flag_offset; /* where the bool is that says whether it is there; STS__PROTO_NO_FLAG: there is none */
    const sts__proto_type *type; /* of messages; NULL: of no message of ours, as a Struct */
} sts__proto_field;

struct sts__proto_type {
    const sts__schema_message *schema;
    const sts__proto_field *fields; /* in the order of the schema's */
    size_t size;                    /* of the struct */
    const pb_msgdesc_t *descriptor;
    size_t which_offset; /* of the oneof's number, where there is one */
};

extern const sts__proto_type sts__proto_message_key;
extern const sts__proto_type sts__proto_message;
extern const sts__proto_type sts__proto_metadata_key;
extern const sts__proto_type sts__proto_metadata_message;
extern const sts__proto_type sts__proto_snapshot;
extern const sts__proto_type sts__proto_repeat;
extern const sts__proto_type sts__proto_removal;
extern const sts__proto_type sts__proto_component;
extern const sts__proto_type sts__proto_relation;
extern const sts__proto_type sts__proto_error;

/* All of them; NULL behind the last. */
extern const sts__proto_type *const sts__proto_types[];

/* The prefix of the names of owners, which may be left out when they are read. */
#define STS__PROTO_OWNER_PREFIX "TOPOLOGY_STREAM_OWNER_"

/* The type of nanopb's descriptor, or NULL. */
const sts__proto_type *sts__proto_type_of(const pb_msgdesc_t *descriptor);

/* Whether a field is there; a number other than zero, a text that is not empty, where it has no presence. */
bool sts__proto_has(const sts__proto_type *type, const sts__proto_field *field, const void *message);

/* Whether a field is a Struct. */
static inline bool sts__proto_is_struct(const sts__proto_field *field) {
    return field->schema->kind == STS__SCHEMA_MESSAGE && !field->type;
}

/* The members of a Struct field. */
const sts__pb_field *sts__proto_struct(const sts__proto_field *field, const void *message);

/* reference.c: nanopb at work. */

/* Decodes into `message`, a struct of the type; lists come from the arena, texts point into the bytes. STS_OK;
 * STS_ERR_MALFORMED; STS_ERR_TOO_DEEP; STS_ERR_NO_MEMORY. */
sts_status sts__proto_decode(const sts__proto_type *type, sts_bytes bytes, sts__arena *arena, void *message,
                             sts__fault *fault);

/* nanopb's own encoding, which the tests compare with the library's (topology/encode.h): the size, and if `buffer` is
 * not NULL the bytes, which must have room there. SIZE_MAX on failure. */
size_t sts__proto_reference_encode(const sts__proto_type *type, const void *message, uint8_t *buffer, size_t size);

#endif
