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

#include <librdkafka/rdkafka.h>

#include "transport/kafka/cluster.h"
#include "transport/kafka/conf.h"
#include "transport/kafka/connection.h"
#include "transport/kafka/errors.h"
#include "transport/kafka/explain.h"
#include "transport/kafka/isolation.h"
#include "transport/kafka/kafka.h"
#include "transport/kafka/missing.h"
#include "transport/kafka/observer.h"
#include "transport/kafka/partition.h"
#include "transport/kafka/producer.h"
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

typedef struct sts__kafka {
    const sts__memory *memory;
    sts_transport_sink *sink;
    sts__kafka_producer producer;
    sts__kafka_topics topics;
    char *topic;             /* the default one; number 0 */
    char *dead_letter_topic; /* "", or number 1 */
    sts__acks acks;
    bool idempotent;
    sts__topic_check topic_check;
    sts__kafka_placement placement;
    sts__kafka_times times;
    sts__kafka_limits limits;
    int64_t drain_ms;
    int64_t max_elapsed_ms; /* how long a record is tried; 0: for ever */
    bool purged;            /* everything was given up by us; only for the serving thread */
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

/* succession.c: whether a waiting record has to wait until its topic's settings are known, which are asked for
 * then. */
bool sts__kafka_waits_for_settings(sts__kafka *kafka, const sts__kafka_record *record);

/* succession.c: gives new records to the producer, or lets them wait for the next one, up to the first that it does
 * not take: STS_OK, and they are the list's; otherwise as the method send_many of transport.h. Those that were not
 * taken are freed. */
sts_status sts__kafka_take(sts__kafka *kafka, sts__kafka_chain *chain, size_t *taken, sts__fault *fault);

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
