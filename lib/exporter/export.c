/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporting: record by record through the route into the ledger and the transport. */
#include "exporter/exporter.h"

#include "base/clock.h"
#include "exporter/request.h"
#include "transport/message_size.h"

enum { FULL_PAUSE_MS = 10 }; /* how long to let a transport work that has no room, before asking it again */

/* One export under way. */
typedef struct export_run {
    sts_exporter *exporter;
    sts__ledger_export ledger;
    bool may_wait; /* for room */
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

/* Whether it is worth asking the transport again that has no room; waits before. */
static bool wait_for_transport(const export_run *run) {
    int64_t deadline_us = run->ledger.claim.deadline_us;
    if (sts__clock_us() >= deadline_us)
        return false;
    int64_t pause_us = sts__deadline_after(FULL_PAUSE_MS);
    return sts__ledger_pause(&run->exporter->ledger, pause_us < deadline_us ? pause_us : deadline_us);
}

/* What the ledger counts of a record. */
static sts__ledger_record counted(const sts__routed *routed) {
    const sts_bytes *key = &routed->message.key;
    size_t payload = sts__message_payload(&routed->message);
    return (sts__ledger_record){.cost = sts__message_cost(&routed->message, payload),
                                .size = payload,
                                .null_key = !key->data,
                                .empty_key = key->data && key->size == 0,
                                .missing_key = routed->key.missing};
}

/* Gets an entry in the ledger. */
static sts_status accept(export_run *run, const sts__ledger_record *record, sts__routed *routed) {
    sts_status status = sts__ledger_accept(&run->exporter->ledger, &run->ledger, record, routed->index,
                                           routed->message.topic, &routed->message.id);
    if (status == STS_ERR_QUEUE_FULL)
        return queue_full(run);
    return status == STS_OK ? STS_OK : sts__fault_set(run->fault, status, "the record was not taken");
}

/* Gives an accepted record to the transport. STS_OK; a code that rejects the record, with its text in the fault; a code
 * that ends the export. */
static sts_status send(const export_run *run, const sts__ledger_record *record, sts__routed *routed) {
    sts_exporter *exporter = run->exporter;
    sts__fault *fault = run->fault;
    sts_status status;
    sts__fault_clear(fault);
    do
        status = exporter->transport.send(exporter->transport_context, &routed->message, &fault->transport_code,
                                          fault->text, sizeof fault->text);
    while (status == STS_ERR_QUEUE_FULL && wait_for_transport(run));
    if (status == STS_OK)
        return STS_OK;
    if (status == STS_ERR_PRODUCER_FATAL)
        __atomic_store_n(&exporter->fatal, 1, __ATOMIC_RELAXED);
    sts__ledger_cancel(&exporter->ledger, record, routed->message.id);
    return status == STS_ERR_QUEUE_FULL ? queue_full(run) : sts__fault_finish(fault, status);
}

/* Codes after which no further record is tried. */
static bool ends_export(sts_status status) {
    return status == STS_ERR_QUEUE_FULL || status == STS_ERR_NO_MEMORY || status <= STS_ERR_FATAL_LINE;
}

/* STS_OK where the rejection is in the books; else why not, which ends the export. */
static sts_status reject(export_run *run, sts__source *source, const sts__routed *routed, const sts__fault *why) {
    sts__letter letter;
    bool wanted = sts__dead_letters_wanted(run->exporter);
    sts_status status = STS_OK;
    if (wanted)
        status = sts__letter_of_rejected(&letter, run->exporter, &run->ledger, source, routed, why);
    if (status == STS_OK)
        status = sts__ledger_reject(&run->exporter->ledger, &run->ledger, routed->index, routed->message.topic,
                                    why->code, why->transport_code, why->text);
    if (wanted)
        sts__letter_end(&letter, run->exporter, status == STS_OK);
    if (status == STS_ERR_QUEUE_FULL)
        return queue_full(run);
    if (status != STS_OK)
        return sts__fault_set(run->fault, status, "the record was not taken");
    if (run->counts->rejected++ == 0) {
        run->first_rejection = *why;
        run->first_rejected = routed->index;
    }
    return STS_OK;
}

/* STS_OK for an accepted and for a rejected record; else the export ends. `status` is what its route said. */
static sts_status export_record(export_run *run, sts__source *source, sts__routed *routed, sts_status status) {
    sts__ledger_record record = {.size = 0};
    if (status == STS_OK) {
        record = counted(routed);
        status = accept(run, &record, routed);
    }
    if (status == STS_OK)
        status = send(run, &record, routed);
    if (status == STS_OK) {
        run->counts->accepted++;
        run->counts->bytes += record.size;
        return STS_OK;
    }
    if (ends_export(status))
        return status;
    sts__fault why = *run->fault;
    return reject(run, source, routed, &why);
}

static sts_status sum_up(const export_run *run) {
    if (run->counts->rejected == 0)
        return STS_OK;
    return sts__fault_set(
        run->fault, STS_ERR_REJECTED, "%llu of %llu records were rejected; the first is record %llu, %s: %s",
        (unsigned long long)run->counts->rejected, (unsigned long long)(run->counts->rejected + run->counts->accepted),
        (unsigned long long)run->first_rejected, sts_status_name(run->first_rejection.code), run->first_rejection.text);
}

static sts_status export_all(export_run *run, sts__source *source, uint64_t first_record) {
    sts__routed routed;
    sts_status routed_status;
    sts_status status = STS_OK;
    while (status == STS_OK && source->next(source, &routed, &routed_status, run->fault))
        if (routed.index >= first_record)
            status = export_record(run, source, &routed, routed_status);
    return status == STS_OK ? sum_up(run) : status;
}

/* Whoever serves the transport would wait for itself. */
static bool may_wait_for_room(sts_exporter *exporter) {
    return exporter->blocks_on_overflow && exporter->own_thread && !sts__callers_has_me(exporter);
}

sts_status sts__export(sts_exporter *exporter, sts__source *source, const sts_request *request,
                       sts__export_counts *counts, sts__fault *fault) {
    export_run run = {.exporter = exporter,
                      .ledger = {.token = request ? request->token : 0},
                      .may_wait = may_wait_for_room(exporter),
                      .counts = counts,
                      .fault = fault};
    if (run.may_wait)
        run.ledger.claim.deadline_us = sts__deadline_after(exporter->produce_timeout_ms);
    if (exporter->transport.struct_size == 0)
        return sts__fault_set(fault, STS_ERR_UNSUPPORTED, "transport=none: nothing can be sent");
    if (__atomic_load_n(&exporter->fatal, __ATOMIC_RELAXED))
        return sts__fault_set(fault, STS_ERR_PRODUCER_FATAL, "the producer met a fatal error before");
    if (!sts__ledger_enter(&exporter->ledger))
        return sts__fault_set(fault, STS_ERR_CLOSED, "the exporter was closed");
    sts_status status = export_all(&run, source, request ? request->first_record : 0);
    if (counts->rejected && exporter->ledger.keep_failures)
        sts__service_wake(exporter); /* rejections are told by the serving thread, like all outcomes */
    sts__ledger_leave(&exporter->ledger);
    return status;
}

void sts__export_counts_tell(const sts__export_counts *from, uint64_t *counts, size_t counts_size) {
    const uint64_t told[STS_COUNTS] = {[STS_COUNT_RECORDS] = from->accepted + from->rejected,
                                       [STS_COUNT_ACCEPTED] = from->accepted,
                                       [STS_COUNT_REJECTED] = from->rejected,
                                       [STS_COUNT_BYTES] = from->bytes};
    for (size_t i = 0; counts && i < counts_size; i++)
        counts[i] = i < STS_COUNTS ? told[i] : 0;
}
