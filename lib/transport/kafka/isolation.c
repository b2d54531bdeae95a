/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/isolation.h"

#include <stdlib.h>

#include "base/clock.h"
#include "transport/kafka/internal.h"
#include "transport/message_size.h"

enum { MAX_GROUP = 1000 };

/* A group must not be split into two batches: the second one would follow the first, refused one. */
static size_t largest_group(const sts__kafka *kafka) {
    char text[32] = "";
    size_t size = sizeof text;
    if (rd_kafka_conf_get(kafka->producer.conf, "batch.num.messages", text, &size) != RD_KAFKA_CONF_OK)
        return 1;
    long most = strtol(text, NULL, 10);
    return most > 0 && most < MAX_GROUP ? (size_t)most : MAX_GROUP;
}

/* A batch that was written by a leader that answers that it leads no longer is sent again; if its topic takes less by
 * then, it is refused, for brokers look at that first, and librdkafka tells that it was not written. Of a record that
 * one request alone can have held this is not so. */
static bool may_have_been_sent_before(const sts__kafka *kafka, const sts__kafka_record *record) {
    int64_t since_us = kafka->isolation.active ? kafka->isolation.handed_us : record->taken_us;
    return since_us <= sts__kafka_observer_sent_before_us(kafka->producer.observer);
}

bool sts__kafka_goes_again(sts__kafka *kafka, const rd_kafka_message_t *message, size_t together) {
    sts__kafka_record *record = message->_private;
    if (!message->err || !sts__kafka_error_is_of_record(message->err))
        return false;
    sts__kafka_observer_heard(kafka->producer.observer, 1);
    bool alone =
        together < 2 && (record->message.record_count < 2 || kafka->isolation.active || kafka->transaction.sends_alone);
    if (alone || kafka->purged) {
        kafka->isolation.failed = true;
        return false;
    }
    sts__kafka_topic *topic = &kafka->topics.items[record->message.topic_index];
    topic->suspects.before = sts__kafka_records_next_number(&kafka->records);
    topic->suspects.refused_under = topic->settings.version;
    sts__kafka_doubt_refused_settings(topic);
    record->is_suspect = true;
    sts__kafka_transaction_suspects(kafka, record);
    kafka->isolation.refused = true;
    kafka->isolation.too_large = message->err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE;
    if (!kafka->transaction.is_on) {
        record->was_lost = record->was_lost || rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
        record->may_be_there = record->may_be_there || record->was_lost || may_have_been_sent_before(kafka, record);
    }
    sts__kafka_records_set_produced(&kafka->records, record, false);
    return true;
}

/* The first group is one record, by whose outcome the producer has come to know the topic's partitions. */
void sts__kafka_begin_isolation(sts__kafka *kafka) {
    kafka->isolation = (sts__kafka_isolation){.active = true, .size = 1};
    __atomic_store_n(&kafka->opening.suspended, 1, __ATOMIC_RELEASE);
}

static bool is_suspect(const sts__kafka_record *record, const void *user) {
    (void)user;
    return record->is_suspect;
}

static bool goes_this_way(const sts__kafka_record *record, const void *user) {
    const sts__kafka *kafka = user;
    return record->number < kafka->topics.items[record->message.topic_index].suspects.before;
}

/* How large the next group may be, by what became of the last one. Returns whether there is anything more to do. */
static bool learn(sts__kafka *kafka) {
    sts__kafka_isolation *isolation = &kafka->isolation;
    size_t most = largest_group(kafka);
    sts__topic_settings *settings = &kafka->topics.items[isolation->topic_index].settings;
    if (isolation->refused && isolation->too_large) {
        /* With one header. What was refused was at least as large, so half of it is a good guess of what is taken. */
        settings->batch_bytes = (int64_t)((isolation->bytes - (isolation->handed - 1) * STS__BATCH_HEADER) / 2);
        kafka->limits.is_unfit = kafka->limits.is_unfit || settings->batch_bytes < kafka->limits.batch_bytes;
    }
    if (isolation->refused)
        isolation->size = isolation->handed / 2;
    else if (!isolation->failed)
        isolation->size *= 2;
    if (isolation->size > most)
        isolation->size = most;
    if (isolation->size == 0)
        isolation->size = 1;
    bool taken = !isolation->refused && !isolation->failed;
    isolation->handed = 0;
    isolation->bytes = 0;
    isolation->refused = isolation->too_large = isolation->failed = false;
    return !taken || sts__kafka_records_find_waiting(&kafka->records, NULL, is_suspect, kafka);
}

/* Keeps all partitions of a topic from being sent to, or lets them be; false if librdkafka does not know one of them.
 */
static bool hold_back(const sts__kafka *kafka, const sts__kafka_topic *topic, bool back) {
    int32_t count = __atomic_load_n(&topic->placement.last_count, __ATOMIC_RELAXED);
    rd_kafka_topic_partition_list_t *partitions = rd_kafka_topic_partition_list_new(count);
    bool known = count > 0;
    if (known)
        rd_kafka_topic_partition_list_add_range(partitions, topic->name, 0, count - 1);
    if (back)
        rd_kafka_pause_partitions(kafka->producer.handle, partitions);
    else
        rd_kafka_resume_partitions(kafka->producer.handle, partitions);
    for (int i = 0; i < partitions->cnt; i++)
        known = known && !partitions->elems[i].err;
    rd_kafka_topic_partition_list_destroy(partitions);
    return known;
}

typedef struct group {
    const sts__kafka *kafka;
    int32_t topic_index;
} group;

static bool goes_with(const sts__kafka_record *record, const void *user) {
    const group *g = user;
    return record->message.topic_index == g->topic_index && goes_this_way(record, g->kafka);
}

/* Hands the next records of a topic to the producer, from `record` on, as many as the group may have. */
static void hand_over(sts__kafka *kafka, sts__kafka_record *record, size_t size) {
    sts__kafka_isolation *isolation = &kafka->isolation;
    group g = {kafka, record->message.topic_index};
    int64_t fitting = sts__kafka_fitting_batch(&kafka->limits, &kafka->topics);
    size_t most = (size_t)(fitting < kafka->limits.batch_bytes ? fitting : kafka->limits.batch_bytes);
    sts__kafka_record *before = record->previous;
    isolation->handed_us = sts__clock_us();
    while (record && isolation->handed < size) {
        size_t bytes = sts__message_batch_size(&record->message);
        bool produced;
        if ((isolation->handed && isolation->bytes + bytes > most) || sts__kafka_waits_for_settings(kafka, record))
            return;
        if (sts__kafka_topic_is_missing(&kafka->topics.items[g.topic_index])) {
            sts__kafka_park(kafka, record);
        } else if (!sts__kafka_is_over(kafka, record)) {
            if (!sts__kafka_replay(kafka, record, &produced))
                return;
            if (produced) {
                before = record;
                isolation->handed++;
                isolation->bytes += bytes;
            }
        }
        record = sts__kafka_records_find_waiting(&kafka->records, before, goes_with, &g);
    }
}

static void end(sts__kafka *kafka) {
    for (int32_t i = 0; i < kafka->topics.max; i++)
        kafka->topics.items[i].suspects.before = 0;
    sts__kafka_observer_expect(kafka->producer.observer, false);
    kafka->isolation.active = false;
    __atomic_store_n(&kafka->opening.suspended, 0, __ATOMIC_RELEASE);
}

/* Lets the records of a topic go as ever. */
static void release(sts__kafka *kafka, int32_t topic_index) {
    group g = {kafka, topic_index};
    sts__kafka_record *record = NULL;
    while ((record = sts__kafka_records_find_waiting(&kafka->records, record, goes_with, &g)))
        record->is_suspect = false;
    kafka->topics.items[topic_index].suspects.before = 0;
}

bool sts__kafka_isolate(sts__kafka *kafka) {
    sts__kafka_isolation *isolation = &kafka->isolation;
    if (!isolation->active)
        return false;
    if (sts__kafka_records_produced(&kafka->records) > 0) {
        rd_kafka_flush(kafka->producer.handle, 1); /* nothing lingers */
        return true;
    }
    sts__kafka_record *first = NULL;
    if (!isolation->handed || learn(kafka))
        first = sts__kafka_records_find_waiting(&kafka->records, NULL, goes_this_way, kafka);
    if (!first) {
        end(kafka);
        return false;
    }
    const sts__kafka_topic *topic = &kafka->topics.items[first->message.topic_index];
    if (sts__kafka_waits_for_settings(kafka, first))
        return true;
    isolation->topic_index = first->message.topic_index;
    if (topic->settings.version != topic->suspects.refused_under) {
        release(kafka, isolation->topic_index);
        return true;
    }
    sts__kafka_observer_expect(kafka->producer.observer, true);
    size_t size = isolation->size;
    if (size > 1 && !hold_back(kafka, topic, true))
        size = 1;
    hand_over(kafka, first, size);
    if (isolation->size > 1)
        hold_back(kafka, topic, false);
    rd_kafka_flush(kafka->producer.handle, 1);
    return true;
}
