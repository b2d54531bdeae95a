/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include <xxhash.h>

uint64_t sts__hash(uint64_t seed, sts_bytes bytes) {
    return XXH3_64bits_withSeed(bytes.data, bytes.size, seed);
}
