/* SPDX-License-Identifier: Apache-2.0
 *
 * OTTL's contexts, one for each signal: which paths and enums a spec may name there. The resource's and the scope's are
 * the same in all. A new path is a row in contexts.c. */
#ifndef STS_OTTL_CONTEXTS_H
#define STS_OTTL_CONTEXTS_H

#include "ottl/paths.h"

/* Walks the paths of a signal's context; NULL behind the last. */
const sts__ottl_path *sts__ottl_path_at(const sts__signal *signal, size_t index);

/* The path of that name, before which the context's own may stand (log.body); NULL if there is none. */
const sts__ottl_path *sts__ottl_path_find(const sts__signal *signal, const char *name);

/* Gives a node whose row is a path what it reads: its level, and its field in the signal's schema. */
void sts__ottl_path_bind(const sts__signal *signal, const sts__ottl_path *path, sts__ottl_node *node);

/* The number that an enum's name stands for. False if the context has none of that name. */
bool sts__ottl_enum(const sts__signal *signal, sts_bytes name, int64_t *number);

#endif
