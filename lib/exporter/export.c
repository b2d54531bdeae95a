/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporting: through the route into the ledger and the transport, some messages at a time. What was accepted or
 * rejected is always the beginning of the request, so that the host knows where to go on. */
#include "exporter/exporter.h"

#include "base/clock.h"
#include "exporter/export_context.h"
#include "exporter/gathering.h"
#include "transport/send.h"

enum {
    FULL_PAUSE_MS = 10, /* how long to let a transport work that has no room, before asking it again */
    HELP_MS = 10        /* how long to wait for reports at a time, while there is no room in the queue */
};

/* One export under way. */
typedef struct export_run {
    sts_exporter *exporter;
    sts__source *source;
    sts__staging *staging;
    bool gathers; /* all that is staged is accepted, or nothing */
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

/* Entries for records, as sts__ledger_accept; where there is no room, this thread has delivered messages reported, and
 * stands in line only if that does not do, or others do. */
static sts_status get_entries(export_run *run, sts__ledger_record *records, size_t count, size_t at_least,
                              size_t *accepted) {
    sts__ledger *ledger = &run->exporter->ledger;
    int64_t deadline_us = run->ledger.claim.deadline_us;
    bool waits = true;
    run->ledger.claim.deadline_us = 0;
    sts_status status = sts__ledger_accept(ledger, &run->ledger, records, count, at_least, accepted);
    while (status == STS_ERR_QUEUE_FULL && waits && !sts__ledger_has_line(ledger)) {
        waits = sts__clock_us() < deadline_us;
        if (!sts__service_help(run->exporter, waits ? HELP_MS : 0))
            break;
        status = sts__ledger_accept(ledger, &run->ledger, records, count, at_least, accepted);
    }
    run->ledger.claim.deadline_us = deadline_us;
    return status != STS_ERR_QUEUE_FULL
               ? status
               : sts__ledger_accept(ledger, &run->ledger, records, count, at_least, accepted);
}

/* Gets entries in the ledger for the messages from `*ready` on, which goes on behind those that have them. */
static sts_status accept(export_run *run, size_t *ready) {
    const sts__staging *staging = run->staging;
    const sts__staged *first = &staging->messages[*ready];
    sts__ledger_record *records = &staging->records[first->first_record];
    size_t count = staging->record_count - first->first_record;
    size_t at_least = run->gathers ? count : first->record_count;
    size_t accepted;
    sts_status status;
    do
        status = get_entries(run, records, count, at_least, &accepted);
    while (status == STS_ERR_QUEUE_FULL && begin_pushing(run));
    if (status == STS_ERR_QUEUE_FULL)
        return queue_full(run);
    if (status != STS_OK)
        return sts__fault_set(run->fault, status, "the record was not taken");
    for (size_t end = first->first_record + accepted; *ready < staging->message_count; ++*ready) {
        sts__staged *message = &staging->messages[*ready];
        if (message->first_record + message->record_count > end)
            break;
        message->message.id = staging->records[message->first_record].id;
    }
    return STS_OK;
}

/* Codes after which no further record is tried. */
static bool ends_export(sts_status status) {
    return status == STS_ERR_QUEUE_FULL || status == STS_ERR_NO_MEMORY || status <= STS_ERR_FATAL_LINE;
}

/* Where there is no room for the letter, what lingers is sent, and it is tried once more. */
static sts_status make_letter(export_run *run, sts__letter *letter, const sts__rejected *rejected) {
    sts_status status = sts__letter_of_rejected(letter, run->exporter, &run->ledger, rejected);
    if (status == STS_ERR_QUEUE_FULL && begin_pushing(run)) {
        sts__letter_end(letter, run->exporter, false);
        status = sts__letter_of_rejected(letter, run->exporter, &run->ledger, rejected);
    }
    return status;
}

/* STS_OK where the rejection is in the books; else why not, which ends the export. */
static sts_status reject(export_run *run, const sts__rejected *rejected) {
    const sts__fault *why = rejected->why;
    uint64_t index = rejected->place->index;
    sts__letter letter;
    bool wanted = sts__dead_letters_wanted(run->exporter);
    sts_status status = STS_OK;
    if (wanted)
        status = make_letter(run, &letter, rejected);
    if (status == STS_OK)
        do
            status = sts__ledger_reject(&run->exporter->ledger, &run->ledger, index, rejected->message->topic,
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
        run->first_rejected = index;
    }
    return STS_OK;
}

/* Takes the acceptance of messages back. */
static void cancel(export_run *run, size_t from, size_t count) {
    const sts__staged *first = &run->staging->messages[from];
    const sts__staged *last = first + count - 1;
    sts__ledger_cancel(&run->exporter->ledger, &run->staging->records[first->first_record],
                       last->first_record + last->record_count - first->first_record);
}

/* Gives accepted messages to the transport, up to the first that it does not take, whose code is returned; `*from` goes
 * on behind those that it took. */
static sts_status hand_over(export_run *run, size_t *from, size_t end) {
    sts_exporter *exporter = run->exporter;
    const sts_message *messages[STS__STAGED_AT_ONCE];
    size_t count = 0;
    size_t taken;
    while (count < STS__STAGED_AT_ONCE && *from + count < end) {
        messages[count] = &run->staging->messages[*from + count].message;
        count++;
    }
    sts_status status =
        sts__transport_send(&exporter->transport, exporter->transport_context, messages, count, &taken, run->fault);
    for (; taken; taken--, ++*from) {
        const sts__staged *message = &run->staging->messages[*from];
        run->counts->accepted += message->record_count;
        for (size_t i = 0; i < message->record_count; i++)
            run->counts->bytes += run->staging->records[message->first_record + i].size;
    }
    if (status == STS_ERR_PRODUCER_FATAL)
        __atomic_store_n(&exporter->fatal, 1, __ATOMIC_RELAXED);
    return status;
}

static sts_status send(export_run *run, size_t *from, size_t end);

/* A message that is too large for its topic goes again as two. False where they cannot be made or accepted, with the
 * reason in the fault; or `*status` is how that ended. */
static bool send_halves(export_run *run, const sts__staged *message, sts_status *status) {
    sts__staging *whole = run->staging;
    sts__staging *halves = sts__stagings_take(&run->exporter->stagings);
    size_t sent = 0;
    size_t ready = 0;
    if (!halves) {
        sts__fault_no_memory(run->fault);
        return false;
    }
    run->staging = halves;
    bool accepted =
        sts__gathering_halve(whole, message, &run->source->routing, halves, run->fault) == STS_OK &&
        accept(run, &ready) == STS_OK;
    if (accepted)
        *status = send(run, &sent, ready);
    run->staging = whole;
    sts__stagings_give(&run->exporter->stagings, halves);
    return accepted;
}

/* The transport does not take an accepted message for what it is: its records are rejected. */
static sts_status refuse(export_run *run, size_t number, sts_status status) {
    const sts__staged *message = &run->staging->messages[number];
    if (status == STS_ERR_RECORD_SIZE && message->record_count > 1) {
        if (send_halves(run, message, &status))
            return status;
        status = run->fault->code;
    }
    sts__fault_finish(run->fault, status);
    sts__fault why = *run->fault;
    status = STS_OK;
    for (size_t i = 0; i < message->record_count && status == STS_OK; i++) {
        const sts__rejected rejected = {run->source, &message->message,
                                        &run->staging->places[message->first_record + i], &why};
        status = reject(run, &rejected);
    }
    return status;
}

/* Sends the accepted messages in front of `end`; where the export ends before, the acceptance of the rest is taken
 * back. What was gathered is no beginning of the request any more: what is not taken of it is rejected. */
static sts_status send(export_run *run, size_t *from, size_t end) {
    while (*from < end) {
        sts_status status = hand_over(run, from, end);
        if (status == STS_OK || (status == STS_ERR_QUEUE_FULL && wait_for_transport(run)))
            continue;
        bool ends = ends_export(status) && !run->gathers;
        cancel(run, *from, ends ? end - *from : 1);
        if (ends)
            return status == STS_ERR_QUEUE_FULL ? queue_full(run) : sts__fault_finish(run->fault, status);
        status = refuse(run, *from, status);
        ++*from;
        if (status == STS_OK)
            continue;
        cancel(run, *from, end - *from);
        return status;
    }
    return STS_OK;
}

/* What is staged goes into the queue. */
static sts_status submit(export_run *run) {
    sts_status status = STS_OK;
    size_t sent = 0;
    size_t ready = 0;
    while (sent < run->staging->message_count && status == STS_OK) {
        status = accept(run, &ready);
        if (status == STS_OK)
            status = send(run, &sent, ready);
    }
    sts__staging_reset(run->staging);
    return status;
}

/* Sends what is gathered, and begins anew. Records that turn out to be bad are rejected where they stand. */
static sts_status submit_window(export_run *run) {
    const sts__window *window = &run->staging->window;
    sts_status status = STS_OK;
    size_t from = 0;
    while (from < window->count && status == STS_OK) {
        sts__bad_record bad;
        sts_status staged = sts__gathering_stage(run->staging, &run->source->routing, from, &bad);
        status = staged == STS_ERR_NO_MEMORY ? sts__fault_no_memory(run->fault) : submit(run);
        if (status != STS_OK || staged == STS_OK)
            break;
        from = bad.number + 1;
        const sts__rejected rejected = {run->source, bad.message, &window->places[bad.number], &bad.why};
        status = reject(run, &rejected);
    }
    sts__gathering_reset(run->staging);
    return status;
}

static sts_status submit_all(export_run *run) {
    return run->gathers ? submit_window(run) : submit(run);
}

/* Makes a routed record one of those that are sent next. */
static sts_status add(export_run *run, const sts__routed *routed) {
    const sts__route *route = run->source->routing.route;
    bool added = run->gathers ? sts__gathering_add(run->staging, route, routed)
                              : sts__staging_add(run->staging, routed, run->source->bytes);
    if (!added)
        return sts__fault_no_memory(run->fault);
    bool full = run->gathers ? sts__gathering_is_full(run->staging, route)
                             : run->staging->message_count == STS__STAGED_AT_ONCE;
    return full ? submit_all(run) : STS_OK;
}

/* STS_OK for a record that is to be sent, and for a rejected one; else the export ends. `status` is what its route
 * said. What is in front of a rejected record comes first. */
static sts_status export_record(export_run *run, const sts__routed *routed, sts_status status) {
    if (status == STS_OK)
        return add(run, routed);
    sts__fault why = *run->fault;
    sts_status submitted = submit_all(run);
    if (submitted != STS_OK)
        return submitted;
    *run->fault = why;
    if (ends_export(status))
        return status;
    const sts__rejected rejected = {run->source, &routed->message, &routed->place, &why};
    return reject(run, &rejected);
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
static sts_status export_all(export_run *run, uint64_t first_record) {
    sts__routed routed;
    sts_status routed_status;
    sts_status status = STS_OK;
    run->staging = sts__stagings_take(&run->exporter->stagings);
    if (!run->staging)
        return sts__fault_no_memory(run->fault);
    run->gathers = sts__source_gathers(run->source);
    while (status == STS_OK && run->source->next(run->source, &routed, &routed_status, run->fault))
        if (routed.place.index >= first_record)
            status = export_record(run, &routed, routed_status);
    if (status == STS_OK)
        status = submit_all(run);
    sts__stagings_give(&run->exporter->stagings, run->staging);
    sts__service_help(run->exporter, 0);
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

static sts_status export_and_wait(export_run *run, uint64_t first_record) {
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
    export_run run = {.exporter = exporter,
                      .source = source,
                      .ledger = {.token = context ? context->token : 0},
                      .counts = counts,
                      .fault = fault};
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
