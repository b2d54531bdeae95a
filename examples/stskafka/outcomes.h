/* SPDX-License-Identifier: Apache-2.0
 *
 * What became of the records, from the exporter's callback: shown as it comes, or collected and looked at when all is
 * over. */
#ifndef OUTCOMES_H
#define OUTCOMES_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stskafka/exporter.h>

struct outcome {
    uint64_t request;
    uint64_t index;
    const char *topic; /* NULL where there is none */
    const char *text;  /* NULL when delivered */
    int64_t offset;    /* -1 where it is not known */
    int32_t partition; /* -1 where it is not known */
    int32_t kind;      /* STS_OUTCOME_* */
    sts_status code;
};

/* Shows an outcome; its texts are valid until it returns. */
typedef void (*outcome_show)(const struct outcome *outcome, void *user);

struct outcome_list {
    pthread_mutex_t lock; /* also held while an outcome is shown */
    outcome_show show;    /* NULL: they are kept */
    void *show_user;
    struct outcome *at;
    size_t count;
    size_t limit;    /* how many to keep at most */
    uint64_t beyond; /* how many came after that */
    char **topics;
    size_t topic_count;
    bool unacknowledged; /* required_acks=none */
    unsigned faults;     /* exit_status.h: of all, also those not kept */
};

void outcomes_init(struct outcome_list *outcomes, size_t limit);

/* From now on each outcome is shown at once, in whatever thread it comes, and none is kept. */
void outcomes_show(struct outcome_list *outcomes, outcome_show show, void *user);
void outcomes_clear(struct outcome_list *outcomes);

/* The callback for sts_options_set_outcome_callback; `list` is the outcome_list. */
void outcomes_add(const sts_outcome *outcome, void *list);

/* By request and index. Not while the exporter still reports. */
void outcomes_sort(struct outcome_list *outcomes);

/* "delivered", "rejected", ... */
const char *outcome_status(const struct outcome *outcome);

#endif
