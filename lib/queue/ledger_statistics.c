/* SPDX-License-Identifier: Apache-2.0
 *
 * The ledger's numbers, taken together so that their sums hold. */
#include "queue/ledger.h"

#include <string.h>

/* What was accepted and not purged is tried once, sooner or later, and so is each message: what goes beyond was tried
 * again. */
static int64_t least_retries(const sts__ledger *ledger) {
    int64_t tries = ledger->transport[STS_TRANSPORT_TRIES];
    int64_t once = (int64_t)(ledger->counts[STS_COUNT_ACCEPTED] - ledger->counts[STS_COUNT_PURGED]);
    if (once > (int64_t)ledger->counts[STS_COUNT_MESSAGES])
        once = (int64_t)ledger->counts[STS_COUNT_MESSAGES];
    if (tries < 0)
        return -1;
    return tries > once ? tries - once : 0;
}

void sts__ledger_tell_transport(sts__ledger *ledger, const int64_t *values, size_t count) {
    pthread_mutex_lock(&ledger->lock);
    int64_t retries_before = ledger->transport[STS_TRANSPORT_RETRIES];
    for (size_t i = 0; i < count && i < STS_TRANSPORT_VALUES; i++)
        ledger->transport[i] = values[i] < 0 ? -1 : values[i];
    if (count <= STS_TRANSPORT_RETRIES || values[STS_TRANSPORT_RETRIES] < 0) {
        int64_t retries = least_retries(ledger);
        ledger->transport[STS_TRANSPORT_RETRIES] = retries > retries_before ? retries : retries_before;
    }
    pthread_mutex_unlock(&ledger->lock);
}

void sts__ledger_take_snapshot(sts__ledger *ledger, sts__ledger_snapshot *snapshot) {
    pthread_mutex_lock(&ledger->lock);
    memcpy(snapshot->counts, ledger->counts, sizeof snapshot->counts);
    memcpy(snapshot->rejected, ledger->reasons, sizeof snapshot->rejected);
    memcpy(snapshot->failed, ledger->failures, sizeof snapshot->failed);
    memcpy(snapshot->transport, ledger->transport, sizeof snapshot->transport);
    snapshot->latency = ledger->latency;
    snapshot->queue[STS_QUEUE_RECORDS] = ledger->room.entries;
    snapshot->queue[STS_QUEUE_MAX_RECORDS] = ledger->room.max_entries;
    snapshot->queue[STS_QUEUE_BYTES] = ledger->room.bytes;
    snapshot->queue[STS_QUEUE_MAX_BYTES] = ledger->room.max_bytes;
    snapshot->queue[STS_QUEUE_OUTCOMES] = ledger->room.entries - ledger->counts[STS_COUNT_PENDING];
    pthread_mutex_unlock(&ledger->lock);
}

void sts__ledger_count(sts__ledger *ledger, int counter) {
    sts__ledger_count_by(ledger, counter, 1);
}

void sts__ledger_count_by(sts__ledger *ledger, int counter, uint64_t by) {
    pthread_mutex_lock(&ledger->lock);
    ledger->counts[counter] += by;
    pthread_mutex_unlock(&ledger->lock);
}

void sts__ledger_counts(sts__ledger *ledger, uint64_t *counts, size_t counts_size) {
    pthread_mutex_lock(&ledger->lock);
    for (size_t i = 0; i < counts_size; i++)
        counts[i] = i < STS_COUNTS ? ledger->counts[i] : 0;
    pthread_mutex_unlock(&ledger->lock);
}

static uint64_t read_by_code(sts__ledger *ledger, const uint64_t *by_code, sts_status code) {
    pthread_mutex_lock(&ledger->lock);
    uint64_t count = by_code[sts__status_place(code)];
    pthread_mutex_unlock(&ledger->lock);
    return count;
}

uint64_t sts__ledger_rejected(sts__ledger *ledger, sts_status code) {
    return read_by_code(ledger, ledger->reasons, code);
}

uint64_t sts__ledger_failed(sts__ledger *ledger, sts_status code) {
    return read_by_code(ledger, ledger->failures, code);
}
