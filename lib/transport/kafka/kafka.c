/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/internal.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "transport/addresses.h"
#include "transport/kafka/conf.h"

enum {
    FAILED_START_MS = 400, /* how long the end of a producer is waited for that did not find its topic */
    MAX_DRAIN_MS = 5000,   /* how long a producer that is replaced may take to report what it has */
    SLOW_STEP_MS = 100,    /* between looks for what may take long */
    STEP_MS = 10,          /* between the steps of a succession */
    LEFT_BEHIND_MS = 1000, /* how long close waits, if it may, for producers that were left behind */
    STICKY_MS = 10         /* how long null keys stay on one partition at least: librdkafka's own default */
};

const char *sts__kafka_version(void) {
    return rd_kafka_version_str();
}

const char *sts__kafka_version_built(void) {
    return STS__RDKAFKA_BUILT; /* from the build, as pkg-config told it */
}

/* What a producer refers to that was left behind, and has not ended since, stays. */
static void free_context(sts__kafka *kafka) {
    if (!kafka)
        return;
    const sts__memory *memory = kafka->memory;
    bool alone = !kafka->producer.observer || sts__kafka_observer_has_one_owner(kafka->producer.observer);
    free_context(kafka->succession.next);
    if (kafka->producer.conf)
        rd_kafka_conf_destroy(kafka->producer.conf);
    sts__descriptor_close(&kafka->producer.descriptor);
    sts__kafka_records_clear(&kafka->records, alone);
    pthread_mutex_destroy(&kafka->producer.lock);
    sts__kafka_observer_release(kafka->producer.observer);
    sts__memory_free(memory, kafka->check.topic);
    sts__memory_free(memory, kafka->check.dead_letter_topic);
    sts__memory_free(memory, kafka->producer.brokers);
    for (int32_t i = 0; kafka->topics.items && i < kafka->topics.max; i++) {
        sts__memory_free(memory, kafka->topics.items[i].acked.items);
        sts__memory_free(memory, kafka->topics.items[i].absence.text);
    }
    if (!alone)
        return;
    sts__memory_free(memory, kafka->topics.items);
    sts__memory_free(memory, kafka);
}

void sts__kafka_free_unopened(void *context) {
    free_context(context);
}

static sts_status init_locks(sts__kafka *kafka, size_t kept_bytes) {
    if (pthread_mutex_init(&kafka->producer.lock, NULL) != 0)
        return STS_ERR_SYSTEM;
    if (sts__kafka_records_init(&kafka->records, kafka->memory, kept_bytes) == STS_OK)
        return STS_OK;
    pthread_mutex_destroy(&kafka->producer.lock);
    return STS_ERR_SYSTEM;
}

static sts_status init_context(sts__kafka *kafka, const sts__kafka_settings *settings, sts__fault *fault) {
    const sts__memory *memory = kafka->memory;
    kafka->acks = (sts__acks)settings->acks;
    kafka->idempotent = sts__kafka_is_idempotent(settings);
    kafka->check.choice = (sts__topic_check)settings->topic_check;
    kafka->placement.profile = (sts__profile)settings->partitioner;
    kafka->placement.growth = (sts__partition_growth)settings->partition_growth;
    kafka->times.bounds = (sts__timestamp_bounds)settings->timestamp_bounds;
    kafka->placement.sticky_us = 1000 * (settings->linger_ms > STICKY_MS ? settings->linger_ms : STICKY_MS);
    kafka->placement.sticky_bytes = (uint64_t)sts__kafka_batch_bytes(settings);
    kafka->placement.random = sts__random_seed();
    kafka->succession.drain_ms =
        settings->request_timeout_ms < MAX_DRAIN_MS ? settings->request_timeout_ms : MAX_DRAIN_MS;
    kafka->limits.ask_broker = -1;
    kafka->limits.most_batch_bytes = kafka->limits.batch_bytes = sts__kafka_batch_bytes(settings);
    kafka->limits.interval_ms = settings->topic_settings_interval_ms;
    kafka->limits.refresh_at_us = sts__deadline_after(kafka->limits.interval_ms);
    kafka->missing.retries = settings->retry;
    kafka->succession.max_elapsed_ms = settings->max_elapsed_ms;
    kafka->topics.max = (int32_t)settings->topics_max;
    kafka->topics.items = sts__memory_new(memory, (size_t)settings->topics_max * sizeof *kafka->topics.items);
    kafka->check.topic = sts__memory_copy_text(memory, settings->topic, strlen(settings->topic));
    kafka->check.dead_letter_topic =
        sts__memory_copy_text(memory, settings->dead_letter_topic, strlen(settings->dead_letter_topic));
    kafka->producer.brokers = sts__memory_copy_text(memory, settings->brokers, strlen(settings->brokers));
    kafka->producer.observer =
        kafka->topics.items ? sts__kafka_observer_new(kafka->topics.items, &kafka->records, kafka->idempotent) : NULL;
    kafka->connection.observer = kafka->producer.observer;
    if (!kafka->topics.items || !kafka->check.topic || !kafka->check.dead_letter_topic || !kafka->producer.brokers ||
        !kafka->producer.observer)
        return sts__fault_no_memory(fault);
    sts__addresses_strip(kafka->producer.brokers);
    sts__kafka_settings own = *settings;
    own.brokers = kafka->producer.brokers;
    sts_status status = sts__kafka_make_conf(&own, &kafka->producer.conf, fault);
    if (status == STS_OK)
        sts__kafka_keep_credentials(&kafka->credentials, memory, &settings->security, kafka->producer.conf);
    return status;
}

sts_status sts__kafka_new(const sts__memory *memory, const sts__kafka_settings *settings, void **context,
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
    sts_status status = init_context(kafka, settings, fault);
    if (status == STS_OK)
        *context = kafka;
    else
        free_context(kafka);
    return status;
}

/* A topic that is not as it should be may end the start, or is only worth a warning. */
static sts_status check_topic(sts__kafka *kafka, int32_t index, const char *name, int64_t deadline, sts__fault *fault) {
    if (kafka->check.choice == STS__TOPIC_CHECK_OFF || !name[0])
        return STS_OK;
    sts_status status = sts__kafka_check_topic(kafka, index, name, sts__deadline_left_ms(deadline), fault);
    if (status == STS_OK || kafka->check.choice == STS__TOPIC_CHECK_FAIL)
        return status;
    sts__sink_log(kafka->sink, STS_LOG_WARNING, fault->text);
    return STS_OK;
}

/* So that no record has to wait for the settings of the topics we know, if the cluster tells them in time. */
static sts_status learn_settings(sts__kafka *kafka, int64_t deadline, sts__fault *fault) {
    sts__kafka_want_settings(kafka, 0, kafka->check.topic);
    if (kafka->check.dead_letter_topic[0])
        sts__kafka_want_settings(kafka, 1, kafka->check.dead_letter_topic);
    while (!sts__kafka_has_settings(kafka) && sts__deadline_left_ms(deadline))
        sts__kafka_serve(kafka, sts__deadline_left_ms(deadline));
    sts__kafka_warn_of_replicas(kafka, 0);
    if (kafka->check.dead_letter_topic[0])
        sts__kafka_warn_of_replicas(kafka, 1);
    if (!kafka->limits.is_unfit)
        return STS_OK;
    sts__kafka_end_producer(kafka, FAILED_START_MS);
    return sts__kafka_start_producer(kafka, fault);
}

static sts_status kafka_open(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *transport_code,
                             char *text, size_t text_size) {
    sts__kafka *kafka = context;
    sts__fault fault;
    int64_t deadline = sts__deadline_after(timeout_ms);
    sts__fault_clear(&fault);
    kafka->sink = sink;
    sts__kafka_warn_of_security(&kafka->credentials, kafka->sink);
    sts_status status = sts__kafka_start_producer(kafka, &fault);
    if (status == STS_OK)
        status = check_topic(kafka, 0, kafka->check.topic, deadline, &fault);
    if (status == STS_OK)
        status = check_topic(kafka, 1, kafka->check.dead_letter_topic, deadline, &fault);
    if (status == STS_OK && kafka->check.choice != STS__TOPIC_CHECK_OFF)
        status = learn_settings(kafka, deadline, &fault);
    if (status == STS_OK) {
        if (kafka->check.choice != STS__TOPIC_CHECK_OFF && !kafka->is_trial)
            sts__kafka_hasten_id(kafka, deadline);
        return STS_OK;
    }
    *transport_code = fault.transport_code;
    snprintf(text, text_size, "%s", fault.text);
    sts__kafka_end_producer(kafka, FAILED_START_MS);
    free_context(kafka);
    return status;
}

/* A transport of its own, whose producer is not used. */
sts_status sts__kafka_try(const sts__memory *memory, const sts__kafka_settings *settings, sts_transport_sink *sink,
                          int32_t timeout_ms, void **tried, sts__fault *fault) {
    void *context;
    sts_status status = sts__kafka_new(memory, settings, &context, fault);
    if (status != STS_OK)
        return status;
    /* a call that fails returns no STS_OK: NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    ((sts__kafka *)context)->is_trial = true;
    sts__fault_clear(fault);
    status = kafka_open(context, sink, timeout_ms, &fault->transport_code, fault->text, sizeof fault->text);
    if (status != STS_OK)
        return sts__fault_finish(fault, status);
    sts__kafka_end_producer(context, FAILED_START_MS);
    *tried = context;
    return STS_OK;
}

void sts__kafka_replace(void *context, void *tried) {
    sts__kafka *kafka = context;
    free_context(__atomic_exchange_n(&kafka->succession.next, tried, __ATOMIC_ACQ_REL));
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
    kafka->credentials = next->credentials;
    kafka->succession.drain_ms = next->succession.drain_ms;
    kafka->succession.max_elapsed_ms = next->succession.max_elapsed_ms;
    kafka->limits.interval_ms = next->limits.interval_ms;
    kafka->limits.one_at_a_time = false;
    sts__kafka_doubt_all_settings(&kafka->limits, &kafka->topics);
    sts__kafka_cluster_forget(kafka);
    kafka->limits.ask_broker = -1;           /* it may be another cluster, */
    kafka->succession.refusal.code = STS_OK; /* and who is refused there is another matter */
    kafka->succession.failed_in_a_row = 0;
    free_context(next);
}

static bool is_untakeable(sts__kafka *kafka, const sts_message *message, sts__fault *fault) {
    sts__kafka_topic *topic = &kafka->topics.items[message->topic_index];
    return sts__kafka_would_refuse(&kafka->times, &topic->settings, message, fault) &&
           !sts__kafka_doubt_old_settings(topic);
}

/* How many messages come before the first that its topic is known not to take, which the fault is about then. */
static size_t count_takeable(sts__kafka *kafka, const sts_message *const *messages, size_t count, sts__fault *fault) {
    for (size_t i = 0; i < count; i++)
        if (is_untakeable(kafka, messages[i], fault))
            return i;
    fault->code = STS_OK;
    return count;
}

static sts_status kafka_send_many(void *context, const sts_message *const *messages, size_t count, size_t *taken,
                                  int32_t *transport_code, char *text, size_t text_size) {
    sts__kafka *kafka = context;
    sts__kafka_chain chain;
    sts__fault refusal;
    sts__fault fault = {.code = STS_OK};
    size_t takeable = count_takeable(kafka, messages, count, &refusal);
    if (takeable && !sts__kafka_records_new(&kafka->records, messages, takeable, &chain))
        return STS_ERR_NO_MEMORY;
    if (takeable)
        sts__kafka_take(kafka, &chain, taken, &fault);
    const sts__fault *why = fault.code != STS_OK ? &fault : &refusal;
    if (why->code == STS_OK)
        return STS_OK;
    *transport_code = why->transport_code;
    snprintf(text, text_size, "%s", why->text);
    return why->code;
}

static sts_status kafka_send(void *context, const sts_message *message, int32_t *transport_code, char *text,
                             size_t text_size) {
    size_t taken = 0;
    return kafka_send_many(context, &message, 1, &taken, transport_code, text, text_size);
}

static bool is_changing(const sts__kafka *kafka) {
    return kafka->succession.phase != STS__KAFKA_RUNNING || kafka->isolation.active;
}

/* Between two producers there is no queue to wait for, but a time to come. */
static bool serve(sts__kafka *kafka, int32_t timeout_ms) {
    if (is_changing(kafka) && timeout_ms > STEP_MS)
        timeout_ms = STEP_MS;
    if (kafka->producer.queue)
        return sts__kafka_serve(kafka, timeout_ms);
    poll(NULL, 0, timeout_ms);
    return true;
}

static void kafka_poll(void *context, int32_t timeout_ms) {
    sts__kafka *kafka = context;
    sts__descriptor_quiet(&kafka->producer.descriptor);
    bool all = serve(kafka, timeout_ms);
    bool was_changing = is_changing(kafka);
    if (kafka->purged)
        sts__kafka_give_up_waiting(kafka);
    else
        sts__kafka_succeed(kafka);
    bool changes = is_changing(kafka);
    if (!all || __atomic_load_n(&kafka->succession.failed, __ATOMIC_ACQUIRE) ||
        sts__kafka_observer_is_stopped(kafka->producer.observer) || (was_changing && !changes))
        sts__descriptor_raise(&kafka->producer.descriptor);
    else if (changes || kafka->cluster.held_count) /* the steps of a succession take time, not events */
        sts__descriptor_raise_after(&kafka->producer.descriptor, STEP_MS);
    else if (__atomic_load_n(&kafka->missing.any, __ATOMIC_ACQUIRE))
        sts__descriptor_raise_after(&kafka->producer.descriptor, SLOW_STEP_MS);
}

static int32_t kafka_report(void *context, int32_t timeout_ms) {
    return sts__kafka_serve_deliveries(context, timeout_ms);
}

static void kafka_flush(void *context, int32_t timeout_ms) {
    sts__kafka *kafka = context;
    if (kafka->producer.handle)
        rd_kafka_flush(kafka->producer.handle, timeout_ms);
}

static void kafka_purge(void *context) {
    sts__kafka *kafka = context;
    kafka->purged = true;
    if (kafka->producer.handle)
        rd_kafka_purge(kafka->producer.handle,
                       RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
    sts__kafka_give_up_waiting(kafka);
}

/* Producers that were left behind refer to what is about to be freed; most of them need a moment only. */
static void await_left_behind(const sts__kafka *kafka, int64_t deadline) {
    int64_t latest = sts__deadline_after(LEFT_BEHIND_MS);
    while (!sts__kafka_observer_has_one_owner(kafka->producer.observer) &&
           sts__clock_us() < (latest < deadline ? latest : deadline))
        poll(NULL, 0, STEP_MS);
}

static void kafka_close(void *context, int32_t timeout_ms) {
    sts__kafka *kafka = context;
    int64_t deadline = sts__deadline_after(timeout_ms);
    bool ended = sts__kafka_end_producer(kafka, timeout_ms);
    sts__kafka_records_take_back(&kafka->records, !ended);
    await_left_behind(kafka, deadline);
    free_context(kafka);
}

static void kafka_wake(void *context) {
    sts__kafka_wake(&((sts__kafka *)context)->producer);
}

static int32_t kafka_fd(void *context) {
    sts__kafka *kafka = context;
    pthread_mutex_lock(&kafka->producer.lock);
    if (!sts__descriptor_is_open(&kafka->producer.descriptor) && sts__descriptor_open(&kafka->producer.descriptor)) {
        sts__kafka_watch_queue(&kafka->producer);
        sts__descriptor_raise(&kafka->producer.descriptor); /* for what is in the queue already */
    }
    pthread_mutex_unlock(&kafka->producer.lock);
    return kafka->producer.descriptor.host;
}

static int32_t kafka_threads(void *context) {
    return sts__kafka_observer_threads(((sts__kafka *)context)->producer.observer);
}

static void kafka_describe(void *context, char *text, size_t text_size) {
    const sts__kafka *kafka = context;
    snprintf(text, text_size, "brokers %s, %s, librdkafka %s", kafka->producer.brokers, kafka->credentials.kind,
             rd_kafka_version_str());
}

const sts_transport *sts__kafka_transport(void) {
    static const sts_transport table = {
        .struct_size = sizeof table,
        .name = "kafka",
        .open = kafka_open,
        .send = kafka_send,
        .poll = kafka_poll,
        .flush = kafka_flush,
        .purge = kafka_purge,
        .close = kafka_close,
        .wake = kafka_wake,
        .fd = kafka_fd,
        .describe = kafka_describe,
        .threads = kafka_threads,
        .send_many = kafka_send_many,
        .report = kafka_report,
    };
    return &table;
}
