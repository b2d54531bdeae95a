/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/producer.h"

#include <stdio.h>
#include <string.h>

#include "transport/files.h"
#include "transport/kafka/explain.h"
#include "transport/kafka/internal.h"

enum { PRODUCED_AT_ONCE = 32 };

void sts__kafka_watch_queue(const sts__kafka_producer *producer) {
    static const uint64_t one = 1; /* what librdkafka writes into the descriptor */
    if (sts__descriptor_is_open(&producer->descriptor) && producer->queue)
        rd_kafka_queue_io_event_enable(producer->queue, producer->descriptor.event, &one, sizeof one);
}

void sts__kafka_wake(sts__kafka_producer *producer) {
    pthread_mutex_lock(&producer->lock);
    if (producer->queue)
        rd_kafka_queue_yield(producer->queue);
    pthread_mutex_unlock(&producer->lock);
    sts__descriptor_raise(&producer->descriptor);
}

/* Again for each producer: files are read anew, and may have become something else. */
static sts_status check_files(const rd_kafka_conf_t *conf, sts__fault *fault) {
    char why[300];
    size_t count;
    sts_status status = STS_OK;
    const char **pairs = rd_kafka_conf_dump((rd_kafka_conf_t *)conf, &count);
    for (size_t i = 0; i + 1 < count && status == STS_OK; i += 2) {
        const char *name = pairs[i];
        const char *path = pairs[i + 1];
        if (path[0] && strcmp(path, STS__PROBE) != 0 && sts__kafka_property_is_file(name) &&
            !sts__file_check(path, sts__kafka_property_may_be_folder(name), why, sizeof why))
            status = sts__fault_set(fault, STS_ERR_CONFIG, "%s%s: %s", name, sts__kafka_option_for(name), why);
    }
    rd_kafka_conf_dump_free(pairs, count);
    return status;
}

sts_status sts__kafka_start_producer(sts__kafka *kafka, sts__fault *fault) {
    char text[256];
    sts__kafka_ending *ending = sts__kafka_ending_new(); /* now: without memory a producer could not be ended */
    if (!ending)
        return sts__fault_no_memory(fault);
    rd_kafka_conf_t *conf = rd_kafka_conf_dup(kafka->producer.conf);
    kafka->limits.batch_bytes = sts__kafka_fitting_batch(&kafka->limits, &kafka->topics);
    snprintf(text, sizeof text, "%lld", (long long)kafka->limits.batch_bytes);
    rd_kafka_conf_set(conf, "batch.size", text, NULL, 0);
    if (kafka->limits.one_at_a_time)
        rd_kafka_conf_set(conf, "max.in.flight", "1", NULL, 0);
    kafka->limits.is_unfit = false;
    sts_status status = sts__kafka_secure_conf(&kafka->credentials, conf, fault);
    if (status == STS_OK)
        status = check_files(conf, fault);
    if (status != STS_OK) {
        rd_kafka_conf_destroy(conf);
        sts__kafka_ending_free(ending);
        return status;
    }
    sts__kafka_transaction_prepare(kafka, conf);
    rd_kafka_t *producer = sts__kafka_start(conf, kafka->producer.observer, text, sizeof text);
    if (!producer) {
        /* A thread that cannot be made; errno may have been another's (pthread_create does not set it). */
        bool by_system = rd_kafka_last_error() == RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE;
        sts_status code = by_system ? STS_ERR_SYSTEM : STS_ERR_CONFIG;
        sts__kafka_ending_free(ending);
        return sts__fault_set(fault, code, "librdkafka %s: %s%s", rd_kafka_version_str(), text,
                              sts__kafka_option_for(text));
    }
    kafka->producer.ending = ending;
    sts__kafka_opening_begin(kafka);
    sts__kafka_transaction_new_producer(kafka);
    pthread_mutex_lock(&kafka->producer.lock);
    kafka->producer.handle = producer;
    kafka->producer.queue = rd_kafka_queue_get_main(producer);
    sts__kafka_watch_queue(&kafka->producer);
    pthread_mutex_unlock(&kafka->producer.lock);
    sts__kafka_lines_wake(sts__kafka_observer_lines(kafka->producer.observer), kafka->producer.queue,
                          &kafka->producer.descriptor);
    return STS_OK;
}

/* Topics, queue and descriptor must go before the producer, or destroying it would wait for them. */
bool sts__kafka_end_producer(sts__kafka *kafka, int32_t timeout_ms) {
    if (!kafka->producer.handle)
        return true;
    sts__kafka_cluster_end_producer(kafka);
    sts__kafka_unfinished unfinished = sts__kafka_transaction_end_producer(kafka);
    if (kafka->producer.set_aside)
        rd_kafka_event_destroy(kafka->producer.set_aside);
    kafka->producer.set_aside = NULL;
    sts__kafka_lines_close(sts__kafka_observer_lines(kafka->producer.observer));
    pthread_mutex_lock(&kafka->producer.lock);
    rd_kafka_t *producer = kafka->producer.handle;
    for (int32_t i = 0; i < kafka->topics.max; i++) {
        if (kafka->topics.items[i].handle)
            rd_kafka_topic_destroy(kafka->topics.items[i].handle);
        kafka->topics.items[i].handle = NULL;
    }
    if (sts__descriptor_is_open(&kafka->producer.descriptor))
        rd_kafka_queue_io_event_enable(kafka->producer.queue, -1, NULL, 0);
    rd_kafka_queue_destroy(kafka->producer.queue);
    kafka->producer.queue = NULL;
    kafka->producer.handle = NULL;
    pthread_mutex_unlock(&kafka->producer.lock);
    sts__kafka_forget_questions(kafka);
    bool ended = sts__kafka_destroy(producer, kafka->producer.ending, unfinished, kafka->producer.observer, timeout_ms);
    kafka->producer.ending = NULL;
    return ended;
}

static rd_kafka_topic_t *new_topic(sts__kafka_topic *topic, sts__kafka *kafka, const char *name) {
    rd_kafka_topic_conf_t *conf = rd_kafka_default_topic_conf_dup(kafka->producer.handle);
    topic->placed_by = &kafka->placement;
    topic->missed_by = &kafka->missing;
    topic->opened_by = &kafka->opening;
    sts__kafka_name_topic(topic, name);
    rd_kafka_topic_conf_set_opaque(conf, topic);
    return rd_kafka_topic_new(kafka->producer.handle, name, conf);
}

rd_kafka_topic_t *sts__kafka_topic_handle(sts__kafka *kafka, int32_t index, const char *name) {
    sts__kafka_topic *topic = &kafka->topics.items[index];
    rd_kafka_topic_t *handle = __atomic_load_n(&topic->handle, __ATOMIC_ACQUIRE);
    if (handle)
        return handle;
    pthread_mutex_lock(&kafka->producer.lock);
    if (!topic->handle)
        __atomic_store_n(&topic->handle, new_topic(topic, kafka, name), __ATOMIC_RELEASE);
    handle = topic->handle;
    pthread_mutex_unlock(&kafka->producer.lock);
    return handle;
}

/* The value stays ours: no flag. librdkafka does not change it. The partition is left to sts__kafka_place. */
static rd_kafka_resp_err_t produce_plain(rd_kafka_topic_t *topic, const sts_message *message, void *opaque) {
    int failed = rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, 0, (void *)message->value.data, message->value.size,
                                  message->key.data, message->key.size, opaque);
    return failed ? rd_kafka_last_error() : RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* With headers or a timestamp. */
static rd_kafka_resp_err_t produce_full(sts__kafka *kafka, rd_kafka_topic_t *topic, const sts_message *message,
                                        void *opaque) {
    rd_kafka_headers_t *headers = rd_kafka_headers_new(message->header_count);
    for (size_t i = 0; i < message->header_count; i++) {
        const sts_bytes *name = &message->headers[2 * i];
        rd_kafka_header_add(headers, name->data, (ssize_t)name->size, name[1].data, (ssize_t)name[1].size);
    }
    /* librdkafka's macros around the tags (RD_KAFKA_V_KEY and so on) are no ISO C. */
    rd_kafka_resp_err_t error = rd_kafka_producev(
        kafka->producer.handle, RD_KAFKA_VTYPE_RKT, topic, RD_KAFKA_VTYPE_PARTITION, RD_KAFKA_PARTITION_UA,
        RD_KAFKA_VTYPE_MSGFLAGS, 0, RD_KAFKA_VTYPE_VALUE, (void *)message->value.data, message->value.size,
        RD_KAFKA_VTYPE_KEY, (void *)message->key.data, message->key.size, RD_KAFKA_VTYPE_HEADERS, headers,
        RD_KAFKA_VTYPE_TIMESTAMP,
        sts__kafka_time_of(&kafka->times, &kafka->topics.items[message->topic_index], message), RD_KAFKA_VTYPE_OPAQUE,
        opaque, RD_KAFKA_VTYPE_END);
    if (error)
        rd_kafka_headers_destroy(headers);
    return error;
}

static rd_kafka_resp_err_t produce(sts__kafka *kafka, rd_kafka_topic_t *topic, sts__kafka_record *record) {
    const sts_message *message = &record->message;
    bool is_full = message->header_count || message->timestamp_ms >= 0;
    rd_kafka_resp_err_t error =
        is_full ? produce_full(kafka, topic, message, record) : produce_plain(topic, message, record);
    if (!error || !record->held)
        return error;
    sts__kafka_hold(kafka, record);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* The record behind this one, of so many that are left; what is behind the last one is others' to change. */
static sts__kafka_record *next_of(const sts__kafka_record *record, size_t left) {
    return left > 1 ? record->next : NULL;
}

/* How many of the records can go by one call, which takes neither headers nor times. */
static size_t count_plain(const sts__kafka_record *record, size_t left) {
    size_t count = 0;
    for (; count < left && count < PRODUCED_AT_ONCE; record = next_of(record, left - count), count++)
        if (record->message.header_count || record->message.timestamp_ms >= 0)
            break;
    return count;
}

/* A record that was refused alone, while later ones were taken: it fails when who serves gives it to the producer
 * again.
 */
static void leave_behind(sts__kafka *kafka, sts__kafka_record *record) {
    sts__kafka_records_set_produced(&kafka->records, record, false);
    sts__kafka_gate_shut(&kafka->records.gate);
    sts__kafka_wake(&kafka->producer);
}

/* What librdkafka has not taken because we held it back has no error afterwards; returns how many. */
static size_t hold_back(sts__kafka *kafka, rd_kafka_message_t *messages, size_t count) {
    size_t held = 0;
    for (size_t i = 0; i < count; i++) {
        sts__kafka_record *record = messages[i]._private;
        if (!messages[i].err || !record->held)
            continue;
        sts__kafka_hold(kafka, record);
        messages[i].err = RD_KAFKA_RESP_ERR_NO_ERROR;
        held++;
    }
    return held;
}

/* One call for all, which saves locks and clock readings. Within it the topic does not change, so that what is refused
 * for the topic's sake or the producer's is so to the last. Afterwards only those that were not taken are still ours.
 */
static rd_kafka_resp_err_t produce_plain_run(sts__kafka *kafka, rd_kafka_topic_t *topic, sts__kafka_record **first,
                                             size_t count, size_t *left) {
    rd_kafka_message_t messages[PRODUCED_AT_ONCE];
    sts__kafka_record *record = *first;
    for (size_t i = 0; i < count; record = next_of(record, *left - i), i++) {
        const sts_message *message = &record->message;
        messages[i] = (rd_kafka_message_t){.payload = (void *)message->value.data,
                                           .len = message->value.size,
                                           .key = (void *)message->key.data,
                                           .key_len = message->key.size,
                                           ._private = record};
    }
    size_t taken = (size_t)rd_kafka_produce_batch(topic, RD_KAFKA_PARTITION_UA, 0, messages, (int)count);
    taken += hold_back(kafka, messages, count);
    size_t before = 0;
    while (before < count && !messages[before].err)
        before++;
    if (before == taken && before < count) { /* all behind it were refused as well */
        *first = messages[before]._private;
        *left -= before;
        return messages[before].err;
    }
    for (size_t i = before; i < count; i++)
        if (messages[i].err)
            leave_behind(kafka, messages[i]._private);
    *first = record;
    *left -= count;
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t produce_one(sts__kafka *kafka, rd_kafka_topic_t *topic, sts__kafka_record **first,
                                       size_t *left) {
    sts__kafka_record *next = next_of(*first, *left); /* before the record may be gone */
    rd_kafka_resp_err_t error = produce(kafka, topic, *first);
    if (error)
        return error;
    *first = next;
    --*left;
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void hold_all(sts__kafka *kafka, sts__kafka_record *record, size_t *left) {
    sts__kafka_record *next;
    for (; *left; record = next, --*left) {
        next = next_of(record, *left);
        sts__kafka_hold(kafka, record);
    }
}

rd_kafka_resp_err_t sts__kafka_produce_run(sts__kafka *kafka, sts__kafka_record **first, size_t *left) {
    const sts_message *message = &(*first)->message;
    sts__topic_opening *opening = &kafka->topics.items[message->topic_index].opening;
    rd_kafka_topic_t *topic = sts__kafka_topic_handle(kafka, message->topic_index, message->topic);
    rd_kafka_resp_err_t error = topic ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_last_error();
    while (*left && !error) {
        size_t admitted = sts__kafka_opening_admits(&kafka->opening, opening);
        size_t count = admitted > 1 ? count_plain(*first, *left) : 1;
        if (!admitted)
            hold_all(kafka, *first, left);
        else if (count > 1)
            error = produce_plain_run(kafka, topic, first, count, left);
        else
            error = produce_one(kafka, topic, first, left);
    }
    if (error)
        sts__kafka_opening_fails(&kafka->opening, opening);
    return error;
}
