/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"

#include <sys/random.h>

#include "base/clock.h"

uint64_t sts__random_seed(void) {
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed)
        seed = (uint64_t)sts__clock_us() ^ (uint64_t)(uintptr_t)&seed;
    return seed;
}

/* A counter and a mix of its bits: splitmix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators",
 * 2014). */
uint32_t sts__random_below(uint64_t *state, uint32_t count) {
    uint64_t mixed = __atomic_add_fetch(state, UINT64_C(0x9e3779b97f4a7c15), __ATOMIC_RELAXED);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((mixed ^ mixed >> 31) % count);
}
