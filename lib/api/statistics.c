/* SPDX-License-Identifier: Apache-2.0 */
#include <stskafka/statistics.h>

#include "api/guard.h"
#include "exporter/exporter.h"

/* As far as there is room; 0 beyond what is known. */
static void fill(uint64_t *values, size_t values_size, const uint64_t *known, size_t known_size) {
    for (size_t i = 0; i < values_size; i++)
        values[i] = i < known_size ? known[i] : 0;
}

/* The lock changes, what it guards does not. */
static sts_status take_snapshot(const sts_exporter *exporter, sts__ledger_snapshot *snapshot) {
    sts_status status = sts__api_enter(exporter, STS__API_ALSO_IN_CALLBACKS);
    if (status == STS_OK)
        sts__ledger_take_snapshot((sts__ledger *)&exporter->ledger, snapshot);
    return status;
}

sts_status sts_exporter_queue(const sts_exporter *exporter, uint64_t *values, size_t values_size) {
    sts__ledger_snapshot snapshot;
    if (!values)
        return STS_ERR_INVALID_ARGUMENT;
    sts_status status = take_snapshot(exporter, &snapshot);
    if (status == STS_OK)
        fill(values, values_size, snapshot.queue, STS_QUEUE_VALUES);
    return status;
}

sts_status sts_exporter_transport_statistics(const sts_exporter *exporter, int64_t *values, size_t values_size) {
    sts__ledger_snapshot snapshot;
    if (!values)
        return STS_ERR_INVALID_ARGUMENT;
    sts_status status = take_snapshot(exporter, &snapshot);
    for (size_t i = 0; status == STS_OK && i < values_size; i++)
        values[i] = i < STS_TRANSPORT_VALUES ? snapshot.transport[i] : -1;
    return status;
}

int32_t sts_exporter_threads(const sts_exporter *exporter) {
    if (sts__api_enter(exporter, STS__API_ALSO_IN_CALLBACKS) != STS_OK)
        return 0;
    return sts__service_threads((sts_exporter *)exporter); /* as above */
}

size_t sts_latency_bucket_count(void) {
    return STS__LATENCY_BUCKETS;
}

uint64_t sts_latency_bucket_bound_us(size_t index) {
    return sts__latency_bound_us(index);
}

sts_status sts_exporter_latency(const sts_exporter *exporter, uint64_t *buckets, size_t buckets_size,
                                uint64_t *sum_us) {
    sts__ledger_snapshot snapshot;
    if (!buckets && buckets_size)
        return STS_ERR_INVALID_ARGUMENT;
    sts_status status = take_snapshot(exporter, &snapshot);
    if (status != STS_OK)
        return status;
    fill(buckets, buckets_size, snapshot.latency.buckets, STS__LATENCY_BUCKETS);
    if (sum_us)
        *sum_us = snapshot.latency.sum_us;
    return STS_OK;
}
