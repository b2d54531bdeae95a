/* SPDX-License-Identifier: Apache-2.0
 *
 * The topics that an exporter writes to: each name once, with a number, bounded in how many. Names and numbers live as
 * long as the table. Any thread may call. */
#ifndef STS_EXPORTER_TOPICS_H
#define STS_EXPORTER_TOPICS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <stskafka/types.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/table.h"

typedef struct sts__topics {
    const sts__memory *memory;
    pthread_rwlock_t lock;
    char **names;       /* by number */
    sts__table numbers; /* int32_t, by name */
    uint32_t max;
} sts__topics;

/* STS_OK, STS_ERR_NO_MEMORY, STS_ERR_SYSTEM. */
sts_status sts__topics_init(sts__topics *topics, const sts__memory *memory, uint32_t max);
void sts__topics_clear(sts__topics *topics);

/* The number of a topic, which is added if it is new and `add` is set. STS_OK; STS_ERR_TOPIC_LIMIT; STS_ERR_NO_MEMORY.
 * Where it is new and not to be added, STS_OK and -1. */
sts_status sts__topics_find(sts__topics *topics, sts_bytes name, bool add, int32_t *number);

/* How many more there is room for. */
uint32_t sts__topics_left(sts__topics *topics);

const char *sts__topics_name(sts__topics *topics, int32_t number);

#endif
