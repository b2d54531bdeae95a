/* SPDX-License-Identifier: Apache-2.0
 *
 * The present producer of librdkafka: made, given records, ended. The transport outlives its producers.
 *
 * Threads: the serving thread alone makes and ends producers, with the gate closed (gate.h) and, where `handle`,
 * `queue` and the topics' handles change, under the lock; so whoever is inside the gate, or has the lock, may use them.
 * The lock is a leaf, but that librdkafka is called under it. */
#ifndef STS_TRANSPORT_KAFKA_PRODUCER_H
#define STS_TRANSPORT_KAFKA_PRODUCER_H

#include <pthread.h>

#include <librdkafka/rdkafka.h>

#include "base/error.h"
#include "transport/descriptor.h"
#include "transport/kafka/close.h"
#include "transport/kafka/observer.h"
#include "transport/kafka/records.h"

struct sts__kafka;

typedef struct sts__kafka_producer {
    rd_kafka_t *handle;          /* NULL while there is none */
    rd_kafka_queue_t *queue;     /* its delivery reports and errors come through it, as events */
    rd_kafka_event_t *set_aside; /* one that report has met and left to poll; NULL: none */
    sts__kafka_observer *observer;
    sts__kafka_ending *ending;
    rd_kafka_conf_t *conf; /* each producer gets a copy */
    char *brokers;
    pthread_mutex_t lock;       /* for making topics and the descriptor, and for whoever wakes */
    sts__descriptor descriptor; /* not open until asked for */
} sts__kafka_producer;

/* Makes a producer. STS_OK, STS_ERR_CONFIG, STS_ERR_SYSTEM. */
sts_status sts__kafka_start_producer(struct sts__kafka *kafka, sts__fault *fault);

/* Gets an idempotent producer to ask for its id now, if a broker answers by the deadline (producer_id.c). */
void sts__kafka_hasten_id(struct sts__kafka *kafka, int64_t deadline);

/* Ends it, for up to timeout_ms; false if it was left behind, and then what its records point at must stay. */
bool sts__kafka_end_producer(struct sts__kafka *kafka, int32_t timeout_ms);

/* Lets the descriptor, if there is one, tell of what is in the queue. Under the lock. */
void sts__kafka_watch_queue(const sts__kafka_producer *producer);

/* Makes the serving thread come back from its wait for events. From any thread. */
void sts__kafka_wake(sts__kafka_producer *producer);

/* The handle of a topic, made at the first call; NULL on failure. Inside the gate, like what follows, or in the serving
 * thread. */
rd_kafka_topic_t *sts__kafka_topic_handle(struct sts__kafka *kafka, int32_t index, const char *name);

/* Hands records of one topic that are in the list to librdkafka, which will report them, or holds them back
 * (opening.h); up to the first that is not taken, of which the error is: `*first` and `*left` go on to that. */
rd_kafka_resp_err_t sts__kafka_produce_run(struct sts__kafka *kafka, sts__kafka_record **first, size_t *left);

#endif
