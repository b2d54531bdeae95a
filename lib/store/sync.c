/* SPDX-License-Identifier: Apache-2.0
 *
 * Syncs. One thread at a time syncs for all that was appended before, while others append on and wait for the next. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <stskafka/options.h>

#include "base/clock.h"
#include "store/internal.h"

void sts__store_unlock(sts__store *store) {
    int error = store->untold_error;
    store->untold_error = 0;
    pthread_mutex_unlock(&store->lock);
    if (error)
        sts__store_tell(store, STS_LOG_ERROR, "the store in \"%s\" cannot be synced: %s", store->folder,
                        strerror(error));
}

static bool commits(const sts__store *store) {
    return store->settings.sync == STS__STORE_SYNC_COMMIT;
}

static void book(sts__store *store, uint64_t behind, uint64_t size) {
    store->numbers.syncs++;
    store->synced_us = sts__clock_us();
    if (behind > store->synced) {
        store->synced = behind;
        store->synced_size = size;
    }
    pthread_cond_broadcast(&store->changed);
}

/* After a sync that failed nobody knows which pages are on the disk, and another sync may succeed without having
 * written them (lwn.net/Articles/752063): what was promised to nobody is cut off, and the segment is not appended to
 * any more. */
void sts__store_give_up_unsynced(sts__store *store, int error) {
    sts__segment *tail = store->tail;
    store->numbers.sync_failures++;
    store->synced_us = sts__clock_us();
    store->untold_error = error;
    if (!commits(store))
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
    pthread_cond_broadcast(&store->changed);
}

int sts__store_sync_now(sts__store *store) {
    if (store->file < 0)
        return 0;
    int error = sts__disk_sync(store->settings.disk, store->file);
    if (error) {
        sts__store_give_up_unsynced(store, error);
        return error;
    }
    book(store, store->next, store->tail->size);
    store->unsynced_records = store->unsynced_weight = 0;
    return 0;
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
        return;
    }
    store->unsynced_records -= records;
    store->unsynced_weight -= weight;
    book(store, behind, size);
}

static void remove_ticket(sts__store *store, sts__store_ticket *ticket) {
    sts__store_ticket **at = &store->tickets;
    while (*at != ticket)
        at = &(*at)->next;
    *at = ticket->next;
    ticket->open = false;
}

void sts__store_leave(sts__store *store, sts__store_ticket *ticket) {
    if (!ticket->open)
        return;
    pthread_mutex_lock(&store->lock);
    remove_ticket(store, ticket);
    if (ticket->behind > store->left)
        store->left = ticket->behind;
    pthread_mutex_unlock(&store->lock);
}

bool sts__store_has_left(const sts__store *store) {
    return commits(store) && store->synced < store->left;
}

sts_status sts__store_commit(sts__store *store, sts__store_ticket *ticket, sts__fault *fault) {
    if (!ticket->open)
        return STS_OK;
    pthread_mutex_lock(&store->lock);
    while (commits(store) && !ticket->failed && store->synced < ticket->behind) {
        if (store->syncing)
            pthread_cond_wait(&store->changed, &store->lock);
        else
            sts__store_sync_for_all(store);
    }
    remove_ticket(store, ticket);
    sts__store_unlock(store);
    return ticket->failed ? sts__fault_set(fault, STS_ERR_STORAGE,
                                           "what was written to \"%s\" is not on the disk for sure: it was not taken",
                                           store->folder)
                          : STS_OK;
}
