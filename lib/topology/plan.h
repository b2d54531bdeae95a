/* SPDX-License-Identifier: Apache-2.0
 *
 * From a batch to Kafka messages: shards, grouping, splitting, bytes. Pure; the batch's own memory is used for it.
 *
 * Elements with the same key, times, expiry and specificity share a message, in first-seen order, up to a budget.
 * Removes and snapshot marks go to every shard by themselves, and nothing is merged across them. */
#ifndef STS_TOPOLOGY_PLAN_H
#define STS_TOPOLOGY_PLAN_H

#include "base/error.h"
#include "topology/batch.h"

/* How messages are made. */
typedef struct sts__plan_rules {
    uint32_t shard_count;
    size_t max_value; /* the budget: of a message's value, in bytes */
} sts__plan_rules;

/* A message to send; views live until the batch is changed or planned again. */
typedef struct sts__planned {
    sts_bytes key;
    sts_bytes value; /* data NULL: a tombstone */
    bool is_metadata;
    const sts__element *only; /* the one element in it, for a message that is too large; NULL: several, or a mark */
} sts__planned;

typedef struct sts__plan {
    sts__planned *messages;
    size_t count;
} sts__plan;

/* STS_OK; STS_ERR_ELEMENT for an object that was begun and not ended; STS_ERR_NO_MEMORY. */
sts_status sts__topology_plan(sts_topology *batch, const sts__plan_rules *rules, sts__plan *plan, sts__fault *fault);

/* What an element is called in error texts: its kind, and its external id. */
void sts__element_name(const sts__element *element, char *text, size_t text_size);

#endif
