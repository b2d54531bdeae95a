/* SPDX-License-Identifier: Apache-2.0
 *
 * What each field of the collectors' exporters becomes: tests/cli/test_move.py holds this against
 * examples/kafkaexporter.md. */
#include <stddef.h>
#include <string.h>

#include "collector_run.h"
#include "suggest.h"

#define OIDC "use auth.sasl.mechanism=OAUTHBEARER with auth.sasl.oauthbearer.token_url and the options below it"
#define BATCHES                                                                                                        \
    "messages of several requests are made with gather=key and sending_queue.batch.flush_timeout, of the same names; " \
    "a "                                                                                                               \
    "message is that of a request otherwise"
#define DOUBLES "the wait always doubles, up to retry_on_failure.max_interval"
#define KERBEROS "Kerberos itself decides this: kinit, or the file krb5.conf (variable KRB5_CONFIG)"
#define METADATA "only the topics that are written to are asked for; read_timeout limits the check at the start"
#define NEGOTIATED "it is negotiated with the broker"
#define OPENSSL "OpenSSL's own configuration decides this"

static const struct move_rule kafka_rules[] = {
    {"brokers", move_list, NULL, NULL},
    {"client_id", move_copy, NULL, NULL},
    {"conn_idle_timeout", move_milliseconds, "kafka.connections.max.idle.ms", NULL},
    {"dial_timeout", move_milliseconds, "kafka.socket.connection.setup.timeout.ms", NULL},
    {"encoding", move_encoding, NULL, NULL},
    {"include_metadata_keys", move_list, NULL, NULL},
    {"metadata.full", move_note, NULL, METADATA},
    {"metadata.refresh_interval", move_milliseconds, "kafka.topic.metadata.refresh.interval.ms", NULL},
    {"metadata.retry.backoff", move_note, NULL, METADATA},
    {"metadata.retry.max", move_note, NULL, METADATA},
    {"partition_logs_by_resource_attributes", move_key_by_resource, "logs", NULL},
    {"partition_logs_by_trace_id", move_key_by_trace, "logs", NULL},
    {"partition_metrics_by_resource_attributes", move_key_by_resource, "metrics", NULL},
    {"partition_traces_by_id", move_key_by_trace, "traces",
     "a span without a trace id has a null key here, an empty key in the collector"},
    {"protocol_version", move_note, NULL, NEGOTIATED},
    {"rack_id", move_copy, "kafka.client.rack", NULL},
    {"record_headers", move_headers, NULL, NULL},
    {"resolve_canonical_bootstrap_servers_only", move_dns, "kafka.client.dns.lookup", "needs librdkafka 2.2 or newer"},
    {"signal_header", move_boolean, NULL, NULL},
    {"timeout", move_duration, NULL, NULL},
    {"topic", move_copy, NULL, NULL},
    {"topic_from_attribute", move_topic_attribute, NULL, NULL},
    {"use_leader_epoch", move_note, NULL, "it is for consumers"},

    {"auth.kerberos.config_file", move_if_known, NULL, KERBEROS},
    {"auth.kerberos.disable_fast_negotiation", move_if_known, NULL, KERBEROS},
    {"auth.kerberos.keytab_file", move_copy, NULL, NULL},
    {"auth.kerberos.password", move_if_known, NULL, "librdkafka takes a keytab, or the tickets of kinit"},
    {"auth.kerberos.realm", move_copy, NULL, NULL},
    {"auth.kerberos.service_name", move_copy, NULL, NULL},
    {"auth.kerberos.use_keytab", move_boolean, NULL, NULL},
    {"auth.kerberos.username", move_copy, NULL, NULL},
    {"auth.plain_text.password", move_plain_text, "auth.sasl.password", NULL},
    {"auth.plain_text.username", move_plain_text, "auth.sasl.username", NULL},
    {"auth.sasl.aws_msk.region", move_copy, NULL, NULL},
    {"auth.sasl.mechanism", move_mechanism, NULL, OIDC},
    {"auth.sasl.oauthbearer_token_source", move_note, NULL,
     "tokens come by auth.sasl.oauthbearer.token_file, or from an issuer (auth.sasl.oauthbearer.token_url)"},
    {"auth.sasl.oidc_file.client_secret_file_path", move_note, NULL, OIDC},
    {"auth.sasl.password", move_copy, NULL, NULL},
    {"auth.sasl.username", move_copy, NULL, NULL},
    {"auth.sasl.version", move_note, NULL, NEGOTIATED},

    {"producer.allow_auto_topic_creation", move_note_true, NULL, "topics are not created by accident"},
    {"producer.compression", move_compression, "compression", NULL},
    {"producer.compression_params.level", move_integer, "kafka.compression.level", NULL},
    {"producer.flush_max_messages", move_integer, "kafka.batch.num.messages", NULL},
    {"producer.linger", move_duration, "linger", NULL},
    {"producer.max_broker_write_bytes", move_note, NULL,
     "requests are bounded by max_message_bytes, the queue by sending_queue.max_bytes"},
    {"producer.max_inflight_requests_per_broker", move_note_unless, "1", "the order of records depends on it"},
    {"producer.max_message_bytes", move_integer, "max_message_bytes", NULL},
    {"producer.required_acks", move_acks, "required_acks", NULL},

    {"record_partitioner.extension", move_note, NULL,
     "partition_from, a spec that gives a record's partition, is the way to have one of your own"},
    {"record_partitioner.least_backup", move_partitioner, NULL,
     "it chooses by what is queued, so that no key keeps its partition; partitioner=round_robin "
     "ignores keys too"},
    {"record_partitioner.round_robin", move_partitioner, "round_robin", NULL},
    {"record_partitioner.sticky_key", move_hasher, "sarama", NULL},
    {"record_partitioner.sticky_key.hasher", move_hasher, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};

/* Of both exporters: what configtls and the exporterhelper take. */
static const struct move_rule shared_rules[] = {
    {"retry_on_failure.enabled", move_boolean, NULL, NULL},
    {"retry_on_failure.initial_interval", move_duration, NULL, NULL},
    {"retry_on_failure.max_elapsed_time", move_duration, NULL, NULL},
    {"retry_on_failure.max_interval", move_duration, NULL, NULL},
    {"retry_on_failure.multiplier", move_note_unless, "2", DOUBLES},
    {"retry_on_failure.randomization_factor", move_note_unless, "0", DOUBLES},
    {"sending_queue.batch", move_note, NULL, BATCHES},
    {"sending_queue.batch.flush_timeout", move_note, NULL, BATCHES},
    {"sending_queue.batch.max_size", move_note, NULL, BATCHES},
    {"sending_queue.batch.min_size", move_note, NULL, BATCHES},
    {"sending_queue.batch.partition.cache_size", move_note, NULL,
     "each record keeps its own metadata, whatever it is sent with"},
    {"sending_queue.batch.partition.idle_timeout", move_note, NULL,
     "each record keeps its own metadata, whatever it is sent with"},
    {"sending_queue.batch.partition.metadata_keys", move_note, NULL,
     "each record keeps its own metadata, whatever it is sent with"},
    {"sending_queue.batch.sizer", move_note, NULL, BATCHES},
    {"sending_queue.block_on_overflow", move_boolean, NULL, NULL},
    {"sending_queue.enabled", move_queue_enabled, "sending_queue.wait_for_result",
     "there is always a queue here: exports wait for their result instead"},
    {"sending_queue.num_consumers", move_note_unless, "1",
     "one producer sends everything, which the order of records depends on"},
    {"sending_queue.queue_size", move_queue_size, NULL, NULL},
    {"sending_queue.sizer", move_sizer, NULL, NULL},
    {"sending_queue.storage", move_storage, NULL, NULL},
    {"sending_queue.wait_for_result", move_boolean, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};

static const struct move_rule sts_rules[] = {
    {"brokers", move_list, NULL, NULL},
    {"produce_timeout", move_duration, NULL, NULL},
    {"read_timeout", move_duration, NULL, NULL},
    {"required_acks", move_acks, NULL, NULL},
    {"timeout", move_duration, NULL, NULL},
    {"topic", move_copy, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};

/* Below tls, and below auth.tls, as it was called up to v0.159. */
static const struct move_rule tls_rules[] = {
    {"tls", move_tls, "tls.enabled", NULL},
    {"tls.ca_file", move_copy, NULL, NULL},
    {"tls.ca_pem", move_copy, NULL, NULL},
    {"tls.cert_file", move_copy, NULL, NULL},
    {"tls.cert_pem", move_copy, NULL, NULL},
    {"tls.cipher_suites", move_ciphers, "kafka.ssl.cipher.suites", NULL},
    {"tls.curve_preferences", move_curves, "kafka.ssl.curves.list", NULL},
    {"tls.include_insecure_cipher_suites", move_note_true, NULL, OPENSSL},
    {"tls.include_system_ca_certs_pool", move_note_true, NULL,
     "the system's certificates are used unless tls.ca_file or tls.ca_pem is set"},
    {"tls.insecure", move_boolean, NULL, NULL},
    {"tls.insecure_skip_verify", move_boolean, NULL, NULL},
    {"tls.key_file", move_copy, NULL, NULL},
    {"tls.key_pem", move_copy, NULL, NULL},
    {"tls.max_version", move_note, NULL, OPENSSL},
    {"tls.min_version", move_note, NULL, OPENSSL},
    {"tls.reload_interval", move_note, NULL,
     "files are read again for each new producer; sts_exporter_reconfigure makes one"},
    {"tls.server_name_override", move_note, NULL,
     "a broker's certificate must be for the host named in brokers, or by the broker itself"},
    {"tls.tpm.auth", move_note, NULL, "keys come from files or as text"},
    {"tls.tpm.enabled", move_note_true, NULL, "keys come from files or as text"},
    {"tls.tpm.owner_auth", move_note, NULL, "keys come from files or as text"},
    {"tls.tpm.path", move_note, NULL, "keys come from files or as text"},
    {NULL, NULL, NULL, NULL},
};

static const struct move_rule signal_rules[] = {
    {"encoding", move_encoding, NULL, NULL},
    {"message_key_from_metadata_key", move_key_by_metadata, NULL, NULL},
    {"topic", move_copy, NULL, NULL},
    {"topic_from_metadata_key", move_copy, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};

const char *const collector_signals[COLLECTOR_SIGNALS + 1] = {"logs", "traces", "metrics", "profiles", NULL};

static const struct move_rule *find(const struct move_rule *rules, const char *path) {
    for (; rules->path; rules++) {
        if (strcmp(rules->path, path) == 0)
            return rules;
    }
    return NULL;
}

/* The rule for a part of a path, where the part begins with `prefix`. */
static const struct move_rule *find_below(const struct move_rule *rules, const char *path, const char *prefix) {
    size_t size = strlen(prefix);
    return strncmp(path, prefix, size) == 0 ? find(rules, path + size) : NULL;
}

const struct move_rule *collector_rule(enum collector_exporter from, const char *path) {
    const struct move_rule *rule = find(shared_rules, path);
    if (!rule && from == COLLECTOR_STS)
        return find(sts_rules, path);
    if (!rule)
        rule = find(kafka_rules, path);
    if (!rule)
        rule = find(tls_rules, path);
    if (!rule)
        rule = find_below(tls_rules, path, "auth.");
    if (!rule && strncmp(path, "record_headers.", 15) == 0)
        rule = find(kafka_rules, "record_headers");
    for (int i = 0; i < COLLECTOR_SIGNALS && !rule; i++) {
        size_t size = strlen(collector_signals[i]);
        if (strncmp(path, collector_signals[i], size) == 0 && path[size] == '.')
            rule = find(signal_rules, path + size + 1);
    }
    return rule;
}

static void offer(struct suggestion *suggestion, const struct move_rule *rules) {
    for (; rules->path; rules++)
        suggest_offer(suggestion, rules->path);
}

const char *collector_near(enum collector_exporter from, const char *path) {
    struct suggestion suggestion = {path, NULL, 0};
    offer(&suggestion, shared_rules);
    offer(&suggestion, from == COLLECTOR_STS ? sts_rules : kafka_rules);
    if (from == COLLECTOR_KAFKA)
        offer(&suggestion, tls_rules);
    if (from == COLLECTOR_KAFKA && find(signal_rules, path)) /* at the wrong level */
        return strcmp(path, "message_key_from_metadata_key") == 0 ? "logs.message_key_from_metadata_key"
                                                                  : "logs.topic_from_metadata_key";
    return suggestion.best;
}

static bool has_below(const struct move_rule *rules, const char *path) {
    size_t size = strlen(path);
    for (; rules->path; rules++) {
        if (strncmp(rules->path, path, size) == 0 && rules->path[size] == '.')
            return true;
    }
    return false;
}

bool collector_is_map(enum collector_exporter from, const char *path) {
    if (has_below(shared_rules, path))
        return true;
    if (from == COLLECTOR_STS)
        return has_below(sts_rules, path);
    for (int i = 0; i < COLLECTOR_SIGNALS; i++) {
        if (strcmp(path, collector_signals[i]) == 0)
            return true;
    }
    return strcmp(path, "auth.tls") == 0 || has_below(kafka_rules, path) || has_below(tls_rules, path);
}
