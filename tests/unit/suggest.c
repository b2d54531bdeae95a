/* SPDX-License-Identifier: Apache-2.0 */
#include "base/suggest.h"

#include <criterion/criterion.h>

Test(suggest, counts_single_character_edits) {
    cr_assert_eq(sts__suggest_distance("topic", "topic"), 0);
    cr_assert_eq(sts__suggest_distance("topic", "topics"), 1);
    cr_assert_eq(sts__suggest_distance("tpoic", "topic"), 1, "neighbours that changed places are one edit");
    cr_assert_eq(sts__suggest_distance("", "abc"), 3);
    cr_assert_eq(sts__suggest_distance("brokers", "broker"), 1);
}

Test(suggest, keeps_the_nearer_candidate_and_refuses_far_ones) {
    const char *best = sts__suggest_nearer("brokres", NULL, "brokers");
    cr_assert_str_eq(best, "brokers");
    cr_assert_eq(sts__suggest_nearer("brokres", best, "topic"), best);
    cr_assert_null(sts__suggest_nearer("xyz", NULL, "sending_queue.queue_size"));
}
