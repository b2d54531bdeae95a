/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of librdkafka's properties the host may set by itself (options kafka.*). */
#include "transport/kafka_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"

/* Refused: what the library itself needs to be in one way, or has an option of its own for. */
static const struct {
    const char *name;
    const char *why;
} refused[] = {
    {"acks", "use required_acks"},
    {"allow.auto.create.topics", "topics are never created by accident"},
    {"api.version.fallback.ms", "it is for brokers before 0.10"},
    {"batch.size", "it follows from max_message_bytes"},
    {"bootstrap.servers", "use brokers"},
    {"client.id", "use client_id"},
    {"compression.codec", "use compression"},
    {"compression.type", "use compression"},
    {"delivery.report.only.error", "every record has its outcome"},
    {"delivery.timeout.ms", "use retry_on_failure.max_elapsed_time"},
    {"enable.gapless.guarantee", "it makes the loss of one record the end of the producer"},
    {"enable.idempotence", "it follows from required_acks"},
    {"enabled_events", "the library serves librdkafka's events itself"},
    {"internal.termination.signal", "the library uses no signals"},
    {"linger.ms", "use linger"},
    {"log.queue", "the library serves librdkafka's log itself"},
    {"max.in.flight", "it follows from required_acks: the order of records hangs on it"},
    {"max.in.flight.requests.per.connection", "it follows from required_acks: the order of records hangs on it"},
    {"message.max.bytes", "use max_message_bytes"},
    {"message.send.max.retries", "a record is tried for retry_on_failure.max_elapsed_time"},
    {"message.timeout.ms", "use retry_on_failure.max_elapsed_time"},
    {"metadata.broker.list", "use brokers"},
    {"partitioner", "use partitioner, which names a profile"},
    {"plugin.library.paths", "no code is loaded into the host's process"},
    {"queue.buffering.max.kbytes", "use sending_queue.max_bytes"},
    {"queue.buffering.max.messages", "use sending_queue.queue_size"},
    {"queue.buffering.max.ms", "use linger"},
    {"queuing.strategy", "records keep their order"},
    {"request.required.acks", "use required_acks"},
    {"request.timeout.ms", "use timeout"},
    {"retries", "a record is tried for retry_on_failure.max_elapsed_time"},
    {"retry.backoff.max.ms", "use retry_on_failure.max_interval"},
    {"retry.backoff.ms", "use retry_on_failure.initial_interval"},
    {"socket.timeout.ms", "use timeout"},
    {"statistics.interval.ms", "use statistics_interval"},
    {"transactional.id", "the library makes no transactions"},
};

static const char *why_refused(const char *name) {
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (strcmp(refused[i].name, name) == 0)
            return refused[i].why;
    return NULL;
}

bool sts__kafka_property_is_secret(const char *name) {
    return strstr(name, "password") || strstr(name, "secret") || strcmp(name, "ssl.key.pem") == 0 ||
           strcmp(name, "sasl.oauthbearer.config") == 0;
}

/* The nearest of librdkafka's names. They are only to be had as a printed table, with the name at the head of each
 * line. */
static void find_nearest(const char *name, char *nearest, size_t nearest_size) {
    char *table = NULL;
    size_t size;
    char *rest = NULL;
    const char *found = NULL;
    FILE *file = open_memstream(&table, &size);
    if (!file)
        return;
    rd_kafka_conf_properties_show(file);
    fclose(file);
    for (char *line = table ? strtok_r(table, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) {
        line[strcspn(line, " ")] = '\0';
        if (!why_refused(line))
            found = sts__suggest_nearer(name, found, line);
    }
    if (found)
        snprintf(nearest, nearest_size, "%s", found);
    free(table);
}

static sts_status unknown_property(const char *name, sts__fault *fault) {
    char nearest[64] = "";
    find_nearest(name, nearest, sizeof nearest);
    if (!nearest[0])
        return sts__fault_set(fault, STS_ERR_OPTION_UNKNOWN, "kafka.%s: librdkafka %s has no such property", name,
                              rd_kafka_version_str());
    return sts__fault_set(fault, STS_ERR_OPTION_UNKNOWN,
                          "kafka.%s: librdkafka %s has no such property; did you mean kafka.%s?", name,
                          rd_kafka_version_str(), nearest);
}

/* librdkafka's text may quote the value, and the value may be a password: it is not passed on. */
static sts_status try_property(rd_kafka_conf_t *conf, const char *name, const char *value, sts__fault *fault) {
    char text[256];
    switch (rd_kafka_conf_set(conf, name, value, text, sizeof text)) {
    case RD_KAFKA_CONF_OK:
        return STS_OK;
    case RD_KAFKA_CONF_UNKNOWN:
        return unknown_property(name, fault);
    default:
        return sts__fault_set(fault, STS_ERR_OPTION_VALUE, "kafka.%s: librdkafka %s does not take this value", name,
                              rd_kafka_version_str());
    }
}

sts_status sts__kafka_property_check(const char *name, const char *value, sts__fault *fault) {
    const char *why = why_refused(name);
    if (why)
        return sts__fault_set(fault, STS_ERR_OPTION_REFUSED, "kafka.%s: cannot be set: %s", name, why);
    if (sts__kafka_property_is_secret(name) && strcmp(value, STS__REDACTED) == 0)
        return sts__fault_set(fault, STS_ERR_OPTION_VALUE,
                              "kafka.%s: " STS__REDACTED " stands for a secret and is none", name);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    sts_status status = try_property(conf, name, value, fault);
    rd_kafka_conf_destroy(conf);
    return status;
}
