/* SPDX-License-Identifier: Apache-2.0
 *
 * Items of a request as a request of their own, with their resources and scopes: what a message of several records
 * holds, and what a reader of dead letters can export again. */
#ifndef STS_SIGNAL_SINGLE_H
#define STS_SIGNAL_SINGLE_H

#include "signal/item.h"
#include "wire/writer.h"

/* Writes a request of the same signal with these items, in their order; those that stand one after the other and are
 * of one resource or scope share it. Unknown fields stay, groups do not. `writer->failed` where there is no memory. */
void sts__items_write(const sts__item_place *places, size_t count, sts__wire_writer *writer);

/* What a group says but for the groups or items in it, which are fields of these two numbers: copies it to `to`, unless
 * that is NULL, and returns its size. */
size_t sts__single_rest(uint8_t *to, sts_bytes group, uint64_t number, uint64_t other_number);

#endif
