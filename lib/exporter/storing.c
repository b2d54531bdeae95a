/* SPDX-License-Identifier: Apache-2.0
 *
 * From exports into the store. */
#include "exporter/storage.h"
#include "exporter/stored_message.h"

/* Bytes that are written at once, where an export has so much; what it keeps for that is not given back between exports
 * (STS__STAGING_KEPT). */
enum { WRITTEN_AT_ONCE = 49152 };

static size_t weight_of(const sts__staging *staging, const sts__staged *message) {
    return staging->records[message->first_record].size;
}

/* Counts what was appended, which a commit may take back. */
static void count(sts__export_run *run, const sts__store_item *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        run->counts->accepted += items[i].records;
        run->counts->bytes += items[i].weight;
        run->uncommitted_records += items[i].records;
        run->uncommitted_bytes += items[i].weight;
    }
}

static sts_status write_staged(sts__export_run *run) {
    const sts__staging *staging = run->staging;
    for (size_t i = 0; i < staging->message_count; i++) {
        const sts__staged *message = &staging->messages[i];
        sts_message stored = message->message;
        stored.record_count = message->record_count;
        if (!sts__stored_message_write(&run->staging->batch, &stored, run->ledger.token,
                                       &staging->records[message->first_record], weight_of(staging, message)))
            return sts__fault_no_memory(run->fault);
    }
    return STS_OK;
}

/* What is written goes into the store. */
static sts_status append(sts__export_run *run, sts__store_room room) {
    sts__store_batch *batch = &run->staging->batch;
    sts_status status = STS_OK;
    for (size_t at = 0; at < batch->count && status == STS_OK;) {
        size_t taken;
        status = sts__store_append(run->exporter->storage.store, batch, at, &run->ticket, room, run->deadline_us,
                                   &taken, run->fault);
        count(run, &batch->items[at], taken);
        at += taken;
    }
    sts__store_batch_reset(batch);
    return status == STS_ERR_QUEUE_FULL ? sts__submit_queue_full(run) : status;
}

sts_status sts__storage_submit(sts__export_run *run) {
    sts__store_batch *batch = &run->staging->batch;
    sts_status status = write_staged(run);
    if (run->gathers && status == STS_OK)
        status = append(run, STS__STORE_ROOM_FOR_ALL);
    else if (run->gathers)
        sts__store_batch_reset(batch); /* all of it, or nothing */
    else if (batch->size >= WRITTEN_AT_ONCE && status == STS_OK)
        status = append(run, STS__STORE_ROOM_FOR_FIRST);
    sts__staging_reset(run->staging);
    return status;
}

sts_status sts__storage_commit(sts__export_run *run) {
    sts_status appended = append(run, STS__STORE_ROOM_FOR_FIRST);
    sts_status status = sts__store_commit(run->exporter->storage.store, &run->ticket, run->fault);
    if (status != STS_OK) {
        run->counts->accepted -= run->uncommitted_records;
        run->counts->bytes -= run->uncommitted_bytes;
    }
    run->uncommitted_records = run->uncommitted_bytes = 0;
    return status == STS_OK ? appended : status;
}

bool sts__storage_add_letter(sts_exporter *exporter, const sts_message *message, bool now) {
    sts__storage *storage = &exporter->storage;
    sts__store_batch batch = {.memory = exporter->memory};
    sts__store_ticket ticket = {0};
    sts__fault fault;
    size_t taken;
    bool stored =
        sts__stored_message_write(&batch, message, 0, NULL, 0) &&
        sts__store_append(storage->store, &batch, 0, &ticket, STS__STORE_ROOM_BEYOND, 0, &taken, &fault) == STS_OK;
    if (now || storage->exactly_once) /* what it was made of may be past by the next commit, for good */
        stored = sts__store_commit(storage->store, &ticket, &fault) == STS_OK && stored;
    else
        sts__store_leave(storage->store, &ticket);
    sts__store_batch_clear(&batch);
    if (!stored)
        return false;
    pthread_mutex_lock(&storage->lock);
    storage->letter_mark = ticket.behind;
    pthread_mutex_unlock(&storage->lock);
    return true;
}
