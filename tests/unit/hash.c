/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"
#include "base/random.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "key/partition.h"

enum { SLOTS = 256, NAMES = 256 };

/* The names that a public hash puts into one slot of a table are all over it by ours. */
Test(hash, names_that_were_chosen_to_meet_do_not) {
    uint64_t seed = sts__random_seed();
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
    cr_assert_neq(sts__random_seed(), sts__random_seed());
}

/* Each of a few in its turn, more or less; and not in a row. */
Test(random, below_a_count_is_spread_evenly) {
    enum { COUNT = 12, DRAWS = 120000 };
    uint64_t state = sts__random_seed();
    unsigned drawn[COUNT] = {0};
    for (unsigned i = 0; i < DRAWS; i++) {
        uint32_t number = sts__random_below(&state, COUNT);
        cr_assert_lt(number, COUNT);
        drawn[number]++;
    }
    for (unsigned i = 0; i < COUNT; i++) /* 10,000 each; 600 are over six times the standard deviation */
        cr_assert(drawn[i] > DRAWS / COUNT - 600 && drawn[i] < DRAWS / COUNT + 600, "%u: %u", i, drawn[i]);
}
