/* SPDX-License-Identifier: Apache-2.0
 *
 * Room in the ledger: how many records and how many bytes it may hold, and the line of threads that wait for some.
 *
 * Whoever finds no room, or others in line, joins its end, and the head of the line alone is given room: first come,
 * first served, and a large record waits until it fits while others wait behind it. Who has come through the line may
 * take a quantum of records before it joins the line again, as threads that change places for each record spend their
 * time on that; so one with a huge request cannot starve another with a single record.
 *
 * All of it is used under the ledger's lock. */
#ifndef STS_QUEUE_ROOM_H
#define STS_QUEUE_ROOM_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STS__ROOM_QUANTUM = 256 };

/* A thread in line; on its stack. */
typedef struct sts__room_waiter {
    struct sts__room_waiter *next;
    pthread_cond_t called;
    uint32_t entries;
    size_t cost;
    bool sent_away;
} sts__room_waiter;

typedef struct sts__room {
    uint32_t entries; /* taken */
    uint32_t max_entries;
    size_t bytes; /* taken */
    size_t max_bytes;
    sts__room_waiter *head;
    sts__room_waiter *tail;
    bool shut; /* somebody found no room, and there was not ample room again since: the head is not to go yet */
} sts__room;

/* What one export may do about room. */
typedef struct sts__room_claim {
    int64_t deadline_us; /* until when it waits in line; in the past: not at all */
    uint32_t quantum;    /* how many records it may still take while others are in line; at first 0 */
    int64_t given_us;    /* when it came through the line; 0: it was in none */
    bool alone;          /* what it asks for comes from the store, of which nothing else is here: it goes past the line,
                          * and beyond the bounds where they are kept so far, for it may be larger than they are */
} sts__room_claim;

/* Whether there is room for so many entries if they are taken one after the other, just now and by this export. */
bool sts__room_has(const sts__room *room, const sts__room_claim *claim, uint32_t entries, size_t cost);

/* Takes room for so many entries, which are that many bytes together. False if there is none, or others are in line. */
bool sts__room_take(sts__room *room, sts__room_claim *claim, uint32_t entries, size_t cost);

/* Takes it for one entry from as much room again, past the line; false if that is taken too. */
bool sts__room_force(sts__room *room, size_t cost);

/* More bytes for an entry that has room already, past the line; false if they do not fit. */
bool sts__room_extend(sts__room *room, size_t cost);

/* Waits in line for it. False at the deadline, or when sent away. */
bool sts__room_wait(sts__room *room, pthread_mutex_t *lock, sts__room_claim *claim, uint32_t entries, size_t cost);

/* Gives room back; nobody is woken by that alone. */
void sts__room_give(sts__room *room, uint32_t entries, size_t bytes);

/* Whether there is so much room that those who wait are to be woken. For each record one by one that would cost a
 * thread switch a record, so not before an eighth of each bound is free. */
bool sts__room_is_ample(const sts__room *room);

/* There is ample room, or there will not be more: the head of the line goes, if it fits. */
void sts__room_call(sts__room *room);

/* Sends away all who are in line. */
void sts__room_send_away(sts__room *room);

#endif
