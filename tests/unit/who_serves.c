/* SPDX-License-Identifier: Apache-2.0
 *
 * Who serves the transport while there is no room: the thread that exports, which needs it. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <time.h>

#include "support/rig.h"

/* A transport that is polled until it is woken, and tells of what was sent in report alone. */
struct waiting {
    sts_transport_sink *sink;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t sent[8];
    size_t count;
    bool woken, polled, ends, stuck;
};

static sts_status waiting_open(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *code, char *text,
                               size_t text_size) {
    (void)timeout_ms, (void)code, (void)text, (void)text_size;
    ((struct waiting *)context)->sink = sink;
    return STS_OK;
}

static sts_status waiting_send(void *context, const sts_message *message, int32_t *code, char *text, size_t text_size) {
    struct waiting *waiting = context;
    (void)code, (void)text, (void)text_size;
    pthread_mutex_lock(&waiting->lock);
    waiting->sent[waiting->count++] = message->id;
    pthread_mutex_unlock(&waiting->lock);
    return STS_OK;
}

static int32_t waiting_report(void *context, int32_t timeout_ms) {
    struct waiting *waiting = context;
    sts_completion done[8];
    (void)timeout_ms;
    pthread_mutex_lock(&waiting->lock);
    size_t count = waiting->count;
    for (size_t i = 0; i < count; i++)
        done[i] = (sts_completion){
            .struct_size = sizeof *done, .id = waiting->sent[i], .offset = -1, .kind = STS_OUTCOME_DELIVERED};
    waiting->count = 0;
    pthread_mutex_unlock(&waiting->lock);
    if (count)
        sts_transport_complete_many(waiting->sink, done, count);
    return 1;
}

static void waiting_poll(void *context, int32_t timeout_ms) {
    struct waiting *waiting = context;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += RIG_DEADLINE_MS / 2000;
    pthread_mutex_lock(&waiting->lock);
    waiting->polled = true;
    pthread_cond_broadcast(&waiting->changed);
    while (timeout_ms >= 50 && !waiting->woken && !waiting->ends && !waiting->stuck)
        waiting->stuck = pthread_cond_timedwait(&waiting->changed, &waiting->lock, &until) != 0;
    waiting->woken = false;
    bool reports = waiting->ends || waiting->stuck;
    pthread_mutex_unlock(&waiting->lock);
    if (reports)
        waiting_report(waiting, 0);
}

static void waiting_wake(void *context) {
    struct waiting *waiting = context;
    pthread_mutex_lock(&waiting->lock);
    waiting->woken = true;
    pthread_cond_broadcast(&waiting->changed);
    pthread_mutex_unlock(&waiting->lock);
}

static void waiting_close(void *context, int32_t timeout_ms) {
    (void)context, (void)timeout_ms;
}

/* The exporter's own thread has the turn to serve, and waits for something to do: whoever exports takes it over, and
 * does not wait for what will not come. */
Test(who_serves, an_export_without_room_serves_in_place_of_who_waits) {
    static struct waiting waiting = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    const sts_transport table = {.struct_size = sizeof table,
                                 .name = "waiting",
                                 .open = waiting_open,
                                 .send = waiting_send,
                                 .poll = waiting_poll,
                                 .close = waiting_close,
                                 .wake = waiting_wake,
                                 .report = waiting_report};
    struct rig rig = {.options = rig_options(RIG_OPTIONS("sending_queue.queue_size", "4"))};
    cr_assert_eq(sts_options_set_transport(rig.options, &table, &waiting), STS_OK);
    rig_start(&rig);
    pthread_mutex_lock(&waiting.lock);
    while (!waiting.polled)
        pthread_cond_wait(&waiting.changed, &waiting.lock);
    pthread_mutex_unlock(&waiting.lock);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(rig_export_numbered(&rig, 50, NULL), STS_OK);
    pthread_mutex_lock(&waiting.lock);
    cr_expect_not(waiting.stuck, "the export has waited for its own thread to report");
    waiting.ends = true;
    pthread_cond_broadcast(&waiting.changed);
    pthread_mutex_unlock(&waiting.lock);
    rig_flush(&rig, NULL);
    rig_close(&rig);
}
