/* A transport over the host's own librdkafka producer: the host has one rd_kafka_t that it uses for other things too,
 * and wants no second one. It keeps serving its producer as it always did, and nobody else serves it; delivery reports
 * of our records are put aside, and the transport's poll passes them on.
 *
 *   cc own_producer.c -o own_producer -pthread $(pkg-config --cflags --libs stskafka rdkafka)
 *   ./own_producer localhost:9092 sts-otel-topology host-events < request.bin
 *
 * What the options say about brokers, acknowledgements, retries and partitions is the host's affair then; what they say
 * about keys, topics, headers, limits and outcomes holds. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <librdkafka/rdkafka.h>
#include <stskafka/stskafka.h>
#include <stskafka/transport.h>

enum { REQUEST_BYTES = 16 << 20, EVENTS = 10, END_MS = 5000 };

/* One of our records, from its producing to its completion; librdkafka carries it as the message's opaque. */
typedef struct record {
    struct record *next;
    struct transport *transport;
    sts_completion completion;
} record;

/* For one exporter. It must live until the last report of its records, so as long as the producer. */
typedef struct transport {
    rd_kafka_t *producer;
    sts_transport_sink *sink;
    pthread_mutex_t lock;
    pthread_cond_t reported_or_woken;
    record *reported; /* in order */
    record **reported_end;
    bool woken;
    bool closed;
} transport;

typedef struct host {
    rd_kafka_t *producer;
    transport transport;
    pthread_t thread; /* serves the producer */
    int ending;
    int events_delivered;
} host;

/* --- delivery reports --------------------------------------------------------------------------------------------- */

static sts_status code_of(rd_kafka_resp_err_t error) {
    static const int codes[][2] = {
        {RD_KAFKA_RESP_ERR__QUEUE_FULL, STS_ERR_QUEUE_FULL}, /* the host's messages share the queue */
        {RD_KAFKA_RESP_ERR__FATAL, STS_ERR_PRODUCER_FATAL},
        {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, STS_ERR_GAVE_UP},
        {RD_KAFKA_RESP_ERR__PURGE_QUEUE, STS_ERR_PURGED},
        {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, STS_ERR_PARTITION},
        {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, STS_ERR_TOPIC_MISSING},
        {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, STS_ERR_TOPIC_MISSING},
        {RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, STS_ERR_TOPIC_INVALID},
        {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, STS_ERR_NOT_AUTHORIZED},
        {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, STS_ERR_NOT_AUTHORIZED},
        {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, STS_ERR_RECORD_SIZE},
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i][0] == error)
            return codes[i][1];
    return STS_ERR_DELIVERY;
}

/* What a broker refused that leads no longer, librdkafka calls not persisted too, though the next leader may have it.
 * A host that must not take such a record for failed counts as uncertain all that gave up. */
static void set_failure(sts_completion *completion, const rd_kafka_message_t *message) {
    completion->transport_code = message->err;
    if (rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED) {
        completion->kind = STS_OUTCOME_UNCERTAIN;
        completion->code = STS_ERR_NOT_ACKNOWLEDGED;
    } else {
        completion->code = code_of(message->err);
        completion->kind = completion->code == STS_ERR_PURGED ? STS_OUTCOME_PURGED : STS_OUTCOME_FAILED;
    }
}

/* In the thread that serves the producer, so nothing may be completed here. This host has acks=all; with acks=0 no
 * broker says anything, and what is delivered here would be STS_OUTCOME_UNCERTAIN, STS_ERR_NOT_ACKNOWLEDGED. */
static void put_aside(record *done, const rd_kafka_message_t *message) {
    transport *ours = done->transport;
    done->completion.partition = message->partition;
    done->completion.offset = message->offset >= 0 ? message->offset : -1;
    if (message->err)
        set_failure(&done->completion, message);
    else
        done->completion.kind = STS_OUTCOME_DELIVERED;
    pthread_mutex_lock(&ours->lock);
    if (ours->closed) { /* it has its outcome already: uncertain */
        free(done);
    } else {
        *ours->reported_end = done;
        ours->reported_end = &done->next;
        pthread_cond_signal(&ours->reported_or_woken);
    }
    pthread_mutex_unlock(&ours->lock);
}

/* The producer has one callback for all of its messages: the host's own have no opaque. */
static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque) {
    host *self = opaque;
    (void)producer;
    if (message->_private)
        put_aside(message->_private, message);
    else
        self->events_delivered += !message->err;
}

/* --- the transport ------------------------------------------------------------------------------------------------ */

/* Once: late reports of one exporter's records must not come to the next one. */
static sts_status own_open(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *transport_code,
                           char *text, size_t text_size) {
    transport *ours = context;
    (void)timeout_ms, (void)transport_code; /* the producer runs already */
    if (ours->sink) {
        snprintf(text, text_size, "this transport has had its exporter already; each needs one of its own");
        return STS_ERR_UNSUPPORTED;
    }
    ours->sink = sink;
    return STS_OK;
}

static rd_kafka_headers_t *copy_headers(const sts_message *message) {
    if (message->header_count == 0)
        return NULL;
    rd_kafka_headers_t *headers = rd_kafka_headers_new(message->header_count);
    for (size_t i = 0; i < message->header_count; i++) {
        const sts_bytes *name = &message->headers[2 * i];
        rd_kafka_header_add(headers, name->data, (ssize_t)name->size, name[1].data, (ssize_t)name[1].size);
    }
    return headers;
}

/* Null and empty keys and values stay what they are: librdkafka too takes a NULL pointer for null. A partition of -1 is
 * RD_KAFKA_PARTITION_UA: the producer's partitioner places the record. librdkafka reads a timestamp of 0 as now. */
static sts_status own_send(void *context, const sts_message *message, int32_t *transport_code, char *text,
                           size_t text_size) {
    transport *ours = context;
    record *sent = malloc(sizeof *sent);
    if (!sent)
        return STS_ERR_NO_MEMORY;
    *sent = (record){.transport = ours};
    sent->completion = (sts_completion){.struct_size = sizeof sent->completion, .id = message->id};
    rd_kafka_headers_t *headers = copy_headers(message);
    int64_t timestamp_ms = message->timestamp_ms < 0 ? 0 : message->timestamp_ms;
    /* The macros RD_KAFKA_V_... are shorter, and no standard C. Without F_BLOCK send never waits. */
    rd_kafka_resp_err_t error = rd_kafka_producev(
        ours->producer, RD_KAFKA_VTYPE_TOPIC, message->topic, RD_KAFKA_VTYPE_PARTITION, message->partition,
        RD_KAFKA_VTYPE_MSGFLAGS, RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_KEY, message->key.data, message->key.size,
        RD_KAFKA_VTYPE_VALUE, message->value.data, message->value.size, RD_KAFKA_VTYPE_TIMESTAMP, timestamp_ms,
        RD_KAFKA_VTYPE_HEADERS, headers, RD_KAFKA_VTYPE_OPAQUE, sent, RD_KAFKA_VTYPE_END);
    if (!error)
        return STS_OK; /* librdkafka has the headers, the report the record: NOLINT(clang-analyzer-unix.Malloc) */
    if (headers)
        rd_kafka_headers_destroy(headers);
    free(sent);
    *transport_code = error;
    snprintf(text, text_size, "%s", rd_kafka_err2str(error));
    return code_of(error);
}

static record *take_reported(transport *ours, int32_t timeout_ms) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += timeout_ms % 1000 * 1000000L;
    until.tv_sec += timeout_ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    int waited = 0;
    pthread_mutex_lock(&ours->lock);
    while (!ours->reported && !ours->woken && waited == 0)
        waited = pthread_cond_timedwait(&ours->reported_or_woken, &ours->lock, &until);
    record *first = ours->reported;
    ours->reported = NULL;
    ours->reported_end = &ours->reported;
    ours->woken = false;
    pthread_mutex_unlock(&ours->lock);
    return first;
}

/* The text is made only here: of an error that it does not know, librdkafka writes it into a buffer of the calling
 * thread, where the next one replaces it. */
static void own_poll(void *context, int32_t timeout_ms) {
    transport *ours = context;
    for (record *done = take_reported(ours, timeout_ms), *next; done; done = next) {
        next = done->next;
        if (done->completion.transport_code)
            done->completion.text = rd_kafka_err2str(done->completion.transport_code);
        sts_transport_complete(ours->sink, &done->completion);
        free(done);
    }
}

static void own_wake(void *context) {
    transport *ours = context;
    pthread_mutex_lock(&ours->lock);
    ours->woken = true;
    pthread_cond_signal(&ours->reported_or_woken);
    pthread_mutex_unlock(&ours->lock);
}

/* What is still with the producer stays there: its reports will find that it is too late for them. Those that came
 * before are passed on, and none can come in between and stay. */
static void own_close(void *context, int32_t timeout_ms) {
    transport *ours = context;
    (void)timeout_ms;
    pthread_mutex_lock(&ours->lock);
    ours->closed = true;
    pthread_mutex_unlock(&ours->lock);
    own_poll(ours, 0);
}

/* No flush: rd_kafka_flush serves the producer, and would call on_delivery in the exporter's thread while the host's
 * thread is in it too. The host's linger.ms says how long records linger, also where the exporter is flushed.
 * No purge: rd_kafka_purge would drop the host's messages as well. The exporter then counts as uncertain what has no
 * outcome when it is closed. */
static const sts_transport own_methods = {
    .struct_size = sizeof own_methods,
    .name = "own-producer",
    .open = own_open,
    .send = own_send,
    .poll = own_poll,
    .close = own_close,
    .wake = own_wake,
};

/* --- the host ----------------------------------------------------------------------------------------------------- */

static void fail(const char *what, const char *why) {
    fprintf(stderr, "own_producer: %s: %s\n", what, why);
    exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    char why[512];
    if (rd_kafka_conf_set(conf, name, value, why, sizeof why) != RD_KAFKA_CONF_OK)
        fail(name, why);
}

static void *serve_producer(void *argument) {
    host *self = argument;
    while (!__atomic_load_n(&self->ending, __ATOMIC_ACQUIRE))
        rd_kafka_poll(self->producer, 100);
    return NULL;
}

static void init_transport(transport *ours, rd_kafka_t *producer) {
    pthread_condattr_t monotonic; /* a wait does not get longer when somebody sets the clock */
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    *ours = (transport){.producer = producer};
    ours->reported_end = &ours->reported;
    pthread_mutex_init(&ours->lock, NULL);
    pthread_cond_init(&ours->reported_or_woken, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

/* Our promises on order and partitions need these of the host's settings. */
static void start_host(host *self, const char *brokers) {
    char why[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", brokers);
    set(conf, "enable.idempotence", "true");    /* the order of a key survives retries; acks=all */
    set(conf, "partitioner", "murmur2_random"); /* what the option partitioner=java does */
    rd_kafka_conf_set_opaque(conf, self);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    self->producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (!self->producer)
        fail("producer", why);
    init_transport(&self->transport, self->producer);
    if (pthread_create(&self->thread, NULL, serve_producer, self) != 0)
        fail("thread", "none to be had");
}

/* What the host uses its producer for beside the exporter. */
static void produce_events(host *self, const char *topic) {
    char text[32];
    for (int i = 0; i < EVENTS; i++) {
        snprintf(text, sizeof text, "event %d", i);
        rd_kafka_resp_err_t error =
            rd_kafka_producev(self->producer, RD_KAFKA_VTYPE_TOPIC, topic, RD_KAFKA_VTYPE_MSGFLAGS, RD_KAFKA_MSG_F_COPY,
                              RD_KAFKA_VTYPE_VALUE, text, strlen(text), RD_KAFKA_VTYPE_END);
        if (error)
            fail(topic, rd_kafka_err2str(error));
    }
}

/* The exporter has ended before. Only when the host's thread has ended too does this one serve the producer. What is
 * not delivered in time is purged, which makes reports, for rd_kafka_destroy makes none, and the records would never be
 * freed. Then no report can come any more. */
static void end_host(host *self) {
    __atomic_store_n(&self->ending, 1, __ATOMIC_RELEASE);
    pthread_join(self->thread, NULL);
    rd_kafka_flush(self->producer, END_MS);
    rd_kafka_purge(self->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(self->producer, END_MS);
    rd_kafka_destroy(self->producer);
    pthread_cond_destroy(&self->transport.reported_or_woken);
    pthread_mutex_destroy(&self->transport.lock);
}

int main(int argc, char **argv) {
    static char request[REQUEST_BYTES];
    static host self;
    if (argc != 4) {
        fprintf(stderr, "usage: %s BROKERS TOPIC TOPIC-OF-THE-HOST < REQUEST\n", argv[0]);
        return 2;
    }
    size_t size = fread(request, 1, sizeof request, stdin);
    start_host(&self, argv[1]);

    sts_error *error = NULL;
    sts_exporter *exporter;
    sts_options *options = sts_options_new();
    sts_options_set(options, "topic", argv[2], NULL);
    sts_options_set(options, "record_headers.sent-by", "own_producer", NULL);
    sts_options_set_transport(options, &own_methods, &self.transport);
    if (sts_exporter_new(&exporter, options, &error) != STS_OK)
        fail("start", sts_error_text(error));
    sts_options_free(options);
    produce_events(&self, argv[3]);
    sts_status status = sts_export_logs(exporter, request, size, NULL, NULL, 0, &error);
    if (status != STS_OK && status != STS_ERR_REJECTED)
        fail("export", sts_error_text(error));
    produce_events(&self, argv[3]);

    uint64_t counts[STS_COUNTS];
    sts_exporter_close(exporter, END_MS, counts, STS_COUNTS, NULL);
    sts_exporter_free(exporter, 0);
    sts_error_free(error);
    end_host(&self);
    printf("%llu of %llu records and %d of %d events delivered\n", (unsigned long long)counts[STS_COUNT_DELIVERED],
           (unsigned long long)counts[STS_COUNT_RECORDS], self.events_delivered, 2 * EVENTS);
    return counts[STS_COUNT_DELIVERED] == counts[STS_COUNT_RECORDS] && self.events_delivered == 2 * EVENTS ? 0 : 1;
}
