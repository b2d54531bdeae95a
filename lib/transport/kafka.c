/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* How long the end of a producer is waited for that did not find its topic. */
enum { FAILED_START_MS = 400 };

const char *sts__kafka_version(void) {
    return rd_kafka_version_str();
}

const char *sts__kafka_version_built(void) {
    return STS__RDKAFKA_BUILT; /* from the build, as pkg-config told it */
}

static void free_context(sts__kafka *kafka) {
    if (kafka->conf)
        rd_kafka_conf_destroy(kafka->conf);
    if (kafka->event_fd >= 0)
        close(kafka->event_fd);
    pthread_mutex_destroy(&kafka->lock);
    sts__memory_free(kafka->memory, kafka->topics);
    sts__memory_free(kafka->memory, kafka->topic);
    sts__memory_free(kafka->memory, kafka->brokers);
    sts__memory_free(kafka->memory, kafka);
}

void sts__kafka_free_unopened(void *context) {
    free_context(context);
}

sts_status sts__kafka_new(const sts__memory *memory, const sts__kafka_settings *settings, void **context,
                          sts__fault *fault) {
    sts__kafka *kafka = sts__memory_new(memory, sizeof *kafka);
    if (!kafka)
        return sts__fault_no_memory(fault);
    if (pthread_mutex_init(&kafka->lock, NULL) != 0) {
        sts__memory_free(memory, kafka);
        return sts__fault_set(fault, STS_ERR_SYSTEM, "no lock to be had");
    }
    kafka->memory = memory;
    kafka->event_fd = -1;
    kafka->acks = (sts__acks)settings->acks;
    kafka->topic_check = (sts__topic_check)settings->topic_check;
    kafka->profile = (sts__profile)settings->partitioner;
    kafka->partition_growth = (sts__partition_growth)settings->partition_growth;
    kafka->topics_max = (int32_t)settings->topics_max;
    kafka->topics = sts__memory_new(memory, (size_t)settings->topics_max * sizeof *kafka->topics);
    kafka->topic = sts__memory_copy_text(memory, settings->topic, strlen(settings->topic));
    kafka->brokers = sts__memory_copy_text(memory, settings->brokers, strlen(settings->brokers));
    sts_status status = kafka->topics && kafka->topic && kafka->brokers
                            ? sts__kafka_make_conf(settings, &kafka->conf, fault)
                            : sts__fault_no_memory(fault);
    if (status == STS_OK)
        *context = kafka;
    else
        free_context(kafka);
    return status;
}

static rd_kafka_topic_t *new_topic(sts__kafka_topic *topic, sts__kafka *kafka, const char *name) {
    rd_kafka_topic_conf_t *conf = rd_kafka_default_topic_conf_dup(kafka->producer);
    topic->kafka = kafka;
    topic->name = name;
    rd_kafka_topic_conf_set_opaque(conf, topic);
    return rd_kafka_topic_new(kafka->producer, name, conf);
}

rd_kafka_topic_t *sts__kafka_topic_handle(sts__kafka *kafka, int32_t index, const char *name) {
    sts__kafka_topic *topic = &kafka->topics[index];
    rd_kafka_topic_t *handle = __atomic_load_n(&topic->handle, __ATOMIC_ACQUIRE);
    if (handle)
        return handle;
    pthread_mutex_lock(&kafka->lock);
    if (!topic->handle)
        __atomic_store_n(&topic->handle, new_topic(topic, kafka, name), __ATOMIC_RELEASE);
    handle = topic->handle;
    pthread_mutex_unlock(&kafka->lock);
    return handle;
}

/* Topics, queue and descriptor must go before the producer, or destroying it would wait for them. */
static void release_producer(sts__kafka *kafka, int32_t timeout_ms) {
    for (int32_t i = 0; i < kafka->topics_max; i++)
        if (kafka->topics[i].handle)
            rd_kafka_topic_destroy(kafka->topics[i].handle);
    if (kafka->event_fd >= 0)
        rd_kafka_queue_io_event_enable(kafka->queue, -1, NULL, 0);
    rd_kafka_queue_destroy(kafka->queue);
    sts__kafka_destroy(kafka->producer, timeout_ms);
}

static sts_status start_producer(sts__kafka *kafka, sts__fault *fault) {
    char text[256];
    kafka->producer = rd_kafka_new(RD_KAFKA_PRODUCER, kafka->conf, text, sizeof text);
    if (!kafka->producer)
        return sts__fault_set(fault, errno == EAGAIN ? STS_ERR_SYSTEM : STS_ERR_CONFIG, "librdkafka %s: %s",
                              rd_kafka_version_str(), text);
    kafka->conf = NULL; /* it is the producer's now */
    kafka->queue = rd_kafka_queue_get_main(kafka->producer);
    rd_kafka_set_log_queue(kafka->producer, kafka->queue);
    return STS_OK;
}

static sts_status kafka_open(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *transport_code,
                             char *text, size_t text_size) {
    sts__kafka *kafka = context;
    sts__fault fault;
    kafka->sink = sink;
    sts_status status = start_producer(kafka, &fault);
    if (status == STS_OK && kafka->topic_check != STS__TOPIC_CHECK_OFF) {
        status = sts__kafka_check_topic(kafka, timeout_ms, &fault);
        if (status != STS_OK && kafka->topic_check == STS__TOPIC_CHECK_WARN) {
            sts_transport_log(sink, STS_LOG_WARNING, fault.text);
            status = STS_OK;
        }
        if (status != STS_OK)
            release_producer(kafka, FAILED_START_MS);
    }
    if (status == STS_OK)
        return STS_OK;
    *transport_code = fault.transport_code;
    snprintf(text, text_size, "%s", fault.text);
    free_context(kafka);
    return status;
}

static rd_kafka_resp_err_t produce_plain(rd_kafka_topic_t *topic, const sts_message *message, int32_t partition) {
    /* librdkafka does not change the value it copies. */
    int failed =
        rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, (void *)message->value.data, message->value.size,
                         message->key.data, message->key.size, (void *)(uintptr_t)message->id);
    return failed ? rd_kafka_last_error() : RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* With headers or a timestamp. */
static rd_kafka_resp_err_t produce_full(sts__kafka *kafka, rd_kafka_topic_t *topic, const sts_message *message,
                                        int32_t partition) {
    rd_kafka_headers_t *headers = rd_kafka_headers_new(message->header_count);
    for (size_t i = 0; i < message->header_count; i++) {
        const sts_bytes *name = &message->headers[2 * i];
        rd_kafka_header_add(headers, name->data, (ssize_t)name->size, name[1].data, (ssize_t)name[1].size);
    }
    /* librdkafka's macros around the tags (RD_KAFKA_V_KEY and so on) are no ISO C. A timestamp of 0 is now, for it. */
    rd_kafka_resp_err_t error = rd_kafka_producev(
        kafka->producer, RD_KAFKA_VTYPE_RKT, topic, RD_KAFKA_VTYPE_PARTITION, partition, RD_KAFKA_VTYPE_MSGFLAGS,
        RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_VALUE, (void *)message->value.data, message->value.size, RD_KAFKA_VTYPE_KEY,
        (void *)message->key.data, message->key.size, RD_KAFKA_VTYPE_HEADERS, headers, RD_KAFKA_VTYPE_TIMESTAMP,
        message->timestamp_ms > 0 ? message->timestamp_ms : (int64_t)0, RD_KAFKA_VTYPE_OPAQUE,
        (void *)(uintptr_t)message->id, RD_KAFKA_VTYPE_END);
    if (error)
        rd_kafka_headers_destroy(headers);
    return error;
}

static sts_status kafka_send(void *context, const sts_message *message, int32_t *transport_code, char *text,
                             size_t text_size) {
    sts__kafka *kafka = context;
    rd_kafka_topic_t *topic = sts__kafka_topic_handle(kafka, message->topic_index, message->topic);
    int32_t partition = message->partition >= 0 ? message->partition : RD_KAFKA_PARTITION_UA;
    rd_kafka_resp_err_t error;
    if (!topic)
        error = rd_kafka_last_error();
    else if (message->header_count || message->timestamp_ms >= 0)
        error = produce_full(kafka, topic, message, partition);
    else
        error = produce_plain(topic, message, partition);
    if (error == RD_KAFKA_RESP_ERR__FATAL)
        *transport_code = rd_kafka_fatal_error(kafka->producer, text, text_size);
    else if (error) {
        *transport_code = error;
        snprintf(text, text_size, "%s", rd_kafka_err2str(error));
    }
    return sts__kafka_status(error);
}

static void raise_event(const sts__kafka *kafka) {
    const uint64_t one = 1;
    int fd = __atomic_load_n(&kafka->event_fd, __ATOMIC_ACQUIRE);
    if (fd >= 0 && write(fd, &one, sizeof one) < 0)
        return; /* it can only be full, and then it is readable */
}

static void kafka_poll(void *context, int32_t timeout_ms) {
    sts__kafka *kafka = context;
    uint64_t raised;
    int fd = __atomic_load_n(&kafka->event_fd, __ATOMIC_ACQUIRE);
    if (fd >= 0 && read(fd, &raised, sizeof raised) < 0 && errno != EAGAIN)
        return;
    if (!sts__kafka_serve(kafka, timeout_ms))
        raise_event(kafka);
}

static void kafka_flush(void *context, int32_t timeout_ms) {
    rd_kafka_flush(((sts__kafka *)context)->producer, timeout_ms);
}

static void kafka_purge(void *context) {
    sts__kafka *kafka = context;
    __atomic_store_n(&kafka->purged, 1, __ATOMIC_RELAXED);
    rd_kafka_purge(kafka->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
}

static void kafka_close(void *context, int32_t timeout_ms) {
    release_producer(context, timeout_ms);
    free_context(context);
}

static void kafka_wake(void *context) {
    sts__kafka *kafka = context;
    rd_kafka_queue_yield(kafka->queue);
    raise_event(kafka);
}

static int32_t kafka_fd(void *context) {
    static const uint64_t one = 1; /* what librdkafka writes into the descriptor */
    sts__kafka *kafka = context;
    pthread_mutex_lock(&kafka->lock);
    if (kafka->event_fd < 0) {
        int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        if (fd >= 0)
            rd_kafka_queue_io_event_enable(kafka->queue, fd, &one, sizeof one);
        __atomic_store_n(&kafka->event_fd, fd, __ATOMIC_RELEASE);
        raise_event(kafka); /* for what is in the queue already */
    }
    pthread_mutex_unlock(&kafka->lock);
    return kafka->event_fd;
}

static void kafka_describe(void *context, char *text, size_t text_size) {
    const sts__kafka *kafka = context;
    snprintf(text, text_size, "brokers %s, librdkafka %s", kafka->brokers, rd_kafka_version_str());
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
    };
    return &table;
}
