/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporting: record by record through the route, to where messages are staged and submitted. */
#include "base/clock.h"
#include "exporter/export_context.h"
#include "exporter/gathering.h"
#include "exporter/storage.h"
#include "exporter/submit.h"

/* Makes a routed record one of those that are sent next. */
static sts_status add(sts__export_run *run, const sts__routed *routed) {
    const sts__route *route = run->source->routing.route;
    bool added = run->gathers   ? sts__gathering_add(run->staging, route, routed)
                 : run->batches ? sts__staging_add_kept(run->staging, routed, run->source->bytes)
                                : sts__staging_add(run->staging, routed, run->source->bytes);
    if (!added)
        return sts__fault_no_memory(run->fault);
    bool full =
        run->gathers ? sts__gathering_is_full(run->staging, route) : run->staging->message_count == STS__STAGED_AT_ONCE;
    return full ? sts__submit(run) : STS_OK;
}

/* STS_OK for a record that is to be sent, and for a rejected one; else the export ends. `status` is what its route
 * said. What is in front of a rejected record comes first. */
static sts_status export_record(sts__export_run *run, const sts__routed *routed, sts_status status) {
    if (status == STS_OK)
        return add(run, routed);
    sts__fault why = *run->fault;
    sts_status submitted = sts__submit(run);
    if (submitted != STS_OK)
        return submitted;
    *run->fault = why;
    if (sts__submit_ends(status))
        return status;
    const sts__rejected rejected = {run->source, &routed->message, &routed->place, &why};
    return sts__submit_rejection(run, &rejected);
}

static sts_status sum_up(const sts__export_run *run) {
    if (run->counts->rejected == 0)
        return STS_OK;
    return sts__fault_set(
        run->fault, STS_ERR_REJECTED, "%llu of %llu records were rejected; the first is record %llu, %s: %s",
        (unsigned long long)run->counts->rejected, (unsigned long long)(run->counts->rejected + run->counts->accepted),
        (unsigned long long)run->first_rejected, sts__status_name(run->first_rejection.code),
        run->first_rejection.text);
}

/* What was stored is safe, and goes on its way. */
static sts_status store(sts__export_run *run, sts_status status) {
    sts__fault why = *run->fault;
    sts_status committed = sts__storage_commit(run);
    if (committed == STS_OK && status != STS_OK)
        *run->fault = why;
    if (sts__storage_feed(run->exporter, false))
        sts__service_wake(run->exporter);
    return committed == STS_OK ? status : committed;
}

/* Before it returns. Where it may not wait, it helps all the same; where it cannot help, it waits all the same. */
static void keep_pace(const sts__export_run *run) {
    sts_exporter *exporter = run->exporter;
    const sts__ledger_view *view = &run->ledger.view;
    int32_t pause_ms = 0;
    if (run->deadline_us && !sts__pace_is_kept(&exporter->pace, view))
        pause_ms = sts__pace_wait_ms(&exporter->pace, view, sts__clock_us());
    const bool may_help = exporter->helps && !sts__ledger_has_tokens(&exporter->ledger);
    if (!sts__service_help(exporter, pause_ms) && pause_ms && !may_help)
        sts__ledger_pause(&exporter->ledger, sts__deadline_after(pause_ms));
}

/* Rejections are told by the serving thread, like all outcomes. */
static sts_status export_all(sts__export_run *run, uint64_t first_record) {
    sts__routed routed;
    sts_status routed_status;
    sts_status status = STS_OK;
    run->staging = sts__stagings_take(&run->exporter->stagings);
    if (!run->staging)
        return sts__fault_no_memory(run->fault);
    run->batches = sts__source_batches(run->source);
    run->gathers = sts__source_gathers(run->source) && !run->batches;
    while (status == STS_OK && run->source->next(run->source, &routed, &routed_status, run->fault))
        if (routed.place.index >= first_record)
            status = export_record(run, &routed, routed_status);
    if (status == STS_OK)
        status = sts__submit(run);
    if (run->exporter->storage.store)
        status = store(run, status);
    if (run->batches)
        sts__batching_end_export(run->exporter);
    sts__stagings_give(&run->exporter->stagings, run->staging);
    keep_pace(run);
    if (run->counts->rejected && sts__ledger_keeps_failures(&run->exporter->ledger, run->ledger.token))
        sts__service_wake(run->exporter);
    return status == STS_OK ? sum_up(run) : status;
}

/* Where every accepted record was delivered, what the export said before. What ended it comes first: the host has to go
 * on from there. */
static sts_status sum_up_result(sts__export_run *run, sts_status status) {
    const sts__result *result = run->ledger.result;
    uint64_t undelivered = sts__result_undelivered(result);
    run->counts->delivered = result->counts[STS_OUTCOME_DELIVERED];
    run->counts->failed = result->counts[STS_OUTCOME_FAILED];
    run->counts->uncertain = result->counts[STS_OUTCOME_UNCERTAIN];
    run->counts->purged = result->counts[STS_OUTCOME_PURGED];
    if (undelivered == 0 || (status != STS_OK && status != STS_ERR_REJECTED))
        return status;
    sts__fault_set(run->fault, STS_ERR_NOT_DELIVERED,
                   "%llu of %llu accepted records were not delivered; the first is record %llu, %s: %s",
                   (unsigned long long)undelivered, (unsigned long long)run->counts->accepted,
                   (unsigned long long)result->first, sts__status_name(result->why.code), result->why.text);
    run->fault->transport_code = result->why.transport_code;
    return STS_ERR_NOT_DELIVERED;
}

static sts_status wait_for_result(sts__export_run *run, sts_status status) {
    sts_exporter *exporter = run->exporter;
    if (!sts__ledger_has_result(&exporter->ledger, run->ledger.result)) {
        sts__submit_push(run);
        sts__ledger_await(&exporter->ledger, &run->ledger);
        sts__service_wait_result(exporter, run->ledger.result);
    }
    if (run->pushes)
        sts__service_push_end(exporter);
    return sum_up_result(run, status);
}

static sts_status export_and_wait(sts__export_run *run, uint64_t first_record) {
    sts__result result;
    if (sts__result_init(&result) != STS_OK)
        return sts__fault_set(run->fault, STS_ERR_SYSTEM, "there is no way to wait for the result");
    run->ledger.result = &result;
    sts_status status = wait_for_result(run, export_all(run, first_record));
    sts__result_clear(&result);
    run->ledger.result = NULL;
    return status;
}

sts_status sts__export(sts_exporter *exporter, sts__source *source, const sts_export_context *context,
                       sts__export_counts *counts, sts__fault *fault) {
    uint64_t first_record = context ? context->first_record : 0;
    sts__export_run run = {
        .exporter = exporter,
        .source = source,
        .ledger = {.token = context ? context->token : 0, .shared_cost = source->taken ? source->taken->bytes.size : 0},
        .counts = counts,
        .fault = fault};
    if (exporter->transport.struct_size == 0)
        return sts__fault_set(fault, STS_ERR_UNSUPPORTED, "transport=none: nothing can be sent");
    if (__atomic_load_n(&exporter->fatal, __ATOMIC_ACQUIRE))
        return sts__fault_set(fault, STS_ERR_PRODUCER_FATAL, "the producer has ended with a fatal error%s%s",
                              exporter->fatal_text[0] ? ": " : "", exporter->fatal_text);
    if (!sts__ledger_enter(&exporter->ledger))
        return sts__fault_set(fault, STS_ERR_CLOSED, "the exporter was closed");
    bool in_callback = sts__callers_has_me(exporter); /* whoever serves would wait for itself */
    if (exporter->blocks_on_overflow && exporter->own_thread && !in_callback)
        run.deadline_us = sts__deadline_after(exporter->produce_timeout_ms);
    sts_status status;
    if (exporter->waits_for_result && !in_callback) {
        status = export_and_wait(&run, first_record);
    } else {
        run.ledger.claim.deadline_us = run.deadline_us;
        status = export_all(&run, first_record);
    }
    sts__ledger_leave(&exporter->ledger, &run.ledger);
    return status;
}

void sts__export_counts_tell(const sts__export_counts *from, uint64_t *counts, size_t counts_size) {
    const uint64_t told[STS_COUNTS] = {[STS_COUNT_RECORDS] = from->accepted + from->rejected,
                                       [STS_COUNT_ACCEPTED] = from->accepted,
                                       [STS_COUNT_REJECTED] = from->rejected,
                                       [STS_COUNT_DELIVERED] = from->delivered,
                                       [STS_COUNT_FAILED] = from->failed,
                                       [STS_COUNT_UNCERTAIN] = from->uncertain,
                                       [STS_COUNT_PURGED] = from->purged,
                                       [STS_COUNT_BYTES] = from->bytes};
    for (size_t i = 0; counts && i < counts_size; i++)
        counts[i] = i < STS_COUNTS ? told[i] : 0;
}
