/* SPDX-License-Identifier: Apache-2.0 */
#include "send_progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "console.h"
#include "noun.h"

enum {
    LOOKS_EVERY_MS = 250,
    STILL_MS = 2000, /* after that, why nothing moves is worth a word */
};

/* What the thread remembers of the time before. */
struct seen {
    uint64_t settled; /* records that were taken, and that got an outcome */
    int64_t settled_ms;
};

static void show_still(const struct send_progress *progress, uint64_t taken, uint64_t pending, int64_t still_ms) {
    char last[200], why[300];
    library_log_last(progress->log, last, sizeof last);
    snprintf(why, sizeof why, "%" PRIu64 " %s under way, none acknowledged for %" PRId64 " s%s%s", pending,
             noun(pending, "record", "records"), still_ms / 1000, last[0] ? ": " : "", last);
    meter_show_still(&progress->meter, taken, why);
}

static void look(struct send_progress *progress, struct seen *seen) {
    uint64_t counts[STS_COUNTS] = {0};
    char more[100];
    sts_exporter_counts(progress->exporter, counts, STS_COUNTS);
    uint64_t pending = counts[STS_COUNT_PENDING], settled = 2 * counts[STS_COUNT_RECORDS] - pending;
    uint64_t taken = counts[STS_COUNT_RECORDS] - progress->records_before;
    int64_t now = clock_ms();
    if (settled != seen->settled)
        *seen = (struct seen){settled, now};
    if (pending && now - seen->settled_ms >= STILL_MS) {
        show_still(progress, taken, pending, now - seen->settled_ms);
        return;
    }
    snprintf(more, sizeof more, ", %" PRIu64 " %s, %" PRIu64 " under way", counts[STS_COUNT_RECORDS],
             noun(counts[STS_COUNT_RECORDS], "record", "records"), pending);
    meter_show(&progress->meter, taken, more);
}

static void *watch(void *user) {
    struct send_progress *progress = user;
    struct seen seen = {0, clock_ms()};
    pthread_mutex_lock(&progress->lock);
    while (!progress->stops) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += LOOKS_EVERY_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&progress->stopped, &progress->lock, &until);
        if (!progress->stops)
            look(progress, &seen);
    }
    pthread_mutex_unlock(&progress->lock);
    return NULL;
}

void send_progress_begin(struct send_progress *progress, const sts_exporter *exporter, const struct library_log *log,
                         const struct file_list *files, bool is_off) {
    memset(progress, 0, sizeof *progress);
    progress->exporter = exporter;
    progress->log = log;
    meter_begin(&progress->meter, files, is_off);
    pthread_mutex_init(&progress->lock, NULL);
    pthread_cond_init(&progress->stopped, NULL);
    progress->runs = !progress->meter.is_off && pthread_create(&progress->thread, NULL, watch, progress) == 0;
}

void send_progress_request(struct send_progress *progress, const struct input *input,
                           const struct input_request *request) {
    uint64_t counts[STS_COUNTS] = {0};
    if (!progress->runs)
        return;
    pthread_mutex_lock(&progress->lock);
    sts_exporter_counts(progress->exporter, counts, STS_COUNTS);
    progress->records_before = counts[STS_COUNT_RECORDS];
    if (request)
        meter_request(&progress->meter, input, request);
    else
        meter_end(&progress->meter, input);
    pthread_mutex_unlock(&progress->lock);
}

void send_progress_end(struct send_progress *progress) {
    if (!progress->runs)
        return;
    pthread_mutex_lock(&progress->lock);
    progress->stops = true;
    pthread_cond_signal(&progress->stopped);
    pthread_mutex_unlock(&progress->lock);
    pthread_join(progress->thread, NULL);
    progress->runs = false;
    progress_end();
}
