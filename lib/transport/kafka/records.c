/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/records.h"

#include <sched.h>
#include <string.h>

#include "base/clock.h"
#include "transport/taken.h"

sts_status sts__kafka_records_init(sts__kafka_records *records, const sts__memory *memory, size_t max_kept) {
    memset(records, 0, sizeof *records);
    sts__pool_init(&records->pool, memory, max_kept);
    records->next_number = 1;
    return pthread_mutex_init(&records->lock, NULL) == 0 ? STS_OK : STS_ERR_SYSTEM;
}

/* Copies bytes (with a NUL behind) to `*at`, and moves on; null stays null. */
static sts_bytes keep(char **at, sts_bytes bytes) {
    if (!bytes.data)
        return bytes;
    sts_bytes kept = {*at, bytes.size};
    if (bytes.size)
        memcpy(*at, bytes.data, bytes.size);
    (*at)[bytes.size] = '\0';
    *at += bytes.size + 1;
    return kept;
}

static size_t block_size(const sts_message *message) {
    size_t value = message->taken ? 0 : message->value.size;
    size_t size = sizeof(sts__kafka_record) + message->key.size + value + 2;
    for (size_t i = 0; i < 2 * message->header_count; i++)
        size += sizeof(sts_bytes) + message->headers[i].size + 1;
    return size;
}

/* The record's copy of the message is in its own block, behind it; a value that was taken stays where it is. */
static void fill(sts__kafka_record *record, const sts_message *message, int64_t now_us) {
    *record = (sts__kafka_record){.message = *message, .taken_us = now_us};
    sts_bytes *headers = (sts_bytes *)(record + 1);
    char *at = (char *)(headers + 2 * message->header_count);
    for (size_t i = 0; i < 2 * message->header_count; i++)
        headers[i] = keep(&at, message->headers[i]);
    record->message.headers = headers;
    record->message.key = keep(&at, message->key);
    record->message.value = message->taken ? message->value : keep(&at, message->value);
}

/* Blocks for records, in a chain from the last one to the first. */
static sts__kafka_record *take_blocks(sts__kafka_records *records, const sts_message *const *messages, size_t count) {
    sts__kafka_record *chain = NULL;
    pthread_mutex_lock(&records->lock);
    while (count-- > 0) {
        sts__kafka_record *record = sts__pool_take(&records->pool, block_size(messages[count]));
        if (record) {
            record->next = chain;
            chain = record;
            continue;
        }
        while ((record = chain)) {
            chain = record->next;
            sts__pool_give(&records->pool, record);
        }
        break;
    }
    pthread_mutex_unlock(&records->lock);
    return chain;
}

/* One reference a record, for runs of those that share what was taken. */
static void refer(const sts_message *const *messages, size_t count) {
    size_t run;
    for (size_t i = 0; i < count; i += run) {
        for (run = 1; i + run < count && messages[i + run]->taken == messages[i]->taken;)
            run++;
        sts__taken_keep(messages[i]->taken, run);
    }
}

/* The same for records that are gone as soon as nobody looks at them any more; what a producer that was left behind
 * refers to stays. Without a lock: the host may be called. */
static void let_go(sts__kafka_record *const *finished, size_t count) {
    size_t run;
    for (size_t i = 0; i < count; i += run) {
        sts__taken *taken = finished[i]->pinned ? NULL : finished[i]->message.taken;
        for (run = 1; i + run < count && !finished[i + run]->pinned && finished[i + run]->message.taken == taken;)
            run++;
        sts__taken_drop(taken, run);
    }
}

bool sts__kafka_records_new(sts__kafka_records *records, const sts_message *const *messages, size_t count,
                            sts__kafka_chain *chain) {
    int64_t now_us = sts__clock_us();
    *chain = (sts__kafka_chain){take_blocks(records, messages, count), NULL, count};
    if (chain->first)
        refer(messages, count);
    sts__kafka_record *next;
    for (sts__kafka_record *record = chain->first; record; record = next) {
        next = record->next;
        fill(record, *messages++, now_us);
        record->next = next;
        chain->last = record;
    }
    return chain->first;
}

void sts__kafka_records_drop(sts__kafka_records *records, const sts__kafka_chain *chain) {
    sts__kafka_record *next;
    for (sts__kafka_record *record = chain->first; record; record = record->next)
        sts__taken_drop(record->message.taken, 1);
    pthread_mutex_lock(&records->lock);
    for (sts__kafka_record *record = chain->first; record; record = next) {
        next = record->next;
        sts__pool_give(&records->pool, record);
    }
    pthread_mutex_unlock(&records->lock);
}

sts__kafka_chain sts__kafka_chain_split(sts__kafka_chain *chain) {
    sts__kafka_chain head = {chain->first, chain->first, 1};
    while (head.last->next && head.last->next->message.topic_index == head.first->message.topic_index) {
        head.last = head.last->next;
        head.count++;
    }
    chain->first = head.last->next;
    chain->count -= head.count;
    head.last->next = NULL;
    return head;
}

static void free_record(sts__kafka_records *records, sts__kafka_record *record) {
    if (record->pinned) {
        record->next = records->pinned;
        records->pinned = record;
    } else {
        sts__pool_give(&records->pool, record);
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
        let_go(&record, 1);
        free_record(records, record);
    }
    sts__pool_clear(&records->pool);
    pthread_mutex_destroy(&records->lock);
}

bool sts__kafka_records_gate_is_closed(const sts__kafka_records *records) {
    return __atomic_load_n(&records->gate_closed, __ATOMIC_SEQ_CST);
}

bool sts__kafka_records_enter(sts__kafka_records *records) {
    __atomic_add_fetch(&records->passing, 1, __ATOMIC_SEQ_CST);
    if (!sts__kafka_records_gate_is_closed(records))
        return true;
    sts__kafka_records_leave(records);
    return false;
}

void sts__kafka_records_enter_closed(sts__kafka_records *records) {
    __atomic_add_fetch(&records->passing, 1, __ATOMIC_SEQ_CST);
}

void sts__kafka_records_leave(sts__kafka_records *records) {
    __atomic_sub_fetch(&records->passing, 1, __ATOMIC_SEQ_CST);
}

void sts__kafka_records_shut_gate(sts__kafka_records *records) {
    __atomic_store_n(&records->gate_closed, 1, __ATOMIC_SEQ_CST);
}

/* Who is inside only puts some records into librdkafka's queue, so this does not take long; or has just opened the gate
 * again. */
void sts__kafka_records_close_gate(sts__kafka_records *records) {
    do {
        sts__kafka_records_shut_gate(records);
        while (__atomic_load_n(&records->passing, __ATOMIC_SEQ_CST))
            sched_yield();
    } while (!sts__kafka_records_gate_is_closed(records));
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
}

void sts__kafka_records_append(sts__kafka_records *records, const sts__kafka_chain *chain) {
    pthread_mutex_lock(&records->lock);
    append(records, chain, true);
    pthread_mutex_unlock(&records->lock);
}

bool sts__kafka_records_append_waiting(sts__kafka_records *records, const sts__kafka_chain *chain) {
    pthread_mutex_lock(&records->lock);
    bool closed = __atomic_load_n(&records->gate_closed, __ATOMIC_RELAXED);
    if (closed)
        append(records, chain, false);
    pthread_mutex_unlock(&records->lock);
    return closed;
}

void sts__kafka_records_finish(sts__kafka_records *records, sts__kafka_record *const *finished, size_t count) {
    let_go(finished, count);
    pthread_mutex_lock(&records->lock);
    for (size_t i = 0; i < count; i++) {
        sts__kafka_record *record = finished[i];
        *(record->previous ? &record->previous->next : &records->first) = record->next;
        *(record->next ? &record->next->previous : &records->last) = record->previous;
        records->produced -= record->produced;
        free_record(records, record);
    }
    pthread_mutex_unlock(&records->lock);
}

void sts__kafka_records_set_produced(sts__kafka_records *records, sts__kafka_record *record, bool produced) {
    pthread_mutex_lock(&records->lock);
    records->produced += (size_t)produced - (size_t)record->produced;
    record->produced = produced;
    pthread_mutex_unlock(&records->lock);
}

sts__kafka_record *sts__kafka_records_next_waiting(sts__kafka_records *records, const sts__kafka_record *after,
                                                   bool then_open) {
    pthread_mutex_lock(&records->lock);
    sts__kafka_record *record = after ? after->next : records->first;
    while (record && (record->produced || record->parked))
        record = record->next;
    if (!record && then_open)
        __atomic_store_n(&records->gate_closed, 0, __ATOMIC_SEQ_CST);
    pthread_mutex_unlock(&records->lock);
    return record;
}

sts__kafka_record *sts__kafka_records_find_waiting(sts__kafka_records *records, const sts__kafka_record *after,
                                                   bool (*wanted)(const sts__kafka_record *record, const void *user),
                                                   const void *user) {
    pthread_mutex_lock(&records->lock);
    sts__kafka_record *record = after ? after->next : records->first;
    while (record && (record->produced || record->parked || !wanted(record, user)))
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
        if (record->message.topic_index == topic_index)
            record->parked = false;
    pthread_mutex_unlock(&records->lock);
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

void sts__kafka_records_doubt_produced(sts__kafka_records *records) {
    pthread_mutex_lock(&records->lock);
    for (sts__kafka_record *record = records->first; record; record = record->next)
        record->may_be_there = record->may_be_there || record->produced;
    pthread_mutex_unlock(&records->lock);
}

void sts__kafka_records_take_back(sts__kafka_records *records, bool pin) {
    pthread_mutex_lock(&records->lock);
    for (sts__kafka_record *record = records->first; record; record = record->next) {
        if (!record->produced)
            continue;
        record->produced = false;
        record->may_be_there = true;
        record->was_lost = true;
        record->pinned = record->pinned || pin;
        records->has_pinned = records->has_pinned || pin;
    }
    records->produced = 0;
    pthread_mutex_unlock(&records->lock);
}
