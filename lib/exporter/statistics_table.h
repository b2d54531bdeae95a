/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of an exporter's numbers, one row each: what stands here is in every text that is made of them. */
#ifndef STS_EXPORTER_STATISTICS_TABLE_H
#define STS_EXPORTER_STATISTICS_TABLE_H

#include <stddef.h>

typedef struct sts__statistic {
    int index;          /* among the values of its group */
    int per_unit;       /* how many of the value's units make the metric's: 1000000 from microseconds to seconds */
    const char *name;   /* in JSON */
    const char *metric; /* for Prometheus, behind stskafka_: a counter if it ends in _total, else a gauge */
    const char *help;
} sts__statistic;

typedef struct sts__statistics_group {
    const char *name; /* in JSON */
    const sts__statistic *rows;
    size_t count;
} sts__statistics_group;

/* STS_COUNT_*, STS_QUEUE_* and STS_TRANSPORT_*. */
extern const sts__statistics_group sts__statistics_counts;
extern const sts__statistics_group sts__statistics_queue;
extern const sts__statistics_group sts__statistics_transport;

#endif
