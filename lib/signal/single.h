/* SPDX-License-Identifier: Apache-2.0
 *
 * Items of a request as a request of their own, with their resources and scopes: what a message of several records
 * holds, and what a reader of dead letters can export again. */
#ifndef STS_SIGNAL_SINGLE_H
#define STS_SIGNAL_SINGLE_H

#include "signal/item.h"
#include "wire/writer.h"

/* What a group says but for the groups or items in it: two runs of bytes at most, in front of them and behind them,
 * unless somebody mixed them. */
typedef struct sts__single_rest {
    size_t size;
    sts_bytes runs[2]; /* the first and the last one */
    uint64_t number, other_number;
} sts__single_rest;

/* Fields of those two numbers are left out. Goes through the group once. */
sts__single_rest sts__single_rest_of(sts_bytes group, uint64_t number, uint64_t other_number);

/* Copies it to `to`, where there is room for its size. */
void sts__single_rest_copy(const sts__single_rest *rest, uint8_t *to);

/* The rests of the groups that were asked for last: messages of one request are mostly of the same few groups. */
enum { STS__SINGLE_RESTS = 8 };

typedef struct sts__single_rests {
    uint64_t resource_numbers[STS__SINGLE_RESTS], scope_numbers[STS__SINGLE_RESTS]; /* 0: none */
    sts__single_rest resources[STS__SINGLE_RESTS], scopes[STS__SINGLE_RESTS];
} sts__single_rests;

/* For the groups of another request. */
void sts__single_rests_forget(sts__single_rests *rests);

/* Writes a request of the same signal with these items, in their order; those that stand one after the other and are
 * of one resource or scope share it. Unknown fields stay, groups do not. `rests` NULL: each group's bytes are no more
 * than its rest. `writer->failed` where there is no memory. */
void sts__items_write_by(const sts__item_place *places, size_t count, sts__single_rests *rests,
                         sts__wire_writer *writer);

/* The same, with rests of its own. */
void sts__items_write(const sts__item_place *places, size_t count, sts__wire_writer *writer);

/* How much room that takes at most, with what the writer wants beyond. */
size_t sts__items_most(const sts__item_place *places, size_t count, sts__single_rests *rests);

#endif
