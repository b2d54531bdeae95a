/* SPDX-License-Identifier: Apache-2.0
 *
 * Records that share messages over exports: those that stay open (gather/open_messages.h), with a lock; and the line in
 * which sealed ones stand until they are sent (sealed.h), where those stand too that go again in parts.
 *
 * A record is in the ledger before it comes into a message, so it has its outcome like any other. Whoever serves seals
 * what is due; for a host without our thread there is a descriptor that becomes readable then. */
#ifndef STS_EXPORTER_BATCHING_H
#define STS_EXPORTER_BATCHING_H

#include <pthread.h>
#include <stdbool.h>

#include "exporter/config.h"
#include "exporter/staging.h"
#include "gather/open_messages.h"
#include "transport/descriptor.h"

typedef struct sts__batching {
    pthread_mutex_t lock; /* of all of this */
    sts__open_messages messages;
    bool sending; /* a thread sends what is in line */
    bool stalled; /* the transport had no room for the first one, or there was no memory */
    bool starved; /* it was memory */
    bool late;    /* who serves looks seldom, so it has to be told of a message that is the first to be open */
    sts__descriptor due;
} sts__batching;

/* STS_OK or STS_ERR_SYSTEM, and then there is nothing to clear. */
sts_status sts__batching_init(sts__batching *batching, const sts__memory *memory, const sts__config *config);
void sts__batching_clear(sts__batching *batching);

/* A record on its way into a message that stays open; its id and what it counts for the bounds are left out. */
sts__open_piece sts__batching_piece(const sts__route *route, const sts__rules *rules, const sts_message *message,
                                    const sts__kept *kept);

/* Puts staged records, which the ledger has, into messages: those in front of `end`, from `*from` on, which goes on
 * behind them. False without memory for the one at `*from`. */
bool sts__batching_add(sts_exporter *exporter, const sts__staging *staging, const sts__rules *rules, size_t *from,
                       size_t end);

/* An export has put its last record in. */
void sts__batching_end_export(sts_exporter *exporter);

/* There is no room in the queue for so many records, with those costs: the oldest messages are sent. */
void sts__batching_make_room(sts_exporter *exporter, size_t records, size_t cost);

/* Seals what is due, or (`all`) everything, and sends what is in line. How long whoever serves may wait until it is
 * called again, which is timeout_ms at most. With the turn. */
int32_t sts__batching_serve(sts_exporter *exporter, bool all, int32_t timeout_ms);

/* Gives up what was not sent: it was purged. */
void sts__batching_purge(sts_exporter *exporter);

/* A descriptor that is readable when that one is, and when something is due; -1 where the system has none. */
int32_t sts__batching_fd(sts_exporter *exporter, int32_t fd);

/* Whether what is in line cannot be sent just now for want of memory. */
bool sts__batching_is_starved(sts__batching *batching);

/* How many messages are open, and how many records are in them. */
void sts__batching_counts(sts__batching *batching, uint64_t *messages, uint64_t *records);

#endif
