/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of a producer, which may take longer than anybody has time: it runs in a thread that is left behind at the
 * deadline. Whoever ends a producer is the serving thread. */
#ifndef STS_TRANSPORT_KAFKA_CLOSE_H
#define STS_TRANSPORT_KAFKA_CLOSE_H

#include <stdbool.h>
#include <stdint.h>

#include <librdkafka/rdkafka.h>

#include "transport/kafka/call.h"
#include "transport/kafka/observer.h"

/* What the end of a producer will need, made before the producer is; NULL when there is no memory. */
typedef struct sts__kafka_ending sts__kafka_ending;
sts__kafka_ending *sts__kafka_ending_new(void);
void sts__kafka_ending_free(sts__kafka_ending *ending);

/* Destroys a producer, for up to timeout_ms, when what it has under way has ended; what takes longer goes on behind our
 * back, and false is returned. The ending is gone in any case, and what is unfinished was taken over. */
bool sts__kafka_destroy(rd_kafka_t *producer, sts__kafka_ending *ending, sts__kafka_unfinished unfinished,
                        sts__kafka_observer *observer, int32_t timeout_ms);

#endif
