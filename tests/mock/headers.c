/* SPDX-License-Identifier: Apache-2.0
 *
 * What the Kafka transport makes of a message with headers and a timestamp: its table is called as the exporter calls
 * it. */
#include <string.h>

#include <criterion/criterion.h>

#include "exporter/exporter.h"
#include "support/mock_cluster.h"
#include "support/rig.h"

#define TOPIC "headers"

static rd_kafka_t *new_consumer(const char *brokers) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers, NULL, 0);
    rd_kafka_conf_set(conf, "group.id", "headers", NULL, 0);
    rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, NULL, 0);
    cr_assert(consumer);
    rd_kafka_topic_partition_list_t *first = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(first, TOPIC, 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
    cr_assert_eq(rd_kafka_assign(consumer, first), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(first);
    return consumer;
}

/* Header `index` has this name and this value, or null. */
static void expect_header(const rd_kafka_headers_t *headers, size_t index, const char *name, const char *value) {
    const char *found;
    const void *data;
    size_t size;
    cr_assert_eq(rd_kafka_header_get_all(headers, index, &found, &data, &size), RD_KAFKA_RESP_ERR_NO_ERROR);
    cr_assert_str_eq(found, name);
    cr_assert_eq(data == NULL, value == NULL);
    if (value)
        cr_assert(size == strlen(value) && memcmp(data, value, size) == 0);
}

static void expect_record(const char *brokers) {
    rd_kafka_headers_t *headers;
    rd_kafka_t *consumer = new_consumer(brokers);
    rd_kafka_message_t *record = rd_kafka_consumer_poll(consumer, RIG_DEADLINE_MS);
    cr_assert(record && !record->err);
    cr_assert(record->key_len == 1 && memcmp(record->key, "k", 1) == 0);
    cr_assert_null(record->payload, "a tombstone");
    cr_assert_eq(rd_kafka_message_headers(record, &headers), RD_KAFKA_RESP_ERR_NO_ERROR);
    cr_assert_eq(rd_kafka_header_cnt(headers), 3);
    expect_header(headers, 0, "a", "one");
    expect_header(headers, 1, "b", NULL);
    expect_header(headers, 2, "a", "");
    rd_kafka_message_destroy(record);
    rd_kafka_destroy(consumer);
}

Test(headers, come_back_in_order_with_null_and_empty_values) {
    const sts_bytes headers[] = {{"a", 1}, {"one", 3}, {"b", 1}, {NULL, 0}, {"a", 1}, {"", 0}};
    sts_message message = {.struct_size = sizeof message,
                           .timestamp_ms = 1700000000000,
                           .topic = TOPIC,
                           .key = {"k", 1},
                           .headers = headers,
                           .header_count = 3,
                           .partition = -1};
    struct mock_cluster mock;
    char text[256];
    int32_t code = 0;
    mock_cluster_open(&mock, TOPIC, 1);
    struct rig rig = {.options = rig_options(RIG_OPTIONS("brokers", mock.brokers, "topic", TOPIC))};
    rig_start(&rig);
    sts_exporter *exporter = rig.exporter;
    sts__ledger_export export = {.token = 0};
    sts__ledger_record record = {.topic = TOPIC};
    size_t accepted;
    cr_assert_eq(sts__ledger_accept(&exporter->ledger, &export, &record, 1, 1, &accepted), STS_OK);
    message.id = record.id;
    cr_assert_eq(exporter->transport.send(exporter->transport_context, &message, &code, text, sizeof text), STS_OK);
    uint64_t counts[STS_COUNTS];
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 1);
    expect_record(mock.brokers);
    rig_close(&rig);
    mock_cluster_close(&mock);
}
