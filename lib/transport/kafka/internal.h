/* SPDX-License-Identifier: Apache-2.0
 *
 * The context of the Kafka transport, put together from its concerns. Each has a header of its own, which says what it
 * is, which thread may do what with it, and which lock it has; a file whose functions need one concern alone includes
 * that one's header, and not this one.
 *
 * The context outlives its producers: when one meets a fatal error, or is to be replaced, its records are given to the
 * next one (succession.h). Between producers the gate is closed (gate.h), and records wait in the list (records.h).
 *
 * Threads: any thread sends. The serving thread is whoever is inside poll, report, flush, purge or close, and open
 * before those. There are two locks, the producer's and the records', and no function takes one inside the other. */
#ifndef STS_TRANSPORT_KAFKA_INTERNAL_H
#define STS_TRANSPORT_KAFKA_INTERNAL_H

#include "transport/kafka/check.h"
#include "transport/kafka/cluster.h"
#include "transport/kafka/connection.h"
#include "transport/kafka/errors.h"
#include "transport/kafka/events.h"
#include "transport/kafka/isolation.h"
#include "transport/kafka/missing.h"
#include "transport/kafka/opening.h"
#include "transport/kafka/partition.h"
#include "transport/kafka/parts.h"
#include "transport/kafka/producer.h"
#include "transport/kafka/records.h"
#include "transport/kafka/refusal.h"
#include "transport/kafka/security.h"
#include "transport/kafka/sending.h"
#include "transport/kafka/statistics.h"
#include "transport/kafka/succession.h"
#include "transport/kafka/times.h"
#include "transport/kafka/topic.h"
#include "transport/kafka/topic_settings.h"
#include "transport/kafka/transaction.h"
#include "transport/kafka/waiting.h"
#include "transport/sink.h"

typedef struct sts__kafka {
    const sts__memory *memory;
    sts_transport_sink *sink;
    sts__acks acks; /* this and the next two do not change */
    bool idempotent;
    bool is_trial; /* of a configuration: it sends nothing */
    bool purged;   /* everything was given up by us; only for the serving thread */
    sts__kafka_check check;
    sts__kafka_producer producer;
    sts__kafka_records records;
    size_t max_in_flight; /* how many messages librdkafka has at a time: what is behind them waits in our list; does not
                             change */
    sts__kafka_patience patience;
    sts__kafka_topics topics;
    sts__kafka_placement placement;
    sts__kafka_times times;
    sts__kafka_limits limits;
    sts__kafka_missing missing;
    sts__kafka_opening opening;
    sts__kafka_succession succession;
    sts__kafka_isolation isolation;
    sts__kafka_transaction transaction;
    sts__kafka_cluster cluster;
    sts__kafka_connection connection;
    sts__kafka_credentials credentials;
    sts__kafka_statistics statistics;
} sts__kafka;

#endif
