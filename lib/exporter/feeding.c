/* SPDX-License-Identifier: Apache-2.0
 *
 * From the store into the ledger and the transport, and the outcomes back. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "exporter/storage.h"
#include "exporter/stored_message.h"
#include "transport/message_size.h"
#include "transport/send.h"

enum {
    AT_ONCE = 32, /* messages, */
    TURNS = 64,   /* before others, or who serves, are to go on: an export must come to its end */
    ENTRY = 128   /* what a record takes here beside the ledger, at most: a table is half empty */
};

/* What is fed at once. */
typedef struct feed {
    sts_exporter *exporter;
    sts__arena arena;
    sts__stored read[AT_ONCE];
    sts__stored_message messages[AT_ONCE];
    sts_status faults[AT_ONCE]; /* not STS_OK: the message cannot be sent, for that */
    size_t count;               /* of those that were read */
    size_t admitted;            /* and of these, that the ledger has */
} feed;

/* --- into the ledger --- */

/* Forgets records that were entered. */
static void leave_out(sts__storage *storage, const sts__ledger_record *records, size_t count,
                      const sts__fed_message *whole) {
    pthread_mutex_lock(&storage->lock);
    storage->several -= whole != NULL;
    for (size_t i = 0; i < count; i++) {
        sts__fed *fed = sts__fed_find(&storage->fed, records[i].id);
        if (fed)
            sts__table_remove(&storage->fed, fed);
    }
    pthread_mutex_unlock(&storage->lock);
}

static bool add(sts__storage *storage, const sts__stored *stored, const sts__stored_message *message,
                const sts__ledger_record *record, sts__fed_message *whole) {
    pthread_mutex_lock(&storage->lock);
    sts__fed *fed = sts__table_add(&storage->fed, sts__fed_hash(&storage->fed, record->id));
    if (fed)
        *fed = (sts__fed){.id = record->id,
                          .sequence = stored->sequence,
                          .message = whole,
                          .size = (uint32_t)record->size,
                          .records = (uint32_t)!message->is_letter,
                          .is_letter = message->is_letter,
                          .null_key = record->null_key,
                          .empty_key = record->empty_key,
                          .missing_key = record->missing_key,
                          .continues = record->continues};
    pthread_mutex_unlock(&storage->lock);
    return fed;
}

/* Notes which records are whose; false without memory, and none is noted. */
static bool enter(sts_exporter *exporter, const sts__stored *stored, const sts__stored_message *message,
                  const sts__ledger_record *records, size_t count) {
    sts__fed_message *whole = NULL;
    if (count > 1) {
        whole = sts__memory_new(exporter->memory, sizeof *whole);
        if (!whole)
            return false;
        *whole = (sts__fed_message){(uint32_t)count, (uint32_t)count};
        pthread_mutex_lock(&exporter->storage.lock);
        exporter->storage.several++;
        pthread_mutex_unlock(&exporter->storage.lock);
    }
    for (size_t i = 0; i < count; i++) {
        if (add(&exporter->storage, stored, message, &records[i], whole))
            continue;
        leave_out(&exporter->storage, records, i, whole);
        sts__memory_free(exporter->memory, whole);
        return false;
    }
    return true;
}

static size_t cost_of(const sts_exporter *exporter, const sts_message *message) {
    return exporter->transport_kind->cost(message, sts__message_payload(message));
}

static sts_status admit_letter(feed *f, const sts__stored *stored, sts__stored_message *letter) {
    sts__ledger *ledger = &f->exporter->ledger;
    sts__ledger_export export = {.token = 0};
    sts__ledger_record record = {.size = 0};
    sts_status status =
        sts__ledger_accept_letter(ledger, &export, cost_of(f->exporter, &letter->message) + ENTRY, &record.id);
    if (status != STS_OK)
        return status;
    letter->message.id = record.id;
    if (enter(f->exporter, stored, letter, &record, 1))
        return STS_OK;
    sts__ledger_drop_letter(ledger, record.id);
    return STS_ERR_NO_MEMORY;
}

/* Makes entries in the ledger, if there is room just now. */
static sts_status admit_records(feed *f, const sts__stored *stored, sts__stored_message *message) {
    sts__ledger *ledger = &f->exporter->ledger;
    sts__ledger_export export = {.token = message->token};
    size_t count = message->message.record_count;
    size_t accepted;
    sts__ledger_record *records = sts__arena_array(&f->arena, count, sizeof *records);
    if (!records)
        return STS_ERR_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        records[i] = sts__stored_message_record(message, i);
        records[i].cost = ENTRY;
    }
    records[0].size = sts__message_payload(&message->message);
    records[0].cost += cost_of(f->exporter, &message->message);
    sts_status status = sts__ledger_accept(ledger, &export, records, count, count, &accepted);
    if (status != STS_OK)
        return status;
    message->message.id = records[0].id;
    if (!enter(f->exporter, stored, message, records, count)) {
        sts__ledger_cancel(ledger, records, count);
        return STS_ERR_NO_MEMORY;
    }
    if (stored->is_old)
        sts__ledger_doubt(ledger, records[0].id);
    return STS_OK;
}

/* A message that this library does not know, or cannot send, fails like one that the transport refuses. */
static sts_status judge(const feed *f, const sts__stored *stored, sts__stored_message *message) {
    sts_exporter *exporter = f->exporter;
    sts_bytes name = {message->topic, strlen(message->topic)};
    sts_status status = sts__topics_find(&exporter->topics, name, true, &message->message.topic_index);
    message->message.topic = status == STS_OK ? sts__topics_name(&exporter->topics, message->message.topic_index)
                                              : exporter->route.default_topic;
    bool is_old = exporter->storage.max_age_ms && !message->is_letter &&
                  sts__clock_wall_ms() - stored->stored_ms > exporter->storage.max_age_ms;
    return status == STS_OK && is_old ? STS_ERR_GAVE_UP : status;
}

/* What cannot be read as a message was counted, and is lost, as if it were damaged. */
static void lose(sts_exporter *exporter, uint64_t records) {
    if (!records)
        return;
    sts__ledger_count_by(&exporter->ledger, STS_COUNT_RECORDS, records);
    sts__ledger_count_by(&exporter->ledger, STS_COUNT_ACCEPTED, records);
    sts__ledger_count_by(&exporter->ledger, STS_COUNT_FAILED, records);
}

/* STS_OK, and one more was admitted, or is no message; else it is to be read again. */
static sts_status admit(feed *f) {
    const sts__stored *stored = &f->read[f->admitted];
    sts__stored_message *message = &f->messages[f->admitted];
    sts_status status = sts__stored_message_read(stored->payload, &f->arena, message);
    if (status == STS_ERR_INTERNAL) {
        sts__sink_log(&f->exporter->sink, STS_LOG_ERROR, "a record of the store is none that this library knows: lost");
        lose(f->exporter, stored->records);
        sts__store_done(f->exporter->storage.store, &(sts__store_end_of){stored->sequence, stored->records}, 1);
        memmove(f->read + f->admitted, f->read + f->admitted + 1, (f->count - f->admitted - 1) * sizeof *f->read);
        f->count--;
        return STS_OK;
    }
    if (status != STS_OK)
        return status;
    f->faults[f->admitted] = judge(f, stored, message);
    if (f->faults[f->admitted] == STS_ERR_NO_MEMORY)
        return STS_ERR_NO_MEMORY;
    status = message->is_letter ? admit_letter(f, stored, message) : admit_records(f, stored, message);
    f->admitted += status == STS_OK;
    return status;
}

/* Reads some, and has the ledger take them. False where it is no use to go on at once. */
static bool take(feed *f) {
    sts__storage *storage = &f->exporter->storage;
    uint64_t lost;
    sts_status status = STS_OK;
    sts__arena_reset(&f->arena);
    f->admitted = 0;
    pthread_mutex_lock(&storage->counting);
    f->count = sts__store_read(storage->store, f->read, AT_ONCE, &lost);
    lose(f->exporter, lost);
    while (f->admitted < f->count && status == STS_OK)
        status = admit(f);
    sts__store_unread(storage->store, f->read + f->admitted, f->count - f->admitted);
    pthread_mutex_unlock(&storage->counting);
    return status == STS_OK && f->count;
}

/* --- out of the ledger again --- */

/* Takes the messages from `from` on out of the ledger, to be read again: the transport has not seen them. */
static void take_back(feed *f, size_t from) {
    sts__storage *storage = &f->exporter->storage;
    pthread_mutex_lock(&storage->counting);
    for (size_t i = f->admitted; i-- > from;)
        sts__storage_take_back(f->exporter, f->messages[i].message.id);
    sts__store_unread(storage->store, f->read + from, f->admitted - from);
    pthread_mutex_unlock(&storage->counting);
}

/* --- to the transport --- */

static void fail(feed *f, size_t at, sts_status status, sts__fault *fault) {
    sts_exporter *exporter = f->exporter;
    sts__fault_finish(fault, status);
    const sts_completion failed = {.struct_size = sizeof failed,
                                   .id = f->messages[at].message.id,
                                   .offset = -1,
                                   .partition = -1,
                                   .kind = STS_OUTCOME_FAILED,
                                   .code = status,
                                   .transport_code = fault->transport_code,
                                   .text = fault->text,
                                   .message = &f->messages[at].message};
    sts__sink_complete(&exporter->sink, &failed, 1);
}

/* Sends those from `*at` on that can be, up to the first that is not. */
static sts_status send_some(feed *f, size_t *at, sts__fault *fault) {
    const sts_message *messages[AT_ONCE];
    size_t count = 0;
    size_t taken;
    while (*at + count < f->admitted && f->faults[*at + count] == STS_OK) {
        messages[count] = &f->messages[*at + count].message;
        count++;
    }
    if (count == 0) {
        const char *too_old = "stored for longer than sending_queue.storage.max_age";
        sts_status why = f->faults[*at];
        sts__fault_set(fault, why, "%s", why == STS_ERR_GAVE_UP ? too_old : sts__status_text(why));
        fail(f, *at, why, fault);
        ++*at;
        return STS_OK;
    }
    sts_status status =
        sts__transport_send(&f->exporter->transport, f->exporter->transport_context, messages, count, &taken, fault);
    *at += taken;
    return status;
}

/* False where it is no use to go on at once. */
static bool send(feed *f) {
    size_t at = 0;
    while (at < f->admitted) {
        sts__fault fault;
        sts_status status = send_some(f, &at, &fault);
        if (status == STS_OK)
            continue;
        if (status == STS_ERR_PRODUCER_FATAL)
            __atomic_store_n(&f->exporter->fatal, 1, __ATOMIC_RELAXED);
        if (status == STS_ERR_QUEUE_FULL || status == STS_ERR_NO_MEMORY || status <= STS_ERR_FATAL_LINE) {
            take_back(f, at);
            return false;
        }
        fail(f, at, status, &fault);
        at++;
    }
    return true;
}

static bool is_ending(const sts_exporter *exporter) {
    return __atomic_load_n(&exporter->stopping, __ATOMIC_ACQUIRE) ||
           __atomic_load_n(&exporter->fatal, __ATOMIC_RELAXED);
}

static bool begin(sts_exporter *exporter, bool serves) {
    sts__storage *storage = &exporter->storage;
    pthread_mutex_lock(&storage->lock);
    bool mine = !is_ending(exporter) && !storage->feeding && (serves || !storage->stalled);
    storage->again = storage->feeding;
    storage->feeding = storage->feeding || mine;
    if (mine)
        storage->stalled = false;
    pthread_mutex_unlock(&storage->lock);
    return mine;
}

/* True where others have stored more since the last look. */
static bool end(sts_exporter *exporter, bool stalled, bool goes_on) {
    sts__storage *storage = &exporter->storage;
    pthread_mutex_lock(&storage->lock);
    bool more = storage->again && !stalled && goes_on;
    storage->again = false;
    storage->stalled = stalled;
    storage->feeding = more;
    pthread_cond_broadcast(&storage->fed_some);
    pthread_mutex_unlock(&storage->lock);
    return more;
}

bool sts__storage_begin_feeding(sts_exporter *exporter) {
    feed *f = sts__memory_new(exporter->memory, sizeof *f);
    exporter->storage.feed = f;
    if (!f)
        return false;
    f->exporter = exporter;
    sts__arena_init(&f->arena, exporter->memory);
    return true;
}

void sts__storage_end_feeding(sts__storage *storage, const sts__memory *memory) {
    feed *f = storage->feed;
    if (f)
        sts__arena_clear(&f->arena);
    sts__memory_free(memory, f);
}

bool sts__storage_feed(sts_exporter *exporter, bool serves) {
    feed *f = exporter->storage.feed;
    int turns = 0;
    bool more;
    if (!exporter->storage.store || !begin(exporter, serves))
        return false;
    do {
        more = true;
        while (more && turns++ < TURNS && !is_ending(exporter)) {
            bool all = take(f);
            bool sent = send(f);
            more = all && sent;
            if (f->count == 0)
                break;
        }
    } while (end(exporter, f->count && !more, turns < TURNS));
    sts__arena_trim(&f->arena, STS__STAGING_KEPT);
    return more && turns >= TURNS;
}

/* --- flushing --- */

uint64_t sts__storage_mark(sts_exporter *exporter) {
    return exporter->storage.store ? sts__store_end(exporter->storage.store) : 0;
}

uint64_t sts__storage_letter_mark(sts_exporter *exporter) {
    if (!exporter->storage.store)
        return 0;
    pthread_mutex_lock(&exporter->storage.lock);
    uint64_t mark = exporter->storage.letter_mark;
    pthread_mutex_unlock(&exporter->storage.lock);
    return mark;
}

bool sts__storage_is_fed(sts_exporter *exporter, uint64_t mark) {
    if (!exporter->storage.store)
        return true;
    pthread_mutex_lock(&exporter->storage.counting);
    bool fed = sts__store_is_read_to(exporter->storage.store, mark);
    pthread_mutex_unlock(&exporter->storage.counting);
    return fed;
}

bool sts__storage_wait_fed(sts_exporter *exporter, uint64_t mark, int64_t deadline_us) {
    sts__storage *storage = &exporter->storage;
    while (!sts__storage_is_fed(exporter, mark)) {
        int64_t now = sts__clock_us();
        int64_t look_us = now + 10000; /* the last look may have been just before the last that was fed */
        if (now >= deadline_us)
            return false;
        pthread_mutex_lock(&storage->lock);
        sts__condition_wait(&storage->fed_some, &storage->lock, look_us < deadline_us ? look_us : deadline_us);
        pthread_mutex_unlock(&storage->lock);
    }
    return true;
}
