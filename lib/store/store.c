/* SPDX-License-Identifier: Apache-2.0
 *
 * The beginning and the end of a store, and its numbers. */
#include "store/store.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/internal.h"

/* Room comes back by whole segments, so a sixteenth of all at most; and a file is not to be too long to be read
 * through, nor are there to be thousands. */
static uint64_t segment_bytes(uint64_t max_bytes) {
    const uint64_t least = 65536;
    const uint64_t most = 64 << 20;
    uint64_t bytes = max_bytes / 16;
    return bytes < least ? least : bytes > most ? most : bytes;
}

void sts__store_tell(const sts__store *store, int32_t level, const char *format, ...) {
    char text[1024];
    va_list arguments;
    if (!store->settings.tell)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    store->settings.tell(store->settings.user, level, text);
}

static sts_status make(sts__store **made, const sts__memory *memory, const sts__store_settings *settings,
                       sts__fault *fault) {
    sts__store *store = sts__memory_new(memory, sizeof *store);
    if (!store)
        return sts__fault_no_memory(fault);
    store->memory = memory;
    store->settings = *settings;
    store->segment_bytes = segment_bytes(settings->max_bytes);
    store->folder_lock = (sts__store_lock){-1, -1};
    store->file = store->read_file = -1;
    store->next = store->synced = 1;
    store->synced_us = store->noted_us = sts__clock_us();
    sts__reader_init(&store->reader, memory, settings->disk);
    store->folder = sts__memory_copy_text(memory, settings->folder, strlen(settings->folder));
    if (store->folder && pthread_mutex_init(&store->lock, NULL) == 0) {
        if (sts__condition_init(&store->has_room) == 0) {
            if (sts__condition_init(&store->sync_ended) == 0) {
                *made = store;
                return STS_OK;
            }
            pthread_cond_destroy(&store->has_room);
        }
        pthread_mutex_destroy(&store->lock);
    }
    bool no_memory = !store->folder;
    sts__memory_free(memory, store->folder);
    sts__memory_free(memory, store);
    return no_memory ? sts__fault_no_memory(fault)
                     : sts__fault_set(fault, STS_ERR_SYSTEM, "%s", "there is no lock for the store");
}

sts_status sts__store_open(sts__store **opened, const sts__memory *memory, const sts__store_settings *settings,
                           sts__fault *fault) {
    sts__store *store;
    if (mkdir(settings->folder, 0700) != 0 && errno != EEXIST)
        return sts__fault_set(fault, STS_ERR_STORAGE, "the folder \"%s\" cannot be made: %s", settings->folder,
                              strerror(errno));
    sts_status status = make(&store, memory, settings, fault);
    if (status != STS_OK)
        return status;
    /* make has set it, or failed: NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    status = sts__store_lock_take(&store->folder_lock, store->folder, fault);
    if (status == STS_OK)
        status = sts__store_recover(store, fault);
    if (status == STS_OK) {
        sts__segments_drop(store);
        *opened = store;
        return STS_OK;
    }
    sts__store_close(store);
    sts__store_free(store);
    return status;
}

/* Notes what is done, which is late by design: what is not noted is sent again after a crash. */
static void note(sts__store *store) {
    bool noted = true;
    store->has_unnoted = false;
    for (sts__segment *segment = store->head; segment; segment = segment->next)
        noted = sts__segment_note(store, segment) && noted;
    store->has_unnoted = store->has_unnoted || !noted;
    sts__segments_drop(store);
    store->noted_us = sts__clock_us();
}

enum { NOTE_US = 20000 };

void sts__store_tend(sts__store *store) {
    pthread_mutex_lock(&store->lock);
    int64_t now = sts__clock_us();
    bool by_interval = store->settings.sync == STS__STORE_SYNC_INTERVAL;
    int64_t interval_us = by_interval ? store->settings.sync_interval_ms * 1000 : NOTE_US;
    bool notes = store->has_unnoted && now - store->noted_us >= NOTE_US;
    /* Where commits sync, a dead letter may be behind the last. */
    bool syncs = store->settings.sync != STS__STORE_SYNC_NONE && store->synced < store->next && store->file >= 0 &&
                 !store->syncing && (by_interval || !store->tickets) && now - store->synced_us >= interval_us;
    if (!store->closed && syncs) {
        sts__store_sync_for_all(store);
        pthread_mutex_lock(&store->lock);
    }
    if (!store->closed && notes)
        note(store);
    sts__store_unlock(store);
}

void sts__store_send_away(sts__store *store) {
    pthread_mutex_lock(&store->lock);
    store->sends_away = true;
    pthread_cond_broadcast(&store->has_room);
    pthread_mutex_unlock(&store->lock);
}

void sts__store_close(sts__store *store) {
    pthread_mutex_lock(&store->lock);
    while (store->syncing)
        pthread_cond_wait(&store->sync_ended, &store->lock);
    bool is_open = !store->closed;
    store->closed = true;
    if (is_open) {
        if (store->settings.sync != STS__STORE_SYNC_NONE && store->synced < store->next)
            sts__store_sync_now(store);
        if (store->has_unnoted)
            note(store);
        if (store->file >= 0) {
            sts__store_cut_ahead(store);
            close(store->file);
        }
        if (store->read_file >= 0)
            close(store->read_file);
        store->file = store->read_file = -1;
        sts__store_lock_release(&store->folder_lock);
    }
    pthread_cond_broadcast(&store->has_room);
    sts__store_unlock(store);
}

void sts__store_free(sts__store *store) {
    if (!store)
        return;
    for (sts__segment *segment = store->head; segment;) {
        sts__segment *next = segment->next;
        sts__segment_free(store->memory, segment);
        segment = next;
    }
    sts__reader_clear(&store->reader);
    pthread_cond_destroy(&store->sync_ended);
    pthread_cond_destroy(&store->has_room);
    pthread_mutex_destroy(&store->lock);
    sts__memory_free(store->memory, store->folder);
    sts__memory_free(store->memory, store);
}

/* When the oldest frame was stored that is not done: the first of its block. */
static int64_t oldest_of(const sts__store *store) {
    for (const sts__segment *segment = store->head; segment; segment = segment->next)
        for (uint64_t i = segment->first; segment->done < segment->frames && i < segment->behind; i++)
            if (!sts__segment_is_done(segment, i))
                return segment->blocks[(i - segment->first) / STS__DONE_BITS].first_ms;
    return 0;
}

void sts__store_count(sts__store *store, sts__store_numbers *numbers) {
    pthread_mutex_lock(&store->lock);
    *numbers = store->numbers;
    numbers->unread_records = store->lost_records;
    numbers->unread_weight = store->lost_weight;
    for (const sts__segment *segment = store->head; segment; segment = segment->next) {
        numbers->unread_records += segment->unread_records;
        numbers->unread_weight += segment->unread_weight;
    }
    numbers->oldest_ms = numbers->records ? oldest_of(store) : 0;
    pthread_mutex_unlock(&store->lock);
}

sts_status sts__store_look(const sts__memory *memory, const char *folder, sts__store_numbers *numbers, bool *in_use,
                           sts__fault *fault) {
    const sts__store_settings settings = {.folder = folder, .disk = &sts__disk_default, .only_looks = true};
    sts__store *store;
    sts_status status = make(&store, memory, &settings, fault);
    if (status != STS_OK)
        return status;
    *in_use = sts__store_lock_is_taken(folder);
    /* make has set it, or failed: NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage) */
    status = sts__store_recover(store, fault);
    if (status == STS_OK)
        sts__store_count(store, numbers);
    store->closed = true;
    sts__store_free(store);
    return status;
}
