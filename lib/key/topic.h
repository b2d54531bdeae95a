/* SPDX-License-Identifier: Apache-2.0
 *
 * What Kafka takes as a topic's name. */
#ifndef STS_KEY_TOPIC_H
#define STS_KEY_TOPIC_H

#include <stskafka/types.h>

enum { STS__TOPIC_NAME = 249 }; /* the longest name: org.apache.kafka.common.internals.Topic */

/* NULL if the name is good, else what is wrong with it, as the end of a sentence. */
const char *sts__topic_fault(sts_bytes name);

#endif
