/* SPDX-License-Identifier: Apache-2.0
 *
 * Who waits at the ledger, and for what: outcomes to take, everything up to a mark, a transport that is full, the end
 * of exports. (Who waits for room does so in room.c.) */
#include "queue/ledger.h"

#include "base/clock.h"

/* No outcome will come any more. */
static bool is_over(const sts__ledger *ledger) {
    return ledger->closed && ledger->counts[STS_COUNT_PENDING] == 0;
}

bool sts__ledger_wait_outcome(sts__ledger *ledger, int64_t deadline_us) {
    pthread_mutex_lock(&ledger->lock);
    ledger->idle_waiters++;
    while (ledger->outcome_head == STS__LEDGER_NONE && !is_over(ledger) && sts__clock_us() < deadline_us)
        sts__condition_wait(&ledger->changed, &ledger->lock, deadline_us);
    ledger->idle_waiters--;
    bool there = ledger->outcome_head != STS__LEDGER_NONE;
    pthread_mutex_unlock(&ledger->lock);
    return there;
}

/* Beyond the last epoch that a mark can begin, a flush waits for all of its epoch: longer, but never too short. */
uint64_t sts__ledger_mark(sts__ledger *ledger) {
    pthread_mutex_lock(&ledger->lock);
    uint64_t mark = ledger->epoch;
    if (ledger->in_epoch[mark % STS__LEDGER_EPOCHS] == 0)
        mark--; /* nothing was accepted since the last mark; what comes now is not waited for */
    else if (mark - ledger->oldest_epoch < STS__LEDGER_EPOCHS - 1)
        ledger->epoch++;
    pthread_mutex_unlock(&ledger->lock);
    return mark;
}

static bool done(const sts__ledger *ledger, uint64_t mark) {
    return ledger->oldest_epoch > mark ||
           (ledger->oldest_epoch == mark && ledger->in_epoch[mark % STS__LEDGER_EPOCHS] == 0);
}

bool sts__ledger_wait_done(sts__ledger *ledger, uint64_t mark, int64_t deadline_us) {
    pthread_mutex_lock(&ledger->lock);
    ledger->idle_waiters++;
    while (!done(ledger, mark) && sts__clock_us() < deadline_us)
        sts__condition_wait(&ledger->changed, &ledger->lock, deadline_us);
    ledger->idle_waiters--;
    bool is_done = done(ledger, mark);
    pthread_mutex_unlock(&ledger->lock);
    return is_done;
}

bool sts__ledger_has_line(sts__ledger *ledger) {
    pthread_mutex_lock(&ledger->lock);
    bool has = ledger->room.head || ledger->letters.head;
    pthread_mutex_unlock(&ledger->lock);
    return has;
}

bool sts__ledger_pause(sts__ledger *ledger, int64_t deadline_us) {
    pthread_mutex_lock(&ledger->lock);
    ledger->pausing++;
    if (!ledger->closed)
        sts__condition_wait(&ledger->changed, &ledger->lock, deadline_us);
    ledger->pausing--;
    bool open = !ledger->closed;
    pthread_mutex_unlock(&ledger->lock);
    return open;
}

bool sts__ledger_enter(sts__ledger *ledger) {
    pthread_mutex_lock(&ledger->lock);
    bool open = !ledger->closed;
    if (open)
        ledger->users++;
    pthread_mutex_unlock(&ledger->lock);
    return open;
}

void sts__ledger_await(sts__ledger *ledger, sts__ledger_export *export) {
    pthread_mutex_lock(&ledger->lock);
    export->awaits = true;
    ledger->awaiting++;
    if (ledger->closed)
        pthread_cond_broadcast(&ledger->changed);
    pthread_mutex_unlock(&ledger->lock);
}

void sts__ledger_leave(sts__ledger *ledger, const sts__ledger_export *export) {
    pthread_mutex_lock(&ledger->lock);
    ledger->users--;
    ledger->awaiting -= export->awaits;
    if (ledger->closed)
        pthread_cond_broadcast(&ledger->changed);
    pthread_mutex_unlock(&ledger->lock);
}

bool sts__ledger_has_result(sts__ledger *ledger, const sts__result *result) {
    pthread_mutex_lock(&ledger->lock);
    bool has = result->missing == 0;
    pthread_mutex_unlock(&ledger->lock);
    return has;
}

void sts__ledger_wait_result(sts__ledger *ledger, sts__result *result) {
    pthread_mutex_lock(&ledger->lock);
    sts__result_wait(result, &ledger->lock);
    pthread_mutex_unlock(&ledger->lock);
}

bool sts__ledger_close(sts__ledger *ledger) {
    pthread_mutex_lock(&ledger->lock);
    bool first = !ledger->closed;
    ledger->closed = true;
    sts__room_send_away(&ledger->room);
    sts__room_send_away(&ledger->letters);
    pthread_cond_broadcast(&ledger->changed);
    pthread_mutex_unlock(&ledger->lock);
    return first;
}

bool sts__ledger_wait_senders(sts__ledger *ledger, int64_t deadline_us) {
    pthread_mutex_lock(&ledger->lock);
    while (ledger->users > ledger->awaiting && sts__clock_us() < deadline_us)
        sts__condition_wait(&ledger->changed, &ledger->lock, deadline_us);
    bool none = ledger->users == ledger->awaiting;
    pthread_mutex_unlock(&ledger->lock);
    return none;
}

bool sts__ledger_wait_exports(sts__ledger *ledger, int64_t deadline_us) {
    pthread_mutex_lock(&ledger->lock);
    while (ledger->users && sts__clock_us() < deadline_us)
        sts__condition_wait(&ledger->changed, &ledger->lock, deadline_us);
    bool none = ledger->users == 0;
    pthread_mutex_unlock(&ledger->lock);
    return none;
}

bool sts__ledger_is_closed(sts__ledger *ledger) {
    pthread_mutex_lock(&ledger->lock);
    bool closed = ledger->closed;
    pthread_mutex_unlock(&ledger->lock);
    return closed;
}
