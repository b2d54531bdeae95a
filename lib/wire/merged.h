/* SPDX-License-Identifier: Apache-2.0
 *
 * A field that holds a message and stands several times: in protobuf its occurrences are one message, that which their
 * bytes make one after the other. */
#ifndef STS_WIRE_MERGED_H
#define STS_WIRE_MERGED_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/types.h>

#include "base/arena.h"

/* The field's message, of no bytes where there is none; it lies in `bytes` where at most one occurrence says anything,
 * else in the arena. Goes through the bytes twice at most. False: no memory. */
bool sts__wire_merged(sts_bytes bytes, uint64_t number, sts__arena *arena, sts_bytes *message);

#endif
