/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk through all records that a topic holds when it begins: every partition from its start, or from a time, to the
 * end that it has then. It belongs to no consumer group. Memory does not grow with the topic. */
#ifndef TOPIC_WALK_H
#define TOPIC_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include <librdkafka/rdkafka.h>
#include <stskafka/options.h>

#include "args.h"

enum { WALK_ANSWER_MS = 10000 }; /* how long an answer of the cluster's may take */

struct walk_partition {
    int64_t first; /* the first offset to look at, and the one behind the last */
    int64_t end;
    int64_t next;     /* the offset behind the last record that came */
    uint64_t records; /* that came */
    uint64_t deleted; /* offsets that were deleted before they could be read */
    bool is_started;
    bool is_done;
    bool is_short; /* it ended before `end`: truncated, or made again */
    bool is_out;   /* what is next is there no more */
};

struct topic_walk {
    const char *topic;
    struct walk_partition *partitions;
    int32_t partition_count;
    uint64_t records;
    unsigned faults; /* exit_status.h */
    bool is_interrupted;
    /* its own */
    rd_kafka_t *handle;
    rd_kafka_topic_t *handle_of_topic;
    rd_kafka_queue_t *queue;
    void (*take)(const rd_kafka_message_t *message, void *user);
    void *user;
    int32_t open; /* partitions that are not done */
    int64_t opened_ms;
    int64_t started_ms;
    int64_t last_ms;  /* when something came last */
    int64_t asked_ms; /* when the cluster was asked last why nothing comes */
    int64_t patience_ms;
    int unknown;     /* how often in a row it said that there is no such topic */
    char why[400];   /* why nothing comes; "" where something does */
    char error[300]; /* the last one that librdkafka told */
};

/* Finds the topic and where its partitions begin and end. False: said why not, and `faults` has it; walk_close all the
 * same. `from_ms` is a time in milliseconds since 1970, -1 for the start. */
bool walk_open(struct topic_walk *walk, const sts_options *options, const struct setting_list *connection,
               int64_t from_ms, int64_t patience_ms);

/* Says what is wrong at the cluster's end, and returns false. */
bool walk_fail(struct topic_walk *walk, const char *what, const char *why);

/* Calls back with each record, partition by partition in order. What the topic lost meanwhile is told. */
void walk_read(struct topic_walk *walk, void (*callback)(const rd_kafka_message_t *message, void *user), void *user);
void walk_close(struct topic_walk *walk);

/* Offsets that had no record: compacted away, or marks of transactions. */
uint64_t walk_gaps(const struct walk_partition *partition);

#endif
