/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's log on standard error. */
#include "library_log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/options.h>

#include "console.h"
#include "memory.h"

/* Lines come from the exporter's threads too. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void library_log_line(int32_t level, const char *text, void *user) {
    static const char *const names[] = {"log", "error", "warning", "info", "debug"};
    struct library_log *log = user;
    pthread_mutex_lock(&lock);
    snprintf(log->last, sizeof log->last, "%s", text);
    if (!log->holds || log->verbose) {
        if (log->verbose || level <= STS_LOG_WARNING)
            say("%s: %s", names[level >= STS_LOG_ERROR && level <= STS_LOG_DEBUG ? level : 0], text);
    } else if (level <= STS_LOG_WARNING && log->count < LIBRARY_LOG_HELD) {
        log->held[log->count++] = need_strdup(text);
    }
    pthread_mutex_unlock(&lock);
}

void library_log_last(const struct library_log *log, char *text, size_t size) {
    pthread_mutex_lock(&lock);
    snprintf(text, size, "%s", log->last);
    pthread_mutex_unlock(&lock);
}

void library_log_hold(struct library_log *log) {
    pthread_mutex_lock(&lock);
    log->holds = true;
    pthread_mutex_unlock(&lock);
}

void library_log_release(struct library_log *log, bool shows) {
    pthread_mutex_lock(&lock);
    for (unsigned i = 0; i < log->count; i++) {
        if (shows)
            say("warning: %s", log->held[i]);
        free(log->held[i]);
    }
    log->count = 0;
    log->holds = false;
    pthread_mutex_unlock(&lock);
}
