/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the Kafka transport share: the context, and the functions of each part of its life.
 *
 * The context outlives its producers: when one meets a fatal error, or is to be replaced, its records are given to the
 * next one (succession.c). Between producers the gate is closed, and records wait in the list.
 *
 * Threads: any thread sends. The serving thread (whoever is inside poll, flush, purge or close) alone changes
 * `producer` and `queue`, with the gate closed and under `lock`. */
#ifndef STS_TRANSPORT_KAFKA_INTERNAL_H
#define STS_TRANSPORT_KAFKA_INTERNAL_H

#include <pthread.h>

#include <librdkafka/rdkafka.h>

#include "transport/descriptor.h"
#include "transport/kafka/close.h"
#include "transport/kafka/cluster.h"
#include "transport/kafka/conf.h"
#include "transport/kafka/connection.h"
#include "transport/kafka/errors.h"
#include "transport/kafka/explain.h"
#include "transport/kafka/kafka.h"
#include "transport/kafka/missing.h"
#include "transport/kafka/observer.h"
#include "transport/kafka/partition.h"
#include "transport/kafka/records.h"
#include "transport/kafka/refusal.h"
#include "transport/kafka/security.h"
#include "transport/kafka/statistics.h"
#include "transport/kafka/times.h"
#include "transport/kafka/topic.h"
#include "transport/sink.h"

/* How far the change from one producer to the next has come. */
typedef enum sts__kafka_phase {
    STS__KAFKA_RUNNING,   /* there is no change */
    STS__KAFKA_DRAINING,  /* the old producer gets time to report what it has */
    STS__KAFKA_GIVING_UP, /* it was told to let go of the rest, and reports that */
    STS__KAFKA_WAITING    /* it is gone; the new one is made when `phase_end_us` has come */
} sts__kafka_phase;

/* Records that were refused together, on their way to go alone (isolation.c). */
typedef struct sts__kafka_isolation {
    bool active;
    size_t size;         /* how many records the next group may have */
    int32_t topic_index; /* of the present one */
    size_t handed;       /* how many the present one has; 0: there is none */
    size_t bytes;        /* what it takes as one batch at most */
    bool refused;        /* some of it were refused together, */
    bool too_large;      /* and for their size */
    bool failed;         /* one was refused that was alone */
} sts__kafka_isolation;

typedef struct sts__kafka {
    const sts__memory *memory;
    rd_kafka_conf_t *conf; /* each producer gets a copy */
    rd_kafka_t *producer;  /* NULL while there is none */
    sts__kafka_observer *observer;
    sts__kafka_ending *ending;   /* of the present producer */
    bool look_due;               /* what was reported asks for a look at the cluster's id */
    rd_kafka_event_t *set_aside; /* one that report has met and left to poll; NULL: none */
    rd_kafka_queue_t *queue;     /* its delivery reports, errors and log lines come through it, as events */
    sts_transport_sink *sink;
    pthread_mutex_t lock; /* for making topics and the descriptor, and for whoever wakes */
    sts__kafka_topics topics;
    char *topic;             /* the default one; number 0 */
    char *dead_letter_topic; /* "", or number 1 */
    char *brokers;
    sts__acks acks;
    bool idempotent;
    sts__topic_check topic_check;
    sts__kafka_placement placement;
    sts__kafka_times times;
    sts__kafka_limits limits;
    int64_t drain_ms;
    int64_t max_elapsed_ms;     /* how long a record is tried; 0: for ever */
    sts__descriptor descriptor; /* not open until asked for */
    bool purged;                /* everything was given up by us; only for the serving thread */
    sts__kafka_connection connection;
    sts__kafka_credentials credentials;

    struct sts__kafka *next; /* what the next producer is to be made from, where that changes; atomic */

    sts__kafka_records records;
    sts__kafka_cluster cluster;
    sts__kafka_statistics statistics; /* only for poll */
    sts__kafka_missing missing;
    int failed;                     /* the producer met a fatal error; atomic */
    sts__kafka_isolation isolation; /* only for the serving thread */
    sts__kafka_phase phase;         /* this and what follows: only for the serving thread */
    int64_t phase_end_us;           /* when it ends at the latest */
    uint64_t doubtful_before;       /* records with a lower number may be written twice */
    uint64_t delivered_since;       /* how many reports of success the present producer has brought */
    int32_t failed_in_a_row;        /* how many producers ended one after the other and delivered nothing */
    sts__fault refusal;             /* what waiting records fail with for good; code STS_OK: they are tried again */
    int64_t look_at_us;             /* when waiting records are looked at next, for those whose time has run out */
    uint64_t replayed;              /* records given to the present producer that an earlier one had */
    bool has_predecessor;           /* the host was not told of the change to the present producer yet */
    bool is_trial;                  /* of a configuration: it sends nothing */
} sts__kafka;

/* check.c: looks for a topic at the start, without creating it. */
sts_status sts__kafka_check_topic(sts__kafka *kafka, int32_t index, const char *name, int32_t timeout_ms,
                                  sts__fault *fault);

/* kafka.c: makes the serving thread come back from its wait for events. */
void sts__kafka_wake(sts__kafka *kafka);

/* kafka.c: takes over what sts__kafka_replace has left for the next producer, if it has. */
void sts__kafka_adopt(sts__kafka *kafka);

/* events.c: serves what is in the queue; waits up to timeout_ms for the first event. False if there may be more.
 */
bool sts__kafka_serve(sts__kafka *kafka, int32_t timeout_ms);

/* events.c: serves reports of deliveries about which there is nothing to be found out; true if there was nothing else.
 */
bool sts__kafka_serve_deliveries(sts__kafka *kafka, int32_t timeout_ms);

/* events.c: serves an event with reports, which is gone then, or held back again. */
void sts__kafka_serve_reports(sts__kafka *kafka, sts__kafka_held from);

/* producer.c: makes a producer. STS_OK, STS_ERR_CONFIG, STS_ERR_SYSTEM. */
sts_status sts__kafka_start_producer(sts__kafka *kafka, sts__fault *fault);

/* producer_id.c: gets an idempotent producer to ask for its id now, if a broker answers by the deadline. */
void sts__kafka_hasten_id(sts__kafka *kafka, int64_t deadline);

/* producer.c: ends it, for up to timeout_ms; false if it was left behind, and then what its records point at must
 * stay. */
bool sts__kafka_end_producer(sts__kafka *kafka, int32_t timeout_ms);

/* producer.c: lets the descriptor, if there is one, tell of what is in the queue. Under the lock. */
void sts__kafka_watch_queue(sts__kafka *kafka);

/* producer.c: the handle of a topic, made at the first call; NULL on failure. */
rd_kafka_topic_t *sts__kafka_topic_handle(sts__kafka *kafka, int32_t index, const char *name);

/* producer.c: hands a record to librdkafka, which will report it, unless an error is returned. */
rd_kafka_resp_err_t sts__kafka_produce(sts__kafka *kafka, const sts__kafka_record *record);

/* producer.c: the same with records of one topic that are in the list, up to the first that is not taken; `*first` and
 * `*left` go on to that. */
rd_kafka_resp_err_t sts__kafka_produce_run(sts__kafka *kafka, sts__kafka_record **first, size_t *left);

/* succession.c: whether a waiting record has to wait until its topic's settings are known, which are asked for
 * then. */
bool sts__kafka_waits_for_settings(sts__kafka *kafka, const sts__kafka_record *record);

/* succession.c: gives new records to the producer, or lets them wait for the next one, up to the first that it does
 * not take: STS_OK, and they are the list's; otherwise as the method send_many of transport.h. Those that were not
 * taken are freed. */
sts_status sts__kafka_take(sts__kafka *kafka, sts__kafka_chain *chain, size_t *taken, sts__fault *fault);

/* isolation.c: whether a record that is reported goes again, because it was refused together with others; it
 * waits then. `together` is how many the report has. */
bool sts__kafka_goes_again(sts__kafka *kafka, const rd_kafka_message_t *message, size_t together);

/* isolation.c: begins to send such records in groups, with nothing else under way. */
void sts__kafka_begin_isolation(sts__kafka *kafka);

/* isolation.c: goes on with it, with the gate closed; false when there is nothing more to do. */
bool sts__kafka_isolate(sts__kafka *kafka);

/* succession.c: whether a waiting record is not to be tried again; it has its outcome then. */
bool sts__kafka_is_over(sts__kafka *kafka, sts__kafka_record *record);

/* succession.c: gives a waiting record to the producer, or it has its outcome (`*produced` tells); false if the
 * producer has met a fatal error, or was stopped. */
bool sts__kafka_replay(sts__kafka *kafka, sts__kafka_record *record, bool *produced);

/* succession.c: one step of a change of producers, if there is to be one. */
void sts__kafka_succeed(sts__kafka *kafka);

/* succession.c: completes the records that no producer has, after purge. */
void sts__kafka_give_up_waiting(sts__kafka *kafka);

/* succession.c: gives the present producer a fatal error, for tests. */
void sts__kafka_force_fatal(void *context);

#endif
