/* SPDX-License-Identifier: Apache-2.0
 *
 * A partition is opened by one record, which goes alone. A broker that has nothing of a producer yet takes any batch of
 * it for the first one (KIP-360; KAFKA-14359; a change of August 2026, KAFKA-15591, has brokers refuse that where the
 * partition is empty). So where a producer's first batch to a partition is refused, as it is by
 * a broker that does not know yet that it leads, and the second one was on its way behind it and is taken, the first
 * cannot be written in its place any more. librdkafka either meets a fatal error, and the next producer writes the
 * first batch behind the second; or reports it as delivered though it is nowhere (both seen with 2.0.2 and 2.16). Once
 * the first record was acknowledged, brokers refuse what does not follow.
 *
 * So what comes behind the first record of a partition is held back until that has its report: parked in the list, in
 * its order, while other partitions go on. Which partition a record goes to is known when librdkafka asks for it
 * (partition.h), at once if it knows the topic; of a topic that it does not know yet, it gets one record.
 *
 * Any thread that sends asks; librdkafka's threads do where they place records. The rest is the serving thread's. What
 * changes from holding back to letting go does so while the gate is closed, so that nothing overtakes what is held. */
#ifndef STS_TRANSPORT_KAFKA_OPENING_H
#define STS_TRANSPORT_KAFKA_OPENING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <librdkafka/rdkafka.h>

#include "transport/kafka/records.h"

struct sts__kafka;
struct sts__kafka_topic;

enum { STS__OPENING_FIRST = 16, STS__OPENING_CHUNKS = 18, STS__OPENING_PLACES = 256 };

/* One topic's. */
typedef struct sts__topic_opening {
    uint32_t known;                          /* whether librdkafka knows its partitions, by producer; atomic */
    uint32_t first[STS__OPENING_FIRST];      /* what is known of the first partitions, atomic; of the next ones it is */
    uint32_t *chunks[STS__OPENING_CHUNKS];   /* here, in as many each as come before, made when they are needed */
    uint8_t let_go[STS__OPENING_PLACES / 8]; /* which records are, by held_for */
    bool due;                                /* there are such */
} sts__topic_opening;

/* Of all topics. */
typedef struct sts__kafka_opening {
    bool needed;       /* brokers number what comes; does not change */
    int suspended;     /* there is one batch a partition anyway (isolation.h); atomic */
    uint32_t producer; /* counts them; changes while the gate is closed */
    int under_way;     /* how many partitions wait for the report of their first record; atomic */
    int look;          /* records wait for a topic that librdkafka does not know yet; atomic */
    bool due;          /* some can be let go */
} sts__kafka_opening;

/* How many records of a topic librdkafka may be given now: any number, 1, or 0, and they are to be held back. */
size_t sts__kafka_opening_admits(sts__kafka_opening *opening, sts__topic_opening *topic);

/* The one that was admitted was not taken. */
void sts__kafka_opening_fails(const sts__kafka_opening *opening, sts__topic_opening *topic);

/* Whether a record that is to go to a partition has to wait; it is the first one there otherwise, or the partition is
 * open. Says in the record what it waits for. */
bool sts__kafka_opening_holds(sts__kafka_opening *opening, sts__topic_opening *topic, int32_t partition,
                              sts__kafka_record *record);

/* Lets a record that librdkafka does not have wait for the first one of its partition, or of its topic. */
void sts__kafka_hold(struct sts__kafka *kafka, sts__kafka_record *record);

/* Takes note of a report. */
void sts__kafka_opening_hears(sts__kafka_opening *opening, sts__topic_opening *topic,
                              const rd_kafka_message_t *message);

/* Whether partitions, or topics, are being opened: then each report is to be heard, and records may be held back. */
bool sts__kafka_opening_is_active(const sts__kafka_opening *opening);

/* Whether a broker has acknowledged something of the present producer in a partition, and so takes only what follows.
 */
bool sts__kafka_opening_is_sure(const sts__kafka_opening *opening, sts__topic_opening *topic, int32_t partition);

/* Lets go what does not have to be held back any more: it waits behind the gate, which is closed then. */
void sts__kafka_let_go(struct sts__kafka *kafka);

/* For a producer that is about to be made nothing is open, and nothing is held back. */
void sts__kafka_opening_begin(struct sts__kafka *kafka);

/* The topic was made again, and librdkafka has none of its records. */
void sts__kafka_opening_forget(sts__kafka_opening *opening, sts__topic_opening *topic);

void sts__kafka_opening_free(sts__topic_opening *topic);

#endif
