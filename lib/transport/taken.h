/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes that are handed over: by the host (sts_export_take of stskafka/otlp.h), or as the value of one message
 * (exporter/made_values.h). They go back when nobody refers to them any more. Messages whose values lie in them say so
 * (`taken` of sts_message), and are sent without a copy. From any thread; there is no lock. */
#ifndef STS_TRANSPORT_TAKEN_H
#define STS_TRANSPORT_TAKEN_H

#include <stdbool.h>

#include <stskafka/transport.h>

typedef struct sts__taken {
    sts_bytes bytes;
    bool is_shared;                        /* by messages: what it takes is counted for all of them, by the ledger */
    size_t references;                     /* atomic */
    void (*end)(struct sts__taken *taken); /* gives the bytes back, and frees this; no reference is left */
} sts__taken;

/* Whether the message's value is counted with others'. */
static inline bool sts__taken_is_shared(const sts__taken *taken) {
    return taken && taken->is_shared;
}

/* So many references more; and so many less. Whoever gives up the last one calls the host: no lock is held then. NULL
 * is allowed. */
void sts__taken_keep(sts__taken *taken, size_t count);
void sts__taken_drop(sts__taken *taken, size_t count);

#endif
