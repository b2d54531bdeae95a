/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/latency.h"

static const uint64_t bounds_us[STS__LATENCY_BUCKETS - 1] = {
    1000,    2000,    5000,    10000,    20000,    50000,    100000,    200000,    500000,
    1000000, 2000000, 5000000, 10000000, 20000000, 50000000, 100000000, 200000000, 500000000,
};

uint64_t sts__latency_bound_us(size_t bucket) {
    return bucket < STS__LATENCY_BUCKETS - 1 ? bounds_us[bucket] : UINT64_MAX;
}

void sts__latency_add(sts__latency *latency, uint64_t latency_us) {
    size_t bucket = latency->last;
    if (bucket && latency_us <= bounds_us[bucket - 1]) /* what comes together took about as long, mostly */
        bucket = 0;
    while (latency_us > sts__latency_bound_us(bucket))
        bucket++;
    latency->last = bucket;
    latency->buckets[bucket]++;
    latency->sum_us += latency_us;
}
