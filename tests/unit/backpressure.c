/* SPDX-License-Identifier: Apache-2.0
 *
 * Bounds: what happens where there is no room, and that nothing is lost or sent twice when the host goes on. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"

/* Exports from `first` on, and returns where to go on. */
static uint64_t export_from(struct rig *rig, const struct pb *otlp, uint64_t first, sts_status *status) {
    uint64_t counts[STS_COUNTS];
    sts_export_context *context = sts_export_context_new();
    cr_assert_eq(sts_export_context_set_first_record(context, first), STS_OK);
    *status = sts_export_logs(rig->exporter, otlp->data, otlp->size, context, counts, STS_COUNTS, NULL);
    cr_assert_eq(counts[STS_COUNT_RECORDS], counts[STS_COUNT_ACCEPTED] + counts[STS_COUNT_REJECTED]);
    sts_export_context_free(context);
    return first + counts[STS_COUNT_ACCEPTED] + counts[STS_COUNT_REJECTED];
}

Test(backpressure, a_full_transport_is_resumed_where_it_stopped) {
    struct rig rig;
    struct pb otlp = {0};
    sts_status status;
    otlp_numbered(&otlp, 10);
    rig_open(&rig, "deliver*4,full,deliver*3,full", RIG_OPTIONS("service_thread", "false"));
    uint64_t next = export_from(&rig, &otlp, 0, &status);
    cr_assert_eq(status, STS_ERR_QUEUE_FULL, "it returns at once, there is no thread that could make room");
    cr_assert_eq(next, 4u);
    next = export_from(&rig, &otlp, next, &status);
    cr_assert_eq(status, STS_ERR_QUEUE_FULL);
    cr_assert_eq(next, 7u);
    next = export_from(&rig, &otlp, next, &status);
    cr_assert_eq(status, STS_OK);
    cr_assert_eq(next, 10u);
    rig_flush(&rig, NULL);
    rig_check_numbered(&rig, 10);
    pb_clear(&otlp);
    rig_close(&rig);
}

Test(backpressure, an_export_waits_for_room) {
    struct rig rig;
    rig_open(&rig, "deliver*4,full*3", NULL);
    cr_assert_eq(rig_export_numbered(&rig, 10, NULL), STS_OK);
    rig_flush(&rig, NULL);
    rig_check_numbered(&rig, 10);
    rig_close(&rig);
}

Test(backpressure, an_export_waits_for_room_in_a_small_queue) {
    struct rig rig;
    rig_open(&rig, NULL, RIG_OPTIONS("sending_queue.queue_size", "3"));
    cr_assert_eq(rig_export_numbered(&rig, 200, NULL), STS_OK);
    rig_flush(&rig, NULL);
    rig_check_numbered(&rig, 200);
    rig_close(&rig);
}

/* Four records fit; they are the ones that are taken. */
static void check_full(const char *option, const char *value) {
    struct rig rig;
    struct pb otlp = {0};
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    otlp_numbered(&otlp, 10);
    rig_open(&rig, "hold*100", RIG_OPTIONS(option, value, "sending_queue.queue_size", "4"));
    sts_status status = sts_export_logs(rig.exporter, otlp.data, otlp.size, NULL, counts, STS_COUNTS, &error);
    cr_assert_eq(status, STS_ERR_QUEUE_FULL, "%s", sts_status_name(status));
    cr_assert_eq(sts_error_is_retriable(error), 1);
    cr_assert_eq(sts_error_is_fatal(error), 0);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 4u);
    cr_assert_eq(counts[STS_COUNT_RECORDS], 4u);
    cr_assert_eq(sts_exporter_counts(rig.exporter, counts, STS_COUNTS), STS_OK);
    cr_assert_eq(counts[STS_COUNT_PENDING], 4u);
    rig_check_sums(counts);
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, counts, STS_COUNTS, NULL), STS_ERR_TIMED_OUT);
    cr_assert_eq(counts[STS_COUNT_PURGED], 4u);
    sts_error_free(error);
    pb_clear(&otlp);
    rig_close(&rig);
}

Test(backpressure, the_queue_is_full_at_once) {
    check_full("produce_timeout", "0s");
}

Test(backpressure, the_queue_is_full_after_a_while) {
    check_full("produce_timeout", "20ms");
}

/* Would it wait, it would do so for the whole of produce_timeout, which is longer than CTest waits for the test. */
static void check_overflow(const char *script, const char *queue_size, uint64_t accepted) {
    struct rig rig;
    struct pb otlp = {0};
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    otlp_numbered(&otlp, 10);
    rig_open(&rig, script,
             RIG_OPTIONS("sending_queue.block_on_overflow", "false", "produce_timeout", "1h", //
                         "sending_queue.queue_size", queue_size));
    sts_status status = sts_export_logs(rig.exporter, otlp.data, otlp.size, NULL, counts, STS_COUNTS, &error);
    cr_assert_eq(status, STS_ERR_QUEUE_FULL, "%s", sts_status_name(status));
    cr_assert_null(strstr(sts_error_text(error), "produce_timeout"), "it did not wait: %s", sts_error_text(error));
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], accepted);
    sts_error_free(error);
    pb_clear(&otlp);
    rig_close(&rig);
}

Test(backpressure, without_blocking_a_full_queue_refuses_at_once) {
    check_overflow("hold*100", "4", 4);
}

Test(backpressure, without_blocking_a_full_transport_refuses_at_once) {
    check_overflow("deliver*3,full*100", "100", 3);
}

Test(backpressure, rejected_records_pass_a_full_queue) {
    struct rig rig;
    struct otlp otlp = {0};
    struct pb request = {0};
    sts_status status;
    otlp_add_record(&otlp, NULL, "no key");
    otlp_add_record(&otlp, "key-0", "body");
    otlp_add_record(&otlp, NULL, "no key");
    otlp_add_record(&otlp, "key-1", "body");
    otlp_finish(&request, &otlp);
    rig_open(&rig, "hold*9", RIG_OPTIONS("service_thread", "false", "sending_queue.queue_size", "1"));
    cr_assert_eq(export_from(&rig, &request, 0, &status), 3u, "accepted + rejected is where to go on");
    cr_assert_eq(status, STS_ERR_QUEUE_FULL);
    cr_assert_eq(sts_exporter_rejected(rig.exporter, STS_ERR_KEY_MISSING), 2u);
    cr_assert_eq(export_from(&rig, &request, 3, &status), 3u);
    cr_assert_eq(sts_exporter_rejected(rig.exporter, STS_ERR_KEY_MISSING), 2u, "none is counted twice");
    pb_clear(&request);
    rig_close(&rig);
}

Test(backpressure, the_first_record_may_be_beyond_the_last) {
    struct rig rig;
    struct pb otlp = {0};
    sts_status status;
    otlp_numbered(&otlp, 3);
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(export_from(&rig, &otlp, 3, &status), 3u);
    cr_assert_eq(status, STS_OK);
    cr_assert_eq(export_from(&rig, &otlp, UINT64_MAX, &status), UINT64_MAX);
    cr_assert_eq(status, STS_OK);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 0u);
    pb_clear(&otlp);
    rig_close(&rig);
}

Test(backpressure, bytes_are_bounded) {
    struct rig rig;
    struct otlp otlp = {0};
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    char *body = malloc(10001);
    memset(body, 'x', 10000);
    body[10000] = '\0';
    for (int i = 0; i < 20; i++)
        otlp_add_record(&otlp, "k", body);
    otlp_finish(&request, &otlp);
    rig_open(&rig, "hold*100",
             RIG_OPTIONS("produce_timeout", "0s", "sending_queue.max_bytes", "65536", //
                         "max_message_bytes", "20000"));
    cr_assert_eq(rig_export(&rig, &request, counts), STS_ERR_QUEUE_FULL);
    cr_assert_geq(counts[STS_COUNT_ACCEPTED], 5u, "the cost of a record is small beside 10 kB");
    cr_assert_leq(counts[STS_COUNT_ACCEPTED], 6u, "65,536 bytes hold no more of these bodies");
    free(body);
    pb_clear(&request);
    rig_close(&rig);
}

Test(backpressure, what_a_record_costs_beside_its_bytes_is_bounded_too) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, "hold*10000",
             RIG_OPTIONS("produce_timeout", "0s", "sending_queue.max_bytes", "65536", //
                         "max_message_bytes", "20000"));
    cr_assert_eq(rig_export_numbered(&rig, 1000, counts), STS_ERR_QUEUE_FULL);
    cr_assert_leq(counts[STS_COUNT_ACCEPTED], 65536u / 208, "librdkafka alone takes up to 208 bytes for each");
    cr_assert_geq(counts[STS_COUNT_ACCEPTED], 65536u / 1024);
    rig_close(&rig);
}

static void check_untaken_bound(const char *script, unsigned records, int counter) {
    struct rig rig;
    struct outcome_log log;
    uint64_t counts[STS_COUNTS];
    outcome_log_init(&log);
    rig_open(&rig, script, RIG_OPTIONS("outcomes", "all", "produce_timeout", "0s", "sending_queue.queue_size", "4"));
    cr_assert_eq(rig_export_numbered(&rig, records, counts), STS_ERR_QUEUE_FULL);
    cr_assert_eq(counts[counter], 4u);
    rig_flush(&rig, NULL);
    cr_assert_eq(rig_export_numbered(&rig, 1, counts), STS_ERR_QUEUE_FULL, "four outcomes wait to be taken");
    cr_assert_eq(counts[STS_COUNT_RECORDS], 0u);
    outcome_log_take(&log, rig.exporter, 3);
    cr_assert_neq(rig_export_numbered(&rig, 3, counts), STS_ERR_QUEUE_FULL, "taking makes room");
    cr_assert_eq(counts[counter], 3u);
    cr_assert_eq(rig_export_numbered(&rig, 1, counts), STS_ERR_QUEUE_FULL);
    outcome_log_take(&log, rig.exporter, 4);
    rig_close(&rig);
    outcome_log_clear(&log);
}

Test(backpressure, outcomes_that_nobody_takes_keep_their_place) {
    check_untaken_bound(NULL, 5, STS_COUNT_ACCEPTED);
}

Test(backpressure, rejections_that_nobody_takes_keep_their_place) {
    check_untaken_bound("refuse*100", 1000, STS_COUNT_REJECTED);
}

/* A million places, and not the memory for as many outcomes. */
static void check_untaken_bytes(const char *script) {
    enum { BYTES = 1 << 20, SMALLEST = 10 * sizeof(void *), AT_ONCE = 1000 };
    struct rig rig;
    struct outcome_log log;
    uint64_t queue[STS_QUEUE_VALUES];
    sts_status status;
    unsigned exports = 0;
    outcome_log_init(&log);
    rig_open(&rig, script,
             RIG_OPTIONS("outcomes", "all", "produce_timeout", "0s", "sending_queue.queue_size", "1000000",
                         "sending_queue.max_bytes", "1048576"));
    do {
        status = rig_export_numbered(&rig, AT_ONCE, NULL);
        rig_flush(&rig, NULL);
    } while (status != STS_ERR_QUEUE_FULL && ++exports * AT_ONCE <= BYTES / SMALLEST);
    cr_assert_eq(status, STS_ERR_QUEUE_FULL, "%u exports, and still room", exports);
    cr_assert_eq(sts_exporter_queue(rig.exporter, queue, STS_QUEUE_VALUES), STS_OK);
    cr_assert_eq(queue[STS_QUEUE_RECORDS], queue[STS_QUEUE_OUTCOMES]);
    cr_assert_leq(queue[STS_QUEUE_BYTES], (uint64_t)BYTES);
    cr_assert_gt(queue[STS_QUEUE_BYTES], BYTES / 2u);
    outcome_log_take(&log, rig.exporter, (unsigned)queue[STS_QUEUE_OUTCOMES]);
    cr_assert_neq(rig_export_numbered(&rig, AT_ONCE, NULL), STS_ERR_QUEUE_FULL, "taking makes room");
    rig_flush(&rig, NULL);
    outcome_log_take(&log, rig.exporter, AT_ONCE);
    cr_assert_eq(sts_exporter_queue(rig.exporter, queue, STS_QUEUE_VALUES), STS_OK);
    cr_assert_eq(queue[STS_QUEUE_BYTES], 0u);
    rig_close(&rig);
    outcome_log_clear(&log);
}

Test(backpressure, outcomes_that_nobody_takes_are_bounded_in_bytes) {
    check_untaken_bytes(NULL);
}

Test(backpressure, failures_that_nobody_takes_are_bounded_in_bytes) {
    check_untaken_bytes("fail*100000");
}

Test(backpressure, rejections_that_nobody_takes_are_bounded_in_bytes) {
    check_untaken_bytes("refuse*100000");
}

/* Exports from inside the callback of each of the first outcomes. */
struct exporting {
    struct rig *rig;
    atomic_int calls, full, other;
};

static void export_again(const sts_outcome *outcome, void *user) {
    struct exporting *exporting = user;
    (void)outcome;
    if (atomic_fetch_add(&exporting->calls, 1) >= 10)
        return;
    sts_status status = rig_export_numbered(exporting->rig, 3, NULL);
    if (status == STS_ERR_QUEUE_FULL)
        atomic_fetch_add(&exporting->full, 1);
    else if (status != STS_OK)
        atomic_fetch_add(&exporting->other, 1);
}

/* Would the export wait for room, it would wait for the thread that it runs in: an hour, until CTest ends the test. */
Test(backpressure, an_export_from_a_callback_never_waits) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    struct exporting exporting = {.rig = &rig};
    rig_prepare(&rig, NULL, RIG_OPTIONS("sending_queue.queue_size", "2", "produce_timeout", "1h"));
    cr_assert_eq(sts_options_set_outcome_callback(rig.options, export_again, &exporting), STS_OK);
    rig_start(&rig);
    cr_assert_eq(rig_export_numbered(&rig, 2, NULL), STS_OK);
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    do
        rig_flush(&rig, counts);
    while (counts[STS_COUNT_PENDING] > 0 && rig_now_ms() < deadline);
    rig_check_sums(counts);
    cr_assert_geq(atomic_load(&exporting.full), 1, "three records do not fit into a queue of two");
    cr_assert_eq(atomic_load(&exporting.other), 0);
    cr_assert_gt(counts[STS_COUNT_ACCEPTED], 2u, "those that fit were taken");
    rig_close(&rig);
}

enum { THREADS = 4, REQUESTS = 50, RECORDS = 20 };

/* One of several threads that export at once, through the resume that the header describes. */
struct worker {
    struct rig *rig;
    unsigned number, failures;
    pthread_t thread;
};

static void make_request(struct pb *out, unsigned worker, unsigned number) {
    struct otlp otlp = {0};
    for (unsigned i = 0; i < RECORDS; i++) {
        char key[32];
        snprintf(key, sizeof key, "%u %u", worker, number * RECORDS + i);
        otlp_add_record(&otlp, key, "body");
    }
    otlp_finish(out, &otlp);
}

/* No assertions here: this is not the test's thread. */
static void *work(void *user) {
    struct worker *worker = user;
    sts_export_context *context = sts_export_context_new();
    for (unsigned i = 0; i < REQUESTS; i++) {
        struct pb otlp = {0};
        uint64_t next = 0, counts[STS_COUNTS];
        sts_status status;
        make_request(&otlp, worker->number, i);
        do {
            sts_export_context_set_first_record(context, next);
            status = sts_export_logs(worker->rig->exporter, otlp.data, otlp.size, context, counts, STS_COUNTS, NULL);
            next += counts[STS_COUNT_RECORDS];
        } while (status == STS_ERR_QUEUE_FULL);
        worker->failures += status != STS_OK || next != RECORDS;
        pb_clear(&otlp);
    }
    sts_export_context_free(context);
    return NULL;
}

static void check_order(const struct rig *rig) {
    unsigned next[THREADS] = {0};
    cr_assert_eq(sts_memory_transport_count(rig->memory), (uint64_t)THREADS * REQUESTS * RECORDS);
    for (size_t i = 0; i < THREADS * REQUESTS * RECORDS; i++) {
        const sts_message *message = sts_memory_transport_message(rig->memory, i);
        char key[32] = "";
        unsigned worker, number;
        memcpy(key, message->key.data, message->key.size);
        cr_assert_eq(sscanf(key, "%u %u", &worker, &number), 2);
        cr_assert_eq(number, next[worker]++, "thread %u: %u came out of turn", worker, number);
    }
}

/* Counts calls, and those that began while another one ran. */
struct crowd {
    atomic_int inside, overlaps, calls;
};

static void count_crowd(const sts_outcome *outcome, void *user) {
    struct crowd *crowd = user;
    (void)outcome;
    if (atomic_fetch_add(&crowd->inside, 1) > 0)
        atomic_fetch_add(&crowd->overlaps, 1);
    atomic_fetch_add(&crowd->calls, 1);
    atomic_fetch_sub(&crowd->inside, 1);
}

static void check_threads(const char *produce_timeout) {
    struct rig rig;
    struct worker workers[THREADS];
    struct crowd crowd = {0};
    uint64_t counts[STS_COUNTS];
    rig_prepare(&rig, NULL, RIG_OPTIONS("sending_queue.queue_size", "7", "produce_timeout", produce_timeout));
    cr_assert_eq(sts_options_set_outcome_callback(rig.options, count_crowd, &crowd), STS_OK);
    rig_start(&rig);
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.rig = &rig, .number = i};
        cr_assert_eq(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        cr_assert_eq(workers[i].failures, 0u, "thread %u", i);
    }
    rig_flush(&rig, counts);
    rig_check_sums(counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], (uint64_t)THREADS * REQUESTS * RECORDS);
    check_order(&rig);
    rig_close(&rig);
    cr_assert_eq(atomic_load(&crowd.calls), THREADS * REQUESTS * RECORDS);
    cr_assert_eq(atomic_load(&crowd.overlaps), 0, "never from two threads at once");
}

Test(backpressure, threads_that_wait_lose_nothing_and_keep_their_order) {
    check_threads("1h");
}

Test(backpressure, threads_that_resume_lose_nothing_and_keep_their_order) {
    check_threads("1ms");
}

struct heavy {
    struct rig *rig;
    atomic_int requests, failures, enough;
};

static void *export_huge_requests(void *user) {
    struct heavy *heavy = user;
    while (!atomic_load(&heavy->enough)) {
        atomic_fetch_add(&heavy->failures, rig_export_numbered(heavy->rig, 5000, NULL) != STS_OK);
        atomic_fetch_add(&heavy->requests, 1);
    }
    return NULL;
}

/* It ends, since the one cannot keep the other from getting room; unit.room counts how much each gets. */
Test(backpressure, single_records_get_through_beside_huge_requests) {
    struct rig rig;
    pthread_t thread;
    struct heavy heavy = {.rig = &rig};
    rig_open(&rig, NULL, RIG_OPTIONS("sending_queue.queue_size", "8", "produce_timeout", "1h"));
    cr_assert_eq(pthread_create(&thread, NULL, export_huge_requests, &heavy), 0);
    for (int i = 0; i < 200; i++)
        cr_assert_eq(rig_export_numbered(&rig, 1, NULL), STS_OK);
    atomic_store(&heavy.enough, 1);
    pthread_join(thread, NULL);
    cr_assert_eq(atomic_load(&heavy.failures), 0);
    rig_flush(&rig, NULL);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 200u + 5000u * (unsigned)atomic_load(&heavy.requests));
    rig_close(&rig);
}
