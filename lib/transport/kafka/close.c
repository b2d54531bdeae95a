/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of a producer. rd_kafka_destroy waits for its threads, and those may be inside a name look-up that takes as
 * long as the resolver likes (14 s were seen). So it runs in a thread that is left behind at the deadline; the shared
 * object stays loaded
 * (-z nodelete) for as long as the process lives. */
#include "transport/kafka/close.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/thread.h"

/* Shared by two threads; the last one frees it. From malloc and not from the host's allocator, which may be gone by
 * then. */
struct sts__kafka_ending {
    rd_kafka_t *producer;
    sts__kafka_unfinished unfinished;
    sts__kafka_observer *observer;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool destroyed;
    bool abandoned;
};

sts__kafka_ending *sts__kafka_ending_new(void) {
    sts__kafka_ending *e = sts__memory_new(sts__memory_default(), sizeof *e);
    if (!e)
        return NULL;
    if (pthread_mutex_init(&e->lock, NULL) == 0) {
        if (sts__condition_init(&e->changed) == 0)
            return e;
        pthread_mutex_destroy(&e->lock);
    }
    sts__memory_free(sts__memory_default(), e);
    return NULL;
}

void sts__kafka_ending_free(sts__kafka_ending *e) {
    if (!e)
        return;
    pthread_cond_destroy(&e->changed);
    pthread_mutex_destroy(&e->lock);
    sts__memory_free(sts__memory_default(), e);
}

static void *destroy_producer(void *argument) {
    sts__kafka_ending *e = argument;
    sts__kafka_finish(e->producer, e->unfinished);
    rd_kafka_destroy(e->producer);
    sts__kafka_observer_release(e->observer);
    pthread_mutex_lock(&e->lock);
    e->destroyed = true;
    bool last = e->abandoned;
    pthread_cond_signal(&e->changed);
    pthread_mutex_unlock(&e->lock);
    if (last)
        sts__kafka_ending_free(e);
    return NULL;
}

static bool start_thread(sts__kafka_ending *e) {
    pthread_t thread;
    bool started = sts__thread_start(&thread, destroy_producer, e);
    if (started)
        pthread_detach(thread);
    return started;
}

bool sts__kafka_destroy(rd_kafka_t *producer, sts__kafka_ending *e, sts__kafka_unfinished unfinished,
                        sts__kafka_observer *observer, int32_t timeout_ms) {
    int64_t deadline = sts__deadline_after(timeout_ms);
    e->producer = producer;
    e->unfinished = unfinished;
    e->observer = sts__kafka_observer_keep(observer); /* for as long as the producer is there */
    if (!start_thread(e)) {
        sts__kafka_ending_free(e);
        return false; /* without a thread the producer is left behind: better than to hang */
    }
    pthread_mutex_lock(&e->lock);
    while (!e->destroyed && sts__clock_us() < deadline)
        sts__condition_wait(&e->changed, &e->lock, deadline);
    bool last = e->destroyed;
    e->abandoned = true;
    pthread_mutex_unlock(&e->lock);
    if (last)
        sts__kafka_ending_free(e);
    return last;
}
