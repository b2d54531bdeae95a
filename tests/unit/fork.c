/* SPDX-License-Identifier: Apache-2.0
 *
 * After fork() the child leaves the parent's exporter alone and may make its own. */
#include <criterion/criterion.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/otlp.h"
#include "support/rig.h"

static void ignore(const sts_explanation *explanation, void *user) {
    (void)explanation;
    (void)user;
}

/* In the child. Returns 0, or the number of the call that was not refused: assertions work in the parent alone. */
static int call_all(struct rig *rig, const struct pb *otlp) {
    sts_exporter *exporter = rig->exporter;
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    sts_outcomes *list = sts_outcomes_new(1);
    int64_t values[1];
    char *text;
    int failed = 0;
    if (sts_export_logs(exporter, otlp->data, otlp->size, NULL, NULL, 0, &error) != STS_ERR_FORKED)
        failed = 1;
    else if (sts_error_code(error) != STS_ERR_FORKED || !sts_error_is_fatal(error))
        failed = 2;
    else if (sts_explain_logs(exporter, otlp->data, otlp->size, NULL, ignore, NULL, NULL) != STS_ERR_FORKED)
        failed = 3;
    else if (sts_flush(exporter, 1000, NULL, 0, NULL) != STS_ERR_FORKED)
        failed = 4;
    else if (sts_exporter_counts(exporter, counts, STS_COUNTS) != STS_ERR_FORKED)
        failed = 5;
    else if (sts_exporter_rejected(exporter, STS_ERR_KEY_MISSING) != 0)
        failed = 6;
    else if (sts_poll(exporter, 1000) != STS_ERR_FORKED)
        failed = 7;
    else if (sts_exporter_fd(exporter) != -1)
        failed = 8;
    else if (sts_exporter_take_outcomes(exporter, list, 1000) != STS_ERR_FORKED)
        failed = 9;
    else if (sts_exporter_close(exporter, 1000, NULL, 0, NULL) != STS_ERR_FORKED)
        failed = 10;
    else if (sts_exporter_free(exporter, 1000) != STS_ERR_FORKED)
        failed = 11;
    else if (sts_export_logs(exporter, otlp->data, otlp->size, NULL, NULL, 0, NULL) != STS_ERR_FORKED)
        failed = 12; /* the free did nothing, so the handle still answers */
    else if (sts_exporter_queue(exporter, counts, STS_COUNTS) != STS_ERR_FORKED)
        failed = 13;
    else if (sts_exporter_latency(exporter, NULL, 0, NULL) != STS_ERR_FORKED)
        failed = 14;
    else if (sts_exporter_threads(exporter) != 0)
        failed = 15;
    else if (sts_exporter_transport_statistics(exporter, values, 1) != STS_ERR_FORKED)
        failed = 16;
    else if (sts_exporter_statistics_json(exporter, &text, NULL) != STS_ERR_FORKED)
        failed = 17;
    else if (sts_exporter_statistics_prometheus(exporter, NULL, &text, NULL) != STS_ERR_FORKED)
        failed = 18;
    sts_error_free(error);
    sts_outcomes_free(list);
    return failed;
}

/* Runs in a child and returns its exit status in the parent. It forks when the exporter's thread has started and has
 * nothing more to do: the child inherits the locks that another thread holds, and unlike glibc, AddressSanitizer's
 * allocator does not let go of its own. */
static int in_child(int (*run)(struct rig *, const struct pb *), struct rig *rig, const struct pb *otlp) {
    int status = -1;
    cr_assert_eq(rig_export(rig, otlp, NULL), STS_OK);
    sts_flush(rig->exporter, 100, NULL, 0, NULL); /* times out where a record is held */
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0)
        _exit(run(rig, otlp));
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status), "the child died of signal %d", WTERMSIG(status));
    return WEXITSTATUS(status);
}

static void check_refused(const char *service_thread) {
    struct rig rig;
    struct pb otlp = {0};
    uint64_t counts[STS_COUNTS];
    otlp_numbered(&otlp, 3);
    rig_open(&rig, "deliver,hold", RIG_OPTIONS("outcomes", "all", "service_thread", service_thread));
    int failed = in_child(call_all, &rig, &otlp);
    cr_assert_eq(failed, 0, "call %d of the child was not refused", failed);

    /* The parent goes on as if nothing had been. A loaded machine may give its thread no turn within one flush. */
    cr_assert_eq(rig_export(&rig, &otlp, NULL), STS_OK);
    for (int waited_ms = 0; waited_ms < RIG_DEADLINE_MS; waited_ms += 50) {
        cr_assert_eq(sts_flush(rig.exporter, 50, counts, STS_COUNTS, NULL), STS_ERR_TIMED_OUT);
        if (counts[STS_COUNT_DELIVERED] == 5)
            break;
    }
    cr_assert_eq(counts[STS_COUNT_RECORDS], 6u);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 5u);
    cr_assert_eq(counts[STS_COUNT_PENDING], 1u);
    pb_clear(&otlp);
    rig_close(&rig);
}

Test(fork, the_child_is_refused) {
    check_refused("true");
}

Test(fork, the_child_is_refused_without_a_service_thread) {
    check_refused("false");
}

static int make_own(struct rig *parents, const struct pb *otlp) {
    struct rig own = {0};
    uint64_t counts[STS_COUNTS];
    int failed = 0;
    (void)parents;
    own.options = sts_options_new();
    if (sts_memory_transport_new(&own.memory, NULL, 10, 1, NULL) != STS_OK)
        return 1;
    sts_options_set_transport(own.options, sts_memory_transport_table(), own.memory);
    if (sts_exporter_new(&own.exporter, own.options, NULL) != STS_OK)
        return 2;
    if (rig_export(&own, otlp, NULL) != STS_OK)
        failed = 3;
    else if (sts_flush(own.exporter, RIG_DEADLINE_MS, counts, STS_COUNTS, NULL) != STS_OK)
        failed = 4;
    else if (counts[STS_COUNT_DELIVERED] != 3)
        failed = 5;
    else if (sts_exporter_free(own.exporter, 0) != STS_OK)
        failed = 6;
    sts_options_free(own.options);
    sts_memory_transport_free(own.memory);
    return failed;
}

Test(fork, the_child_makes_its_own) {
    struct rig rig;
    struct pb otlp = {0};
    otlp_numbered(&otlp, 3);
    rig_open(&rig, NULL, NULL);
    int failed = in_child(make_own, &rig, &otlp);
    cr_assert_eq(failed, 0, "step %d of the child failed", failed);
    cr_assert_eq(rig_export(&rig, &otlp, NULL), STS_OK);
    rig_flush(&rig, NULL);
    pb_clear(&otlp);
    rig_close(&rig);
}
