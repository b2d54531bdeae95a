/* SPDX-License-Identifier: Apache-2.0
 *
 * How keys are spread, in a bounded memory: counters, an estimate of the different ones, the heaviest. */
#ifndef STS_KEY_SKEW_H
#define STS_KEY_SKEW_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/key.h>

#include "base/memory.h"

enum {
    STS__SKEW_REGISTER_BITS = 12,
    STS__SKEW_REGISTERS = 1 << STS__SKEW_REGISTER_BITS,
    STS__SKEW_SHOWN = 128, /* bytes of a key that are kept */
    STS__SKEW_WATCHED = 8  /* keys that are watched for each one that is told */
};

typedef struct sts__skew_key {
    uint64_t hash;
    uint64_t count;
    uint64_t too_many;
    size_t size; /* of what is kept */
    char bytes[STS__SKEW_SHOWN];
} sts__skew_key;

struct sts_skew {
    const sts__memory *memory;
    uint64_t keys;
    uint64_t null_keys;
    uint64_t empty_keys;
    size_t heaviest;
    size_t watched; /* so far */
    bool sorted;
    uint8_t registers[STS__SKEW_REGISTERS];
    sts__skew_key watch[];
};

sts_skew *sts__skew_new(const sts__memory *memory, size_t heaviest);
void sts__skew_free(sts_skew *skew);
void sts__skew_add(sts_skew *skew, sts_bytes key);
uint64_t sts__skew_distinct(const sts_skew *skew);

/* The key at that place, by weight; NULL beyond the last. */
const sts__skew_key *sts__skew_heaviest(sts_skew *skew, size_t index);

#endif
