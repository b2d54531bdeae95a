/* SPDX-License-Identifier: Apache-2.0
 *
 * Exports that wait for their result: what they return, and that they wait for nothing else. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"

/* An export, in the test's thread or in one of its own. */
struct export {
    struct rig *rig;
    unsigned records;
    sts_status status;
    uint64_t counts[STS_COUNTS];
    char text[512];
    pthread_t thread;
    atomic_int returned;
};

/* No assertions here: this may not be the test's thread. */
static void *run(void *user) {
    struct export *export = user;
    struct pb otlp = {0};
    sts_error *error = NULL;
    otlp_numbered(&otlp, export->records);
    export->status =
        sts_export_logs(export->rig->exporter, otlp.data, otlp.size, NULL, export->counts, STS_COUNTS, &error);
    snprintf(export->text, sizeof export->text, "%s", sts_error_text(error));
    sts_error_free(error);
    pb_clear(&otlp);
    atomic_store(&export->returned, 1);
    return NULL;
}

static void start(struct export *export) {
    cr_assert_eq(pthread_create(&export->thread, NULL, run, export), 0);
}

static void open_waiting(struct rig *rig, const char *script, const char *const *pairs) {
    rig_prepare(rig, script, pairs);
    rig_set(rig->options, RIG_OPTIONS("sending_queue.wait_for_result", "true"));
    rig_start(rig);
}

/* Waits until a counter of the exporter's is so large. */
static void wait_count(struct rig *rig, int counter, uint64_t value) {
    uint64_t counts[STS_COUNTS];
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    do {
        cr_assert_lt(rig_now_ms(), deadline, "counter %d", counter);
        cr_assert_eq(sts_exporter_counts(rig->exporter, counts, STS_COUNTS), STS_OK);
    } while (counts[counter] < value);
}

static void check(const struct export *export, sts_status status, uint64_t delivered, uint64_t failed,
                  uint64_t uncertain, uint64_t purged) {
    const uint64_t *counts = export->counts;
    cr_assert_eq(export->status, status, "%s: %s", sts_status_name(export->status), export->text);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], delivered);
    cr_assert_eq(counts[STS_COUNT_FAILED], failed);
    cr_assert_eq(counts[STS_COUNT_UNCERTAIN], uncertain);
    cr_assert_eq(counts[STS_COUNT_PURGED], purged);
    cr_assert_eq(counts[STS_COUNT_PENDING], 0u);
    rig_check_sums(counts);
}

static const char *const served[] = {"true", "false"}; /* by whom: service_thread */

Test(result, is_ok_when_all_is_delivered) {
    for (int i = 0; i < 2; i++) {
        struct rig rig;
        struct export export = {.rig = &rig, .records = 10};
        open_waiting(&rig, NULL, RIG_OPTIONS("service_thread", served[i]));
        run(&export);
        check(&export, STS_OK, 10, 0, 0, 0);
        export.records = 0;
        run(&export);
        check(&export, STS_OK, 0, 0, 0, 0);
        rig_close(&rig);
    }
}

Test(result, tells_the_first_record_that_was_not_delivered) {
    for (int i = 0; i < 2; i++) {
        struct rig rig;
        struct export export = {.rig = &rig, .records = 10};
        open_waiting(&rig, "deliver*3,fail*2,uncertain,deliver*4", RIG_OPTIONS("service_thread", served[i]));
        run(&export);
        check(&export, STS_ERR_NOT_DELIVERED, 7, 2, 1, 0);
        cr_assert_str_eq(export.text, "3 of 10 accepted records were not delivered; the first is record 3, "
                                      "STS_ERR_DELIVERY: failed by the script");
        run(&export);
        check(&export, STS_OK, 10, 0, 0, 0);
        rig_close(&rig);
    }
}

Test(result, of_rejected_and_undelivered_records) {
    struct rig rig;
    struct export export = {.rig = &rig, .records = 4};
    open_waiting(&rig, "refuse,deliver*4,refuse,deliver,fail", NULL);
    run(&export);
    check(&export, STS_ERR_REJECTED, 3, 0, 0, 0);
    cr_assert_eq(export.counts[STS_COUNT_REJECTED], 1u);
    run(&export);
    check(&export, STS_ERR_NOT_DELIVERED, 2, 1, 0, 0);
    cr_assert_eq(export.counts[STS_COUNT_REJECTED], 1u);
    rig_close(&rig);
}

Test(result, comes_with_what_ends_an_export) {
    struct rig rig;
    struct export export = {.rig = &rig, .records = 10};
    open_waiting(&rig, "deliver*2,fail,fatal", NULL);
    run(&export);
    check(&export, STS_ERR_PRODUCER_FATAL, 2, 1, 0, 0);
    rig_close(&rig);
    open_waiting(&rig, "deliver*2,fail,full*100", RIG_OPTIONS("sending_queue.block_on_overflow", "false"));
    run(&export);
    check(&export, STS_ERR_QUEUE_FULL, 2, 1, 0, 0);
    rig_close(&rig);
}

/* Each export makes room for the next one, since it returns with nothing under way. */
Test(result, of_a_request_larger_than_the_queue) {
    struct rig rig;
    struct export export = {.rig = &rig, .records = 50};
    open_waiting(&rig, "deliver*10,full*3", RIG_OPTIONS("sending_queue.queue_size", "4", "produce_timeout", "1h"));
    run(&export);
    check(&export, STS_OK, 50, 0, 0, 0);
    rig_close(&rig);
    open_waiting(&rig, NULL, RIG_OPTIONS("sending_queue.queue_size", "4", "service_thread", "false"));
    run(&export);
    check(&export, STS_ERR_QUEUE_FULL, 4, 0, 0, 0);
    run(&export);
    check(&export, STS_ERR_QUEUE_FULL, 4, 0, 0, 0);
    rig_close(&rig);
}

Test(result, of_topology) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    sts_topology *batch = sts_topology_new();
    cr_assert_eq(sts_topology_set_stream(batch, STS_OWNER_AGENT, "urn:test", NULL), STS_OK);
    cr_assert_eq(sts_topology_add_component(batch, "urn:host:/1", "1", "host", NULL), STS_OK);
    open_waiting(&rig, "deliver,fail", NULL);
    cr_assert_eq(sts_export_topology(rig.exporter, batch, NULL, counts, STS_COUNTS, NULL), STS_OK);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 1u);
    cr_assert_eq(sts_export_topology(rig.exporter, batch, NULL, counts, STS_COUNTS, NULL), STS_ERR_NOT_DELIVERED);
    cr_assert_eq(counts[STS_COUNT_FAILED], 1u);
    sts_topology_free(batch);
    rig_close(&rig);
}

/* The export that waits gets what close makes of its records. */
static void check_closed(const sts_transport *table, const char *service_thread, uint64_t uncertain, uint64_t purged) {
    struct rig rig;
    struct export export = {.rig = &rig, .records = 4};
    rig_prepare(&rig, "deliver,hold*3",
                RIG_OPTIONS("sending_queue.wait_for_result", "true", "service_thread", service_thread));
    cr_assert_eq(sts_options_set_transport(rig.options, table, rig.memory), STS_OK);
    rig_start(&rig);
    start(&export);
    wait_count(&rig, STS_COUNT_DELIVERED, 1);
    wait_count(&rig, STS_COUNT_ACCEPTED, 4);
    cr_assert_eq(atomic_load(&export.returned), 0);
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, NULL, 0, NULL), STS_ERR_TIMED_OUT);
    pthread_join(export.thread, NULL);
    check(&export, STS_ERR_NOT_DELIVERED, 1, 0, uncertain, purged);
    cr_assert_not_null(strstr(export.text, "the first is record 1"), "%s", export.text);
    rig_close(&rig);
}

Test(result, of_records_that_are_held_comes_when_the_exporter_is_closed) {
    sts_transport forgetful = *sts_memory_transport_table();
    forgetful.purge = NULL;
    for (int i = 0; i < 2; i++) {
        check_closed(sts_memory_transport_table(), served[i], 0, 3);
        check_closed(&forgetful, served[i], 3, 0);
    }
}

Test(result, is_not_held_up_by_other_threads_records) {
    struct rig rig;
    struct export held = {.rig = &rig, .records = 1}, export = {.rig = &rig, .records = 10};
    open_waiting(&rig, "hold", NULL);
    start(&held);
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    while (sts_memory_transport_count(rig.memory) < 1)
        cr_assert_lt(rig_now_ms(), deadline);
    run(&export);
    check(&export, STS_OK, 10, 0, 0, 0);
    cr_assert_eq(atomic_load(&held.returned), 0);
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, NULL, 0, NULL), STS_ERR_TIMED_OUT);
    pthread_join(held.thread, NULL);
    check(&held, STS_ERR_NOT_DELIVERED, 0, 0, 0, 1);
    rig_close(&rig);
}

/* --- with a callback --- */

/* How long a callback looks for what must not happen: an export that returns before its last outcome was told. */
enum { LOOK_MS = 100 };

struct witness {
    struct export export;
    struct outcome_log log;
    size_t last;
    atomic_int returned_before;
};

static void look_at_the_last(const sts_outcome *outcome, void *user) {
    struct witness *witness = user;
    int64_t deadline = rig_now_ms() + LOOK_MS;
    while (outcome_log_count(&witness->log) == witness->last - 1 && rig_now_ms() < deadline)
        if (atomic_load(&witness->export.returned))
            atomic_store(&witness->returned_before, 1);
    outcome_log_callback(outcome, &witness->log);
}

static void check_after_callback(const char *service_thread, const char *outcomes, size_t told) {
    struct rig rig;
    struct witness witness = {.export = {.rig = &rig, .records = 6}, .last = told};
    outcome_log_init(&witness.log);
    rig_prepare(&rig, "deliver,fail,refuse,deliver*2,fail",
                RIG_OPTIONS("sending_queue.wait_for_result", "true", "service_thread", service_thread));
    cr_assert_eq(sts_options_set_outcome_callback(rig.options, look_at_the_last, &witness), STS_OK);
    rig_set(rig.options, RIG_OPTIONS("outcomes", outcomes));
    rig_start(&rig);
    run(&witness.export);
    cr_assert_eq(outcome_log_count(&witness.log), told, "%zu outcomes were told before the export returned",
                 outcome_log_count(&witness.log));
    cr_assert_eq(atomic_load(&witness.returned_before), 0);
    check(&witness.export, STS_ERR_NOT_DELIVERED, 3, 2, 0, 0);
    rig_close(&rig);
    outcome_log_clear(&witness.log);
}

Test(result, comes_after_the_callback) {
    for (int i = 0; i < 2; i++) {
        check_after_callback(served[i], "all", 6);
        check_after_callback(served[i], "failures", 3);
    }
}

struct nested {
    struct export export;
    atomic_int calls;
};

static void export_once(const sts_outcome *outcome, void *user) {
    struct nested *nested = user;
    (void)outcome;
    if (atomic_fetch_add(&nested->calls, 1) == 0)
        run(&nested->export);
}

/* Would it wait, it would do so for itself, until CTest ends the test. */
Test(result, is_not_waited_for_in_a_callback) {
    for (int i = 0; i < 2; i++) {
        struct rig rig;
        struct nested nested = {.export = {.rig = &rig, .records = 3}};
        struct export export = {.rig = &rig, .records = 1};
        uint64_t counts[STS_COUNTS];
        rig_prepare(&rig, NULL, RIG_OPTIONS("sending_queue.wait_for_result", "true", "service_thread", served[i]));
        cr_assert_eq(sts_options_set_outcome_callback(rig.options, export_once, &nested), STS_OK);
        rig_start(&rig);
        run(&export);
        check(&export, STS_OK, 1, 0, 0, 0);
        cr_assert_eq(nested.export.status, STS_OK);
        cr_assert_eq(nested.export.counts[STS_COUNT_ACCEPTED], 3u);
        cr_assert_eq(nested.export.counts[STS_COUNT_DELIVERED], 0u, "nothing is known of them yet");
        rig_flush(&rig, counts);
        cr_assert_eq(counts[STS_COUNT_DELIVERED], 4u);
        rig_close(&rig);
    }
}

Test(result, does_not_wait_until_outcomes_are_taken) {
    struct rig rig;
    struct outcome_log log;
    struct export export = {.rig = &rig, .records = 4};
    outcome_log_init(&log);
    open_waiting(&rig, "deliver,refuse", RIG_OPTIONS("outcomes", "all"));
    run(&export);
    check(&export, STS_ERR_REJECTED, 3, 0, 0, 0);
    outcome_log_take(&log, rig.exporter, 4);
    rig_close(&rig);
    outcome_log_clear(&log);
}

/* --- many at once --- */

enum { THREADS = 8, REQUESTS = 40, FAILURES = 300 };

struct worker {
    pthread_t thread;
    struct rig *rig;
    uint64_t failed, faults;
};

static void *work(void *user) {
    struct worker *worker = user;
    for (unsigned i = 0; i < REQUESTS; i++) {
        struct export export = {.rig = worker->rig, .records = 1 + i % 13};
        run(&export);
        const uint64_t *counts = export.counts;
        worker->failed += counts[STS_COUNT_FAILED];
        worker->faults += export.status != (counts[STS_COUNT_FAILED] ? STS_ERR_NOT_DELIVERED : STS_OK) ||
                          counts[STS_COUNT_DELIVERED] + counts[STS_COUNT_FAILED] != export.records;
    }
    return NULL;
}

static void check_threads(sts_outcome_callback callback) {
    struct rig rig;
    struct worker workers[THREADS];
    struct outcome_log log;
    uint64_t counts[STS_COUNTS], failed = 0;
    char script[FAILURES * 20] = "";
    for (int i = 0; i < FAILURES; i++)
        strcat(script, i ? ",deliver*2,fail" : "deliver*2,fail");
    outcome_log_init(&log);
    rig_prepare(&rig, script,
                RIG_OPTIONS("sending_queue.wait_for_result", "true", "sending_queue.queue_size", "5", //
                            "produce_timeout", "1h"));
    if (callback)
        cr_assert_eq(sts_options_set_outcome_callback(rig.options, callback, &log), STS_OK);
    rig_start(&rig);
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.rig = &rig};
        cr_assert_eq(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        cr_assert_eq(workers[i].faults, 0u, "thread %d: each export gets the outcomes of its own records", i);
        failed += workers[i].failed;
    }
    cr_assert_eq(failed, (uint64_t)FAILURES);
    cr_assert_eq(sts_exporter_counts(rig.exporter, counts, STS_COUNTS), STS_OK);
    cr_assert_eq(counts[STS_COUNT_PENDING], 0u);
    cr_assert_eq(counts[STS_COUNT_FAILED], (uint64_t)FAILURES);
    cr_assert_eq(outcome_log_count(&log), callback ? counts[STS_COUNT_ACCEPTED] : 0u);
    rig_close(&rig);
    outcome_log_clear(&log);
}

Test(result, is_each_threads_own) {
    check_threads(NULL);
    check_threads(outcome_log_callback);
}
