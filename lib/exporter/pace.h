/* SPDX-License-Identifier: Apache-2.0
 *
 * How far exports run ahead of deliveries. A queue that is always full delivers no more than one that is just long
 * enough for its cluster; but its records are in no cache, and each comes late by all that are in front of it. So an
 * export that finds more under way than that waits for a moment before it returns, and serves meanwhile where it can
 * (service.c). The rest of the queue is for when less is delivered than usual: where nothing is, nobody waits. */
#ifndef STS_EXPORTER_PACE_H
#define STS_EXPORTER_PACE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/flow_window.h"
#include "base/status.h"
#include "queue/ledger.h"

typedef struct sts__pace {
    bool is_on;           /* does not change */
    pthread_mutex_t lock; /* of what follows */
    sts__flow_window window;
    uint64_t delivered;   /* when it was looked last, */
    int64_t looked_us;    /* which was then */
    int64_t delivered_us; /* when there were more than before */
} sts__pace;

/* STS_OK or STS_ERR_SYSTEM. A queue holds `max` records. */
sts_status sts__pace_init(sts__pace *pace, bool is_on, uint32_t max);
void sts__pace_clear(sts__pace *pace);

/* Whether an export that has found so much under way may just return. */
static inline bool sts__pace_is_kept(const sts__pace *pace, const sts__ledger_view *view) {
    return !pace->is_on || view->pending <= sts__flow_window_size(&pace->window);
}

/* Where not: how long it waits. */
int32_t sts__pace_wait_ms(sts__pace *pace, const sts__ledger_view *view, int64_t now_us);

#endif
