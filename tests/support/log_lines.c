/* SPDX-License-Identifier: Apache-2.0 */
#include "support/log_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void log_lines_init(struct log_lines *log) {
    *log = (struct log_lines){0};
    pthread_mutex_init(&log->mutex, NULL);
    pthread_cond_init(&log->changed, NULL);
}

void log_lines_clear(struct log_lines *log) {
    free(log->text);
    pthread_cond_destroy(&log->changed);
    pthread_mutex_destroy(&log->mutex);
}

void log_lines_callback(int32_t level, const char *text, void *user) {
    struct log_lines *log = user;
    size_t size = strlen(text);
    (void)level;
    pthread_mutex_lock(&log->mutex);
    if (log->capacity < log->size + size + 2) { /* doubled: with debug=all there are megabytes of lines */
        log->capacity = 2 * (log->size + size + 2);
        log->text = realloc(log->text, log->capacity);
    }
    if (!log->text)
        abort(); /* no assertion: this may be another thread than the test's */
    log->size += (size_t)sprintf(log->text + log->size, "%s\n", text);
    pthread_cond_broadcast(&log->changed);
    pthread_mutex_unlock(&log->mutex);
}

/* Not by strstr: under ASan that looks at the rest of the log at each call. */
static size_t count_lines(const struct log_lines *log, const char *text) {
    size_t count = 0, size = strlen(text);
    const char *at = log->text, *end = at ? at + log->size : NULL;
    for (; at && (at = memchr(at, text[0], (size_t)(end - at))); at++)
        count += (size_t)(end - at) >= size && memcmp(at, text, size) == 0;
    return count;
}

size_t log_lines_count(struct log_lines *log, const char *text) {
    pthread_mutex_lock(&log->mutex);
    size_t count = count_lines(log, text);
    pthread_mutex_unlock(&log->mutex);
    return count;
}

bool log_lines_await(struct log_lines *log, const char *text, size_t times, int32_t timeout_ms) {
    struct timespec until;
    int late = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += timeout_ms / 1000;
    pthread_mutex_lock(&log->mutex);
    while (count_lines(log, text) < times && !late)
        late = pthread_cond_timedwait(&log->changed, &log->mutex, &until);
    bool logged = count_lines(log, text) >= times;
    pthread_mutex_unlock(&log->mutex);
    return logged;
}
