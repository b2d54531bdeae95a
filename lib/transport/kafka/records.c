/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/records.h"

#include <string.h>

#include "base/clock.h"
#include "transport/taken.h"

sts_status sts__kafka_records_init(sts__kafka_records *records, const sts__memory *memory, size_t max_kept) {
    memset(records, 0, sizeof *records);
    sts__kafka_blocks_init(&records->blocks, memory, max_kept);
    records->next_number = 1;
    return pthread_mutex_init(&records->lock, NULL) == 0 ? STS_OK : STS_ERR_SYSTEM;
}

bool sts__kafka_records_new(sts__kafka_records *records, const sts_message *const *messages, size_t count,
                            sts__kafka_chain *chain) {
    int64_t now_us = sts__clock_us();
    *chain = (sts__kafka_chain){NULL, NULL, 0};
    while (chain->count < count) {
        size_t together = count - chain->count;
        pthread_mutex_lock(&records->lock);
        sts__kafka_block *block = sts__kafka_blocks_take(&records->blocks, messages + chain->count, &together);
        pthread_mutex_unlock(&records->lock);
        if (!block) {
            sts__kafka_records_drop(records, chain);
            return false;
        }
        sts__kafka_block_fill(block, messages + chain->count, together, now_us, chain);
    }
    return true;
}

void sts__kafka_records_drop(sts__kafka_records *records, const sts__kafka_chain *chain) {
    sts__kafka_record *next;
    for (sts__kafka_record *record = chain->first; record; record = record->next)
        sts__taken_drop(record->message.taken, 1);
    pthread_mutex_lock(&records->lock);
    for (sts__kafka_record *record = chain->first; record; record = next) {
        next = record->next;
        sts__kafka_blocks_give(&records->blocks, record);
    }
    pthread_mutex_unlock(&records->lock);
}

static void free_record(sts__kafka_records *records, sts__kafka_record *record) {
    if (record->pinned) {
        record->next = records->pinned;
        records->pinned = record;
    } else {
        sts__kafka_blocks_give(&records->blocks, record);
    }
}

void sts__kafka_records_unpin(sts__kafka_records *records) {
    pthread_mutex_lock(&records->lock);
    const sts__kafka_chain chain = {records->pinned, NULL, 0};
    records->pinned = NULL;
    records->has_pinned = false;
    for (sts__kafka_record *record = records->first; record; record = record->next)
        if (record->pinned) /* senders look at their own, which are not */
            record->pinned = false;
    pthread_mutex_unlock(&records->lock);
    sts__kafka_records_drop(records, &chain);
}

void sts__kafka_records_clear(sts__kafka_records *records, bool unpin) {
    sts__kafka_record *next;
    if (unpin)
        sts__kafka_records_unpin(records);
    for (sts__kafka_record *record = records->first; record; record = next) {
        next = record->next;
        sts__kafka_record_release_taken(&record, 1);
        free_record(records, record);
    }
    sts__pool_clear(&records->blocks.pool);
    pthread_mutex_destroy(&records->lock);
}

static void append(sts__kafka_records *records, const sts__kafka_chain *chain, bool produced) {
    sts__kafka_record *previous = records->last;
    for (sts__kafka_record *record = chain->first; record; previous = record, record = record->next) {
        record->number = records->next_number++;
        record->produced = produced;
        record->previous = previous;
    }
    *(records->last ? &records->last->next : &records->first) = chain->first;
    records->last = chain->last;
    records->produced += produced ? chain->count : 0;
    if (!produced && !records->waiting)
        records->waiting = chain->first;
}

/* The first `count` of the chain, at least one, without those behind them. */
static sts__kafka_chain take_off(sts__kafka_chain *chain, size_t count) {
    sts__kafka_chain head = {chain->first, chain->first, count};
    while (--count)
        head.last = head.last->next;
    chain->first = head.last->next;
    chain->count -= head.count;
    head.last->next = NULL;
    return head;
}

sts__kafka_chain sts__kafka_chain_split(sts__kafka_chain *chain) {
    size_t count = 1;
    const sts__kafka_record *record = chain->first;
    for (; record->next && record->next->message.topic_index == record->message.topic_index; record = record->next)
        count++;
    return take_off(chain, count);
}

static size_t room_in(const sts__kafka_records *records, size_t window) {
    return records->produced < window ? window - records->produced : 0;
}

sts__kafka_chain sts__kafka_records_append(sts__kafka_records *records, sts__kafka_chain *chain, size_t window) {
    sts__kafka_chain head = {NULL, NULL, 0};
    pthread_mutex_lock(&records->lock);
    size_t room = room_in(records, window);
    if (room) {
        head = take_off(chain, room < chain->count ? room : chain->count);
        append(records, &head, true);
    }
    pthread_mutex_unlock(&records->lock);
    return head;
}

bool sts__kafka_records_append_waiting(sts__kafka_records *records, const sts__kafka_chain *chain, bool *alone) {
    pthread_mutex_lock(&records->lock);
    bool closed = sts__kafka_gate_is_closed(&records->gate);
    if (closed)
        append(records, chain, false);
    *alone = records->produced == 0;
    pthread_mutex_unlock(&records->lock);
    return closed;
}

static void unlink_record(sts__kafka_records *records, sts__kafka_record *record) {
    *(record->previous ? &record->previous->next : &records->first) = record->next;
    *(record->next ? &record->next->previous : &records->last) = record->previous;
    records->produced -= record->produced;
    if (records->waiting == record)
        records->waiting = record->next;
}

void sts__kafka_records_finish(sts__kafka_records *records, sts__kafka_record *const *finished, size_t count) {
    sts__kafka_record_release_taken(finished, count);
    pthread_mutex_lock(&records->lock);
    for (size_t i = 0; i < count; i++) {
        unlink_record(records, finished[i]);
        free_record(records, finished[i]);
    }
    pthread_mutex_unlock(&records->lock);
}

void sts__kafka_records_take_out(sts__kafka_records *records, sts__kafka_record *const *out, size_t count) {
    pthread_mutex_lock(&records->lock);
    for (size_t i = 0; i < count; i++) {
        unlink_record(records, out[i]);
        out[i]->produced = false;
    }
    pthread_mutex_unlock(&records->lock);
}

sts__kafka_record *sts__kafka_records_put_back(sts__kafka_records *records, sts__kafka_record *behind,
                                               sts__kafka_record *const *back, size_t count) {
    pthread_mutex_lock(&records->lock);
    for (size_t i = 0; i < count; i++) {
        sts__kafka_record *record = back[i];
        sts__kafka_record *next = behind ? behind->next : records->first;
        for (; next && next->number < record->number; next = next->next)
            behind = next;
        record->previous = behind;
        record->next = next;
        *(behind ? &behind->next : &records->first) = record;
        *(next ? &next->previous : &records->last) = record;
        behind = record;
    }
    records->waiting = records->first;
    pthread_mutex_unlock(&records->lock);
    return behind;
}

void sts__kafka_records_free(sts__kafka_records *records, sts__kafka_record *const *out, size_t count) {
    sts__kafka_record_release_taken(out, count);
    pthread_mutex_lock(&records->lock);
    for (size_t i = 0; i < count; i++)
        free_record(records, out[i]);
    pthread_mutex_unlock(&records->lock);
}

void sts__kafka_records_replace(sts__kafka_records *records, sts__kafka_record *record, const sts__kafka_chain *by) {
    sts__kafka_record *previous = record->previous;
    sts__kafka_record_release_taken(&record, 1);
    pthread_mutex_lock(&records->lock);
    for (sts__kafka_record *part = by->first; part; previous = part, part = part->next) {
        part->number = record->number;
        part->message.sequence = record->message.sequence;
        part->taken_us = record->taken_us;
        part->may_be_there = record->may_be_there;
        part->was_lost = record->was_lost;
        part->is_suspect = record->is_suspect;
        part->placed = record->placed;
        part->previous = previous;
    }
    by->last->next = record->next;
    *(record->previous ? &record->previous->next : &records->first) = by->first;
    *(record->next ? &record->next->previous : &records->last) = by->last;
    records->produced -= record->produced;
    records->waiting = records->first;
    free_record(records, record);
    pthread_mutex_unlock(&records->lock);
}

void sts__kafka_records_set_run_produced(sts__kafka_records *records, sts__kafka_record *first, size_t count,
                                         bool produced) {
    sts__kafka_record *record = first;
    pthread_mutex_lock(&records->lock);
    for (; count; count--, record = record->next) {
        records->produced += (size_t)produced - (size_t)record->produced;
        record->produced = produced;
    }
    if (!produced)
        records->waiting = records->first;
    pthread_mutex_unlock(&records->lock);
}

void sts__kafka_records_set_produced(sts__kafka_records *records, sts__kafka_record *record, bool produced) {
    sts__kafka_records_set_run_produced(records, record, 1, produced);
}

static bool waits(const sts__kafka_record *record) {
    return !record->produced && !record->parked;
}

static sts__kafka_record *first_waiting(sts__kafka_records *records) {
    while (records->waiting && !waits(records->waiting))
        records->waiting = records->waiting->next;
    return records->waiting;
}

size_t sts__kafka_records_waiting_run(sts__kafka_records *records, size_t window, size_t most,
                                      sts__kafka_record **first) {
    size_t count = 0;
    pthread_mutex_lock(&records->lock);
    *first = first_waiting(records);
    const sts__kafka_record *record = *first;
    const size_t room = room_in(records, window);
    if (most > room)
        most = room;
    for (; record && count < most && waits(record); record = record->next, count++)
        if (record->message.topic_index != (*first)->message.topic_index)
            break;
    pthread_mutex_unlock(&records->lock);
    return count;
}

sts__kafka_record *sts__kafka_records_next_waiting(sts__kafka_records *records, const sts__kafka_record *after,
                                                   bool then_open) {
    pthread_mutex_lock(&records->lock);
    sts__kafka_record *record = after ? after->next : first_waiting(records);
    while (record && !waits(record))
        record = record->next;
    if (!record && then_open)
        sts__kafka_gate_open(&records->gate);
    pthread_mutex_unlock(&records->lock);
    return record;
}

sts__kafka_record *sts__kafka_records_find_waiting(sts__kafka_records *records, const sts__kafka_record *after,
                                                   bool (*wanted)(const sts__kafka_record *record, const void *user),
                                                   const void *user) {
    pthread_mutex_lock(&records->lock);
    sts__kafka_record *record = after ? after->next : records->first;
    while (record && !(waits(record) && wanted(record, user)))
        record = record->next;
    pthread_mutex_unlock(&records->lock);
    return record;
}

sts__kafka_record *sts__kafka_records_next_parked(sts__kafka_records *records, const sts__kafka_record *after) {
    pthread_mutex_lock(&records->lock);
    sts__kafka_record *record = after ? after->next : records->first;
    while (record && !record->parked)
        record = record->next;
    pthread_mutex_unlock(&records->lock);
    return record;
}

void sts__kafka_records_park(sts__kafka_records *records, sts__kafka_record *record) {
    pthread_mutex_lock(&records->lock);
    records->produced -= record->produced;
    record->produced = false;
    record->parked = true;
    pthread_mutex_unlock(&records->lock);
}

bool sts__kafka_records_append_parked(sts__kafka_records *records, const sts__kafka_chain *chain, const int *missing) {
    pthread_mutex_lock(&records->lock);
    bool parked = __atomic_load_n(missing, __ATOMIC_ACQUIRE);
    if (parked) {
        append(records, chain, false);
        for (sts__kafka_record *record = chain->first; record; record = record->next)
            record->parked = true;
    }
    pthread_mutex_unlock(&records->lock);
    return parked;
}

bool sts__kafka_records_has_produced(sts__kafka_records *records, int32_t topic_index) {
    pthread_mutex_lock(&records->lock);
    const sts__kafka_record *record = records->first;
    while (record && !(record->produced && record->message.topic_index == topic_index))
        record = record->next;
    pthread_mutex_unlock(&records->lock);
    return record;
}

void sts__kafka_records_unpark(sts__kafka_records *records, int32_t topic_index, int *missing) {
    pthread_mutex_lock(&records->lock);
    __atomic_store_n(missing, 0, __ATOMIC_RELEASE);
    for (sts__kafka_record *record = records->first; record; record = record->next)
        if (record->parked && record->message.topic_index == topic_index)
            record->parked = record->held = false;
    records->waiting = records->first;
    pthread_mutex_unlock(&records->lock);
}

void sts__kafka_records_let_go(sts__kafka_records *records,
                               bool (*goes)(const sts__kafka_record *record, const void *user), const void *user) {
    pthread_mutex_lock(&records->lock);
    for (sts__kafka_record *record = records->first; record; record = record->next)
        if (record->parked && record->held && goes(record, user))
            record->parked = record->held = false;
    records->waiting = records->first;
    pthread_mutex_unlock(&records->lock);
}

bool sts__kafka_records_lacks(sts__kafka_records *records, uint64_t last,
                              bool (*wanted)(const sts__kafka_record *record, const void *user), const void *user) {
    pthread_mutex_lock(&records->lock);
    const sts__kafka_record *record = records->first;
    while (record && record->message.sequence <= last && (record->produced || !wanted(record, user)))
        record = record->next;
    bool lacks = record && record->message.sequence <= last;
    pthread_mutex_unlock(&records->lock);
    return lacks;
}

size_t sts__kafka_records_produced(sts__kafka_records *records) {
    pthread_mutex_lock(&records->lock);
    size_t produced = records->produced;
    pthread_mutex_unlock(&records->lock);
    return produced;
}

uint64_t sts__kafka_records_next_number(sts__kafka_records *records) {
    pthread_mutex_lock(&records->lock);
    uint64_t number = records->next_number;
    pthread_mutex_unlock(&records->lock);
    return number;
}

void sts__kafka_records_doubt_produced(sts__kafka_records *records, int64_t until_us, bool may_be_there) {
    pthread_mutex_lock(&records->lock);
    for (sts__kafka_record *record = records->first; record; record = record->next) {
        if (!record->produced || record->taken_us > until_us)
            continue;
        record->may_be_twice = true;
        record->may_be_there = record->may_be_there || may_be_there;
    }
    pthread_mutex_unlock(&records->lock);
}

void sts__kafka_records_take_back(sts__kafka_records *records, bool pin, bool may_be_there) {
    pthread_mutex_lock(&records->lock);
    for (sts__kafka_record *record = records->first; record; record = record->next) {
        if (!record->produced)
            continue;
        record->produced = false;
        record->may_be_there = record->may_be_there || may_be_there;
        record->was_lost = record->was_lost || may_be_there;
        record->pinned = record->pinned || pin;
        records->has_pinned = records->has_pinned || pin;
    }
    records->produced = 0;
    records->waiting = records->first;
    pthread_mutex_unlock(&records->lock);
}
