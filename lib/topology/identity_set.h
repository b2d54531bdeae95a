/* SPDX-License-Identifier: Apache-2.0
 *
 * Which external ids a batch has: two elements of a stream that would meet in one message must not have the same. */
#ifndef STS_TOPOLOGY_IDENTITY_SET_H
#define STS_TOPOLOGY_IDENTITY_SET_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/types.h>

#include "base/memory.h"

/* What must not be there twice. */
typedef struct sts__identity {
    sts_bytes external_id;
    int64_t collection_timestamp;
    uint32_t stream;
    uint32_t marks;
    uint32_t relation; /* 1: of a relation, 0: of a component */
} sts__identity;

typedef struct sts__identity_set {
    const sts__memory *memory;
    sts__identity *slots; /* external_id.data NULL: free; open addressing, at most half full */
    size_t capacity;      /* 0 or a power of two */
    size_t count;
} sts__identity_set;

void sts__identity_set_init(sts__identity_set *set, const sts__memory *memory);
void sts__identity_set_clear(sts__identity_set *set);
void sts__identity_set_reset(sts__identity_set *set);

bool sts__identity_set_has(const sts__identity_set *set, const sts__identity *identity);

/* Adds one that is not there; false when out of memory. The external id must live as long as the set. */
bool sts__identity_set_add(sts__identity_set *set, const sts__identity *identity);

#endif
