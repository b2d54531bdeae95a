/* SPDX-License-Identifier: Apache-2.0
 *
 * A topic that is written to, by its number in the exporter (topic_index of transport.h). Each concern keeps what it
 * knows of a topic in a struct of its own, and says there which thread changes it. */
#ifndef STS_TRANSPORT_KAFKA_TOPIC_H
#define STS_TRANSPORT_KAFKA_TOPIC_H

#include <stdbool.h>
#include <stdint.h>

#include <librdkafka/rdkafka.h>

#include "transport/kafka/cluster.h"
#include "transport/kafka/isolation.h"
#include "transport/kafka/missing.h"
#include "transport/kafka/opening.h"
#include "transport/kafka/partition.h"
#include "transport/kafka/topic_settings.h"
#include "transport/kafka/transaction.h"

/* A topic that is written to. */
typedef struct sts__kafka_topic {
    /* What all topics have in common of these; set with the first handle. */
    sts__kafka_placement *placed_by;
    sts__kafka_missing *missed_by;
    sts__kafka_opening *opened_by;
    rd_kafka_topic_t *handle; /* of the present producer; NULL until its first message; atomic */
    const char *name;         /* NULL until it is needed; atomic */
    sts__topic_placement placement;
    int times; /* sts__topic_times; atomic */
    sts__topic_acked acked;
    sts__topic_absence absence;
    sts__topic_opening opening;
    sts__topic_settings settings;
    sts__topic_suspects suspects;
    sts__topic_transaction transaction;
} sts__kafka_topic;

/* A topic has the first name that it is given, which is the exporter's. Under the producer's lock. */
static inline void sts__kafka_name_topic(sts__kafka_topic *topic, const char *name) {
    if (!topic->name)
        __atomic_store_n(&topic->name, name, __ATOMIC_RELEASE);
}

/* All that there may be, made at once: they stay where they are. */
typedef struct sts__kafka_topics {
    sts__kafka_topic *items; /* by topic_index */
    int32_t max;
} sts__kafka_topics;

#endif
