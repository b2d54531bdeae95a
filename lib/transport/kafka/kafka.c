/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/internal.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "transport/kafka/context.h"
#include "transport/kafka/cost.h"

enum {
    LOOK_MS = 1000,        /* between looks at a file that may change */
    FAILED_START_MS = 400, /* how long the end of a producer is waited for that did not find its topic */
    SLOW_STEP_MS = 100,    /* between looks for what may take long */
    STEP_MS = 10,          /* between the steps of a succession */
    PLAIN_END_MS = 2000,   /* how long the end of a producer is waited for at most that has no transaction */
    LEFT_BEHIND_MS = 1000  /* how long close waits, if it may, for producers that were left behind */
};

const char *sts__kafka_version(void) {
    return rd_kafka_version_str();
}

const char *sts__kafka_version_built(void) {
    return STS__RDKAFKA_BUILT; /* from the build, as pkg-config told it */
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

sts_status sts__kafka_open(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *transport_code,
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
    if (status == STS_OK && kafka->check.choice == STS__TOPIC_CHECK_FAIL && kafka->transaction.is_on &&
        !kafka->is_trial)
        status = sts__kafka_transaction_await(kafka, deadline, &fault);
    if (status == STS_OK) {
        if (kafka->check.choice != STS__TOPIC_CHECK_OFF && !kafka->is_trial)
            sts__kafka_hasten_id(kafka, deadline);
        return STS_OK;
    }
    *transport_code = fault.transport_code;
    snprintf(text, text_size, "%s", fault.text);
    sts__kafka_end_producer(kafka, FAILED_START_MS);
    sts__kafka_context_free(kafka);
    return status;
}

static bool is_untakeable(sts__kafka *kafka, const sts_message *message, sts__fault *fault) {
    sts__kafka_topic *topic = &kafka->topics.items[message->topic_index];
    return sts__kafka_would_refuse(&kafka->times, &topic->settings, message, fault) &&
           !sts__kafka_doubt_old_settings(topic);
}

/* How many messages come before the first that its topic is known not to take, which the fault is about then. Exactly
 * once all are taken, and have their outcomes in their order. */
static size_t count_takeable(sts__kafka *kafka, const sts_message *const *messages, size_t count, sts__fault *fault) {
    for (size_t i = 0; i < count && !kafka->transaction.is_on; i++)
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
    const char *why_ended = sts__kafka_transaction_why_ended(kafka);
    if (why_ended) {
        snprintf(text, text_size, "%s", why_ended);
        return STS_ERR_PRODUCER_FATAL;
    }
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
    return kafka->succession.phase != STS__KAFKA_RUNNING || kafka->isolation.active ||
           __atomic_load_n(&kafka->opening.look, __ATOMIC_ACQUIRE);
}

/* Between two producers there is no queue to wait for, but a time to come. */
static bool serve(sts__kafka *kafka, int32_t timeout_ms) {
    int32_t pause_ms = sts__kafka_transaction_pause_ms(kafka);
    if (is_changing(kafka) && timeout_ms > STEP_MS)
        timeout_ms = STEP_MS;
    if (timeout_ms > pause_ms)
        timeout_ms = pause_ms;
    if (kafka->producer.queue)
        return sts__kafka_serve(kafka, timeout_ms);
    poll(NULL, 0, timeout_ms);
    return true;
}

static void kafka_poll(void *context, int32_t timeout_ms) {
    sts__kafka *kafka = context;
    sts__descriptor_quiet(&kafka->producer.descriptor);
    bool all = serve(kafka, timeout_ms);
    bool looks = sts__kafka_watch_token(&kafka->credentials, kafka->producer.handle, kafka->sink);
    bool was_changing = is_changing(kafka);
    if (kafka->purged)
        sts__kafka_give_up_waiting(kafka);
    else
        sts__kafka_succeed(kafka);
    bool changes = is_changing(kafka);
    int32_t pause_ms = sts__kafka_transaction_pause_ms(kafka);
    if (!all || __atomic_load_n(&kafka->succession.failed, __ATOMIC_ACQUIRE) ||
        sts__kafka_observer_is_stopped(kafka->producer.observer) || (was_changing && !changes))
        sts__descriptor_raise(&kafka->producer.descriptor);
    else if (changes || kafka->cluster.held_count) /* the steps of a succession take time, not events */
        sts__descriptor_raise_after(&kafka->producer.descriptor, STEP_MS);
    else if (__atomic_load_n(&kafka->missing.any, __ATOMIC_ACQUIRE) || pause_ms < INT32_MAX)
        sts__descriptor_raise_after(&kafka->producer.descriptor, pause_ms < SLOW_STEP_MS ? pause_ms : SLOW_STEP_MS);
    else if (looks)
        sts__descriptor_raise_after(&kafka->producer.descriptor, LOOK_MS);
}

/* Where nothing else has closed the gate. */
static bool pass_behind_window(sts__kafka *kafka) {
    const sts__kafka_succession *succession = &kafka->succession;
    return !kafka->limits.is_unfit && !succession->has_predecessor &&
           !__atomic_load_n(&succession->failed, __ATOMIC_ACQUIRE) &&
           !__atomic_load_n(&succession->next, __ATOMIC_ACQUIRE) && sts__kafka_pass_waiting(kafka);
}

/* What waits behind the window goes on by the reports that make room in it. */
static int32_t kafka_report(void *context, int32_t timeout_ms) {
    sts__kafka *kafka = context;
    if (kafka->transaction.is_on || !sts__kafka_serve_deliveries(kafka, timeout_ms))
        return false;
    sts__kafka_let_go(kafka);
    if (sts__kafka_gate_is_closed(&kafka->records.gate))
        return pass_behind_window(kafka);
    return !__atomic_load_n(&kafka->succession.failed, __ATOMIC_ACQUIRE); /* which is for poll */
}

static void kafka_flush(void *context, int32_t timeout_ms) {
    sts__kafka *kafka = context;
    sts__kafka_transaction_hurry(kafka);
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
    bool aborts = kafka->transaction.is_on; /* which brokers take their time for; a producer that hangs has none */
    bool ended = sts__kafka_end_producer(kafka, aborts || timeout_ms < PLAIN_END_MS ? timeout_ms : PLAIN_END_MS);
    sts__kafka_records_take_back(&kafka->records, !ended, !kafka->transaction.is_on);
    await_left_behind(kafka, deadline);
    sts__kafka_context_free(kafka);
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

static const sts_transport table = {
    .struct_size = sizeof table,
    .name = "kafka",
    .open = sts__kafka_open,
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

const sts__transport_kind sts__kafka_transport = {
    .table = &table,
    .shares_values = true,
    .make = sts__kafka_context_make,
    .identify = sts__kafka_transaction_identify,
    .discard = sts__kafka_context_free,
    .cost = sts__kafka_cost,
    .try = sts__kafka_try,
    .replace = sts__kafka_replace,
};
