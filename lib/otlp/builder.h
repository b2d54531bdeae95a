/* SPDX-License-Identifier: Apache-2.0
 *
 * A batch of log records as it is built call by call (stskafka/log_batch.h): a tree in an arena, each list of which is
 * linked from its last element to its first, as it is written from the end (wire/writer.h). What an OTLP request cannot
 * have is refused here, so that what was built can always be exported. */
#ifndef STS_OTLP_BUILDER_H
#define STS_OTLP_BUILDER_H

#include <stskafka/log_batch.h>

#include "base/arena.h"
#include "base/error.h"
#include "otlp/value.h"
#include "wire/writer.h"

/* An AnyValue: an attribute, an element of an array or a map, a body. */
typedef struct sts__built_value {
    struct sts__built_value *before;
    struct sts__built_value *parent; /* the array or map that it is in; NULL: none */
    struct sts__built_value *last; /* of its own elements, where it is an array or a map; `value` has the type alone */
    sts_bytes name;                /* data NULL where it has none */
    uint32_t depth;                /* messages around it */
    sts__value value;
} sts__built_value;

/* A key that travels beside a record, and not in it. */
typedef struct sts__given_key {
    bool is_given;
    sts_bytes bytes; /* data NULL: the null key */
} sts__given_key;

/* What a resource, a scope and a record have in common. */
typedef struct sts__built_owner {
    sts__built_value *attributes; /* the last one */
    uint32_t dropped_attributes_count;
    sts_bytes schema_url; /* not of a record */
} sts__built_owner;

typedef struct sts__built_record {
    struct sts__built_record *before;
    sts__built_owner owner;
    uint64_t time_unix_nano;
    uint64_t observed_time_unix_nano;
    int32_t severity_number;
    uint32_t flags;
    sts_bytes severity_text;
    sts_bytes event_name;
    sts_bytes trace_id;
    sts_bytes span_id;
    sts__built_value *body;
    sts__given_key key;
} sts__built_record;

/* The records before a resource's first scope are in one that was not added; so with resources. */
typedef struct sts__built_scope {
    struct sts__built_scope *before;
    bool was_added;
    sts__built_owner owner;
    sts_bytes name;
    sts_bytes version;
    sts__built_record *records;
} sts__built_scope;

typedef struct sts__built_resource {
    struct sts__built_resource *before;
    bool was_added;
    sts__built_owner owner;
    sts__built_scope *scopes;
} sts__built_resource;

typedef enum sts__built_kind {
    STS__BUILT_NONE,
    STS__BUILT_RESOURCE,
    STS__BUILT_SCOPE,
    STS__BUILT_RECORD
} sts__built_kind;

struct sts_logs {
    const sts__memory *memory;
    sts__arena arena;
    sts__built_resource *resources;
    sts__built_kind added;  /* what was added last, and is the last of its kind in the tree */
    bool in_body;           /* a body was begun, and is not complete */
    sts__built_value *open; /* the innermost array or map that was begun */
    size_t count;           /* records */
    size_t size;            /* what the request takes at most; never more than it may have */
    sts__wire_writer writer;
    bool has_keys;         /* a record was given one */
    sts__arena keys_arena; /* what belongs to the request that the writer has: */
    sts__given_key *keys;  /* the keys by record, or NULL where none was given */
    bool is_written;       /* the writer has the request */
    unsigned in_use;       /* how many exports and explanations read what the writer has */
};

sts_logs *sts__logs_new(const sts__memory *memory);
void sts__logs_free(sts_logs *logs);
void sts__logs_reset(sts_logs *logs);

/* As the functions of stskafka/log_batch.h; texts without a value are empty. */
sts_status sts__logs_add_resource(sts_logs *logs, sts__fault *fault);
sts_status sts__logs_add_scope(sts_logs *logs, sts_bytes name, sts_bytes version, sts__fault *fault);
sts_status sts__logs_add_record(sts_logs *logs, uint64_t time_unix_nano, sts__fault *fault);
sts_status sts__logs_remove_last(sts_logs *logs, sts__fault *fault);

sts_status sts__logs_set_schema_url(sts_logs *logs, sts_bytes schema_url, sts__fault *fault);
sts_status sts__logs_set_dropped_attributes_count(sts_logs *logs, uint32_t count, sts__fault *fault);
sts_status sts__logs_set_observed_time(sts_logs *logs, uint64_t observed_time_unix_nano, sts__fault *fault);
sts_status sts__logs_set_severity(sts_logs *logs, int32_t number, sts_bytes text, sts__fault *fault);
sts_status sts__logs_set_event_name(sts_logs *logs, sts_bytes event_name, sts__fault *fault);
sts_status sts__logs_set_trace_context(sts_logs *logs, sts_bytes trace_id, sts_bytes span_id, uint32_t flags,
                                       sts__fault *fault);
sts_status sts__logs_set_key(sts_logs *logs, sts_bytes key, sts__fault *fault);
sts_status sts__logs_begin_body(sts_logs *logs, sts__fault *fault);

/* builder_values.c: puts a value; of an array or a map only the type is looked at, and it is open until
 * sts__logs_end. `name` has data NULL where there is none. */
sts_status sts__logs_put(sts_logs *logs, sts_bytes name, const sts__value *value, sts__fault *fault);
sts_status sts__logs_end(sts_logs *logs, sts__fault *fault);

/* builder_write.c: writes the request, unless it is written; sts__wire_bytes of the writer are its bytes, and `keys`
 * what goes beside them. */
sts_status sts__logs_write(sts_logs *logs, sts__fault *fault);

/* For the files of the builder: whether all that was begun is complete; whether the request may get so many bytes more;
 * whether a text is UTF-8 and not too large, of which `what` tells in the fault; what a field with a length takes. */
enum { STS__BUILT_HEAD = 6 }; /* the most that stands before the content of a message: a tag and its length */
sts_status sts__logs_check_complete(const sts_logs *logs, sts__fault *fault);
sts_status sts__logs_check_size(const sts_logs *logs, uint64_t more, sts__fault *fault);
sts_status sts__logs_check_text(sts_bytes text, const char *what, sts__fault *fault);
uint64_t sts__logs_field_size(uint64_t content);

/* The resource, scope or record that was added last; NULL where there is none. */
sts__built_owner *sts__logs_owner(const sts_logs *logs);

/* The record that was added last, which is there. */
sts__built_record *sts__logs_record(const sts_logs *logs);

#endif
