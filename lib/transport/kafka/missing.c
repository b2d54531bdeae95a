/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/missing.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "transport/kafka/internal.h"

enum { DENIED = -1, UNANSWERED = -2 };

enum {
    LOOK_MS = 500,      /* between two looks, */
    ANSWER_MS = 100,    /* each of which waits so long for a broker, */
    LOOKS_AT_A_TIME = 8 /* for so many topics */
};

bool sts__kafka_topic_is_missing(const sts__kafka_topic *topic) {
    return __atomic_load_n(&topic->absence.noted, __ATOMIC_ACQUIRE);
}

void sts__kafka_miss_topic(sts__kafka_missing *missing, sts__kafka_topic *topic) {
    if (!missing->retries)
        return;
    __atomic_store_n(&topic->absence.noted, 1, __ATOMIC_RELEASE);
    __atomic_store_n(&missing->any, 1, __ATOMIC_RELEASE);
}

void sts__kafka_miss_named(const sts__kafka_topics *topics, const char *name, size_t name_size) {
    for (int32_t i = 0; i < topics->max; i++) {
        sts__kafka_topic *topic = &topics->items[i];
        const char *known = __atomic_load_n(&topic->name, __ATOMIC_ACQUIRE);
        if (known && topic->missed_by && strlen(known) == name_size && memcmp(known, name, name_size) == 0)
            sts__kafka_miss_topic(topic->missed_by, topic);
    }
}

const char *sts__kafka_missing_text(const sts__memory *memory, sts__kafka_topic *topic) {
    sts__text text;
    if (topic->absence.text)
        return topic->absence.text;
    sts__text_init(&text, memory);
    sts__text_printf(&text, "topic \"%s\" does not exist", topic->name);
    if (text.failed) {
        sts__text_clear(&text);
        return "the topic does not exist";
    }
    return topic->absence.text = text.data;
}

void sts__kafka_note_denied(sts__kafka_missing *missing, sts__kafka_topic *topic) {
    if (!sts__kafka_topic_is_missing(topic))
        return;
    topic->absence.denied = true;
    missing->look_at_us = 0; /* there is nothing to wait for */
}

void sts__kafka_park(sts__kafka *kafka, sts__kafka_record *record) {
    sts__kafka_topic *topic = &kafka->topics.items[record->message.topic_index];
    sts__kafka_miss_topic(&kafka->missing, topic);
    sts__kafka_records_park(&kafka->records, record);
}

/* How many partitions it has; 0 where it is not there; what else a broker may say, or that none does. */
static int32_t partitions_of(sts__kafka *kafka, int32_t index) {
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *handle = sts__kafka_topic_handle(kafka, index, kafka->topics.items[index].name);
    if (!handle || rd_kafka_metadata(kafka->producer.handle, 0, handle, &metadata, ANSWER_MS))
        return UNANSWERED;
    bool there = metadata->topic_cnt == 1 && !metadata->topics[0].err;
    bool denied = metadata->topic_cnt == 1 && metadata->topics[0].err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    int32_t count = there ? metadata->topics[0].partition_cnt : 0;
    rd_kafka_metadata_destroy(metadata);
    return denied ? DENIED : count;
}

/* What a topic has waiting up to now; what is sent from now on is tried. */
typedef struct denied {
    int32_t topic_index;
    uint64_t before;
} denied;

static bool is_denied(const sts__kafka_record *record, const void *user) {
    const denied *those = user;
    return record->message.topic_index == those->topic_index && record->number < those->before;
}

static void fail_denied(sts__kafka *kafka, int32_t index) {
    const denied those = {index, sts__kafka_records_next_number(&kafka->records)};
    sts__kafka_record *before = NULL;
    sts__kafka_record *record;
    while ((record = sts__kafka_records_find_waiting(&kafka->records, before, is_denied, &those))) {
        before = record->previous;
        sts__kafka_fail_waiting(kafka, record, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    }
}

/* What was parked waits now as what is behind a closed gate does, and the gate is opened by whoever hands it over. */
static void take_up(sts__kafka *kafka, int32_t index, int32_t partitions) {
    sts__kafka_topic *topic = &kafka->topics.items[index];
    char line[320];
    snprintf(line, sizeof line, "topic %s is there now", topic->name);
    if (topic->absence.told)
        sts__sink_log(kafka->sink, STS_LOG_INFO, line);
    sts__kafka_gate_close(&kafka->records.gate);
    sts__kafka_records_unpark(&kafka->records, index, &topic->absence.noted);
    sts__kafka_opening_forget(&kafka->opening, &topic->opening);
    if (!kafka->transaction.is_on && (topic->absence.denied || partitions == DENIED))
        fail_denied(kafka, index);
    topic->absence.told = topic->absence.denied = false;
    if (partitions == DENIED)
        return;
    sts__kafka_take_fewer_partitions(topic, partitions);
    sts__kafka_forget_settings(topic); /* it may be another topic of that name */
}

static void look_for(sts__kafka *kafka, int32_t index) {
    sts__kafka_topic *topic = &kafka->topics.items[index];
    const int32_t partitions = partitions_of(kafka, index);
    char line[320];
    if (partitions == 0 && !topic->absence.told) {
        snprintf(line, sizeof line, "%s; its records wait until it is there",
                 sts__kafka_missing_text(kafka->memory, topic));
        sts__sink_log(kafka->sink, STS_LOG_WARNING, line);
        topic->absence.told = true;
    }
    if (partitions == 0)
        topic->absence.denied = false;
    /* What librdkafka still has of it comes first: it goes before what is parked, or is parked before that. */
    bool answered = partitions > 0 || partitions == DENIED;
    if (answered && !sts__kafka_records_has_produced(&kafka->records, index))
        take_up(kafka, index, partitions);
}

void sts__kafka_look_for_missing(sts__kafka *kafka) {
    int32_t looks = 0;
    bool left = false;
    if (!__atomic_load_n(&kafka->missing.any, __ATOMIC_ACQUIRE) || sts__clock_us() < kafka->missing.look_at_us)
        return;
    kafka->missing.look_at_us = sts__deadline_after(LOOK_MS);
    __atomic_store_n(&kafka->missing.any, 0, __ATOMIC_RELEASE);
    for (int32_t i = 0; i < kafka->topics.max; i++) {
        int32_t index = (kafka->missing.look_from + i) % kafka->topics.max;
        if (!sts__kafka_topic_is_missing(&kafka->topics.items[index]))
            continue;
        if (looks++ < LOOKS_AT_A_TIME) {
            look_for(kafka, index);
            kafka->missing.look_from = (index + 1) % kafka->topics.max;
        }
        left = left || sts__kafka_topic_is_missing(&kafka->topics.items[index]);
    }
    if (left)
        __atomic_store_n(&kafka->missing.any, 1, __ATOMIC_RELEASE);
}
