/* SPDX-License-Identifier: Apache-2.0
 *
 * librdkafka's configuration for the settings: what the library promises, in librdkafka's words. No state. */
#ifndef STS_TRANSPORT_KAFKA_CONF_H
#define STS_TRANSPORT_KAFKA_CONF_H

#include <librdkafka/rdkafka.h>

#include "transport/kafka/kafka.h"

/* librdkafka's configuration for the settings. STS_OK, STS_ERR_CONFIG, STS_ERR_NO_MEMORY. */
sts_status sts__kafka_make_conf(const sts__kafka_settings *settings, int64_t max_message_bytes, rd_kafka_conf_t **conf,
                                sts__fault *fault);

/* Whether the producer is an idempotent one, and the largest batch as it is configured at first. */
bool sts__kafka_is_idempotent(const sts__kafka_settings *settings);
int64_t sts__kafka_batch_bytes(int64_t max_message_bytes);

/* How large librdkafka's own bound of its queue can be at most, where a size_t goes up to size_max. */
int64_t sts__kafka_queue_kbytes(uint64_t size_max);

#endif
