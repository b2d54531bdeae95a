/* SPDX-License-Identifier: Apache-2.0
 *
 * Serving: the transport gets to work, and outcomes get to the host. One thread at a time does it: the exporter's own,
 * or the host's; and, for a moment each, threads that export, while the own one naps: each report that it is woken for
 * costs two changes of threads, and each record's memory goes from one processor to the other and back (a third of all
 * that an export costs, measured). */
#include "exporter/exporter.h"

#include "base/clock.h"
#include "base/thread.h"
#include "exporter/sealed.h"
#include "exporter/storage.h"

enum {
    IDLE_MS = 100, /* how long an idle thread sleeps at most: the bound for a transport without a wake method */
    OUTCOMES_PER_RUN = 10000,
    NAP_MS = 5,        /* how long it leaves serving to threads that export; outcomes are late by twice that at most */
    LOOK_MS = 20,      /* how often it looks all the same; what cannot wait for that calls it (sts__service_wake) */
    MISSED_MOST = 4,   /* exports that could not serve, until it makes way for them where it has nothing to do */
    PUSH_MS = 1,       /* how long a transport gets to send what lingers, so that outcomes are served in between */
    PUSH_AGAIN_MS = 5, /* each push wakes a producer's threads: so often is enough where nobody asks for another */
    FLUSH_MS = 1       /* how long a flush serves until it looks whether all is done, without the own thread */
};

static int load(const int *place) {
    return __atomic_load_n(place, __ATOMIC_ACQUIRE);
}

bool sts__service_has_outcome(sts_exporter *exporter) {
    return exporter->outcome_callback && sts__ledger_wait_outcome(&exporter->ledger, 0);
}

/* Not all at once: rejections may come as quickly as they are told, and the transport has to be served too. */
void sts__service_hand_out(sts_exporter *exporter) {
    sts_outcome outcome;
    if (!exporter->outcome_callback)
        return;
    for (int i = 0; i < OUTCOMES_PER_RUN && sts__ledger_take(&exporter->ledger, &outcome); i++) {
        if (sts__callers_may_call(exporter))
            exporter->outcome_callback(&outcome, exporter->outcome_user);
        sts__memory_free(exporter->memory, outcome.text);
        sts__ledger_retire(&exporter->ledger, &outcome);
    }
}

bool sts__service_take_turn(sts_exporter *exporter, sts__caller *caller, int64_t deadline_us) {
    pthread_mutex_lock(&exporter->callers_lock);
    exporter->turn_waiters++;
    while (exporter->served && sts__clock_us() < deadline_us)
        sts__condition_wait(&exporter->turned, &exporter->callers_lock, deadline_us);
    exporter->turn_waiters--;
    bool mine = !exporter->served;
    exporter->served = true;
    pthread_mutex_unlock(&exporter->callers_lock);
    if (mine)
        sts__callers_enter(exporter, caller);
    return mine;
}

void sts__service_give_turn(sts_exporter *exporter, sts__caller *caller) {
    sts__callers_leave(exporter, caller);
    pthread_mutex_lock(&exporter->callers_lock);
    exporter->served = false;
    pthread_cond_broadcast(&exporter->turned);
    pthread_mutex_unlock(&exporter->callers_lock);
}

/* What is not sent when the last flush is over never is. */
static int32_t serve_batching(sts_exporter *exporter, bool flushing, int32_t bound_ms) {
    if (!load(&exporter->stopping))
        return sts__batching_serve(exporter, flushing, bound_ms);
    sts__batching_purge(exporter);
    return bound_ms;
}

/* Where somebody waits for outcomes, has the transport send what lingers, if some may. */
static void push(sts_exporter *exporter) {
    const int pushes = load(&exporter->pushes);
    const int64_t now_us = sts__clock_us();
    if (!exporter->transport.flush || (pushes == exporter->pushed && now_us < exporter->push_again_us))
        return;
    exporter->pushed = pushes;
    exporter->push_again_us = now_us + PUSH_AGAIN_MS * INT64_C(1000);
    exporter->transport.flush(exporter->transport_context, PUSH_MS);
}

void sts__service_once(sts_exporter *exporter, int32_t timeout_ms) {
    sts_transport *transport = &exporter->transport;
    if (!exporter->closed) {
        bool flushing = load(&exporter->flushing) > 0;
        int32_t bound = serve_batching(exporter, flushing, flushing ? PUSH_AGAIN_MS : IDLE_MS);
        if (sts__storage_feed(exporter, true))
            bound = 0;
        if (flushing)
            push(exporter);
        /* Outcomes that are left over do not wait. */
        if (sts__service_has_outcome(exporter))
            bound = 0;
        transport->poll(exporter->transport_context, timeout_ms < bound ? timeout_ms : bound);
        sts__sealed_send(exporter); /* what was refused meanwhile, in parts */
        sts__storage_feed(exporter, false);
        if (exporter->storage.store)
            sts__store_tend(exporter->storage.store);
    }
    sts__service_hand_out(exporter);
    if (!exporter->own_thread && sts__service_has_outcome(exporter))
        sts__service_wake(exporter); /* the descriptor tells of those that are left over */
}

/* Waits so long for its turn, and then for something to do. */
static bool run(sts_exporter *exporter, int32_t turn_ms, int32_t timeout_ms) {
    sts__caller me;
    if (load(&exporter->stopping))
        return false;
    if (sts__service_take_turn(exporter, &me, sts__deadline_after(turn_ms))) {
        sts__service_once(exporter, timeout_ms);
        sts__service_give_turn(exporter, &me);
    }
    return true;
}

bool sts__service_run(sts_exporter *exporter, int32_t timeout_ms) {
    return run(exporter, timeout_ms, timeout_ms);
}

/* Takes the turn to help, waiting for it where there is time. The exporter's own thread may have it only to wait for
 * something to do: it is woken where there is time, or where exports come one upon the other. */
static bool take_turn_to_help(sts_exporter *exporter, int64_t deadline_us) {
    pthread_mutex_lock(&exporter->callers_lock);
    if (exporter->served && exporter->idles && (deadline_us || ++exporter->missed == MISSED_MOST)) {
        exporter->idles = false;
        if (exporter->transport.wake && !exporter->closed)
            exporter->transport.wake(exporter->transport_context);
    }
    while ((exporter->served || exporter->turn_waiters) && !exporter->closed && deadline_us &&
           sts__clock_us() < deadline_us)
        sts__condition_wait(&exporter->turned, &exporter->callers_lock, deadline_us);
    bool mine = !exporter->served && !exporter->closed && !exporter->turn_waiters;
    exporter->served = exporter->served || mine;
    exporter->helped = exporter->helped || mine;
    pthread_mutex_unlock(&exporter->callers_lock);
    return mine;
}

bool sts__service_help(sts_exporter *exporter, int32_t timeout_ms) {
    /* Once there was a token, outcomes are due at any time, and the own thread serves alone, as with any callback. */
    if (!exporter->helps || load(&exporter->stopping) || sts__ledger_has_tokens(&exporter->ledger))
        return false;
    __atomic_add_fetch(&exporter->exports, 1, __ATOMIC_RELAXED);
    if (!take_turn_to_help(exporter, timeout_ms ? sts__deadline_after(timeout_ms) : 0))
        return false;
    bool all = exporter->transport.report(exporter->transport_context, timeout_ms);
    pthread_mutex_lock(&exporter->callers_lock);
    exporter->served = exporter->helped = false;
    pthread_cond_broadcast(&exporter->turned);
    pthread_mutex_unlock(&exporter->callers_lock);
    if (!all || sts__ledger_has_tokens(&exporter->ledger))
        sts__service_wake(exporter);
    return all;
}

/* Whether there were exports since the last time, or one helps just now. */
static bool others_serve(sts_exporter *exporter, int *exports_before) {
    int exports = __atomic_load_n(&exporter->exports, __ATOMIC_RELAXED);
    bool more = exports != *exports_before;
    *exports_before = exports;
    pthread_mutex_lock(&exporter->callers_lock);
    more = more || exporter->helped;
    pthread_mutex_unlock(&exporter->callers_lock);
    return more;
}

/* What its own thread goes by. */
typedef struct own_thread {
    int exports;     /* how many there were */
    bool looks;      /* others serve: it does not wait for something to do */
    int64_t next_us; /* before that, it leaves all to them */
} own_thread;

/* Sleeps for a moment if others serve, and none waits in line for room. */
static void nap(sts_exporter *exporter, own_thread *me) {
    me->looks = others_serve(exporter, &me->exports) && !load(&exporter->flushing) && !load(&exporter->stopping) &&
                !sts__ledger_has_line(&exporter->ledger);
    if (!me->looks)
        return;
    int64_t until = sts__deadline_after(NAP_MS);
    pthread_mutex_lock(&exporter->callers_lock);
    exporter->naps = true;
    while (!exporter->called && sts__clock_us() < until)
        sts__condition_wait(&exporter->nap_over, &exporter->callers_lock, until);
    exporter->naps = false;
    if (exporter->called)
        me->next_us = 0;
    pthread_mutex_unlock(&exporter->callers_lock);
    int exports = me->exports;
    me->looks = others_serve(exporter, &exports);
}

/* Where others serve, a look at what they leave to it is due now and then: they give it its turn. */
static bool serve_once(sts_exporter *exporter, own_thread *me) {
    if (me->looks && !exporter->route.batches && sts__clock_us() < me->next_us)
        return !load(&exporter->stopping);
    pthread_mutex_lock(&exporter->callers_lock);
    exporter->called = false;
    exporter->idles = !me->looks;
    exporter->missed = 0;
    pthread_mutex_unlock(&exporter->callers_lock);
    me->next_us = sts__deadline_after(LOOK_MS);
    return me->looks ? run(exporter, LOOK_MS, 0) : run(exporter, IDLE_MS, IDLE_MS);
}

static void *serve(void *argument) {
    sts_exporter *exporter = argument;
    own_thread me = {.looks = false};
    while (serve_once(exporter, &me))
        nap(exporter, &me);
    sts__exporter_end_in_thread(exporter);
    return NULL;
}

sts_status sts__service_start(sts_exporter *exporter) {
    exporter->started = sts__thread_start(&exporter->thread, serve, exporter);
    return exporter->started ? STS_OK : STS_ERR_SYSTEM;
}

void sts__service_wake(sts_exporter *exporter) {
    pthread_mutex_lock(&exporter->callers_lock);
    exporter->called = true;
    if (exporter->naps)
        pthread_cond_signal(&exporter->nap_over);
    if (!exporter->closed && exporter->transport.wake)
        exporter->transport.wake(exporter->transport_context);
    pthread_mutex_unlock(&exporter->callers_lock);
}

int32_t sts__service_fd(sts_exporter *exporter) {
    int32_t fd = -1;
    pthread_mutex_lock(&exporter->callers_lock);
    if (!exporter->closed && exporter->transport.fd)
        fd = exporter->transport.fd(exporter->transport_context);
    if (fd >= 0 && exporter->route.batches)
        fd = sts__batching_fd(exporter, fd);
    pthread_mutex_unlock(&exporter->callers_lock);
    return fd;
}

int32_t sts__service_threads(sts_exporter *exporter) {
    int32_t threads = 0;
    pthread_mutex_lock(&exporter->callers_lock);
    if (!exporter->closed) {
        threads = exporter->own_thread;
        if (exporter->transport.threads)
            threads += exporter->transport.threads(exporter->transport_context);
    }
    pthread_mutex_unlock(&exporter->callers_lock);
    return threads;
}

void sts__service_push(sts_exporter *exporter) {
    __atomic_add_fetch(&exporter->pushes, 1, __ATOMIC_ACQ_REL);
    __atomic_add_fetch(&exporter->flushing, 1, __ATOMIC_ACQ_REL);
    if (exporter->own_thread)
        sts__service_wake(exporter);
}

void sts__service_push_end(sts_exporter *exporter) {
    __atomic_sub_fetch(&exporter->flushing, 1, __ATOMIC_ACQ_REL);
}

/* While the exporter's own thread serves. */
static bool wait_for_thread(sts_exporter *exporter, uint64_t mark, int64_t deadline_us, bool until_starved) {
    bool done;
    do {
        int64_t look_us = until_starved ? sts__deadline_after(IDLE_MS) : deadline_us;
        done = sts__ledger_wait_done(&exporter->ledger, mark, look_us < deadline_us ? look_us : deadline_us);
    } while (!done && sts__clock_us() < deadline_us &&
             !(until_starved && sts__batching_is_starved(&exporter->batching)));
    return done;
}

/* Waits until what is stored up to a mark is under way, or done. */
static bool feed_all(sts_exporter *exporter, uint64_t mark, int64_t deadline_us) {
    bool fed = sts__storage_is_fed(exporter, mark);
    if (fed)
        return true;
    sts__service_push(exporter);
    if (exporter->own_thread)
        fed = sts__storage_wait_fed(exporter, mark, deadline_us);
    else
        while (!(fed = sts__storage_is_fed(exporter, mark)) && sts__clock_us() < deadline_us &&
               sts__service_run(exporter, FLUSH_MS)) {
        }
    sts__service_push_end(exporter);
    return fed;
}

static bool flush_fed(sts_exporter *exporter, int64_t deadline_us, bool until_starved) {
    uint64_t mark = sts__ledger_mark(&exporter->ledger);
    if (sts__ledger_wait_done(&exporter->ledger, mark, 0))
        return true;
    until_starved = until_starved && exporter->route.batches;
    sts__service_push(exporter);
    bool done;
    if (exporter->own_thread) {
        done = wait_for_thread(exporter, mark, deadline_us, until_starved);
    } else {
        bool serves;
        do {
            serves = sts__service_run(exporter, FLUSH_MS);
            done = sts__ledger_wait_done(&exporter->ledger, mark, serves ? 0 : deadline_us);
        } while (!done && sts__clock_us() < deadline_us &&
                 !(until_starved && sts__batching_is_starved(&exporter->batching)));
    }
    sts__service_push_end(exporter);
    return done;
}

static bool flush_to(sts_exporter *exporter, uint64_t mark, int64_t deadline_us, bool until_starved) {
    bool done;
    do /* the transport may have given some back */
        done = feed_all(exporter, mark, deadline_us) && flush_fed(exporter, deadline_us, until_starved);
    while (done && !sts__storage_is_fed(exporter, mark));
    return done;
}

/* The dead letters of what was flushed come behind it in the store. */
bool sts__service_flush(sts_exporter *exporter, int64_t deadline_us, bool until_starved) {
    uint64_t mark = sts__storage_mark(exporter);
    bool done = flush_to(exporter, mark, deadline_us, until_starved);
    uint64_t letters = sts__storage_letter_mark(exporter);
    return done && letters > mark ? flush_to(exporter, letters, deadline_us, until_starved) : done;
}

void sts__service_wait_result(sts_exporter *exporter, sts__result *result) {
    if (!exporter->own_thread)
        while (!sts__ledger_has_result(&exporter->ledger, result) && sts__service_run(exporter, FLUSH_MS)) {
        }
    sts__ledger_wait_result(&exporter->ledger, result);
}
