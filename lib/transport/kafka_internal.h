/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the Kafka transport share: the context, and one function for each part of its life. */
#ifndef STS_TRANSPORT_KAFKA_INTERNAL_H
#define STS_TRANSPORT_KAFKA_INTERNAL_H

#include <pthread.h>

#include <librdkafka/rdkafka.h>

#include "transport/kafka.h"

typedef struct sts__kafka {
    const sts__memory *memory;
    rd_kafka_conf_t *conf; /* until open gives it to librdkafka */
    rd_kafka_t *producer;
    rd_kafka_queue_t *queue; /* delivery reports, errors and log lines come through it, as events */
    sts_transport_sink *sink;
    pthread_mutex_t lock;      /* for making topics and the descriptor */
    rd_kafka_topic_t **topics; /* by topic_index; NULL until the first message */
    int32_t topics_max;
    char *topic; /* the default one */
    char *brokers;
    sts__acks acks;
    sts__topic_check topic_check;
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
rd_kafka_topic_t *sts__kafka_topic(sts__kafka *kafka, int32_t index, const char *name);

#endif
