/* SPDX-License-Identifier: Apache-2.0
 *
 * Names that the library gets with the rebuild of a failed producer: where it does not have them yet, nothing is a
 * possible duplicate, and the fatal error is forced by the producer's own test call. To be replaced by the names. */
#ifndef TESTS_CHAOS_PENDING_H
#define TESTS_CHAOS_PENDING_H

#include <stskafka/stskafka.h>

#include "exporter/exporter.h"
#include "transport/kafka_internal.h"

enum { COUNT_POSSIBLE_DUPLICATES = 13, COUNT_PRODUCER_REBUILDS = 14, COUNTS = 15 };

int32_t sts_outcome_may_be_duplicate(const sts_outcome *outcome) __attribute__((weak));
void sts__kafka_force_fatal(void *context) __attribute__((weak));

static inline int32_t may_be_duplicate(const sts_outcome *outcome) {
    return sts_outcome_may_be_duplicate ? sts_outcome_may_be_duplicate(outcome) : 0;
}

static inline void force_fatal(sts_exporter *exporter) {
    if (sts__kafka_force_fatal)
        sts__kafka_force_fatal(exporter->transport_context);
    else
        rd_kafka_test_fatal_error(((sts__kafka *)exporter->transport_context)->producer,
                                  RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "forced");
}

#endif
