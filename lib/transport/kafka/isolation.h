/* SPDX-License-Identifier: Apache-2.0
 *
 * What was refused together goes again alone. A broker refuses batches, and not records: one record without a key on a
 * compacted topic, one timestamp out of bounds, and all that share the batch come back with one error (librdkafka 2.0.2
 * always; 2.16 tells them apart where two or more are bad). None of them was written. So the way is closed
 * (observer.c), what is behind them is taken back, and they go in groups, with nothing else under way and in
 * their order: a group that is refused is halved, one that is taken lets the next be twice as large, and what is
 * refused alone has failed.
 *
 * Where the topic's settings prove to be others than they were, that was the reason: what they do not allow has failed
 * by them then, and the rest goes as ever. What waits behind them for such a topic goes that way too, until a group is
 * taken whole: where there was one bad record, there may be more.
 *
 * In transactions it goes another way (transaction.h).
 *
 * All of it is for the serving thread. */
#ifndef STS_TRANSPORT_KAFKA_ISOLATION_H
#define STS_TRANSPORT_KAFKA_ISOLATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <librdkafka/rdkafka.h>

struct sts__kafka;

/* Records of one topic that were refused together, and those behind them. */
typedef struct sts__topic_suspects {
    uint64_t before;        /* records with a lower number; 0: there are none */
    uint64_t refused_under; /* the version of the topic's settings with which it refused them */
} sts__topic_suspects;

/* Their way to go alone. */
typedef struct sts__kafka_isolation {
    bool active;
    size_t size;         /* how many records the next group may have */
    int32_t topic_index; /* of the present one */
    size_t handed;       /* how many the present one has; 0: there is none */
    int64_t handed_us;   /* since when */
    size_t bytes;        /* what it takes as one batch at most */
    bool refused;        /* some of it were refused together, */
    bool too_large;      /* and for their size */
    bool failed;         /* one was refused that was alone */
} sts__kafka_isolation;

/* Whether a record that is reported goes again, because it was refused together with others; it waits then. `together`
 * is how many the report has. */
bool sts__kafka_goes_again(struct sts__kafka *kafka, const rd_kafka_message_t *message, size_t together);

/* Begins to send such records in groups, with nothing else under way. */
void sts__kafka_begin_isolation(struct sts__kafka *kafka);

/* Goes on with it, with the gate closed; false when there is nothing more to do. */
bool sts__kafka_isolate(struct sts__kafka *kafka);

#endif
