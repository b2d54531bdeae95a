/* SPDX-License-Identifier: Apache-2.0
 *
 * A queue on disk. It knows nothing of what it holds: payloads with a sequence each, in order, from the call that
 * appends them until the one that says they are done, over any end of the process.
 *
 * A store is a folder with segments: files that are appended to up to a size, then followed by another, and deleted
 * whole when all in them is done. Frames have checksums (frame.h); what has none that holds is set aside, and the rest
 * is read on; so is what stays unreadable (reader.h). What is done is noted in a file beside each segment, a bit a
 * frame, which may be late: what was done and is not noted is read again. No file is mapped.
 *
 * Why segments of our own and no database: Debian's LMDB was tried (0.9.24). A file that had been cut ended the process
 * with SIGBUS at the first read, 20 times of 20; a page of noise ended it 142 times of 300, and let it read records
 * that never were another 140 times; and there is no mode without a sync a commit that a power loss could not corrupt.
 * A library lives in its host's process, and must not end it.
 *
 * Threads: any, but for reading and for tending, each of which is one thread's at a time, and over before the store is
 * closed. No lock is held while a file is read, synced or told of, but where a segment ends and the next begins. */
#ifndef STS_STORE_STORE_H
#define STS_STORE_STORE_H

#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stskafka/types.h>

#include "base/error.h"
#include "base/memory.h"
#include "store/disk.h"

/* When what was appended is on the disk for sure. */
typedef enum sts__store_sync_mode {
    STS__STORE_SYNC_COMMIT,   /* when sts__store_commit returns; only then it is read */
    STS__STORE_SYNC_INTERVAL, /* within an interval, where sts__store_tend is called */
    STS__STORE_SYNC_NONE      /* when the operating system thinks fit */
} sts__store_sync_mode;

typedef struct sts__store_settings {
    const char *folder; /* made, if it is not there; its parent must be */
    uint64_t max_bytes; /* of all segments together */
    sts__store_sync_mode sync;
    int64_t sync_interval_ms;
    const sts__disk *disk;
    bool only_looks;                                           /* nothing is changed */
    void (*tell)(void *user, int32_t level, const char *text); /* a line for the host's log */
    void *user;
} sts__store_settings;

typedef struct sts__store sts__store;

/* Opens a store, or makes one, and reads through what it holds. STS_OK; STS_ERR_STORAGE, STS_ERR_STORAGE_BUSY (another
 * has it open), STS_ERR_NO_MEMORY, STS_ERR_SYSTEM. */
sts_status sts__store_open(sts__store **opened, const sts__memory *memory, const sts__store_settings *settings,
                           sts__fault *fault);

/* From here on nobody waits for room: who does gets STS_ERR_CLOSED, and so does who would. What has room is taken. */
void sts__store_send_away(sts__store *store);

/* Notes and syncs what is left to be, and lets go of the folder: another may have it. Nobody waits for room any more.
 */
void sts__store_close(sts__store *store);

/* Frees a store; NULL is allowed. */
void sts__store_free(sts__store *store);

/* --- appending --- */

/* Payloads that are appended together; zeroed but for `memory` it is empty. */
typedef struct sts__store_batch {
    const sts__memory *memory;
    uint8_t *bytes;
    size_t size;
    size_t capacity;
    struct sts__store_item *items;
    size_t count;
    size_t item_capacity;
} sts__store_batch;

typedef struct sts__store_item {
    size_t at;        /* in the bytes */
    uint32_t size;    /* of the payload */
    uint32_t records; /* of the caller's, which it stands for */
    uint32_t weight;  /* bytes of the caller's, the same way */
} sts__store_item;

/* Room for a payload, to be written there before the next call; NULL without memory, or where it is larger than 1 GiB.
 */
uint8_t *sts__store_batch_add(sts__store_batch *batch, size_t size, uint32_t records, uint32_t weight);
void sts__store_batch_reset(sts__store_batch *batch);
void sts__store_batch_clear(sts__store_batch *batch);

/* What was appended and is not committed yet; on the stack of the thread that does both, at first zeroed. */
typedef struct sts__store_ticket {
    struct sts__store_ticket *next;
    uint64_t behind; /* one behind the last sequence */
    bool open;
    bool failed;
    bool waits; /* its thread is to be woken, by the next */
    sem_t turn;
} sts__store_ticket;

/* How much room is asked for. */
typedef enum sts__store_room {
    STS__STORE_ROOM_FOR_FIRST, /* for one item at least, */
    STS__STORE_ROOM_FOR_ALL,   /* for all of them, */
    STS__STORE_ROOM_BEYOND     /* for one, up to twice max_bytes */
} sts__store_room;

/* Appends the items from `from` on, in their order, as many as go together; where there is not the room that was asked
 * for, waits for it until the deadline (in the past: not at all). STS_OK, and `*taken` is how many, one at least;
 * STS_ERR_QUEUE_FULL (no room, also on the disk), STS_ERR_RECORD_SIZE (there never is), STS_ERR_STORAGE,
 * STS_ERR_CLOSED, STS_ERR_NO_MEMORY. */
sts_status sts__store_append(sts__store *store, sts__store_batch *batch, size_t from, sts__store_ticket *ticket,
                             sts__store_room room, int64_t deadline_us, size_t *taken, sts__fault *fault);

/* Ends a ticket: STS_OK, and what was appended with it is as safe as the mode says; many threads share a sync.
 * STS_ERR_STORAGE: it is not stored (some of it may be). */
sts_status sts__store_commit(sts__store *store, sts__store_ticket *ticket, sts__fault *fault);

/* Ends a ticket without a sync: the next one takes it along. */
void sts__store_leave(sts__store *store, sts__store_ticket *ticket);

/* --- reading --- */

/* What was read; good until the next call. */
typedef struct sts__stored {
    uint64_t sequence;
    int64_t stored_ms;
    sts_bytes payload;
    uint32_t records;
    uint32_t weight;
    bool is_old; /* it was there when the store was opened */
    uint64_t at; /* for sts__store_unread */
} sts__stored;

/* Has those in memory that come next, from the disk, for as long as that takes: nobody else waits for it. Where the
 * disk refuses (told), or something is damaged, it is tried again, or passed and set aside, by who serves; others leave
 * that to it, for it may take long: `*leaves` where they do. False where sts__store_read would neither give nor tell
 * of anything. */
bool sts__store_fetch(sts__store *store, bool serves, bool *leaves);

/* Takes up to `most` of what was fetched, in their order, of those that are not done; `*lost` is how many records that
 * were not done turned out to be damaged on the way. How many; 0: nothing was. */
size_t sts__store_read(sts__store *store, sts__stored *read, size_t most, uint64_t *lost);

/* The last `count` that the last call gave are read again. */
void sts__store_unread(sts__store *store, const sts__stored *read, size_t count);

/* What was read and need not be kept any more. */
typedef struct sts__store_end_of {
    uint64_t sequence;
    uint32_t records;
} sts__store_end_of;

void sts__store_done(sts__store *store, const sts__store_end_of *ends, size_t count);

/* What is to be done from time to time: syncs by the interval, notes what is done. */
void sts__store_tend(sts__store *store);

/* --- numbers --- */

typedef struct sts__store_numbers {
    uint64_t records;  /* not done */
    uint64_t bytes;    /* of all segments */
    uint64_t segments; /* files */
    int64_t oldest_ms; /* when the oldest that is not done was stored, at most a few thousand records too early; ms
                        * since 1970; 0: there is none */
    uint64_t syncs;
    uint64_t sync_failures;
    uint64_t recovered_records; /* found when it was opened, */
    uint64_t recovered_weight;
    uint64_t recovery_us;    /* which took so long */
    uint64_t damaged;        /* pieces of segments that could not be read */
    uint64_t unread_records; /* of `records` */
    uint64_t unread_weight;
} sts__store_numbers;

void sts__store_count(sts__store *store, sts__store_numbers *numbers);

/* The sequence behind the last one that was appended; and whether all below one were read. */
uint64_t sts__store_end(sts__store *store);
bool sts__store_is_read_to(sts__store *store, uint64_t sequence);

/* The numbers of a store that nothing is changed in, also of one that is open elsewhere; `*in_use`: that it is. STS_OK,
 * STS_ERR_STORAGE, STS_ERR_NO_MEMORY. */
sts_status sts__store_look(const sts__memory *memory, const char *folder, sts__store_numbers *numbers, bool *in_use,
                           sts__fault *fault);

#endif
