/* SPDX-License-Identifier: Apache-2.0
 *
 * What librdkafka tells of itself every now and then (its STATISTICS.md), as the few values that the exporter passes
 * on. Its sums begin at 0 with each producer; ours go on over all of them. For the serving thread. */
#ifndef STS_TRANSPORT_KAFKA_STATISTICS_H
#define STS_TRANSPORT_KAFKA_STATISTICS_H

#include <stskafka/statistics.h>
#include <stskafka/types.h>

#include "base/error.h"
#include "base/memory.h"

/* The sums that librdkafka told last, and what they come to over all producers. */
typedef struct sts__kafka_statistics {
    int64_t created_us; /* when the last producer was made, on librdkafka's clock */
    int64_t last[STS_TRANSPORT_VALUES];
    int64_t totals[STS_TRANSPORT_VALUES];
} sts__kafka_statistics;

/* Reads librdkafka's statistics into values for sts_transport_notify_statistics. STS_OK; what JSON can lack (json.h);
 * STS_ERR_NO_MEMORY. */
sts_status sts__kafka_statistics_read(sts__kafka_statistics *statistics, const sts__memory *memory, sts_bytes json,
                                      int64_t values[STS_TRANSPORT_VALUES], sts__fault *fault);

#endif
