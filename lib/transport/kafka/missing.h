/* SPDX-License-Identifier: Apache-2.0
 *
 * Topics that are not there, or not any more: somebody deletes one and makes it again. librdkafka gives their records
 * up at once or after half a minute, by its version and the moment, with errors that speak of topics or of partitions
 * (2.0.2: ten of 55 records over a gap of three seconds). Here they are parked in the list, in their order, and so is
 * what comes after them for the same topic; other topics go on. The topic is looked for until it is there, and the
 * parked records go then; or their time runs out. So it is where a broker only says that a topic is not there, or has
 * no partitions for us, because it is behind (lines.h). Where that is for want of a right, nothing waits for the right:
 * once librdkafka has nothing left of the topic, what is parked fails as well, but in transactions, which are tried
 * again. librdkafka gives a topic's partitions up at each batch that is refused so, and all of it would be tried a
 * batch at a time.
 *
 * Any thread notes that a topic is missing, and asks whether one is (atomic). The rest is the serving thread's. */
#ifndef STS_TRANSPORT_KAFKA_MISSING_H
#define STS_TRANSPORT_KAFKA_MISSING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "transport/kafka/records.h"

struct sts__kafka;
struct sts__kafka_topic;
struct sts__kafka_topics;

/* One topic's. */
typedef struct sts__topic_absence {
    int noted;   /* it is not there, as far as is known; atomic */
    bool denied; /* a broker has refused a record since, for want of a right */
    bool told;   /* the host knows */
    char *text;  /* why its records fail; NULL until somebody asks */
} sts__topic_absence;

/* Of all topics. */
typedef struct sts__kafka_missing {
    bool retries;       /* what failed is tried again: only then records wait for a topic; does not change */
    int any;            /* one or more are missing; atomic */
    int64_t look_at_us; /* when they are looked for next, */
    int32_t look_from;  /* beginning with this one */
} sts__kafka_missing;

/* Notes that a topic is not there; and whether that was noted. From any thread. */
void sts__kafka_miss_topic(sts__kafka_missing *missing, struct sts__kafka_topic *topic);
bool sts__kafka_topic_is_missing(const struct sts__kafka_topic *topic);

/* The same by the topic's name. From a thread of librdkafka's. */
void sts__kafka_miss_named(const struct sts__kafka_topics *topics, const char *name, size_t name_size);

/* Why a record of that topic fails, with its name. */
const char *sts__kafka_missing_text(const sts__memory *memory, struct sts__kafka_topic *topic);

/* A record of that topic was refused for want of a right: if the topic counts as missing, that is why. */
void sts__kafka_note_denied(sts__kafka_missing *missing, struct sts__kafka_topic *topic);

/* Lets a record that librdkafka does not have any more wait for its topic. */
void sts__kafka_park(struct sts__kafka *kafka, sts__kafka_record *record);

/* Looks for the topics that are not there, now and then; where one is, its records are ready for the producer, behind a
 * closed gate. */
void sts__kafka_look_for_missing(struct sts__kafka *kafka);

#endif
