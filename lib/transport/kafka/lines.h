/* SPDX-License-Identifier: Apache-2.0
 *
 * What librdkafka logs. It comes by a callback, and not by librdkafka's queue, for the sake of lines that tell what
 * nothing else tells, and that are needed at once.
 *
 * One is needed before the next record is placed: that a topic has fewer partitions than before, or none. A broker says
 * so that is behind, about a topic or a right, and the next one may say otherwise a moment later. librdkafka gives up
 * what it has for the partitions that are gone, each record at its own time (what is under way when it comes back, seen
 * with 2.0.2 and 2.16), and takes what comes for the new ones at once. So the topic is noted as missing (missing.h)
 * while librdkafka still has it locked, and nothing overtakes what it gives up.
 *
 * Others are needed before the next record is reported: that an idempotent producer begins a new epoch, in which
 * brokers do not know again what was sent in the one before. It does so for records that fail, which tell of it
 * themselves (errors.h), and for a batch that comes behind a gap, which goes again as if nothing had been (seen
 * with 2.0.2 and 2.16). What is not acknowledged by then may be written twice. Only debug lines tell of it; those of
 * this kind are few.
 *
 * librdkafka's threads call with its locks held: of what comes of that, all but the note waits for the serving thread.
 * The lock is a leaf, but that the serving thread is woken under it. */
#ifndef STS_TRANSPORT_KAFKA_LINES_H
#define STS_TRANSPORT_KAFKA_LINES_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <librdkafka/rdkafka.h>

#include "transport/descriptor.h"

struct sts__kafka;
struct sts__kafka_topics;

/* How many lines wait for a host that does not serve; with debug librdkafka writes thousands a second. */
enum { STS__KAFKA_LINES_KEPT = 1000 };

typedef struct sts__kafka_line {
    struct sts__kafka_line *next;
    int level; /* syslog's */
    char facility[64];
    char text[]; /* the facility's */
} sts__kafka_line;

typedef struct sts__kafka_lines {
    pthread_mutex_t lock;
    sts__kafka_line *first;
    sts__kafka_line **end;
    int any;                 /* whether there are lines; atomic */
    unsigned count;          /* of them; STS__KAFKA_LINES_KEPT at most, */
    unsigned dropped;        /* and so many more came meanwhile */
    bool open;               /* a producer is there, or is being made; without one lines are lost */
    int most;                /* lines above this level were only asked for by us */
    bool epoch_untold;       /* what the next epoch is begun for no record tells */
    int64_t untold_epoch_us; /* when the last such one was begun; 0: never; atomic */
    rd_kafka_queue_t *queue; /* whoever waits for it is woken; NULL: nobody is, yet */
    const sts__descriptor *descriptor;
    const struct sts__kafka_topics *topics;
} sts__kafka_lines;

/* False if there is no lock to be had. The topics are looked at from open to close alone. */
bool sts__kafka_lines_init(sts__kafka_lines *lines, const struct sts__kafka_topics *topics);
void sts__kafka_lines_clear(sts__kafka_lines *lines);

/* Has a producer's configuration log here. */
void sts__kafka_lines_open(sts__kafka_lines *lines, rd_kafka_conf_t *conf);
void sts__kafka_lines_wake(sts__kafka_lines *lines, rd_kafka_queue_t *queue, const sts__descriptor *descriptor);
void sts__kafka_lines_close(sts__kafka_lines *lines);

/* Takes a line; in any thread of the present producer. */
void sts__kafka_lines_take(sts__kafka_lines *lines, int level, const char *facility, const char *text);

/* When a producer last began a new epoch that no record tells of; 0: never. What is acknowledged in that epoch is
 * reported after that can be seen. */
static inline int64_t sts__kafka_lines_untold_epoch_us(const sts__kafka_lines *lines) {
    return __atomic_load_n(&lines->untold_epoch_us, __ATOMIC_ACQUIRE);
}

/* Whether there are lines for the serving thread. */
static inline bool sts__kafka_lines_are_there(const sts__kafka_lines *lines) {
    return __atomic_load_n(&lines->any, __ATOMIC_ACQUIRE);
}

/* All lines up to now, and one that says how many were dropped, for the caller to free each by sts__kafka_line_free. */
sts__kafka_line *sts__kafka_lines_give(sts__kafka_lines *lines);
void sts__kafka_line_free(sts__kafka_line *line);

/* Whether a line says that a topic has fewer partitions than before; and which one, as a part of the text. */
bool sts__kafka_line_tells_of_fewer_partitions(const char *facility, const char *text, const char **topic,
                                               size_t *topic_size);

/* Whether a line says that a producer is going to begin a new epoch for what no record tells of; and that it has. */
bool sts__kafka_line_tells_of_untold_epoch(const char *facility, const char *text);
bool sts__kafka_line_tells_of_epoch(const char *facility, const char *text);

#endif
