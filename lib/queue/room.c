/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/room.h"

#include "base/clock.h"

/* Where more than seven eighths stay occupied nobody calls the head of the line, so it looks by itself. */
enum { LOOK_US = 10000 };

static bool is_within(const sts__room *room) {
    return room->entries <= room->max_entries && room->bytes <= room->max_bytes;
}

static bool fits(const sts__room *room, uint32_t entries, size_t cost) {
    return is_within(room) && entries <= room->max_entries - room->entries && cost <= room->max_bytes - room->bytes;
}

static void occupy(sts__room *room, uint32_t entries, size_t cost) {
    room->entries += entries;
    room->bytes += cost;
}

static uint32_t less(uint32_t quantum, uint32_t entries) {
    return quantum > entries ? quantum - entries : 0;
}

bool sts__room_has(const sts__room *room, const sts__room_claim *claim, uint32_t entries, size_t cost) {
    return (!room->head || claim->quantum >= entries) && fits(room, entries, cost);
}

bool sts__room_take(sts__room *room, sts__room_claim *claim, uint32_t entries, size_t cost) {
    if (claim->alone && is_within(room)) {
        occupy(room, entries, cost);
        return true;
    }
    if (room->head && claim->quantum == 0)
        return false;
    if (!fits(room, entries, cost)) {
        room->shut = true;
        claim->quantum = 0;
        return false;
    }
    claim->quantum = less(claim->quantum, entries);
    occupy(room, entries, cost);
    return true;
}

bool sts__room_force(sts__room *room, size_t cost) {
    if (room->entries / 2 >= room->max_entries || room->bytes / 2 + cost / 2 > room->max_bytes)
        return false;
    occupy(room, 1, cost);
    return true;
}

bool sts__room_extend(sts__room *room, size_t cost) {
    if (room->bytes > room->max_bytes || cost > room->max_bytes - room->bytes)
        return false;
    room->bytes += cost;
    return true;
}

static void join(sts__room *room, sts__room_waiter *waiter) {
    if (room->tail)
        room->tail->next = waiter;
    else
        room->head = waiter;
    room->tail = waiter;
}

/* Whoever becomes the head is told, since it is the head alone that looks by itself. */
static void leave(sts__room *room, sts__room_waiter *waiter) {
    sts__room_waiter *before = NULL;
    for (sts__room_waiter *at = room->head; at != waiter; at = at->next)
        before = at;
    if (room->tail == waiter)
        room->tail = before;
    if (before) {
        before->next = waiter->next;
        return;
    }
    room->head = waiter->next;
    if (room->head)
        pthread_cond_signal(&room->head->called);
}

/* Waits until the waiter is at the head of the line and called, or sent away, or until the deadline. */
static void stand_in_line(sts__room *room, pthread_mutex_t *lock, int64_t deadline_us, sts__room_waiter *me) {
    int64_t look_us = INT64_MAX; /* when to look without being called */
    for (;;) {
        int64_t now = sts__clock_us();
        bool first = room->head == me;
        bool may_go = first && fits(room, me->entries, me->cost);
        if (first && !may_go)
            room->shut = true;
        if (may_go && now >= look_us)
            room->shut = false;
        if (me->sent_away || now >= deadline_us || (may_go && !room->shut))
            return;
        if (first)
            look_us = now + LOOK_US;
        sts__condition_wait(&me->called, lock, look_us < deadline_us ? look_us : deadline_us);
    }
}

bool sts__room_wait(sts__room *room, pthread_mutex_t *lock, sts__room_claim *claim, uint32_t entries, size_t cost) {
    sts__room_waiter me = {.entries = entries, .cost = cost};
    if (sts__clock_us() >= claim->deadline_us || sts__condition_init(&me.called) != 0)
        return false;
    join(room, &me);
    stand_in_line(room, lock, claim->deadline_us, &me);
    bool given = !me.sent_away && room->head == &me && fits(room, entries, cost);
    if (given) {
        occupy(room, entries, cost);
        claim->given_us = sts__clock_us();
        claim->quantum = less(STS__ROOM_QUANTUM, entries);
    }
    leave(room, &me);
    pthread_cond_destroy(&me.called);
    return given;
}

void sts__room_give(sts__room *room, uint32_t entries, size_t bytes) {
    room->entries -= entries;
    room->bytes -= bytes;
}

bool sts__room_is_ample(const sts__room *room) {
    return room->entries <= room->max_entries - room->max_entries / 8 &&
           room->bytes <= room->max_bytes - room->max_bytes / 8;
}

void sts__room_call(sts__room *room) {
    if (!room->shut || !room->head || !fits(room, room->head->entries, room->head->cost))
        return;
    room->shut = false;
    pthread_cond_signal(&room->head->called);
}

void sts__room_send_away(sts__room *room) {
    for (sts__room_waiter *waiter = room->head; waiter; waiter = waiter->next) {
        waiter->sent_away = true;
        pthread_cond_signal(&waiter->called);
    }
}
