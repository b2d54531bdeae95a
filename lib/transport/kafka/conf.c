/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/conf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "transport/kafka/partition.h"
#include "transport/kafka/security.h"

/* A request gets its own time at the broker (request.timeout.ms); the connection is given up this much later. */
enum { CONNECTION_GRACE_MS = 10000 };

/* What librdkafka thinks a record could take at most in headers of its own, over our exact measure of it: our limit
 * (max_message_bytes) decides, and names the record; librdkafka's must never be the smaller one. */
enum { RECORD_SLACK = 10000 };

/* KIP-580: before 2.3.0 every wait is as long as the first one, and retry.backoff.max.ms is unknown. */
enum { FIRST_WITH_GROWING_BACKOFF = 0x02030000 };

/* A conf under construction; the first fault stays. */
typedef struct building {
    rd_kafka_conf_t *conf;
    sts__fault *fault;
    sts_status status;
} building;

static void set_text(building *b, const char *name, const char *value) {
    char text[256];
    if (b->status != STS_OK || rd_kafka_conf_set(b->conf, name, value, text, sizeof text) == RD_KAFKA_CONF_OK)
        return;
    b->status = sts__fault_set(b->fault, STS_ERR_CONFIG, "librdkafka %s: %s", rd_kafka_version_str(), text);
}

/* One of the host's: librdkafka's text would quote the value. */
static void set_property(building *b, const sts__pair *property) {
    if (b->status == STS_OK && rd_kafka_conf_set(b->conf, property->name, property->value, NULL, 0) != RD_KAFKA_CONF_OK)
        b->status = sts__fault_set(b->fault, STS_ERR_CONFIG, "kafka.%s: librdkafka %s does not accept this value",
                                   property->name, rd_kafka_version_str());
}

static void set_number(building *b, const char *name, int64_t value) {
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    set_text(b, name, text);
}

/* Idempotence keeps order with five requests under way. Without it a retried request would be overtaken by the next
 * one, so that only one may be under way (librdkafka's INTRODUCTION.md, "Reordering"). It needs retries. */
static void set_acks(building *b, const sts__kafka_settings *settings) {
    sts__acks acks = (sts__acks)settings->acks;
    bool idempotent = sts__kafka_is_idempotent(settings);
    set_text(b, "acks", acks == STS__ACKS_ALL ? "all" : acks == STS__ACKS_LEADER ? "1" : "0");
    set_text(b, "enable.idempotence", idempotent ? "true" : "false");
    set_text(b, "max.in.flight", idempotent ? "5" : "1");
    if (!settings->retry)
        set_text(b, "retries", "0");
}

bool sts__kafka_is_idempotent(const sts__kafka_settings *settings) {
    return settings->acks == STS__ACKS_ALL && settings->retry;
}

/* Ours for all profiles: the same code as in explanations, and it sees when a topic gets more partitions. Without a
 * linger librdkafka asks it for null keys too: its own sticky partitioner shares a topic's state among threads without
 * a lock (rd_kafka_msg_sticky_partition, seen by ThreadSanitizer in 2.0.2 and 2.16). */
static void set_partitioner(building *b) {
    set_text(b, "partitioner", "murmur2_random"); /* which makes a topic configuration to put the callback into */
    set_text(b, "sticky.partitioning.linger.ms", "0");
    if (b->status == STS_OK)
        rd_kafka_topic_conf_set_partitioner_cb(rd_kafka_conf_get_default_topic_conf(b->conf), sts__kafka_place);
}

int64_t sts__kafka_batch_bytes(int64_t max_message_bytes) {
    return max_message_bytes < 1000000 ? max_message_bytes : 1000000;
}

/* 32 bits hold less than the largest value that the property takes, and librdkafka would warn of each producer. */
int64_t sts__kafka_queue_kbytes(uint64_t size_max) {
    return size_max / 1024 < INT32_MAX ? (int64_t)(size_max / 1024) : INT32_MAX;
}

static void set_limits(building *b, int64_t max_message_bytes) {
    set_number(b, "message.max.bytes", max_message_bytes + RECORD_SLACK);
    set_number(b, "batch.size", sts__kafka_batch_bytes(max_message_bytes));
    /* The ledger bounds records and memory; librdkafka counts the bytes of values alone, and keeps out of it. */
    set_number(b, "queue.buffering.max.messages", 10000000);
    set_number(b, "queue.buffering.max.kbytes", sts__kafka_queue_kbytes(SIZE_MAX));
}

/* A record that librdkafka gives up makes its transaction fail, from which it goes again for as long as it may. That
 * must not take longer than the transaction has; 0 is for ever. */
static int64_t message_timeout_of(const sts__kafka_settings *settings) {
    const sts__kafka_exactly_once *exactly_once = &settings->exactly_once;
    bool is_longer = exactly_once->is_on && settings->max_elapsed_ms > exactly_once->timeout_ms;
    return is_longer ? exactly_once->timeout_ms : settings->max_elapsed_ms;
}

static void set_times(building *b, const sts__kafka_settings *settings) {
    if (settings->exactly_once.is_on)
        set_number(b, "transaction.timeout.ms", settings->exactly_once.timeout_ms);
    set_number(b, "linger.ms", settings->linger_ms);
    set_number(b, "message.timeout.ms", message_timeout_of(settings));
    set_number(b, "retry.backoff.ms", settings->retry_initial_ms);
    if (rd_kafka_version() >= FIRST_WITH_GROWING_BACKOFF)
        set_number(b, "retry.backoff.max.ms", settings->retry_max_ms);
    set_number(b, "request.timeout.ms", settings->request_timeout_ms);
    set_number(b, "socket.timeout.ms", settings->request_timeout_ms + CONNECTION_GRACE_MS);
    set_number(b, "statistics.interval.ms", settings->statistics_interval_ms);
}

static void drop_log_line(const rd_kafka_t *producer, int level, const char *facility, const char *text) {
    (void)producer, (void)level, (void)facility, (void)text;
}

static void build(building *b, const sts__kafka_settings *settings) {
    static const char *const compressions[] = {"none", "gzip", "snappy", "lz4", "zstd"}; /* as in the options table */
    set_text(b, "socket.nagle.disable", "true"); /* a default of ours, which the host may change */
    for (size_t i = 0; i < settings->properties->count; i++)
        set_property(b, &settings->properties->items[i]);
    if (b->status == STS_OK)
        b->status = sts__kafka_conf_security(b->conf, &settings->security, b->fault);
    set_text(b, "bootstrap.servers", settings->brokers);
    set_text(b, "client.id", settings->client_id);
    set_text(b, "compression.type", compressions[settings->compression]);
    set_text(b, "enable.random.seed", "false"); /* srand is the host's */
    set_text(b, "allow.auto.create.topics", "false");
    set_acks(b, settings);
    set_partitioner(b);
    set_times(b, settings);
    rd_kafka_conf_set_log_cb(b->conf, drop_log_line); /* until there is a producer whose lines are served (lines.h) */
    rd_kafka_conf_set_events(b->conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS |
                                          RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH);
}

sts_status sts__kafka_make_conf(const sts__kafka_settings *settings, int64_t max_message_bytes, rd_kafka_conf_t **conf,
                                sts__fault *fault) {
    building b = {rd_kafka_conf_new(), fault, STS_OK};
    build(&b, settings);
    set_limits(&b, max_message_bytes);
    if (b.status == STS_OK)
        *conf = b.conf;
    else
        rd_kafka_conf_destroy(b.conf);
    return b.status;
}
