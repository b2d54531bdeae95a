/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporting: record by record through the route into the ledger and the transport. */
#include "exporter/exporter.h"

#include "base/clock.h"
#include "exporter/export_context.h"
#include "transport/message_size.h"

enum { FULL_PAUSE_MS = 10 }; /* how long to let a transport work that has no room, before asking it again */

/* One export under way. */
typedef struct export_run {
    sts_exporter *exporter;
    sts__ledger_export ledger;
    int64_t deadline_us; /* for waiting for room; 0: it does not wait */
    bool pushes;         /* what lingers is sent at once, for its sake */
    sts__export_counts *counts;
    sts__fault *fault;
    sts__fault first_rejection;
    uint64_t first_rejected;
} export_run;

static sts_status queue_full(const export_run *run) {
    return sts__fault_set(run->fault, STS_ERR_QUEUE_FULL,
                          "no room in the queue%s: %llu records of this request were accepted, the rest was not taken",
                          run->deadline_us ? " within produce_timeout" : "", (unsigned long long)run->counts->accepted);
}

/* An export that waits for its result does not wait for what lingers, neither here nor, where the queue is full, for
 * room. True when it has not been called before: room is worth asking for again. */
static bool begin_pushing(export_run *run) {
    if (!run->ledger.result || run->pushes)
        return false;
    run->pushes = true;
    run->ledger.claim.deadline_us = run->deadline_us;
    sts__service_push(run->exporter);
    return true;
}

/* Whether it is worth asking the transport again that has no room; waits before. */
static bool wait_for_transport(export_run *run) {
    begin_pushing(run);
    if (sts__clock_us() >= run->deadline_us)
        return false;
    int64_t pause_us = sts__deadline_after(FULL_PAUSE_MS);
    return sts__ledger_pause(&run->exporter->ledger, pause_us < run->deadline_us ? pause_us : run->deadline_us);
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
    sts_status status;
    do
        status = sts__ledger_accept(&run->exporter->ledger, &run->ledger, record, routed->index, routed->message.topic,
                                    &routed->message.id);
    while (status == STS_ERR_QUEUE_FULL && begin_pushing(run));
    if (status == STS_ERR_QUEUE_FULL)
        return queue_full(run);
    return status == STS_OK ? STS_OK : sts__fault_set(run->fault, status, "the record was not taken");
}

/* Gives an accepted record to the transport. STS_OK; a code that rejects the record, with its text in the fault; a code
 * that ends the export. */
static sts_status send(export_run *run, const sts__ledger_record *record, sts__routed *routed) {
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

/* Where there is no room for the letter, what lingers is sent, and it is tried once more. */
static sts_status make_letter(export_run *run, sts__letter *letter, sts__source *source, const sts__routed *routed,
                              const sts__fault *why) {
    sts_status status = sts__letter_of_rejected(letter, run->exporter, &run->ledger, source, routed, why);
    if (status == STS_ERR_QUEUE_FULL && begin_pushing(run)) {
        sts__letter_end(letter, run->exporter, false);
        status = sts__letter_of_rejected(letter, run->exporter, &run->ledger, source, routed, why);
    }
    return status;
}

/* STS_OK where the rejection is in the books; else why not, which ends the export. */
static sts_status reject(export_run *run, sts__source *source, const sts__routed *routed, const sts__fault *why) {
    sts__letter letter;
    bool wanted = sts__dead_letters_wanted(run->exporter);
    sts_status status = STS_OK;
    if (wanted)
        status = make_letter(run, &letter, source, routed, why);
    if (status == STS_OK)
        do
            status = sts__ledger_reject(&run->exporter->ledger, &run->ledger, routed->index, routed->message.topic,
                                        why->code, why->transport_code, why->text);
        while (status == STS_ERR_QUEUE_FULL && begin_pushing(run));
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
        (unsigned long long)run->first_rejected, sts__status_name(run->first_rejection.code),
        run->first_rejection.text);
}

/* Rejections are told by the serving thread, like all outcomes. */
static sts_status export_all(export_run *run, sts__source *source, uint64_t first_record) {
    sts__routed routed;
    sts_status routed_status;
    sts_status status = STS_OK;
    while (status == STS_OK && source->next(source, &routed, &routed_status, run->fault))
        if (routed.index >= first_record)
            status = export_record(run, source, &routed, routed_status);
    if (run->counts->rejected && run->exporter->ledger.keep_failures)
        sts__service_wake(run->exporter);
    return status == STS_OK ? sum_up(run) : status;
}

/* Where every accepted record was delivered, what the export said before. What ended it comes first: the host has to go
 * on from there. */
static sts_status sum_up_result(export_run *run, sts_status status) {
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

static sts_status wait_for_result(export_run *run, sts_status status) {
    sts_exporter *exporter = run->exporter;
    if (!sts__ledger_has_result(&exporter->ledger, run->ledger.result)) {
        begin_pushing(run);
        sts__ledger_await(&exporter->ledger, &run->ledger);
        sts__service_wait_result(exporter, run->ledger.result);
    }
    if (run->pushes)
        sts__service_push_end(exporter);
    return sum_up_result(run, status);
}

static sts_status export_and_wait(export_run *run, sts__source *source, uint64_t first_record) {
    sts__result result;
    if (sts__result_init(&result) != STS_OK)
        return sts__fault_set(run->fault, STS_ERR_SYSTEM, "there is no way to wait for the result");
    run->ledger.result = &result;
    sts_status status = wait_for_result(run, export_all(run, source, first_record));
    sts__result_clear(&result);
    run->ledger.result = NULL;
    return status;
}

sts_status sts__export(sts_exporter *exporter, sts__source *source, const sts_export_context *context,
                       sts__export_counts *counts, sts__fault *fault) {
    uint64_t first_record = context ? context->first_record : 0;
    export_run run = {
        .exporter = exporter, .ledger = {.token = context ? context->token : 0}, .counts = counts, .fault = fault};
    if (exporter->transport.struct_size == 0)
        return sts__fault_set(fault, STS_ERR_UNSUPPORTED, "transport=none: nothing can be sent");
    if (__atomic_load_n(&exporter->fatal, __ATOMIC_RELAXED))
        return sts__fault_set(fault, STS_ERR_PRODUCER_FATAL, "the producer met a fatal error before");
    if (!sts__ledger_enter(&exporter->ledger))
        return sts__fault_set(fault, STS_ERR_CLOSED, "the exporter was closed");
    bool in_callback = sts__callers_has_me(exporter); /* whoever serves would wait for itself */
    if (exporter->blocks_on_overflow && exporter->own_thread && !in_callback)
        run.deadline_us = sts__deadline_after(exporter->produce_timeout_ms);
    sts_status status;
    if (exporter->waits_for_result && !in_callback) {
        status = export_and_wait(&run, source, first_record);
    } else {
        run.ledger.claim.deadline_us = run.deadline_us;
        status = export_all(&run, source, first_record);
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
