/* SPDX-License-Identifier: Apache-2.0
 *
 * Where librdkafka puts a message: where the record says, or by the exporter's profile; and what is seen of the numbers
 * of partitions meanwhile. It is asked while librdkafka holds locks of its own, from any thread, so all that changes is
 * atomic, and there is no lock. */
#ifndef STS_TRANSPORT_KAFKA_PARTITION_H
#define STS_TRANSPORT_KAFKA_PARTITION_H

#include <librdkafka/rdkafka.h>

#include "transport/kafka/kafka.h"
#include "transport/sink.h"

struct sts__kafka_topic;
struct sts__kafka_topics;

/* One topic's. */
typedef struct sts__topic_placement {
    int32_t first_count; /* of partitions, as first seen; 0: not yet */
    int32_t last_count;
    int32_t told_count;    /* what the host was told last */
    uint32_t turn;         /* of round-robin */
    int32_t sticky;        /* where null keys go, */
    int64_t sticky_end_us; /* until then (0: it was not chosen yet), */
    uint64_t sticky_bytes; /* and so many have gone there */
} sts__topic_placement;

/* Of all topics. */
typedef struct sts__kafka_placement {
    sts__profile profile;
    sts__partition_growth growth;
    int64_t sticky_us;     /* how long null keys stay on one partition, */
    uint64_t sticky_bytes; /* and for how many bytes of values */
    uint64_t random;       /* where random numbers come from */
    int has_grown;         /* a topic has got more partitions, which the host was not told yet */
} sts__kafka_placement;

/* Places messages by the profile. The topic's opaque is its sts__kafka_topic, the message's its record. A partition
 * that is not there makes librdkafka give the message back. */
int32_t sts__kafka_place(const rd_kafka_topic_t *handle, const void *key, size_t key_size, int32_t count,
                         void *topic_opaque, void *message_opaque);

/* The topic is back, with so many partitions; places refuse it before, if they are fewer than they were. */
void sts__kafka_take_fewer_partitions(struct sts__kafka_topic *topic, int32_t count);

/* Tells the host of topics that have got more partitions; for the serving thread. */
void sts__kafka_tell_growth(sts__kafka_placement *placement, struct sts__kafka_topics *topics,
                            const sts_transport_sink *sink);

#endif
