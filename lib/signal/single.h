/* SPDX-License-Identifier: Apache-2.0
 *
 * One item of a request as a request of its own, with its resource and its scope: what a reader of dead
 * letters can export again. */
#ifndef STS_SIGNAL_SINGLE_H
#define STS_SIGNAL_SINGLE_H

#include "signal/item.h"
#include "wire/writer.h"

/* Writes a request of the same signal; unknown fields stay, groups do not. `writer->failed` where there is no memory.
 */
void sts__item_write_single(const sts__item *item, sts__wire_writer *writer);

/* What a group says but for the groups or items in it, which are fields of these two numbers: copies it to `to`, unless
 * that is NULL, and returns its size. */
size_t sts__single_rest(uint8_t *to, sts_bytes group, uint64_t number, uint64_t other_number);

#endif
