/* SPDX-License-Identifier: Apache-2.0
 *
 * One measured run: sends all requests of a file, and prints what that took. Ways that put the same records into
 * Kafka:
 *
 *   produce bare BROKERS TOPIC WINDOW FILE      librdkafka alone, over records that were parsed before the clock starts
 *   produce exporter BROKERS TOPIC WINDOW FILE  libstskafka, from the OTLP bytes
 *   produce take BROKERS TOPIC WINDOW FILE      the same, with the bytes handed over (sts_export_take)
 *   produce memory - - WINDOW FILE              libstskafka into its memory transport: what it costs without Kafka
 *
 * WINDOW is how many records may be without an acknowledgement. CPU is that of the whole process, librdkafka's threads
 * included. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <librdkafka/rdkafka.h>
#include <stskafka/stskafka.h>

#include "signal/item.h"
#include "support/requests.h"

typedef struct pair {
    sts_bytes key;
    sts_bytes value;
} pair;

typedef struct result {
    size_t records;
    double seconds;
    double cpu_seconds;
} result;

static void stop(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static double wall(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double cpu(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* --- bare librdkafka --- */

static pair *parse(const requests *all, size_t *count) {
    size_t capacity = 1 << 20;
    pair *pairs = malloc(capacity * sizeof *pairs);
    sts__item_cursor cursor;
    sts__item record;
    sts__value key;
    *count = 0;
    for (size_t i = 0; i < all->count; i++) {
        sts__items_begin(&cursor, &sts__signals[STS__LOGS], all->items[i]);
        while (sts__items_next(&cursor, &record)) {
            if (*count == capacity || !sts__item_attribute(&record, "stskafka.key", 12, &key))
                stop("load", "too large, or a record without a key");
            pairs[(*count)++] = (pair){key.as.bytes, sts__item_body(&record).as.bytes};
        }
    }
    return pairs;
}

static long outstanding; /* atomic */

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque) {
    (void)producer, (void)opaque;
    if (message->err)
        stop("delivery", rd_kafka_err2str(message->err));
    __atomic_sub_fetch(&outstanding, 1, __ATOMIC_RELAXED);
}

/* The same settings as the exporter's defaults. */
static rd_kafka_t *new_producer(const char *brokers) {
    static const char *const settings[][2] = {{"enable.idempotence", "true"},
                                              {"compression.type", "snappy"},
                                              {"linger.ms", "10"},
                                              {"max.in.flight", "5"},
                                              {"partitioner", "murmur2_random"},
                                              {"socket.nagle.disable", "true"},
                                              {"batch.size", "1000000"},
                                              {"queue.buffering.max.messages", "10000000"},
                                              {"allow.auto.create.topics", "false"},
                                              {"queue.buffering.max.kbytes", "2147483647"}};
    char text[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], text, sizeof text))
            stop(settings[i][0], text);
    if (rd_kafka_conf_set(conf, "bootstrap.servers", brokers, text, sizeof text))
        stop("brokers", text);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    if (!producer)
        stop("producer", text);
    return producer;
}

static result run_bare(const char *brokers, const char *name, long window, const requests *all) {
    size_t count;
    pair *pairs = parse(all, &count);
    rd_kafka_t *producer = new_producer(brokers);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, name, NULL);
    double started = wall();
    double cpu_started = cpu();
    for (size_t i = 0; i < count; i++) {
        while (__atomic_load_n(&outstanding, __ATOMIC_RELAXED) >= window)
            rd_kafka_poll(producer, 10);
        __atomic_add_fetch(&outstanding, 1, __ATOMIC_RELAXED);
        bool tombstone = pairs[i].value.size == 0;
        if (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                             tombstone ? NULL : (void *)pairs[i].value.data, pairs[i].value.size, pairs[i].key.data,
                             pairs[i].key.size, NULL))
            stop("produce", rd_kafka_err2str(rd_kafka_last_error()));
        if (i % 64 == 0)
            rd_kafka_poll(producer, 0);
    }
    if (rd_kafka_flush(producer, 60000))
        stop("flush", "timed out");
    result done = {count, wall() - started, cpu() - cpu_started};
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    free(pairs);
    return done;
}

/* --- libstskafka --- */

static void set(sts_options *options, const char *name, const char *value) {
    sts_error *error = NULL;
    if (sts_options_set(options, name, value, &error))
        stop(name, sts_error_text(error));
}

static sts_exporter *new_exporter(const char *transport, const char *brokers, const char *topic, const char *window) {
    sts_options *options = sts_options_new();
    sts_exporter *exporter;
    sts_error *error = NULL;
    set(options, "transport", transport);
    set(options, "brokers", brokers);
    set(options, "topic", topic);
    set(options, "sending_queue.queue_size", window);
    set(options, "sending_queue.max_bytes", "1073741824"); /* the window is what bounds both ways */
    set(options, "produce_timeout", "60s");
    if (sts_exporter_new(&exporter, options, &error))
        stop("exporter", sts_error_text(error));
    sts_options_free(options);
    return exporter;
}

typedef sts_status (*export_call)(sts_exporter *exporter, const sts_bytes *request, sts_error **error);

static sts_status export_copying(sts_exporter *exporter, const sts_bytes *request, sts_error **error) {
    return sts_export_logs(exporter, request->data, request->size, NULL, NULL, 0, error);
}

static void keep(const void *bytes, size_t size, void *user) {
    (void)bytes, (void)size, (void)user; /* they are all there to the end */
}

static sts_status export_taking(sts_exporter *exporter, const sts_bytes *request, sts_error **error) {
    return sts_export_take(exporter, STS_SIGNAL_LOGS, STS_FORMAT_OTLP_PROTO, request->data, request->size, keep, NULL,
                           NULL, NULL, 0, error);
}

static result run_exporter(sts_exporter *exporter, const requests *all, export_call call) {
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    double started = wall();
    double cpu_started = cpu();
    for (size_t i = 0; i < all->count; i++)
        if (call(exporter, &all->items[i], &error))
            stop("export", sts_error_text(error));
    if (sts_flush(exporter, 60000, counts, STS_COUNTS, &error))
        stop("flush", sts_error_text(error));
    result done = {counts[STS_COUNT_DELIVERED], wall() - started, cpu() - cpu_started};
    sts_exporter_free(exporter, 5000);
    return done;
}

int main(int argc, char **argv) {
    if (argc != 6)
        stop("usage", "produce bare|exporter|take|memory BROKERS TOPIC WINDOW FILE");
    requests all = requests_read(argv[5]);
    result done;
    if (strcmp(argv[1], "bare") == 0)
        done = run_bare(argv[2], argv[3], strtol(argv[4], NULL, 10), &all);
    else if (strcmp(argv[1], "memory") == 0)
        done = run_exporter(new_exporter("memory", "unused", "unused", argv[4]), &all, export_copying);
    else
        done = run_exporter(new_exporter("kafka", argv[2], argv[3], argv[4]), &all,
                            strcmp(argv[1], "take") == 0 ? export_taking : export_copying);
    printf("{\"records\": %zu, \"seconds\": %.6f, \"cpu_seconds\": %.6f}\n", done.records, done.seconds,
           done.cpu_seconds);
    requests_free(&all);
    return 0;
}
