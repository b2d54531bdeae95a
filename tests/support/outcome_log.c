/* SPDX-License-Identifier: Apache-2.0 */
#include "support/outcome_log.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "support/rig.h"

void outcome_log_init(struct outcome_log *log) {
    *log = (struct outcome_log){0};
    pthread_mutex_init(&log->mutex, NULL);
    pthread_cond_init(&log->changed, NULL);
}

void outcome_log_clear(struct outcome_log *log) {
    free(log->items);
    pthread_mutex_destroy(&log->mutex);
    pthread_cond_destroy(&log->changed);
}

static struct outcome_copy copy(const sts_outcome *outcome) {
    struct outcome_copy made = {
        .token = sts_outcome_token(outcome),
        .index = sts_outcome_index(outcome),
        .offset = sts_outcome_offset(outcome),
        .latency_us = sts_outcome_latency_us(outcome),
        .kind = sts_outcome_kind(outcome),
        .transport_code = sts_outcome_transport_code(outcome),
        .partition = sts_outcome_partition(outcome),
        .may_be_duplicate = sts_outcome_may_be_duplicate(outcome),
        .code = sts_outcome_code(outcome),
    };
    const char *text = sts_outcome_text(outcome), *topic = sts_outcome_topic(outcome);
    snprintf(made.text, sizeof made.text, "%s", text ? text : "(null)");
    snprintf(made.topic, sizeof made.topic, "%s", topic ? topic : "");
    made.has_topic = topic != NULL;
    return made;
}

void outcome_log_callback(const sts_outcome *outcome, void *user) {
    struct outcome_log *log = user;
    pthread_mutex_lock(&log->mutex);
    if (log->count == log->capacity) {
        log->capacity = log->capacity * 2 + 16;
        log->items = realloc(log->items, log->capacity * sizeof *log->items);
        if (!log->items)
            abort(); /* no assertion: this may be another thread than the test's */
    }
    log->items[log->count++] = copy(outcome);
    pthread_cond_broadcast(&log->changed);
    pthread_mutex_unlock(&log->mutex);
}

void outcome_log_take(struct outcome_log *log, sts_exporter *exporter, size_t count) {
    size_t want = outcome_log_count(log) + count;
    while (outcome_log_count(log) < want) {
        size_t missing = want - outcome_log_count(log);
        sts_outcomes *list = sts_outcomes_new(missing);
        cr_assert_not_null(list);
        cr_assert_eq(sts_exporter_take_outcomes(exporter, list, RIG_DEADLINE_MS), STS_OK);
        cr_assert_gt(sts_outcomes_count(list), 0u, "%zu outcomes did not come", missing);
        for (size_t i = 0; i < sts_outcomes_count(list); i++)
            outcome_log_callback(sts_outcomes_at(list, i), log);
        cr_assert_null(sts_outcomes_at(list, sts_outcomes_count(list)));
        sts_outcomes_free(list);
    }
}

void outcome_log_wait(struct outcome_log *log, size_t count) {
    struct timespec deadline;
    int waited = 0;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += RIG_DEADLINE_MS / 1000;
    pthread_mutex_lock(&log->mutex);
    while (log->count < count && waited == 0)
        waited = pthread_cond_timedwait(&log->changed, &log->mutex, &deadline);
    size_t have = log->count;
    pthread_mutex_unlock(&log->mutex);
    cr_assert_geq(have, count, "%zu of %zu outcomes came", have, count);
}

size_t outcome_log_count(struct outcome_log *log) {
    pthread_mutex_lock(&log->mutex);
    size_t count = log->count;
    pthread_mutex_unlock(&log->mutex);
    return count;
}

struct outcome_copy outcome_log_find(struct outcome_log *log, uint64_t token, uint64_t index) {
    struct outcome_copy found = {0};
    size_t times = 0;
    pthread_mutex_lock(&log->mutex);
    for (size_t i = 0; i < log->count; i++) {
        if (log->items[i].token != token || log->items[i].index != index)
            continue;
        found = log->items[i];
        times++;
    }
    pthread_mutex_unlock(&log->mutex);
    cr_assert_eq(times, 1u, "record %u of token %u has %zu outcomes", (unsigned)index, (unsigned)token, times);
    return found;
}
