/* SPDX-License-Identifier: Apache-2.0 */
#include "support/topic_reader.h"

#include <criterion/criterion.h>
#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/hex.h"
#include "support/rig.h"

static void discard_log(const rd_kafka_t *handle, int level, const char *facility, const char *text) {
    (void)handle, (void)level, (void)facility, (void)text;
}

static rd_kafka_t *new_consumer(const char *brokers, const char *isolation) {
    const char *const *pairs = RIG_OPTIONS("bootstrap.servers", brokers, "group.id", "reader", "fetch.wait.max.ms",
                                           "10", "enable.partition.eof", "true", "isolation.level", isolation);
    char text[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, discard_log);
    for (size_t i = 0; pairs[i]; i += 2)
        cr_assert_eq(rd_kafka_conf_set(conf, pairs[i], pairs[i + 1], text, sizeof text), RD_KAFKA_CONF_OK, "%s", text);
    rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof text);
    cr_assert_not_null(consumer, "%s", text);
    return consumer;
}

/* Where each partition ends, transactions that are not ended included: the mark of one that was just committed may not
 * have come yet. Assigns those that hold anything; returns how many records that is. */
static size_t assign(const char *brokers, rd_kafka_t *consumer, const char *topic, int partitions, int64_t *ends,
                     int *reading) {
    rd_kafka_t *asking = new_consumer(brokers, "read_uncommitted");
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    size_t total = 0;
    *reading = 0;
    for (int i = 0; i < partitions; i++) {
        int64_t low;
        rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(asking, topic, i, &low, &ends[i], RIG_DEADLINE_MS);
        cr_assert_eq(error, RD_KAFKA_RESP_ERR_NO_ERROR, "%s", rd_kafka_err2str(error));
        total += (size_t)(ends[i] - low);
        if (ends[i] == low)
            continue;
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
        ++*reading;
    }
    cr_assert_eq(rd_kafka_assign(consumer, list), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(asking);
    return total;
}

static struct read_record copy_of(const rd_kafka_message_t *message) {
    return (struct read_record){message->partition, message->offset,
                                hex_write((sts_bytes){message->key, message->key_len}),
                                hex_write((sts_bytes){message->payload, message->len})};
}

struct read_record *topic_read(const char *brokers, const char *topic, int partitions, size_t *count) {
    rd_kafka_t *consumer = new_consumer(brokers, "read_committed");
    int64_t *ends = calloc((size_t)partitions, sizeof *ends);
    int64_t deadline = rig_now_ms() + 2 * RIG_DEADLINE_MS;
    int reading;
    size_t total = assign(brokers, consumer, topic, partitions, ends, &reading);
    struct read_record *records = calloc(total + 1, sizeof *records);
    cr_assert_not_null(records);
    *count = 0;
    while (reading) {
        cr_assert_lt(rig_now_ms(), deadline, "%zu of %zu records came", *count, total);
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, 100);
        if (!message)
            continue;
        bool at_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
        cr_assert(at_end || !message->err, "%s", rd_kafka_err2str(message->err));
        if (!at_end && message->offset < ends[message->partition])
            records[(*count)++] = copy_of(message);
        /* The last place may be the mark of a transaction, which nobody is given, and which comes a moment after the
         * transaction was committed: until then the partition seems to end before. */
        reading -= at_end && message->offset >= ends[message->partition];
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    free(ends);
    return records;
}

size_t topic_count(const char *brokers, const char *topic, int partitions) {
    size_t count;
    struct read_record *records = topic_read(brokers, topic, partitions, &count);
    read_records_free(records, count);
    return count;
}

void read_records_free(struct read_record *records, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(records[i].key);
        free(records[i].value);
    }
    free(records);
}

/* From its value's hex. */
static unsigned number_of(const struct read_record *record) {
    char text[32];
    sts_bytes value = hex_read(record->value);
    snprintf(text, sizeof text, "%.*s", (int)value.size, (const char *)value.data);
    hex_clear(&value);
    return (unsigned)strtoul(text + strlen("body-"), NULL, 10);
}

size_t topic_check_numbered(const char *brokers, const char *topic, int partitions, unsigned expected) {
    size_t count;
    size_t found = 0;
    struct read_record *records = topic_read(brokers, topic, partitions, &count);
    unsigned *next = calloc((size_t)partitions, sizeof *next);
    bool *seen = calloc((size_t)expected + 1, sizeof *seen);
    for (size_t i = 0; i < count; i++) {
        unsigned number = number_of(&records[i]);
        unsigned *least = &next[records[i].partition];
        cr_assert_lt(number, expected);
        if (seen[number])
            continue;
        cr_assert_geq(number, *least, "record %u came after %u", number, *least - 1);
        *least = number + 1;
        seen[number] = true;
        found++;
    }
    cr_assert_eq(found, expected, "%zu of %u are there", found, expected);
    free(seen);
    free(next);
    read_records_free(records, count);
    return count - found;
}
