/* SPDX-License-Identifier: Apache-2.0 */
#include "support/log_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void log_lines_init(struct log_lines *log) {
    *log = (struct log_lines){0};
    pthread_mutex_init(&log->mutex, NULL);
}

void log_lines_clear(struct log_lines *log) {
    free(log->text);
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
    pthread_mutex_unlock(&log->mutex);
}

/* Not by strstr: under ASan that looks at the rest of the log at each call. */
size_t log_lines_count(struct log_lines *log, const char *text) {
    size_t count = 0, size = strlen(text);
    pthread_mutex_lock(&log->mutex);
    const char *at = log->text, *end = at ? at + log->size : NULL;
    for (; at && (at = memchr(at, text[0], (size_t)(end - at))); at++)
        count += (size_t)(end - at) >= size && memcmp(at, text, size) == 0;
    pthread_mutex_unlock(&log->mutex);
    return count;
}
