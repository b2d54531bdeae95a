/* SPDX-License-Identifier: Apache-2.0
 *
 * librdkafka alone, over records that were parsed before the clock starts, or over requests as they stand. */
#include <stdlib.h>

#include <librdkafka/rdkafka.h>

#include "bench/produce.h"
#include "signal/item.h"

typedef struct pair {
    sts_bytes key;
    sts_bytes value;
    size_t records;
} pair;

typedef struct loop {
    rd_kafka_t *producer;
    rd_kafka_topic_t *topic;
    long window;
    int flags; /* of rd_kafka_produce */
} loop;

static long outstanding; /* atomic */
static size_t delivered; /* atomic */

static pair pair_of(const sts__item *record) {
    sts__value key;
    if (!sts__item_attribute(record, "stskafka.key", 12, &key))
        stop("load", "a record without a key");
    return (pair){key.as.bytes, sts__item_body(record).as.bytes, 1};
}

/* One more of a request's records: a pair of its own, or counted to the request's, which has the first one's key. */
static size_t add(pair *pairs, size_t count, size_t first, const sts__item *record, const sts_bytes *whole) {
    if (whole && count > first) {
        pairs[first].records++;
        return count;
    }
    pairs[count] = pair_of(record);
    if (whole)
        pairs[count].value = *whole;
    return count + 1;
}

/* The pairs of all records, or of all requests; where those of request `i` begin stands in `*starts`, which has one
 * more for the end. */
static pair *parse(const requests *all, bool whole, size_t **starts) {
    size_t capacity = 1 << 16, count = 0;
    pair *pairs = malloc(capacity * sizeof *pairs);
    sts__item_cursor cursor;
    sts__item record;
    *starts = malloc((all->count + 1) * sizeof **starts);
    for (size_t i = 0; i < all->count; i++) {
        (*starts)[i] = count;
        sts__items_begin(&cursor, &sts__signals[STS__LOGS], all->items[i]);
        while (sts__items_next(&cursor, &record)) {
            if (count == capacity)
                pairs = realloc(pairs, (capacity *= 2) * sizeof *pairs);
            count = add(pairs, count, (*starts)[i], &record, whole ? &all->items[i] : NULL);
        }
    }
    (*starts)[all->count] = count;
    return pairs;
}

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque) {
    (void)producer, (void)opaque;
    if (message->err)
        stop("delivery", rd_kafka_err2str(message->err));
    __atomic_sub_fetch(&outstanding, 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(&delivered, (size_t)(uintptr_t)message->_private, __ATOMIC_RELAXED);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    char text[256];
    if (rd_kafka_conf_set(conf, name, value, text, sizeof text))
        stop(name, text);
}

/* The same settings as the exporter's defaults. Where the loop bounds what is under way, librdkafka's queue does not.
 */
static rd_kafka_t *new_producer(const arguments *how) {
    static const char *const settings[][2] = {{"enable.idempotence", "true"},
                                              {"linger.ms", "10"},
                                              {"max.in.flight", "5"},
                                              {"partitioner", "murmur2_random"},
                                              {"socket.nagle.disable", "true"},
                                              {"batch.size", "1000000"},
                                              {"allow.auto.create.topics", "false"}};
    char text[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        set(conf, settings[i][0], settings[i][1]);
    set(conf, "compression.type", how->compression);
    if (how->window) {
        set(conf, "queue.buffering.max.messages", "10000000");
        set(conf, "queue.buffering.max.kbytes", "2147483647");
    }
    set(conf, "bootstrap.servers", how->brokers);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    if (!producer)
        stop("producer", text);
    return producer;
}

static bool produce(const loop *to, const pair *one) {
    bool tombstone = one->value.size == 0;
    return rd_kafka_produce(to->topic, RD_KAFKA_PARTITION_UA, to->flags, tombstone ? NULL : (void *)one->value.data,
                            one->value.size, one->key.data, one->key.size, (void *)(uintptr_t)one->records) == 0;
}

/* Reports are asked for now and then, and waited for where the window is full. */
static void send_in_window(const loop *to, const pair *one, size_t number) {
    while (__atomic_load_n(&outstanding, __ATOMIC_RELAXED) >= to->window)
        rd_kafka_poll(to->producer, 10);
    __atomic_add_fetch(&outstanding, 1, __ATOMIC_RELAXED);
    if (!produce(to, one))
        stop("produce", rd_kafka_err2str(rd_kafka_last_error()));
    if (number % 64 == 0)
        rd_kafka_poll(to->producer, 0);
}

/* As librdkafka's own examples have it (examples/producer.c): reports are asked for after each record, and waited for
 * where the queue is full. */
static void send_as_usual(const loop *to, const pair *one) {
    while (!produce(to, one)) {
        if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            stop("produce", rd_kafka_err2str(rd_kafka_last_error()));
        rd_kafka_poll(to->producer, 1000);
    }
    rd_kafka_poll(to->producer, 0);
}

static void send_all(const loop *to, const pair *pairs, const size_t *starts, const requests *all, size_t count) {
    size_t number = 0;
    for (size_t i = 0; i < count; i++) {
        size_t request = i % all->count;
        for (size_t j = starts[request]; j < starts[request + 1]; j++) {
            if (to->window)
                send_in_window(to, &pairs[j], number++);
            else
                send_as_usual(to, &pairs[j]);
        }
    }
}

measure run_bare(const arguments *how, const requests *all) {
    size_t *starts;
    pair *pairs = parse(all, how->whole, &starts);
    loop to = {.producer = new_producer(how), .window = how->window, .flags = how->copy ? RD_KAFKA_MSG_F_COPY : 0};
    to.topic = rd_kafka_topic_new(to.producer, how->topic, NULL);
    measure started = clocks();
    send_all(&to, pairs, starts, all, how->requests);
    if (rd_kafka_flush(to.producer, 60000))
        stop("flush", "timed out");
    measure done = since(started, __atomic_load_n(&delivered, __ATOMIC_RELAXED));
    rd_kafka_topic_destroy(to.topic);
    rd_kafka_destroy(to.producer);
    free(pairs);
    free(starts);
    return done;
}
