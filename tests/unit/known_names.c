/* SPDX-License-Identifier: Apache-2.0
 *
 * Names that users of Kafka's clients and of the collector know: each gets a true answer. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "exporter/collector_names.h"
#include "support/rig.h"

/* What the error about an unknown name must say; with "kafka." in front the same, unless `property` says that
 * librdkafka takes it so. */
static const struct {
    const char *name, *said;
    int property;
} kafka[] = {
    {"bootstrap.servers", "use brokers", 0},
    {"metadata.broker.list", "use brokers", 0},
    {"acks", "use required_acks", 0},
    {"request.required.acks", "use required_acks", 0},
    {"enable.idempotence", "required_acks", 0},
    {"max.in.flight", "required_acks", 0},
    {"max.in.flight.requests.per.connection", "required_acks", 0},
    {"batch.size", "max_message_bytes", 0},
    {"batch.num.messages", "kafka.batch.num.messages", 1},
    {"linger.ms", "use linger", 0},
    {"queue.buffering.max.ms", "use linger", 0},
    {"compression.type", "use compression", 0},
    {"compression.codec", "use compression", 0},
    {"compression.level", "kafka.compression.level", 1},
    {"compression.gzip.level", "use kafka.compression.level", 0},
    {"compression.lz4.level", "use kafka.compression.level", 0},
    {"compression.zstd.level", "use kafka.compression.level", 0},
    {"max.request.size", "use max_message_bytes", 0},
    {"message.max.bytes", "use max_message_bytes", 0},
    {"delivery.timeout.ms", "use retry_on_failure.max_elapsed_time", 0},
    {"message.timeout.ms", "use retry_on_failure.max_elapsed_time", 0},
    {"request.timeout.ms", "use timeout", 0},
    {"socket.timeout.ms", "use timeout", 0},
    {"max.block.ms", "use produce_timeout", 0},
    {"buffer.memory", "use sending_queue.max_bytes", 0},
    {"queue.buffering.max.kbytes", "use sending_queue.max_bytes", 0},
    {"queue.buffering.max.messages", "use sending_queue.queue_size", 0},
    {"retries", "retry_on_failure.max_elapsed_time", 0},
    {"message.send.max.retries", "retry_on_failure.max_elapsed_time", 0},
    {"retry.backoff.ms", "use retry_on_failure.initial_interval", 0},
    {"retry.backoff.max.ms", "use retry_on_failure.max_interval", 0},
    {"client.id", "use client_id", 0},
    {"client.rack", "kafka.client.rack", 1},
    {"transactional.id", "use transaction.id", 0},
    {"transaction.timeout.ms", "use transaction.timeout", 0},
    {"partitioner", "", 2}, /* is an option here */
    {"partitioner.class", "use partitioner", 0},
    {"partitioner.ignore.keys", "round_robin", 0},
    {"partitioner.adaptive.partitioning.enable", "Java", 0},
    {"partitioner.availability.timeout.ms", "Java", 0},
    {"key.serializer", "use key", 0},
    {"value.serializer", "body", 0},
    {"interceptor.classes", "no code", 0},
    {"metric.reporters", "no code", 0},
    {"metrics.num.samples", "statistics_interval", 0},
    {"statistics.interval.ms", "use statistics_interval", 0},
    {"auto.include.jmx.reporter", "Java", 0},
    {"allow.auto.create.topics", "by accident", 0},
    {"metadata.max.idle.ms", "topics.max", 0},
    {"metadata.max.age.ms", "kafka.metadata.max.age.ms", 1},
    {"connections.max.idle.ms", "kafka.connections.max.idle.ms", 1},
    {"reconnect.backoff.ms", "kafka.reconnect.backoff.ms", 1},
    {"reconnect.backoff.max.ms", "kafka.reconnect.backoff.max.ms", 1},
    {"send.buffer.bytes", "kafka.socket.send.buffer.bytes", 0},
    {"receive.buffer.bytes", "kafka.socket.receive.buffer.bytes", 0},
    {"socket.connection.setup.timeout.ms", "kafka.socket.connection.setup.timeout.ms", 1},
    {"socket.connection.setup.timeout.max.ms", "kafka.socket.connection.setup.timeout.ms", 0},
    {"security.protocol", "tls.enabled and auth.sasl.mechanism", 1},
    {"security.providers", "no code", 0},
    {"sasl.mechanism", "use auth.sasl.mechanism", 1},
    {"sasl.mechanisms", "use auth.sasl.mechanism", 1},
    {"sasl.username", "use auth.sasl.username", 1},
    {"sasl.password", "use auth.sasl.password", 1},
    {"sasl.jaas.config", "auth.sasl.username and auth.sasl.password", 0},
    {"sasl.kerberos.service.name", "kafka.sasl.kerberos.service.name", 1},
    {"sasl.kerberos.kinit.cmd", "no code", 0},
    {"sasl.kerberos.ticket.renew.jitter", "Java", 0},
    {"sasl.login.class", "Java", 0},
    {"sasl.login.callback.handler.class", "Java", 0},
    {"sasl.client.callback.handler.class", "no code", 0},
    {"sasl.oauthbearer.token.endpoint.url", "kafka.sasl.oauthbearer.token.endpoint.url", 1},
    {"ssl.ca.location", "use tls.ca_file", 1},
    {"ssl.ca.pem", "use tls.ca_pem", 1},
    {"ssl.certificate.location", "use tls.cert_file", 1},
    {"ssl.certificate.pem", "use tls.cert_pem", 1},
    {"ssl.key.location", "use tls.key_file", 1},
    {"ssl.key.pem", "use tls.key_pem", 1},
    {"ssl.key.password", "use tls.key_password", 1},
    {"ssl.keystore.location", "tls.cert_file", 1},
    {"ssl.keystore.password", "tls.key_password", 1},
    {"ssl.keystore.type", "PEM", 0},
    {"ssl.keystore.key", "use tls.key_pem", 0},
    {"ssl.keystore.certificate.chain", "use tls.cert_pem", 0},
    {"ssl.truststore.location", "use tls.ca_file", 0},
    {"ssl.truststore.password", "use tls.ca_file", 0},
    {"ssl.truststore.type", "use tls.ca_file", 0},
    {"ssl.truststore.certificates", "use tls.ca_pem", 0},
    {"ssl.protocol", "OpenSSL", 0},
    {"ssl.provider", "no code", 0},
    {"ssl.enabled.protocols", "OpenSSL", 0},
    {"ssl.cipher.suites", "kafka.ssl.cipher.suites", 1},
    {"ssl.endpoint.identification.algorithm", "kafka.ssl.endpoint.identification.algorithm", 1},
    {"ssl.engine.factory.class", "no code", 0},
    {"ssl.keymanager.algorithm", "Java", 0},
    {"ssl.trustmanager.algorithm", "Java", 0},
    {"ssl.secure.random.implementation", "Java", 0},
    {"enable.ssl.certificate.verification", "use tls.insecure_skip_verify", 1},
    {"plugin.library.paths", "no code", 0},
};

/* Settings of the collector's kafkaexporter that are no options here. */
static const char *const collector[][2] = {
    {"auth.kerberos.config_file", "KRB5_CONFIG"},
    {"auth.kerberos.password", "auth.kerberos.keytab_file"},
    {"auth.plain_text.username", "use auth.sasl.username"},
    {"auth.plain_text.password", "use auth.sasl.password"},
    {"auth.sasl.oauthbearer_token_source", "sts_options_set_oauth_token_callback"},
    {"auth.sasl.version", "negotiated"},
    {"auth.tls.ca_file", "use tls.*"},
    {"conn_idle_timeout", "kafka.connections.max.idle.ms"},
    {"metadata.full", "only the topics"},
    {"metadata.refresh_interval", "kafka.topic.metadata.refresh.interval.ms"},
    {"metadata.retry.max", "read_timeout"},
    {"profiles.message_key_from_metadata_key", "use profiles.key"},
    {"partition_traces_by_id", "traces.key=trace_id"},
    {"partition_metrics_by_resource_attributes",
     "use metrics.key=resource_hash_v0163 (resource_hash for the keys of a collector up to v0.162)"},
    {"partition_logs_by_resource_attributes",
     "use logs.key=resource_hash_v0163 (resource_hash for the keys of a collector up to v0.162)"},
    {"partition_logs_by_trace_id", "use logs.key=trace_id"},
    {"producer.allow_auto_topic_creation", "by accident"},
    {"producer.compression", "use compression"},
    {"producer.compression_params.level", "kafka.compression.level"},
    {"producer.flush_max_messages", "kafka.batch.num.messages"},
    {"producer.linger", "use linger"},
    {"producer.max_broker_write_bytes", "max_message_bytes"},
    {"producer.max_message_bytes", "use max_message_bytes"},
    {"producer.required_acks", "use required_acks"},
    {"protocol_version", "negotiated"},
    {"rack_id", "kafka.client.rack"},
    {"record_partitioner.sticky_key.hasher", "use partitioner"},
    {"record_partitioner.round_robin", "partitioner=round_robin"},
    {"resolve_canonical_bootstrap_servers_only", "kafka.client.dns.lookup"},
    {"retry_on_failure.multiplier", "doubles"},
    {"retry_on_failure.randomization_factor", "doubles"},
    {"sending_queue.enabled", "there is always a queue"},
    {"sending_queue.num_consumers", "one producer"},
    {"tls.cipher_suites", "kafka.ssl.cipher.suites"},
    {"tls.include_system_ca_certs_pool", "tls.ca_file"},
    {"tls.min_version", "OpenSSL"},
    {"tls.max_version", "OpenSSL"},
    {"tls.reload_interval", "sts_exporter_reconfigure"},
    {"tls.server_name_override", "certificate must be for the host"},
};

static void check_said(const char *name, const char *said) {
    sts_options *options = sts_options_new();
    sts_error *error = NULL;
    sts_status status = sts_options_set(options, name, "a-value", &error);
    cr_expect(status == STS_ERR_OPTION_UNKNOWN || status == STS_ERR_OPTION_REFUSED, "%s: %s", name,
              sts_status_name(status));
    cr_expect_not_null(strstr(sts_error_text(error), said), "%s: no '%s' in: %s", name, said, sts_error_text(error));
    cr_expect_null(strstr(sts_error_text(error), "did you mean"), "%s", sts_error_text(error));
    cr_expect_null(strstr(sts_error_text(error), "a-value"), "%s", sts_error_text(error));
    sts_error_free(error);
    sts_options_free(options);
}

Test(known_names, of_kafkas_clients) {
    char name[100];
    for (size_t i = 0; i < sizeof kafka / sizeof *kafka; i++) {
        if (kafka[i].property != 2)
            check_said(kafka[i].name, kafka[i].said);
        snprintf(name, sizeof name, "kafka.%s", kafka[i].name);
        if (kafka[i].property != 1)
            check_said(name, kafka[i].said);
    }
}

Test(known_names, of_the_collector) {
    char name[100];
    for (size_t i = 0; i < sizeof collector / sizeof *collector; i++) {
        check_said(collector[i][0], collector[i][1]);
        snprintf(name, sizeof name, "kafka.%s", collector[i][0]);
        check_said(name, collector[i][1]);
    }
}

/* A hint is for names that are unknown: beside an option of that name it would be neither seen nor kept true. */
Test(known_names, none_is_an_option) {
    for (size_t i = 0; i < sts_option_count(); i++)
        cr_expect_null(sts__collector_hint(sts_option_name(i)), "%s", sts_option_name(i));
}

/* The collector's own name for its block, in front of what is an option here too. */
Test(known_names, of_an_option_behind_kafka) {
    check_said("kafka.brokers", "this is an option of its own, and no property of librdkafka: brokers");
    check_said("kafka.required_acks", "this is an option of its own, and no property of librdkafka: required_acks");
    check_said("kafka.Property", "no such property");
}

/* A name with its value behind it, and one that is none. */
Test(known_names, show_no_values) {
    check_said("auth.sasl.password:a-value", "auth.sasl.password...");
    check_said("auth.sasl.password a-value", "auth.sasl.password...");
    check_said("kafka.sasl.password:a-value", "kafka.sasl.password...");
    check_said("kafka.ssl.providers:a-value", "kafka.ssl.providers...");
    check_said("\x1b[31m", "\\x1b[31m: no such option");
    check_said("<<.topics:a-value", "<<.topics...: no such option");
    check_said("me@a-value", "me...: no such option");
}

/* What is near is still told, and what is far is not. */
Test(known_names, only_near_ones_are_guessed) {
    static const struct {
        const char *name, *guess;
    } cases[] = {
        {"brokres", "brokers"},
        {"auth.sasl.mecanism", "auth.sasl.mechanism"},
        {"sending_queue.max_byte", "sending_queue.max_bytes"},
        {"retry_on_failure.max_elapsed", "retry_on_failure.max_elapsed_time"},
        {"tls.verify", NULL},
        {"producer.idempotent", NULL},
        {"auth.sasl.realm", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sts_options *options = sts_options_new();
        sts_error *error = NULL;
        char guess[100];
        sts_options_set(options, cases[i].name, "x", &error);
        snprintf(guess, sizeof guess, "did you mean %s?", cases[i].guess ? cases[i].guess : "");
        const char *said = strstr(sts_error_text(error), cases[i].guess ? guess : "did you mean");
        cr_expect_eq(said != NULL, cases[i].guess != NULL, "%s", sts_error_text(error));
        sts_error_free(error);
        sts_options_free(options);
    }
}
