/* SPDX-License-Identifier: Apache-2.0
 *
 * Hashes for tables whose entries come from outside. Each table has a seed of its own that nobody outside knows, so
 * that nobody can choose names that all fall in one place. What a table holds, and in which order it is told, must not
 * depend on them; for hashes that others see (shards, partitions, keys) there are key/partition.h and ottl/map_hash.h.
 */
#ifndef STS_BASE_HASH_H
#define STS_BASE_HASH_H

#include <stdint.h>

#include <stskafka/types.h>

uint64_t sts__hash(uint64_t seed, sts_bytes bytes);

#endif
