/* SPDX-License-Identifier: Apache-2.0
 *
 * What became of the records, taken from the exporter: shown as it comes, or collected and looked at when all is over.
 * It is taken rather than called back, so that what is not told when the exporter is closed can be told after it. */
#ifndef OUTCOMES_H
#define OUTCOMES_H

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
    sts_outcomes *taken;
    outcome_show show; /* NULL: they are kept */
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

/* From now on each outcome is shown when it is taken, and none is kept. */
void outcomes_show(struct outcome_list *outcomes, outcome_show show, void *user);
void outcomes_clear(struct outcome_list *outcomes);

/* Takes what the exporter has; it may be closed. */
void outcomes_take(struct outcome_list *outcomes, sts_exporter *exporter);

/* By request and index. */
void outcomes_sort(struct outcome_list *outcomes);

/* "delivered", "rejected", ... */
const char *outcome_status(const struct outcome *outcome);

#endif
