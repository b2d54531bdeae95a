/* SPDX-License-Identifier: Apache-2.0
 *
 * What librdkafka has to tell: delivery reports, errors, log lines, statistics. All of it is for the serving thread, or
 * for who opens the transport; the host's callbacks are called from inside. */
#ifndef STS_TRANSPORT_KAFKA_EVENTS_H
#define STS_TRANSPORT_KAFKA_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "transport/kafka/cluster.h"

struct sts__kafka;

/* Serves what is in the queue; waits up to timeout_ms for the first event. False if there may be more. */
bool sts__kafka_serve(struct sts__kafka *kafka, int32_t timeout_ms);

/* Serves reports of deliveries about which there is nothing to be found out; true if there was nothing else. */
bool sts__kafka_serve_deliveries(struct sts__kafka *kafka, int32_t timeout_ms);

/* Serves an event with reports, which is gone then, or held back again. */
void sts__kafka_serve_reports(struct sts__kafka *kafka, sts__kafka_held from);

#endif
