/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/ledger.h"

#include <string.h>

#include "base/clock.h"
#include "base/prefetch.h"
#include "queue/ledger_entry.h"

sts_status sts__ledger_init(sts__ledger *ledger, const sts__memory *memory, uint32_t max_entries, size_t max_bytes) {
    memset(ledger, 0, sizeof *ledger);
    ledger->memory = memory;
    ledger->room.max_entries = max_entries;
    ledger->room.max_bytes = max_bytes;
    ledger->letters = ledger->room;
    ledger->free_head = ledger->outcome_head = ledger->outcome_tail = STS__LEDGER_NONE;
    for (size_t i = 0; i < STS_TRANSPORT_VALUES; i++)
        ledger->transport[i] = -1;
    ledger->epoch = ledger->oldest_epoch = 1; /* there is one before: a mark may be behind all */
    /* Records, letters of rejected ones, letters of failed ones, and bytes that records share. */
    ledger->max_blocks = 4 * (max_entries / STS__LEDGER_BLOCK + 1);
    if (ledger->max_blocks > STS__LEDGER_INDEX_MASK / STS__LEDGER_BLOCK)
        ledger->max_blocks = STS__LEDGER_INDEX_MASK / STS__LEDGER_BLOCK;
    ledger->blocks = sts__memory_new(memory, ledger->max_blocks * sizeof *ledger->blocks);
    if (!ledger->blocks)
        return STS_ERR_NO_MEMORY;
    if (pthread_mutex_init(&ledger->lock, NULL) == 0) {
        if (sts__condition_init(&ledger->changed) == 0)
            return STS_OK;
        pthread_mutex_destroy(&ledger->lock);
    }
    sts__memory_free(memory, ledger->blocks);
    return STS_ERR_SYSTEM;
}

void sts__ledger_clear(sts__ledger *ledger) {
    sts_outcome outcome;
    while (sts__ledger_take(ledger, &outcome))
        sts__memory_free(ledger->memory, outcome.text);
    for (uint32_t i = 0; i < ledger->entry_count; i += STS__LEDGER_BLOCK)
        sts__memory_free(ledger->memory, ledger->blocks[i / STS__LEDGER_BLOCK]);
    sts__memory_free(ledger->memory, ledger->blocks);
    pthread_cond_destroy(&ledger->changed);
    pthread_mutex_destroy(&ledger->lock);
}

static void wake_room_waiters(sts__ledger *ledger) {
    if (!ledger->room.head && !ledger->pausing)
        return;
    if (!sts__room_is_ample(&ledger->room) && ledger->counts[STS_COUNT_PENDING] > 0)
        return;
    sts__room_call(&ledger->room);
    if (ledger->pausing)
        pthread_cond_broadcast(&ledger->changed);
}

static void wake_letter_waiters(sts__ledger *ledger) {
    if (ledger->letters.head && (sts__room_is_ample(&ledger->letters) || ledger->letters.entries == 0))
        sts__room_call(&ledger->letters);
}

static void put_back(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index) {
    entry->generation++;
    entry->next = ledger->free_head;
    ledger->free_head = index;
}

void sts__ledger_free_entry(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index) {
    put_back(ledger, entry, index);
    if (entry->is_letter) {
        sts__room_give(&ledger->letters, 1, entry->cost);
        wake_letter_waiters(ledger);
    } else {
        sts__room_give(&ledger->room, 1, entry->cost);
        wake_room_waiters(ledger);
    }
}

sts__ledger_entry *sts__ledger_new_entry(sts__ledger *ledger, uint32_t *index) {
    if (ledger->free_head == STS__LEDGER_NONE) {
        if (ledger->entry_count / STS__LEDGER_BLOCK == ledger->max_blocks)
            return NULL;
        sts__ledger_entry *block = sts__memory_new(ledger->memory, STS__LEDGER_BLOCK * sizeof *block);
        if (!block)
            return NULL;
        ledger->blocks[ledger->entry_count / STS__LEDGER_BLOCK] = block;
        for (uint32_t i = STS__LEDGER_BLOCK; i-- > 0;) {
            block[i].generation = 1;
            block[i].next = ledger->free_head;
            ledger->free_head = ledger->entry_count + i;
        }
        ledger->entry_count += STS__LEDGER_BLOCK;
    }
    *index = ledger->free_head;
    sts__ledger_entry *entry = sts__ledger_entry_at(ledger, *index);
    ledger->free_head = entry->next;
    if (ledger->free_head != STS__LEDGER_NONE)
        sts__prefetch(sts__ledger_entry_at(ledger, ledger->free_head), sizeof *entry);
    entry->shared = STS__LEDGER_NONE;
    return entry;
}

/* --- bytes that messages share have an entry without an outcome, for as long as a record of those is pending --- */

static bool has_shared(const sts__ledger *ledger, const sts__ledger_export *export) {
    uint32_t index = (uint32_t)(export->shared & STS__LEDGER_INDEX_MASK);
    return export->shared && sts__ledger_entry_id(sts__ledger_entry_at(ledger, index), index) == export->shared;
}

/* What a record takes of the room for such bytes: it is the first that refers to them. */
static size_t cost_of_shared(const sts__ledger *ledger, const sts__ledger_export *export, bool shares) {
    return shares && !has_shared(ledger, export) ? export->shared_cost + sizeof(sts__ledger_entry) : 0;
}

/* Makes the entry, where `cost` was taken for it. False without memory. */
static bool begin_shared(sts__ledger *ledger, sts__ledger_export *export, size_t cost) {
    uint32_t index;
    sts__ledger_entry *entry = cost ? sts__ledger_new_entry(ledger, &index) : NULL;
    if (!entry)
        return cost == 0;
    entry->cost = cost;
    entry->shared = 0;
    export->shared = sts__ledger_entry_id(entry, index);
    return true;
}

static void end_shared(sts__ledger *ledger, uint32_t index) {
    sts__ledger_entry *entry = sts__ledger_entry_at(ledger, index);
    sts__room_give(&ledger->room, 0, entry->cost);
    put_back(ledger, entry, index);
    wake_room_waiters(ledger);
}

static void let_go_of_shared(sts__ledger *ledger, sts__ledger_entry *entry) {
    uint32_t index = entry->shared;
    entry->shared = STS__LEDGER_NONE;
    if (--sts__ledger_entry_at(ledger, index)->shared == 0)
        end_shared(ledger, index);
}

/* Room for entries, if there is some, or will be within the time that the export has. */
static sts_status get_room(sts__ledger *ledger, sts__room *room, sts__ledger_export *export, uint32_t entries,
                           size_t cost) {
    if (ledger->closed)
        return STS_ERR_CLOSED;
    if (sts__room_take(room, &export->claim, entries, cost) ||
        sts__room_wait(room, &ledger->lock, &export->claim, entries, cost))
        return STS_OK;
    return ledger->closed ? STS_ERR_CLOSED : STS_ERR_QUEUE_FULL;
}

sts_status sts__ledger_get_entry(sts__ledger *ledger, sts__room *room, sts__ledger_export *export, size_t cost,
                                 sts__ledger_entry **entry, uint32_t *index) {
    sts_status status = get_room(ledger, room, export, 1, cost);
    if (status != STS_OK)
        return status;
    *entry = sts__ledger_new_entry(ledger, index);
    if (*entry)
        return STS_OK;
    sts__room_give(room, 1, cost);
    wake_room_waiters(ledger);
    wake_letter_waiters(ledger);
    return STS_ERR_NO_MEMORY;
}

/* From here on flushes wait for the outcome, and so does the result of its export. */
static void expect(sts__ledger *ledger, sts_outcome *outcome) {
    outcome->epoch = ledger->epoch;
    ledger->in_epoch[ledger->epoch % STS__LEDGER_EPOCHS]++;
    if (outcome->result)
        sts__result_expect(outcome->result);
}

void sts__ledger_leave_epoch(sts__ledger *ledger, uint64_t epoch) {
    ledger->in_epoch[epoch % STS__LEDGER_EPOCHS]--;
    bool moved = false;
    while (ledger->in_epoch[ledger->oldest_epoch % STS__LEDGER_EPOCHS] == 0 && ledger->oldest_epoch < ledger->epoch) {
        ledger->oldest_epoch++;
        moved = true;
    }
    bool idle = ledger->oldest_epoch == ledger->epoch && ledger->in_epoch[ledger->epoch % STS__LEDGER_EPOCHS] == 0;
    if (ledger->idle_waiters && (moved || idle))
        pthread_cond_broadcast(&ledger->changed);
}

/* And up to here. The result may be gone after it. */
static void settle(sts__ledger *ledger, sts_outcome *outcome) {
    sts__ledger_leave_epoch(ledger, outcome->epoch);
    if (outcome->result)
        sts__result_settle(outcome->result);
    outcome->result = NULL;
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

static size_t cost_of(const sts__ledger_record *record) {
    return record->cost + sizeof(sts__ledger_entry);
}

/* Makes the entry of a record that has room. False without memory. */
static bool enter(sts__ledger *ledger, const sts__ledger_export *export, int64_t now, sts__ledger_record *record) {
    uint32_t index;
    sts__ledger_entry *entry = sts__ledger_new_entry(ledger, &index);
    if (!entry)
        return false;
    entry->outcome = (sts_outcome){.token = export->token,
                                   .index = record->index,
                                   .result = export->result,
                                   .topic = record->topic,
                                   .offset = -1,
                                   .partition = -1};
    entry->accepted_us = now < export->claim.given_us ? export->claim.given_us : now;
    entry->cost = cost_of(record);
    entry->next = STS__LEDGER_NONE;
    entry->pending = true;
    entry->is_letter = false;
    if (record->shares) {
        entry->shared = (uint32_t)(export->shared & STS__LEDGER_INDEX_MASK);
        sts__ledger_entry_at(ledger, entry->shared)->shared++;
    }
    entry->may_be_there = false;
    entry->made_of = record->made_of;
    if (record->continues)
        sts__ledger_find(ledger, record[-1].id)->next = index;
    expect(ledger, &entry->outcome);
    count_accepted(ledger, record, 1);
    record->id = sts__ledger_entry_id(entry, index);
    return true;
}

static void take_back(sts__ledger *ledger, const sts__ledger_record *record) {
    sts__ledger_entry *entry = sts__ledger_find(ledger, record->id);
    if (!entry)
        return;
    entry->pending = false;
    if (entry->shared != STS__LEDGER_NONE)
        let_go_of_shared(ledger, entry);
    count_accepted(ledger, record, UINT64_MAX);
    settle(ledger, &entry->outcome);
    sts__ledger_free_entry(ledger, entry, (uint32_t)(record->id & STS__LEDGER_INDEX_MASK));
}

/* Room for records, and for the bytes that they share where nobody else refers to those; `*shared_cost` tells. While
 * it was waited for, the last one that did may have gone. */
static sts_status get_room_for(sts__ledger *ledger, sts__ledger_export *export, uint32_t entries, size_t cost,
                               bool share, size_t *shared_cost) {
    for (;;) {
        *shared_cost = cost_of_shared(ledger, export, share);
        sts_status status = get_room(ledger, &ledger->room, export, entries, cost + *shared_cost);
        if (status != STS_OK || *shared_cost == cost_of_shared(ledger, export, share))
            return status;
        sts__room_give(&ledger->room, entries, cost + *shared_cost);
        wake_room_waiters(ledger);
    }
}

/* Makes entries for records that have room, all or none. False without memory. */
static bool enter_all(sts__ledger *ledger, sts__ledger_export *export, int64_t now, sts__ledger_record *records,
                      size_t count, size_t shared_cost) {
    size_t cost = 0;
    size_t done = 0;
    bool begun = begin_shared(ledger, export, shared_cost);
    while (begun && done < count && enter(ledger, export, now, &records[done]))
        done++;
    if (begun && done == count)
        return true;
    for (size_t i = done; i < count; i++)
        cost += cost_of(&records[i]);
    sts__room_give(&ledger->room, (uint32_t)(count - done), cost + (begun ? 0 : shared_cost));
    while (done-- > 0)
        take_back(ledger, &records[done]);
    if (has_shared(ledger, export) &&
        sts__ledger_entry_at(ledger, (uint32_t)(export->shared & STS__LEDGER_INDEX_MASK))->shared == 0)
        end_shared(ledger, (uint32_t)(export->shared & STS__LEDGER_INDEX_MASK)); /* none of them came to share it */
    wake_room_waiters(ledger);
    return false;
}

/* Those for which room must be had. */
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
    if (status == STS_OK && !enter_all(ledger, export, now, records, count, shared_cost))
        status = STS_ERR_NO_MEMORY;
    return status;
}

/* One more, if there is room just now. Most share nothing, or what is counted already. */
static bool accept_next(sts__ledger *ledger, sts__ledger_export *export, int64_t now, sts__ledger_record *record) {
    size_t cost = cost_of(record);
    size_t shared_cost = record->shares ? cost_of_shared(ledger, export, true) : 0;
    if (!sts__room_take(&ledger->room, &export->claim, 1, cost + shared_cost))
        return false;
    if (shared_cost)
        return enter_all(ledger, export, now, record, 1, shared_cost);
    if (enter(ledger, export, now, record))
        return true;
    sts__room_give(&ledger->room, 1, cost);
    return false;
}

sts_status sts__ledger_accept(sts__ledger *ledger, sts__ledger_export *export, sts__ledger_record *records,
                              size_t count, size_t at_least, size_t *accepted) {
    int64_t now = sts__clock_us();
    *accepted = 0;
    pthread_mutex_lock(&ledger->lock);
    sts_status status = accept_first(ledger, export, now, records, at_least);
    if (status == STS_OK)
        *accepted = at_least;
    while (status == STS_OK && *accepted < count && accept_next(ledger, export, now, &records[*accepted]))
        ++*accepted;
    pthread_mutex_unlock(&ledger->lock);
    return status;
}

void sts__ledger_cancel(sts__ledger *ledger, const sts__ledger_record *records, size_t count) {
    pthread_mutex_lock(&ledger->lock);
    while (count-- > 0) /* so that the next ones get the same entries in the same order */
        take_back(ledger, &records[count]);
    pthread_mutex_unlock(&ledger->lock);
}

static void append_outcome(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index) {
    entry->next = STS__LEDGER_NONE;
    if (ledger->outcome_tail == STS__LEDGER_NONE)
        ledger->outcome_head = index;
    else
        sts__ledger_entry_at(ledger, ledger->outcome_tail)->next = index;
    ledger->outcome_tail = index;
    if (ledger->idle_waiters)
        pthread_cond_broadcast(&ledger->changed);
}

/* What an outcome's text takes of the room, with what an allocator has around it. */
static size_t text_cost(const char *text) {
    return strlen(text) + 1 + 2 * sizeof(void *);
}

/* The record is gone; its outcome takes room of bytes too, until somebody takes it. */
static void keep_outcome_alone(sts__ledger *ledger, sts__ledger_entry *entry) {
    sts__room_give(&ledger->room, 0, entry->cost - sizeof *entry);
    entry->cost = sizeof *entry;
}

/* Where there is no room or no memory for it, the code's own text has to do. */
static void keep_text(sts__ledger *ledger, sts__ledger_entry *entry, const char *text) {
    size_t cost = text_cost(text);
    if (!sts__room_extend(&ledger->room, cost))
        return;
    entry->outcome.text = sts__memory_copy_text(ledger->memory, text, strlen(text));
    if (entry->outcome.text)
        entry->cost += cost;
    else
        sts__room_give(&ledger->room, 0, cost);
}

/* Makes an outcome of a rejection, for the host. */
static sts_status keep_rejection(sts__ledger *ledger, sts__ledger_export *export, const sts_outcome *rejection) {
    sts__ledger_entry *entry;
    uint32_t entry_index;
    size_t cost = sizeof *entry + text_cost(rejection->text);
    sts_status status = sts__ledger_get_entry(ledger, &ledger->room, export, cost, &entry, &entry_index);
    if (status != STS_OK)
        return status;
    entry->cost = cost;
    entry->is_letter = false;
    entry->outcome = *rejection;
    entry->outcome.text = sts__memory_copy_text(ledger->memory, rejection->text, strlen(rejection->text));
    if (ledger->retire_when_taken)
        expect(ledger, &entry->outcome);
    append_outcome(ledger, entry, entry_index);
    return STS_OK;
}

sts_status sts__ledger_reject(sts__ledger *ledger, sts__ledger_export *export, uint64_t index, const char *topic,
                              sts_status code, int32_t transport_code, const char *text) {
    const sts_outcome rejection = {.token = export->token,
                                   .index = index,
                                   .result = ledger->retire_when_taken ? export->result : NULL,
                                   .topic = topic,
                                   .offset = -1,
                                   .partition = -1,
                                   .kind = STS_OUTCOME_REJECTED,
                                   .code = code,
                                   .transport_code = transport_code,
                                   .text = (char *)text};
    pthread_mutex_lock(&ledger->lock);
    sts_status status = ledger->closed ? STS_ERR_CLOSED : STS_OK;
    if (status == STS_OK && ledger->keep_failures)
        status = keep_rejection(ledger, export, &rejection);
    if (status == STS_OK) {
        ledger->counts[STS_COUNT_RECORDS]++;
        ledger->counts[STS_COUNT_REJECTED]++;
        ledger->counts[STS_COUNT_MISSING_KEYS] += code == STS_ERR_KEY_MISSING;
        ledger->reasons[sts__status_place(code)]++;
    }
    pthread_mutex_unlock(&ledger->lock);
    return status;
}

static const uint8_t counters[] = {[STS_OUTCOME_DELIVERED] = STS_COUNT_DELIVERED,
                                   [STS_OUTCOME_FAILED] = STS_COUNT_FAILED,
                                   [STS_OUTCOME_UNCERTAIN] = STS_COUNT_UNCERTAIN,
                                   [STS_OUTCOME_PURGED] = STS_COUNT_PURGED};

/* What becomes of a record that may be in the topic by an earlier message: it is there, or that is not known. */
static sts_completion doubted(const sts_completion *completion) {
    sts_completion result = *completion;
    result.may_be_duplicate = 1;
    if (!sts__ledger_is_there(result.kind))
        result.kind = STS_OUTCOME_UNCERTAIN;
    return result;
}

static void complete(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index, const sts_completion *completion,
                     int64_t now) {
    sts_outcome *outcome = &entry->outcome;
    sts_completion by_earlier;
    if (entry->may_be_there) {
        by_earlier = doubted(completion);
        completion = &by_earlier;
    }
    if (entry->is_letter) {
        bool arrived = sts__ledger_is_there(completion->kind);
        sts__ledger_end_letter(ledger, entry, index, arrived ? STS_COUNT_DEAD_LETTERS : STS_COUNT_DEAD_LETTERS_LOST, 1);
        return;
    }
    entry->pending = false;
    if (entry->shared != STS__LEDGER_NONE)
        let_go_of_shared(ledger, entry);
    ledger->counts[STS_COUNT_PENDING]--;
    ledger->counts[counters[completion->kind]]++;
    ledger->counts[STS_COUNT_POSSIBLE_DUPLICATES] +=
        completion->may_be_duplicate && sts__ledger_is_there(completion->kind);
    uint64_t latency_us = (uint64_t)(now - entry->accepted_us);
    if (completion->kind == STS_OUTCOME_DELIVERED)
        sts__latency_add(&ledger->latency, latency_us);
    else
        ledger->failures[sts__status_place(completion->code)]++;
    if (outcome->result)
        sts__result_add(outcome->result, outcome->index, completion);
    bool kept = completion->kind == STS_OUTCOME_DELIVERED ? ledger->keep_deliveries : ledger->keep_failures;
    if (!kept || !ledger->retire_when_taken)
        settle(ledger, outcome);
    if (!kept) {
        sts__ledger_free_entry(ledger, entry, index);
        return;
    }
    keep_outcome_alone(ledger, entry);
    outcome->kind = completion->kind;
    outcome->code = completion->code;
    outcome->transport_code = completion->transport_code;
    outcome->partition = completion->partition;
    outcome->offset = completion->offset;
    outcome->may_be_duplicate = completion->may_be_duplicate && sts__ledger_is_there(completion->kind);
    outcome->latency_us = latency_us;
    if (completion->text)
        keep_text(ledger, entry, completion->text);
    append_outcome(ledger, entry, index);
    wake_room_waiters(ledger);
}

/* A message's records have their outcomes together. */
static void complete_message(sts__ledger *ledger, uint32_t index, const sts_completion *completion, int64_t now) {
    while (index != STS__LEDGER_NONE) {
        sts__ledger_entry *entry = sts__ledger_entry_at(ledger, index);
        uint32_t next = entry->next;
        complete(ledger, entry, index, completion, now);
        index = next;
    }
}

static void prefetch_entries(const sts__ledger *ledger, const sts_completion *completions, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t index = (uint32_t)(completions[i].id & STS__LEDGER_INDEX_MASK);
        if (index < ledger->entry_count)
            sts__prefetch(sts__ledger_entry_at(ledger, index), sizeof(sts__ledger_entry));
    }
}

sts_status sts__ledger_complete(sts__ledger *ledger, const sts_completion *completions, size_t count) {
    sts_status status = STS_OK;
    int64_t now = sts__clock_us();
    pthread_mutex_lock(&ledger->lock);
    prefetch_entries(ledger, completions, count);
    for (size_t i = 0; i < count; i++) {
        const sts_completion *completion = &completions[i];
        bool has_kind = completion->kind >= STS_OUTCOME_DELIVERED && completion->kind <= STS_OUTCOME_PURGED;
        if (has_kind && sts__ledger_find(ledger, completion->id))
            complete_message(ledger, (uint32_t)(completion->id & STS__LEDGER_INDEX_MASK), completion, now);
        else
            status = STS_ERR_INVALID_ARGUMENT;
    }
    pthread_mutex_unlock(&ledger->lock);
    return status;
}

bool sts__ledger_look(sts__ledger *ledger, uint64_t id, uint64_t *token, uint64_t *index) {
    pthread_mutex_lock(&ledger->lock);
    const sts__ledger_entry *entry = sts__ledger_find(ledger, id);
    bool found = entry && !entry->is_letter;
    *token = found ? entry->outcome.token : 0;
    *index = found ? entry->outcome.index : 0;
    pthread_mutex_unlock(&ledger->lock);
    return found;
}

void sts__ledger_abandon(sts__ledger *ledger) {
    const sts_completion unknown = {.kind = STS_OUTCOME_UNCERTAIN,
                                    .code = STS_ERR_NOT_ACKNOWLEDGED,
                                    .partition = -1,
                                    .offset = -1,
                                    .text = "the exporter was closed before the transport told what became of it"};
    int64_t now = sts__clock_us();
    pthread_mutex_lock(&ledger->lock);
    for (uint32_t i = 0; i < ledger->entry_count; i++)
        if (sts__ledger_entry_at(ledger, i)->pending)
            complete(ledger, sts__ledger_entry_at(ledger, i), i, &unknown, now);
    pthread_mutex_unlock(&ledger->lock);
}

bool sts__ledger_take(sts__ledger *ledger, sts_outcome *outcome) {
    pthread_mutex_lock(&ledger->lock);
    uint32_t index = ledger->outcome_head;
    if (index != STS__LEDGER_NONE) {
        sts__ledger_entry *entry = sts__ledger_entry_at(ledger, index);
        *outcome = entry->outcome;
        entry->outcome.text = NULL;
        ledger->outcome_head = entry->next;
        if (ledger->outcome_head == STS__LEDGER_NONE)
            ledger->outcome_tail = STS__LEDGER_NONE;
        sts__ledger_free_entry(ledger, entry, index);
    }
    pthread_mutex_unlock(&ledger->lock);
    return index != STS__LEDGER_NONE;
}

void sts__ledger_retire(sts__ledger *ledger, sts_outcome *outcome) {
    pthread_mutex_lock(&ledger->lock);
    settle(ledger, outcome);
    pthread_mutex_unlock(&ledger->lock);
}
