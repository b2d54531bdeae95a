/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/options_check.h"

#include <stdio.h>
#include <string.h>

#include "key/topic.h"
#include "ottl/metadata.h"

static void check_topic(const char *option, const char *name, sts__text *faults) {
    sts_bytes topic = {name, strlen(name)};
    const char *fault = sts__topic_fault(topic);
    if (fault)
        sts__faults_add(faults, "%s: the name \"%s\" %s", option, name, fault);
}

/* Each is in the table of topics from the start, where topic and dead_letter.topic are. */
static void check_signal_topics(const sts__config *config, sts__text *faults) {
    char option[32];
    const char *named[STS__SIGNALS + 2] = {config->common.topic, config->common.dead_letter_topic};
    int count = config->common.dead_letter_topic[0] ? 2 : 1;
    for (int i = 0; i < STS__SIGNALS; i++) {
        const char *topic = config->signals[i].topic;
        int same = 0;
        while (same < count && strcmp(named[same], topic) != 0)
            same++;
        if (topic[0] && same == count)
            named[count++] = topic;
        snprintf(option, sizeof option, "%s.topic", sts__signals[i].name);
        if (topic[0])
            check_topic(option, topic, faults);
        if (topic[0] && strcmp(config->common.dead_letter_topic, topic) == 0)
            sts__faults_add(faults, "dead_letter.topic: must differ from %s", option);
    }
    if (count > 2 && count > config->common.topics_max)
        sts__faults_add(faults, "topics.max: must be at least %d, as the options name that many", count);
}

/* Each part is NAME=TEXT. */
static void check_record_headers(const sts__config *config, sts__text *faults) {
    const char *list = config->record_header_list;
    sts_bytes part;
    while (sts__list_next(&list, &part)) {
        const char *equals = memchr(part.data, '=', part.size);
        if (!equals || equals == part.data)
            sts__faults_add(faults, "record_headers: a part is not NAME=TEXT");
        else if (config->signal_header && equals - (const char *)part.data == 14 &&
                 memcmp(part.data, "otelcol.signal", 14) == 0)
            sts__faults_add(faults, "record_headers: signal_header sets the header otelcol.signal");
    }
}

/* The collector's kafkaexporter reserves the name in the same way. */
static void check_signal_header(const sts__config *config, sts__text *faults) {
    if (!config->signal_header)
        return;
    if (sts__pairs_find(config->record_headers, "otelcol.signal"))
        sts__faults_add(faults, "record_headers.otelcol.signal: signal_header sets this header");
    if (sts__pairs_find(config->header_from, "otelcol.signal"))
        sts__faults_add(faults, "header_from.otelcol.signal: signal_header sets this header");
    if (strcmp(config->fingerprint_header, "otelcol.signal") == 0)
        sts__faults_add(faults, "fingerprint_header: signal_header sets the header otelcol.signal");
    const char *list = config->include_metadata_keys;
    sts_bytes part;
    while (sts__list_next(&list, &part)) {
        sts__metadata_pair pair = {.name = "otelcol.signal"};
        if (sts__metadata_is(&pair, part.data, part.size))
            sts__faults_add(faults, "include_metadata_keys: signal_header sets the header otelcol.signal");
    }
}

/* A name, or the beginning of names. */
static void check_allowed_name(sts_bytes part, sts__text *faults) {
    bool prefix = part.size && ((const char *)part.data)[part.size - 1] == '*';
    sts_bytes name = {part.data, part.size - prefix};
    const char *fault = name.size || !prefix ? sts__topic_fault(name) : NULL;
    if (fault)
        sts__faults_add(faults, "topics.allow: the name \"%.*s\" %s", (int)name.size, (const char *)name.data, fault);
}

static void check_allowed(const char *list, sts__text *faults) {
    sts_bytes part;
    while (sts__list_next(&list, &part))
        check_allowed_name(part, faults);
}

/* What stays open is told apart by keys; the collector checks its sizes in the same way. */
static void check_batch(const sts__config *config, sts__text *faults) {
    if (config->batch_max_size && config->batch_max_size < config->batch_min_size)
        sts__faults_add(faults,
                        "sending_queue.batch.max_size: must be 0, or at least sending_queue.batch.min_size (%lld)",
                        (long long)config->batch_min_size);
    if (!config->batch_timeout_ms)
        return;
    if (config->gather == STS__GATHER_NONE)
        sts__faults_add(
            faults, "sending_queue.batch.flush_timeout: needs gather=key or gather=resource; without it each record "
                    "is a message (and linger decides how librdkafka batches those)");
    if (config->gather == STS__GATHER_REQUEST)
        sts__faults_add(faults,
                        "sending_queue.batch.flush_timeout: with gather=request a message is of one export; with "
                        "gather=key messages hold records of several");
}

/* The collector's exporterhelper refuses to wait for results from a persistent queue in the same way. */
static void check_storage(const sts__config *config, sts__text *faults) {
    if (!config->storage[0])
        return;
    if (config->wait_for_result)
        sts__faults_add(faults,
                        "sending_queue.wait_for_result: not with sending_queue.storage, where an export returns "
                        "when its records are stored");
    if (config->batch_timeout_ms)
        sts__faults_add(faults, "sending_queue.batch.flush_timeout: not with sending_queue.storage, which stores "
                                "messages that are made (gather alone works)");
    if (config->storage_bytes / 2 < config->common.max_message_bytes)
        sts__faults_add(faults, "sending_queue.storage.max_bytes: must be at least twice max_message_bytes");
}

/* The times at which librdkafka lets go of a connection come before the cluster's. */
static void check_delivery(const sts__config *config, sts__text *faults) {
    enum { GRACE_MS = 10000 };
    const sts__kafka_settings *kafka = &config->kafka;
    if (config->delivery != STS__DELIVERY_EXACTLY_ONCE)
        return;
    if (!config->storage[0])
        sts__faults_add(faults,
                        "delivery: exactly_once needs sending_queue.storage, from which it goes on after a crash");
    if (config->transport == STS__TRANSPORT_MEMORY)
        sts__faults_add(faults, "transport: memory has no transactions, which delivery=exactly_once needs");
    if (kafka->acks != STS__ACKS_ALL)
        sts__faults_add(faults, "required_acks: must be all with delivery=exactly_once");
    if (!kafka->retry)
        sts__faults_add(faults, "retry_on_failure.enabled: must be true with delivery=exactly_once");
    if (kafka->exactly_once.timeout_ms < kafka->request_timeout_ms + GRACE_MS)
        sts__faults_add(faults, "transaction.timeout: must be at least 10s longer than timeout");
    if (kafka->exactly_once.interval_ms > kafka->exactly_once.timeout_ms / 2)
        sts__faults_add(faults, "transaction.interval: must be at most half of transaction.timeout");
}

void sts__options_check(const sts__config *config, sts__text *faults) {
    const sts__transport_settings *common = &config->common;
    const sts__kafka_settings *kafka = &config->kafka;
    check_topic("topic", common->topic, faults);
    check_topic("metadata_topic", config->metadata_topic, faults);
    if (config->common.dead_letter_topic[0])
        check_topic("dead_letter.topic", config->common.dead_letter_topic, faults);
    if (strcmp(config->common.dead_letter_topic, common->topic) == 0)
        sts__faults_add(faults, "dead_letter.topic: must differ from topic");
    if (config->common.dead_letter_topic[0] && common->topics_max < 2)
        sts__faults_add(faults, "dead_letter.topic: topics.max must be at least 2");
    check_signal_topics(config, faults);
    check_record_headers(config, faults);
    check_signal_header(config, faults);
    check_allowed(config->topics_allow, faults);
    check_batch(config, faults);
    check_storage(config, faults);
    check_delivery(config, faults);
    /* A record of the largest size must find room in an empty queue. */
    if (config->queue_bytes < common->max_message_bytes + 4096)
        sts__faults_add(faults, "sending_queue.max_bytes: must be at least max_message_bytes + 4096");
    if (kafka->max_elapsed_ms != 0 && kafka->max_elapsed_ms <= kafka->linger_ms)
        sts__faults_add(faults, "retry_on_failure.max_elapsed_time: must be longer than linger");
    else if (kafka->max_elapsed_ms != 0 && kafka->max_elapsed_ms <= kafka->linger_ms + config->batch_timeout_ms)
        sts__faults_add(faults, "retry_on_failure.max_elapsed_time: must be longer than linger and "
                                "sending_queue.batch.flush_timeout together");
    if (kafka->retry_max_ms < kafka->retry_initial_ms)
        sts__faults_add(faults, "retry_on_failure.max_interval: must not be shorter than initial_interval");
}
