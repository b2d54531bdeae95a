/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include <sys/random.h>
#include <xxhash.h>

#include "base/clock.h"

uint64_t sts__hash_seed(void) {
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed)
        seed = (uint64_t)sts__clock_us() ^ (uint64_t)(uintptr_t)&seed;
    return seed;
}

uint64_t sts__hash(uint64_t seed, sts_bytes bytes) {
    return XXH3_64bits_withSeed(bytes.data, bytes.size, seed);
}
