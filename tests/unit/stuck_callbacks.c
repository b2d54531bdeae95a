/* SPDX-License-Identifier: Apache-2.0
 *
 * A callback that does not return holds up no close beyond its deadline, and what it still uses is freed when it does
 * return. Here each returns when the test says so, which is after the close: one that waited would wait for ever. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "support/fake_transport.h"
#include "support/otlp.h"
#include "support/rig.h"

/* What a callback waits at. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned entered; /* how often a callback began */
    bool open;
};

static void gate_init(struct gate *gate) {
    *gate = (struct gate){.lock = PTHREAD_MUTEX_INITIALIZER};
    cr_assert_eq(sts__condition_init(&gate->changed), 0);
}

static void gate_pass(struct gate *gate) {
    pthread_mutex_lock(&gate->lock);
    gate->entered++;
    pthread_cond_broadcast(&gate->changed);
    while (!gate->open)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

static void gate_wait_entered(struct gate *gate) {
    int64_t deadline = sts__deadline_after(RIG_DEADLINE_MS);
    pthread_mutex_lock(&gate->lock);
    while (!gate->entered && sts__clock_us() < deadline)
        sts__condition_wait(&gate->changed, &gate->lock, deadline);
    cr_assert_eq(gate->entered, 1u);
    pthread_mutex_unlock(&gate->lock);
}

static void gate_open(struct gate *gate) {
    pthread_mutex_lock(&gate->lock);
    gate->open = true;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

static void stuck_outcome(const sts_outcome *outcome, void *user) {
    (void)outcome;
    gate_pass(user);
}

static void stuck_log(int32_t level, const char *text, void *user) {
    (void)level;
    if (strcmp(text, "stuck") == 0) /* and not the lines of the start */
        gate_pass(user);
}

static void stuck_letter(const sts_dead_letter *letter, void *user) {
    (void)letter;
    gate_pass(user);
}

/* Closes while a callback is stuck: every record has its outcome in the counters. */
static void close_without_it(sts_exporter *exporter, uint64_t records) {
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    cr_assert_eq(sts_exporter_close(exporter, 0, counts, STS_COUNTS, &error), STS_ERR_CALLBACK);
    cr_assert_not_null(strstr(sts_error_text(error), "callback"), "%s", sts_error_text(error));
    sts_error_free(error);
    cr_assert_eq(counts[STS_COUNT_RECORDS], records);
    cr_assert_eq(counts[STS_COUNT_PENDING], 0u);
    rig_check_sums(counts);
    cr_assert_eq(sts_exporter_close(exporter, 0, NULL, 0, NULL), STS_ERR_CLOSED);
}

/* The callback returns, no other one begins, and all can be freed. */
static void free_after_it(struct rig *rig, struct gate *gate) {
    gate_open(gate);
    cr_assert_eq(sts_exporter_free(rig->exporter, RIG_DEADLINE_MS), STS_OK);
    cr_assert_eq(gate->entered, 1u);
    rig->exporter = NULL;
    rig_close(rig);
}

Test(stuck_callbacks, an_outcome) {
    struct rig rig;
    struct gate gate;
    gate_init(&gate);
    rig_prepare(&rig, "deliver,hold", NULL);
    cr_assert_eq(sts_options_set_outcome_callback(rig.options, stuck_outcome, &gate), STS_OK);
    rig_start(&rig);
    cr_assert_eq(rig_export_numbered(&rig, 3, NULL), STS_OK);
    gate_wait_entered(&gate);
    close_without_it(rig.exporter, 3);
    free_after_it(&rig, &gate);
}

static void poll_and_log(void *context, int32_t timeout_ms) {
    struct fake *fake = context;
    (void)timeout_ms;
    if (fake->polled++ == 0)
        sts_transport_log(fake->sink, STS_LOG_INFO, "stuck");
}

Test(stuck_callbacks, a_log_line_of_the_transport) {
    struct rig rig = {.options = sts_options_new()};
    struct gate gate;
    struct fake fake;
    sts_transport table = fake_table();
    gate_init(&gate);
    fake_init(&fake);
    table.poll = poll_and_log;
    cr_assert_eq(sts_options_set_transport(rig.options, &table, &fake), STS_OK);
    cr_assert_eq(sts_options_set_log_callback(rig.options, stuck_log, &gate), STS_OK);
    rig_start(&rig);
    gate_wait_entered(&gate);
    close_without_it(rig.exporter, 0);
    cr_assert_eq(fake.closed, 0u, "its poll is still running");
    free_after_it(&rig, &gate);
    cr_assert_eq(fake.closed, 1u);
}

/* A thread of the test's that does something with an exporter. */
struct worker {
    struct rig *rig;
    pthread_t thread;
    sts_status status;
};

static void start(struct worker *worker, struct rig *rig, void *(*work)(void *)) {
    worker->rig = rig;
    cr_assert_eq(pthread_create(&worker->thread, NULL, work, worker), 0);
}

static sts_status end_of(struct worker *worker) {
    cr_assert_eq(pthread_join(worker->thread, NULL), 0);
    return worker->status;
}

static void *export_one(void *argument) {
    struct worker *worker = argument;
    worker->status = rig_export_numbered(worker->rig, 1, NULL);
    return NULL;
}

static void *export_without_key(void *argument) {
    struct worker *worker = argument;
    struct otlp records = {0};
    struct pb otlp = {0};
    otlp_add_record(&records, NULL, "body");
    otlp_finish(&otlp, &records);
    worker->status = rig_export(worker->rig, &otlp, NULL);
    pb_clear(&otlp);
    return NULL;
}

static void *poll_once(void *argument) {
    struct worker *worker = argument;
    worker->status = sts_poll(worker->rig->exporter, RIG_DEADLINE_MS);
    return NULL;
}

/* Called inside of an export, which goes on after it: so the transport cannot be closed before. */
static void check_dead_letter(const char *service_thread) {
    struct rig rig;
    struct gate gate;
    struct worker exporting;
    gate_init(&gate);
    rig_prepare(&rig, NULL, RIG_OPTIONS("service_thread", service_thread));
    cr_assert_eq(sts_options_set_dead_letter_callback(rig.options, stuck_letter, &gate), STS_OK);
    rig_start(&rig);
    start(&exporting, &rig, export_without_key);
    gate_wait_entered(&gate);
    close_without_it(rig.exporter, 1);
    gate_open(&gate);
    cr_assert_eq(end_of(&exporting), STS_ERR_REJECTED);
    free_after_it(&rig, &gate);
}

Test(stuck_callbacks, a_dead_letter_in_an_export) {
    check_dead_letter("true");
}

Test(stuck_callbacks, a_dead_letter_in_an_export_without_a_thread) {
    check_dead_letter("false");
}

Test(stuck_callbacks, in_a_thread_that_polls) {
    struct rig rig;
    struct gate gate;
    struct worker polling;
    gate_init(&gate);
    rig_prepare(&rig, NULL, RIG_OPTIONS("service_thread", "false"));
    cr_assert_eq(sts_options_set_outcome_callback(rig.options, stuck_outcome, &gate), STS_OK);
    rig_start(&rig);
    cr_assert_eq(rig_export_numbered(&rig, 2, NULL), STS_OK);
    start(&polling, &rig, poll_once);
    gate_wait_entered(&gate);
    cr_assert_eq(sts_flush(rig.exporter, 0, NULL, 0, NULL), STS_ERR_TIMED_OUT);
    cr_assert_eq(sts_poll(rig.exporter, 0), STS_OK);
    close_without_it(rig.exporter, 2);
    gate_open(&gate);
    cr_assert_eq(end_of(&polling), STS_OK);
    free_after_it(&rig, &gate);
}

static void wait_for_records(sts_exporter *exporter, uint64_t expected) {
    uint64_t counts[STS_COUNTS] = {0};
    for (int64_t end = rig_now_ms() + RIG_DEADLINE_MS; counts[STS_COUNT_ACCEPTED] < expected && rig_now_ms() < end;)
        cr_assert_eq(sts_exporter_counts(exporter, counts, STS_COUNTS), STS_OK);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], expected);
}

/* The one export waits for the callback that is stuck, the other one only for the thread that is in it. */
Test(stuck_callbacks, exports_that_wait_for_their_result) {
    struct rig rig;
    struct gate gate;
    struct worker first, second;
    gate_init(&gate);
    rig_prepare(&rig, NULL, RIG_OPTIONS("sending_queue.wait_for_result", "true"));
    cr_assert_eq(sts_options_set_outcome_callback(rig.options, stuck_outcome, &gate), STS_OK);
    rig_start(&rig);
    start(&first, &rig, export_one);
    gate_wait_entered(&gate);
    start(&second, &rig, export_one);
    wait_for_records(rig.exporter, 2);
    close_without_it(rig.exporter, 2);
    cr_assert_eq(end_of(&second), STS_ERR_NOT_DELIVERED);
    gate_open(&gate);
    cr_assert_eq(end_of(&first), STS_OK);
    free_after_it(&rig, &gate);
}

/* Memory that is counted, for the exporter alone. */
static unsigned long blocks;
static pthread_mutex_t blocks_lock = PTHREAD_MUTEX_INITIALIZER;

static void count_blocks(long change) {
    pthread_mutex_lock(&blocks_lock);
    blocks += (unsigned long)change;
    pthread_mutex_unlock(&blocks_lock);
}

static void *allocate(size_t size, void *user) {
    (void)user;
    void *block = malloc(size);
    count_blocks(block != NULL);
    return block;
}

static void *resize(void *block, size_t size, void *user) {
    void *moved = realloc(block, size);
    (void)user;
    count_blocks(!block && moved);
    return moved;
}

static void release(void *block, void *user) {
    (void)user;
    free(block);
    count_blocks(-1);
}

static unsigned long blocks_now(void) {
    pthread_mutex_lock(&blocks_lock);
    unsigned long now = blocks;
    pthread_mutex_unlock(&blocks_lock);
    return now;
}

Test(stuck_callbacks, what_was_freed_is_freed_by_its_thread) {
    struct gate gate;
    struct rig rig;
    sts_allocator *allocator = sts_allocator_new(allocate, resize, release, NULL);
    gate_init(&gate);
    rig_prepare(&rig, NULL, NULL);
    sts_options *options = sts_options_new_with(allocator);
    cr_assert_eq(sts_options_set_transport(options, sts_memory_transport_table(), rig.memory), STS_OK);
    cr_assert_eq(sts_options_set_outcome_callback(options, stuck_outcome, &gate), STS_OK);
    unsigned long before = blocks_now();
    rig.exporter = rig_new(options);
    cr_assert_eq(rig_export_numbered(&rig, 2, NULL), STS_OK);
    gate_wait_entered(&gate);
    cr_assert_eq(sts_exporter_free(rig.exporter, 0), STS_ERR_CALLBACK);
    cr_assert_gt(blocks_now(), before, "the thread in the callback needs it");
    gate_open(&gate);
    for (int64_t end = rig_now_ms() + RIG_DEADLINE_MS; blocks_now() > before && rig_now_ms() < end;)
        sched_yield();
    cr_assert_eq(blocks_now(), before);
    cr_assert_eq(gate.entered, 1u);
    rig.exporter = NULL;
    sts_options_free(options);
    sts_allocator_free(allocator);
    rig_close(&rig);
}
