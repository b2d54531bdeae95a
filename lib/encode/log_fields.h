/* SPDX-License-Identifier: Apache-2.0
 *
 * A log record's fields, and those of what is around it, for encodings that name each of them. */
#ifndef STS_ENCODE_LOG_FIELDS_H
#define STS_ENCODE_LOG_FIELDS_H

#include "encode/encode.h"
#include "encode/json_values.h"

typedef struct sts__log_fields {
    uint64_t time_unix_nano;
    uint64_t observed_time_unix_nano;
    int32_t severity_number;
    uint32_t flags;
    uint32_t dropped_attributes_count;
    sts_bytes severity_text;
    sts_bytes event_name;
    sts_bytes trace_id; /* size 0 where there is none, also where it is all zeros */
    sts_bytes span_id;
    sts__ottl_value body;
    sts__ottl_value attributes; /* nil where there are none */
} sts__log_fields;

/* A resource, or a scope, with its group's schema URL. */
typedef struct sts__around_fields {
    sts_bytes schema_url;
    sts_bytes name; /* of a scope */
    sts_bytes version;
    uint32_t dropped_attributes_count;
    sts__ottl_value attributes; /* nil where there are none */
} sts__around_fields;

/* The parts of a record's object that an encoding writes, each member with a comma before it. What is around the record
 * is written once for all records in it. */
typedef struct sts__log_shape {
    void (*resource)(sts__ottl_text *text, const sts__around_fields *fields);
    void (*scope)(sts__ottl_text *text, const sts__around_fields *fields);
    void (*record)(sts__ottl_text *text, const sts__log_fields *fields);
} sts__log_shape;

/* Makes the object: of the record, the resource, the scope. */
sts_status sts__log_object(sts__encoder *encoder, const sts__item *item, const sts__log_shape *shape, sts_bytes *value,
                           sts__fault *fault);

/* Members, each left out where it is empty. `name` is a JSON name with its comma, quotes and colon: ",\"name\":". */
void sts__member_string(sts__ottl_text *text, const char *name, sts_bytes string);
void sts__member_hex(sts__ottl_text *text, const char *name, sts_bytes bytes);
void sts__member_number(sts__ottl_text *text, const char *name, int64_t number);
void sts__member_time(sts__ottl_text *text, const char *name, uint64_t unix_nano);
void sts__member_attributes(sts__ottl_text *text, const char *name, const sts__ottl_value *attributes,
                            sts__json_style style);

#endif
