/* SPDX-License-Identifier: Apache-2.0
 *
 * The topology stream's messages as tables over the structs that nanopb generates: one table a message drives the
 * encoder, both directions of JSON, and the reference that nanopb is. */
#ifndef STS_PROTO_SCHEMA_H
#define STS_PROTO_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "topo_stream.pb.h"
#include "json/json.h"

typedef enum sts__proto_kind {
    STS__PROTO_INT32,
    STS__PROTO_INT64,
    STS__PROTO_ENUM,
    STS__PROTO_BOOL,
    STS__PROTO_DOUBLE,
    STS__PROTO_STRING,
    STS__PROTO_STRINGS,
    STS__PROTO_MESSAGE, /* one of a oneof */
    STS__PROTO_MESSAGES,
    STS__PROTO_STRUCT
} sts__proto_kind;

typedef struct sts__proto_type sts__proto_type;

typedef struct sts__proto_field {
    const char *name;      /* as in the .proto file */
    const char *json_name; /* in lower camel case */
    sts__proto_kind kind;
    uint32_t tag;
    size_t offset;
    bool optional;                 /* has presence; then of a number, a boolean and a Struct: */
    size_t has_offset;             /* where the bool is that says so */
    const sts__proto_type *type;   /* of messages */
    const char *const *enum_names; /* by number, NULL at the end */
} sts__proto_field;

struct sts__proto_type {
    const char *name;
    const sts__proto_field *fields; /* ascending by tag */
    size_t field_count;
    size_t size; /* of the struct */
    const pb_msgdesc_t *descriptor;
    size_t which_offset; /* of the oneof's number, where there are fields of kind MESSAGE */
};

extern const sts__proto_type sts__proto_message_key;
extern const sts__proto_type sts__proto_message;
extern const sts__proto_type sts__proto_metadata_key;
extern const sts__proto_type sts__proto_metadata_message;
extern const sts__proto_type sts__proto_component;
extern const sts__proto_type sts__proto_relation;
extern const sts__proto_type sts__proto_error;

/* The prefix of the names of owners, which may be left out when they are read. */
#define STS__PROTO_OWNER_PREFIX "TOPOLOGY_STREAM_OWNER_"

/* The type of a generated descriptor, or NULL. */
const sts__proto_type *sts__proto_type_of(const pb_msgdesc_t *descriptor);

/* Whether a field is there; a number other than zero, a text that is not empty, where it has no presence. */
bool sts__proto_has(const sts__proto_type *type, const sts__proto_field *field, const void *message);

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
