/* SPDX-License-Identifier: Apache-2.0
 *
 * What a consumer is told about the brokers. */
#include "consumer_conf.h"

#include <string.h>

#include "console.h"

static void be_quiet(const rd_kafka_t *handle, int level, const char *facility, const char *text) {
    (void)handle, (void)level, (void)facility, (void)text;
}

bool consumer_conf_set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    if (rd_kafka_conf_set(conf, name, value, NULL, 0) == RD_KAFKA_CONF_OK)
        return true;
    /* The text may quote the value, and that may be a secret. */
    say("records cannot be read: librdkafka does not take the value of %s; correct it, or leave it out", name);
    return false;
}

/* The library's own options about security, as librdkafka's properties. */
static const char *property_for(const char *option) {
    static const char *const properties[][2] = {
        {"tls.ca_file", "ssl.ca.location"},
        {"tls.ca_pem", "ssl.ca.pem"},
        {"tls.cert_file", "ssl.certificate.location"},
        {"tls.cert_pem", "ssl.certificate.pem"},
        {"tls.key_file", "ssl.key.location"},
        {"tls.key_pem", "ssl.key.pem"},
        {"tls.key_password", "ssl.key.password"},
        {"auth.sasl.mechanism", "sasl.mechanisms"},
        {"auth.sasl.username", "sasl.username"},
        {"auth.sasl.password", "sasl.password"},
    };
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++)
        if (strcmp(properties[i][0], option) == 0)
            return properties[i][1];
    return NULL;
}

/* As in the library: it is on as soon as another of its options is set, unless it was set itself. */
static bool has_tls(const sts_options *options, const struct setting_list *connection) {
    bool is_on = false;
    for (size_t i = 0; i < connection->count; i++) {
        const char *name = connection->at[i].name;
        if (strcmp(name, "tls.enabled") == 0)
            return strcmp(sts_options_get(options, "tls.enabled"), "true") == 0;
        is_on |= strncmp(name, "tls.", 4) == 0;
    }
    return is_on && strcmp(sts_options_get(options, "tls.insecure"), "true") != 0;
}

static bool set_protocol(rd_kafka_conf_t *conf, const sts_options *options, const struct setting_list *connection) {
    bool tls = has_tls(options, connection);
    bool sasl = strcmp(sts_options_get(options, "auth.sasl.mechanism"), "none") != 0;
    bool unverified = strcmp(sts_options_get(options, "tls.insecure_skip_verify"), "true") == 0;
    if (!tls && !sasl)
        return true;
    return consumer_conf_set(conf, "security.protocol", tls ? sasl ? "sasl_ssl" : "ssl" : "sasl_plaintext") &&
           (!unverified || consumer_conf_set(conf, "enable.ssl.certificate.verification", "false"));
}

/* What the producer was told about security and connections holds for the reader too; what is for producers only,
 * librdkafka takes and does not use. */
static bool set_connection(rd_kafka_conf_t *conf, const struct setting *setting) {
    bool passed = strncmp(setting->name, "kafka.", 6) == 0;
    const char *property = passed ? setting->name + 6 : property_for(setting->name);
    return !property || (!passed && !setting->value[0]) || consumer_conf_set(conf, property, setting->value);
}

void consumer_conf_quiet(rd_kafka_conf_t *conf) {
    rd_kafka_conf_set_log_cb(conf, be_quiet);
}

bool consumer_conf_connect(rd_kafka_conf_t *conf, const sts_options *options, const struct setting_list *connection) {
    bool good = consumer_conf_set(conf, "allow.auto.create.topics", "false");
    for (size_t i = 0; i < connection->count && good; i++)
        good = set_connection(conf, &connection->at[i]);
    return good && set_protocol(conf, options, connection) &&
           consumer_conf_set(conf, "bootstrap.servers", sts_options_get(options, "brokers"));
}

rd_kafka_t *consumer_new(rd_kafka_conf_t *conf, bool is_set, const char *what) {
    char text[300];
    rd_kafka_t *handle = is_set ? rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof text) : NULL;
    if (is_set && !handle)
        say("%s: %s", what, text);
    if (!handle)
        rd_kafka_conf_destroy(conf);
    return handle;
}
