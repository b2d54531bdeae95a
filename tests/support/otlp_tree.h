/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes OTLP log requests of several resources and scopes (opentelemetry-proto, logs/v1): call by call, each attribute
 * goes to what was begun last. The tree stays after it was written, so that one record of it can be written alone. */
#ifndef TESTS_SUPPORT_OTLP_TREE_H
#define TESTS_SUPPORT_OTLP_TREE_H

#include <stskafka/types.h>

#include "support/otlp.h"

enum { OTLP_TREE_RESOURCES = 16, OTLP_TREE_SCOPES = 64, OTLP_TREE_RECORDS = 256, OTLP_TREE_MESSAGES = 3 };

/* A Resource or an InstrumentationScope. It may come in several messages, which protobuf merges, or in none. */
struct otlp_owner {
    struct {
        struct pb name, attributes;
    } messages[OTLP_TREE_MESSAGES];
    size_t count;
};

struct otlp_tree {
    enum pb_order order;
    struct otlp_owner resources[OTLP_TREE_RESOURCES];
    struct otlp_owner scopes[OTLP_TREE_SCOPES];
    size_t resource_of[OTLP_TREE_SCOPES]; /* a scope's */
    struct {
        struct pb time, body, attributes, trace_id, span_id;
    } records[OTLP_TREE_RECORDS];
    size_t scope_of[OTLP_TREE_RECORDS]; /* a record's */
    size_t resource_count, scope_count, record_count;
};

/* An empty one, with its fields in this order. */
struct otlp_tree *otlp_tree_new(enum pb_order order);
void otlp_tree_free(struct otlp_tree *tree);

/* Begin a ResourceLogs, a ScopeLogs in it, a record in that. The first two have no message of their own yet; a record
 * that gets no body is written with the bytes "b", as only bytes can be sent. */
void otlp_tree_resource(struct otlp_tree *tree);
void otlp_tree_scope(struct otlp_tree *tree);
void otlp_tree_record(struct otlp_tree *tree);

/* A resource, a scope and a record, each without anything. */
void otlp_tree_begin(struct otlp_tree *tree);

/* Begin a message, or one more, of the resource or the scope. */
void otlp_tree_resource_message(struct otlp_tree *tree);
void otlp_tree_scope_message(struct otlp_tree *tree);

/* Attributes; they begin a message where there is none. The value is cleared; all zero, it is an AnyValue without
 * value.
 */
void otlp_tree_resource_attribute(struct otlp_tree *tree, const char *name, struct pb value);
void otlp_tree_scope_attribute(struct otlp_tree *tree, const char *name, struct pb value);
void otlp_tree_attribute(struct otlp_tree *tree, const char *name, struct pb value);

/* An attribute whose name may hold any byte; one whose KeyValue has no value field at all. */
void otlp_tree_attribute_named(struct otlp_tree *tree, const char *name, size_t name_size, struct pb value);
void otlp_tree_attribute_bare(struct otlp_tree *tree, const char *name);

void otlp_tree_scope_name(struct otlp_tree *tree, const char *name);
void otlp_tree_body(struct otlp_tree *tree, struct pb value);
void otlp_tree_trace_id(struct otlp_tree *tree, const void *id, size_t size);
void otlp_tree_span_id(struct otlp_tree *tree, const void *id, size_t size);

/* A map of one pair; `value` is cleared. */
struct pb otlp_map(const char *name, struct pb value);

/* Append the request; or a request with this one record, in its scope and its resource. The tree stays. */
void otlp_tree_write(struct pb *out, const struct otlp_tree *tree);
void otlp_tree_write_alone(struct pb *out, const struct otlp_tree *tree, size_t record);

/* The request; the tree is freed. */
struct pb otlp_tree_finish(struct otlp_tree *tree);

#endif
