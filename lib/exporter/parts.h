/* SPDX-License-Identifier: Apache-2.0
 *
 * A message of several records that was refused for what it is goes again in parts, until exactly the records that
 * nobody takes have failed. What it is made of is read from its own value: nothing is kept for that.
 *
 * The parts of a Kafka message take its place among those that wait (transport/kafka/parts.c), so that they stay in
 * their order. With other transports they go first in the line of sealed messages, behind what the transport has
 * already. */
#ifndef STS_EXPORTER_PARTS_H
#define STS_EXPORTER_PARTS_H

#include "exporter/exporter.h"

/* Puts the parts of a message that has failed for its size into the line; false where it has none, or there is no
 * memory: then its failure is final. */
bool sts__parts_line_up(sts_exporter *exporter, const sts_completion *completion);

/* As the sink's method divide. */
bool sts__parts_divide(sts_exporter *exporter, const sts_message *message, sts__sink_take take, void *user);

#endif
