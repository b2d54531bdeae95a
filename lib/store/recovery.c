/* SPDX-License-Identifier: Apache-2.0
 *
 * What an earlier process left: its segments are read through, once, so that what is there, and what is damaged, is
 * known from the start. None of them is appended to any more. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/internal.h"

/* The names of segments are their first sequences, in 20 digits. */
static bool read_name(const char *name, uint64_t *first) {
    char again[32];
    *first = strtoull(name, NULL, 10);
    snprintf(again, sizeof again, "%020" PRIu64 ".queue", *first);
    return strcmp(again, name) == 0;
}

static bool insert(sts__store *store, uint64_t first) {
    sts__segment *segment = sts__segment_new(store->memory, first);
    sts__segment **at = &store->head;
    if (!segment)
        return false;
    while (*at && (*at)->first < first)
        at = &(*at)->next;
    segment->next = *at;
    segment->is_old = true;
    *at = segment;
    return true;
}

static sts_status list(sts__store *store, sts__fault *fault) {
    DIR *folder = opendir(store->folder);
    const struct dirent *entry;
    bool listed = true;
    uint64_t first;
    if (!folder)
        return sts__fault_set(fault, STS_ERR_STORAGE, "the folder \"%s\" cannot be read: %s", store->folder,
                              strerror(errno));
    while (listed && (entry = readdir(folder)))
        if (read_name(entry->d_name, &first))
            listed = insert(store, first);
    closedir(folder);
    return listed ? STS_OK : sts__fault_no_memory(fault);
}

/* A frame belongs here if it comes behind the ones before, and not so far that it would be another segment's. */
static bool belongs(const sts__segment *segment, const sts__frame *frame) {
    uint64_t most = segment->next ? segment->next->first : UINT64_MAX;
    return frame->sequence >= segment->behind && frame->sequence < most &&
           frame->sequence - segment->behind <= segment->size / STS__STORE_FRAME_HEAD;
}

static sts_status unreadable(const sts__store *store, const sts__segment *segment, int error, sts__fault *fault) {
    return sts__fault_set(fault, STS_ERR_STORAGE, "the store's segment %s/%020" PRIu64 ".queue cannot be read: %s",
                          store->folder, segment->first, strerror(error));
}

static void set_aside(sts__store *store, const sts__segment *segment, int file, uint64_t from, uint64_t to) {
    store->numbers.damaged++;
    sts__segment_set_aside(store, segment, file, (sts__reach){from, to});
}

static sts_status read_head(sts__store *store, sts__segment *segment, int file, sts__fault *fault) {
    uint8_t head[STS__STORE_FILE_HEAD];
    uint64_t first;
    ssize_t got = sts__disk_read(store->settings.disk, file, head, sizeof head, 0);
    if (got < 0)
        return sts__disk_may_heal(errno) ? unreadable(store, segment, errno, fault) : STS_OK; /* like what is behind */
    uint32_t version = got == (ssize_t)sizeof head ? sts__file_head_read(&first, head) : 0;
    if (version > STS__STORE_VERSION)
        return sts__fault_set(fault, STS_ERR_STORAGE,
                              "the store in \"%s\" is of format %" PRIu32
                              ", and this library knows up to %d: a newer one wrote it",
                              store->folder, version, STS__STORE_VERSION);
    if (version == 0 && segment->size > 0)
        set_aside(store, segment, file, 0, got > 0 ? (uint64_t)got : 0);
    return STS_OK;
}

static sts_status take_frame(sts__store *store, sts__segment *segment, int file, const sts__frame *frame,
                             sts__fault *fault) {
    if (!belongs(segment, frame))
        set_aside(store, segment, file, store->reader.from, store->reader.at);
    else if (!sts__segment_prepare(store->memory, segment, frame->sequence))
        return sts__fault_no_memory(fault);
    else
        sts__segment_count(segment, frame);
    return STS_OK;
}

/* What cannot be read just now is tried for a while. */
static sts_status wait_or_skip(sts__store *store, const sts__segment *segment, sts__fault *fault) {
    const struct timespec pause = {.tv_nsec = 20000000};
    switch (sts__reader_patience(&store->reader)) {
    case STS__PATIENCE_LEFT:
        nanosleep(&pause, NULL);
        return STS_OK;
    case STS__PATIENCE_OVER:
        return unreadable(store, segment, store->reader.failure.error, fault);
    case STS__PATIENCE_MEASURES:
    case STS__PATIENCE_SKIPS:
        break;
    }
    return STS_OK;
}

/* Where all that is left of a file was written ahead, that is no part of it. */
static bool ends_ahead(sts__store *store, sts__segment *segment, int file) {
    const sts__reader *reader = &store->reader;
    char path[PATH_MAX];
    if (reader->at < reader->end || !sts__store_is_ahead(store, file, (sts__reach){reader->from, reader->end}))
        return false;
    segment->size = reader->from;
    sts__segment_path(store, segment->first, ".queue", path, sizeof path);
    if (!store->settings.only_looks && truncate(path, (off_t)segment->size) != 0)
        store->numbers.bytes += reader->end - reader->from; /* it takes the room still */
    return true;
}

static sts_status read_frames(sts__store *store, sts__segment *segment, int file, sts__fault *fault) {
    const uint8_t *payload;
    sts__frame frame;
    sts_status status = STS_OK;
    while (status == STS_OK) {
        switch (sts__reader_next(&store->reader, STS__EFFORT_SEARCH, &frame, &payload)) {
        case STS__READ_END:
            return STS_OK;
        case STS__READ_FAILED:
            status = wait_or_skip(store, segment, fault);
            break;
        case STS__READ_NO_MEMORY:
            return sts__fault_no_memory(fault);
        case STS__READ_FRAME:
            status = take_frame(store, segment, file, &frame, fault);
            break;
        case STS__READ_DAMAGE:
            if (ends_ahead(store, segment, file))
                return STS_OK;
            set_aside(store, segment, file, store->reader.from, store->reader.at);
            break;
        }
    }
    return status;
}

/* A file that cannot be opened is damage too, unless what is amiss is not the file. */
static sts_status read_unopened(sts__store *store, const sts__segment *segment, int error, sts__fault *fault) {
    if (sts__disk_may_heal(error))
        return unreadable(store, segment, error, fault);
    set_aside(store, segment, -1, 0, 0);
    return STS_OK;
}

static sts_status read_segment(sts__store *store, sts__segment *segment, sts__fault *fault) {
    char path[PATH_MAX];
    sts__segment_path(store, segment->first, ".queue", path, sizeof path);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return read_unopened(store, segment, errno, fault);
    off_t size = lseek(file, 0, SEEK_END);
    segment->size = size > 0 ? (uint64_t)size : 0;
    sts__segment_read_notes(store, segment);
    sts__reader_turn_to(&store->reader, file, STS__STORE_FILE_HEAD, segment->size);
    sts_status status = read_head(store, segment, file, fault);
    if (status == STS_OK)
        status = read_frames(store, segment, file, fault);
    close(file);
    return status;
}

sts_status sts__store_recover(sts__store *store, sts__fault *fault) {
    int64_t began_us = sts__clock_us();
    sts_status status = list(store, fault);
    for (sts__segment *segment = store->head; segment && status == STS_OK; segment = segment->next) {
        status = read_segment(store, segment, fault);
        store->tail = segment;
        store->next = segment->behind;
        store->numbers.segments++;
        store->numbers.bytes += segment->size;
        store->numbers.recovered_records += segment->unread_records;
        store->numbers.recovered_weight += segment->unread_weight;
    }
    store->synced = store->next;
    store->numbers.records = store->numbers.recovered_records;
    store->numbers.recovery_us = (uint64_t)(sts__clock_us() - began_us);
    return status;
}
