/* SPDX-License-Identifier: Apache-2.0
 *
 * The store's parts, for the files that it consists of. All is under the store's lock, but for what is the reading
 * thread's alone, and for what runs while others append: a sync, and the writing of notes. */
#ifndef STS_STORE_INTERNAL_H
#define STS_STORE_INTERNAL_H

#include <pthread.h>

#include "store/lock.h"
#include "store/reader.h"
#include "store/store.h"

/* What is done is noted in blocks, which are sectors of the file beside the segment: a CRC, the block's number, bits.
 * One that was cut half-way is not believed, and its frames are read again. */
enum { STS__DONE_BLOCK = 512, STS__DONE_BITS = (STS__DONE_BLOCK - 8) * 8 };

typedef struct sts__done_block {
    int64_t first_ms; /* when the first of its frames was stored */
    bool is_noted;    /* on the disk as it is here */
    uint8_t bits[STS__DONE_BLOCK - 8];
} sts__done_block;

typedef struct sts__segment {
    struct sts__segment *next;
    uint64_t first;         /* the sequence of its first frame; its files are named by it */
    uint64_t behind;        /* one behind the sequence of its last frame */
    uint64_t size;          /* bytes that stand for sure, and no more are read */
    uint64_t frames;        /* that are good, */
    uint64_t done;          /* and of these, that are done */
    uint64_t unread_frames; /* of those that are good and not done */
    uint64_t unread_records;
    uint64_t unread_weight;
    sts__done_block *blocks;
    size_t block_count;
    bool is_old; /* it was there when the store was opened */
} sts__segment;

struct sts__store {
    const sts__memory *memory;
    char *folder;
    sts__store_settings settings;
    uint64_t segment_bytes;
    sts__store_lock folder_lock;
    pthread_mutex_t lock;
    pthread_cond_t has_room;   /* there may be some, or nobody is to wait for it */
    pthread_cond_t sync_ended; /* nobody syncs just now; who commits does not wait here, but with a ticket */
    bool closed;
    bool sends_away; /* nobody waits for room */

    sts__segment *head; /* oldest first */
    sts__segment *tail;
    int file;          /* the tail's, which is appended to; -1: the next append begins another segment, */
    uint64_t ahead;    /* zeros stand in it up to there; UINT64_MAX: there are none, and will be none */
    bool tail_is_torn; /* as it does where something may stand behind the tail's end */
    uint64_t next;
    uint64_t synced;      /* all below are on the disk, */
    uint64_t synced_size; /* and so much of the tail; behind that there are so many */
    uint64_t sync_size;   /* how much the last sync was for */
    uint64_t unsynced_records;
    uint64_t unsynced_weight;
    uint64_t left;    /* all below were left to the next sync, at the latest */
    bool syncing;     /* a thread has the file synced without the lock: it is not to be closed */
    int untold_error; /* of a sync */
    int64_t synced_us;
    sts__store_ticket *tickets; /* the newest first */

    sts__reader reader; /* this and the next two are the reading thread's */
    int read_file;
    bool read_failed; /* it was told */

    sts__segment *cursor;  /* what the reader is in; NULL: the head, when it is there */
    uint64_t read_to;      /* behind the sequence that was read last */
    uint64_t lost_records; /* found to be damaged, and the next call that reads says so */
    uint64_t lost_weight;

    sts__store_numbers numbers;
    int64_t noted_us;
    bool has_unnoted;
    const sts__segment *noted; /* something is written beside it, without the lock: it is not to be deleted */
};

/* segment.c: files of a segment, and what is noted of it. */
void sts__segment_path(const sts__store *store, uint64_t first, const char *end, char *path, size_t size);
sts__segment *sts__segment_new(const sts__memory *memory, uint64_t first);
void sts__segment_free(const sts__memory *memory, sts__segment *segment);
bool sts__segment_is_done(const sts__segment *segment, uint64_t sequence);

/* Has a place for frames up to one; false without memory. Then counts a frame. */
bool sts__segment_prepare(const sts__memory *memory, sts__segment *segment, uint64_t sequence);
void sts__segment_count(sts__segment *segment, const sts__frame *frame);

/* Marks a frame; false if it was marked, or is none of this segment. */
bool sts__segment_mark(sts__segment *segment, uint64_t sequence);

/* Reads what is noted, of the blocks that there are. */
void sts__segment_read_notes(const sts__store *store, sts__segment *segment);

/* Writes down what is done, without the lock meanwhile; false where not all of it is. One thread at a time. */
bool sts__segment_note(sts__store *store, sts__segment *segment);

/* Copies what is no frame to a file of its own, but for what the reader has found to be unreadable, and tells; `file`
 * -1: the segment's own could not be opened, and is that. False where it was set aside before. */
bool sts__segment_set_aside(const sts__store *store, const sts__segment *segment, int file, sts__reach damage);

/* Deletes segments that are done, but for the last. True if one was. */
bool sts__segments_drop(sts__store *store);

/* recovery.c: reads through what is there. */
sts_status sts__store_recover(sts__store *store, sts__fault *fault);

/* sync.c: lets go of the lock, and tells then what went wrong under it: the host's log may ask for numbers. */
void sts__store_unlock(sts__store *store);

/* What is behind the last sync is given up, and its tickets have failed. */
void sts__store_give_up_unsynced(sts__store *store, int error);

/* Syncs the tail with the lock held; 0 or an errno. */
int sts__store_sync_now(sts__store *store);

/* The same without it meanwhile, for all who wait, where nobody else does: !syncing. Lets go of the lock. */
void sts__store_sync_for_all(sts__store *store);

/* ahead.c: zeros are written behind the tail, where syncs are for little; `size`: of what is to be appended. They are
 * cut off when the file is closed. */
enum { STS__STORE_AHEAD = 262144 };
void sts__store_write_ahead(sts__store *store, uint64_t size);
void sts__store_cut_ahead(sts__store *store);

/* Whether what a process that did not come to that has left there, at the end of a file, is no more than that. */
bool sts__store_is_ahead(const sts__store *store, int file, sts__reach reach);

/* tickets.c: a thread that commits waits with its ticket alone, so that a sync wakes those that it was for. It comes to
 * an end with the sync that it waits for, or is called to do the next one. */
void sts__tickets_open(sts__store *store, sts__store_ticket *ticket);

/* Who is to be woken, without the lock where that can be. */
typedef struct sts__tickets_woken {
    sts__store_ticket *ended; /* they are out of the list */
    sts__store_ticket *next;  /* is to sync; NULL: nobody waits for that */
} sts__tickets_woken;

sts__tickets_woken sts__tickets_after_sync(sts__store *store);
void sts__tickets_wake(sts__tickets_woken woken);

/* Whether what was left to the next sync has had none. Until then what was done since is neither noted nor deleted: a
 * dead letter comes before the end of what it was made of. */
bool sts__store_has_left(const sts__store *store);

/* Whether a commit waits for a sync. */
bool sts__store_commits(const sts__store *store);

void sts__store_tell(const sts__store *store, int32_t level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
