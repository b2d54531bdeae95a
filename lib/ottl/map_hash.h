/* SPDX-License-Identifier: Apache-2.0
 *
 * The hash of attributes that the collector's kafkaexporter makes its keys of: 16 bytes, equal to those of pdatautil's
 * MapHash (opentelemetry-collector-contrib, pkg/pdatautil). */
#ifndef STS_OTTL_MAP_HASH_H
#define STS_OTTL_MAP_HASH_H

#include "base/arena.h"
#include "ottl/value.h"

enum { STS__MAP_HASH = 16 };

/* Which attributes count: those whose names match one of the patterns, or none of them; a * in a pattern stands for any
 * characters. No patterns: all. */
typedef struct sts__map_hash_choice {
    const sts_bytes *patterns;
    size_t count;
    bool except;
} sts__map_hash_choice;

/* Hashes the attributes of a message, which has them as field `field`. `counted` gets how many there were. False when
 * out of memory; what it needs comes from the arena. */
bool sts__map_hash(sts_bytes message, uint32_t field, const sts__map_hash_choice *choice, sts__arena *arena,
                   uint8_t hash[STS__MAP_HASH], size_t *counted);

#endif
