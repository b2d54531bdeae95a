/* SPDX-License-Identifier: Apache-2.0
 *
 * Every property of librdkafka's, from 2.0.2 to 2.16.0, by what is to become of it as an option kafka.*. Whatever the
 * librdkafka that is linked has beyond them fails this test, so that somebody decides. */
#include <criterion/criterion.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/rig.h"
#include "transport/kafka/kafka.h"

enum kind {
    PASSES,
    FILE_NAME, /* passes, and the file is looked at before librdkafka opens it */
    SECRET,    /* passes, and is not shown */
    REFUSED,   /* would break a promise, or there is an option for it */
    CODE,      /* refused: loads or runs code that the host did not choose, or takes a pointer */
    POINTER,   /* librdkafka takes no text for it */
    HIDDEN     /* librdkafka does not tell of it, and nobody needs it */
};

static const struct {
    const char *name;
    enum kind kind;
} properties[] = {
    {"acks", REFUSED},
    {"allow.auto.create.topics", REFUSED},
    {"api.version.fallback.ms", REFUSED},
    {"api.version.request", PASSES},
    {"api.version.request.timeout.ms", PASSES},
    {"auto.commit.enable", PASSES},
    {"auto.commit.interval.ms", PASSES},
    {"auto.offset.reset", PASSES},
    {"background_event_cb", POINTER},
    {"batch.num.messages", PASSES},
    {"batch.size", REFUSED},
    {"bootstrap.servers", REFUSED},
    {"broker.address.family", PASSES},
    {"broker.address.ttl", PASSES},
    {"broker.version.fallback", PASSES},
    {"builtin.features", PASSES},
    {"check.crcs", PASSES},
    {"client.dns.lookup", PASSES},
    {"client.id", REFUSED},
    {"client.rack", PASSES},
    {"client.software.name", PASSES},
    {"closesocket_cb", POINTER},
    {"compression.codec", REFUSED},
    {"compression.level", PASSES},
    {"compression.type", REFUSED},
    {"connect_cb", POINTER},
    {"connections.max.idle.ms", PASSES},
    {"consume.callback.max.messages", PASSES},
    {"consume_cb", POINTER},
    {"coordinator.query.interval.ms", PASSES},
    {"debug", PASSES},
    {"default_topic_conf", POINTER},
    {"delivery.report.only.error", REFUSED},
    {"delivery.timeout.ms", REFUSED},
    {"dr_cb", POINTER},
    {"dr_msg_cb", POINTER},
    {"enable.auto.commit", PASSES},
    {"enable.auto.offset.store", PASSES},
    {"enable.gapless.guarantee", REFUSED},
    {"enable.idempotence", REFUSED},
    {"enable.metrics.push", PASSES},
    {"enable.partition.eof", PASSES},
    {"enable.random.seed", PASSES},
    {"enable.sasl.oauthbearer.unsecure.jwt", PASSES},
    {"enable.sparse.connections", HIDDEN},
    {"enable.ssl.certificate.verification", PASSES},
    {"enable_sasl_queue", HIDDEN},
    {"enabled_events", REFUSED},
    {"error_cb", POINTER},
    {"fetch.error.backoff.ms", PASSES},
    {"fetch.max.bytes", PASSES},
    {"fetch.message.max.bytes", PASSES},
    {"fetch.min.bytes", PASSES},
    {"fetch.queue.backoff.ms", PASSES},
    {"fetch.wait.max.ms", PASSES},
    {"group.id", PASSES},
    {"group.instance.id", PASSES},
    {"group.protocol", PASSES},
    {"group.protocol.type", PASSES},
    {"group.remote.assignor", PASSES},
    {"heartbeat.interval.ms", PASSES},
    {"https.ca.location", FILE_NAME},
    {"https.ca.pem", PASSES},
    {"interceptors", CODE},
    {"internal.termination.signal", REFUSED},
    {"isolation.level", PASSES},
    {"linger.ms", REFUSED},
    {"log.connection.close", PASSES},
    {"log.queue", REFUSED},
    {"log.thread.name", PASSES},
    {"log_cb", POINTER},
    {"log_level", PASSES},
    {"max.in.flight", REFUSED},
    {"max.in.flight.requests.per.connection", REFUSED},
    {"max.partition.fetch.bytes", PASSES},
    {"max.poll.interval.ms", PASSES},
    {"max.poll.records", PASSES},
    {"message.copy.max.bytes", PASSES},
    {"message.max.bytes", REFUSED},
    {"message.send.max.retries", REFUSED},
    {"message.timeout.ms", REFUSED},
    {"metadata.broker.list", REFUSED},
    {"metadata.max.age.ms", PASSES},
    {"metadata.recovery.rebootstrap.trigger.ms", PASSES},
    {"metadata.recovery.strategy", PASSES},
    {"metadata.request.timeout.ms", HIDDEN},
    {"msg_order_cmp", POINTER},
    {"oauthbearer_token_refresh_cb", POINTER},
    {"offset.store.method", PASSES},
    {"offset.store.path", PASSES},
    {"offset.store.sync.interval.ms", PASSES},
    {"offset_commit_cb", POINTER},
    {"opaque", POINTER},
    {"open_cb", POINTER},
    {"partition.assignment.strategy", PASSES},
    {"partitioner", REFUSED},
    {"partitioner_cb", POINTER},
    {"plugin.library.paths", CODE},
    {"produce.offset.report", PASSES},
    {"queue.buffering.backpressure.threshold", PASSES},
    {"queue.buffering.max.kbytes", REFUSED},
    {"queue.buffering.max.messages", REFUSED},
    {"queue.buffering.max.ms", REFUSED},
    {"queued.max.messages.kbytes", PASSES},
    {"queued.min.messages", PASSES},
    {"queuing.strategy", REFUSED},
    {"rebalance_cb", POINTER},
    {"receive.message.max.bytes", PASSES},
    {"reconnect.backoff.jitter.ms", PASSES},
    {"reconnect.backoff.max.ms", PASSES},
    {"reconnect.backoff.ms", PASSES},
    {"request.required.acks", REFUSED},
    {"request.timeout.ms", REFUSED},
    {"resolve_cb", POINTER},
    {"retries", REFUSED},
    {"retry.backoff.max.ms", REFUSED},
    {"retry.backoff.ms", REFUSED},
    {"sasl.kerberos.keytab", FILE_NAME},
    {"sasl.kerberos.kinit.cmd", CODE},
    {"sasl.kerberos.min.time.before.relogin", PASSES},
    {"sasl.kerberos.principal", PASSES},
    {"sasl.kerberos.service.name", PASSES},
    {"sasl.mechanism", PASSES},
    {"sasl.mechanisms", PASSES},
    {"sasl.oauthbearer.assertion.algorithm", PASSES},
    {"sasl.oauthbearer.assertion.claim.aud", PASSES},
    {"sasl.oauthbearer.assertion.claim.exp.seconds", PASSES},
    {"sasl.oauthbearer.assertion.claim.iss", PASSES},
    {"sasl.oauthbearer.assertion.claim.jti.include", PASSES},
    {"sasl.oauthbearer.assertion.claim.nbf.seconds", PASSES},
    {"sasl.oauthbearer.assertion.claim.sub", PASSES},
    {"sasl.oauthbearer.assertion.file", FILE_NAME},
    {"sasl.oauthbearer.assertion.jwt.template.file", FILE_NAME},
    {"sasl.oauthbearer.assertion.private.key.file", FILE_NAME},
    {"sasl.oauthbearer.assertion.private.key.passphrase", SECRET},
    {"sasl.oauthbearer.assertion.private.key.pem", SECRET},
    {"sasl.oauthbearer.client.credentials.client.id", PASSES},
    {"sasl.oauthbearer.client.credentials.client.secret", SECRET},
    {"sasl.oauthbearer.client.id", PASSES},
    {"sasl.oauthbearer.client.secret", SECRET},
    {"sasl.oauthbearer.config", SECRET},
    {"sasl.oauthbearer.extensions", PASSES},
    {"sasl.oauthbearer.grant.type", PASSES},
    {"sasl.oauthbearer.metadata.authentication.type", PASSES},
    {"sasl.oauthbearer.method", PASSES},
    {"sasl.oauthbearer.scope", PASSES},
    {"sasl.oauthbearer.sub.claim.name", PASSES},
    {"sasl.oauthbearer.token.endpoint.url", PASSES},
    {"sasl.password", SECRET},
    {"sasl.username", PASSES},
    {"security.protocol", PASSES},
    {"session.timeout.ms", PASSES},
    {"share.acknowledgement.mode", PASSES},
    {"socket.blocking.max.ms", PASSES},
    {"socket.connection.setup.timeout.ms", PASSES},
    {"socket.keepalive.enable", PASSES},
    {"socket.max.fails", PASSES},
    {"socket.nagle.disable", PASSES},
    {"socket.receive.buffer.bytes", PASSES},
    {"socket.send.buffer.bytes", PASSES},
    {"socket.timeout.ms", REFUSED},
    {"socket_cb", POINTER},
    {"ssl.ca.certificate.stores", PASSES},
    {"ssl.ca.location", FILE_NAME},
    {"ssl.ca.pem", PASSES},
    {"ssl.certificate.location", FILE_NAME},
    {"ssl.certificate.pem", PASSES},
    {"ssl.certificate.verify_cb", POINTER},
    {"ssl.cipher.suites", PASSES},
    {"ssl.crl.location", FILE_NAME},
    {"ssl.curves.list", PASSES},
    {"ssl.endpoint.identification.algorithm", PASSES},
    {"ssl.engine.id", CODE},
    {"ssl.engine.location", CODE},
    {"ssl.key.location", FILE_NAME},
    {"ssl.key.password", SECRET},
    {"ssl.key.pem", SECRET},
    {"ssl.keystore.location", FILE_NAME},
    {"ssl.keystore.password", SECRET},
    {"ssl.providers", CODE},
    {"ssl.sigalgs.list", PASSES},
    {"ssl_ca", POINTER},
    {"ssl_certificate", POINTER},
    {"ssl_engine_callback_data", CODE},
    {"ssl_key", POINTER},
    {"statistics.interval.ms", REFUSED},
    {"stats_cb", POINTER},
    {"sticky.partitioning.linger.ms", REFUSED},
    {"test.mock.broker.rtt", PASSES},
    {"test.mock.num.brokers", PASSES},
    {"throttle_cb", POINTER},
    {"topic.blacklist", PASSES},
    {"topic.metadata.propagation.max.ms", PASSES},
    {"topic.metadata.refresh.fast.cnt", PASSES},
    {"topic.metadata.refresh.fast.interval.ms", PASSES},
    {"topic.metadata.refresh.interval.ms", PASSES},
    {"topic.metadata.refresh.sparse", PASSES},
    {"transaction.timeout.ms", REFUSED},
    {"transactional.id", REFUSED},
    {"ut_handle_ProduceResponse", CODE},
};

static int kind_of(const char *name) {
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (strcmp(properties[i].name, name) == 0)
            return (int)properties[i].kind;
    return -1;
}

/* What librdkafka has and tells in one of its two ways. */
static char *names_of_librdkafka(void) {
    char *names = NULL;
    size_t size;
    size_t count;
    FILE *to = open_memstream(&names, &size);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_topic_conf_t *topic = rd_kafka_topic_conf_new();
    rd_kafka_conf_properties_show(to);
    fputc('\n', to);
    const char **pairs = rd_kafka_conf_dump(conf, &count);
    for (size_t i = 0; i < count; i += 2)
        fprintf(to, "%s \n", pairs[i]);
    rd_kafka_conf_dump_free(pairs, count);
    pairs = rd_kafka_topic_conf_dump(topic, &count);
    for (size_t i = 0; i < count; i += 2)
        fprintf(to, "%s \n", pairs[i]);
    rd_kafka_conf_dump_free(pairs, count);
    rd_kafka_topic_conf_destroy(topic);
    rd_kafka_conf_destroy(conf);
    fclose(to);
    return names;
}

Test(kafka_property_kinds, all_of_the_linked_librdkafka_are_known) {
    char *names = names_of_librdkafka();
    char *rest = NULL;
    unsigned count = 0;
    for (char *line = strtok_r(names, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        line[strcspn(line, " ")] = '\0';
        if (line[0] < 'a' || line[0] > 'z')
            continue;
        cr_expect_geq(kind_of(line), 0,
                      "librdkafka %s has %s: does it load or run code, open a file, hold a secret, break a promise? "
                      "lib/transport/kafka/names.c decides; then add it here",
                      rd_kafka_version_str(), line);
        count++;
    }
    cr_assert_gt(count, 200u);
    free(names);
}

/* What an option kafka.NAME says to a value that most properties take, or librdkafka alone refuses. */
static sts_status set(const char *name, char *text, size_t text_size) {
    char option[100];
    sts_options *options = sts_options_new();
    sts_error *error = NULL;
    snprintf(option, sizeof option, "kafka.%s", name);
    sts_status status = sts_options_set(options, option, "1", &error);
    snprintf(text, text_size, "%s", sts_error_text(error));
    cr_expect_eq(sts_options_get(options, option) != NULL, status == STS_OK, "%s", option);
    if (status == STS_OK && kind_of(name) == SECRET)
        cr_expect_str_eq(sts_options_get(options, option), STS__REDACTED, "%s", option);
    sts_error_free(error);
    sts_options_free(options);
    return status;
}

Test(kafka_property_kinds, each_gets_what_its_kind_does) {
    char text[600];
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        const char *name = properties[i].name;
        enum kind kind = properties[i].kind;
        sts_status status = set(name, text, sizeof text);
        bool refused = status == STS_ERR_OPTION_REFUSED;
        cr_expect_eq(refused, kind == REFUSED || kind == CODE, "%s: %s", name, text);
        cr_expect_eq(strstr(text, "no code is loaded or run") != NULL, kind == CODE, "%s: %s", name, text);
        if (kind == HIDDEN)
            cr_expect_eq(status, STS_ERR_OPTION_UNKNOWN, "%s: %s", name, text);
        if (kind == POINTER)
            cr_expect_eq(status, STS_ERR_OPTION_VALUE, "%s: %s", name, text);
        if (kind == PASSES)
            cr_expect(status == STS_OK || status == STS_ERR_OPTION_VALUE || !sts__kafka_has_property(name), "%s: %s",
                      name, text);
        cr_expect_eq(sts__kafka_property_is_file(name), kind == FILE_NAME || strcmp(name, "ssl.engine.location") == 0,
                     "%s", name);
        cr_expect_eq(sts__kafka_property_is_secret(name), kind == SECRET, "%s", name);
    }
}

/* The same kinds under names that no librdkafka has yet. */
Test(kafka_property_kinds, go_by_the_name) {
    static const char *const code[] = {"ssl.provider.path",  "sasl.other.library", "sasl.kerberos.kdestroy.cmd",
                                       "ssl.engine.modules", "token.command",      "interceptor.paths"};
    char text[600];
    for (size_t i = 0; i < sizeof code / sizeof *code; i++) {
        cr_expect_eq(set(code[i], text, sizeof text), STS_ERR_OPTION_REFUSED, "%s: %s", code[i], text);
        cr_expect_not_null(strstr(text, "no code is loaded or run"), "%s", text);
    }
    cr_expect(sts__kafka_property_is_secret("sasl.oauthbearer.other.secret"));
    cr_expect(sts__kafka_property_is_secret("ssl.tpm.key.pem"));
    cr_expect(sts__kafka_property_is_file("ssl.tpm.key.location"));
}

/* librdkafka writes them into the command by which it calls kinit through a shell. */
Test(kafka_property_kinds, nothing_goes_into_a_shell_command_but_names) {
    static const char *const names[] = {"kafka.sasl.kerberos.principal", "kafka.sasl.kerberos.keytab",
                                        "kafka.sasl.kerberos.service.name"};
    static const char *const bad[] = {
        "$(id)", "a;b", "a b", "`id`", "a\"b", "a'b", "a|b", "a&b", "a\nb", "-c", "a>b", "a\\b", "%{sasl.password}",
        "\xff",  "a*",  "~",   "#"};
    static const char *const good[] = {"", "kafka", "host/a-b.example.com@EXAMPLE.COM", "/etc/security/a_b.keytab"};
    sts_options *options = sts_options_new();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
            cr_expect_eq(sts_options_set(options, names[i], bad[k], NULL), STS_ERR_OPTION_VALUE, "%s=%s", names[i],
                         bad[k]);
        for (size_t k = 0; k < sizeof good / sizeof *good; k++)
            cr_expect_eq(sts_options_set(options, names[i], good[k], NULL), STS_OK, "%s=%s", names[i], good[k]);
    }
    sts_options_free(options);
}
