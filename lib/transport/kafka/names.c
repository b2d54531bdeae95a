/* SPDX-License-Identifier: Apache-2.0
 *
 * The properties that users of Kafka's clients know by name, librdkafka's and the Java producer's (4.1), where the
 * library has an option of its own for the same, or none for a reason. What librdkafka has beside these passes as
 * kafka.NAME. */
#include "transport/kafka/names.h"

#include <string.h>

#include "transport/kafka/kafka.h"

#define CODE "no code is loaded or run that the host has not linked itself"
#define JAVA "only Java's client has that"
#define NO_LEVELS "use kafka.compression.level"
#define IN_FLIGHT "it follows from required_acks: the order of records depends on it"
#define TRIED "a record is tried for retry_on_failure.max_elapsed_time"
#define LOGIN "use auth.sasl.mechanism, auth.sasl.username and auth.sasl.password"

/* A "*" at the end of a name stands for any rest. */
static const struct known {
    const char *name;
    const char *text;
    bool passes; /* as kafka.NAME */
} known[] = {
    {"acks", "use required_acks", false},
    {"allow.auto.create.topics", "topics are never created by accident", false},
    {"api.version.fallback.ms", "it is for brokers before 0.10", false},
    {"auto.include.jmx.reporter", JAVA, false},
    {"batch.size", "it follows from max_message_bytes", false},
    {"bootstrap.servers", "use brokers", false},
    {"buffer.memory", "use sending_queue.max_bytes", false},
    {"client.id", "use client_id", false},
    {"compression.codec", "use compression", false},
    {"compression.gzip.level", NO_LEVELS, false},
    {"compression.lz4.level", NO_LEVELS, false},
    {"compression.type", "use compression", false},
    {"compression.zstd.level", NO_LEVELS, false},
    {"delivery.report.only.error", "every record has its outcome", false},
    {"delivery.timeout.ms", "use retry_on_failure.max_elapsed_time", false},
    {"enable.gapless.guarantee", "it makes the loss of one record the end of the producer", false},
    {"enable.idempotence", "it follows from required_acks", false},
    {"enable.ssl.certificate.verification", "use tls.insecure_skip_verify", true},
    {"enabled_events", "the library serves librdkafka's events itself", false},
    {"internal.termination.signal", "the library uses no signals", false},
    {"key.serializer", "use key, which says what a record's key is made of", false},
    {"linger.ms", "use linger", false},
    {"log.queue", "the library serves librdkafka's log itself", false},
    {"max.block.ms", "use produce_timeout", false},
    {"max.in.flight", IN_FLIGHT, false},
    {"max.in.flight.requests.per.connection", IN_FLIGHT, false},
    {"max.request.size", "use max_message_bytes", false},
    {"message.max.bytes", "use max_message_bytes", false},
    {"message.send.max.retries", TRIED, false},
    {"message.timeout.ms", "use retry_on_failure.max_elapsed_time", false},
    {"metadata.broker.list", "use brokers", false},
    {"metadata.max.idle.ms", "topics that were written to are not forgotten; topics.max bounds them", false},
    {"metric.reporters", CODE, false},
    {"metrics.num.samples", "use statistics_interval", false},
    {"metrics.recording.level", "use statistics_interval", false},
    {"metrics.sample.window.ms", "use statistics_interval", false},
    {"partitioner", "use partitioner, which names a profile", false},
    {"partitioner.adaptive.partitioning.enable", JAVA, false},
    {"partitioner.availability.timeout.ms", JAVA, false},
    {"partitioner.class", "use partitioner, which names a profile", false},
    {"partitioner.ignore.keys", "use partitioner=round_robin, which ignores keys", false},
    {"queue.buffering.max.kbytes", "use sending_queue.max_bytes", false},
    {"queue.buffering.max.messages", "use sending_queue.queue_size", false},
    {"queue.buffering.max.ms", "use linger", false},
    {"queuing.strategy", "records keep their order", false},
    {"receive.buffer.bytes", "use kafka.socket.receive.buffer.bytes", false},
    {"request.required.acks", "use required_acks", false},
    {"request.timeout.ms", "use timeout", false},
    {"retries", TRIED, false},
    {"retry.backoff.max.ms", "use retry_on_failure.max_interval", false},
    {"retry.backoff.ms", "use retry_on_failure.initial_interval", false},
    {"sasl.jaas.config", LOGIN, false},
    {"sasl.kerberos.kinit.cmd", CODE, false},
    {"sasl.kerberos.ticket.*", JAVA, false},
    {"sasl.login.*", JAVA, false},
    {"sasl.mechanism", "use auth.sasl.mechanism", true},
    {"sasl.mechanisms", "use auth.sasl.mechanism", true},
    {"sasl.password", "use auth.sasl.password", true},
    {"sasl.username", "use auth.sasl.username", true},
    {"security.protocol", "it follows from tls.enabled and auth.sasl.mechanism", true},
    {"send.buffer.bytes", "use kafka.socket.send.buffer.bytes", false},
    {"socket.connection.setup.timeout.max.ms", "use kafka.socket.connection.setup.timeout.ms", false},
    {"socket.timeout.ms", "use timeout", false},
    {"ssl.ca.location", "use tls.ca_file", true},
    {"ssl.ca.pem", "use tls.ca_pem", true},
    {"ssl.certificate.location", "use tls.cert_file", true},
    {"ssl.certificate.pem", "use tls.cert_pem", true},
    {"ssl.enabled.protocols", "OpenSSL's own configuration says which versions of TLS there are", false},
    {"ssl.key.location", "use tls.key_file", true},
    {"ssl.key.password", "use tls.key_password", true},
    {"ssl.key.pem", "use tls.key_pem", true},
    {"ssl.keymanager.algorithm", JAVA, false},
    {"ssl.keystore.certificate.chain", "use tls.cert_pem", false},
    {"ssl.keystore.key", "use tls.key_pem", false},
    {"ssl.keystore.location",
     "use tls.cert_file and tls.key_file, which are PEM; PKCS#12 goes as kafka.ssl.keystore.location", true},
    {"ssl.keystore.password", "use tls.key_password; that of PKCS#12 goes as kafka.ssl.keystore.password", true},
    {"ssl.keystore.type", "tls.cert_file and tls.key_file are PEM, kafka.ssl.keystore.location is PKCS#12", false},
    {"ssl.protocol", "OpenSSL's own configuration says which versions of TLS there are", false},
    {"ssl.secure.random.implementation", JAVA, false},
    {"ssl.trustmanager.algorithm", JAVA, false},
    {"ssl.truststore.certificates", "use tls.ca_pem", false},
    {"ssl.truststore.location", "use tls.ca_file, which is PEM", false},
    {"ssl.truststore.password", "use tls.ca_file, which is PEM and has no password", false},
    {"ssl.truststore.type", "use tls.ca_file, which is PEM", false},
    {"statistics.interval.ms", "use statistics_interval", false},
    {"sticky.partitioning.linger.ms", "records without a key stay on a partition for a batch (linger)", false},
    {"transaction.timeout.ms", "use transaction.timeout, with delivery=exactly_once", false},
    {"transaction.two.phase.commit.enable", "transactions are delivery=exactly_once's, which ends them itself", false},
    {"transactional.id", "use transaction.id, with delivery=exactly_once", false},
    {"value.serializer", "a record's value is its body, as it is", false},
};

/* What loads a shared object, starts a command, or is a pointer for librdkafka's own tests (ut_): known ones, and what
 * a newer librdkafka may bring. */
static bool runs_code(const char *name) {
    static const char *const words[] = {"plugin", "librar",      "engine", "provider",
                                        ".cmd",   "interceptor", ".class", "command"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(name, words[i]))
            return true;
    return strncmp(name, "ut_", 3) == 0;
}

static const struct known *find(const char *name) {
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t size = strlen(known[i].name);
        bool open_end = known[i].name[size - 1] == '*';
        if (open_end ? strncmp(known[i].name, name, size - 1) == 0 : strcmp(known[i].name, name) == 0)
            return &known[i];
    }
    return NULL;
}

const char *sts__kafka_why_refused(const char *name) {
    const struct known *row = find(name);
    if (row)
        return row->passes ? NULL : row->text;
    return runs_code(name) ? CODE : NULL;
}

const char *sts__kafka_hint(const char *name) {
    const struct known *row = find(name);
    if (row)
        return row->text;
    return runs_code(name) ? CODE : NULL;
}

static bool ends_with(const char *name, const char *end) {
    size_t size = strlen(name);
    size_t end_size = strlen(end);
    return size >= end_size && strcmp(name + size - end_size, end) == 0;
}

bool sts__kafka_property_is_secret(const char *name) {
    return strstr(name, "password") || strstr(name, "passphrase") || strstr(name, "secret") || strstr(name, "jaas") ||
           ends_with(name, "key.pem") || strcmp(name, "sasl.oauthbearer.config") == 0;
}

bool sts__kafka_property_is_file(const char *name) {
    return ends_with(name, ".location") || ends_with(name, ".file") || ends_with(name, ".keytab");
}

bool sts__kafka_property_may_be_folder(const char *name) {
    return ends_with(name, "ca.location");
}
