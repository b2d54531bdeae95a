/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/context.h"

#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "transport/addresses.h"
#include "transport/kafka/conf.h"
#include "transport/kafka/internal.h"

enum {
    TRIED_MS = 400,      /* how long the end of a producer is waited for that was only to try */
    MAX_DRAIN_MS = 5000, /* how long a producer that is replaced may take to report what it has */
    STICKY_MS = 10       /* how long null keys stay on one partition at least: librdkafka's own default */
};

void sts__kafka_context_free(void *context) {
    sts__kafka *kafka = context;
    if (!kafka)
        return;
    const sts__memory *memory = kafka->memory;
    sts__kafka_producer *producer = &kafka->producer;
    bool alone = !producer->observer || sts__kafka_observer_has_one_owner(producer->observer);
    sts__kafka_context_free(kafka->succession.next);
    if (producer->conf)
        rd_kafka_conf_destroy(producer->conf);
    sts__descriptor_close(&producer->descriptor);
    sts__kafka_transaction_clear(kafka);
    sts__kafka_records_clear(&kafka->records, alone);
    pthread_mutex_destroy(&producer->lock);
    sts__kafka_observer_release(producer->observer);
    sts__memory_free(memory, kafka->check.topic);
    sts__memory_free(memory, kafka->check.dead_letter_topic);
    sts__memory_free(memory, producer->brokers);
    sts__kafka_free_credentials(&kafka->credentials);
    for (int32_t i = 0; kafka->topics.items && i < kafka->topics.max; i++) {
        sts__memory_free(memory, kafka->topics.items[i].acked.items);
        sts__memory_free(memory, kafka->topics.items[i].absence.text);
    }
    if (!alone)
        return;
    for (int32_t i = 0; kafka->topics.items && i < kafka->topics.max; i++)
        sts__kafka_opening_free(&kafka->topics.items[i].opening);
    sts__memory_free(memory, kafka->topics.items);
    sts__memory_free(memory, kafka);
}

/* --- made of settings --- */

static sts_status init_locks(sts__kafka *kafka, size_t kept_bytes) {
    if (pthread_mutex_init(&kafka->producer.lock, NULL) != 0)
        return STS_ERR_SYSTEM;
    if (sts__kafka_records_init(&kafka->records, kafka->memory, kept_bytes) == STS_OK)
        return STS_OK;
    pthread_mutex_destroy(&kafka->producer.lock);
    return STS_ERR_SYSTEM;
}

static int64_t longer(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t shorter(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* The concerns that only take numbers of the settings. */
static void take_numbers(sts__kafka *kafka, const sts__transport_settings *common) {
    const sts__kafka_settings *own = common->kafka;
    int64_t batch_bytes = sts__kafka_batch_bytes(common->max_message_bytes);
    kafka->acks = (sts__acks)own->acks;
    kafka->idempotent = sts__kafka_is_idempotent(own);
    kafka->check.choice = (sts__topic_check)own->topic_check;
    kafka->placement = (sts__kafka_placement){.profile = (sts__profile)common->partitioner,
                                              .growth = (sts__partition_growth)own->partition_growth,
                                              .sticky_us = 1000 * longer(own->linger_ms, STICKY_MS),
                                              .sticky_bytes = (uint64_t)batch_bytes,
                                              .random = sts__random_seed()};
    kafka->times.bounds = (sts__timestamp_bounds)own->timestamp_bounds;
    kafka->limits = (sts__kafka_limits){.interval_ms = own->topic_settings_interval_ms,
                                        .refresh_at_us = sts__deadline_after(own->topic_settings_interval_ms),
                                        .ask_broker = -1,
                                        .most_batch_bytes = batch_bytes,
                                        .batch_bytes = batch_bytes};
    kafka->missing.retries = own->retry;
    kafka->opening.needed = kafka->idempotent;
    kafka->succession.drain_ms = shorter(own->request_timeout_ms, MAX_DRAIN_MS);
    kafka->patience.max_elapsed_ms = own->max_elapsed_ms;
    kafka->max_in_flight = own->max_in_flight ? (size_t)own->max_in_flight : SIZE_MAX;
    kafka->topics.max = (int32_t)common->topics_max;
}

/* Of a transaction all is taken back, also what has overtaken records that were refused. */
static sts__kafka_stop stop_of(const sts__transport_settings *common) {
    return common->kafka->exactly_once.is_on         ? STS__KAFKA_STOP_NEVER
           : sts__kafka_is_idempotent(common->kafka) ? STS__KAFKA_STOP_BY_ERROR
                                                     : STS__KAFKA_STOP_BY_PURGE;
}

static sts_status take_memory(sts__kafka *kafka, const sts__transport_settings *common, sts__fault *fault) {
    const sts__memory *memory = kafka->memory;
    const char *brokers = common->kafka->brokers;
    sts__kafka_producer *producer = &kafka->producer;
    sts__kafka_check *check = &kafka->check;
    sts__kafka_topic *topics = sts__memory_new(memory, (size_t)kafka->topics.max * sizeof *topics);
    kafka->topics.items = topics;
    check->topic = sts__memory_copy_text(memory, common->topic, strlen(common->topic));
    check->dead_letter_topic =
        sts__memory_copy_text(memory, common->dead_letter_topic, strlen(common->dead_letter_topic));
    producer->brokers = sts__memory_copy_text(memory, brokers, strlen(brokers));
    producer->observer = topics ? sts__kafka_observer_new(&kafka->topics, &kafka->records.gate, stop_of(common)) : NULL;
    kafka->connection.observer = producer->observer;
    if (!topics || !check->topic || !check->dead_letter_topic || !producer->brokers || !producer->observer)
        return sts__fault_no_memory(fault);
    sts__addresses_strip(producer->brokers);
    if (sts__kafka_transaction_init(kafka, &common->kafka->exactly_once) != STS_OK)
        return sts__fault_no_memory(fault);
    return STS_OK;
}

static sts_status init(sts__kafka *kafka, const sts__transport_settings *common, sts__fault *fault) {
    sts__kafka_settings own = *common->kafka;
    take_numbers(kafka, common);
    sts_status status = take_memory(kafka, common, fault);
    own.brokers = kafka->producer.brokers;
    if (status == STS_OK)
        status = sts__kafka_make_conf(&own, common->max_message_bytes, &kafka->producer.conf, fault);
    if (status == STS_OK)
        status =
            sts__kafka_keep_credentials(&kafka->credentials, kafka->memory, &own.security, kafka->producer.conf, fault);
    kafka->credentials.keeps_token = own.exactly_once.is_on;
    return status;
}

sts_status sts__kafka_context_make(const sts__memory *memory, const sts__transport_settings *settings, void **context,
                                   sts__fault *fault) {
    sts__kafka *kafka = sts__memory_new(memory, sizeof *kafka);
    if (!kafka)
        return sts__fault_no_memory(fault);
    kafka->memory = memory;
    sts__descriptor_init(&kafka->producer.descriptor);
    if (init_locks(kafka, (size_t)settings->kept_bytes) != STS_OK) {
        sts__memory_free(memory, kafka);
        return sts__fault_set(fault, STS_ERR_SYSTEM, "no lock to be had");
    }
    sts_status status = init(kafka, settings, fault);
    if (status == STS_OK)
        *context = kafka;
    else
        sts__kafka_context_free(kafka);
    return status;
}

/* --- other settings --- */

/* A transport of its own, whose producer is not used. */
sts_status sts__kafka_try(const sts__memory *memory, const sts__transport_settings *settings, sts_transport_sink *sink,
                          int32_t timeout_ms, void **tried, sts__fault *fault) {
    void *context = NULL;
    sts_status status = sts__kafka_context_make(memory, settings, &context, fault);
    if (status != STS_OK)
        return status;
    /* a call that fails returns no STS_OK: NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    ((sts__kafka *)context)->is_trial = true;
    sts__fault_clear(fault);
    status = sts__kafka_open(context, sink, timeout_ms, &fault->transport_code, fault->text, sizeof fault->text);
    if (status != STS_OK)
        return sts__fault_finish(fault, status);
    sts__kafka_end_producer(context, TRIED_MS);
    *tried = context;
    return STS_OK;
}

void sts__kafka_replace(void *context, void *tried) {
    sts__kafka *kafka = context;
    sts__kafka_context_free(__atomic_exchange_n(&kafka->succession.next, tried, __ATOMIC_ACQ_REL));
    sts__kafka_wake(&kafka->producer);
}

void sts__kafka_adopt(sts__kafka *kafka) {
    sts__kafka *next = __atomic_exchange_n(&kafka->succession.next, NULL, __ATOMIC_ACQ_REL);
    if (!next)
        return;
    rd_kafka_conf_t *conf = kafka->producer.conf;
    kafka->producer.conf = next->producer.conf;
    next->producer.conf = conf;
    char *brokers = kafka->producer.brokers;
    kafka->producer.brokers = next->producer.brokers;
    next->producer.brokers = brokers;
    sts__kafka_credentials credentials = kafka->credentials;
    kafka->credentials = next->credentials;
    next->credentials = credentials;
    kafka->succession.drain_ms = next->succession.drain_ms;
    kafka->patience.max_elapsed_ms = next->patience.max_elapsed_ms;
    kafka->limits.interval_ms = next->limits.interval_ms;
    kafka->limits.one_at_a_time = false;
    sts__kafka_doubt_all_settings(&kafka->limits, &kafka->topics);
    sts__kafka_cluster_forget(kafka);
    kafka->limits.ask_broker = -1;           /* it may be another cluster, */
    kafka->succession.refusal.code = STS_OK; /* and who is refused there is another matter */
    kafka->succession.failed_in_a_row = 0;
    sts__kafka_context_free(next);
}
