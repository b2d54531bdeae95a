/* SPDX-License-Identifier: Apache-2.0
 *
 * The paths of OTTL's log context, and how lists and maps are indexed. */
#ifndef STS_OTTL_PATHS_H
#define STS_OTTL_PATHS_H

#include "ottl/evaluate.h"

typedef struct sts__ottl_path {
    const char *name;              /* with dots */
    sts__ottl_evaluation evaluate; /* without index keys */
    sts__ottl_level level;
    bool takes_keys;
} sts__ottl_path;

/* Walks all paths; NULL behind the last. */
const sts__ottl_path *sts__ottl_path_at(size_t index);

/* A path with index keys: its node has the keys as children. */
bool sts__ottl_evaluate_keyed(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);

/* The rest of its keys, where they change more often than what they index, which is the first child. */
bool sts__ottl_evaluate_rest(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);

/* attributes["x"] of the record, with one key that is written down: the commonest of all. */
bool sts__ottl_evaluate_record_attribute(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);

/* The result of a call (the first child) with index keys (the others): there absent names are errors. */
bool sts__ottl_evaluate_indexed(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);

/* The values of OTTL's names for severity numbers. False if there is none of that name. */
bool sts__ottl_enum(sts_bytes name, int64_t *number);

#endif
