/* SPDX-License-Identifier: Apache-2.0
 *
 * What may not be called from inside a callback of the same exporter returns STS_ERR_REENTRANT and changes nothing. */
#include <criterion/criterion.h>

#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"

/* What each call returned from inside a callback, and how often the callback was called. */
struct calls {
    struct rig *rig;
    struct outcome_log log;
    sts_status flush, poll, close, take, free, counts, export, explain;
    uint64_t rejected;
    unsigned explained;
};

static void count_explanation(const sts_explanation *explanation, void *user) {
    (void)explanation;
    ++*(unsigned *)user;
}

/* No assertions here: this may be the exporter's own thread. */
static void call_all(struct calls *calls) {
    sts_exporter *exporter = calls->rig->exporter;
    uint64_t counts[STS_COUNTS];
    struct pb otlp = {0};
    sts_outcomes *list = sts_outcomes_new(1);
    calls->flush = sts_flush(exporter, 10, NULL, 0, NULL);
    calls->poll = sts_poll(exporter, 10);
    calls->close = sts_exporter_close(exporter, 10, NULL, 0, NULL);
    calls->take = sts_exporter_take_outcomes(exporter, list, 10);
    calls->free = sts_exporter_free(exporter, 10);
    sts_outcomes_free(list);

    /* And these may be called. */
    otlp_numbered(&otlp, 1);
    calls->counts = sts_exporter_counts(exporter, counts, STS_COUNTS);
    calls->rejected = sts_exporter_rejected(exporter, STS_ERR_KEY_MISSING);
    calls->export = sts_export_logs(exporter, otlp.data, otlp.size, NULL, NULL, 0, NULL);
    calls->explain = sts_explain_logs(exporter, otlp.data, otlp.size, NULL, count_explanation, &calls->explained, NULL);
    pb_clear(&otlp);
}

static void check_calls(const struct calls *calls) {
    cr_assert_eq(calls->flush, STS_ERR_REENTRANT, "%s", sts_status_name(calls->flush));
    cr_assert_eq(calls->poll, STS_ERR_REENTRANT, "%s", sts_status_name(calls->poll));
    cr_assert_eq(calls->close, STS_ERR_REENTRANT, "%s", sts_status_name(calls->close));
    cr_assert_eq(calls->take, STS_ERR_REENTRANT, "%s", sts_status_name(calls->take));
    cr_assert_eq(calls->free, STS_ERR_REENTRANT, "%s", sts_status_name(calls->free));
    cr_assert_eq(calls->counts, STS_OK);
    cr_assert_eq(calls->rejected, 0u);
    cr_assert_eq(calls->export, STS_OK, "%s", sts_status_name(calls->export));
    cr_assert_eq(calls->explain, STS_OK, "%s", sts_status_name(calls->explain));
    cr_assert_eq(calls->explained, 1u);
}

static void call_at_first_outcome(const sts_outcome *outcome, void *user) {
    struct calls *calls = user;
    if (sts_outcome_token(outcome) == 1)
        call_all(calls);
    outcome_log_callback(outcome, &calls->log);
}

static void check_outcome_callback(const char *service_thread) {
    struct rig rig;
    struct calls calls = {.rig = &rig};
    struct pb otlp = {0};
    sts_export_context *context = sts_export_context_new();
    outcome_log_init(&calls.log);
    otlp_numbered(&otlp, 1);
    sts_export_context_set_token(context, 1);
    rig_prepare(&rig, NULL, RIG_OPTIONS("service_thread", service_thread));
    cr_assert_eq(sts_options_set_outcome_callback(rig.options, call_at_first_outcome, &calls), STS_OK);
    rig_start(&rig);
    cr_assert_eq(sts_export_logs(rig.exporter, otlp.data, otlp.size, context, NULL, 0, NULL), STS_OK);
    rig_flush(&rig, NULL);
    outcome_log_wait(&calls.log, 1);
    rig_flush(&rig, NULL); /* of the record that the callback exported */
    outcome_log_wait(&calls.log, 2);
    check_calls(&calls);
    sts_export_context_free(context);
    pb_clear(&otlp);
    rig_close(&rig);
    outcome_log_clear(&calls.log);
}

Test(reentrant, in_the_outcome_callback_of_the_exporters_thread) {
    check_outcome_callback("true");
}

Test(reentrant, in_the_outcome_callback_of_the_hosts_thread) {
    check_outcome_callback("false");
}

static void call_while_explaining(const sts_explanation *explanation, void *user) {
    (void)explanation;
    call_all(user);
}

/* Freeing here would pull the explanation from under the feet of the call that goes on. */
Test(reentrant, in_the_explanation_callback) {
    struct rig rig;
    struct calls calls = {.rig = &rig};
    struct pb otlp = {0};
    otlp_numbered(&otlp, 1);
    rig_open(&rig, NULL, RIG_OPTIONS("service_thread", "false", "outcomes", "all"));
    cr_assert_eq(sts_explain_logs(rig.exporter, otlp.data, otlp.size, NULL, call_while_explaining, &calls, NULL),
                 STS_OK);
    check_calls(&calls);
    cr_assert_eq(sts_flush(rig.exporter, RIG_DEADLINE_MS, NULL, 0, NULL), STS_OK, "after the callback it may");
    pb_clear(&otlp);
    rig_close(&rig);
}

static void free_the_other(const sts_outcome *outcome, void *user) {
    struct calls *calls = user;
    calls->flush = sts_flush(calls->rig->exporter, RIG_DEADLINE_MS, NULL, 0, NULL);
    outcome_log_callback(outcome, &calls->log);
}

/* Two exporters share nothing: in a callback of one, the other is free to be used. */
Test(reentrant, another_exporter_is_not_concerned) {
    struct rig rig, other;
    struct calls calls = {.rig = &other};
    outcome_log_init(&calls.log);
    rig_open(&other, NULL, NULL);
    rig_prepare(&rig, NULL, NULL);
    cr_assert_eq(sts_options_set_outcome_callback(rig.options, free_the_other, &calls), STS_OK);
    rig_start(&rig);
    cr_assert_eq(rig_export_numbered(&rig, 1, NULL), STS_OK);
    outcome_log_wait(&calls.log, 1);
    cr_assert_eq(calls.flush, STS_OK, "%s", sts_status_name(calls.flush));
    rig_close(&rig);
    rig_close(&other);
    outcome_log_clear(&calls.log);
}
