/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the frames of a segment one after the other, through a buffer. It maps nothing: a page that cannot be read is
 * an error here, where it would be a SIGBUS for the host in a mapping. */
#ifndef STS_STORE_READER_H
#define STS_STORE_READER_H

#include "base/memory.h"
#include "store/frame.h"

typedef enum sts__read {
    STS__READ_FRAME,
    STS__READ_END,
    STS__READ_DAMAGE,   /* what stands between `from` and `at` is no frame, or no whole one */
    STS__READ_FAILED,   /* the operating system refuses: errno */
    STS__READ_NO_MEMORY /* for a frame of that size */
} sts__read;

typedef struct sts__reader {
    const sts__memory *memory;
    int file;      /* -1: none */
    uint64_t at;   /* the next frame is here */
    uint64_t end;  /* of what may be read */
    uint64_t from; /* where the one that was read last began, or the damage */
    uint8_t *buffer;
    size_t capacity;
    uint64_t buffered_at;
    size_t buffered;
} sts__reader;

void sts__reader_init(sts__reader *reader, const sts__memory *memory);
void sts__reader_clear(sts__reader *reader);

/* Goes on in another file; the reader does not own it. */
void sts__reader_turn_to(sts__reader *reader, int file, uint64_t at, uint64_t end);

/* The next frame. Its payload lies in the buffer until the next call, which with `keep` only tells of what is in the
 * buffer already: STS__READ_END otherwise. */
sts__read sts__reader_next(sts__reader *reader, bool keep, sts__frame *frame, const uint8_t **payload);

#endif
