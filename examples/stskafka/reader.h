/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads topics back, in a thread of its own, and keeps the key and the size of each record. It belongs to no consumer
 * group, so that it needs no right to one and leaves nothing behind.
 *
 * The same handle can carry a broker inside the process (embedded.h). */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <librdkafka/rdkafka.h>
#include <stskafka/options.h>

#include "args.h"
#include "outcomes.h"

struct read_record {
    const char *topic; /* the reader's */
    int64_t offset;
    int32_t partition;
    bool is_tombstone;
    sts_bytes key; /* data NULL: a null key */
    size_t value_size;
};

struct reader;

/* A reader that talks to the brokers of `options`, with what was set of kafka.*, tls.* and auth.*; or, with `embedded`,
 * to a broker inside the process. NULL: said why not. */
struct reader *reader_new(const sts_options *options, const struct setting_list *connection, bool embedded);
void reader_free(struct reader *reader);

/* The handle, for embedded.h. */
rd_kafka_t *reader_handle(const struct reader *reader);

/* Starts to read a partition; once for each. False: said why not. */
bool reader_follow(struct reader *reader, const char *topic, int32_t partition, int64_t from_offset);
bool reader_follows(const struct reader *reader, const char *topic);

/* Reads on until every delivered record was passed; false where nothing came for some seconds. */
bool reader_catch_up(struct reader *reader, const struct outcome_list *outcomes);

/* Catches up, says where that was not possible, and stops reading. */
void reader_finish(struct reader *reader, const struct outcome_list *outcomes);

/* The record that an outcome tells of, NULL if it was not read. After reader_finish. */
const struct read_record *reader_find(const struct reader *reader, const struct outcome *outcome);

#endif
