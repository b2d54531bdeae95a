/* SPDX-License-Identifier: Apache-2.0 */
#include "store/reader.h"

#include <errno.h>

#include "store/crc32c.h"
#include "store/disk.h"

enum { BUFFER = 262144 };

void sts__reader_init(sts__reader *reader, const sts__memory *memory) {
    *reader = (sts__reader){.memory = memory, .file = -1};
}

void sts__reader_clear(sts__reader *reader) {
    sts__memory_free(reader->memory, reader->buffer);
    sts__reader_init(reader, reader->memory);
}

void sts__reader_turn_to(sts__reader *reader, int file, uint64_t at, uint64_t end) {
    reader->file = file;
    reader->at = reader->from = at;
    reader->end = end;
    reader->buffered = 0;
}

static bool has(const sts__reader *reader, uint64_t at, uint64_t size) {
    return at >= reader->buffered_at && at + size <= reader->buffered_at + reader->buffered;
}

/* Has so many bytes from there in the buffer. */
static sts__read load(sts__reader *reader, uint64_t at, uint64_t size, bool keep) {
    if (has(reader, at, size))
        return STS__READ_FRAME;
    if (keep || at + size > reader->end)
        return STS__READ_END;
    if (size > reader->capacity || !reader->buffer) {
        size_t capacity = size > BUFFER ? (size_t)size : BUFFER;
        uint8_t *larger = sts__memory_resize(reader->memory, reader->buffer, capacity);
        if (!larger)
            return STS__READ_NO_MEMORY;
        reader->buffer = larger;
        reader->capacity = capacity;
    }
    uint64_t left = reader->end - at;
    reader->buffered = 0;
    ssize_t got =
        sts__disk_read(reader->file, reader->buffer, left < reader->capacity ? (size_t)left : reader->capacity, at);
    if (got < 0)
        return STS__READ_FAILED;
    reader->buffered_at = at;
    reader->buffered = (size_t)got;
    return (uint64_t)got >= size ? STS__READ_FRAME : STS__READ_END; /* the file is shorter than it was */
}

static const uint8_t *bytes_at(const sts__reader *reader, uint64_t at) {
    return reader->buffer + (at - reader->buffered_at);
}

/* A whole frame that stands there; STS__READ_DAMAGE where none does. `*room`: what it takes, where its head is good. */
static sts__read frame_at(sts__reader *reader, uint64_t at, bool keep, sts__frame *frame, uint64_t *room) {
    *room = 0;
    sts__read result = load(reader, at, STS__STORE_FRAME_HEAD, keep);
    if (result != STS__READ_FRAME)
        return result == STS__READ_END && !keep ? STS__READ_DAMAGE : result;
    if (!sts__frame_read(frame, bytes_at(reader, at)) || at + sts__frame_room(frame->size) > reader->end)
        return STS__READ_DAMAGE;
    result = load(reader, at, sts__frame_room(frame->size), keep);
    if (result != STS__READ_FRAME)
        return result == STS__READ_END && !keep ? STS__READ_DAMAGE : result;
    *room = sts__frame_room(frame->size);
    const uint8_t *payload = bytes_at(reader, at) + STS__STORE_FRAME_HEAD;
    return sts__crc32c(0, payload, frame->size) == frame->payload_crc ? STS__READ_FRAME : STS__READ_DAMAGE;
}

/* Where it goes on behind damage. */
static sts__read find_next(sts__reader *reader, uint64_t at) {
    sts__frame frame;
    uint64_t room;
    sts__read result = STS__READ_DAMAGE;
    for (at += STS__STORE_ALIGNMENT - at % STS__STORE_ALIGNMENT; at < reader->end; at += STS__STORE_ALIGNMENT) {
        result = frame_at(reader, at, false, &frame, &room);
        if (result != STS__READ_DAMAGE)
            break;
    }
    reader->at = at < reader->end ? at : reader->end;
    return result == STS__READ_FRAME ? STS__READ_DAMAGE : result;
}

sts__read sts__reader_next(sts__reader *reader, bool keep, sts__frame *frame, const uint8_t **payload) {
    uint64_t room;
    uint64_t at = reader->at;
    if (at >= reader->end)
        return STS__READ_END;
    sts__read result = frame_at(reader, at, keep, frame, &room);
    if (result == STS__READ_DAMAGE && keep)
        return STS__READ_END; /* the search for what is behind it would load */
    if (result == STS__READ_END || result == STS__READ_FAILED || result == STS__READ_NO_MEMORY)
        return result;
    reader->from = at;
    if (result == STS__READ_FRAME) {
        *payload = bytes_at(reader, at) + STS__STORE_FRAME_HEAD;
        reader->at = at + room;
    } else if (room) {
        reader->at = at + room; /* its head is good, and says where the next one begins */
    } else {
        result = find_next(reader, at);
    }
    return result;
}
