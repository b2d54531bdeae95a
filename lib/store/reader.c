/* SPDX-License-Identifier: Apache-2.0 */
#include "store/reader.h"

#include <errno.h>

#include "base/clock.h"
#include "store/crc32c.h"

enum {
    BUFFER = 262144,
    PAGE = 4096,           /* what cannot be read is told apart by: sectors are no larger (or are not told of) */
    PATIENCE_US = 2000000, /* a path to a disk, or a machine on the network, may come back by itself */
    SLICE_US = 20000 /* how long a hole is measured at a time: each page may take a disk seconds, until it gives up */
};

void sts__reader_init(sts__reader *reader, const sts__memory *memory, const sts__disk *disk) {
    *reader = (sts__reader){.memory = memory, .disk = disk, .file = -1};
}

void sts__reader_clear(sts__reader *reader) {
    sts__memory_free(reader->memory, reader->buffer);
    sts__reader_init(reader, reader->memory, reader->disk);
}

void sts__reader_turn_to(sts__reader *reader, int file, uint64_t at, uint64_t end) {
    reader->file = file;
    reader->at = reader->from = at;
    reader->end = end;
    reader->buffered = 0;
    reader->checked_at = 0;
    reader->failure = (sts__read_failure){.since_us = 0};
    reader->hole = reader->measured = (sts__reach){0, 0};
    reader->has_skipped = false;
}

/* --- what cannot be read --- */

static void note_failure(sts__reader *reader, uint64_t from, uint64_t to, int error) {
    bool is_same = reader->failure.since_us && reader->failure.reach.from == from;
    reader->failure = (sts__read_failure){{from, to}, error, is_same ? reader->failure.since_us : sts__clock_us()};
}

void sts__reader_fails(sts__reader *reader, int error) {
    note_failure(reader, 0, UINT64_MAX, error);
}

static bool is_lost(const sts__reader *reader, uint64_t at) {
    char page[PAGE];
    return sts__disk_read(reader->disk, reader->file, page, sizeof page, at) < 0 && !sts__disk_may_heal(errno);
}

/* What failed is a hole, as far as it goes; false where the time is over before that is known. */
static bool measure(sts__reader *reader) {
    int64_t until_us = sts__clock_us() + SLICE_US;
    sts__reach *reach = &reader->measured;
    if (!reach->to)
        *reach = reader->failure.reach;
    while (reach->to < reader->end && is_lost(reader, reach->to)) {
        reach->to += PAGE;
        if (sts__clock_us() >= until_us)
            return false;
    }
    return true;
}

static void skip(sts__reader *reader) {
    reader->hole = reader->measured;
    reader->measured = (sts__reach){0, 0};
    reader->has_skipped = true;
    reader->failure.since_us = 0;
}

sts__patience sts__reader_patience(sts__reader *reader) {
    bool heals = sts__disk_may_heal(reader->failure.error);
    bool is_over = sts__clock_us() - reader->failure.since_us >= PATIENCE_US;
    if (heals || !(is_over || reader->has_skipped))
        return heals && is_over ? STS__PATIENCE_OVER : STS__PATIENCE_LEFT;
    if (!measure(reader))
        return STS__PATIENCE_MEASURES;
    skip(reader);
    return STS__PATIENCE_SKIPS;
}

/* Reads by the page, up to one that cannot be read: `*error` says why. How much. */
static size_t read_pages(const sts__reader *reader, uint64_t at, size_t size, int *error) {
    size_t have = 0;
    *error = 0;
    while (have < size) {
        size_t piece = PAGE - (size_t)((at + have) % PAGE);
        piece = piece < size - have ? piece : size - have;
        ssize_t got = sts__disk_read(reader->disk, reader->file, reader->buffer + have, piece, at + have);
        if (got < 0)
            *error = errno;
        if (got > 0)
            have += (size_t)got;
        if (got < (ssize_t)piece)
            break;
    }
    return have;
}

/* --- the buffer --- */

static bool has(const sts__reader *reader, uint64_t at, uint64_t size) {
    return at >= reader->buffered_at && at + size <= reader->buffered_at + reader->buffered;
}

/* How much can be in it from there. */
static size_t most_from(const sts__reader *reader, uint64_t at) {
    uint64_t end = at < reader->hole.from && reader->hole.from < reader->end ? reader->hole.from : reader->end;
    return end - at < reader->capacity ? (size_t)(end - at) : reader->capacity;
}

/* Fills it from there, with `size` bytes at least. */
static sts__read fill(sts__reader *reader, uint64_t at, uint64_t size) {
    int error = 0;
    size_t most = most_from(reader, at);
    ssize_t got = sts__disk_read(reader->disk, reader->file, reader->buffer, most, at);
    if (got < 0)
        got = (ssize_t)read_pages(reader, at, most, &error);
    reader->buffered_at = at;
    reader->buffered = (size_t)got;
    reader->checked_at = 0;
    if (error && (uint64_t)got < size) {
        uint64_t page = (at + (uint64_t)got) / PAGE * PAGE;
        note_failure(reader, page, page + PAGE, error);
        return STS__READ_FAILED;
    }
    reader->failure.since_us = 0;
    return (uint64_t)got >= size ? STS__READ_FRAME : STS__READ_END; /* the file is shorter than it was */
}

/* Has so many bytes from there in the buffer. */
static sts__read load(sts__reader *reader, uint64_t at, uint64_t size, sts__effort effort) {
    if (has(reader, at, size))
        return STS__READ_FRAME;
    if (at < reader->hole.to && at + size > reader->hole.from)
        return STS__READ_DAMAGE;
    if (effort == STS__EFFORT_NONE || at + size > reader->end)
        return STS__READ_END;
    if (size > reader->capacity || !reader->buffer) {
        size_t capacity = size > BUFFER ? (size_t)size : BUFFER;
        uint8_t *larger = sts__memory_resize(reader->memory, reader->buffer, capacity);
        if (!larger)
            return STS__READ_NO_MEMORY;
        reader->buffer = larger;
        reader->capacity = capacity;
    }
    return fill(reader, at, size);
}

static const uint8_t *bytes_at(const sts__reader *reader, uint64_t at) {
    return reader->buffer + (at - reader->buffered_at);
}

/* What it is where so many bytes are not in the buffer: the end of what can be read is in the midst of a frame. */
static sts__read missing(sts__read result, sts__effort effort) {
    return result == STS__READ_END && effort != STS__EFFORT_NONE ? STS__READ_DAMAGE : result;
}

/* A whole frame that stands there; STS__READ_DAMAGE where none does. `*room`: what it takes, where its head is good. */
static sts__read frame_at(sts__reader *reader, uint64_t at, sts__effort effort, sts__frame *frame, uint64_t *room) {
    *room = 0;
    sts__read result = load(reader, at, STS__STORE_FRAME_HEAD, effort);
    if (result != STS__READ_FRAME)
        return missing(result, effort);
    if (!sts__frame_read(frame, bytes_at(reader, at)) || at + sts__frame_room(frame->size) > reader->end)
        return STS__READ_DAMAGE;
    result = load(reader, at, sts__frame_room(frame->size), effort);
    if (result == STS__READ_FRAME || result == STS__READ_DAMAGE)
        *room = sts__frame_room(frame->size);
    if (result != STS__READ_FRAME)
        return missing(result, effort);
    const uint8_t *payload = bytes_at(reader, at) + STS__STORE_FRAME_HEAD;
    if (at != reader->checked_at && sts__crc32c(0, payload, frame->size) != frame->payload_crc)
        return STS__READ_DAMAGE;
    reader->checked_at = at;
    return STS__READ_FRAME;
}

/* Where it goes on behind damage: with a frame, or with what cannot be looked at just now. */
static uint64_t find_next(sts__reader *reader, uint64_t at) {
    sts__frame frame;
    uint64_t room;
    for (at += STS__STORE_ALIGNMENT - at % STS__STORE_ALIGNMENT; at < reader->end; at += STS__STORE_ALIGNMENT) {
        if (at >= reader->hole.from && at < reader->hole.to)
            at = reader->hole.to;
        if (at >= reader->end || frame_at(reader, at, STS__EFFORT_SEARCH, &frame, &room) != STS__READ_DAMAGE)
            break;
    }
    return at < reader->end ? at : reader->end;
}

/* Goes behind damage that begins at `from`; `room`: what it takes, where its head is good, which says where the next
 * frame begins. */
static void pass(sts__reader *reader, uint64_t room) {
    reader->at = room ? reader->from + room : find_next(reader, reader->from);
    if (reader->at >= reader->hole.from && reader->at < reader->hole.to)
        reader->at = find_next(reader, reader->at - 1);
}

sts__read sts__reader_next(sts__reader *reader, sts__effort effort, sts__frame *frame, const uint8_t **payload) {
    uint64_t room;
    uint64_t at = reader->at;
    if (at >= reader->end)
        return STS__READ_END;
    if (reader->measured.to)
        return STS__READ_FAILED;
    sts__read result = frame_at(reader, at, effort, frame, &room);
    if (result == STS__READ_DAMAGE && effort == STS__EFFORT_NONE)
        return STS__READ_END;
    if (result != STS__READ_FRAME && result != STS__READ_DAMAGE)
        return result;
    reader->from = at;
    if (result == STS__READ_FRAME) {
        *payload = bytes_at(reader, at) + STS__STORE_FRAME_HEAD;
        reader->at = at + room;
    } else if (effort == STS__EFFORT_SEARCH) {
        pass(reader, room);
    }
    return result;
}

void sts__reader_step_back(sts__reader *reader) {
    reader->at = reader->from;
}
