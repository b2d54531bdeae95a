/* SPDX-License-Identifier: Apache-2.0
 *
 * How keys are spread over a run of explain: gathered record by record, shown at the end. */
#ifndef SKEW_H
#define SKEW_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/key.h>
#include <stskafka/logs.h>

#include "table.h"

enum { SKEW_PARTITIONS = 10000 };

struct skew {
    sts_skew *keys;
    uint64_t rejected;
    uint64_t missing;        /* without a value for the key: rejected, or with a null key */
    uint64_t *partitions;    /* records by partition */
    int32_t partition_count; /* 0: not asked for */
};

/* `partition_count` may be 0. */
void skew_init(struct skew *skew, int32_t partition_count);
void skew_clear(struct skew *skew);

void skew_add(struct skew *skew, const sts_explanation *explanation);

/* As a table with bars, or as one line of JSON. */
void skew_print(const struct skew *skew, bool json);

/* For tables of the same kind: three cells (a number, its share, a bar that is as long as its share of the longest). */
void skew_count_cells(struct table *table, uint64_t count, uint64_t all, uint64_t longest);
double skew_share(uint64_t part, uint64_t whole);

#endif
