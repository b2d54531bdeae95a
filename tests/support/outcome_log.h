/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps copies of outcomes, whether they came by callback or were taken. */
#ifndef TESTS_SUPPORT_OUTCOME_LOG_H
#define TESTS_SUPPORT_OUTCOME_LOG_H

#include <pthread.h>
#include <stdbool.h>
#include <stskafka/stskafka.h>

struct outcome_copy {
    uint64_t token;
    uint64_t index;
    int64_t offset;
    uint64_t latency_us;
    int32_t kind;
    int32_t transport_code;
    int32_t partition;
    int32_t may_be_duplicate;
    sts_status code;
    char text[256];
    char topic[64];
    bool has_topic;
};

struct outcome_log {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct outcome_copy *items; /* in the order of arrival */
    size_t count;
    size_t capacity;
};

void outcome_log_init(struct outcome_log *log);
void outcome_log_clear(struct outcome_log *log);

/* The callback for sts_options_set_outcome_callback, with the log as user. */
void outcome_log_callback(const sts_outcome *outcome, void *user);

/* Takes `count` outcomes within the tests' deadline; ends the test where fewer come. */
void outcome_log_take(struct outcome_log *log, sts_exporter *exporter, size_t count);

/* Waits until the callback was called at least `count` times in all; ends the test where that does not come about in
 * time. */
void outcome_log_wait(struct outcome_log *log, size_t count);

/* How many outcomes came up to now. */
size_t outcome_log_count(struct outcome_log *log);

/* The outcome of this record of the request with this token; ends the test where there is not exactly one. */
struct outcome_copy outcome_log_find(struct outcome_log *log, uint64_t token, uint64_t index);

#endif
