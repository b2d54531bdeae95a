/* SPDX-License-Identifier: Apache-2.0
 *
 * Syncs. One thread at a time syncs for all that was appended before, while others append on and wait for the next. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <stskafka/options.h>

#include "base/clock.h"
#include "store/internal.h"

static int take_untold(sts__store *store) {
    int error = store->untold_error;
    store->untold_error = 0;
    return error;
}

static void tell(const sts__store *store, int error) {
    if (error)
        sts__store_tell(store, STS_LOG_ERROR, "the store in \"%s\" cannot be synced: %s", store->folder,
                        strerror(error));
}

void sts__store_unlock(sts__store *store) {
    int error = take_untold(store);
    pthread_mutex_unlock(&store->lock);
    tell(store, error);
}

static void book(sts__store *store, uint64_t behind, uint64_t size) {
    store->numbers.syncs++;
    store->synced_us = sts__clock_us();
    if (behind > store->synced) {
        store->synced = behind;
        store->sync_size = size - store->synced_size;
        store->synced_size = size;
    }
}

/* After a sync that failed nobody knows which pages are on the disk, and another sync may succeed without having
 * written them (lwn.net/Articles/752063): what was promised to nobody is cut off, and the segment is not appended to
 * any more. */
void sts__store_give_up_unsynced(sts__store *store, int error) {
    sts__segment *tail = store->tail;
    store->numbers.sync_failures++;
    store->synced_us = sts__clock_us();
    store->untold_error = error;
    if (!sts__store_commits(store))
        return; /* nobody was promised anything: it stays, as far as it does */
    for (sts__store_ticket *ticket = store->tickets; ticket; ticket = ticket->next)
        ticket->failed = ticket->failed || ticket->behind > store->synced;
    if (ftruncate(store->file, (off_t)store->synced_size) == 0) {
        store->numbers.bytes -= tail->size - store->synced_size;
        tail->size = store->synced_size;
    }
    close(store->file);
    store->file = -1;
    /* The frames behind are counted as done: nobody reads them. */
    for (uint64_t i = store->synced; i < tail->behind; i++)
        sts__segment_mark(tail, i);
    store->numbers.records -= store->unsynced_records;
    tail->unread_frames -= tail->behind - store->synced;
    tail->unread_records -= store->unsynced_records;
    tail->unread_weight -= store->unsynced_weight;
    store->unsynced_records = store->unsynced_weight = 0;
    store->synced = store->next;
}

int sts__store_sync_now(sts__store *store) {
    if (store->file < 0)
        return 0;
    int error = sts__disk_sync(store->settings.disk, store->file);
    if (error) {
        sts__store_give_up_unsynced(store, error);
    } else {
        book(store, store->next, store->tail->size);
        store->unsynced_records = store->unsynced_weight = 0;
    }
    sts__tickets_wake(sts__tickets_after_sync(store));
    return error;
}

void sts__store_sync_for_all(sts__store *store) {
    uint64_t behind = store->next;
    uint64_t size = store->tail->size;
    uint64_t records = store->unsynced_records;
    uint64_t weight = store->unsynced_weight;
    int file = store->file;
    store->syncing = true;
    pthread_mutex_unlock(&store->lock);
    int error = sts__disk_sync(store->settings.disk, file);
    pthread_mutex_lock(&store->lock);
    store->syncing = false;
    if (error) {
        sts__store_give_up_unsynced(store, error);
    } else {
        store->unsynced_records -= records;
        store->unsynced_weight -= weight;
        book(store, behind, size);
    }
    sts__tickets_woken woken = sts__tickets_after_sync(store);
    int untold = take_untold(store);
    pthread_cond_broadcast(&store->sync_ended);
    pthread_mutex_unlock(&store->lock);
    sts__tickets_wake(woken);
    tell(store, untold);
}

bool sts__store_has_left(const sts__store *store) {
    return sts__store_commits(store) && store->synced < store->left;
}
