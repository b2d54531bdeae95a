/* SPDX-License-Identifier: Apache-2.0
 *
 * What an exporter has of its queue on disk (storage.h). */
#ifndef STS_EXPORTER_STORAGE_STATE_H
#define STS_EXPORTER_STORAGE_STATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "exporter/fed.h"
#include "store/identity.h"

typedef struct sts__storage {
    sts__store *store; /* NULL: the queue is in memory */
    uint64_t max_bytes;
    int64_t max_age_ms;
    bool exactly_once;
    sts__store_identity identity; /* where it is exactly once */
    size_t own_records;           /* so much may be in the ledger whoever waits for room there */
    size_t own_bytes;

    pthread_mutex_t counting; /* what is read is counted by the store, or by the ledger: held in between */
    pthread_mutex_t lock;     /* of what follows */
    pthread_cond_t fed_some;
    bool feeding; /* a thread feeds */
    bool again;   /* and is to look again */
    bool stalled; /* there was no room */
    sts__fed_records fed;
    size_t several; /* messages of several records that have some here */
    void *feed;     /* feeding.c's */
    uint64_t letter_mark;
    uint64_t returned_records; /* taken out of the ledger at the end, and still stored */
    uint64_t returned_weight;
} sts__storage;

#endif
