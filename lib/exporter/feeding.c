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
    ENTRY = 128   /* what a record takes here beside the ledger, at most: half of the places may be empty */
};

static const char too_old[] = "stored for longer than sending_queue.storage.max_age";

/* What is fed at once. */
typedef struct feed {
    sts_exporter *exporter;
    sts__arena arena;
    sts__stored read[AT_ONCE];
    sts__stored_message messages[AT_ONCE];
    sts_status faults[AT_ONCE];           /* not STS_OK: the message cannot be sent, for that */
    sts__ledger_record *records[AT_ONCE]; /* of those that the ledger has; in the arena */
    size_t count;                         /* of those that were read */
    size_t admitted;                      /* and of these, that the ledger has */
    bool leaves;                          /* what comes next is left to who serves */
} feed;

/* --- into the ledger --- */

static void forget(sts__storage *storage, const sts__ledger_record *records, size_t count) {
    for (size_t i = 0; i < count; i++) {
        sts__fed *fed = sts__fed_find(&storage->fed, records[i].id);
        if (fed)
            sts__fed_remove(&storage->fed, fed);
    }
}

/* Notes which records are whose, with the storage's lock: those of the next message (`whole`), or of one each. False
 * without memory, and none is noted. */
static bool note(const feed *f, const sts__ledger_record *records, size_t count, sts__fed_message *whole) {
    sts__storage *storage = &f->exporter->storage;
    bool is_letter = f->messages[f->admitted].is_letter;
    for (size_t i = 0; i < count; i++) {
        const sts__ledger_record *record = &records[i];
        size_t at = f->admitted + (whole ? 0 : i);
        sts__fed *fed = sts__fed_add(&storage->fed, record->id);
        if (!fed) {
            forget(storage, records, i);
            return false;
        }
        *fed = (sts__fed){.id = record->id,
                          .sequence = f->read[at].sequence,
                          .message = whole,
                          .size = (uint32_t)record->size,
                          .records = (uint32_t)!is_letter,
                          .is_letter = is_letter,
                          .is_stale = f->faults[at] == STS_ERR_GAVE_UP,
                          .null_key = record->null_key,
                          .empty_key = record->empty_key,
                          .missing_key = record->missing_key,
                          .continues = record->continues};
    }
    storage->several += whole != NULL;
    return true;
}

static bool enter(const feed *f, const sts__ledger_record *records, size_t count, bool is_one) {
    sts__storage *storage = &f->exporter->storage;
    sts__fed_message *whole = NULL;
    if (is_one && count > 1) {
        whole = sts__memory_new(f->exporter->memory, sizeof *whole);
        if (!whole)
            return false;
        *whole = (sts__fed_message){(uint32_t)count, (uint32_t)count};
    }
    pthread_mutex_lock(&storage->lock);
    bool noted = note(f, records, count, whole);
    pthread_mutex_unlock(&storage->lock);
    if (!noted)
        sts__memory_free(f->exporter->memory, whole);
    return noted;
}

static size_t cost_of(const sts_exporter *exporter, const sts_message *message) {
    return exporter->transport_kind->cost(message, sts__message_payload(message));
}

/* Those who wait in line for room have their outcomes to be told alone (of what was rejected): half of it is not
 * theirs, or nothing would be sent while they come. What takes more than that half (`cost`: of those that there must be
 * room for) goes alone: it may have been stored when there was more room. */
static sts__room_claim claim_of(sts__storage *storage, size_t count, size_t at_least, size_t cost) {
    pthread_mutex_lock(&storage->lock);
    bool passes = storage->fed.count + count <= storage->own_records;
    bool is_large = (at_least > 1 && at_least > storage->own_records) || cost > storage->own_bytes;
    bool alone = is_large && storage->fed.count == 0;
    pthread_mutex_unlock(&storage->lock);
    return (sts__room_claim){.quantum = passes ? (uint32_t)count : 0, .alone = alone};
}

static sts_status admit_letter(feed *f) {
    sts__ledger *ledger = &f->exporter->ledger;
    sts__stored_message *letter = &f->messages[f->admitted];
    sts__ledger_record *record = sts__arena_array(&f->arena, 1, sizeof *record);
    size_t cost = cost_of(f->exporter, &letter->message) + ENTRY;
    sts__ledger_export export = {.claim = claim_of(&f->exporter->storage, 1, 1, cost)};
    if (!record)
        return STS_ERR_NO_MEMORY;
    *record = (sts__ledger_record){.size = 0};
    sts_status status = sts__ledger_accept_letter(ledger, &export, cost, &record->id);
    if (status != STS_OK)
        return status;
    letter->message.id = record->id;
    if (!enter(f, record, 1, true)) {
        sts__ledger_drop_letter(ledger, record->id);
        return STS_ERR_NO_MEMORY;
    }
    f->records[f->admitted++] = record;
    return STS_OK;
}

static void fill(const feed *f, const sts__stored_message *message, sts__ledger_record *records) {
    for (size_t i = 0; i < message->message.record_count; i++) {
        records[i] = sts__stored_message_record(message, i);
        records[i].cost = ENTRY;
    }
    records[0].size = sts__message_payload(&message->message);
    records[0].cost += f->exporter->transport_kind->cost(&message->message, records[0].size);
}

/* Whether an earlier process may have sent it, which has kept account of what it sent, or has not. */
static bool is_accounted(const sts__storage *storage, const sts__stored *stored) {
    return stored->is_old && storage->exactly_once && stored->sequence >= storage->identity.doubted_before;
}

static bool is_doubted(const sts__storage *storage, const sts__stored *stored) {
    return stored->is_old && !is_accounted(storage, stored);
}

/* Makes entries in the ledger, as far as there is room just now: for messages of one record each that were exported
 * together, or for one of several. */
static sts_status admit_records(feed *f, size_t messages) {
    sts__ledger *ledger = &f->exporter->ledger;
    const sts__stored *stored = &f->read[f->admitted];
    sts__stored_message *first = &f->messages[f->admitted];
    sts__ledger_export export = {.token = first->token};
    bool is_one = messages == 1;
    size_t count = is_one ? first->message.record_count : messages;
    size_t accepted;
    size_t at_least = is_one ? count : 1;
    sts__ledger_record *records = sts__arena_array(&f->arena, count, sizeof *records);
    if (!records)
        return STS_ERR_NO_MEMORY;
    for (size_t i = 0; i < messages; i++)
        fill(f, &first[i], records + i);
    export.claim = claim_of(&f->exporter->storage, count, at_least, records[0].cost + at_least * ENTRY);
    sts_status status = sts__ledger_accept(ledger, &export, records, count, at_least, &accepted);
    if (status != STS_OK)
        return status;
    if (!enter(f, records, accepted, is_one)) {
        sts__ledger_cancel(ledger, records, accepted);
        return STS_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < (is_one ? 1 : accepted); i++) {
        first[i].message.id = records[i].id;
        if (is_doubted(&f->exporter->storage, &stored[i]))
            sts__ledger_doubt(ledger, records[i].id);
        f->records[f->admitted++] = &records[i];
    }
    return accepted == count ? STS_OK : STS_ERR_QUEUE_FULL;
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

/* Has the messages that were read, without those that are none, which are counted. */
static sts_status read_messages(feed *f, size_t *unknown) {
    size_t kept = 0;
    size_t i = 0;
    sts_status status = STS_OK;
    for (; i < f->count && status == STS_OK; i++) {
        const sts__stored stored = f->read[i];
        status = sts__stored_message_read(stored.payload, &f->arena, &f->messages[kept]);
        if (status == STS_ERR_INTERNAL) {
            lose(f->exporter, stored.records);
            sts__store_done(f->exporter->storage.store, &(sts__store_end_of){stored.sequence, stored.records}, 1);
            status = STS_OK;
            ++*unknown;
            continue;
        }
        if (status == STS_OK) {
            f->messages[kept].message.sequence = stored.sequence;
            f->faults[kept] = judge(f, &stored, &f->messages[kept]);
            status = f->faults[kept] == STS_ERR_NO_MEMORY ? STS_ERR_NO_MEMORY : STS_OK;
        }
        f->read[kept++] = stored;
    }
    while (i < f->count) /* to be read again */
        f->read[kept++] = f->read[i++];
    f->count = kept;
    return status;
}

static bool is_alone(const sts__stored_message *message) {
    return !message->is_letter && message->message.record_count == 1;
}

/* How many of the next messages go into the ledger together. */
static size_t alike(const feed *f) {
    const sts__stored_message *first = &f->messages[f->admitted];
    size_t count = 1;
    while (is_alone(first) && f->admitted + count < f->count && is_alone(&first[count]) &&
           first[count].token == first->token)
        count++;
    return count;
}

static void tell_unknown(const sts_exporter *exporter, size_t count) {
    while (count-- > 0)
        sts__sink_log(&exporter->sink, STS_LOG_ERROR, "a record of the store is none that this library knows: lost");
}

/* Reads some, and has the ledger take them. False where it is no use to go on at once. */
static bool take(feed *f, bool serves) {
    sts__storage *storage = &f->exporter->storage;
    uint64_t lost;
    size_t unknown = 0;
    f->count = f->admitted = 0;
    if (!sts__store_fetch(storage->store, serves, &f->leaves))
        return false;
    sts__arena_reset(&f->arena);
    pthread_mutex_lock(&storage->counting);
    f->count = sts__store_read(storage->store, f->read, AT_ONCE, &lost);
    size_t read = f->count;
    lose(f->exporter, lost);
    sts_status status = read_messages(f, &unknown);
    while (f->admitted < f->count && status == STS_OK)
        status = f->messages[f->admitted].is_letter ? admit_letter(f) : admit_records(f, alike(f));
    sts__store_unread(storage->store, f->read + f->admitted, f->count - f->admitted);
    pthread_mutex_unlock(&storage->counting);
    tell_unknown(f->exporter, unknown);
    return status == STS_OK && read;
}

/* --- out of the ledger again --- */

/* Takes the messages from `from` on out of the ledger, to be read again: the transport has not seen them. */
static void take_back(feed *f, size_t from) {
    sts__storage *storage = &f->exporter->storage;
    pthread_mutex_lock(&storage->counting);
    for (size_t i = f->admitted; i-- > from;)
        sts__storage_take_back(f->exporter, f->records[i], f->messages[i].message.record_count);
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

/* What is too old was perhaps sent before, which the transport knows where account was kept. */
static bool can_be_sent(const feed *f, size_t at) {
    return f->faults[at] == STS_OK ||
           (f->faults[at] == STS_ERR_GAVE_UP && is_accounted(&f->exporter->storage, &f->read[at]));
}

const char *sts__storage_why_stale(sts_exporter *exporter, uint64_t id) {
    sts__storage *storage = &exporter->storage;
    pthread_mutex_lock(&storage->lock);
    const sts__fed *fed = sts__fed_find(&storage->fed, id);
    bool is_stale = fed && fed->is_stale;
    pthread_mutex_unlock(&storage->lock);
    return is_stale ? too_old : NULL;
}

/* Sends those from `*at` on that can be, up to the first that is not. */
static sts_status send_some(feed *f, size_t *at, sts__fault *fault) {
    const sts_message *messages[AT_ONCE];
    size_t count = 0;
    size_t taken;
    while (*at + count < f->admitted && can_be_sent(f, *at + count)) {
        messages[count] = &f->messages[*at + count].message;
        count++;
    }
    if (count == 0) {
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
    bool more, stalled, leaves;
    if (!exporter->storage.store || !begin(exporter, serves))
        return false;
    f->leaves = false;
    do {
        more = true;
        while (more && turns++ < TURNS && !is_ending(exporter)) {
            bool all = take(f, serves);
            bool sent = send(f);
            more = all && sent;
            if (f->count == 0)
                break;
        }
        stalled = f->count && !more;
        leaves = f->leaves;
        sts__arena_trim(&f->arena, STS__STAGING_KEPT);
    } while (end(exporter, stalled, turns < TURNS)); /* from there on it is another thread's */
    return leaves || (more && turns >= TURNS);
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
