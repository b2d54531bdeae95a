/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/topic_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "transport/kafka/internal.h"

enum {
    ASK_MS = 2000,   /* how long a question waits for a broker; then it is put again, */
    FIND_MS = 100,   /* to a broker that was found within this time */
    FRESH_MS = 5000, /* settings are not asked for again within this time */
};

static int state_of(const sts__topic_settings *settings) {
    return __atomic_load_n(&settings->state, __ATOMIC_ACQUIRE);
}

static void set_state(sts__topic_settings *settings, sts__settings_state state) {
    __atomic_store_n(&settings->state, state, __ATOMIC_RELEASE);
}

static void set(int64_t *place, int64_t value) {
    __atomic_store_n(place, value, __ATOMIC_RELAXED);
}

bool sts__kafka_settings_are_known(const sts__kafka_topic *topic) {
    return state_of(&topic->settings) == STS__SETTINGS_KNOWN;
}

void sts__kafka_want_settings(sts__kafka *kafka, int32_t index, const char *name) {
    sts__kafka_topic *topic = &kafka->topics.items[index];
    int unknown = STS__SETTINGS_UNKNOWN;
    pthread_mutex_lock(&kafka->producer.lock);
    sts__kafka_name_topic(topic, name);
    pthread_mutex_unlock(&kafka->producer.lock);
    if (__atomic_compare_exchange_n(&topic->settings.state, &unknown, STS__SETTINGS_WANTED, false, __ATOMIC_RELEASE,
                                    __ATOMIC_RELAXED))
        __atomic_store_n(&kafka->limits.wanted, 1, __ATOMIC_RELEASE);
}

static bool are_fresh(int64_t since_us) {
    return since_us && sts__clock_us() - since_us < FRESH_MS * INT64_C(1000);
}

/* Makes them unknown; else the question is under way. */
static void forget(sts__topic_settings *settings) {
    int known = STS__SETTINGS_KNOWN;
    __atomic_compare_exchange_n(&settings->state, &known, STS__SETTINGS_UNKNOWN, false, __ATOMIC_RELEASE,
                                __ATOMIC_RELAXED);
}

void sts__kafka_forget_settings(sts__kafka_topic *topic) {
    forget(&topic->settings);
}

bool sts__kafka_doubt_old_settings(sts__kafka_topic *topic) {
    if (are_fresh(__atomic_load_n(&topic->settings.read_us, __ATOMIC_RELAXED)) ||
        __atomic_load_n(&topic->settings.untold, __ATOMIC_RELAXED))
        return false;
    forget(&topic->settings);
    return true;
}

void sts__kafka_doubt_refused_settings(sts__kafka_topic *topic) {
    if (are_fresh(topic->settings.doubted_us) || __atomic_load_n(&topic->settings.untold, __ATOMIC_RELAXED))
        return;
    topic->settings.doubted_us = sts__clock_us();
    forget(&topic->settings);
}

/* --- questions --- */

static void ask(const sts__kafka *kafka, const sts__kafka_topic *topic) {
    rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic->name);
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(kafka->producer.handle, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_AdminOptions_set_request_timeout(options, ASK_MS, NULL, 0);
    if (kafka->limits.ask_broker >= 0)
        rd_kafka_AdminOptions_set_broker(options, kafka->limits.ask_broker, NULL, 0);
    rd_kafka_DescribeConfigs(kafka->producer.handle, &resource, 1, options, kafka->producer.queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_ConfigResource_destroy(resource);
}

bool sts__kafka_has_settings(sts__kafka *kafka) {
    if (!__atomic_load_n(&kafka->limits.wanted, __ATOMIC_ACQUIRE))
        return true;
    bool known = true;
    __atomic_store_n(&kafka->limits.wanted, 0, __ATOMIC_RELEASE);
    for (int32_t i = 0; i < kafka->topics.max; i++) {
        sts__kafka_topic *topic = &kafka->topics.items[i];
        int state = state_of(&topic->settings);
        if (state == STS__SETTINGS_WANTED) {
            set_state(&topic->settings, STS__SETTINGS_ASKED);
            ask(kafka, topic);
        }
        known = known && state != STS__SETTINGS_WANTED && state != STS__SETTINGS_ASKED;
    }
    if (!known)
        __atomic_store_n(&kafka->limits.wanted, 1, __ATOMIC_RELEASE);
    return known;
}

/* What was learnt and not told may be different by now. */
static void forget_learnt(sts__topic_settings *settings) {
    __atomic_store_n(&settings->compacted, 0, __ATOMIC_RELAXED);
    set(&settings->before_ms, 0);
    set(&settings->after_ms, 0);
}

void sts__kafka_refresh_settings(sts__kafka *kafka) {
    int64_t now = sts__clock_us();
    if (!kafka->limits.interval_ms || now < kafka->limits.refresh_at_us)
        return;
    kafka->limits.refresh_at_us = now + kafka->limits.interval_ms * 1000;
    for (int32_t i = 0; i < kafka->topics.max; i++) {
        sts__topic_settings *settings = &kafka->topics.items[i].settings;
        if (state_of(settings) != STS__SETTINGS_KNOWN || settings->asked_again)
            continue;
        if (settings->untold)
            forget_learnt(settings);
        settings->asked_again = true; /* records go on meanwhile */
        ask(kafka, &kafka->topics.items[i]);
    }
}

void sts__kafka_doubt_all_settings(sts__kafka_limits *limits, sts__kafka_topics *topics) {
    for (int32_t i = 0; i < topics->max; i++) {
        sts__topic_settings *settings = &topics->items[i].settings;
        if (state_of(settings) != STS__SETTINGS_KNOWN)
            continue;
        if (settings->untold)
            forget_learnt(settings);
        settings->batch_bytes = 0;
        set_state(settings, STS__SETTINGS_WANTED);
        __atomic_store_n(&limits->wanted, 1, __ATOMIC_RELEASE);
    }
}

/* --- answers --- */

/* No broker to ask: nothing is known of the topic. All other errors are answers. */
static bool is_no_answer(rd_kafka_resp_err_t error) {
    return error == RD_KAFKA_RESP_ERR__TIMED_OUT || sts__kafka_status(error) == STS_ERR_NO_BROKER;
}

/* "" where it is not told. */
static const char *value_of(const rd_kafka_ConfigResource_t *resource, const char *name) {
    size_t count;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rd_kafka_ConfigEntry_name(entries[i]), name) == 0 && rd_kafka_ConfigEntry_value(entries[i]))
            return rd_kafka_ConfigEntry_value(entries[i]);
    return "";
}

static int64_t number_of(const rd_kafka_ConfigResource_t *resource, const char *name) {
    return strtoll(value_of(resource, name), NULL, 10);
}

/* How far a record's time may be from the broker's, on one side: with CreateTime alone. Before 3.6 (KIP-937) there was
 * one bound for both. A bound beyond all times is none, which is 0 here. */
static int64_t time_bound(const rd_kafka_ConfigResource_t *resource, const char *name) {
    if (strcmp(value_of(resource, "message.timestamp.type"), "LogAppendTime") == 0)
        return 0;
    if (!value_of(resource, name)[0])
        name = "message.timestamp.difference.max.ms";
    int64_t bound = number_of(resource, name);
    return bound < INT64_MAX / 2 ? bound : 0;
}

static void take_told(sts__topic_settings *settings, const rd_kafka_ConfigResource_t *resource) {
    int64_t told = number_of(resource, "max.message.bytes");
    int64_t limit = told > 0 ? told : 0;
    int64_t before_ms = time_bound(resource, "message.timestamp.before.max.ms");
    int64_t after_ms = time_bound(resource, "message.timestamp.after.max.ms");
    bool compacted = strstr(value_of(resource, "cleanup.policy"), "compact");
    if (limit != settings->limit)
        settings->batch_bytes = 0; /* what was learnt is of the old one */
    settings->version += limit != settings->limit || before_ms != settings->before_ms ||
                         after_ms != settings->after_ms || compacted != (bool)settings->compacted;
    set(&settings->limit, limit);
    set(&settings->before_ms, before_ms);
    set(&settings->after_ms, after_ms);
    __atomic_store_n(&settings->compacted, compacted, __ATOMIC_RELAXED);
    settings->min_insync = number_of(resource, "min.insync.replicas");
    __atomic_store_n(&settings->untold, 0, __ATOMIC_RELAXED);
}

static void take_untold(sts__kafka *kafka, sts__kafka_topic *topic, rd_kafka_resp_err_t error) {
    char line[512];
    if (!topic->settings.untold)
        set(&topic->settings.limit, 0);
    __atomic_store_n(&topic->settings.untold, 1, __ATOMIC_RELAXED);
    if (sts__kafka_status(error) != STS_ERR_NOT_AUTHORIZED)
        return;
    /* What the topic takes will be learnt from refusals. Where a producer's first batch to a partition is refused, a
     * broker knows nothing of the producer yet, and takes the next one, whatever its sequence (KIP-360): there must be
     * no next one under way. */
    kafka->limits.is_unfit = kafka->limits.is_unfit || (kafka->idempotent && !kafka->limits.one_at_a_time);
    kafka->limits.one_at_a_time = true;
    if (topic->settings.has_warned || kafka->is_trial)
        return;
    topic->settings.has_warned = true;
    snprintf(line, sizeof line,
             "the settings of topic \"%s\" cannot be read, because this user lacks DESCRIBE_CONFIGS on "
             "it: what the topic accepts is learnt from what brokers refuse, and only one batch at a "
             "time is under way to each broker",
             topic->name);
    sts__sink_log(kafka->sink, STS_LOG_WARNING, line);
}

int64_t sts__kafka_fitting_batch(const sts__kafka_limits *limits, const sts__kafka_topics *topics) {
    int64_t least = limits->most_batch_bytes;
    for (int32_t i = 0; i < topics->max; i++) {
        const sts__topic_settings *settings = &topics->items[i].settings;
        if (settings->limit && settings->limit < least)
            least = settings->limit;
        if (settings->batch_bytes && settings->batch_bytes < least)
            least = settings->batch_bytes;
    }
    return least;
}

/* `resource` NULL: it is not told, for that error. */
static void take(sts__kafka *kafka, sts__kafka_topic *topic, rd_kafka_resp_err_t error,
                 const rd_kafka_ConfigResource_t *resource) {
    if (resource)
        take_told(&topic->settings, resource);
    else
        take_untold(kafka, topic, error);
    set(&topic->settings.gathered_limit, 0);
    set(&topic->settings.read_us, sts__clock_us());
    set_state(&topic->settings, STS__SETTINGS_KNOWN);
    if (sts__kafka_fitting_batch(&kafka->limits, &kafka->topics) < kafka->limits.batch_bytes)
        kafka->limits.is_unfit = true;
}

/* The topic that was asked for, by its name; NULL: all that were. */
static void give_answer(sts__kafka *kafka, const char *name, bool no_answer, rd_kafka_resp_err_t error,
                        const rd_kafka_ConfigResource_t *resource) {
    for (int32_t i = 0; i < kafka->topics.max; i++) {
        sts__kafka_topic *topic = &kafka->topics.items[i];
        bool first = state_of(&topic->settings) == STS__SETTINGS_ASKED;
        if ((!first && !topic->settings.asked_again) || (name && strcmp(topic->name, name) != 0))
            continue;
        topic->settings.asked_again = false;
        if (!no_answer)
            take(kafka, topic, error, resource);
        else if (first)
            set_state(&topic->settings, STS__SETTINGS_WANTED);
    }
}

/* librdkafka asks the controller by itself; which is not to be found everywhere. Another broker will do: one that is
 * there sends metadata, or, where that takes longer than we can wait, was the last to get a request, which was this. */
static void find_broker(sts__kafka *kafka) {
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(kafka->producer.handle, 0, NULL, &metadata, FIND_MS)) {
        kafka->limits.ask_broker = sts__kafka_observer_broker(kafka->producer.observer);
        return;
    }
    kafka->limits.ask_broker = metadata->orig_broker_id;
    rd_kafka_metadata_destroy(metadata);
}

/* The cluster that was asked has no such topic. */
static void miss(sts__kafka *kafka, const char *name) {
    for (int32_t i = 0; i < kafka->topics.max && name; i++)
        if (kafka->topics.items[i].name && strcmp(kafka->topics.items[i].name, name) == 0)
            sts__kafka_miss_topic(&kafka->missing, &kafka->topics.items[i]);
}

void sts__kafka_take_settings(sts__kafka *kafka, rd_kafka_event_t *event) {
    size_t count = 0;
    rd_kafka_resp_err_t error = rd_kafka_event_error(event);
    const char *name = NULL;
    const rd_kafka_ConfigResource_t *resource = NULL;
    const rd_kafka_DescribeConfigs_result_t *result = rd_kafka_event_DescribeConfigs_result(event);
    const rd_kafka_ConfigResource_t **resources =
        error ? NULL : rd_kafka_DescribeConfigs_result_resources(result, &count);
    if (count == 1) {
        error = rd_kafka_ConfigResource_error(resources[0]);
        name = rd_kafka_ConfigResource_name(resources[0]);
        resource = error ? NULL : resources[0];
    }
    if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        miss(kafka, name);
    give_answer(kafka, name, is_no_answer(error), error, resource);
    if (is_no_answer(error))
        find_broker(kafka);
}

void sts__kafka_forget_questions(sts__kafka *kafka) {
    give_answer(kafka, NULL, true, RD_KAFKA_RESP_ERR_NO_ERROR, NULL);
}

/* --- what acknowledgements are worth --- */

void sts__kafka_warn_of_replicas(const sts__kafka *kafka, int32_t index) {
    const sts__kafka_topic *topic = &kafka->topics.items[index];
    char line[512];
    int32_t replicas = topic->settings.replicas;
    int64_t wanted = topic->settings.min_insync;
    if (kafka->is_trial || kafka->acks != STS__ACKS_ALL || replicas == 0 || wanted == 0 ||
        (replicas > 1 && wanted <= replicas))
        return;
    int size = snprintf(
        line, sizeof line, "topic \"%s\" has %d replica%s", topic->name, (int)replicas,
        replicas == 1 ? ", so required_acks=all waits for one broker only, and records may be lost with it" : "s");
    if (wanted > replicas && size > 0 && (size_t)size < sizeof line)
        snprintf(line + size, sizeof line - (size_t)size,
                 "%s its min.insync.replicas is %lld, which brokers ignore if there are fewer replicas",
                 replicas == 1 ? ";" : ", and", (long long)wanted);
    sts__sink_log(kafka->sink, STS_LOG_WARNING, line);
}
