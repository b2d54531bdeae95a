/* SPDX-License-Identifier: Apache-2.0
 *
 * Request metadata: a multi-map that travels beside the records of an export, as a collector's client metadata. */
#ifndef STS_OTTL_METADATA_H
#define STS_OTTL_METADATA_H

#include <stdbool.h>

#include <stskafka/types.h>

typedef struct sts__metadata_pair {
    char *name;
    char *value; /* with a NUL behind */
    size_t value_size;
} sts__metadata_pair;

typedef struct sts__metadata {
    sts__metadata_pair *pairs;
    size_t count;
} sts__metadata;

/* Whether a pair has this name. Capitals do not matter (of ASCII), as in a collector, where the names come from HTTP
 * headers. */
bool sts__metadata_is(const sts__metadata_pair *pair, const char *name, size_t name_size);

/* The first pair of that name, or NULL. `metadata` may be NULL. */
const sts__metadata_pair *sts__metadata_find(const sts__metadata *metadata, const char *name, size_t name_size);

#endif
