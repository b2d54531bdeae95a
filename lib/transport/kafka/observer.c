/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/observer.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/memory.h"
#include "transport/kafka/errors.h"
#include "transport/kafka/topic.h"

#define INTERCEPTOR "stskafka"

/* Where rd_kafka_new fails when it has called the interceptors, those that they added are lost; and before 2.13.0 it
 * frees the configuration's, and leaves them in there all the same: to destroy that, as its caller must, crashes
 * (librdkafka issue 4142). */
enum { FIRST_THAT_FAILS_SAFELY = 0x020d0000 };

enum { PRODUCE = 0, API_VERSIONS = 18, INIT_PRODUCER_ID = 22 }; /* Kafka's ApiKeys (kafka.apache.org, "The Messages") */

/* From malloc and not from the host's allocator: a thread that is left behind may outlive that (close.c). */
struct sts__kafka_observer {
    int running;            /* atomic */
    int owners;             /* the last one frees it; atomic */
    int64_t last_sent_us;   /* atomic */
    int64_t sent_before_us; /* the request before; atomic */
    int32_t broker;         /* atomic */
    int asked_id;           /* atomic */
    int connections;        /* atomic */
    sts__kafka_topic *topics;
    sts__kafka_lines lines;

    /* Of the present producer; what one tells that was left behind is its own affair. */
    rd_kafka_t *producer; /* atomic */
    sts__kafka_gate *gate;
    sts__kafka_stop stop;
    int refused; /* records of which the serving thread has not heard yet; atomic */
    int stopped; /* atomic */
    int alone;   /* there is nothing behind what is refused: no stop is needed; atomic */
};

/* Of a broker's thread: its connection, as of the last request. */
static __thread int connection = -1;

sts__kafka_observer *sts__kafka_observer_new(const sts__kafka_topics *topics, sts__kafka_gate *gate,
                                             sts__kafka_stop stop) {
    sts__kafka_observer *observer = sts__memory_new(sts__memory_default(), sizeof *observer);
    if (!observer || !sts__kafka_lines_init(&observer->lines, topics)) {
        sts__memory_free(sts__memory_default(), observer);
        return NULL;
    }
    observer->broker = -1;
    observer->gate = gate;
    observer->stop = stop;
    observer->topics = topics->items;
    return sts__kafka_observer_keep(observer);
}

sts__kafka_observer *sts__kafka_observer_keep(sts__kafka_observer *observer) {
    __atomic_add_fetch(&observer->owners, 1, __ATOMIC_RELAXED);
    return observer;
}

void sts__kafka_observer_release(sts__kafka_observer *observer) {
    if (!observer || __atomic_sub_fetch(&observer->owners, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    sts__kafka_lines_clear(&observer->lines);
    sts__memory_free(sts__memory_default(), observer);
}

bool sts__kafka_observer_has_one_owner(const sts__kafka_observer *observer) {
    return __atomic_load_n(&observer->owners, __ATOMIC_ACQUIRE) == 1;
}

int32_t sts__kafka_observer_threads(const sts__kafka_observer *observer) {
    return __atomic_load_n(&observer->running, __ATOMIC_RELAXED);
}

sts__kafka_lines *sts__kafka_observer_lines(sts__kafka_observer *observer) {
    return &observer->lines;
}

/* Of a producer that was left behind nobody wants to hear. */
static void on_line(const rd_kafka_t *producer, int level, const char *facility, const char *text) {
    sts__kafka_observer *observer = producer ? rd_kafka_opaque(producer) : NULL;
    if (observer && producer == __atomic_load_n(&observer->producer, __ATOMIC_ACQUIRE))
        sts__kafka_lines_take(&observer->lines, level, facility, text);
}

static rd_kafka_resp_err_t on_start(rd_kafka_t *producer, rd_kafka_thread_type_t type, const char *name, void *opaque) {
    (void)producer, (void)type, (void)name;
    __atomic_add_fetch(&((sts__kafka_observer *)opaque)->running, 1, __ATOMIC_RELAXED);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_exit(rd_kafka_t *producer, rd_kafka_thread_type_t type, const char *name, void *opaque) {
    (void)producer, (void)type, (void)name;
    __atomic_sub_fetch(&((sts__kafka_observer *)opaque)->running, 1, __ATOMIC_RELAXED);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

int64_t sts__kafka_observer_last_sent_us(const sts__kafka_observer *observer) {
    return __atomic_load_n(&observer->last_sent_us, __ATOMIC_ACQUIRE);
}

int32_t sts__kafka_observer_broker(const sts__kafka_observer *observer) {
    return __atomic_load_n(&observer->broker, __ATOMIC_RELAXED);
}

bool sts__kafka_observer_asked_id(const sts__kafka_observer *observer) {
    return __atomic_load_n(&observer->asked_id, __ATOMIC_ACQUIRE);
}

int sts__kafka_observer_connections(const sts__kafka_observer *observer) {
    return __atomic_load_n(&observer->connections, __ATOMIC_ACQUIRE);
}

int64_t sts__kafka_observer_sent_before_us(const sts__kafka_observer *observer) {
    return __atomic_load_n(&observer->sent_before_us, __ATOMIC_ACQUIRE);
}

static void note_produce(sts__kafka_observer *observer) {
    int64_t sent_us = __atomic_exchange_n(&observer->last_sent_us, sts__clock_us(), __ATOMIC_ACQ_REL);
    int64_t before_us = sts__kafka_observer_sent_before_us(observer);
    while (before_us < sent_us && !__atomic_compare_exchange_n(&observer->sent_before_us, &before_us, sent_us, false,
                                                               __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        ;
}

static rd_kafka_resp_err_t on_request_sent(rd_kafka_t *producer, int socket, const char *broker, int32_t broker_id,
                                           int16_t api_key, int16_t version, int32_t correlation_id, size_t size,
                                           void *opaque) {
    sts__kafka_observer *observer = opaque;
    (void)producer, (void)broker, (void)version, (void)correlation_id, (void)size;
    connection = socket;
    if (api_key == PRODUCE)
        note_produce(observer);
    else if (api_key == API_VERSIONS) /* the first request over each connection */
        __atomic_add_fetch(&observer->connections, 1, __ATOMIC_ACQ_REL);
    else if (api_key == INIT_PRODUCER_ID)
        __atomic_store_n(&observer->asked_id, 1, __ATOMIC_RELEASE);
    if (broker_id >= 0) /* of a bootstrap address it is not known yet */
        __atomic_store_n(&observer->broker, broker_id, __ATOMIC_RELAXED);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

bool sts__kafka_observer_is_stopped(const sts__kafka_observer *observer) {
    return __atomic_load_n(&observer->stopped, __ATOMIC_SEQ_CST);
}

void sts__kafka_observer_expect(sts__kafka_observer *observer, bool alone) {
    __atomic_store_n(&observer->alone, alone, __ATOMIC_RELEASE);
}

void sts__kafka_observer_heard(sts__kafka_observer *observer, size_t refused) {
    __atomic_sub_fetch(&observer->refused, (int)refused, __ATOMIC_RELAXED);
}

/* Nothing more goes out through this producer. An idempotent one obeys its fatal error at once, in all its threads, and
 * takes no more; of what is made up already, brokers take nothing that comes behind a gap.
 *
 * Another one has no such thing: its queue is emptied, after the last sender, or who replays, has left the gate. The
 * thread of a broker, which is where this runs, gets its order to do so, but a wake-up in front of that lets it send
 * the one request that it has made up meanwhile (seen with 2.0.2 and 2.16: rd_kafka_broker_ops_serve); so that there is
 * nothing to send it by, the connection is ended. It is open, for the refusal came by it. librdkafka takes what was not
 * sent back into the queue, and holds no lock where it calls an interceptor with an answer of a broker. */
static void stop(sts__kafka_observer *observer, rd_kafka_t *producer) {
    if (__atomic_exchange_n(&observer->stopped, 1, __ATOMIC_SEQ_CST))
        return;
    if (observer->stop == STS__KAFKA_STOP_BY_ERROR) {
        sts__kafka_gate_shut(observer->gate);
        rd_kafka_test_fatal_error(producer, RD_KAFKA_RESP_ERR_INVALID_RECORD, STS__KAFKA_STOPPED);
    } else {
        sts__kafka_gate_close(observer->gate);
        shutdown(connection, SHUT_RDWR);
        rd_kafka_purge(producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING);
    }
}

/* At the second one there are records that were refused together, and a message may hold several: what is behind them
 * has to wait for them. */
static void note_refused(sts__kafka_observer *observer, rd_kafka_t *producer, const sts__kafka_record *record) {
    if (producer != __atomic_load_n(&observer->producer, __ATOMIC_ACQUIRE) || observer->stop == STS__KAFKA_STOP_NEVER)
        return;
    int refused = __atomic_add_fetch(&observer->refused, 1, __ATOMIC_RELAXED);
    bool together = refused > 1 || record->message.record_count > 1;
    if (together && !__atomic_load_n(&observer->alone, __ATOMIC_ACQUIRE))
        stop(observer, producer);
}

static void note_missing(const sts__kafka_observer *observer, const sts__kafka_record *record) {
    sts__kafka_topic *topic = &observer->topics[record->message.topic_index];
    if (topic->missed_by)
        sts__kafka_miss_topic(topic->missed_by, topic);
}

/* Called for each record of a batch before the batch is reported, and before the next one is sent or the topic can be
 * there again: nothing overtakes what failed. */
static rd_kafka_resp_err_t on_acknowledgement(rd_kafka_t *producer, rd_kafka_message_t *message, void *opaque) {
    sts__kafka_observer *observer = opaque;
    const sts__kafka_record *record = message->_private;
    if (!message->err || record->held) /* librdkafka calls this, too, for what we would not let it place (opening.h) */
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    if (sts__kafka_error_is_of_missing_topic(message->err))
        note_missing(observer, message->_private);
    else if (sts__kafka_error_is_of_record(message->err))
        note_refused(observer, producer, message->_private);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void watch(sts__kafka_observer *observer, rd_kafka_t *producer) {
    __atomic_store_n(&observer->refused, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&observer->stopped, 0, __ATOMIC_RELEASE);
    __atomic_store_n(&observer->alone, 0, __ATOMIC_RELEASE);
    __atomic_store_n(&observer->producer, producer, __ATOMIC_RELEASE);
}

typedef struct beginning {
    sts__kafka_observer *observer;
    bool begun; /* rd_kafka_new got as far as the interceptors */
} beginning;

static rd_kafka_resp_err_t on_new(rd_kafka_t *producer, const rd_kafka_conf_t *conf, void *opaque, char *text,
                                  size_t text_size) {
    beginning *b = opaque;
    (void)conf, (void)text, (void)text_size;
    b->begun = true;
    watch(b->observer, producer);
    rd_kafka_interceptor_add_on_acknowledgement(producer, INTERCEPTOR, on_acknowledgement, b->observer);
    rd_kafka_interceptor_add_on_request_sent(producer, INTERCEPTOR, on_request_sent, b->observer);
    rd_kafka_interceptor_add_on_thread_start(producer, INTERCEPTOR, on_start, b->observer);
    return rd_kafka_interceptor_add_on_thread_exit(producer, INTERCEPTOR, on_exit, b->observer);
}

/* Certificates and mechanisms are only looked at when the interceptors have been called. */
static bool needs_rehearsal(const rd_kafka_conf_t *conf) {
    char protocol[32] = "";
    size_t size = sizeof protocol;
    return rd_kafka_conf_get(conf, "security.protocol", protocol, &size) == RD_KAFKA_CONF_OK &&
           strcmp(protocol, "plaintext") != 0;
}

static void destroy_conf(rd_kafka_conf_t *conf) {
    int error = errno; /* rd_kafka_new's */
    rd_kafka_conf_destroy(conf);
    errno = error;
}

/* Makes and ends a producer without interceptors, and without brokers to connect to. */
static bool rehearse(const rd_kafka_conf_t *conf, char *text, size_t text_size) {
    const char *left_out[] = {"bootstrap.servers", "metadata.broker.list"};
    rd_kafka_conf_t *trial = rd_kafka_conf_dup_filter(conf, 2, left_out);
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, trial, text, text_size);
    if (producer)
        rd_kafka_destroy(producer);
    else
        destroy_conf(trial);
    return producer;
}

rd_kafka_t *sts__kafka_start(rd_kafka_conf_t *conf, sts__kafka_observer *observer, char *text, size_t text_size) {
    beginning b = {observer, false};
    __atomic_store_n(&observer->asked_id, 0, __ATOMIC_RELEASE);
    if (needs_rehearsal(conf) && !rehearse(conf, text, text_size)) {
        destroy_conf(conf);
        return NULL;
    }
    rd_kafka_conf_interceptor_add_on_new(conf, INTERCEPTOR, on_new, &b);
    rd_kafka_conf_set_opaque(conf, observer);
    rd_kafka_conf_set_log_cb(conf, on_line);
    sts__kafka_lines_open(&observer->lines, conf);
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, text_size);
    /* What is left to fail is the start of a thread: an old librdkafka's configuration is lost then. */
    if (!producer && (!b.begun || rd_kafka_version() >= FIRST_THAT_FAILS_SAFELY))
        destroy_conf(conf);
    return producer;
}
