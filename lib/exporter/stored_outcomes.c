/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of records that the ledger has from the store: their outcomes, and their way back. */
#include "base/clock.h"
#include "exporter/storage.h"

enum { AT_ONCE = 64 };

/* Takes a record out, with the storage's lock; false where it is not there. True in `*last` where its
 * message has no other left. */
static bool take_out(sts_exporter *exporter, uint64_t id, sts__fed *taken, bool *last) {
    sts__storage *storage = &exporter->storage;
    sts__fed *found = sts__fed_find(&storage->fed, id);
    if (!found)
        return false;
    *taken = *found;
    sts__fed_remove(&storage->fed, found);
    *last = true;
    if (!taken->message)
        return true;
    *last = --taken->message->left == 0;
    taken->records = taken->message->records;
    if (*last) {
        storage->several--;
        sts__memory_free(exporter->memory, taken->message);
    }
    return true;
}

/* --- back --- */

static void cancel(sts_exporter *exporter, const sts__fed *fed) {
    const sts__ledger_record record = {.id = fed->id,
                                       .size = fed->size,
                                       .null_key = fed->null_key,
                                       .empty_key = fed->empty_key,
                                       .missing_key = fed->missing_key,
                                       .continues = fed->continues};
    if (fed->is_letter)
        sts__ledger_drop_letter(&exporter->ledger, fed->id);
    else
        sts__ledger_cancel(&exporter->ledger, &record, 1);
}

static bool take_one_back(sts_exporter *exporter, uint64_t id, sts__fed *fed) {
    bool last;
    pthread_mutex_lock(&exporter->storage.lock);
    bool found = take_out(exporter, id, fed, &last);
    pthread_mutex_unlock(&exporter->storage.lock);
    if (found)
        cancel(exporter, fed);
    return found;
}

void sts__storage_take_back(sts_exporter *exporter, const sts__ledger_record *records, size_t count) {
    sts__fed fed;
    while (count-- > 0)
        take_one_back(exporter, records[count].id, &fed);
}

/* The same, of what will not be read again here: it counts as stored. */
static void retire(sts_exporter *exporter, uint64_t id) {
    sts__storage *storage = &exporter->storage;
    sts__fed fed;
    pthread_mutex_lock(&storage->counting);
    if (take_one_back(exporter, id, &fed)) {
        pthread_mutex_lock(&storage->lock);
        storage->returned_records += !fed.is_letter;
        storage->returned_weight += fed.size;
        pthread_mutex_unlock(&storage->lock);
    }
    pthread_mutex_unlock(&storage->counting);
}

void sts__storage_retreat(sts_exporter *exporter) {
    sts__storage *storage = &exporter->storage;
    if (!storage->store)
        return;
    size_t place = 0;
    for (const sts__fed *fed; (fed = sts__fed_next(&storage->fed, &place));)
        retire(exporter, fed->id);
}

/* --- outcomes: the store is told first, so that who has waited for them finds it as they are --- */

/* What the end of the exporter does to a message is no outcome of it. */
static bool is_cut_off(const sts_exporter *exporter, const sts_completion *completion) {
    return completion->kind == STS_OUTCOME_PURGED ||
           (completion->code == STS_ERR_NOT_ACKNOWLEDGED && __atomic_load_n(&exporter->stopping, __ATOMIC_ACQUIRE));
}

/* Messages have their outcomes; `ends`: room for as many as there are. */
static size_t settle(sts_exporter *exporter, const uint64_t *ids, size_t count, sts__store_end_of *ends) {
    size_t ended = 0;
    sts__fed fed;
    bool last;
    for (size_t i = 0; i < count; i++)
        if (take_out(exporter, ids[i], &fed, &last) && last)
            ends[ended++] = (sts__store_end_of){fed.sequence, fed.records};
    return ended;
}

/* A message that may have several records, or is cut off. Its records are looked up by the portion, before the ledger
 * forgets which they are: there may be no memory for all of them. */
static sts_status complete_one(sts_exporter *exporter, const sts_completion *completion) {
    bool cut_off = is_cut_off(exporter, completion);
    sts__store_end_of end;
    size_t ended = 0;
    uint64_t ids[AT_ONCE];
    for (uint64_t next = completion->id; next;) {
        size_t count = sts__ledger_records_from(&exporter->ledger, &next, ids, AT_ONCE);
        if (cut_off) {
            for (size_t i = 0; i < count; i++)
                retire(exporter, ids[i]);
            continue;
        }
        pthread_mutex_lock(&exporter->storage.lock);
        ended += settle(exporter, ids, count, &end);
        pthread_mutex_unlock(&exporter->storage.lock);
    }
    if (cut_off)
        return STS_OK;
    sts__store_done(exporter->storage.store, &end, ended);
    return sts__ledger_complete(&exporter->ledger, completion, 1);
}

/* Messages of one record each that were not cut off. */
static sts_status complete_alike(sts_exporter *exporter, const sts_completion *completions, size_t count) {
    sts__storage *storage = &exporter->storage;
    for (size_t at = 0; at < count;) {
        sts__store_end_of ends[AT_ONCE];
        size_t end = count - at < AT_ONCE ? count : at + AT_ONCE;
        size_t ended = 0;
        pthread_mutex_lock(&storage->lock);
        for (; at < end; at++)
            ended += settle(exporter, &completions[at].id, 1, ends + ended);
        pthread_mutex_unlock(&storage->lock);
        sts__store_done(storage->store, ends, ended);
    }
    return sts__ledger_complete(&exporter->ledger, completions, count);
}

sts_status sts__storage_complete(sts_exporter *exporter, const sts_completion *completions, size_t count) {
    sts__storage *storage = &exporter->storage;
    sts_status status = STS_OK;
    pthread_mutex_lock(&storage->lock);
    bool alike = storage->several == 0 && !__atomic_load_n(&exporter->stopping, __ATOMIC_ACQUIRE);
    storage->stalled = false;
    pthread_mutex_unlock(&storage->lock);
    if (alike)
        return complete_alike(exporter, completions, count);
    for (size_t i = 0; i < count; i++) {
        sts_status completed = complete_one(exporter, &completions[i]);
        status = completed == STS_OK ? status : completed;
    }
    return status;
}
