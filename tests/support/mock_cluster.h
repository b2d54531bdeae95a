/* SPDX-License-Identifier: Apache-2.0
 *
 * librdkafka's cluster inside the process. It neither de-duplicates nor heeds acks, and older ones make topics that are
 * asked for, so it proves no promise about those. Everything here ends the process when it fails. */
#ifndef TESTS_SUPPORT_MOCK_CLUSTER_H
#define TESTS_SUPPORT_MOCK_CLUSTER_H

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

struct mock_cluster {
    rd_kafka_t *owner;
    rd_kafka_mock_cluster_t *cluster;
    const char *brokers; /* for the option `brokers` */
};

/* A cluster of one broker with one topic. */
void mock_cluster_open(struct mock_cluster *mock, const char *topic, int partitions);
/* The same, of so many brokers. */
void mock_cluster_open_with(struct mock_cluster *mock, const char *topic, int partitions, int brokers);
void mock_cluster_close(struct mock_cluster *mock);

#endif
