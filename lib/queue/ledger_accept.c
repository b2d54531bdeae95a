/* SPDX-License-Identifier: Apache-2.0
 *
 * Accepting records, by the chunk, and taking that back. */
#include "base/clock.h"
#include "queue/ledger_entry.h"

/* How far ahead entries are asked for. */
enum { AHEAD = 8 };

/* --- bytes that messages share have an entry without an outcome, for as long as a record of those is pending --- */

static bool has_shared(const sts__ledger *ledger, const sts__ledger_export *export) {
    uint32_t index = sts__ledger_index_of(export->shared);
    return export->shared && sts__ledger_entry_id(sts__ledger_entry_at(ledger, index), index) == export->shared;
}

/* What a record takes of the room for such bytes: it is the first that refers to them. */
static size_t cost_of_shared(const sts__ledger *ledger, const sts__ledger_export *export, bool shares) {
    return shares && !has_shared(ledger, export) ? export->shared_cost + STS__LEDGER_ENTRY_BYTES : 0;
}

/* Makes the entry, where `cost` was taken for it. */
static void begin_shared(sts__ledger *ledger, sts__ledger_export *export, size_t cost) {
    uint32_t index;
    if (cost == 0)
        return;
    sts__ledger_entry *entry = sts__ledger_take_free(ledger, &index);
    sts__ledger_fill(entry, &(sts__ledger_entry){.cost = (uint32_t)cost});
    export->shared = sts__ledger_entry_id(entry, index);
}

void sts__ledger_let_go_of_shared(sts__ledger *ledger, sts__ledger_entry *entry) {
    uint32_t index = entry->shared;
    sts__ledger_entry *bytes = sts__ledger_entry_at(ledger, index);
    entry->shared = STS__LEDGER_NONE;
    if (--bytes->shared)
        return;
    sts__room_give(&ledger->room, 0, bytes->cost);
    sts__ledger_put_back(ledger, bytes, index);
    sts__ledger_wake_room_waiters(ledger);
}

/* --- acceptance --- */

static size_t cost_of(const sts__ledger_record *record) {
    return record->cost + STS__LEDGER_ENTRY_BYTES;
}

/* Counts an acceptance; `by` is 1, or (uint64_t)-1 to take it back. */
static void count_accepted(sts__ledger *ledger, const sts__ledger_record *record, uint64_t by) {
    ledger->counts[STS_COUNT_RECORDS] += by;
    ledger->counts[STS_COUNT_ACCEPTED] += by;
    ledger->counts[STS_COUNT_PENDING] += by;
    ledger->counts[STS_COUNT_BYTES] += by * record->size;
    ledger->counts[STS_COUNT_MESSAGES] += record->continues || record->stays_open ? 0 : by;
    ledger->counts[STS_COUNT_NULL_KEYS] += record->null_key ? by : 0;
    ledger->counts[STS_COUNT_EMPTY_KEYS] += record->empty_key ? by : 0;
    ledger->counts[STS_COUNT_MISSING_KEYS] += record->missing_key ? by : 0;
}

/* Makes the entries of records that have room, and memory. */
static void enter(sts__ledger *ledger, const sts__ledger_export *export, int64_t now, sts__ledger_record *records,
                  size_t count) {
    const int64_t us = now < export->claim.given_us ? export->claim.given_us : now;
    const uint32_t epoch = ledger->epoch % STS__LEDGER_EPOCHS;
    sts__ledger_chain chain = {.count = 0};
    uint32_t index;
    for (uint32_t i = 0; i < AHEAD && i < count; i++)
        sts__ledger_prefetch_free(ledger, i);
    for (size_t i = 0; i < count; i++) {
        sts__ledger_record *record = &records[i];
        sts__ledger_entry *entry = sts__ledger_take_free(ledger, &index);
        sts__ledger_prefetch_free(ledger, AHEAD - 1);
        *entry = (sts__ledger_entry){
            .token = export->token,
            .index = record->index,
            .us = us,
            .result = export->result,
            .topic = record->topic,
            .cost = (uint32_t)cost_of(record),
            .generation = entry->generation,
            .ahead = STS__LEDGER_NONE,
            .next = STS__LEDGER_NONE,
            .epoch = epoch,
            .pending = true,
            .shared = record->shares ? sts__ledger_index_of(export->shared) : STS__LEDGER_NONE,
            .made_of = record->made_of & 15,
        };
        if (record->shares)
            sts__ledger_entry_at(ledger, entry->shared)->shared++;
        if (!record->continues)
            chain.count = 0;
        else if (i == 0)
            sts__ledger_chain_add(&chain, sts__ledger_find(ledger, record[-1].id), 0);
        sts__ledger_chain_add(&chain, entry, index);
        if (export->result)
            sts__result_expect(export->result);
        count_accepted(ledger, record, 1);
        record->id = sts__ledger_entry_id(entry, index);
    }
    ledger->in_epoch[epoch] += count;
}

static void take_back(sts__ledger *ledger, const sts__ledger_record *record) {
    sts__ledger_entry *entry = sts__ledger_find(ledger, record->id);
    if (!entry)
        return;
    entry->pending = false;
    if (entry->shared != STS__LEDGER_NONE)
        sts__ledger_let_go_of_shared(ledger, entry);
    count_accepted(ledger, record, UINT64_MAX);
    sts__ledger_leave_epoch(ledger, entry->epoch, 1);
    if (entry->result)
        sts__result_settle(entry->result);
    sts__ledger_free_entry(ledger, entry, sts__ledger_index_of(record->id));
}

/* Room for records, and for the bytes that they share where nobody else refers to those; `*shared_cost` tells. While
 * it was waited for, the last one that did may have gone. */
static sts_status get_room_for(sts__ledger *ledger, sts__ledger_export *export, uint32_t entries, size_t cost,
                               bool share, size_t *shared_cost) {
    for (;;) {
        *shared_cost = cost_of_shared(ledger, export, share);
        sts_status status = sts__ledger_get_room(ledger, &ledger->room, export, entries, cost + *shared_cost);
        if (status != STS_OK || *shared_cost == cost_of_shared(ledger, export, share))
            return status;
        sts__room_give(&ledger->room, entries, cost + *shared_cost);
        sts__ledger_wake_room_waiters(ledger);
    }
}

/* Those for which room must be had: all or none. */
static sts_status accept_first(sts__ledger *ledger, sts__ledger_export *export, int64_t now,
                               sts__ledger_record *records, size_t count) {
    size_t cost = 0;
    size_t shared_cost;
    bool share = false;
    for (size_t i = 0; i < count; i++) {
        cost += cost_of(&records[i]);
        share = share || records[i].shares;
    }
    sts_status status = get_room_for(ledger, export, (uint32_t)count, cost, share, &shared_cost);
    if (status != STS_OK)
        return status;
    if (!sts__ledger_make_free(ledger, (uint32_t)count + (shared_cost != 0))) {
        sts__room_give(&ledger->room, (uint32_t)count, cost + shared_cost);
        sts__ledger_wake_room_waiters(ledger);
        return STS_ERR_NO_MEMORY;
    }
    begin_shared(ledger, export, shared_cost);
    enter(ledger, export, now, records, count);
    return STS_OK;
}

/* More of them, as many as there is room for just now, one after the other; how many. */
static size_t accept_more(sts__ledger *ledger, sts__ledger_export *export, int64_t now, sts__ledger_record *records,
                          size_t count) {
    sts__room *room = &ledger->room;
    size_t cost = 0;
    size_t shared_cost = 0;
    size_t more = 0;
    size_t fit = 0;
    for (; fit < count; fit++, cost += more) {
        size_t shared = shared_cost ? 0 : cost_of_shared(ledger, export, records[fit].shares);
        more = cost_of(&records[fit]) + shared;
        if (!sts__room_has(room, &export->claim, (uint32_t)fit + 1, cost + more))
            break;
        shared_cost += shared;
    }
    if (!sts__ledger_make_free(ledger, (uint32_t)fit + (shared_cost != 0)))
        return 0;
    if (fit)
        sts__room_take(room, &export->claim, (uint32_t)fit, cost);
    if (fit < count)
        sts__room_take(room, &export->claim, 1, more); /* in vain, but others are told of it */
    begin_shared(ledger, export, shared_cost);
    enter(ledger, export, now, records, fit);
    return fit;
}

sts_status sts__ledger_accept(sts__ledger *ledger, sts__ledger_export *export, sts__ledger_record *records,
                              size_t count, size_t at_least, size_t *accepted) {
    int64_t now = sts__clock_us();
    *accepted = 0;
    pthread_mutex_lock(&ledger->lock);
    if (export->token && ledger->keep_tokens)
        __atomic_store_n(&ledger->has_tokens, true, __ATOMIC_RELEASE);
    sts_status status = accept_first(ledger, export, now, records, at_least);
    if (status == STS_OK)
        *accepted = at_least + accept_more(ledger, export, now, records + at_least, count - at_least);
    export->view = (sts__ledger_view){ledger->counts[STS_COUNT_PENDING], ledger->counts[STS_COUNT_DELIVERED]};
    pthread_mutex_unlock(&ledger->lock);
    return status;
}

void sts__ledger_cancel(sts__ledger *ledger, const sts__ledger_record *records, size_t count) {
    pthread_mutex_lock(&ledger->lock);
    while (count-- > 0) /* so that the next ones get the same entries in the same order */
        take_back(ledger, &records[count]);
    pthread_mutex_unlock(&ledger->lock);
}
