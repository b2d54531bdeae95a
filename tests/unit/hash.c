/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "key/partition.h"

enum { SLOTS = 256, NAMES = 256 };

/* The names that a public hash puts into one slot of a table are all over it by ours. */
Test(hash, names_that_were_chosen_to_meet_do_not) {
    uint64_t seed = sts__hash_seed();
    unsigned used[SLOTS] = {0}, longest = 0;
    char name[32];
    for (unsigned i = 0, found = 0; found < NAMES; i++) {
        sts_bytes bytes = {name, (size_t)snprintf(name, sizeof name, "urn:host:/%u", i)};
        if (sts__fnv1a_32(bytes) % SLOTS != 0)
            continue;
        found++;
        unsigned count = ++used[sts__hash(seed, bytes) % SLOTS];
        longest = count > longest ? count : longest;
    }
    cr_assert_lt(longest, 16, "%u of %u names in one slot", longest, (unsigned)NAMES);
}

Test(hash, depends_on_the_seed_and_on_nothing_else) {
    sts_bytes name = {"urn:host:/1", strlen("urn:host:/1")};
    cr_assert_eq(sts__hash(1, name), sts__hash(1, name));
    cr_assert_neq(sts__hash(1, name), sts__hash(2, name));
    cr_assert_neq(sts__hash_seed(), sts__hash_seed());
}
