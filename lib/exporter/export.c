/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporting: record by record through the route into the ledger and the transport. */
#include "exporter/exporter.h"

#include "base/clock.h"
#include "exporter/record_size.h"
#include "exporter/request.h"

enum { FULL_PAUSE_MS = 10 }; /* how long to let a transport work that has no room, before asking it again */

/* One export under way. */
typedef struct export_run {
    sts_exporter *exporter;
    uint64_t token;
    int64_t deadline_us; /* for waiting for room */
    bool may_wait;
    sts__export_counts *counts;
    sts__fault *fault;
    sts__fault first_rejection;
    uint64_t first_rejected;
} export_run;

static sts_status queue_full(const export_run *run) {
    return sts__fault_set(run->fault, STS_ERR_QUEUE_FULL,
                          "no room in the queue%s: %llu records of this request were accepted, the rest was not taken",
                          run->may_wait ? " within produce_timeout" : "", (unsigned long long)run->counts->accepted);
}

/* Whether it is worth asking again after STS_ERR_QUEUE_FULL; waits before. */
static bool wait_for_room(const export_run *run, size_t cost, bool of_transport) {
    if (!run->may_wait || sts__clock_us() >= run->deadline_us)
        return false;
    if (!of_transport)
        return sts__ledger_wait_room(&run->exporter->ledger, cost, run->deadline_us);
    int64_t pause_us = sts__deadline_after(FULL_PAUSE_MS);
    return sts__ledger_pause(&run->exporter->ledger, pause_us < run->deadline_us ? pause_us : run->deadline_us);
}

/* Gets an entry in the ledger. */
static sts_status accept(const export_run *run, const sts__routed *routed, uint64_t index, uint64_t *id) {
    size_t cost = sts__record_cost(&routed->message);
    size_t size = sts__record_payload(&routed->message);
    sts_status status;
    do
        status = sts__ledger_accept(&run->exporter->ledger, cost, size, run->token, index, routed->message.topic, id);
    while (status == STS_ERR_QUEUE_FULL && wait_for_room(run, cost, false));
    if (status == STS_ERR_QUEUE_FULL)
        return queue_full(run);
    return status == STS_OK ? STS_OK : sts__fault_set(run->fault, status, "the record was not taken");
}

/* Gives an accepted record to the transport. STS_OK; a code that rejects the record, with its text in the fault; a code that ends
 * the export. */
static sts_status send(const export_run *run, sts__routed *routed) {
    sts_exporter *exporter = run->exporter;
    sts__fault *fault = run->fault;
    sts_status status;
    sts__fault_clear(fault);
    do
        status = exporter->transport.send(exporter->transport_context, &routed->message, &fault->transport_code,
                                          fault->text, sizeof fault->text);
    while (status == STS_ERR_QUEUE_FULL && wait_for_room(run, 0, true));
    if (status == STS_OK)
        return STS_OK;
    size_t size = sts__record_payload(&routed->message);
    sts__ledger_cancel(&exporter->ledger, routed->message.id, size);
    return status == STS_ERR_QUEUE_FULL ? queue_full(run) : sts__fault_finish(fault, status);
}

/* Codes after which no further record is tried. */
static bool ends_export(sts_status status) {
    return status == STS_ERR_QUEUE_FULL || status == STS_ERR_NO_MEMORY || status <= STS_ERR_FATAL_LINE;
}

/* STS_OK where the rejection is in the books; else why not, which ends the export. */
static sts_status reject(export_run *run, const sts__routed *routed, uint64_t index, const sts__fault *why) {
    sts_exporter *exporter = run->exporter;
    sts_status status;
    do
        status = sts__ledger_reject(&exporter->ledger, run->token, index, routed->message.topic, why->code,
                                    why->transport_code, why->text);
    while (status == STS_ERR_QUEUE_FULL && wait_for_room(run, 0, false));
    if (status == STS_ERR_QUEUE_FULL)
        return queue_full(run);
    if (status != STS_OK)
        return sts__fault_set(run->fault, status, "the record was not taken");
    if (run->counts->rejected++ == 0) {
        run->first_rejection = *why;
        run->first_rejected = index;
    }
    return STS_OK;
}

/* STS_OK for an accepted and for a rejected record; else the export ends. */
static sts_status export_record(export_run *run, const sts__log_record *record) {
    sts__routed routed;
    sts_status status = sts__route_log(&run->exporter->route, record, true, &routed, run->fault);
    if (status == STS_OK) {
        status = accept(run, &routed, record->index, &routed.message.id);
        if (status == STS_OK)
            status = send(run, &routed);
    }
    if (status == STS_OK) {
        run->counts->accepted++;
        run->counts->bytes += sts__record_payload(&routed.message);
        return STS_OK;
    }
    if (ends_export(status))
        return status;
    sts__fault why = *run->fault;
    if (routed.message.topic == routed.topic)
        routed.message.topic = NULL; /* lives no longer than this call */
    return reject(run, &routed, record->index, &why);
}

static sts_status sum_up(const export_run *run) {
    if (run->counts->rejected == 0)
        return STS_OK;
    return sts__fault_set(run->fault, STS_ERR_REJECTED,
                          "%llu of %llu records were rejected; the first is record %llu, %s: %s",
                          (unsigned long long)run->counts->rejected,
                          (unsigned long long)(run->counts->rejected + run->counts->accepted),
                          (unsigned long long)run->first_rejected, sts_status_name(run->first_rejection.code),
                          run->first_rejection.text);
}

static sts_status export_all(export_run *run, sts_bytes otlp, uint64_t first_record) {
    sts_status status = STS_OK;
    sts__logs_cursor cursor;
    sts__log_record record;
    sts__logs_begin(&cursor, otlp);
    while (status == STS_OK && sts__logs_next(&cursor, &record))
        if (record.index >= first_record)
            status = export_record(run, &record);
    return status == STS_OK ? sum_up(run) : status;
}

sts_status sts__export_logs(sts_exporter *exporter, sts_bytes otlp, const sts_request *request,
                            sts__export_counts *counts, sts__fault *fault) {
    sts_status status = sts__logs_check(otlp, fault);
    if (status != STS_OK)
        return status;
    export_run run = {.exporter = exporter,
                      .token = request ? request->token : 0,
                      .deadline_us = sts__deadline_after(exporter->produce_timeout_ms),
                      .may_wait = exporter->has_thread && !sts__service_in_callback(exporter),
                      .counts = counts,
                      .fault = fault};
    if (!sts__ledger_enter(&exporter->ledger))
        return sts__fault_set(fault, STS_ERR_CLOSED, "the exporter was closed");
    status = export_all(&run, otlp, request ? request->first_record : 0);
    if (counts->rejected && exporter->ledger.keep_failures)
        sts__service_wake(exporter); /* rejections are told by the serving thread, like all outcomes */
    sts__ledger_leave(&exporter->ledger);
    return status;
}
