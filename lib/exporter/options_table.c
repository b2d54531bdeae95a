/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/options_table.h"

#include <stdint.h>
#include <string.h>

#define PLACE(member) offsetof(sts__config, member)
#define SECURITY(member) PLACE(kafka.security.member)

/* Bounds as numbers and as text, so that the two cannot differ. */
#define FROM_TO(low, high) low, high, #low ".." #high
#define FROM_TO_MS(low, high) low, high, #low "ms.." #high "ms"
#define NO_BOUNDS 0, 0, ""
#define WORDS(words) 0, 0, words
/* In the order of sts__encode_place. */
#define ENCODINGS_OF_ALL "auto|otlp_proto|otlp_json"
#define ENCODINGS WORDS(ENCODINGS_OF_ALL "|body|raw|raw_text|json_record|clickhouse|elastic_otel")

/* The options that a signal has of its own. */
#define OF_SIGNAL(name, place, key_text, topic_text, encoding_text, ...)                                               \
    {name ".key", STS__OPTION_OPTIONAL_SPEC, PLACE(signals[place].key), NO_BOUNDS, "", key_text},                      \
        {name ".topic", STS__OPTION_TEXT, PLACE(signals[place].topic), NO_BOUNDS, "", topic_text},                     \
        {name ".topic_from_metadata_key",                                                                              \
         STS__OPTION_TEXT,                                                                                             \
         PLACE(signals[place].topic_from_metadata_key),                                                                \
         NO_BOUNDS,                                                                                                    \
         "",                                                                                                           \
         "As topic_from_metadata_key, but only for " name ". If this is empty, that option applies."},                 \
    {                                                                                                                  \
        name ".encoding", STS__OPTION_CHOICE, PLACE(signals[place].encoding), __VA_ARGS__, "auto",                     \
            "As encoding, but only for " name ". With auto, that option applies." encoding_text                        \
    }
#define OF_ITEMS(name, place, item, ...)                                                                               \
    OF_SIGNAL(                                                                                                         \
        name, place,                                                                                                   \
        "What the key of a " item " is made of, in terms of a " item "'s paths. If this is empty, key applies.",       \
        "The topic of a " item                                                                                         \
        " that does not name one of its own. If this is empty, topic applies. Only topic is checked at the start.",    \
        "", __VA_ARGS__)

static const sts__option_row rows[] = {
    {"brokers", STS__OPTION_ADDRESSES, PLACE(kafka.brokers), NO_BOUNDS, "localhost:9092",
     "Addresses to find the cluster by, separated by commas: host:port (port 9092 if there is none), IPv6 in "
     "brackets. A scheme in front (PLAINTEXT://, SSL://, SASL_PLAINTEXT://, SASL_SSL://) must agree with tls.* and "
     "auth.sasl.*."},
    {"client_id", STS__OPTION_TEXT, PLACE(kafka.client_id), NO_BOUNDS, "stskafka",
     "The name that brokers see, in their logs and quotas."},
    {"tls.enabled", STS__OPTION_BOOLEAN, SECURITY(tls), NO_BOUNDS, "false",
     "Whether brokers are contacted over TLS. As in the collector, where the mere presence of a block tls turns TLS "
     "on, it is true as soon as another tls.* option is set, unless tls.insecure is true."},
    {"tls.insecure", STS__OPTION_BOOLEAN, SECURITY(tls_insecure), NO_BOUNDS, "false",
     "true turns TLS off; the name is the collector's. To use TLS without verifying who the broker is, see "
     "tls.insecure_skip_verify."},
    {"tls.insecure_skip_verify", STS__OPTION_BOOLEAN, SECURITY(skip_verify), NO_BOUNDS, "false",
     "Whether to accept any certificate from a broker, for any host name: anyone between you and the broker can "
     "then read and change everything. A warning is logged."},
    {"tls.ca_file", STS__OPTION_TEXT, SECURITY(ca_file), NO_BOUNDS, "",
     "A file with the certificates (PEM) of the authorities that may sign a broker's certificate, or a folder of "
     "them. If neither this nor tls.ca_pem is set, the system's authorities are trusted."},
    {"tls.ca_pem", STS__OPTION_TEXT, SECURITY(ca_pem), NO_BOUNDS, "", "The certificates of tls.ca_file, as PEM text."},
    {"tls.cert_file", STS__OPTION_TEXT, SECURITY(cert_file), NO_BOUNDS, "",
     "A file with this client's certificate (PEM), followed by any intermediate certificates. It needs a private "
     "key: tls.key_file or tls.key_pem."},
    {"tls.cert_pem", STS__OPTION_TEXT, SECURITY(cert_pem), NO_BOUNDS, "",
     "The certificates of tls.cert_file, as PEM text. librdkafka before 2.8 sends only the first of them."},
    {"tls.key_file", STS__OPTION_TEXT, SECURITY(key_file), NO_BOUNDS, "",
     "A file with the private key (PEM) of the client's certificate. Files are read again whenever a Kafka "
     "producer is made."},
    {"tls.key_pem", STS__OPTION_SECRET, SECURITY(key_pem), NO_BOUNDS, "",
     "The private key of tls.key_file, as PEM text."},
    {"tls.key_password", STS__OPTION_SECRET, SECURITY(key_password), NO_BOUNDS, "",
     "The password of an encrypted private key. If this is empty, the callback of "
     "sts_options_set_password_callback is asked, if there is one."},
    {"auth.sasl.mechanism", STS__OPTION_CHOICE, SECURITY(mechanism),
     WORDS("none|PLAIN|SCRAM-SHA-256|SCRAM-SHA-512|OAUTHBEARER|AWS_MSK_IAM_OAUTHBEARER"), "none",
     "How the client authenticates. OAUTHBEARER takes tokens from auth.sasl.oauthbearer.token_file, from an OIDC "
     "issuer (auth.sasl.oauthbearer.token_url), or from the callback of sts_options_set_oauth_token_callback. SCRAM "
     "against Kafka 4 needs librdkafka 2.6.1 or newer."},
    {"auth.sasl.username", STS__OPTION_TEXT, SECURITY(username), NO_BOUNDS, "", "The user name, for PLAIN and SCRAM."},
    {"auth.sasl.password", STS__OPTION_SECRET, SECURITY(password), NO_BOUNDS, "",
     "The password, for PLAIN and SCRAM. If this is empty, the callback of sts_options_set_password_callback is "
     "asked."},
    {"auth.sasl.oauthbearer.token_file", STS__OPTION_TEXT, SECURITY(token_file), NO_BOUNDS, "",
     "A file with the token for OAUTHBEARER, a JWT that states when it expires. Whatever fetches your tokens "
     "writes it; it is read again within a second of a change, and before the token expires."},
    {"auth.sasl.oauthbearer.token_url", STS__OPTION_TEXT, SECURITY(oidc.token_url), NO_BOUNDS, "",
     "The token endpoint of an OIDC issuer, from which librdkafka fetches tokens. Needs a librdkafka that was "
     "built with libcurl, which Debian's was not. This option and those below are named as in the collector's "
     "oauth2client."},
    {"auth.sasl.oauthbearer.client_id", STS__OPTION_TEXT, SECURITY(oidc.client_id), NO_BOUNDS, "",
     "The id of the client that asks for tokens."},
    {"auth.sasl.oauthbearer.client_secret", STS__OPTION_SECRET, SECURITY(oidc.client_secret), NO_BOUNDS, "",
     "The client's secret, for client_credentials."},
    {"auth.sasl.oauthbearer.scopes", STS__OPTION_LIST, SECURITY(oidc.scopes), NO_BOUNDS, "",
     "The scopes to ask for, separated by commas."},
    {"auth.sasl.oauthbearer.grant_type", STS__OPTION_CHOICE, SECURITY(oidc.grant_type),
     WORDS("client_credentials|jwt-bearer"), "client_credentials",
     "What the client shows to get a token: its secret (client_credentials), or an assertion signed with a "
     "private key (jwt-bearer; RFC 7523, librdkafka 2.11 or newer)."},
    {"auth.sasl.oauthbearer.client_certificate_key_file", STS__OPTION_TEXT, SECURITY(oidc.key_file), NO_BOUNDS, "",
     "A file with the private key (PEM) that signs the assertion, for jwt-bearer."},
    {"auth.sasl.oauthbearer.client_certificate_key", STS__OPTION_SECRET, SECURITY(oidc.key_pem), NO_BOUNDS, "",
     "The private key of client_certificate_key_file, as PEM text."},
    {"auth.sasl.oauthbearer.signature_algorithm", STS__OPTION_CHOICE, SECURITY(oidc.algorithm), WORDS("RS256|ES256"),
     "RS256", "The algorithm that signs the assertion."},
    {"auth.sasl.oauthbearer.iss", STS__OPTION_TEXT, SECURITY(oidc.issuer), NO_BOUNDS, "",
     "The issuer in the assertion. If this is empty, it is client_id, which is always the subject."},
    {"auth.sasl.oauthbearer.audience", STS__OPTION_TEXT, SECURITY(oidc.audience), NO_BOUNDS, "",
     "The audience in the assertion. If this is empty, it is token_url."},
    {"auth.sasl.oauthbearer.tls.ca_file", STS__OPTION_TEXT, SECURITY(oidc.ca_file), NO_BOUNDS, "",
     "A file with the certificates (PEM) of the authorities that may sign the issuer's certificate (librdkafka "
     "2.11 or newer). If this is empty, the system's authorities are trusted."},
    {"auth.sasl.aws_msk.region", STS__OPTION_TEXT, SECURITY(aws_region), NO_BOUNDS, "",
     "The AWS region of an Amazon MSK cluster, for AWS_MSK_IAM_OAUTHBEARER. Tokens are made in this process, from "
     "AWS credentials that are looked for where AWS's own SDKs look."},
    {"auth.kerberos.service_name", STS__OPTION_TEXT, SECURITY(kerberos.service_name), NO_BOUNDS, "",
     "The name that the brokers' principals begin with; kafka if this is empty. Setting any auth.kerberos.* "
     "option selects Kerberos (SASL's GSSAPI), in place of auth.sasl.mechanism."},
    {"auth.kerberos.username", STS__OPTION_TEXT, SECURITY(kerberos.username), NO_BOUNDS, "",
     "The client's principal; with auth.kerberos.realm, the part before the @. Like the keytab's path, it becomes part "
     "of kinit's command line, so only letters, digits and /._@:=,+- are allowed."},
    {"auth.kerberos.realm", STS__OPTION_TEXT, SECURITY(kerberos.realm), NO_BOUNDS, "",
     "The realm of the client's principal. If this is empty, it is default_realm in krb5.conf."},
    {"auth.kerberos.use_keytab", STS__OPTION_BOOLEAN, SECURITY(kerberos.use_keytab), NO_BOUNDS, "false",
     "Whether librdkafka runs the system's kinit with auth.kerberos.keytab_file to get a ticket, at the start and "
     "every minute. If not, no command is run: there must be a ticket, or krb5.conf must name a client keytab."},
    {"auth.kerberos.keytab_file", STS__OPTION_TEXT, SECURITY(kerberos.keytab_file), NO_BOUNDS, "",
     "The keytab with the client's keys, for auth.kerberos.use_keytab."},
    {"topic", STS__OPTION_TEXT, PLACE(common.topic), NO_BOUNDS, "sts-otel-topology",
     "The topic of records that do not name one of their own in the attribute stskafka.topic."},
    {"topic_from", STS__OPTION_OPTIONAL_SPEC, PLACE(topic_from), NO_BOUNDS, "attributes[\"stskafka.topic\"]",
     "A spec, as for key, that gives a record its own topic. If it gives nothing, topic_from_attribute and then "
     "topic decide. A record for which it gives anything but a text (an attribute without a value, too) is "
     "rejected."},
    {"topic_from_attribute", STS__OPTION_TEXT, PLACE(topic_from_attribute), NO_BOUNDS, "",
     "A resource attribute that names the topic of its records, if it is a text that is not empty."},
    {"topic_from_metadata_key", STS__OPTION_TEXT, PLACE(topic_from_metadata_key), NO_BOUNDS, "",
     "Request metadata whose first value names the topic of all records of the request, before any other option "
     "does."},
    {"topics.allow", STS__OPTION_LIST, PLACE(topics_allow), NO_BOUNDS, "",
     "The only topics that records may name, separated by commas; a * at the end stands for any ending. If this "
     "is empty, all are allowed; topic and metadata_topic always are."},
    {"topics.max", STS__OPTION_INTEGER, PLACE(common.topics_max), FROM_TO(1, 10000), "64",
     "How many different topics the exporter may write to; records for any further topic are rejected."},
    {"topic_settings_interval", STS__OPTION_DURATION, PLACE(kafka.topic_settings_interval_ms), FROM_TO_MS(0, 86400000),
     "5m",
     "How often the settings of the topics (max.message.bytes, cleanup.policy, message.timestamp.*) are read "
     "again; they tell which records Kafka would refuse, so that these are rejected beforehand. 0 is never. They "
     "are also read after a refusal, on a reconfiguration, and before a record is rejected because of settings "
     "that are more than a few seconds old."},
    {"topic_check", STS__OPTION_CHOICE, PLACE(kafka.topic_check), WORDS("fail|warn|off"), "fail",
     "What to do at the start if the topic does not exist or no broker answers. The check never creates a topic."},
    {"metadata_topic", STS__OPTION_TEXT, PLACE(metadata_topic), NO_BOUNDS, "sts_topology_stream_metadata",
     "The compacted topic that gets the descriptions of topology streams."},
    {"topology.shards", STS__OPTION_INTEGER, PLACE(topology_shards), FROM_TO(1, 10000), "4",
     "How many shards a topology stream has; all of its publishers and consumers must use the same number."},
    {"topology.max_group_bytes", STS__OPTION_INTEGER, PLACE(topology_group_bytes), FROM_TO(1000, 999990000), "786432",
     "How many bytes of topology may share one Kafka message; in any case no more than max_message_bytes leaves "
     "room for."},
    {"key", STS__OPTION_SPEC, PLACE(key), NO_BOUNDS, STS__DEFAULT_KEY,
     "What a record's key is made of: an OTTL value expression, attribute(\"name\"), resource_hash_v0163 (the key "
     "of the collector's kafkaexporter since v0.163), resource_hash (its key before that), metadata(\"name\") and "
     "others, with alternatives (a | b); lib/key/README.md describes the language. It must make sense for at "
     "least one signal. Exports of a signal for which it makes none (body, for spans) are refused until that "
     "signal has a spec of its own (traces.key); the same goes for topic_from, partition_from and "
     "header_from.NAME. Nothing in a request of profiles is read, so that only what needs no record can be used "
     "there."},
    {"encoding", STS__OPTION_CHOICE, PLACE(encoding), ENCODINGS, "auto",
     "What goes into the value of a record's message: the bytes of its body (body), its body as the collector's "
     "raw writes it (raw) or as text (raw_text), an OTLP request that holds only that record (otlp_proto, "
     "otlp_json), or the record as one JSON object (json_record; clickhouse and elastic_otel in the form that "
     "those stores expect). lib/encode/README.md describes each, field by field. auto is body for log records, "
     "which must then have bytes as their body; it is otlp_proto for the other signals, which can only have "
     "otlp_proto and otlp_json, and for everything that is gathered."},
    {"gather", STS__OPTION_CHOICE, PLACE(gather), WORDS("none|key|resource|request"), "none",
     "Which records of one export share a message: none; those with the same topic, partition, key and headers "
     "(key); of those, the ones of one resource (resource); or all of the request, as far as their keys allow "
     "(request). With sending_queue.batch.flush_timeout, records of several exports share one too. Records stay "
     "in order. A message that would be larger than max_message_bytes is split; the records of a message get "
     "their outcomes together. Works with the encodings otlp_proto and otlp_json, and with those that make JSON "
     "objects, which become lines."},
    OF_ITEMS("logs", STS__LOGS, "log record", ENCODINGS),
    OF_ITEMS("traces", STS__TRACES, "span", WORDS(ENCODINGS_OF_ALL)),
    OF_ITEMS("metrics", STS__METRICS, "metric", WORDS(ENCODINGS_OF_ALL)),
    OF_SIGNAL(
        "profiles", STS__PROFILES,
        "What the key of a request of profiles is made of. Such a request is one message, its bytes as they came, "
        "and nothing in it is read, so that only none, constant(\"...\"), metadata(\"...\") and what is made of "
        "these can be used. If this is empty, key applies, or none where key has its default.",
        "The topic for requests of profiles, unless request metadata names one. If this is empty, topic applies. "
        "Only topic is checked at the start.",
        " Profiles stay as they came: otlp_proto accepts only protobuf, otlp_json only JSON.", WORDS(ENCODINGS_OF_ALL)),
    {"missing_key", STS__OPTION_CHOICE, PLACE(missing_key), WORDS("reject|null"), "reject",
     "What to do with a record for which no alternative of the key has a value: reject it, or send it with a null "
     "key."},
    {"empty_key", STS__OPTION_CHOICE, PLACE(empty_key), WORDS("send|null|reject"), "send",
     "What to do with an empty key: send it as an empty key (which is not null, and always gives the same "
     "partition), send a null key, or reject the record."},
    {"max_key_bytes", STS__OPTION_INTEGER, PLACE(max_key_bytes), FROM_TO(1, 999990000), "65536",
     "The largest key; a record with a larger one is rejected alone."},
    {"partitioner", STS__OPTION_CHOICE, PLACE(common.partitioner), WORDS("java|sarama|librdkafka|round_robin"), "java",
     "How keys are assigned to partitions: by murmur2 as Kafka's Java client does, by FNV-1a as sarama and the "
     "collector's kafkaexporter do, or by CRC-32 as librdkafka does. round_robin ignores keys."},
    {"partition_growth", STS__OPTION_CHOICE, PLACE(kafka.partition_growth), WORDS("warn|hold"), "warn",
     "What to do when a topic gets more partitions while the exporter runs, which moves most keys. Both settings "
     "log and count it; hold goes on placing keys among the partitions that were there first, until the next "
     "start. A topic that is created again with fewer partitions is reported in the same way, and its keys move "
     "whatever is set here."},
    {"partition_from", STS__OPTION_OPTIONAL_SPEC, PLACE(partition_from), NO_BOUNDS, "",
     "A spec, as for key, that gives the partition of a record as an integer; if it has no value, partitioner "
     "decides."},
    {"include_metadata_keys", STS__OPTION_LIST, PLACE(include_metadata_keys), NO_BOUNDS, "",
     "Request metadata to copy into headers, one header for each value. Other headers are set by "
     "record_headers.NAME, to a fixed text, and by header_from.NAME, to what a spec gives, as for key."},
    {"record_headers", STS__OPTION_LIST, PLACE(record_header_list), NO_BOUNDS, "",
     "Fixed headers in front of all others, NAME=TEXT separated by commas, in this order; a name may occur twice. "
     "If a text has commas in it, use record_headers.NAME; those headers come next."},
    {"content_type_header", STS__OPTION_BOOLEAN, PLACE(content_type_header), NO_BOUNDS, "false",
     "Whether records get the header content-type, according to their encoding: application/json, "
     "application/x-protobuf, text/plain or application/octet-stream."},
    {"trace_context_headers", STS__OPTION_BOOLEAN, PLACE(trace_context_headers), NO_BOUNDS, "false",
     "Whether records get the W3C header traceparent, made of their own trace id, span id and flags, and spans "
     "also tracestate. A record that lacks one of the ids gets neither."},
    {"cloudevents.enabled", STS__OPTION_BOOLEAN, PLACE(cloudevents), NO_BOUNDS, "false",
     "Whether a message is a CloudEvent (Kafka protocol binding, binary mode): headers ce_specversion, ce_id (a hash "
     "of the record and its message, so that a duplicate has the same), ce_source, ce_type, and ce_time if the record "
     "has a time. content_type_header goes well with it."},
    {"cloudevents.source", STS__OPTION_SPEC, PLACE(cloudevents_source), NO_BOUNDS,
     "resource.attributes[\"service.name\"] | \"stskafka\"", "A spec, as for key, that gives ce_source."},
    {"cloudevents.type", STS__OPTION_TEXT, PLACE(cloudevents_type), NO_BOUNDS, "",
     "The value of ce_type; if empty, io.opentelemetry.logs, io.opentelemetry.traces and so on."},
    {"record_timestamp", STS__OPTION_CHOICE, PLACE(record_timestamp), WORDS("none|event|observed|now"), "none",
     "Kafka's timestamp of a record: the time at which librdkafka accepts it (none); the record's own time "
     "(event) or the time at which it was observed (observed), each falling back to the other; or the time of the "
     "export (now). A topic with message.timestamp.type=LogAppendTime ignores it. A topic with bounds "
     "(message.timestamp.before.max.ms, after.max.ms) refuses what is outside them: see record_timestamp_bounds."},
    {"record_timestamp_bounds", STS__OPTION_CHOICE, PLACE(kafka.timestamp_bounds), WORDS("reject|clamp|warn"), "reject",
     "What to do with a record whose own time its topic is known not to accept: reject it beforehand, with the "
     "reason; give it the nearest time that the topic accepts, a minute inside the bound; or send it as it is and "
     "let the broker decide. The last two are logged once for each topic. If the topic's settings may not be read, "
     "nothing is known beforehand."},
    {"signal_header", STS__OPTION_BOOLEAN, PLACE(signal_header), NO_BOUNDS, "false",
     "Whether records get the header otelcol.signal, which names the signal: logs, traces, metrics or profiles."},
    {"fingerprint_header", STS__OPTION_TEXT, PLACE(fingerprint_header), NO_BOUNDS, "",
     "The name of a header with the fingerprint of the rules for key and partition, so that consumers notice when "
     "these change. If this is empty, there is no such header."},
    {"dead_letter.topic", STS__OPTION_TEXT, PLACE(common.dead_letter_topic), NO_BOUNDS, "",
     "The topic for records that are rejected here, or refused by Kafka for good, with the reason in headers "
     "(stskafka/dead_letter.h). Dead letters have room of their own, up to twice what sending_queue allows. If "
     "this is empty, none are sent."},
    {"required_acks", STS__OPTION_CHOICE, PLACE(kafka.acks), WORDS("all|leader|none"), "all",
     "Who must have a record before it counts as delivered: all in-sync replicas (the producer is then "
     "idempotent), only the leader, or nobody (success is then uncertain). With leader and none, only one request "
     "is under way at a time."},
    {"compression", STS__OPTION_CHOICE, PLACE(kafka.compression), WORDS("none|gzip|snappy|lz4|zstd"), "snappy",
     "How batches of records are compressed."},
    {"linger", STS__OPTION_DURATION, PLACE(kafka.linger_ms), FROM_TO_MS(0, 900000), "10ms",
     "How long a record waits for others to share its batch. A flush does not wait."},
    {"max_message_bytes", STS__OPTION_INTEGER, PLACE(common.max_message_bytes), FROM_TO(1000, 999990000), "1000000",
     "The size of the largest record, measured as Kafka does: as a batch that holds only that record, before "
     "compression. A larger one is rejected, and the others go. Should not exceed the topic's max.message.bytes."},
    {"timeout", STS__OPTION_DURATION, PLACE(kafka.request_timeout_ms), FROM_TO_MS(1, 285000), "5s",
     "How long a broker may take to acknowledge one request."},
    {"read_timeout", STS__OPTION_DURATION, PLACE(read_timeout_ms), FROM_TO_MS(1, 900000), "2s",
     "How long the check of the topic at the start may take."},
    {"produce_timeout", STS__OPTION_DURATION, PLACE(produce_timeout_ms), FROM_TO_MS(0, 3600000), "5s",
     "How long an export waits for room in the queue."},
    {"retry_on_failure.enabled", STS__OPTION_BOOLEAN, PLACE(kafka.retry), NO_BOUNDS, "true",
     "Whether a failed request is tried again. If not, a record is given up at its first failure, even a "
     "temporary one (a partition that has moved to another broker is still followed), and the producer is not "
     "idempotent and has one request under way at a time."},
    {"retry_on_failure.initial_interval", STS__OPTION_DURATION, PLACE(kafka.retry_initial_ms), FROM_TO_MS(1, 300000),
     "100ms", "How long to wait before a failed request is tried again."},
    {"retry_on_failure.max_interval", STS__OPTION_DURATION, PLACE(kafka.retry_max_ms), FROM_TO_MS(1, 300000), "1s",
     "The longest time to wait before a failed request is tried again: the wait doubles with each further "
     "failure, up to this. At least initial_interval. librdkafka before 2.3 does not lengthen the wait."},
    {"retry_on_failure.max_elapsed_time", STS__OPTION_DURATION, PLACE(kafka.max_elapsed_ms), FROM_TO_MS(0, 2147483647),
     "300s",
     "How long a record is tried before it is given up; 0 is for ever. This should be far longer than any outage "
     "that is to be survived. A producer that takes over from one that failed tries for as long again."},
    {"sending_queue.queue_size", STS__OPTION_INTEGER, PLACE(queue_size), FROM_TO(1, 10000000), "100000",
     "How many records may be in the queue: those that wait for their outcome, and those with an outcome that "
     "nobody has collected."},
    {"sending_queue.max_in_flight", STS__OPTION_INTEGER, PLACE(kafka.max_in_flight), FROM_TO(0, 10000000), "0",
     "How many messages librdkafka may hold that no broker has answered yet; the others wait in front of it, and "
     "queue_size or more is all of them. 0 is automatic: librdkafka gets all of them, but exports do not run far ahead "
     "of deliveries. While records are being delivered, and more than 8192 are under way, an export that may wait "
     "(sending_queue.block_on_overflow) returns up to a millisecond later if even more would not be delivered any "
     "faster. A queue that is always full takes more CPU, and makes every record late."},
    {"sending_queue.max_bytes", STS__OPTION_INTEGER, PLACE(queue_bytes), FROM_TO(65536, 1099511627776), "67108864",
     "How much memory records without an outcome may take: their keys, values and headers, and what the library "
     "and librdkafka need for each. Outcomes that nobody has collected count too. At least max_message_bytes + "
     "4096. What librdkafka needs for sending comes on top (lib/queue/README.md)."},
    {"sending_queue.batch.flush_timeout", STS__OPTION_DURATION, PLACE(batch_timeout_ms), FROM_TO_MS(0, 3600000), "0s",
     "How long a message stays open, across exports, for further records of its key, with gather=key or "
     "gather=resource; 0 seals it at the end of the export. Its records are accepted and count towards the queue "
     "meanwhile; open messages take at most half of the records and a quarter of the bytes of the queue, and the "
     "oldest is sealed if room is needed. A flush and a close seal all. With sending_queue.wait_for_result a "
     "message holds records of one export only. This time is part of retry_on_failure.max_elapsed_time."},
    {"sending_queue.batch.min_size", STS__OPTION_INTEGER, PLACE(batch_min_size), FROM_TO(0, 1000000000), "8192",
     "A message of at least this size is sealed at the end of the export that made it so large."},
    {"sending_queue.batch.max_size", STS__OPTION_INTEGER, PLACE(batch_max_size), FROM_TO(0, 1000000000), "0",
     "A message that stays open never grows larger than this, unless a single record is larger. With 0 only "
     "max_message_bytes limits it, which always does."},
    {"sending_queue.batch.sizer", STS__OPTION_CHOICE, PLACE(batch_sizer), WORDS("items|bytes"), "items",
     "What min_size and max_size count: records, or bytes of the message's value (which may come out a few bytes "
     "smaller)."},
    {"sending_queue.storage", STS__OPTION_TEXT, PLACE(storage), NO_BOUNDS, "",
     "A folder for a queue on disk. An export then returns once its records are stored there. A record leaves the "
     "store only with its outcome; those that have none are sent again after a crash or a restart, in order, as "
     "possible duplicates. The folder is created, but not its parent, and only one exporter can use it at a time. "
     "sending_queue.queue_size and sending_queue.max_bytes bound how much of it is in memory on its way. Unless "
     "they are set, retry_on_failure.max_elapsed_time is 0, for ever, and topic_check is warn. Not with "
     "sending_queue.wait_for_result or sending_queue.batch.flush_timeout. If this is empty, the queue is in "
     "memory."},
    {"sending_queue.storage.max_bytes", STS__OPTION_INTEGER, PLACE(storage_bytes), FROM_TO(1048576, 1099511627776),
     "1073741824",
     "How large the files of the store may be together. Delivered records give their room back by whole files; a "
     "file has a sixteenth of this, and at most 64 MiB. When the store or the disk is full, exports wait or are "
     "refused, as sending_queue.block_on_overflow says; nothing is dropped. Dead letters may take as much again. "
     "At least twice max_message_bytes."},
    {"sending_queue.storage.sync", STS__OPTION_CHOICE, PLACE(storage_sync), WORDS("commit|interval|none"), "commit",
     "What survives a power loss (a crash of the process alone loses nothing, whatever is set): everything that "
     "an export has returned for (commit; exports at the same time share a sync), everything but the last "
     "sending_queue.storage.sync_interval (interval), or only what the operating system has chosen to write "
     "(none)."},
    {"sending_queue.storage.sync_interval", STS__OPTION_DURATION, PLACE(storage_sync_ms), FROM_TO_MS(1, 3600000), "1s",
     "With sending_queue.storage.sync=interval, the longest time until a stored record survives a power loss; up "
     "to a tenth of a second comes on top, until the serving thread looks."},
    {"sending_queue.storage.max_age", STS__OPTION_DURATION, PLACE(storage_max_age_ms), FROM_TO_MS(0, 31536000000), "0s",
     "A record that has been stored for longer than this, by the wall clock, when its turn to be sent comes, "
     "fails (STS_ERR_GAVE_UP); 0 is never."},
    {"delivery", STS__OPTION_CHOICE, PLACE(delivery), WORDS("at_least_once|exactly_once"), "at_least_once",
     "exactly_once: what is stored reaches its topics once, whatever is killed or fails meanwhile. It is sent in "
     "transactions, and each commits along with its records how far the store has come, as offsets of a consumer "
     "group. "
     "Consumers have to read with isolation.level=read_committed. Needs sending_queue.storage, required_acks=all and "
     "rights for its transactional id, its group and READ on the topics (lib/queue/README.md)."},
    {"transaction.id", STS__OPTION_TEXT, PLACE(kafka.exactly_once.transactional_id), NO_BOUNDS, "",
     "The transactional.id with delivery=exactly_once; one store must not have another's. Empty: stskafka- and a name "
     "that the store has made up."},
    {"transaction.group", STS__OPTION_TEXT, PLACE(kafka.exactly_once.group), NO_BOUNDS, "",
     "The consumer group whose offsets say how far the store has come: of a topic's partition 0, the sequence in the "
     "store. No consumer may use it. Empty: as the transactional id."},
    {"transaction.interval", STS__OPTION_DURATION, PLACE(kafka.exactly_once.interval_ms), FROM_TO_MS(1, 3600000),
     "500ms",
     "How long a transaction stays open for more records. Consumers see none of them before its end. A flush does not "
     "wait."},
    {"transaction.max_bytes", STS__OPTION_INTEGER, PLACE(kafka.exactly_once.max_bytes), FROM_TO(1, 1099511627776),
     "33554432",
     "How much a transaction may hold, counted as sending_queue.max_bytes does, of which it is half at most. It is "
     "ended then, and also with half of sending_queue.queue_size."},
    {"transaction.timeout", STS__OPTION_DURATION, PLACE(kafka.exactly_once.timeout_ms), FROM_TO_MS(11000, 2147483647),
     "60s",
     "After which time the cluster aborts a transaction that was not ended (transaction.timeout.ms). What was in it "
     "goes again. Above timeout by 10s at least, and at most the brokers' transaction.max.timeout.ms."},
    {"sending_queue.block_on_overflow", STS__OPTION_BOOLEAN, PLACE(block_on_overflow), NO_BOUNDS, "true",
     "Whether an export waits for room in a full queue, up to produce_timeout, and for a moment when many records "
     "are under way (sending_queue.max_in_flight). If not, it never waits, and is refused at once when there is no "
     "room. Either way its counts say how many records were taken."},
    {"sending_queue.wait_for_result", STS__OPTION_BOOLEAN, PLACE(wait_for_result), NO_BOUNDS, "false",
     "Whether an export returns only when every record that it accepted has its outcome, and tells how many were "
     "delivered. It waits neither for linger nor for what others export; with service_thread=false it serves the "
     "transport itself meanwhile."},
    {"outcomes", STS__OPTION_CHOICE, PLACE(outcomes), WORDS("counts|failures|all|tokens"), "counts",
     "Which outcomes the host gets one by one, by callback or by collecting them: none, those of records that were not "
     "delivered, all, or all of exports that have a token; all if a callback is set."},
    {"service_thread", STS__OPTION_BOOLEAN, PLACE(service_thread), NO_BOUNDS, "true",
     "Whether the exporter has a thread of its own that serves its transport. Without one the host calls sts_poll, "
     "and an export never waits for room."},
    {"statistics_interval", STS__OPTION_DURATION, PLACE(kafka.statistics_interval_ms), FROM_TO_MS(0, 86400000), "0s",
     "How often librdkafka reports requests, brokers and round trips (sts_exporter_transport_statistics); 0 is "
     "never. It is off by default because librdkafka before 2.11 reads its counters while its threads write them, "
     "and because each report is a text of about 1 kB a partition, which waits for sts_poll if service_thread is "
     "false."},
    {"transport", STS__OPTION_CHOICE, PLACE(transport), WORDS("kafka|memory|none"), "kafka",
     "Where records go: to Kafka; nowhere, while they count as delivered (memory); or nowhere at all, only to be "
     "explained (none)."},
};

const sts__option_row *sts__option_row_at(size_t index) {
    return index < sizeof rows / sizeof rows[0] ? &rows[index] : NULL;
}

bool sts__option_is_live(const sts__option_row *row) {
    /* Names, and beginnings of names: what decides about the connection, and nothing about records. */
    static const char *const live[] = {
        "auth.",
        "brokers",
        "client_id",
        "compression",
        "linger",
        "read_timeout",
        "timeout",
        "retry_on_failure.initial_interval",
        "tls.",
        "retry_on_failure.max_",
        "topic_check",
        "topic_settings_interval",
        "statistics_interval",
    };
    for (size_t i = 0; i < sizeof live / sizeof live[0]; i++)
        if (strncmp(row->name, live[i], strlen(live[i])) == 0)
            return true;
    return false;
}

size_t sts__option_find(const char *name) {
    const sts__option_row *row;
    for (size_t i = 0; (row = sts__option_row_at(i)); i++)
        if (strcmp(row->name, name) == 0)
            return i;
    return SIZE_MAX;
}

const char *sts__option_type_name(sts__option_type type) {
    static const char *const names[] = {"text",   "list", "boolean", "integer", "duration",
                                        "choice", "spec", "spec",    "secret",  "list"};
    return names[type];
}
