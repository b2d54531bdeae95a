/* SPDX-License-Identifier: Apache-2.0 */
#include "support/mock_cluster.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "support/hex.h"
#include "support/rig.h"

/* What a cluster that is pulled down under its clients has to say is of no interest. */
static void discard_log(const rd_kafka_t *handle, int level, const char *facility, const char *text) {
    (void)handle;
    (void)level;
    (void)facility;
    (void)text;
}

static rd_kafka_t *new_handle(rd_kafka_type_t type, const char *const *pairs) {
    char text[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, discard_log);
    for (size_t i = 0; pairs[i]; i += 2)
        cr_assert_eq(rd_kafka_conf_set(conf, pairs[i], pairs[i + 1], text, sizeof text), RD_KAFKA_CONF_OK, "%s", text);
    rd_kafka_t *handle = rd_kafka_new(type, conf, text, sizeof text);
    cr_assert_not_null(handle, "%s", text);
    return handle;
}

void mock_cluster_open(struct mock_cluster *mock, const char *topic, int partitions) {
    mock->owner = new_handle(RD_KAFKA_PRODUCER, RIG_OPTIONS("client.id", "mock"));
    mock->cluster = rd_kafka_mock_cluster_new(mock->owner, 1);
    cr_assert_not_null(mock->cluster);
    mock->brokers = rd_kafka_mock_cluster_bootstraps(mock->cluster);
    cr_assert_eq(rd_kafka_mock_topic_create(mock->cluster, topic, partitions, 1), RD_KAFKA_RESP_ERR_NO_ERROR);
}

void mock_cluster_close(struct mock_cluster *mock) {
    rd_kafka_mock_cluster_destroy(mock->cluster);
    rd_kafka_destroy(mock->owner);
}

static void assign_all(rd_kafka_t *consumer, const char *topic, int partitions) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; i++)
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    cr_assert_eq(rd_kafka_assign(consumer, list), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(list);
}

struct mock_record *mock_cluster_read(const struct mock_cluster *mock, const char *topic, int partitions,
                                      size_t count) {
    rd_kafka_t *consumer =
        new_handle(RD_KAFKA_CONSUMER, RIG_OPTIONS("bootstrap.servers", mock->brokers, "group.id", "reader", //
                                                  "fetch.wait.max.ms", "10"));
    struct mock_record *records = calloc(count + 1, sizeof *records);
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    size_t read = 0;
    cr_assert_not_null(records);
    assign_all(consumer, topic, partitions);
    while (read < count) {
        cr_assert_lt(rig_now_ms(), deadline, "%zu of %zu records came", read, count);
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, 100);
        if (!message)
            continue;
        cr_assert_eq(message->err, RD_KAFKA_RESP_ERR_NO_ERROR, "%s", rd_kafka_err2str(message->err));
        records[read++] = (struct mock_record){message->partition, message->offset,
                                               hex_write((sts_bytes){message->key, message->key_len}),
                                               hex_write((sts_bytes){message->payload, message->len})};
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return records;
}

void mock_records_free(struct mock_record *records, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(records[i].key);
        free(records[i].value);
    }
    free(records);
}
