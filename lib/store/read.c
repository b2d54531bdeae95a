/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading what is stored, segment by segment, and what becomes of what was read. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <stskafka/options.h>

#include "store/internal.h"

/* How far of a segment may be read. */
static uint64_t readable_size(const sts__store *store, const sts__segment *segment) {
    bool bounded = segment == store->tail && store->file >= 0 && store->settings.sync == STS__STORE_SYNC_COMMIT;
    return bounded ? store->synced_size : segment->size;
}

static void close_cursor(sts__store *store) {
    if (store->read_file >= 0)
        close(store->read_file);
    store->read_file = -1;
}

static void turn_to(sts__store *store, sts__segment *segment) {
    close_cursor(store);
    store->cursor = segment;
    sts__reader_turn_to(&store->reader, -1, STS__STORE_FILE_HEAD, readable_size(store, segment));
}

/* What was good when it was counted, and is not any more, is left over at the end of its segment. */
static void write_off(sts__store *store, sts__segment *segment) {
    if (store->reader.at < segment->size || !segment->unread_frames)
        return;
    store->lost_records += segment->unread_records;
    store->lost_weight += segment->unread_weight;
    segment->frames -= segment->unread_frames;
    segment->unread_frames = segment->unread_records = segment->unread_weight = 0;
}

/* Has the reader in a segment that has something left to read; false where there is none. */
static bool find_cursor(sts__store *store) {
    if (!store->cursor && !store->head)
        return false;
    if (!store->cursor)
        turn_to(store, store->head);
    for (;;) {
        store->reader.end = readable_size(store, store->cursor);
        if (store->reader.at < store->reader.end)
            return true;
        write_off(store, store->cursor);
        if (!store->cursor->next)
            return false;
        turn_to(store, store->cursor->next);
        sts__segments_drop(store);
    }
}

static bool is_wanted(const sts__segment *segment, const sts__frame *frame) {
    return frame->sequence >= segment->first && frame->sequence < segment->behind &&
           !sts__segment_is_done(segment, frame->sequence);
}

/* --- from the disk: the reader, the cursor and its file are the reading thread's alone --- */

static void tell_once(sts__store *store) {
    if (!store->read_failed)
        sts__store_tell(store, STS_LOG_ERROR, "the store's segment %020" PRIu64 " cannot be read: %s",
                        store->cursor->first, strerror(store->reader.failure.error));
    store->read_failed = true;
}

/* Has the cursor's file open, or has skipped it as one that cannot be opened. */
static bool open_cursor(sts__store *store) {
    char path[PATH_MAX];
    if (store->read_file >= 0 || store->reader.has_skipped)
        return true;
    sts__segment_path(store, store->cursor->first, ".queue", path, sizeof path);
    store->reader.file = store->read_file = open(path, O_RDONLY | O_CLOEXEC);
    if (store->read_file < 0)
        sts__reader_fails(&store->reader, errno);
    return store->read_file >= 0;
}

/* Whether what could not be read is damage by now. */
static bool has_skipped(sts__store *store) {
    tell_once(store);
    return sts__reader_patience(&store->reader) == STS__PATIENCE_SKIPS;
}

/* What a step came to. */
typedef struct step {
    sts__read result;
    sts__frame frame;
    bool was_set_aside;
    bool goes_on;
} step;

/* What is next on the disk. No lock is held meanwhile: a disk may take seconds for a page until it gives up. */
static step look(sts__store *store, bool serves) {
    const uint8_t *payload;
    sts__effort effort = serves ? STS__EFFORT_SEARCH : STS__EFFORT_READ;
    step it = {.result = STS__READ_FAILED};
    if (open_cursor(store))
        it.result = sts__reader_next(&store->reader, effort, &it.frame, &payload);
    if (it.result == STS__READ_FRAME)
        store->read_failed = false;
    if (it.result == STS__READ_DAMAGE && serves)
        it.was_set_aside = sts__segment_set_aside(store, store->cursor, store->read_file,
                                                  (sts__reach){store->reader.from, store->reader.at});
    it.goes_on = it.result == STS__READ_FRAME || (it.result == STS__READ_DAMAGE && serves) ||
                 (it.result == STS__READ_FAILED && serves && has_skipped(store));
    return it;
}

bool sts__store_fetch(sts__store *store, bool serves, bool *leaves) {
    step it = {.goes_on = true};
    bool found = false;
    *leaves = !serves && store->reader.failure.since_us;
    if (*leaves)
        return true; /* something may be in memory still */
    pthread_mutex_lock(&store->lock);
    while (it.goes_on && !found && !store->closed && find_cursor(store)) {
        pthread_mutex_unlock(&store->lock);
        it = look(store, serves);
        pthread_mutex_lock(&store->lock);
        store->numbers.damaged += it.was_set_aside;
        found = it.result == STS__READ_FRAME && is_wanted(store->cursor, &it.frame);
    }
    bool lost = store->lost_records > 0;
    pthread_mutex_unlock(&store->lock);
    if (found)
        sts__reader_step_back(&store->reader);
    *leaves = !serves && (it.result == STS__READ_FAILED || it.result == STS__READ_DAMAGE);
    return found || lost;
}

/* --- from memory --- */

static void take(sts__store *store, const sts__frame *frame, const uint8_t *payload, sts__stored *stored) {
    sts__segment *segment = store->cursor;
    segment->unread_frames--;
    segment->unread_records -= frame->records;
    segment->unread_weight -= frame->weight;
    store->read_to = frame->sequence + 1;
    *stored = (sts__stored){.sequence = frame->sequence,
                            .stored_ms = frame->stored_ms,
                            .payload = {payload, frame->size},
                            .records = frame->records,
                            .weight = frame->weight,
                            .is_old = segment->is_old,
                            .at = store->reader.from};
}

/* Takes the next one, if it is one that is wanted; false where none is in memory. */
static bool take_next(sts__store *store, sts__stored *read, size_t *count) {
    sts__frame frame;
    const uint8_t *payload;
    if (sts__reader_next(&store->reader, STS__EFFORT_NONE, &frame, &payload) != STS__READ_FRAME)
        return false;
    if (is_wanted(store->cursor, &frame))
        take(store, &frame, payload, &read[(*count)++]);
    return true;
}

size_t sts__store_read(sts__store *store, sts__stored *read, size_t most, uint64_t *lost) {
    size_t count = 0;
    pthread_mutex_lock(&store->lock);
    *lost = store->lost_records;
    store->numbers.records -= store->lost_records;
    store->lost_records = store->lost_weight = 0;
    while (count < most && !store->closed && store->cursor && take_next(store, read, &count)) {
    }
    pthread_mutex_unlock(&store->lock);
    return count;
}

void sts__store_unread(sts__store *store, const sts__stored *read, size_t count) {
    if (!count)
        return;
    pthread_mutex_lock(&store->lock);
    sts__segment *segment = store->cursor; /* all that a call gives is of one */
    for (size_t i = 0; i < count; i++) {
        segment->unread_frames++;
        segment->unread_records += read[i].records;
        segment->unread_weight += read[i].weight;
    }
    store->reader.at = read[0].at;
    store->read_to = read[0].sequence;
    pthread_mutex_unlock(&store->lock);
}

bool sts__store_is_read_to(sts__store *store, uint64_t sequence) {
    pthread_mutex_lock(&store->lock);
    bool all = !store->lost_records;
    for (const sts__segment *segment = store->head; segment; segment = segment->next)
        all = all && !segment->unread_frames;
    all = all || store->read_to >= sequence || store->closed;
    pthread_mutex_unlock(&store->lock);
    return all;
}

/* True where all of its segment is. */
static bool mark(sts__store *store, const sts__store_end_of *end) {
    sts__segment *segment = store->head;
    while (segment && segment->behind <= end->sequence)
        segment = segment->next;
    if (!segment || !sts__segment_mark(segment, end->sequence))
        return false;
    store->numbers.records -= end->records;
    store->has_unnoted = true;
    return segment->done == segment->frames;
}

void sts__store_done(sts__store *store, const sts__store_end_of *ends, size_t count) {
    bool drop = false;
    pthread_mutex_lock(&store->lock);
    for (size_t i = 0; i < count; i++)
        drop = mark(store, &ends[i]) || drop;
    if (drop)
        sts__segments_drop(store);
    pthread_mutex_unlock(&store->lock);
}
