/* SPDX-License-Identifier: Apache-2.0
 *
 * A Kafka broker inside the process. */
#include "embedded.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <librdkafka/rdkafka_mock.h>

#include "console.h"
#include "durations.h"
#include "exporter_setup.h"

enum {
    PARTITIONS = 4,
    QUEUE_LIMIT = 2 * 1024 * 1024, /* of bytes; EMBEDDED_UNREAD says why */
    QUEUE_OVERHEAD = 4096,         /* the queue must hold the largest record, and what the library needs beside it */
};

bool embedded_topic(struct reader *reader, const char *topic) {
    if (reader_follows(reader, topic))
        return true;
    rd_kafka_mock_topic_create(rd_kafka_handle_mock_cluster(reader_handle(reader)), topic, PARTITIONS, 1);
    for (int32_t partition = 0; partition < PARTITIONS; partition++) {
        if (!reader_follow(reader, topic, partition, 0))
            return false;
    }
    return true;
}

/* Lets an export take a small piece at a time and come back at once, so that what it took can be read between. */
static void limit_queue(sts_options *options) {
    int64_t queue = size_read(sts_options_get(options, "sending_queue.max_bytes"));
    int64_t message = size_read(sts_options_get(options, "max_message_bytes"));
    char text[24];
    int64_t limit = message + QUEUE_OVERHEAD > QUEUE_LIMIT ? message + QUEUE_OVERHEAD : QUEUE_LIMIT;
    snprintf(text, sizeof text, "%" PRId64, queue > limit ? limit : queue);
    setup_force(options, "sending_queue.max_bytes", text);
    setup_force(options, "produce_timeout", "0ms");
}

/* The broker inside the process knows of none. */
static void forget_security(sts_options *options) {
    for (size_t i = 0; i < sts_option_count(); i++) {
        const char *name = sts_option_name(i);
        if (strncmp(name, "tls.", 4) == 0 || strncmp(name, "auth.", 5) == 0)
            setup_force(options, name, sts_option_default(i));
    }
}

bool embedded_start(struct reader *reader, sts_options *options) {
    rd_kafka_mock_cluster_t *cluster = rd_kafka_handle_mock_cluster(reader_handle(reader));
    if (!cluster) {
        say("this librdkafka has no broker to run inside the process; leave --embedded out, and name a real one");
        return false;
    }
    forget_security(options);
    setup_force(options, "transport", "kafka");
    setup_force(options, "brokers", rd_kafka_mock_cluster_bootstraps(cluster));
    limit_queue(options);
    return embedded_topic(reader, sts_options_get(options, "topic"));
}
