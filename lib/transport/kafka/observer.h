/* SPDX-License-Identifier: Apache-2.0
 *
 * What librdkafka's producers, left ones included, tell interceptors while they run, and nobody else or too late: the
 * start and the end of each thread, when a request with records was sent, and to which broker the last request; and
 * that a broker has refused records, before anything more is sent. What they log comes this way too (lines.h).
 *
 * It is called in librdkafka's threads and outlives the producers, so it has several owners. There is no lock but that
 * of the lines: what changes is atomic. */
#ifndef STS_TRANSPORT_KAFKA_OBSERVER_H
#define STS_TRANSPORT_KAFKA_OBSERVER_H

#include <stdbool.h>
#include <stdint.h>

#include <librdkafka/rdkafka.h>

#include "transport/kafka/gate.h"
#include "transport/kafka/lines.h"

struct sts__kafka_topics;

typedef struct sts__kafka_observer sts__kafka_observer;

/* How a producer is made to send nothing more where records were refused together. */
typedef enum sts__kafka_stop {
    STS__KAFKA_STOP_BY_ERROR, /* an idempotent one, */
    STS__KAFKA_STOP_BY_PURGE, /* another one, */
    STS__KAFKA_STOP_NEVER     /* and one with transactions, where that is not needed */
} sts__kafka_stop;

/* Owned by whoever made or kept it and has not released it (NULL is allowed there). */
sts__kafka_observer *sts__kafka_observer_new(const struct sts__kafka_topics *topics, sts__kafka_gate *gate,
                                             sts__kafka_stop stop);
sts__kafka_observer *sts__kafka_observer_keep(sts__kafka_observer *observer);
void sts__kafka_observer_release(sts__kafka_observer *observer);
bool sts__kafka_observer_has_one_owner(const sts__kafka_observer *observer);   /* all producers that kept it are gone */
int32_t sts__kafka_observer_threads(const sts__kafka_observer *observer);      /* how many run */
int64_t sts__kafka_observer_last_sent_us(const sts__kafka_observer *observer); /* when records were; 0: never */
int32_t sts__kafka_observer_broker(const sts__kafka_observer *observer); /* the last request's, by its id; or -1 */
bool sts__kafka_observer_asked_id(const sts__kafka_observer *observer);  /* the last producer has asked for its id */

/* What the present producer logs. */
sts__kafka_lines *sts__kafka_observer_lines(sts__kafka_observer *observer);

/* When the one before that was sent at the latest; 0: there was none. */
int64_t sts__kafka_observer_sent_before_us(const sts__kafka_observer *observer);

/* How many connections were made up to now. */
int sts__kafka_observer_connections(const sts__kafka_observer *observer);

/* Whether a broker has refused records together, so that the present producer was made to send nothing more (the gate
 * is closed then). It is not where `alone` was told: there is nothing behind what is under way. Whoever serves a report
 * of refused records says how many it has heard of. */
bool sts__kafka_observer_is_stopped(const sts__kafka_observer *observer);
void sts__kafka_observer_expect(sts__kafka_observer *observer, bool alone);
void sts__kafka_observer_heard(sts__kafka_observer *observer, size_t refused);

/* What such a producer gives as its fatal error, in librdkafka's log too. */
#define STS__KAFKA_STOPPED "stskafka: records were refused together"

/* rd_kafka_new for a producer that is observed. The configuration is gone in any case; on failure NULL, with errno and
 * text as rd_kafka_new leaves them. */
rd_kafka_t *sts__kafka_start(rd_kafka_conf_t *conf, sts__kafka_observer *observer, char *text, size_t text_size);

#endif
