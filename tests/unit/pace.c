/* SPDX-License-Identifier: Apache-2.0
 *
 * How far exports run ahead of deliveries: who waits, and where nobody does. */
#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>

#include "exporter/pace.h"
#include "support/otlp.h"
#include "support/rig.h"

enum { MAX = 100000, MANY = 90000, STEP_US = 1000, STEPS = 1000 };

static bool waits(sts__pace *pace, uint64_t pending, uint64_t delivered, int64_t now_us) {
    const sts__ledger_view view = {pending, delivered};
    return !sts__pace_is_kept(pace, &view) && sts__pace_wait_ms(pace, &view, now_us) > 0;
}

Test(pace, holds_up_who_is_far_ahead_while_records_are_delivered) {
    sts__pace pace;
    cr_assert_eq(sts__pace_init(&pace, true, MAX), STS_OK);
    for (int i = 1; i <= STEPS; i++)
        cr_assert(waits(&pace, MANY, (uint64_t)i * 10, i * STEP_US), "%d", i);
    cr_assert_not(waits(&pace, 100, STEPS * 10, STEPS * STEP_US), "few are under way");
    sts__pace_clear(&pace);
}

Test(pace, holds_up_nobody_where_nothing_is_delivered) {
    sts__pace pace;
    int count = 0;
    cr_assert_eq(sts__pace_init(&pace, true, MAX), STS_OK);
    cr_assert_not(waits(&pace, MANY, 0, STEP_US), "nothing ever was");
    for (int i = 0; i < STEPS; i++)
        count += waits(&pace, MANY, 10, (i + 2) * STEP_US);
    cr_assert_leq(count, 50, "a broker that hangs costs each export a moment, and not for long");
    cr_assert(waits(&pace, MANY, 20, (STEPS + 2) * STEP_US), "it is back");
    sts__pace_clear(&pace);
}

/* More under way is what a cluster far away needs. */
Test(pace, lets_more_be_under_way_where_that_delivers_more) {
    sts__pace pace;
    uint64_t delivered = 0;
    cr_assert_eq(sts__pace_init(&pace, true, MAX), STS_OK);
    for (int i = 1; i <= 2 * STEPS; i++) {
        const size_t size = sts__flow_window_size(&pace.window);
        waits(&pace, size + 1, delivered += size / 100, i * STEP_US);
    }
    cr_assert_eq(sts__flow_window_size(&pace.window), MAX);
    sts__pace_clear(&pace);
}

Test(pace, can_be_off) {
    sts__pace pace;
    cr_assert_eq(sts__pace_init(&pace, false, MAX), STS_OK);
    for (int i = 1; i <= STEPS; i++)
        cr_assert_not(waits(&pace, MANY, (uint64_t)i * 10, i * STEP_US));
    sts__pace_clear(&pace);
}

/* --- an exporter's --- */

/* A transport that delivers one record at a time, and notes how long exports wait for that. */
struct slow {
    sts_transport_sink *sink;
    pthread_mutex_t lock;
    uint64_t sent[MAX];
    size_t count;
    size_t told;
    int32_t longest_ms;
};

static sts_status slow_open(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *code, char *text,
                            size_t text_size) {
    (void)timeout_ms, (void)code, (void)text, (void)text_size;
    ((struct slow *)context)->sink = sink;
    return STS_OK;
}

static sts_status slow_send(void *context, const sts_message *message, int32_t *code, char *text, size_t text_size) {
    struct slow *slow = context;
    (void)code, (void)text, (void)text_size;
    pthread_mutex_lock(&slow->lock);
    slow->sent[slow->count++] = message->id;
    pthread_mutex_unlock(&slow->lock);
    return STS_OK;
}

static int32_t slow_report(void *context, int32_t timeout_ms) {
    struct slow *slow = context;
    sts_completion done = {.struct_size = sizeof done, .offset = -1, .kind = STS_OUTCOME_DELIVERED};
    pthread_mutex_lock(&slow->lock);
    bool any = slow->told < slow->count;
    if (any)
        done.id = slow->sent[slow->told++];
    if (timeout_ms > slow->longest_ms)
        slow->longest_ms = timeout_ms;
    pthread_mutex_unlock(&slow->lock);
    if (any)
        sts_transport_complete(slow->sink, &done);
    return 1;
}

/* The exporter's own thread, beside those that export or in place of them. */
static void slow_poll(void *context, int32_t timeout_ms) {
    poll(NULL, 0, timeout_ms < 1 ? timeout_ms : 1);
    slow_report(context, 0);
}

static void slow_purge(void *context) {
    struct slow *slow = context;
    while (slow->told < slow->count)
        slow_report(slow, 0);
}

static void slow_close(void *context, int32_t timeout_ms) {
    (void)context, (void)timeout_ms;
}

static int pauses; /* atomic */

/* By the linker's --wrap: an export that cannot help sleeps. NOLINTBEGIN(bugprone-reserved-identifier) */
bool __wrap_sts__ledger_pause(sts__ledger *ledger, int64_t deadline_us);
bool __real_sts__ledger_pause(sts__ledger *ledger, int64_t deadline_us);

bool __wrap_sts__ledger_pause(sts__ledger *ledger, int64_t deadline_us) {
    __atomic_add_fetch(&pauses, 1, __ATOMIC_RELAXED);
    return __real_sts__ledger_pause(ledger, deadline_us);
}
/* NOLINTEND(bugprone-reserved-identifier) */

static struct slow slow;

static void start(struct rig *rig, sts_outcome_callback callback, const char *const *pairs) {
    const sts_transport table = {.struct_size = sizeof table,
                                 .name = "slow",
                                 .open = slow_open,
                                 .send = slow_send,
                                 .poll = slow_poll,
                                 .purge = slow_purge,
                                 .close = slow_close,
                                 .report = slow_report};
    *rig = (struct rig){.options = rig_options(pairs)};
    slow = (struct slow){.lock = PTHREAD_MUTEX_INITIALIZER};
    cr_assert_eq(sts_options_set_transport(rig->options, &table, &slow), STS_OK);
    if (callback)
        sts_options_set_outcome_callback(rig->options, callback, NULL);
    rig_start(rig);
}

/* How long exports wait at most, of so many records, and more until that is as long as expected. */
static int32_t longest_wait_ms(size_t records, int32_t expected_ms, const char *const *pairs) {
    struct rig rig;
    start(&rig, NULL, pairs);
    while (slow.count < records || (slow.longest_ms < expected_ms && slow.count < MAX - 1000))
        cr_assert_eq(rig_export_numbered(&rig, 100, NULL), STS_OK);
    rig_close(&rig);
    return slow.longest_ms;
}

Test(pace, an_export_helps_for_a_moment_where_many_are_under_way) {
    cr_expect_eq(longest_wait_ms(5000, 0, RIG_OPTIONS(NULL)), 0);
    cr_expect_eq(longest_wait_ms(12000, 1, RIG_OPTIONS(NULL)), 1);
    cr_expect_eq(longest_wait_ms(12000, 0, RIG_OPTIONS("sending_queue.block_on_overflow", "false")), 0,
                 "who must not wait does not");
}

static void ignore(const sts_outcome *outcome, void *user) {
    (void)outcome, (void)user;
}

static void check_pauses(uint64_t token, const char *outcomes) {
    struct rig rig;
    struct pb otlp = {0};
    otlp_numbered(&otlp, 100);
    start(&rig, ignore, RIG_OPTIONS("outcomes", outcomes));
    __atomic_store_n(&pauses, 0, __ATOMIC_RELAXED);
    while (__atomic_load_n(&pauses, __ATOMIC_RELAXED) == 0 && slow.count < MAX - 1000)
        cr_assert_eq(rig_export_as(&rig, &otlp, token, NULL), STS_OK);
    cr_expect_gt(__atomic_load_n(&pauses, __ATOMIC_RELAXED), 0);
    rig_close(&rig);
    pb_clear(&otlp);
}

Test(pace, an_export_waits_where_a_callback_is_told_of_outcomes) {
    check_pauses(0, "all");
    check_pauses(7, "tokens");
}
