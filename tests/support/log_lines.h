/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps what an exporter logs, to be searched afterwards. */
#ifndef TESTS_SUPPORT_LOG_LINES_H
#define TESTS_SUPPORT_LOG_LINES_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_lines {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    char *text; /* one line after the other */
    size_t size, capacity;
};

void log_lines_init(struct log_lines *log);
void log_lines_clear(struct log_lines *log);

/* The callback for sts_options_set_log_callback, with the log as user. */
void log_lines_callback(int32_t level, const char *text, void *user);

/* How often a text was logged up to now. */
size_t log_lines_count(struct log_lines *log, const char *text);

/* Waits until it was logged as often as that; false where it is not within the time. */
bool log_lines_await(struct log_lines *log, const char *text, size_t times, int32_t timeout_ms);

#endif
