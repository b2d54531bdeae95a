/* SPDX-License-Identifier: Apache-2.0
 *
 * What a message costs in memory while Kafka's transport has it: what sending_queue.max_bytes counts. No state. */
#ifndef STS_TRANSPORT_KAFKA_COST_H
#define STS_TRANSPORT_KAFKA_COST_H

#include <stskafka/transport.h>

/* A bound of what this transport and librdkafka take for a message with this payload until its outcome; measured with
 * librdkafka 2.0.2 and 2.15.1. */
size_t sts__kafka_cost(const sts_message *message, size_t payload);

#endif
