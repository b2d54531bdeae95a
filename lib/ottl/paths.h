/* SPDX-License-Identifier: Apache-2.0
 *
 * Paths: how what they name is read, and how lists and maps are indexed. Which there are is a context's matter
 * (contexts.h). */
#ifndef STS_OTTL_PATHS_H
#define STS_OTTL_PATHS_H

#include "ottl/evaluate.h"

/* The message that a path's field is of. */
typedef enum sts__ottl_place {
    STS__OTTL_OF_ITEM, /* LogRecord, Span, Metric */
    STS__OTTL_OF_RESOURCE,
    STS__OTTL_OF_RESOURCE_GROUP, /* ResourceLogs, ... */
    STS__OTTL_OF_SCOPE,
    STS__OTTL_OF_SCOPE_GROUP /* ScopeLogs, ... */
} sts__ottl_place;

/* What may stand in brackets behind a path. */
typedef enum sts__ottl_keys {
    STS__OTTL_NO_KEYS,
    STS__OTTL_KEYS,   /* of a map or a list, and of what is in it */
    STS__OTTL_ONE_KEY /* for which `evaluate` sees itself: the node's only child */
} sts__ottl_keys;

typedef struct sts__ottl_path {
    const char *name; /* with dots */
    sts__ottl_place place;
    const char *field;             /* by its name in the schema, of a message in the item with a dot: status.code */
    sts__ottl_evaluation evaluate; /* without index keys; NULL: the field as it is */
    sts__ottl_keys keys;
} sts__ottl_path;

/* What reads a field as its kind says, where sts__ottl_path.evaluate is NULL. */
sts__ottl_evaluation sts__ottl_reader_of(const sts__schema_field *field);

/* Others, for the tables: a span's trace state, of which a key names a member; a number of nanoseconds as a time; an id
 * as text; a log record's body, and that as text; a span's kind as the collector's two texts; what kind of metric one
 * is, and what its data say beside their points. */
bool sts__ottl_evaluate_trace_state(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);
bool sts__ottl_evaluate_time(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);
bool sts__ottl_evaluate_id_text(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);
bool sts__ottl_evaluate_body(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);
bool sts__ottl_evaluate_body_text(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);
bool sts__ottl_evaluate_enum_name(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);
bool sts__ottl_evaluate_kind_text(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);
bool sts__ottl_evaluate_metric_type(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);
bool sts__ottl_evaluate_temporality(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);
bool sts__ottl_evaluate_is_monotonic(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);

/* A path with index keys: its node has the keys as children. */
bool sts__ottl_evaluate_keyed(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);

/* The rest of its keys, where they change more often than what they index, which is the first child. */
bool sts__ottl_evaluate_rest(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);

/* attributes["x"] of the item, with one key that is written down: the commonest of all. */
bool sts__ottl_evaluate_record_attribute(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);

/* The result of a call (the first child) with index keys (the others): there absent names are errors. */
bool sts__ottl_evaluate_indexed(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);

#endif
