/* SPDX-License-Identifier: Apache-2.0
 *
 * How often a transport is told to send what lingers, while somebody waits for outcomes: once for each who begins to
 * wait, and again where that takes long; not whenever something is served. The clock is the test's. */
#include <criterion/criterion.h>

#include "base/clock.h"
#include "support/fake_transport.h"
#include "support/rig.h"

enum { POLLS = 20, STEP_US = 1000, PUSH_AGAIN_STEPS = 5 };

static int64_t now_us = 1000000;

/* By the linker's --wrap. NOLINTBEGIN(bugprone-reserved-identifier) */
int64_t __wrap_sts__clock_us(void);

int64_t __wrap_sts__clock_us(void) {
    return now_us;
}
/* NOLINTEND(bugprone-reserved-identifier) */

/* A transport that delivers at the last of so many polls, and whose polls take so long. */
struct slow {
    struct fake fake;
    sts_transport fakes;
    int64_t step_us;
    unsigned polls_left;
    unsigned pushes;
};

static void slow_poll(void *context, int32_t timeout_ms) {
    struct slow *slow = context;
    now_us += slow->step_us;
    if (slow->polls_left && --slow->polls_left == 0)
        slow->fakes.poll(&slow->fake, timeout_ms);
}

static void slow_flush(void *context, int32_t timeout_ms) {
    (void)timeout_ms;
    ((struct slow *)context)->pushes++;
}

static sts_exporter *slow_exporter(struct slow *slow) {
    fake_init(&slow->fake);
    slow->fakes = fake_table();
    slow->pushes = 0;
    sts_transport table = slow->fakes;
    table.poll = slow_poll;
    table.flush = slow_flush;
    return fake_exporter(&slow->fake, &table, NULL);
}

/* Exports a record, and waits until it is delivered; how often the transport was told meanwhile. */
static unsigned pushes_of(struct slow *slow, sts_exporter *exporter, int64_t step_us) {
    struct rig rig = {.exporter = exporter};
    const unsigned before = slow->pushes;
    slow->step_us = step_us;
    slow->polls_left = POLLS;
    cr_assert_eq(rig_export_numbered(&rig, 1, NULL), STS_OK);
    cr_assert_eq(sts_flush(exporter, RIG_DEADLINE_MS, NULL, 0, NULL), STS_OK);
    cr_assert_eq(slow->polls_left, 0u);
    return slow->pushes - before;
}

Test(pushes, once_for_each_who_waits) {
    struct slow slow;
    sts_exporter *exporter = slow_exporter(&slow);
    for (int i = 0; i < 3; i++)
        cr_expect_eq(pushes_of(&slow, exporter, 0), 1u);
    sts_exporter_free(exporter, 0);
}

Test(pushes, again_where_it_takes_long) {
    struct slow slow;
    sts_exporter *exporter = slow_exporter(&slow);
    cr_expect_eq(pushes_of(&slow, exporter, STEP_US), POLLS / PUSH_AGAIN_STEPS);
    sts_exporter_free(exporter, 0);
}
