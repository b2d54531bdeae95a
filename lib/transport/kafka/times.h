/* SPDX-License-Identifier: Apache-2.0
 *
 * Records with a time of their own, and the bounds that topics have for it (message.timestamp.before.max.ms and
 * after.max.ms, KIP-937, or difference.max.ms). What is beyond them is refused beforehand, brought within them, or sent
 * as it is, by the option record_timestamp_bounds. From any thread: what changes is atomic, and there is no lock. */
#ifndef STS_TRANSPORT_KAFKA_TIMES_H
#define STS_TRANSPORT_KAFKA_TIMES_H

#include "transport/kafka/kafka.h"
#include "transport/kafka/topic_settings.h"
#include "transport/sink.h"

/* Whether a topic had records with times beyond its bounds, and the host was told. */
typedef enum sts__topic_times { STS__TIMES_WITHIN, STS__TIMES_BEYOND, STS__TIMES_TOLD } sts__topic_times;

/* Of all topics. */
typedef struct sts__kafka_times {
    sts__timestamp_bounds bounds;
    int has_beyond; /* a topic had such records, which the host was not told yet */
} sts__kafka_times;

/* A span of time for people; returns the text. */
enum { STS__SPAN_TEXT = 32 };
const char *sts__kafka_span(char text[STS__SPAN_TEXT], int64_t ms);

/* Whether the message's own time is one that its topic is known not to take, and it is not to be sent then. */
bool sts__kafka_is_out_of_time(const sts__kafka_times *times, const sts__topic_settings *settings,
                               const sts_message *message, sts__fault *fault);

/* The time that it is sent with; 0: librdkafka gives it the present one. */
int64_t sts__kafka_time_of(sts__kafka_times *times, struct sts__kafka_topic *topic, const sts_message *message);

/* Tells the host of topics whose records were beyond their bounds; for the serving thread. */
void sts__kafka_tell_times(sts__kafka_times *times, struct sts__kafka_topics *topics, const sts_transport_sink *sink);

#endif
