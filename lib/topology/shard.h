/* SPDX-License-Identifier: Apache-2.0
 *
 * Which shard of a stream an element belongs to. */
#ifndef STS_TOPOLOGY_SHARD_H
#define STS_TOPOLOGY_SHARD_H

#include <stdint.h>

#include <stskafka/types.h>

enum { STS__SHARD_TEXT = 11 }; /* the longest number, with its NUL */

/* The shard that everything without an external id goes to. */
#define STS__SHARD_UNKNOWN "unknown"

/* FNV-1a of the external id modulo the count, which is 1 or more. */
uint32_t sts__topology_shard(sts_bytes external_id, uint32_t count);

/* The number as a message key has it. */
void sts__topology_shard_text(uint32_t shard, char text[STS__SHARD_TEXT]);

#endif
