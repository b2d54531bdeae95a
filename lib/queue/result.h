/* SPDX-License-Identifier: Apache-2.0
 *
 * The result of one export, for the thread that waits for it (sending_queue.wait_for_result): what became of the
 * records that it accepted. It lies on that thread's stack, and the outcomes of its records point to it until each is
 * known, and, where there is a callback, was told; so the thread must not go before. Used under the ledger's lock. */
#ifndef STS_QUEUE_RESULT_H
#define STS_QUEUE_RESULT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <stskafka/transport.h>

#include "base/error.h"

typedef struct sts__result {
    pthread_cond_t whole;
    uint64_t missing;                        /* outcomes that are not known, or not told */
    uint64_t counts[STS_OUTCOME_PURGED + 1]; /* by kind of outcome */
    uint64_t first;                          /* the first record that was not delivered, if there is one, and why: */
    sts__fault why;
} sts__result;

/* STS_OK or STS_ERR_SYSTEM, and then there is nothing to clear. */
sts_status sts__result_init(sts__result *result);
void sts__result_clear(sts__result *result);

/* One outcome more to wait for, and one less. */
void sts__result_expect(sts__result *result);
void sts__result_settle(sts__result *result);

/* What became of the record `index`. */
void sts__result_add(sts__result *result, uint64_t index, const sts_completion *completion);

/* How many records were not delivered. */
uint64_t sts__result_undelivered(const sts__result *result);

/* Waits until no outcome is missing. */
void sts__result_wait(sts__result *result, pthread_mutex_t *lock);

#endif
