/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes that the host has handed over (sts_export_take of stskafka/otlp.h), which go back to it when nobody refers to
 * them any more. Messages whose values lie in them say so (`taken` of sts_message), and are sent without a copy. From
 * any thread; there is no lock. */
#ifndef STS_TRANSPORT_TAKEN_H
#define STS_TRANSPORT_TAKEN_H

#include <stskafka/transport.h>

typedef struct sts__taken {
    sts_bytes bytes;
    size_t references;                     /* atomic */
    void (*end)(struct sts__taken *taken); /* gives the bytes back, and frees this; no reference is left */
} sts__taken;

/* So many references more; and so many less. Whoever gives up the last one calls the host: no lock is held then. NULL
 * is allowed. */
void sts__taken_keep(sts__taken *taken, size_t count);
void sts__taken_drop(sts__taken *taken, size_t count);

#endif
