/* SPDX-License-Identifier: Apache-2.0
 *
 * The hash of attributes that the collector's kafkaexporter makes its keys of: 16 bytes. There are two, and both stay
 * what they are for ever: a key that changes moves its records. */
#ifndef STS_OTTL_MAP_HASH_H
#define STS_OTTL_MAP_HASH_H

#include "base/arena.h"
#include "ottl/value.h"

enum { STS__MAP_HASH = 16 };

typedef enum sts__map_hash_form {
    STS__MAP_HASH_V0162, /* pkg/pdatautil of opentelemetry-collector-contrib, and pdata/xpdata/xhash up to v0.162 */
    STS__MAP_HASH_V0163  /* xhash since v0.163: names, texts and bytes have their lengths before them */
} sts__map_hash_form;

/* Which attributes count: those whose names match one of the patterns, or none of them; a * in a pattern stands for any
 * characters. No patterns: all. */
typedef struct sts__map_hash_choice {
    const sts_bytes *patterns;
    size_t count;
    bool except;
} sts__map_hash_choice;

/* Hashes the attributes of a message, which has them as field `field`. `counted` gets how many there were. False when
 * out of memory; what it needs comes from the arena. */
bool sts__map_hash(sts_bytes message, uint32_t field, sts__map_hash_form form, const sts__map_hash_choice *choice,
                   sts__arena *arena, uint8_t hash[STS__MAP_HASH], size_t *counted);

#endif
