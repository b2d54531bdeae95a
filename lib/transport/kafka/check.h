/* SPDX-License-Identifier: Apache-2.0
 *
 * The look at the topics when the transport starts. For the thread that opens it, which serves it meanwhile. */
#ifndef STS_TRANSPORT_KAFKA_CHECK_H
#define STS_TRANSPORT_KAFKA_CHECK_H

#include "transport/kafka/kafka.h"

struct sts__kafka;

typedef struct sts__kafka_check {
    sts__topic_check choice;
    char *topic;             /* number 0 */
    char *dead_letter_topic; /* number 1, or "" */
} sts__kafka_check;

/* Looks for a topic, without creating it. */
sts_status sts__kafka_check_topic(struct sts__kafka *kafka, int32_t index, const char *name, int32_t timeout_ms,
                                  sts__fault *fault);

#endif
