/* SPDX-License-Identifier: Apache-2.0
 *
 * A batch of topology as it is built: elements in order, each with the stream and the times that were set when it was
 * added. What makes no sense is refused here; how elements become messages is plan.h's affair. */
#ifndef STS_TOPOLOGY_BATCH_H
#define STS_TOPOLOGY_BATCH_H

#include <stskafka/topology.h>

#include "base/arena.h"
#include "base/error.h"
#include "proto/schema.h"
#include "topology/identity_set.h"
#include "wire/writer.h"
#include "json/builder.h"

typedef enum sts__element_kind {
    STS__ELEMENT_COMPONENT,
    STS__ELEMENT_RELATION,
    STS__ELEMENT_ERROR,
    STS__ELEMENT_DELETE_COMPONENT,
    STS__ELEMENT_DELETE_RELATION,
    STS__ELEMENT_REMOVE,
    STS__ELEMENT_SNAPSHOT_START,
    STS__ELEMENT_SNAPSHOT_STOP,
    STS__ELEMENT_METADATA
} sts__element_kind;

typedef struct sts__stream {
    int32_t owner;
    sts_bytes data_source;
    uint32_t marks; /* how many removes and snapshot marks so far: nothing is merged across them */
    bool in_snapshot;
    int32_t repeat_interval_ms; /* of the snapshot */
} sts__stream;

typedef struct sts__element {
    sts__element_kind kind;
    uint32_t stream;
    uint32_t marks; /* of the stream, before this element */
    bool in_snapshot;
    int32_t repeat_interval_ms;
    int64_t collection_timestamp;
    int64_t submitted_timestamp;
    int64_t expiry_interval_ms;
    double specificity;
    sts_bytes text;      /* the external id to delete, or the cause of a removal */
    const void *message; /* a component, a relation, an error; metadata, NULL for its tombstone */
} sts__element;

struct sts_topology {
    const sts__memory *memory;
    sts__arena arena;
    sts__stream *streams;
    size_t stream_count;
    size_t stream_capacity;
    sts__element *elements;
    size_t element_count;
    size_t element_capacity;
    sts__element now;             /* what the next element begins with */
    bool has_stream;              /* now.stream is set */
    sts__pb_field *struct_target; /* what is being built value by value, and the flag that says that it is there */
    bool *struct_flag;
    const char *struct_name;
    sts__json_builder builder;
    sts__json_parser parser;
    sts__identity_set identities;
    sts__identity_set stream_names;
    bool in_use; /* an export or an explanation goes through its messages */
    /* For planning, kept from export to export (plan.h). */
    sts__arena plan_arena;
    sts__table open_groups; /* plan.c's: pointers to groups */
    sts__wire_writer element_writer;
    sts__wire_writer message_writer;
};

sts_topology *sts__topology_new(const sts__memory *memory);
void sts__topology_free(sts_topology *batch);
void sts__topology_reset(sts_topology *batch);

/* As the functions of stskafka/topology.h; arguments are not NULL. Texts are copied. */
sts_status sts__topology_set_stream(sts_topology *batch, int32_t owner, sts_bytes data_source, sts__fault *fault);
sts_status sts__topology_set_times(sts_topology *batch, int64_t collection_ms, int64_t submitted_ms, sts__fault *fault);
sts_status sts__topology_set_expiry(sts_topology *batch, int64_t expiry_ms, sts__fault *fault);
sts_status sts__topology_set_specificity(sts_topology *batch, double specificity, sts__fault *fault);

/* A component, a relation, an error or metadata that was read or made already; lives in the batch's arena. */
sts_status sts__topology_add_message(sts_topology *batch, sts__element_kind kind, const void *message,
                                     sts__fault *fault);
/* A deletion or a removal. */
sts_status sts__topology_add_text(sts_topology *batch, sts__element_kind kind, sts_bytes text, sts__fault *fault);
sts_status sts__topology_snapshot_start(sts_topology *batch, int32_t repeat_interval_ms, sts__fault *fault);
sts_status sts__topology_snapshot_stop(sts_topology *batch, sts__fault *fault);

/* elements_json.c: one line of JSON. */
sts_status sts__topology_add_json(sts_topology *batch, sts_bytes text, sts__fault *fault);

/* component.c: adding to the component (a tag also to the relation) added last. */
sts_status sts__topology_set_type_identifier(sts_topology *batch, sts_bytes text, sts__fault *fault);
sts_status sts__topology_add_identifier(sts_topology *batch, sts_bytes text, sts__fault *fault);
sts_status sts__topology_add_tag(sts_topology *batch, sts_bytes text, sts__fault *fault);
sts_status sts__topology_set_struct(sts_topology *batch, bool status_data, sts_bytes json, sts__fault *fault);
sts_status sts__topology_begin_struct(sts_topology *batch, bool status_data, sts__fault *fault);
sts_status sts__topology_put(sts_topology *batch, const char *name, const sts__json *value, sts__fault *fault);
sts_status sts__topology_begin(sts_topology *batch, const char *name, sts__json_type type, sts__fault *fault);
sts_status sts__topology_end(sts_topology *batch, sts__fault *fault);

/* Reads JSON that must be an object; the text is copied. */
sts_status sts__topology_parse_object(sts__json_parser *parser, sts__arena *arena, const char *name, sts_bytes json,
                                      const sts__json **object, sts__fault *fault);

/* An array with room for one more, doubled where it is full; NULL when out of memory. */
void *sts__topology_grown(const sts__memory *memory, void *array, size_t count, size_t *capacity, size_t size);

#endif
