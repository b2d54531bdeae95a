/* SPDX-License-Identifier: Apache-2.0
 *
 * What verify found wrong, record by record: lines of JSON as they come, or the first of each kind for people. */
#ifndef VERIFY_FAULTS_H
#define VERIFY_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include <librdkafka/rdkafka.h>

enum fault_kind { FAULT_MISPLACED, FAULT_KEYLESS, FAULT_ORDER, FAULT_KEY, FAULT_VALUE, FAULT_KINDS };

struct verify_faults {
    bool json;
    uint64_t limit; /* how many of each kind are shown */
    uint64_t counts[FAULT_KINDS];
    struct table *rows; /* NULL: JSON, or none yet */
};

/* Counts a fault and shows it; `belongs` is a partition, -1 where that is not what is wrong. */
void verify_fault(struct verify_faults *faults, enum fault_kind kind, const rd_kafka_message_t *message,
                  int32_t belongs, const char *text);

/* Prints what was held back. */
void verify_faults_end(struct verify_faults *faults);

#endif
