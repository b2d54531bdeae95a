/* SPDX-License-Identifier: Apache-2.0
 *
 * What a batch knows by name: its streams, and the external ids of its elements, of which two that would meet in one
 * message must not have the same. */
#ifndef STS_TOPOLOGY_IDENTITY_SET_H
#define STS_TOPOLOGY_IDENTITY_SET_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/types.h>

#include "base/table.h"

/* An external id with what tells it from the same one elsewhere; or a stream's data source with its owner. */
typedef struct sts__identity {
    sts_bytes text;
    int64_t collection_timestamp;
    uint32_t stream; /* its place; of a stream the owner */
    uint32_t marks;
    uint32_t relation; /* 1: of a relation, 0: of a component */
    uint32_t place;    /* of a stream; not compared */
} sts__identity;

typedef struct sts__identity_set {
    sts__table table; /* of sts__identity */
} sts__identity_set;

void sts__identity_set_init(sts__identity_set *set, const sts__memory *memory);
void sts__identity_set_clear(sts__identity_set *set);
void sts__identity_set_reset(sts__identity_set *set);

/* The one that is equal, until one is added; NULL: there is none. */
const sts__identity *sts__identity_set_find(const sts__identity_set *set, const sts__identity *identity);

/* Adds one that is not there; false when out of memory. The text must live as long as the set. */
bool sts__identity_set_add(sts__identity_set *set, const sts__identity *identity);

#endif
