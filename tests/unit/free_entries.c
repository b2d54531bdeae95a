/* SPDX-License-Identifier: Apache-2.0
 *
 * Which entries of the ledger are given out next. */
#include "queue/free_entries.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { GROUPS = 4, ALL = GROUPS * STS__FREE_GROUP };

static sts__free_entries new_entries(void) {
    sts__free_entries entries = {.groups = NULL};
    cr_assert(sts__free_entries_add(&entries, sts__memory_default(), GROUPS));
    return entries;
}

static void take(sts__free_entries *entries, uint32_t *taken, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        taken[i] = sts__free_entries_take(entries);
}

static bool follow_each_other(const uint32_t *taken, uint32_t count) {
    for (uint32_t i = 1; i < count; i++)
        if (taken[i] != taken[i - 1] + 1)
            return false;
    return true;
}

Test(free_entries, are_given_out_each_once) {
    sts__free_entries entries = new_entries();
    bool seen[ALL] = {false};
    for (int i = 0; i < ALL; i++) {
        uint32_t index = sts__free_entries_take(&entries);
        cr_assert_lt(index, ALL);
        cr_assert_not(seen[index]);
        seen[index] = true;
    }
    cr_assert_eq(entries.count, 0);
    cr_assert(sts__free_entries_add(&entries, sts__memory_default(), 1));
    cr_assert_eq(entries.count, STS__FREE_GROUP);
    cr_assert_eq(sts__free_entries_take(&entries), ALL);
    sts__free_entries_clear(&entries, sts__memory_default());
}

Test(free_entries, lie_side_by_side_however_they_come_back) {
    sts__free_entries entries = new_entries();
    uint32_t taken[ALL];
    take(&entries, taken, ALL);
    for (int first = 0; first < 6; first++) /* as batches of six partitions are acknowledged */
        for (int i = first; i < ALL - STS__FREE_GROUP; i += 6)
            sts__free_entries_give(&entries, taken[i]);
    for (int i = 0; i < GROUPS - 1; i++) {
        take(&entries, taken, STS__FREE_GROUP);
        cr_assert(follow_each_other(taken, STS__FREE_GROUP));
    }
    cr_assert_eq(entries.count, 0);
    sts__free_entries_clear(&entries, sts__memory_default());
}

Test(free_entries, a_group_that_is_free_in_part_has_to_do_where_no_other_is_left) {
    sts__free_entries entries = new_entries();
    uint32_t taken[ALL];
    take(&entries, taken, ALL);
    sts__free_entries_give(&entries, 70);
    sts__free_entries_give(&entries, 3);
    sts__free_entries_give(&entries, 90);
    cr_assert_eq(sts__free_entries_together(&entries), 0);
    uint32_t sum = 0;
    for (int i = 0; i < 3; i++)
        sum += sts__free_entries_take(&entries);
    cr_assert_eq(sum, 70 + 3 + 90);
    cr_assert_eq(entries.count, 0);
    sts__free_entries_clear(&entries, sts__memory_default());
}

Test(free_entries, are_the_same_again_as_if_they_were_a_set) {
    enum { STEPS = 200000 };
    sts__free_entries entries = new_entries();
    bool out[ALL] = {false};
    uint32_t count = 0;
    srand(1);
    for (int i = 0; i < STEPS; i++) {
        uint32_t index = (uint32_t)rand() % ALL;
        if (out[index]) {
            sts__free_entries_give(&entries, index);
            out[index] = false;
            count--;
        } else if (count < ALL) {
            index = sts__free_entries_take(&entries);
            cr_assert(index < ALL && !out[index], "step %d", i);
            out[index] = true;
            count++;
        }
        cr_assert_eq(entries.count, ALL - count);
        cr_assert_leq(sts__free_entries_together(&entries), entries.count);
    }
    sts__free_entries_clear(&entries, sts__memory_default());
}
