/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/submit.h"

#include "base/clock.h"
#include "exporter/gathering.h"
#include "exporter/storage.h"
#include "transport/send.h"

enum {
    FULL_PAUSE_MS = 10, /* how long to let a transport work that has no room, before asking it again */
    HELP_MS = 10        /* how long to wait for reports at a time, while there is no room in the queue */
};

sts_status sts__submit_queue_full(const sts__export_run *run) {
    return sts__fault_set(run->fault, STS_ERR_QUEUE_FULL,
                          "no room in the queue%s: %llu records of this request were accepted, the rest was not taken",
                          run->deadline_us ? " within produce_timeout" : "", (unsigned long long)run->counts->accepted);
}

bool sts__submit_push(sts__export_run *run) {
    if (!run->ledger.result || run->pushes)
        return false;
    run->pushes = true;
    run->ledger.claim.deadline_us = run->deadline_us;
    sts__service_push(run->exporter);
    return true;
}

/* Whether it is worth asking the transport again that has no room; waits before. */
static bool wait_for_transport(sts__export_run *run) {
    sts__submit_push(run);
    if (sts__clock_us() >= run->deadline_us)
        return false;
    int64_t pause_us = sts__deadline_after(FULL_PAUSE_MS);
    return sts__ledger_pause(&run->exporter->ledger, pause_us < run->deadline_us ? pause_us : run->deadline_us);
}

/* Entries for records, as sts__ledger_accept; where there is no room, this thread has delivered messages reported, and
 * stands in line only if that does not do, or others do. */
static sts_status get_entries(sts__export_run *run, sts__ledger_record *records, size_t count, size_t at_least,
                              size_t *accepted) {
    sts__ledger *ledger = &run->exporter->ledger;
    int64_t deadline_us = run->ledger.claim.deadline_us;
    bool waits = true;
    run->ledger.claim.deadline_us = 0;
    sts_status status = sts__ledger_accept(ledger, &run->ledger, records, count, at_least, accepted);
    if (status == STS_ERR_QUEUE_FULL && run->batches) {
        sts__batching_make_room(run->exporter, at_least, records->cost);
        status = sts__ledger_accept(ledger, &run->ledger, records, count, at_least, accepted);
    }
    while (status == STS_ERR_QUEUE_FULL && waits && !sts__ledger_has_line(ledger)) {
        waits = sts__clock_us() < deadline_us;
        if (!sts__service_help(run->exporter, waits ? HELP_MS : 0))
            break;
        status = sts__ledger_accept(ledger, &run->ledger, records, count, at_least, accepted);
    }
    run->ledger.claim.deadline_us = deadline_us;
    return status != STS_ERR_QUEUE_FULL ? status
                                        : sts__ledger_accept(ledger, &run->ledger, records, count, at_least, accepted);
}

/* Gets entries in the ledger for the messages from `*ready` on, which goes on behind those that have them. */
static sts_status accept(sts__export_run *run, size_t *ready) {
    const sts__staging *staging = run->staging;
    const sts__staged *first = &staging->messages[*ready];
    sts__ledger_record *records = &staging->records[first->first_record];
    size_t count = staging->record_count - first->first_record;
    size_t at_least = run->gathers ? count : first->record_count;
    size_t accepted;
    sts_status status;
    do
        status = get_entries(run, records, count, at_least, &accepted);
    while (status == STS_ERR_QUEUE_FULL && sts__submit_push(run));
    if (status == STS_ERR_QUEUE_FULL)
        return sts__submit_queue_full(run);
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

bool sts__submit_ends(sts_status status) {
    return status == STS_ERR_QUEUE_FULL || status == STS_ERR_NO_MEMORY || status <= STS_ERR_FATAL_LINE;
}

/* Where there is no room for the letter, what lingers is sent, and it is tried once more. */
static sts_status make_letter(sts__export_run *run, sts__letter *letter, const sts__rejected *rejected) {
    sts_status status = sts__letter_of_rejected(letter, run->exporter, &run->ledger, rejected);
    if (status == STS_ERR_QUEUE_FULL && sts__submit_push(run)) {
        sts__letter_end(letter, run->exporter, false);
        status = sts__letter_of_rejected(letter, run->exporter, &run->ledger, rejected);
    }
    return status;
}

sts_status sts__submit_rejection(sts__export_run *run, const sts__rejected *rejected) {
    const sts__fault *why = rejected->why;
    uint64_t index = rejected->place->index;
    sts__letter letter;
    bool wanted = sts__dead_letters_wanted(run->exporter);
    sts_status status = run->exporter->storage.store ? sts__storage_commit(run) : STS_OK;
    if (status != STS_OK)
        return status;
    if (wanted)
        status = make_letter(run, &letter, rejected);
    if (status == STS_OK)
        do
            status = sts__ledger_reject(&run->exporter->ledger, &run->ledger, index, rejected->message->topic,
                                        why->code, why->transport_code, why->text);
        while (status == STS_ERR_QUEUE_FULL && sts__submit_push(run));
    if (wanted)
        sts__letter_end(&letter, run->exporter, status == STS_OK);
    if (status == STS_ERR_QUEUE_FULL)
        return sts__submit_queue_full(run);
    if (status != STS_OK)
        return sts__fault_set(run->fault, status, "the record was not taken");
    if (run->counts->rejected++ == 0) {
        run->first_rejection = *why;
        run->first_rejected = index;
    }
    return STS_OK;
}

/* Takes the acceptance of messages back. */
static void cancel(sts__export_run *run, size_t from, size_t count) {
    const sts__staged *first = &run->staging->messages[from];
    const sts__staged *last = first + count - 1;
    sts__ledger_cancel(&run->exporter->ledger, &run->staging->records[first->first_record],
                       last->first_record + last->record_count - first->first_record);
}

/* Gives accepted messages to the transport, up to the first that it does not take, whose code is returned; `*from` goes
 * on behind those that it took. */
static sts_status hand_over(sts__export_run *run, size_t *from, size_t end) {
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

static sts_status send(sts__export_run *run, size_t *from, size_t end);

/* A message that is too large for its topic goes again as two. False where they cannot be made or accepted, with the
 * reason in the fault; or `*status` is how that ended. */
static bool send_halves(sts__export_run *run, const sts__staged *message, sts_status *status) {
    sts__staging *whole = run->staging;
    sts__staging *halves = sts__stagings_take(&run->exporter->stagings);
    size_t sent = 0;
    size_t ready = 0;
    if (!halves) {
        sts__fault_no_memory(run->fault);
        return false;
    }
    run->staging = halves;
    bool accepted = sts__gathering_halve(whole, message, &run->source->routing, halves, run->fault) == STS_OK &&
                    accept(run, &ready) == STS_OK;
    if (accepted)
        *status = send(run, &sent, ready);
    run->staging = whole;
    sts__stagings_give(&run->exporter->stagings, halves);
    return accepted;
}

/* The transport does not take an accepted message for what it is: its records are rejected. */
static sts_status refuse(sts__export_run *run, size_t number, sts_status status) {
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
        status = sts__submit_rejection(run, &rejected);
    }
    return status;
}

/* Sends the accepted messages in front of `end`; where the export ends before, the acceptance of the rest is taken
 * back. What was gathered is no beginning of the request any more: what is not taken of it is rejected. */
static sts_status send(sts__export_run *run, size_t *from, size_t end) {
    while (*from < end) {
        sts_status status = hand_over(run, from, end);
        if (status == STS_OK || (status == STS_ERR_QUEUE_FULL && wait_for_transport(run)))
            continue;
        bool ends = sts__submit_ends(status) && !run->gathers;
        cancel(run, *from, ends ? end - *from : 1);
        if (ends)
            return status == STS_ERR_QUEUE_FULL ? sts__submit_queue_full(run) : sts__fault_finish(run->fault, status);
        status = refuse(run, *from, status);
        ++*from;
        if (status == STS_OK)
            continue;
        cancel(run, *from, end - *from);
        return status;
    }
    return STS_OK;
}

static sts_status submit_staged(sts__export_run *run) {
    sts_status status = STS_OK;
    size_t sent = 0;
    size_t ready = 0;
    if (run->exporter->storage.store)
        return sts__storage_submit(run);
    while (sent < run->staging->message_count && status == STS_OK) {
        status = accept(run, &ready);
        if (status == STS_OK)
            status = send(run, &sent, ready);
    }
    sts__staging_reset(run->staging);
    return status;
}

/* Puts what is staged into messages that stay open. */
static sts_status submit_open(sts__export_run *run) {
    sts__staging *staging = run->staging;
    sts_status status = STS_OK;
    size_t added = 0;
    size_t ready = 0;
    while (added < staging->message_count && status == STS_OK) {
        size_t before = added;
        status = accept(run, &ready);
        if (status != STS_OK)
            break;
        if (!sts__batching_add(run->exporter, staging, run->source->routing.rules, &added, ready)) {
            cancel(run, added, ready - added);
            status = sts__fault_no_memory(run->fault);
        }
        run->counts->accepted += added - before;
        for (; before < added; before++)
            run->counts->bytes += staging->records[before].size;
    }
    sts__staging_reset(staging);
    return status;
}

/* Sends what is gathered, and begins anew. Records that turn out to be bad are rejected where they stand. */
static sts_status submit_window(sts__export_run *run) {
    const sts__window *window = &run->staging->window;
    sts_status status = STS_OK;
    size_t from = 0;
    while (from < window->count && status == STS_OK) {
        sts__bad_record bad;
        sts_status staged = sts__gathering_stage(run->staging, &run->source->routing, from, &bad);
        status = staged == STS_ERR_NO_MEMORY ? sts__fault_no_memory(run->fault) : submit_staged(run);
        if (status != STS_OK || staged == STS_OK)
            break;
        from = bad.number + 1;
        const sts__rejected rejected = {run->source, bad.message, &window->places[bad.number], &bad.why};
        status = sts__submit_rejection(run, &rejected);
    }
    sts__gathering_reset(run->staging);
    return status;
}

sts_status sts__submit(sts__export_run *run) {
    return run->gathers ? submit_window(run) : run->batches ? submit_open(run) : submit_staged(run);
}
