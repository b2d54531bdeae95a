/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the Kafka transport share: the context, and one function for each part of its life. */
#ifndef STS_TRANSPORT_KAFKA_INTERNAL_H
#define STS_TRANSPORT_KAFKA_INTERNAL_H

#include <pthread.h>

#include <librdkafka/rdkafka.h>

#include "transport/kafka.h"

/* A topic that is written to. */
typedef struct sts__kafka_topic {
    struct sts__kafka *kafka;
    rd_kafka_topic_t *handle; /* NULL until the first message; atomic */
    const char *name;
    int32_t first_count; /* of partitions, as first seen; 0: not yet. The counts are atomic */
    int32_t last_count;
    int32_t told_count; /* what the host was told last */
    uint32_t turn;      /* of round-robin; atomic */
} sts__kafka_topic;

typedef struct sts__kafka {
    const sts__memory *memory;
    rd_kafka_conf_t *conf; /* until open gives it to librdkafka */
    rd_kafka_t *producer;
    rd_kafka_queue_t *queue; /* delivery reports, errors and log lines come through it, as events */
    sts_transport_sink *sink;
    pthread_mutex_t lock;     /* for making topics and the descriptor */
    sts__kafka_topic *topics; /* by topic_index */
    int32_t topics_max;
    char *topic; /* the default one */
    char *brokers;
    sts__acks acks;
    sts__topic_check topic_check;
    sts__profile profile;
    sts__partition_growth partition_growth;
    int has_grown;         /* a topic has got more partitions, which the host was not told yet; atomic */
    int event_fd;          /* -1 until asked for; atomic */
    int purged;            /* the queue was given up by us; atomic */
    sts__fault last_error; /* what librdkafka last reported, code STS_OK if nothing; only for poll and open */
} sts__kafka;

/* kafka_conf.c: librdkafka's configuration for the settings. STS_OK, STS_ERR_CONFIG, STS_ERR_NO_MEMORY. */
sts_status sts__kafka_make_conf(const sts__kafka_settings *settings, rd_kafka_conf_t **conf, sts__fault *fault);

/* kafka_check.c: looks for the default topic at the start, without creating it. */
sts_status sts__kafka_check_topic(sts__kafka *kafka, int32_t timeout_ms, sts__fault *fault);

/* kafka_events.c: serves what is in the queue; waits up to timeout_ms for the first event. False if there may be more.
 */
bool sts__kafka_serve(sts__kafka *kafka, int32_t timeout_ms);

/* kafka_errors.c: our code for librdkafka's. */
sts_status sts__kafka_status(rd_kafka_resp_err_t error);

/* kafka_close.c: destroys a producer, for up to timeout_ms; what takes longer goes on behind our back. */
void sts__kafka_destroy(rd_kafka_t *producer, int32_t timeout_ms);

/* kafka.c: the handle of a topic, made at the first call; NULL on failure. */
rd_kafka_topic_t *sts__kafka_topic_handle(sts__kafka *kafka, int32_t index, const char *name);

/* kafka_partition.c: places messages by the profile. The topic's opaque is its sts__kafka_topic. */
int32_t sts__kafka_place(const rd_kafka_topic_t *topic, const void *key, size_t key_size, int32_t count,
                         void *topic_opaque, void *message_opaque);

/* kafka_partition.c: tells the host of topics that have got more partitions. Called from inside poll. */
void sts__kafka_tell_growth(sts__kafka *kafka);

#endif
