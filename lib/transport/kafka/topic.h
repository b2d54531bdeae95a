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
#include "transport/kafka/missing.h"
#include "transport/kafka/partition.h"

/* What is known of a topic's settings. */
typedef enum sts__settings_state {
    STS__SETTINGS_UNKNOWN,
    STS__SETTINGS_WANTED, /* to be asked for */
    STS__SETTINGS_ASKED,
    STS__SETTINGS_KNOWN /* or the cluster does not tell */
} sts__settings_state;

/* A topic's settings as the cluster tells them, or, where it does not, as they were learnt from refusals. The serving
 * thread alone changes them, but for the state. */
typedef struct sts__topic_settings {
    int state;         /* sts__settings_state; atomic, like what follows up to read_us */
    int untold;        /* they are known not to be told */
    int compacted;     /* the topic takes no null keys */
    int64_t limit;     /* max.message.bytes, 0: not told */
    int64_t before_ms; /* how far a record's time may be before the broker's, and after it; 0: no bound is known */
    int64_t after_ms;
    int64_t read_us;     /* when they were read last */
    int64_t doubted_us;  /* when they were last doubted for a refusal; from here on for the serving thread alone */
    int64_t batch_bytes; /* the largest batch that was not refused when larger ones were; 0: none was */
    int64_t min_insync;  /* min.insync.replicas; 0: not told */
    uint64_t version;    /* counts how often they were told to be others */
    int32_t replicas;    /* of the partition that has the fewest; 0: nobody has looked */
    bool asked_again;    /* a question is under way though they are known */
    bool has_warned;     /* that they are not told */
} sts__topic_settings;

/* Whether records had times beyond the topic's bounds, and the host was told. */
typedef enum sts__times { STS__TIMES_WITHIN, STS__TIMES_BEYOND, STS__TIMES_TOLD } sts__times;

/* A topic that is written to. */
typedef struct sts__kafka_topic {
    /* What all topics have in common of these; set with the first handle. */
    sts__kafka_placement *placed_by;
    sts__kafka_missing *missed_by;
    rd_kafka_topic_t *handle; /* of the present producer; NULL until its first message; atomic */
    const char *name;
    sts__topic_placement placement;
    int times;               /* sts__times; atomic */
    sts__kafka_acked *acked; /* by partition; this and its count only for the serving thread */
    int32_t acked_count;
    sts__topic_absence absence;
    sts__topic_settings settings;
    uint64_t suspect_before; /* records with a lower number go by isolation.c */
    uint64_t refused_under;  /* the version of its settings with which it refused those records */
} sts__kafka_topic;

/* All that there may be, made at once: they stay where they are. */
typedef struct sts__kafka_topics {
    sts__kafka_topic *items; /* by topic_index */
    int32_t max;
} sts__kafka_topics;

#endif
