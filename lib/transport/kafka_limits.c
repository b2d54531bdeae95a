/* SPDX-License-Identifier: Apache-2.0
 *
 * What the topics take. A broker refuses a batch that is larger than the topic's max.message.bytes, and all records of
 * the batch with it. So the limit is asked for before the first record goes to a topic (and again when it proved
 * wrong): a record over it is refused alone, and no batch is larger. Until the answer has come, records wait. Where the
 * cluster does not tell, max_message_bytes is the only limit. */
#include "transport/kafka_internal.h"

#include <stdlib.h>
#include <string.h>

#include "transport/message_size.h"

enum {
    ASK_MS = 2000, /* how long a question waits for a broker; then it is put again, */
    FIND_MS = 100  /* to a broker that was found within this time */
};

bool sts__kafka_limit_is_known(const sts__kafka_topic *topic) {
    return __atomic_load_n(&topic->limit_state, __ATOMIC_ACQUIRE) == STS__LIMIT_KNOWN;
}

void sts__kafka_want_limit(sts__kafka *kafka, int32_t index, const char *name) {
    sts__kafka_topic *topic = &kafka->topics[index];
    int unknown = STS__LIMIT_UNKNOWN;
    pthread_mutex_lock(&kafka->lock);
    if (!topic->name)
        topic->name = name;
    pthread_mutex_unlock(&kafka->lock);
    if (__atomic_compare_exchange_n(&topic->limit_state, &unknown, STS__LIMIT_WANTED, false, __ATOMIC_RELEASE,
                                    __ATOMIC_RELAXED))
        __atomic_store_n(&kafka->limits_wanted, 1, __ATOMIC_RELEASE);
}

bool sts__kafka_is_too_large(const sts__kafka *kafka, const sts_message *message, sts__fault *fault) {
    int64_t limit = __atomic_load_n(&kafka->topics[message->topic_index].limit, __ATOMIC_RELAXED);
    size_t size = limit ? sts__message_batch_size(message) : 0;
    if (size <= (size_t)limit)
        return false;
    sts__fault_set(fault, STS_ERR_RECORD_SIZE, "the record takes %zu bytes; the topic's max.message.bytes is %lld",
                   size, (long long)limit);
    return true;
}

static void ask(const sts__kafka *kafka, const sts__kafka_topic *topic) {
    rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic->name);
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(kafka->producer, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_AdminOptions_set_request_timeout(options, ASK_MS, NULL, 0);
    if (kafka->ask_broker >= 0)
        rd_kafka_AdminOptions_set_broker(options, kafka->ask_broker, NULL, 0);
    rd_kafka_DescribeConfigs(kafka->producer, &resource, 1, options, kafka->queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_ConfigResource_destroy(resource);
}

bool sts__kafka_limits_are_known(sts__kafka *kafka) {
    if (!__atomic_load_n(&kafka->limits_wanted, __ATOMIC_ACQUIRE))
        return true;
    bool known = true;
    __atomic_store_n(&kafka->limits_wanted, 0, __ATOMIC_RELEASE);
    for (int32_t i = 0; i < kafka->topics_max; i++) {
        sts__kafka_topic *topic = &kafka->topics[i];
        int state = __atomic_load_n(&topic->limit_state, __ATOMIC_ACQUIRE);
        if (state == STS__LIMIT_WANTED) {
            __atomic_store_n(&topic->limit_state, STS__LIMIT_ASKED, __ATOMIC_RELEASE);
            ask(kafka, topic);
        }
        known = known && state != STS__LIMIT_WANTED && state != STS__LIMIT_ASKED;
    }
    if (!known)
        __atomic_store_n(&kafka->limits_wanted, 1, __ATOMIC_RELEASE);
    return known;
}

/* No broker to ask: nothing is known of the topic. All other errors are answers. */
static bool is_no_answer(rd_kafka_resp_err_t error) {
    return error == RD_KAFKA_RESP_ERR__TIMED_OUT || sts__kafka_status(error) == STS_ERR_NO_BROKER;
}

static int64_t limit_of(const rd_kafka_ConfigResource_t *resource) {
    size_t count;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rd_kafka_ConfigEntry_name(entries[i]), "max.message.bytes") == 0 &&
            rd_kafka_ConfigEntry_value(entries[i]))
            return strtoll(rd_kafka_ConfigEntry_value(entries[i]), NULL, 10);
    return 0;
}

static void take_limit(sts__kafka *kafka, sts__kafka_topic *topic, int64_t limit) {
    if (limit > 0 && limit < kafka->batch_bytes) {
        kafka->batch_bytes = limit;
        kafka->batch_is_too_large = true;
    }
    __atomic_store_n(&topic->limit, limit, __ATOMIC_RELAXED);
    __atomic_store_n(&topic->limit_state, STS__LIMIT_KNOWN, __ATOMIC_RELEASE);
}

/* The topic that was asked for, by its name; NULL: all that were. */
static void give_answer(sts__kafka *kafka, const char *name, bool no_answer, int64_t limit) {
    for (int32_t i = 0; i < kafka->topics_max; i++) {
        sts__kafka_topic *topic = &kafka->topics[i];
        if (__atomic_load_n(&topic->limit_state, __ATOMIC_ACQUIRE) != STS__LIMIT_ASKED ||
            (name && strcmp(topic->name, name) != 0))
            continue;
        if (no_answer)
            __atomic_store_n(&topic->limit_state, STS__LIMIT_WANTED, __ATOMIC_RELEASE);
        else
            take_limit(kafka, topic, limit);
    }
}

/* librdkafka asks the controller by itself; which is not to be found everywhere. Another broker will do: one that is
 * there sends metadata, or, where that takes longer than we can wait, was the last to get a request, which was this. */
static void find_broker(sts__kafka *kafka) {
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(kafka->producer, 0, NULL, &metadata, FIND_MS)) {
        kafka->ask_broker = sts__kafka_observer_broker(kafka->observer);
        return;
    }
    kafka->ask_broker = metadata->orig_broker_id;
    rd_kafka_metadata_destroy(metadata);
}

/* The cluster that was asked has no such topic. */
static void miss(sts__kafka *kafka, const char *name) {
    for (int32_t i = 0; i < kafka->topics_max && name; i++)
        if (kafka->topics[i].name && strcmp(kafka->topics[i].name, name) == 0)
            sts__kafka_miss_topic(kafka, &kafka->topics[i]);
}

static void take_answer(sts__kafka *kafka, const char *name, rd_kafka_resp_err_t error, int64_t limit) {
    bool no_answer = is_no_answer(error);
    if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        miss(kafka, name);
    give_answer(kafka, name, no_answer, error ? 0 : limit);
    if (no_answer)
        find_broker(kafka);
}

void sts__kafka_take_limit(sts__kafka *kafka, rd_kafka_event_t *event) {
    size_t count = 0;
    rd_kafka_resp_err_t error = rd_kafka_event_error(event);
    const rd_kafka_DescribeConfigs_result_t *result = rd_kafka_event_DescribeConfigs_result(event);
    const rd_kafka_ConfigResource_t **resources =
        error ? NULL : rd_kafka_DescribeConfigs_result_resources(result, &count);
    if (count == 1) {
        error = rd_kafka_ConfigResource_error(resources[0]);
        take_answer(kafka, rd_kafka_ConfigResource_name(resources[0]), error, limit_of(resources[0]));
    } else {
        take_answer(kafka, NULL, error, 0);
    }
}

void sts__kafka_forget_limit(sts__kafka *kafka, int32_t index) {
    int known = STS__LIMIT_KNOWN; /* else the question is under way */
    __atomic_compare_exchange_n(&kafka->topics[index].limit_state, &known, STS__LIMIT_UNKNOWN, false, __ATOMIC_RELEASE,
                                __ATOMIC_RELAXED);
}

void sts__kafka_forget_questions(sts__kafka *kafka) {
    give_answer(kafka, NULL, true, 0);
}
