/* SPDX-License-Identifier: Apache-2.0
 *
 * A Kafka broker inside the process: the mock cluster of librdkafka, carried by the reader's handle. It keeps the
 * newest 5 MiB of each partition, so that what it got must be read while it gets more. */
#ifndef EMBEDDED_H
#define EMBEDDED_H

#include <stdbool.h>

#include <stskafka/options.h>

#include "reader.h"

/* How many bytes may be sent before all of them must be read. With as much again in the exporter's queue it is well
 * below what the broker keeps of one partition, for all may be in one. */
enum { EMBEDDED_UNREAD = 2 * 1024 * 1024 };

/* Makes `options` send to the broker that `reader` carries, and creates the topic they name. False: said why not. */
bool embedded_start(struct reader *reader, sts_options *options);

/* Creates a topic, unless it is there, and reads it from its start. */
bool embedded_topic(struct reader *reader, const char *topic);

#endif
