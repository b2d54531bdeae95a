/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the frames of a segment one after the other, through a buffer. It maps nothing: a page that cannot be read is
 * an error here, where it would be a SIGBUS for the host in a mapping. Such an error may pass; what stays unreadable
 * for a while is damage, by the page, and the rest of the file is read. */
#ifndef STS_STORE_READER_H
#define STS_STORE_READER_H

#include "base/memory.h"
#include "store/disk.h"
#include "store/frame.h"

typedef enum sts__read {
    STS__READ_FRAME,
    STS__READ_END,
    STS__READ_DAMAGE,   /* what stands between `from` and `at` is no frame, or no whole one */
    STS__READ_FAILED,   /* the operating system refuses: `failure` */
    STS__READ_NO_MEMORY /* for a frame of that size */
} sts__read;

/* Bytes of a file. */
typedef struct sts__reach {
    uint64_t from;
    uint64_t to;
} sts__reach;

/* What the operating system refuses to read. */
typedef struct sts__read_failure {
    sts__reach reach;
    int error;
    int64_t since_us; /* 0: all that was tried was read */
} sts__read_failure;

typedef struct sts__reader {
    const sts__memory *memory;
    const sts__disk *disk;
    int file;      /* -1: none */
    uint64_t at;   /* the next frame is here */
    uint64_t end;  /* of what may be read */
    uint64_t from; /* where the one that was read last began, or the damage */
    uint8_t *buffer;
    size_t capacity;
    uint64_t buffered_at;
    uint64_t checked_at; /* the checksums of the frame there are good; 0: of none in the buffer */
    size_t buffered;
    sts__read_failure failure;
    sts__reach hole;     /* what cannot be read, and is not tried any more; that of the file that was met last */
    sts__reach measured; /* of a hole whose end is being looked for, what is known so far; to 0: there is none */
    bool has_skipped;    /* there was a hole in this file: no patience is left for another */
} sts__reader;

void sts__reader_init(sts__reader *reader, const sts__memory *memory, const sts__disk *disk);
void sts__reader_clear(sts__reader *reader);

/* Goes on in another file; the reader does not own it. */
void sts__reader_turn_to(sts__reader *reader, int file, uint64_t at, uint64_t end);

/* How far a call goes. */
typedef enum sts__effort {
    STS__EFFORT_NONE,  /* it only tells of what is in the buffer: STS__READ_END otherwise; */
    STS__EFFORT_READ,  /* it reads, and leaves damage where it is, for a call that */
    STS__EFFORT_SEARCH /* looks for what is behind it */
} sts__effort;

/* The next frame. Its payload lies in the buffer until the next call that reads. */
sts__read sts__reader_next(sts__reader *reader, sts__effort effort, sts__frame *frame, const uint8_t **payload);

/* The last frame that was given is the next one again; it is in the buffer. */
void sts__reader_step_back(sts__reader *reader);

/* The file could not be opened. */
void sts__reader_fails(sts__reader *reader, int error);

/* What becomes of what failed. */
typedef enum sts__patience {
    STS__PATIENCE_LEFT,     /* it is to be tried again, */
    STS__PATIENCE_OVER,     /* as it was for a while already, and nothing is damaged, */
    STS__PATIENCE_MEASURES, /* or it is damage: this is to be called again, until it is known how far that goes, */
    STS__PATIENCE_SKIPS     /* and the next call of the reader tells */
} sts__patience;

sts__patience sts__reader_patience(sts__reader *reader);

#endif
