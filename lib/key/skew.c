/* SPDX-License-Identifier: Apache-2.0 */
#include "key/skew.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/double.h"

sts_skew *sts__skew_new(const sts__memory *memory, size_t heaviest) {
    sts_skew *skew = sts__memory_new(memory, sizeof *skew + heaviest * STS__SKEW_WATCHED * sizeof skew->watch[0]);
    if (!skew)
        return NULL;
    skew->memory = memory;
    skew->heaviest = heaviest;
    return skew;
}

void sts__skew_free(sts_skew *skew) {
    if (skew)
        sts__memory_free(skew->memory, skew);
}

/* HyperLogLog (Flajolet et al., 2007): the register that the hash's first bits pick keeps the longest run of zeros that
 * was seen in the others. */
static void note_hash(sts_skew *skew, uint64_t hash) {
    uint64_t rest = hash << STS__SKEW_REGISTER_BITS;
    uint8_t zeros = 1;
    while (zeros <= 64 - STS__SKEW_REGISTER_BITS && !(rest >> 63)) {
        rest <<= 1;
        zeros++;
    }
    uint8_t *kept = &skew->registers[hash >> (64 - STS__SKEW_REGISTER_BITS)];
    if (zeros > *kept)
        *kept = zeros;
}

uint64_t sts__skew_distinct(const sts_skew *skew) {
    const double registers = STS__SKEW_REGISTERS;
    double sum = 0;
    unsigned unused = 0;
    for (size_t i = 0; i < STS__SKEW_REGISTERS; i++) {
        sum = sts__double_compute(sum, '+', ldexp(1, -skew->registers[i]));
        unused += skew->registers[i] == 0;
    }
    double correction = sts__double_compute(1, '+', sts__double_compute(sts__double_of(1.079), '/', registers));
    double bias = sts__double_compute(sts__double_of(0.7213), '/', correction);
    double estimate = sts__double_compute(bias * registers * registers, '/', sum); /* a power of 2: that is exact */
    if (estimate <= 2.5 * registers && unused) /* few: counting the registers that are still unused is more exact */
        estimate = sts__double_compute(registers, '*', log(sts__double_compute(registers, '/', unused)));
    return (uint64_t)sts__double_compute(estimate, '+', 0.5);
}

/* The place of the key, or of the one that it replaces: the lightest, whose count it takes over, and may be wrong by.
 */
static sts__skew_key *place_of(sts_skew *skew, uint64_t hash) {
    sts__skew_key *lightest = &skew->watch[0];
    for (size_t i = 0; i < skew->watched; i++) {
        if (skew->watch[i].hash == hash)
            return &skew->watch[i];
        if (skew->watch[i].count < lightest->count)
            lightest = &skew->watch[i];
    }
    return skew->watched < skew->heaviest * STS__SKEW_WATCHED ? &skew->watch[skew->watched++] : lightest;
}

void sts__skew_add(sts_skew *skew, sts_bytes key) {
    skew->keys++;
    skew->null_keys += !key.data;
    skew->empty_keys += key.data && key.size == 0;
    if (!key.data)
        return;
    uint64_t hash = XXH64(key.data, key.size, 0);
    note_hash(skew, hash);
    sts__skew_key *kept = place_of(skew, hash);
    if (kept->count == 0 || kept->hash != hash) {
        kept->hash = hash;
        kept->too_many = kept->count;
        kept->size = key.size < sizeof kept->bytes ? key.size : sizeof kept->bytes;
        memcpy(kept->bytes, key.data, kept->size);
    }
    kept->count++;
    skew->sorted = false;
}

static int by_weight(const void *a, const void *b) {
    const sts__skew_key *x = a;
    const sts__skew_key *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

const sts__skew_key *sts__skew_heaviest(sts_skew *skew, size_t index) {
    if (!skew->sorted)
        qsort(skew->watch, skew->watched, sizeof skew->watch[0], by_weight);
    skew->sorted = true;
    return index < skew->watched && index < skew->heaviest ? &skew->watch[index] : NULL;
}
