/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of an exporter. Whoever serves ends it: its own thread, or, where it has none, the one that closes. So all
 * callbacks are called from there to the last, and whoever closes can wait with a deadline.
 *
 * Where a callback (or a method of the host's transport) does not come back, the closing thread goes without it: it
 * settles what has no outcome, no callback begins any more, and the exporter is left to its own thread, which ends it
 * when the callback does come back, and frees it if that was asked for meanwhile. Without a thread of its own it is
 * left to sts_exporter_free. */
#include "exporter/exporter.h"

#include "base/clock.h"
#include "exporter/storage.h"

enum {
    PURGE_MS = 300,   /* what close allows beyond its deadline: for the transport to report what it gave up, */
    DESTROY_MS = 400, /* for it to end, at least: it may take what the deadline leaves, */
    LEAVE_MS = 900    /* and for all of that and the last callbacks, before the exporter is left behind */
};

static const int64_t NEVER = (int64_t)INT32_MAX * 1000000; /* seconds fit the time_t of any platform */

/* Lets the transport report what it gave up. */
static void purge(sts_exporter *exporter, int64_t deadline) {
    uint64_t mark = sts__ledger_mark(&exporter->ledger);
    if (sts__ledger_wait_done(&exporter->ledger, mark, 0) && sts__callers_may_call(exporter))
        return; /* of an exporter that was left, everything is done in the ledger, and not in the transport */
    sts__batching_purge(exporter);
    if (exporter->transport.purge)
        exporter->transport.purge(exporter->transport_context);
    do
        sts__service_once(exporter, 10);
    while (exporter->transport.purge && !sts__ledger_wait_done(&exporter->ledger, mark, 0) &&
           sts__clock_us() < deadline);
}

/* From here on nobody calls the transport. */
static void close_transport(sts_exporter *exporter) {
    pthread_mutex_lock(&exporter->callers_lock);
    exporter->closed = true;
    pthread_mutex_unlock(&exporter->callers_lock);
    int32_t left_ms = sts__deadline_left_ms(__atomic_load_n(&exporter->close_until_us, __ATOMIC_ACQUIRE));
    exporter->transport.close(exporter->transport_context, left_ms > DESTROY_MS ? left_ms : DESTROY_MS);
}

/* Ends the exporter, with the turn; false where exports still run at the deadline. */
static bool end(sts_exporter *exporter, int64_t deadline_us) {
    if (!exporter->closed) {
        int64_t purge_until_us = sts__deadline_after(PURGE_MS);
        purge(exporter, purge_until_us);
        if (!sts__ledger_wait_senders(&exporter->ledger, deadline_us))
            return false;
        purge(exporter, purge_until_us); /* what was still on its way to the transport */
        close_transport(exporter);
        sts__storage_close(exporter);
    }
    sts__ledger_abandon(&exporter->ledger);
    do
        sts__service_once(exporter, 0); /* the last outcomes go to the callback */
    while (sts__service_has_outcome(exporter));
    return sts__ledger_wait_exports(&exporter->ledger, deadline_us);
}

void sts__exporter_end_in_thread(sts_exporter *exporter) {
    sts__caller me;
    sts__service_take_turn(exporter, &me, NEVER);
    end(exporter, NEVER);
    sts__service_give_turn(exporter, &me);
    pthread_mutex_lock(&exporter->callers_lock);
    exporter->ended = true;
    bool mine = exporter->orphaned;
    pthread_cond_broadcast(&exporter->turned);
    pthread_mutex_unlock(&exporter->callers_lock);
    if (mine)
        sts__exporter_clear(exporter);
}

/* Waits for its thread to have ended it. */
static bool await_thread(sts_exporter *exporter, int64_t deadline_us) {
    sts__service_wake(exporter);
    pthread_mutex_lock(&exporter->callers_lock);
    while (!exporter->ended && sts__clock_us() < deadline_us)
        sts__condition_wait(&exporter->turned, &exporter->callers_lock, deadline_us);
    bool ended = exporter->ended;
    pthread_mutex_unlock(&exporter->callers_lock);
    if (ended && exporter->started) {
        pthread_join(exporter->thread, NULL);
        exporter->started = false;
    }
    return ended;
}

static bool end_here(sts_exporter *exporter, int64_t deadline_us) {
    sts__caller me;
    if (exporter->ended)
        return true;
    if (!sts__service_take_turn(exporter, &me, deadline_us))
        return false;
    exporter->ended = end(exporter, deadline_us);
    sts__service_give_turn(exporter, &me);
    return exporter->ended;
}

/* The transport has until `close_us`, and what is told after it until `last_us`. */
static bool end_by(sts_exporter *exporter, int64_t close_us, int64_t last_us) {
    if (exporter->transport.struct_size == 0)
        return true;
    __atomic_store_n(&exporter->close_until_us, close_us, __ATOMIC_RELEASE);
    __atomic_store_n(&exporter->stopping, 1, __ATOMIC_RELEASE);
    return exporter->own_thread ? await_thread(exporter, last_us) : end_here(exporter, last_us);
}

/* Leaves the exporter to whoever is inside a callback. Exports that wait for their result get it. */
static void leave(sts_exporter *exporter) {
    __atomic_store_n(&exporter->silent, 1, __ATOMIC_RELEASE);
    sts__storage_retreat(exporter);
    sts__ledger_abandon(&exporter->ledger);
    while (sts__service_has_outcome(exporter))
        sts__service_hand_out(exporter);
}

/* Leaves it to its thread to free it; false where that has ended it in the meantime. */
static bool orphan(sts_exporter *exporter) {
    pthread_mutex_lock(&exporter->callers_lock);
    bool runs = !exporter->ended;
    if (runs)
        pthread_detach(exporter->thread);
    exporter->orphaned = runs;
    pthread_mutex_unlock(&exporter->callers_lock);
    return runs;
}

/* How many records were given up unsent, or left uncertain. */
static uint64_t given_up(sts_exporter *exporter) {
    uint64_t counts[STS_COUNTS];
    sts__ledger_counts(&exporter->ledger, counts, STS_COUNTS);
    return counts[STS_COUNT_PURGED] + counts[STS_COUNT_UNCERTAIN];
}

sts_status sts__exporter_close(sts_exporter *exporter, int32_t timeout_ms) {
    int64_t deadline = sts__deadline_after(timeout_ms);
    int64_t last = deadline + LEAVE_MS * INT64_C(1000);
    if (exporter->storage.store && !sts__ledger_is_closed(&exporter->ledger))
        sts__service_flush(exporter, deadline, false); /* a closed ledger takes nothing, not even what is stored */
    if (!sts__ledger_close(&exporter->ledger))
        return STS_ERR_CLOSED;
    if (exporter->storage.store)
        sts__store_send_away(exporter->storage.store);
    if (exporter->transport.struct_size == 0)
        return STS_OK;
    sts__service_wake(exporter); /* whoever polls for the host lets go */
    sts__ledger_wait_senders(&exporter->ledger, deadline);
    sts__service_flush(exporter, deadline, false);
    uint64_t before = given_up(exporter);
    if (!end_by(exporter, deadline, last)) {
        leave(exporter);
        return STS_ERR_CALLBACK;
    }
    return given_up(exporter) == before ? STS_OK : STS_ERR_TIMED_OUT;
}

sts_status sts__exporter_free(sts_exporter *exporter, int32_t timeout_ms) {
    sts_status status = sts__exporter_close(exporter, timeout_ms);
    int64_t deadline = sts__deadline_after(timeout_ms);
    if (status == STS_ERR_CLOSED)
        status = end_by(exporter, deadline, deadline) ? STS_OK : STS_ERR_CALLBACK;
    if (status == STS_ERR_CALLBACK) {
        if (!exporter->own_thread || orphan(exporter))
            return status;
        status = STS_ERR_TIMED_OUT; /* it did come back */
        pthread_join(exporter->thread, NULL);
    }
    sts__exporter_clear(exporter);
    return status;
}
