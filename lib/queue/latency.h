/* SPDX-License-Identifier: Apache-2.0
 *
 * How long deliveries took, as a histogram. Its bounds are fixed, so that histograms of different exporters and times
 * can be added up. */
#ifndef STS_QUEUE_LATENCY_H
#define STS_QUEUE_LATENCY_H

#include <stddef.h>
#include <stdint.h>

/* The last bucket takes what is above all bounds. */
enum { STS__LATENCY_BUCKETS = 19 };

typedef struct sts__latency {
    uint64_t buckets[STS__LATENCY_BUCKETS]; /* each counts what is above the bound before it, up to its own */
    uint64_t sum_us;
    size_t last; /* the bucket that was added to last */
} sts__latency;

void sts__latency_add(sts__latency *latency, uint64_t latency_us);

/* The upper bound of a bucket, which belongs to it; UINT64_MAX for the last one and beyond. */
uint64_t sts__latency_bound_us(size_t bucket);

#endif
