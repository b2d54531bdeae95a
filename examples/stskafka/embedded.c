/* SPDX-License-Identifier: Apache-2.0
 *
 * A Kafka broker inside the process. */
#include "embedded.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <librdkafka/rdkafka_mock.h>

#include "clock.h"
#include "console.h"
#include "durations.h"
#include "exporter_setup.h"

enum {
    PARTITIONS = 4,
    /* Bytes sent and not read, and bytes in the exporter's queue: together well below what the broker keeps of one
     * partition, for all may be in one. */
    UNREAD_LIMIT = 2 * 1024 * 1024,
    QUEUE_LIMIT = 2 * 1024 * 1024,
    QUEUE_OVERHEAD = 4096, /* the queue must hold the largest record, and what the library needs beside it */
    PATIENCE_MS = 2000,
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

/* Lets an export take a small piece at a time and come back at once, so that embedded_keep_up can be called between. */
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

void embedded_keep_up(struct reader *reader, uint64_t records, uint64_t bytes) {
    static const struct timespec pause = {0, 1000000};
    uint64_t last = 0, passed;
    int64_t since = clock_ms();
    if (bytes <= UNREAD_LIMIT)
        return;
    uint64_t limit = records * UNREAD_LIMIT / bytes;
    while ((passed = reader_passed(reader)) + limit < records) {
        if (passed != last)
            since = clock_ms();
        else if (clock_ms() - since > PATIENCE_MS)
            return; /* some failed, or were given up: nothing more will come */
        last = passed;
        nanosleep(&pause, NULL);
    }
}
