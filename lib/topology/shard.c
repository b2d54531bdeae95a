/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/shard.h"

#include <inttypes.h>
#include <stdio.h>

#include "key/partition.h"

uint32_t sts__topology_shard(sts_bytes external_id, uint32_t count) {
    return sts__fnv1a_32(external_id) % count;
}

void sts__topology_shard_text(uint32_t shard, char text[STS__SHARD_TEXT]) {
    snprintf(text, STS__SHARD_TEXT, "%" PRIu32, shard);
}
