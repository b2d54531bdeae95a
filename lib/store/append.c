/* SPDX-License-Identifier: Apache-2.0
 *
 * Appending: frames of a batch are written together, to the last segment, or to a new one behind it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/crc32c.h"
#include "store/internal.h"

enum { LARGEST = 1 << 30, LOOK_AGAIN_US = 100000, ITEMS_AT_FIRST = 32 };

/* --- batches --- */

/* A larger list, where it has too little room; NULL without memory, and it is as it was. */
static void *grown(const sts__memory *memory, void *list, size_t needed, size_t *capacity, size_t size) {
    size_t larger = *capacity ? *capacity : ITEMS_AT_FIRST;
    if (needed <= *capacity)
        return list;
    while (larger < needed)
        larger *= 2;
    void *block = sts__memory_resize(memory, list, larger * size);
    if (block)
        *capacity = larger;
    return block;
}

uint8_t *sts__store_batch_add(sts__store_batch *batch, size_t size, uint32_t records, uint32_t weight) {
    if (size > LARGEST)
        return NULL;
    size_t room = (size_t)sts__frame_room((uint32_t)size);
    sts__store_item *items =
        grown(batch->memory, batch->items, batch->count + 1, &batch->item_capacity, sizeof *batch->items);
    if (!items)
        return NULL;
    batch->items = items;
    uint8_t *bytes = grown(batch->memory, batch->bytes, batch->size + room, &batch->capacity, 1);
    if (!bytes)
        return NULL;
    batch->bytes = bytes;
    uint8_t *frame = bytes + batch->size;
    batch->items[batch->count++] = (sts__store_item){batch->size, (uint32_t)size, records, weight};
    memset(frame + room - STS__STORE_ALIGNMENT, 0, STS__STORE_ALIGNMENT);
    batch->size += room;
    return frame + STS__STORE_FRAME_HEAD;
}

void sts__store_batch_reset(sts__store_batch *batch) {
    batch->size = batch->count = 0;
}

void sts__store_batch_clear(sts__store_batch *batch) {
    sts__memory_free(batch->memory, batch->bytes);
    sts__memory_free(batch->memory, batch->items);
    *batch = (sts__store_batch){.memory = batch->memory};
}

/* --- segments --- */

/* Makes the file of a new segment; 0 or an errno, and nothing is left of it. */
static int make_file(sts__store *store, uint64_t first, int *file) {
    char path[PATH_MAX];
    uint8_t head[STS__STORE_FILE_HEAD];
    sts__segment_path(store, first, ".done", path, sizeof path);
    unlink(path); /* of one that somebody deleted by hand */
    sts__segment_path(store, first, ".queue", path, sizeof path);
    *file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (*file < 0)
        return errno;
    sts__file_head_write(first, head);
    int error = sts__disk_write(store->settings.disk, *file, head, sizeof head, 0);
    if (!error && store->settings.sync != STS__STORE_SYNC_NONE)
        error = sts__disk_sync(store->settings.disk, *file);
    if (!error && store->settings.sync != STS__STORE_SYNC_NONE)
        error = sts__disk_sync_folder(store->settings.disk, store->folder);
    if (!error)
        return 0;
    close(*file);
    unlink(path);
    *file = -1;
    return error;
}

/* Ends the last segment, which nobody syncs just now; 0 or an errno, and then what was not synced is given up. */
static int end_tail(sts__store *store) {
    if (store->file < 0)
        return 0;
    bool commits = store->settings.sync == STS__STORE_SYNC_COMMIT;
    int error = store->settings.sync == STS__STORE_SYNC_NONE ? 0 : sts__store_sync_now(store);
    if (store->file >= 0) {
        sts__store_cut_ahead(store);
        close(store->file);
    }
    store->file = -1;
    return commits ? error : 0;
}

static int begin_tail(sts__store *store) {
    int file;
    if (store->tail && store->tail->first == store->next) /* nothing got into that one, and it has the name */
        store->synced = ++store->next;
    sts__segment *segment = sts__segment_new(store->memory, store->next);
    if (!segment)
        return ENOMEM;
    int error = make_file(store, store->next, &file);
    if (error) {
        sts__segment_free(store->memory, segment);
        return error;
    }
    segment->size = STS__STORE_FILE_HEAD;
    if (store->tail)
        store->tail->next = segment;
    else
        store->head = segment;
    store->tail = segment;
    store->tail_is_torn = false;
    store->file = file;
    store->synced_size = store->ahead = segment->size;
    store->unsynced_records = store->unsynced_weight = 0;
    store->numbers.bytes += segment->size;
    store->numbers.segments++;
    sts__segments_drop(store);
    return 0;
}

/* --- appending --- */

/* A segment is ended when it is as large as it may be; also when all in it is done, and its room is needed. */
static bool is_to_be_ended(const sts__store *store, uint64_t size, bool full) {
    const sts__segment *tail = store->tail;
    if (store->file < 0 || store->tail_is_torn)
        return true;
    return tail->frames && (tail->size + size > store->segment_bytes || (full && tail->done == tail->frames));
}

static uint64_t bound_of(const sts__store *store, sts__store_room room) {
    return room == STS__STORE_ROOM_BEYOND ? 2 * store->settings.max_bytes : store->settings.max_bytes;
}

static uint64_t room_of(const sts__store_item *item) {
    return sts__frame_room(item->size);
}

/* How many of the items from `from` on go into the last segment. */
static size_t fitting(const sts__store *store, const sts__store_batch *batch, size_t from, uint64_t bound,
                      uint64_t *size) {
    size_t count = 0;
    *size = 0;
    while (from + count < batch->count) {
        uint64_t more = room_of(&batch->items[from + count]);
        bool first = count == 0 && store->tail->frames == 0;
        if (store->numbers.bytes + *size + more > bound ||
            (!first && store->tail->size + *size + more > store->segment_bytes))
            break;
        *size += more;
        count++;
    }
    return count;
}

static sts__frame frame_of(const sts__store *store, const sts__store_item *item, size_t at, int64_t now_ms) {
    return (sts__frame){.sequence = store->next + at,
                        .stored_ms = now_ms,
                        .size = item->size,
                        .records = item->records,
                        .weight = item->weight};
}

static void count_written(sts__store *store, const sts__store_batch *batch, size_t from, size_t count, uint64_t size,
                          int64_t now_ms) {
    for (size_t i = 0; i < count; i++) {
        const sts__frame frame = frame_of(store, &batch->items[from + i], i, now_ms);
        sts__segment_count(store->tail, &frame);
        store->numbers.records += frame.records;
        store->unsynced_records += frame.records;
        store->unsynced_weight += frame.weight;
    }
    store->tail->size += size;
    store->numbers.bytes += size;
    store->next += count;
}

/* 0 or an errno, and then it is as if nothing had been written. */
static int write_items(sts__store *store, sts__store_batch *batch, size_t from, size_t count, uint64_t size) {
    int64_t now_ms = sts__clock_wall_ms();
    if (!sts__segment_prepare(store->memory, store->tail, store->next + count - 1))
        return ENOMEM;
    for (size_t i = 0; i < count; i++) {
        uint8_t *head = batch->bytes + batch->items[from + i].at;
        sts__frame frame = frame_of(store, &batch->items[from + i], i, now_ms);
        frame.payload_crc = sts__crc32c(0, head + STS__STORE_FRAME_HEAD, frame.size);
        sts__frame_write(&frame, head);
    }
    sts__store_write_ahead(store, size);
    int error = sts__disk_write(store->settings.disk, store->file, batch->bytes + batch->items[from].at, (size_t)size,
                                store->tail->size);
    if (!error) {
        count_written(store, batch, from, count, size, now_ms);
        return 0;
    }
    /* Nothing is written behind what may stand there. */
    store->tail_is_torn = ftruncate(store->file, (off_t)store->tail->size) != 0 || error != ENOSPC;
    store->ahead = UINT64_MAX;
    return error;
}

/* Whether another segment is to be begun. A sync of the last one is waited for without the lock, and then all may be
 * different. */
static bool needs_segment(sts__store *store, uint64_t first, uint64_t asked, uint64_t bound) {
    while (!store->closed && store->syncing && is_to_be_ended(store, first, store->numbers.bytes + asked > bound))
        pthread_cond_wait(&store->sync_ended, &store->lock);
    return is_to_be_ended(store, first, store->numbers.bytes + asked > bound);
}

static sts_status append_now(sts__store *store, sts__store_batch *batch, size_t from, sts__store_room room,
                             size_t *taken, int *error) {
    uint64_t size;
    uint64_t first = room_of(&batch->items[from]);
    uint64_t bound = bound_of(store, room);
    uint64_t asked = room == STS__STORE_ROOM_FOR_ALL ? batch->size - batch->items[from].at : first;
    *error = 0;
    bool needs = needs_segment(store, first, asked, bound);
    bool full = store->numbers.bytes + asked > bound;
    if (store->closed)
        return STS_ERR_CLOSED;
    if (first + (uint64_t)2 * STS__STORE_FILE_HEAD > store->settings.max_bytes)
        return STS_ERR_RECORD_SIZE;
    if (needs) {
        if (full && store->tail && store->tail->done < store->tail->frames)
            return STS_ERR_QUEUE_FULL;
        *error = end_tail(store);
        if (!*error)
            *error = begin_tail(store);
        if (*error)
            return STS_ERR_STORAGE;
    }
    full = store->numbers.bytes + asked > bound;
    *taken = full ? 0 : fitting(store, batch, from, bound, &size);
    if (*taken == 0)
        return STS_ERR_QUEUE_FULL;
    *error = write_items(store, batch, from, *taken, size);
    if (*error)
        *taken = 0;
    return *error ? STS_ERR_STORAGE : STS_OK;
}

static bool is_for_want_of_room(sts_status status, int error) {
    return status == STS_ERR_QUEUE_FULL || error == ENOSPC || error == EDQUOT;
}

static sts_status explain(const sts__store *store, sts_status status, int error, sts__fault *fault) {
    if (error == ENOMEM)
        return sts__fault_no_memory(fault);
    if (is_for_want_of_room(status, error))
        return sts__fault_set(fault, STS_ERR_QUEUE_FULL, "%s", error ? "no room on the disk" : "no room in the store");
    if (status == STS_ERR_STORAGE)
        return sts__fault_set(fault, status, "the store in \"%s\" cannot be written: %s", store->folder,
                              strerror(error));
    return sts__fault_set(fault, status, "%s",
                          status == STS_ERR_CLOSED ? "the store was closed" : "larger than the store may be");
}

sts_status sts__store_append(sts__store *store, sts__store_batch *batch, size_t from, sts__store_ticket *ticket,
                             sts__store_room room, int64_t deadline_us, size_t *taken, sts__fault *fault) {
    int error;
    sts_status status;
    *taken = 0;
    pthread_mutex_lock(&store->lock);
    for (;;) {
        status = append_now(store, batch, from, room, taken, &error);
        int64_t now = sts__clock_us();
        if (!is_for_want_of_room(status, error) || now >= deadline_us)
            break;
        if (store->sends_away) {
            status = STS_ERR_CLOSED;
            error = 0;
            break;
        }
        int64_t look_us = now + LOOK_AGAIN_US; /* nobody tells when the disk has room */
        sts__condition_wait(&store->has_room, &store->lock, look_us < deadline_us ? look_us : deadline_us);
    }
    if (status == STS_OK)
        sts__tickets_open(store, ticket);
    sts__store_unlock(store);
    return status == STS_OK ? STS_OK : explain(store, status, error, fault);
}

uint64_t sts__store_end(sts__store *store) {
    pthread_mutex_lock(&store->lock);
    uint64_t end = store->next;
    pthread_mutex_unlock(&store->lock);
    return end;
}
