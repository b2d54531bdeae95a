/* SPDX-License-Identifier: Apache-2.0
 *
 * Which store it is, and which run of it, for those who keep outside of it how far it has come (delivery=exactly_once):
 * what they find there may be a copy's, or of before a backup was put back.
 *
 * It stands in a file of its own, "exactly-once", of lines of text; a run is noted there before anything is sent in it.
 * A run's sequences are above those of all runs before it, also above those that a loss of power took away. */
#ifndef STS_STORE_IDENTITY_H
#define STS_STORE_IDENTITY_H

#include "store/store.h"

enum { STS__STORE_NAME = 32, STS__STORE_RUN = 16, STS__STORE_RUN_BITS = 42 };

typedef struct sts__store_identity {
    char name[STS__STORE_NAME + 1];      /* digits that no other store has, but a copy of it */
    char run[STS__STORE_RUN + 1];        /* digits that no other run has */
    char run_before[STS__STORE_RUN + 1]; /* "": this is the first one */
    uint64_t run_number;                 /* from 1 up */
    uint64_t doubted_before; /* what has a lower sequence may have been sent by somebody who kept no account of it */
} sts__store_identity;

/* Begins a run of a store that was just opened. STS_OK; STS_ERR_STORAGE: the file cannot be read or written, or is none
 * of this library's. */
sts_status sts__store_begin_run(sts__store *store, sts__store_identity *identity, sts__fault *fault);

/* From now on no account is kept: the next run is another store's. For one that was just opened. STS_OK or
 * STS_ERR_STORAGE. */
sts_status sts__store_end_runs(sts__store *store, sts__fault *fault);

#endif
