/* SPDX-License-Identifier: Apache-2.0
 *
 * Records on their way to the producer: new ones, from any thread, at once where the gate is open and the window
 * (window.h) has room; and those that wait, from the serving thread, in their order, until none waits any more and the
 * gate is opened again. */
#ifndef STS_TRANSPORT_KAFKA_SENDING_H
#define STS_TRANSPORT_KAFKA_SENDING_H

#include <stdbool.h>

#include "base/error.h"
#include "transport/kafka/records.h"

struct sts__kafka;

/* Gives new records to the producer, or lets them wait, up to the first that it does not take: STS_OK, and they are the
 * list's; otherwise as the method send_many of transport.h. Those that were not taken are freed. From any thread. */
sts_status sts__kafka_take(struct sts__kafka *kafka, sts__kafka_chain *chain, size_t *taken, sts__fault *fault);

/* Gives a waiting record to the producer, or it has its outcome (`*produced` tells); false if the producer has met a
 * fatal error, or was stopped. */
bool sts__kafka_replay(struct sts__kafka *kafka, sts__kafka_record *record, bool *produced);

/* Gives waiting records to the producer for as long as the window has room and nothing is to be found out about them;
 * where none waits, opens the gate. False if there is more to be done than that, which sts__kafka_send_waiting does. */
bool sts__kafka_pass_waiting(struct sts__kafka *kafka);

/* Gives them all, as far as the window has room; the gate is closed. */
void sts__kafka_send_waiting(struct sts__kafka *kafka);

#endif
