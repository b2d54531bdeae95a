/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a topic back through a consumer of librdkafka, from the first to the last record that is there when it begins;
 * of those in transactions, the ones that are committed.
 * Everything here ends the test when it fails. */
#ifndef TESTS_SUPPORT_TOPIC_READER_H
#define TESTS_SUPPORT_TOPIC_READER_H

#include <stddef.h>
#include <stdint.h>

/* A record as it was read; key and value as hex, "null" where there is none. */
struct read_record {
    int32_t partition;
    int64_t offset;
    char *key, *value;
};

/* All records, in the order of each partition; for the caller to free with read_records_free. */
struct read_record *topic_read(const char *brokers, const char *topic, int partitions, size_t *count);
/* Only how many there are. */
size_t topic_count(const char *brokers, const char *topic, int partitions);

/* Checks that the numbered records (support/otlp.h) 0 to `expected` - 1 are there, the first ones of each in the order
 * of their partition; returns how many are there once more. */
size_t topic_check_numbered(const char *brokers, const char *topic, int partitions, unsigned expected);

void read_records_free(struct read_record *records, size_t count);

#endif
