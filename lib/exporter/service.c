/* SPDX-License-Identifier: Apache-2.0
 *
 * Serving: the transport gets to work, and outcomes get to the host. One thread at a time does it. */
#include "exporter/exporter.h"

#include <signal.h>

#include "base/clock.h"

enum {
    IDLE_MS = 100, /* how long an idle thread sleeps at most: the bound for a transport without a wake method */
    FLUSH_MS = 1   /* how long one push of a flush takes, so that outcomes are served in between */
};

static int load(const int *place) {
    return __atomic_load_n(place, __ATOMIC_ACQUIRE);
}

static void hand_out_outcomes(sts_exporter *exporter) {
    sts_outcome outcome;
    while (sts__ledger_take(&exporter->ledger, &outcome)) {
        exporter->outcome_callback(&outcome, exporter->outcome_user);
        sts__memory_free(exporter->memory, outcome.text);
        sts__ledger_retire(&exporter->ledger, outcome.epoch);
    }
}

void sts__service_run(sts_exporter *exporter, int32_t timeout_ms) {
    sts_transport *transport = &exporter->transport;
    sts__caller me;
    pthread_mutex_lock(&exporter->serving);
    sts__callers_enter(exporter, &me);
    if (!exporter->closed) {
        bool flushing = load(&exporter->flushing) > 0;
        if (flushing && transport->flush)
            transport->flush(exporter->transport_context, FLUSH_MS);
        transport->poll(exporter->transport_context, flushing && timeout_ms > FLUSH_MS ? FLUSH_MS : timeout_ms);
    }
    if (exporter->outcome_callback)
        hand_out_outcomes(exporter);
    sts__callers_leave(exporter, &me);
    pthread_mutex_unlock(&exporter->serving);
}

static void *serve(void *argument) {
    sts_exporter *exporter = argument;
    while (!load(&exporter->stopping))
        sts__service_run(exporter, IDLE_MS);
    return NULL;
}

sts_status sts__service_start(sts_exporter *exporter) {
    sigset_t all;
    sigset_t old;
    sigfillset(&all); /* signals are the host's threads' business */
    pthread_sigmask(SIG_SETMASK, &all, &old);
    exporter->has_thread = pthread_create(&exporter->thread, NULL, serve, exporter) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return exporter->has_thread ? STS_OK : STS_ERR_SYSTEM;
}

void sts__service_stop(sts_exporter *exporter) {
    if (!exporter->has_thread)
        return;
    __atomic_store_n(&exporter->stopping, 1, __ATOMIC_RELEASE);
    sts__service_wake(exporter);
    pthread_join(exporter->thread, NULL);
    exporter->has_thread = false;
}

void sts__service_wake(sts_exporter *exporter) {
    if (exporter->transport.wake)
        exporter->transport.wake(exporter->transport_context);
}

bool sts__service_flush(sts_exporter *exporter, int64_t deadline_us) {
    uint64_t mark = sts__ledger_mark(&exporter->ledger);
    if (sts__ledger_wait_done(&exporter->ledger, mark, 0))
        return true;
    __atomic_add_fetch(&exporter->flushing, 1, __ATOMIC_ACQ_REL);
    bool done;
    if (exporter->has_thread) {
        sts__service_wake(exporter);
        done = sts__ledger_wait_done(&exporter->ledger, mark, deadline_us);
    } else {
        do {
            sts__service_run(exporter, FLUSH_MS);
            done = sts__ledger_wait_done(&exporter->ledger, mark, 0);
        } while (!done && sts__clock_us() < deadline_us);
    }
    __atomic_sub_fetch(&exporter->flushing, 1, __ATOMIC_ACQ_REL);
    return done;
}
