/* SPDX-License-Identifier: Apache-2.0
 *
 * The ledger's numbers, taken together so that their sums hold. */
#include "exporter/ledger.h"

#include <string.h>

void sts__ledger_take_snapshot(sts__ledger *ledger, sts__ledger_snapshot *snapshot) {
    pthread_mutex_lock(&ledger->lock);
    memcpy(snapshot->counts, ledger->counts, sizeof snapshot->counts);
    memcpy(snapshot->rejected, ledger->reasons, sizeof snapshot->rejected);
    memcpy(snapshot->failed, ledger->failures, sizeof snapshot->failed);
    snapshot->latency = ledger->latency;
    snapshot->queue[STS_QUEUE_RECORDS] = ledger->used;
    snapshot->queue[STS_QUEUE_MAX_RECORDS] = ledger->max_entries;
    snapshot->queue[STS_QUEUE_BYTES] = ledger->bytes;
    snapshot->queue[STS_QUEUE_MAX_BYTES] = ledger->max_bytes;
    snapshot->queue[STS_QUEUE_OUTCOMES] = ledger->used - ledger->counts[STS_COUNT_PENDING];
    pthread_mutex_unlock(&ledger->lock);
}
