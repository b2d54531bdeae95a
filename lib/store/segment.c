/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <stskafka/options.h>

#include "store/crc32c.h"
#include "store/internal.h"

void sts__segment_path(const sts__store *store, uint64_t first, const char *end, char *path, size_t size) {
    snprintf(path, size, "%s/%020" PRIu64 "%s", store->folder, first, end);
}

sts__segment *sts__segment_new(const sts__memory *memory, uint64_t first) {
    sts__segment *segment = sts__memory_new(memory, sizeof *segment);
    if (segment)
        segment->first = segment->behind = first;
    return segment;
}

void sts__segment_free(const sts__memory *memory, sts__segment *segment) {
    sts__memory_free(memory, segment->blocks);
    sts__memory_free(memory, segment);
}

static bool grow_to(const sts__memory *memory, sts__segment *segment, size_t count) {
    if (count <= segment->block_count)
        return true;
    sts__done_block *blocks = sts__memory_resize(memory, segment->blocks, count * sizeof *blocks);
    if (!blocks)
        return false;
    memset(blocks + segment->block_count, 0, (count - segment->block_count) * sizeof *blocks);
    for (size_t i = segment->block_count; i < count; i++)
        blocks[i].is_noted = true;
    segment->blocks = blocks;
    segment->block_count = count;
    return true;
}

static uint8_t *bit_of(const sts__segment *segment, uint64_t sequence, uint8_t *mask) {
    uint64_t at = sequence - segment->first;
    if (sequence < segment->first || at / STS__DONE_BITS >= segment->block_count)
        return NULL;
    *mask = (uint8_t)(1 << at % STS__DONE_BITS % 8);
    return &segment->blocks[at / STS__DONE_BITS].bits[at % STS__DONE_BITS / 8];
}

bool sts__segment_is_done(const sts__segment *segment, uint64_t sequence) {
    uint8_t mask;
    const uint8_t *bit = bit_of(segment, sequence, &mask);
    return bit && (*bit & mask);
}

bool sts__segment_prepare(const sts__memory *memory, sts__segment *segment, uint64_t sequence) {
    return grow_to(memory, segment, (size_t)((sequence - segment->first) / STS__DONE_BITS + 1));
}

void sts__segment_count(sts__segment *segment, const sts__frame *frame) {
    uint64_t block = (frame->sequence - segment->first) / STS__DONE_BITS;
    if (!segment->blocks[block].first_ms)
        segment->blocks[block].first_ms = frame->stored_ms;
    segment->behind = frame->sequence + 1;
    segment->frames++;
    if (sts__segment_is_done(segment, frame->sequence)) {
        segment->done++;
        return;
    }
    segment->unread_frames++;
    segment->unread_records += frame->records;
    segment->unread_weight += frame->weight;
}

bool sts__segment_mark(sts__segment *segment, uint64_t sequence) {
    uint8_t mask;
    uint8_t *bit = bit_of(segment, sequence, &mask);
    if (!bit || *bit & mask)
        return false;
    *bit |= mask;
    segment->blocks[(sequence - segment->first) / STS__DONE_BITS].is_noted = false;
    segment->done++;
    return true;
}

/* --- what is noted on the disk --- */

static void put32(uint8_t *at, uint32_t value) {
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static void write_block(uint8_t *block, size_t number, const uint8_t *bits) {
    put32(block + 4, (uint32_t)number);
    memcpy(block + 8, bits, STS__DONE_BLOCK - 8);
    put32(block, sts__crc32c(0, block + 4, STS__DONE_BLOCK - 4));
}

void sts__segment_read_notes(const sts__store *store, sts__segment *segment) {
    char path[PATH_MAX];
    uint8_t block[STS__DONE_BLOCK];
    uint8_t again[STS__DONE_BLOCK];
    sts__segment_path(store, segment->first, ".done", path, sizeof path);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    for (size_t i = 0;
         file >= 0 &&
         sts__disk_read(store->settings.disk, file, block, sizeof block, i * STS__DONE_BLOCK) == STS__DONE_BLOCK &&
         grow_to(store->memory, segment, i + 1);
         i++) {
        write_block(again, i, block + 8);
        if (memcmp(again, block, sizeof block) == 0)
            memcpy(segment->blocks[i].bits, block + 8, sizeof segment->blocks[i].bits);
    }
    if (file >= 0)
        close(file);
}

/* 0 or an errno. */
static int write_note(const sts__store *store, const sts__segment *segment, size_t number, const uint8_t *block) {
    char path[PATH_MAX];
    sts__segment_path(store, segment->first, ".done", path, sizeof path);
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return errno;
    int error = sts__disk_write(store->settings.disk, file, block, STS__DONE_BLOCK, number * STS__DONE_BLOCK);
    close(file);
    return error;
}

bool sts__segment_note(sts__store *store, sts__segment *segment) {
    uint8_t block[STS__DONE_BLOCK];
    int error = 0;
    store->noted = segment;
    for (size_t i = 0; i < segment->block_count && !error && !sts__store_has_left(store); i++) {
        if (segment->blocks[i].is_noted)
            continue;
        write_block(block, i, segment->blocks[i].bits);
        segment->blocks[i].is_noted = true;
        pthread_mutex_unlock(&store->lock);
        error = write_note(store, segment, i, block);
        pthread_mutex_lock(&store->lock);
        if (error)
            segment->blocks[i].is_noted = false;
    }
    store->noted = NULL;
    return !error && !sts__store_has_left(store);
}

/* --- damage --- */

/* Copies what of it can be read, by pieces that lie in one page each; false where that is not all. What the reader
 * found to be unreadable is not tried again: each page may take a disk seconds. */
static bool copy(const sts__store *store, int from_file, int to_file, sts__reach damage) {
    const sts__disk *disk = store->settings.disk;
    const sts__reach *hole = &store->reader.hole;
    uint8_t bytes[4096];
    bool all = true;
    for (uint64_t at = damage.from; at < damage.to;) {
        bool is_lost = at >= hole->from && at < hole->to;
        size_t size = sizeof bytes - (size_t)(at % sizeof bytes);
        size = damage.to - at < size ? (size_t)(damage.to - at) : size;
        ssize_t got = is_lost ? -1 : sts__disk_read(disk, from_file, bytes, size, at);
        if (got == 0 || (got > 0 && sts__disk_write(disk, to_file, bytes, (size_t)got, at - damage.from) != 0))
            return false;
        all = all && got > 0;
        at += got > 0 ? (uint64_t)got : size;
    }
    return all;
}

/* A file that could not be opened keeps all that it has, under another name. */
static bool move(const sts__store *store, const sts__segment *segment, const char *aside) {
    char path[PATH_MAX];
    sts__segment_path(store, segment->first, ".queue", path, sizeof path);
    return rename(path, aside) == 0;
}

bool sts__segment_set_aside(const sts__store *store, const sts__segment *segment, int file, sts__reach damage) {
    char path[PATH_MAX];
    char end[48];
    if (store->settings.only_looks)
        return true;
    snprintf(end, sizeof end, "-%" PRIu64 ".damaged", damage.from);
    sts__segment_path(store, segment->first, end, path, sizeof path);
    int aside = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (aside < 0 && errno == EEXIST) /* by an earlier start, or this one */
        return false;
    bool kept = file >= 0 ? aside >= 0 && copy(store, file, aside, damage) : move(store, segment, path);
    if (aside >= 0)
        close(aside);
    sts__store_tell(store, STS_LOG_WARNING,
                    "the store's segment %020" PRIu64 " is torn or damaged, or cannot be read, from byte %" PRIu64
                    " to %" PRIu64 ": what stands there %s; all else goes",
                    segment->first, damage.from, damage.to,
                    kept ? "was set aside in a file .damaged" : "could not be set aside, or not all of it");
    return true;
}

/* --- the end --- */

static void remove_files(sts__store *store, const sts__segment *segment) {
    char path[PATH_MAX];
    sts__segment_path(store, segment->first, ".queue", path, sizeof path);
    unlink(path);
    sts__segment_path(store, segment->first, ".done", path, sizeof path);
    unlink(path);
}

bool sts__segments_drop(sts__store *store) {
    bool dropped = false;
    sts__segment **at = &store->head;
    if (sts__store_has_left(store))
        return false;
    while (*at) {
        sts__segment *segment = *at;
        if (segment == store->tail || segment->done < segment->frames || segment == store->cursor ||
            segment == store->noted) {
            at = &segment->next;
            continue;
        }
        *at = segment->next;
        remove_files(store, segment);
        store->numbers.bytes -= segment->size;
        store->numbers.segments--;
        sts__segment_free(store->memory, segment);
        dropped = true;
    }
    if (dropped)
        pthread_cond_broadcast(&store->has_room);
    return dropped;
}
