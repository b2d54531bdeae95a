/* SPDX-License-Identifier: Apache-2.0
 *
 * Outcomes: of what was accepted, by the portion; of what was rejected; and how the host gets them. */
#include <string.h>

#include "base/clock.h"
#include "queue/ledger_entry.h"

static void append_outcome(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index) {
    entry->next = STS__LEDGER_NONE;
    if (ledger->outcome_tail == STS__LEDGER_NONE)
        ledger->outcome_head = index;
    else
        sts__ledger_entry_at(ledger, ledger->outcome_tail)->next = index & STS__LEDGER_INDEX_MASK;
    ledger->outcome_tail = index;
    if (ledger->idle_waiters)
        pthread_cond_broadcast(&ledger->changed);
}

/* What an outcome's text takes of the room, with what an allocator has around it. */
static size_t text_cost(const char *text) {
    return strlen(text) + 1 + 2 * sizeof(void *);
}

/* --- rejections --- */

/* What is to be told of a rejection. */
typedef struct rejection {
    uint64_t index;
    const char *topic;
    sts_status code;
    int32_t transport_code;
    const char *text;
} rejection;

/* Makes an outcome of a rejection, for the host. */
static sts_status keep_rejection(sts__ledger *ledger, sts__ledger_export *export, const rejection *why) {
    sts__ledger_entry *entry;
    uint32_t index;
    size_t cost = STS__LEDGER_ENTRY_BYTES + text_cost(why->text);
    sts_status status = sts__ledger_get_entry(ledger, &ledger->room, export, cost, &entry, &index);
    if (status != STS_OK)
        return status;
    sts__ledger_fill(entry, &(sts__ledger_entry){.token = export->token,
                                                 .index = why->index,
                                                 .result = ledger->retire_when_taken ? export->result : NULL,
                                                 .topic = why->topic,
                                                 .cost = (uint32_t)cost,
                                                 .shared = STS__LEDGER_NONE});
    *sts__ledger_known_at(ledger, index) =
        (sts__ledger_known){.offset = -1,
                            .text = sts__memory_copy_text(ledger->memory, why->text, strlen(why->text)),
                            .partition = -1,
                            .kind = STS_OUTCOME_REJECTED,
                            .code = why->code,
                            .transport_code = why->transport_code};
    if (ledger->retire_when_taken)
        sts__ledger_expect(ledger, entry);
    append_outcome(ledger, entry, index);
    return STS_OK;
}

sts_status sts__ledger_reject(sts__ledger *ledger, sts__ledger_export *export, uint64_t index, const char *topic,
                              sts_status code, int32_t transport_code, const char *text) {
    const rejection why = {index, topic, code, transport_code, text};
    pthread_mutex_lock(&ledger->lock);
    sts_status status = ledger->closed ? STS_ERR_CLOSED : STS_OK;
    if (status == STS_OK && sts__ledger_keeps_failures(ledger, export->token))
        status = keep_rejection(ledger, export, &why);
    if (status == STS_OK) {
        ledger->counts[STS_COUNT_RECORDS]++;
        ledger->counts[STS_COUNT_REJECTED]++;
        ledger->counts[STS_COUNT_MISSING_KEYS] += code == STS_ERR_KEY_MISSING;
        ledger->reasons[sts__status_place(code)]++;
    }
    pthread_mutex_unlock(&ledger->lock);
    return status;
}

/* --- what became of accepted records --- */

static const uint8_t counters[] = {[STS_OUTCOME_DELIVERED] = STS_COUNT_DELIVERED,
                                   [STS_OUTCOME_FAILED] = STS_COUNT_FAILED,
                                   [STS_OUTCOME_UNCERTAIN] = STS_COUNT_UNCERTAIN,
                                   [STS_OUTCOME_PURGED] = STS_COUNT_PURGED};

/* What the outcomes of a portion come to together; booked when all of them are through. */
typedef struct portion {
    int64_t now;
    uint64_t epoch;  /* of the last one, */
    uint64_t leave;  /* and how many leave it */
    uint64_t ended;  /* records that are not pending any more */
    uint32_t freed;  /* entries without an outcome that is kept, */
    size_t released; /* and bytes of records that are gone */
    bool kept;       /* there are others */
} portion;

static void leave_epoch(sts__ledger *ledger, portion *all, uint64_t epoch) {
    if (epoch != all->epoch && all->leave) {
        sts__ledger_leave_epoch(ledger, all->epoch, all->leave);
        all->leave = 0;
    }
    all->epoch = epoch;
    all->leave++;
}

static void book(sts__ledger *ledger, const portion *all) {
    ledger->counts[STS_COUNT_PENDING] -= all->ended;
    if (all->leave)
        sts__ledger_leave_epoch(ledger, all->epoch, all->leave);
    if (!all->freed && !all->kept)
        return;
    sts__room_give(&ledger->room, all->freed, all->released);
    sts__ledger_wake_room_waiters(ledger);
}

/* What becomes of a record that may be in the topic by an earlier message: it is there, or that is not known. */
static sts_completion doubted(const sts_completion *completion) {
    sts_completion result = *completion;
    result.may_be_duplicate = 1;
    if (!sts__ledger_is_there(result.kind))
        result.kind = STS_OUTCOME_UNCERTAIN;
    return result;
}

/* Where there is no room or no memory for it, the code's own text has to do. */
static char *keep_text(sts__ledger *ledger, sts__ledger_entry *entry, const char *text) {
    size_t cost = text_cost(text);
    if (!sts__room_extend(&ledger->room, cost))
        return NULL;
    char *kept = sts__memory_copy_text(ledger->memory, text, strlen(text));
    if (kept)
        entry->cost += (uint32_t)cost;
    else
        sts__room_give(&ledger->room, 0, cost);
    return kept;
}

/* The record is gone; its outcome takes room of bytes too, until somebody takes it. */
static void keep_outcome(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index,
                         const sts_completion *completion) {
    sts__room_give(&ledger->room, 0, entry->cost - STS__LEDGER_ENTRY_BYTES);
    entry->cost = STS__LEDGER_ENTRY_BYTES;
    *sts__ledger_known_at(ledger, index) =
        (sts__ledger_known){.offset = completion->offset,
                            .text = completion->text ? keep_text(ledger, entry, completion->text) : NULL,
                            .partition = completion->partition,
                            .code = completion->code,
                            .transport_code = completion->transport_code,
                            .kind = (uint8_t)completion->kind,
                            .may_be_duplicate = completion->may_be_duplicate && sts__ledger_is_there(completion->kind)};
    append_outcome(ledger, entry, index);
}

static void end_letter(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index,
                       const sts_completion *completion) {
    bool arrived = sts__ledger_is_there(completion->kind);
    sts__ledger_end_letter(ledger, entry, index, arrived ? STS_COUNT_DEAD_LETTERS : STS_COUNT_DEAD_LETTERS_LOST, 1);
}

static void complete(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index, const sts_completion *completion,
                     portion *all) {
    sts_completion by_earlier;
    if (entry->may_be_there) {
        by_earlier = doubted(completion);
        completion = &by_earlier;
    }
    if (entry->is_letter) {
        end_letter(ledger, entry, index, completion);
        return;
    }
    bool delivered = completion->kind == STS_OUTCOME_DELIVERED;
    entry->pending = false;
    if (entry->shared != STS__LEDGER_NONE)
        sts__ledger_let_go_of_shared(ledger, entry);
    all->ended++;
    ledger->counts[counters[completion->kind]]++;
    ledger->counts[STS_COUNT_POSSIBLE_DUPLICATES] +=
        completion->may_be_duplicate && sts__ledger_is_there(completion->kind);
    entry->us = all->now - entry->us;
    if (delivered)
        sts__latency_add(&ledger->latency, (uint64_t)entry->us);
    else
        ledger->failures[sts__status_place(completion->code)]++;
    if (entry->result)
        sts__result_add(entry->result, entry->index, completion);
    bool kept = (delivered ? ledger->keep_deliveries : ledger->keep_failures) || (ledger->keep_tokens && entry->token);
    if (!kept || !ledger->retire_when_taken) {
        leave_epoch(ledger, all, entry->epoch);
        if (entry->result)
            sts__result_settle(entry->result);
        entry->result = NULL; /* it may be gone after that */
    }
    if (kept) {
        keep_outcome(ledger, entry, index, completion);
        all->kept = true;
    } else {
        all->freed++;
        all->released += entry->cost;
        sts__ledger_put_back(ledger, entry, index);
    }
}

/* A message's records have their outcomes together. */
static void complete_message(sts__ledger *ledger, uint32_t index, const sts_completion *completion, portion *all) {
    while (index != STS__LEDGER_NONE) {
        sts__ledger_entry *entry = sts__ledger_entry_at(ledger, index);
        uint32_t next = entry->next;
        if (entry->ahead != STS__LEDGER_NONE)
            sts__prefetch_line(sts__ledger_entry_at(ledger, entry->ahead));
        complete(ledger, entry, index, completion, all);
        index = next;
    }
}

/* How far ahead entries are asked for. */
enum { AHEAD = 12 };

sts_status sts__ledger_complete(sts__ledger *ledger, const sts_completion *completions, size_t count) {
    sts_status status = STS_OK;
    portion all = {.now = sts__clock_us()};
    pthread_mutex_lock(&ledger->lock);
    for (size_t i = 0; i < count && i < AHEAD; i++)
        sts__ledger_prefetch(ledger, completions[i].id);
    for (size_t i = 0; i < count; i++) {
        const sts_completion *completion = &completions[i];
        bool has_kind = completion->kind >= STS_OUTCOME_DELIVERED && completion->kind <= STS_OUTCOME_PURGED;
        if (i + AHEAD < count)
            sts__ledger_prefetch(ledger, completion[AHEAD].id);
        if (has_kind && sts__ledger_find(ledger, completion->id))
            complete_message(ledger, sts__ledger_index_of(completion->id), completion, &all);
        else
            status = STS_ERR_INVALID_ARGUMENT;
    }
    book(ledger, &all);
    pthread_mutex_unlock(&ledger->lock);
    return status;
}

bool sts__ledger_look(sts__ledger *ledger, uint64_t id, uint64_t *token, uint64_t *index) {
    pthread_mutex_lock(&ledger->lock);
    const sts__ledger_entry *entry = sts__ledger_find(ledger, id);
    bool found = entry && !entry->is_letter;
    *token = found ? entry->token : 0;
    *index = found ? entry->index : 0;
    pthread_mutex_unlock(&ledger->lock);
    return found;
}

void sts__ledger_abandon(sts__ledger *ledger) {
    const sts_completion unknown = {.kind = STS_OUTCOME_UNCERTAIN,
                                    .code = STS_ERR_NOT_ACKNOWLEDGED,
                                    .partition = -1,
                                    .offset = -1,
                                    .text = "the exporter was closed before the transport told what became of it"};
    portion all = {.now = sts__clock_us()};
    pthread_mutex_lock(&ledger->lock);
    for (uint32_t i = 0; i < ledger->entry_count; i++)
        if (sts__ledger_entry_at(ledger, i)->pending)
            complete(ledger, sts__ledger_entry_at(ledger, i), i, &unknown, &all);
    book(ledger, &all);
    pthread_mutex_unlock(&ledger->lock);
}

/* --- what the host gets --- */

static sts_outcome outcome_of(const sts__ledger_entry *entry, const sts__ledger_known *known) {
    return (sts_outcome){.token = entry->token,
                         .index = entry->index,
                         .offset = known->offset,
                         .latency_us = (uint64_t)entry->us,
                         .epoch = entry->epoch,
                         .result = entry->result,
                         .topic = entry->topic,
                         .text = known->text,
                         .kind = known->kind,
                         .partition = known->partition,
                         .code = known->code,
                         .transport_code = known->transport_code,
                         .may_be_duplicate = known->may_be_duplicate};
}

bool sts__ledger_take(sts__ledger *ledger, sts_outcome *outcome) {
    pthread_mutex_lock(&ledger->lock);
    uint32_t index = ledger->outcome_head;
    if (index != STS__LEDGER_NONE) {
        sts__ledger_entry *entry = sts__ledger_entry_at(ledger, index);
        *outcome = outcome_of(entry, sts__ledger_known_at(ledger, index));
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
    sts__ledger_leave_epoch(ledger, outcome->epoch, 1);
    if (outcome->result)
        sts__result_settle(outcome->result);
    outcome->result = NULL;
    pthread_mutex_unlock(&ledger->lock);
}
