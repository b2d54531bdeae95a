/* SPDX-License-Identifier: Apache-2.0
 *
 * What a topic takes: records that a broker would refuse fail alone before they go; and one that a broker has refused
 * alone tells why, and what is to be learnt from it where the topic's settings are not told. No state of its own. */
#ifndef STS_TRANSPORT_KAFKA_REFUSAL_H
#define STS_TRANSPORT_KAFKA_REFUSAL_H

#include "transport/kafka/times.h"
#include "transport/kafka/topic.h"

/* Whether a topic with these settings is known not to take a message, and then why. From any thread. */
bool sts__kafka_would_refuse(const sts__kafka_times *times, const sts__topic_settings *settings,
                             const sts_message *message, sts__fault *fault);

/* Why a broker has refused a record that was alone, and what is to be learnt from that. For the serving thread. */
void sts__kafka_tell_refusal(const sts__kafka_topics *topics, const rd_kafka_message_t *message, char *text,
                             size_t text_size);
void sts__kafka_learn_refusal(const sts__kafka_topics *topics, const rd_kafka_message_t *message);

#endif
