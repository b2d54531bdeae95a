/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/collector_names.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define BATCH "batches are made by linger and max_message_bytes"
#define FILES "files are read again for each new producer; sts_exporter_reconfigure makes one"
#define NEGOTIATED "it is negotiated with the broker"
#define OPENSSL "OpenSSL's own configuration decides this"
#define OLDER_HASH "resource_hash for the keys of a collector up to v0.162"
#define DOUBLES "the wait always doubles, up to retry_on_failure.max_interval"

/* A "*" at the end of a name stands for any rest; what comes first counts. */
static const char *const hints[][2] = {
    {"auth.kerberos.config_file", "Kerberos itself reads krb5.conf, or what the variable KRB5_CONFIG names"},
    {"auth.kerberos.disable_fast_negotiation", "krb5.conf says how Kerberos talks to its servers"},
    {"auth.kerberos.password", "use auth.kerberos.keytab_file, or a ticket: a password would be given to a command"},
    {"auth.plain_text.password", "use auth.sasl.password, with auth.sasl.mechanism=PLAIN"},
    {"auth.plain_text.username", "use auth.sasl.username, with auth.sasl.mechanism=PLAIN"},
    {"auth.sasl.oauthbearer_token_source",
     "tokens come by auth.sasl.oauthbearer.token_file or sts_options_set_oauth_token_callback"},
    {"auth.sasl.oauthbearer.client_certificate_key_id",
     "a header of the assertion's is given by kafka.sasl.oauthbearer.assertion.jwt.template.file"},
    {"auth.sasl.oauthbearer.claims", "more claims are given by kafka.sasl.oauthbearer.assertion.jwt.template.file"},
    {"auth.sasl.oauthbearer.client_id_file", "use auth.sasl.oauthbearer.client_id"},
    {"auth.sasl.oauthbearer.client_secret_file",
     "use auth.sasl.oauthbearer.client_secret, which sts_exporter_reconfigure changes"},
    {"auth.sasl.oauthbearer.endpoint_params",
     "librdkafka has only scopes; auth.sasl.oauthbearer.token_file takes tokens of any client"},
    {"auth.sasl.oauthbearer.expiry_buffer", "a token is renewed when four fifths of its life have gone by"},
    {"auth.sasl.oidc_file.*", "use auth.sasl.oauthbearer.token_url and the options below it"},
    {"auth.sasl.version", NEGOTIATED},
    {"auth.tls.*", "use tls.*, which has the same names"},
    {"conn_idle_timeout", "use kafka.connections.max.idle.ms"},
    {"logs.message_key_from_metadata_key", "use logs.key, with metadata(\"NAME\")"},
    {"metadata.full", "only the topics that are written to are asked for"},
    {"metadata.refresh_interval", "use kafka.topic.metadata.refresh.interval.ms"},
    {"metadata.retry.*", "the look at the start has read_timeout"},
    {"metrics.message_key_from_metadata_key", "use metrics.key, with metadata(\"NAME\")"},
    {"partition_logs_by_resource_attributes", "use logs.key=resource_hash_v0163 (" OLDER_HASH ")"},
    {"partition_logs_by_trace_id", "use logs.key=trace_id"},
    {"partition_metrics_by_resource_attributes", "use metrics.key=resource_hash_v0163 (" OLDER_HASH ")"},
    {"partition_traces_by_id", "use traces.key=trace_id"},
    {"producer.allow_auto_topic_creation", "topics are never created by accident"},
    {"producer.compression", "use compression"},
    {"producer.compression_params.level", "use kafka.compression.level"},
    {"producer.flush_max_messages", "use kafka.batch.num.messages"},
    {"producer.linger", "use linger"},
    {"producer.max_broker_write_bytes", BATCH},
    {"producer.max_message_bytes", "use max_message_bytes"},
    {"producer.required_acks", "use required_acks: all, leader or none for -1, 1 and 0"},
    {"profiles.message_key_from_metadata_key", "use profiles.key, with metadata(\"NAME\")"},
    {"protocol_version", NEGOTIATED},
    {"rack_id", "use kafka.client.rack"},
    {"record_partitioner.extension", "use partition_from, a spec that gives a record's partition"},
    {"record_partitioner.least_backup*", "use partitioner=round_robin, which ignores keys"},
    {"record_partitioner.round_robin*", "use partitioner=round_robin"},
    {"record_partitioner.sticky_key*", "use partitioner: java is murmur2, sarama is sarama_compat"},
    {"resolve_canonical_bootstrap_servers_only",
     "use kafka.client.dns.lookup=resolve_canonical_bootstrap_servers_only (librdkafka 2.2 or newer)"},
    {"retry_on_failure.multiplier", DOUBLES},
    {"retry_on_failure.randomization_factor", DOUBLES},
    {"sending_queue.batch.enabled", "sending_queue.batch.flush_timeout turns it on"},
    {"sending_queue.batch.partition.*",
     "what shares a message is told apart by its key, its topic and its headers (gather)"},
    {"sending_queue.enabled", "there is always a queue; sending_queue.wait_for_result makes exports wait"},
    {"sending_queue.num_consumers", "one producer sends everything, which the order of records depends on"},
    {"sending_queue.sizer", "sending_queue.queue_size counts records, sending_queue.max_bytes bytes"},
    {"tls.cipher_suites", "use kafka.ssl.cipher.suites"},
    {"tls.curve_preferences", "use kafka.ssl.curves.list"},
    {"tls.include_system_ca_certs_pool", "the system's certificates are used unless tls.ca_file or tls.ca_pem is set"},
    {"tls.max_version", OPENSSL},
    {"tls.min_version", OPENSSL},
    {"tls.reload_interval", FILES},
    {"tls.server_name_override",
     "a broker's certificate must be for the host named in brokers, or by the broker itself"},
    {"tls.tpm.*", "keys come from files or as text"},
    {"traces.message_key_from_metadata_key", "use traces.key, with metadata(\"NAME\")"},
    {"use_leader_epoch", "it is for consumers"},
};

const char *sts__collector_hint(const char *name) {
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        size_t size = strlen(hints[i][0]);
        bool open_end = hints[i][0][size - 1] == '*';
        if (open_end ? strncmp(hints[i][0], name, size - 1) == 0 : strcmp(hints[i][0], name) == 0)
            return hints[i][1];
    }
    return NULL;
}
