/* SPDX-License-Identifier: Apache-2.0
 *
 * librdkafka's idempotent producer has one batch of a partition under way at a time, and while the next one waits for
 * its acknowledgement, and linger is over, the thread of that broker looks again without a pause: a broker that hangs
 * costs a core, and so does one that is far away, nearly (2.0.2 to 2.16,
 * findings/librdkafka-idempotent-producer-spins-while-it-waits.sh). So a partition with records that wait for long
 * rests: it is paused, which ends that, until something is reported of it.
 *
 * Of a partition that rests, librdkafka would not send again what has to be. So no more of them rest than requests are
 * in flight: where one has come back without a report, all go on; and none rests for long at a time, as what is in
 * flight may be another's.
 *
 * All of it is the serving thread's. */
#ifndef STS_TRANSPORT_KAFKA_RESTING_H
#define STS_TRANSPORT_KAFKA_RESTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <librdkafka/rdkafka.h>

struct sts__kafka;

enum { STS__RESTING_MOST = 64 }; /* partitions at a time; others do not rest */

/* A partition with records that wait for long. */
typedef struct sts__kafka_waiting_partition {
    int32_t topic_index;
    int32_t partition;
    int32_t old; /* of how many the last look has found that; */
    int64_t old_us;
    int64_t reported_us; /* something was reported of it, or it was found */
    int64_t since_us;    /* the same, or it was resumed */
    int64_t until_us;    /* it rests; 0: it does not */
    bool is_slow;        /* the last report was long in coming */
    bool is_reported;    /* there is one that was not looked at */
    bool was_resumed;    /* and nothing was reported since then */
} sts__kafka_waiting_partition;

typedef struct sts__kafka_resting {
    bool needed;       /* does not change */
    int64_t linger_us; /* the same */
    int64_t look_at_us;
    bool is_due;   /* something was reported of one that rests */
    bool is_short; /* of requests in flight, at the last look */
    size_t count;
    sts__kafka_waiting_partition items[STS__RESTING_MOST];
} sts__kafka_resting;

void sts__kafka_resting_init(sts__kafka_resting *resting, bool needed, int64_t linger_us);

/* A message was reported. */
void sts__kafka_resting_hear(sts__kafka_resting *resting, const rd_kafka_message_t *message);

/* Whether it is time for the next. */
bool sts__kafka_rest_is_due(const sts__kafka_resting *resting);

/* Has partitions rest, and ends that. */
void sts__kafka_rest(struct sts__kafka *kafka);

/* How long who serves may wait until that is looked at again. */
int32_t sts__kafka_resting_pause_ms(struct sts__kafka *kafka);

/* The producer ends. */
void sts__kafka_resting_forget(sts__kafka_resting *resting);

#endif
