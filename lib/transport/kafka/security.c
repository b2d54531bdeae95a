/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/security.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "transport/kafka/oidc.h"
#include "transport/token_file.h"

enum { LOOK_MS = 1000 }; /* how often the file of tokens is looked at */

/* Why a broker's certificate is not good, as OpenSSL numbers it (openssl/x509_vfy.h). librdkafka's error does not say;
 * its log line about the certificate has what this callback writes. The verdict stays OpenSSL's. */
static int tell_certificate(rd_kafka_t *producer, const char *broker, int32_t broker_id, int *x509_error, int depth,
                            const char *certificate, size_t certificate_size, char *text, size_t text_size,
                            void *opaque) {
    static const struct {
        int error;
        const char *text;
    } reasons[] = {
        {9, "it is not valid yet"},
        {10, "it has expired"},
        {18, "it is self-signed, and not among those to be trusted (tls.ca_file)"},
        {19, "the CA at the end of its chain is not among those to be trusted (tls.ca_file)"},
        {20, "the CA that signed it is not among those to be trusted (tls.ca_file)"},
        {62, "it is for another host name than that in brokers, or that the broker advertises"},
        {64, "it is for another address than that in brokers, or that the broker advertises"},
    };
    (void)producer, (void)broker, (void)broker_id, (void)depth, (void)certificate, (void)certificate_size, (void)opaque;
    snprintf(text, text_size, "OpenSSL's verify error %d", *x509_error);
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].error == *x509_error)
            snprintf(text, text_size, "%s", reasons[i].text);
    return *x509_error == 0;
}

/* The value of a property, or "". */
static const char *value_of(const rd_kafka_conf_t *conf, const char *name, char *value, size_t value_size) {
    if (rd_kafka_conf_get(conf, name, value, &value_size) != RD_KAFKA_CONF_OK)
        value[0] = '\0';
    return value;
}

static const char *protocol(const sts__kafka_security *security) {
    if (security->mechanism == STS__SASL_NONE)
        return security->tls ? "ssl" : "plaintext";
    return security->tls ? "sasl_ssl" : "sasl_plaintext";
}

/* With a keytab librdkafka has the system's kinit get the ticket, and get it again each minute; without one, tickets
 * are the host's to get, or Kerberos' own (SECURITY.md). */
static sts_status conf_kerberos(rd_kafka_conf_t *conf, const sts__kafka_kerberos *kerberos, sts__fault *fault) {
    char principal[512];
    int size = snprintf(principal, sizeof principal, "%s%s%s", kerberos->username, kerberos->realm[0] ? "@" : "",
                        kerberos->realm);
    const char *const properties[][2] = {
        {"sasl.kerberos.service.name", kerberos->service_name},
        {"sasl.kerberos.principal", kerberos->username[0] ? principal : ""},
        {"sasl.kerberos.keytab", kerberos->keytab_file},
        {"sasl.kerberos.min.time.before.relogin", kerberos->use_keytab ? "" : "0"},
    };
    if (size >= (int)sizeof principal)
        return sts__fault_set(fault, STS_ERR_CONFIG, "auth.kerberos.username: is too long");
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++)
        if (properties[i][1][0] &&
            rd_kafka_conf_set(conf, properties[i][0], properties[i][1], NULL, 0) != RD_KAFKA_CONF_OK)
            return sts__fault_set(fault, STS_ERR_CONFIG, "librdkafka %s does not accept %s from auth.kerberos.*",
                                  rd_kafka_version_str(), properties[i][0]);
    return STS_OK;
}

sts_status sts__kafka_conf_security(rd_kafka_conf_t *conf, const sts__kafka_security *security, sts__fault *fault) {
    static const char *const mechanisms[] = {
        "", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "OAUTHBEARER", "GSSAPI"};
    bool named = security->tls || security->tls_insecure || security->mechanism != STS__SASL_NONE;
    const struct {
        const char *name, *value;
    } properties[] = {
        {"security.protocol", named ? protocol(security) : ""},
        {"ssl.ca.location", security->ca_file},
        {"ssl.ca.pem", security->ca_pem},
        {"ssl.certificate.location", security->cert_file},
        {"ssl.certificate.pem", security->cert_pem},
        {"ssl.key.location", security->key_file},
        {"ssl.key.pem", security->key_pem},
        {"ssl.key.password", security->key_password},
        {"enable.ssl.certificate.verification", security->skip_verify ? "false" : ""},
        {"sasl.mechanisms", mechanisms[security->mechanism]},
        {"sasl.username", security->username},
        {"sasl.password", security->password},
    };
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
        char text[256] = "";
        if (!properties[i].value[0] ||
            rd_kafka_conf_set(conf, properties[i].name, properties[i].value, text, sizeof text) == RD_KAFKA_CONF_OK)
            continue;
        bool secret = sts__kafka_property_is_secret(properties[i].name); /* the text may quote it */
        return sts__fault_set(fault, STS_ERR_CONFIG, "librdkafka %s: %s%s", rd_kafka_version_str(),
                              secret ? properties[i].name : text, secret ? " is not accepted" : "");
    }
    sts_status status = sts__kafka_conf_oidc(conf, &security->oidc, fault);
    if (status == STS_OK && security->mechanism == STS__SASL_GSSAPI)
        status = conf_kerberos(conf, &security->kerberos, fault);
    if (status != STS_OK)
        return status;
    char verification[8];
    if (strcmp(value_of(conf, "enable.ssl.certificate.verification", verification, sizeof verification), "true") == 0)
        rd_kafka_conf_set_ssl_cert_verify_cb(conf, tell_certificate);
    return STS_OK;
}

static bool is_set(const rd_kafka_conf_t *conf, const char *name) {
    size_t size = 0; /* with the NUL */
    return rd_kafka_conf_get(conf, name, NULL, &size) == RD_KAFKA_CONF_OK && size > 1;
}

/* From librdkafka's properties, which the host may have set itself. */
static void describe(sts__kafka_credentials *credentials, sts__sasl_mechanism named, const rd_kafka_conf_t *conf) {
    char value[32];
    char *mechanism = credentials->mechanism;
    value_of(conf, "security.protocol", value, sizeof value);
    credentials->has_tls = strstr(value, "ssl") != NULL;
    if (strstr(value, "sasl"))
        value_of(conf, "sasl.mechanisms", mechanism, sizeof credentials->mechanism);
    if (named == STS__SASL_AWS_MSK_IAM)
        snprintf(mechanism, sizeof credentials->mechanism, "AWS_MSK_IAM_OAUTHBEARER");
    credentials->has_certificate = is_set(conf, "ssl.certificate.location") || is_set(conf, "ssl.certificate.pem") ||
                                   is_set(conf, "ssl.keystore.location");
    value_of(conf, "enable.ssl.certificate.verification", value, sizeof value);
    credentials->trusts_anybody = credentials->has_tls && strcmp(value, "false") == 0;
    snprintf(credentials->kind, sizeof credentials->kind, "%s%s%s", credentials->has_tls ? "TLS" : "plaintext",
             mechanism[0] ? ", SASL " : "", mechanism);
}

sts_status sts__kafka_keep_credentials(sts__kafka_credentials *credentials, const sts__memory *memory,
                                       const sts__kafka_security *security, const rd_kafka_conf_t *conf,
                                       sts__fault *fault) {
    const char *file = security->token_file;
    bool by_password = sts__sasl_has_password((sts__sasl_mechanism)security->mechanism);
    credentials->memory = memory;
    credentials->password_callback = security->password_callback;
    credentials->password_user = security->password_user;
    credentials->asks_password = by_password && !security->password[0];
    credentials->asks_key_password = (security->key_file[0] || security->key_pem[0]) && !security->key_password[0];
    credentials->token_callback = security->token_callback;
    credentials->token_user = security->token_user;
    credentials->token.memory = memory;
    describe(credentials, (sts__sasl_mechanism)security->mechanism, conf);
    if (security->mechanism == STS__SASL_AWS_MSK_IAM &&
        !(credentials->aws = sts__aws_source_new(memory, security->aws_region)))
        return sts__fault_no_memory(fault);
    if (file[0] && !(credentials->token_file = sts__memory_copy_text(memory, file, strlen(file))))
        return sts__fault_no_memory(fault);
    return STS_OK;
}

void sts__kafka_free_credentials(sts__kafka_credentials *credentials) {
    if (credentials->token_file)
        sts__memory_free(credentials->memory, credentials->token_file);
    credentials->token_file = NULL;
    sts__aws_source_free(credentials->aws);
    credentials->aws = NULL;
    if (credentials->token.value)
        sts__token_clear(&credentials->token);
}

/* `needed`: no answer is a fault. */
static sts_status ask_password(const sts__kafka_credentials *credentials, rd_kafka_conf_t *conf, const char *option,
                               const char *property, bool needed, sts__fault *fault) {
    sts_password password = {.memory = credentials->memory, .option = option};
    sts_status status = STS_OK;
    credentials->password_callback(&password, credentials->password_user);
    if (password.text) {
        if (rd_kafka_conf_set(conf, property, password.text, NULL, 0) != RD_KAFKA_CONF_OK)
            status = sts__fault_set(fault, STS_ERR_CONFIG, "librdkafka %s: %s is not accepted", rd_kafka_version_str(),
                                    property);
    } else if (password.no_memory) {
        status = sts__fault_no_memory(fault);
    } else if (needed || password.why[0]) {
        status = sts__fault_set(fault, STS_ERR_NOT_AUTHENTICATED, "%s: the password callback gave none%s%s", option,
                                password.why[0] ? ": " : "", password.why);
    }
    sts__password_clear(&password);
    return status;
}

sts_status sts__kafka_secure_conf(const sts__kafka_credentials *credentials, rd_kafka_conf_t *conf, sts__fault *fault) {
    sts_status status = STS_OK;
    if (!credentials->password_callback)
        return STS_OK;
    if (credentials->asks_password)
        status = ask_password(credentials, conf, "auth.sasl.password", "sasl.password", true, fault);
    if (status == STS_OK && credentials->asks_key_password)
        status = ask_password(credentials, conf, "tls.key_password", "ssl.key.password", false, fault);
    return status;
}

void sts__kafka_warn_of_security(const sts__kafka_credentials *credentials, const sts_transport_sink *sink) {
    if (credentials->trusts_anybody)
        sts__sink_log(sink, STS_LOG_WARNING,
                      "brokers are not verified (tls.insecure_skip_verify): anyone in between can read and "
                      "change what is sent");
    /* The other mechanisms never send the secret itself. */
    bool sends_secret = strcmp(credentials->mechanism, "PLAIN") == 0 || strstr(credentials->mechanism, "OAUTHBEARER");
    if (sends_secret && !credentials->has_tls)
        sts__sink_log(sink, STS_LOG_WARNING, "SASL without TLS: anyone in between can read the password or token");
}

bool sts__kafka_gives_tokens(const sts__kafka_credentials *credentials) {
    return credentials->token_file || credentials->aws || credentials->token_callback;
}

/* Its text for a bad token would quote it, so it is not asked for. */
bool sts__kafka_give_token(rd_kafka_t *client, const sts_oauth_token *token) {
    return rd_kafka_oauthbearer_set_token(client, token->value, token->expires_ms, token->principal, NULL, 0, NULL,
                                          0) == 0;
}

/* Where it is kept, `*token` has none any more. */
static bool give_token(sts__kafka_credentials *credentials, rd_kafka_t *producer, sts_oauth_token *token) {
    if (!token->value || !sts__kafka_give_token(producer, token))
        return false;
    if (!credentials->keeps_token)
        return true;
    sts__token_clear(&credentials->token);
    credentials->token = *token;
    *token = (sts_oauth_token){.memory = token->memory};
    return true;
}

static const char *why_not(const sts_oauth_token *token) {
    if (token->value)
        return "librdkafka did not take it";
    return token->why[0] ? token->why : "the token callback gave none";
}

void sts__kafka_refresh_token(sts__kafka_credentials *credentials, rd_kafka_t *producer) {
    sts_oauth_token token = {.memory = credentials->memory};
    if (credentials->token_file) {
        sts__token_file_answer(credentials->token_file, &token, &credentials->token_read);
    } else if (credentials->aws) {
        if (!sts__aws_source_answer(credentials->aws, &token))
            return; /* credentials are being asked for: sts__kafka_watch_token goes on */
    } else if (credentials->token_callback) {
        credentials->token_callback(&token, credentials->token_user);
    } else {
        return; /* librdkafka makes its own */
    }
    if (!give_token(credentials, producer, &token))
        rd_kafka_oauthbearer_set_token_failure(producer, why_not(&token));
    sts__token_clear(&token);
}

/* A clock that is wrong makes signatures that are refused, with no word on why. */
static void tell_clock(sts__kafka_credentials *credentials, const sts_transport_sink *sink) {
    char line[200];
    int64_t off_s = sts__aws_source_clock_off_s(credentials->aws);
    if (off_s && !credentials->told_clock) {
        snprintf(line, sizeof line,
                 "this machine's clock is %lld s %s AWS's: Amazon MSK refuses what is signed with a wrong "
                 "time",
                 (long long)(off_s < 0 ? -off_s : off_s), off_s < 0 ? "behind" : "ahead of");
        sts__sink_log(sink, STS_LOG_WARNING, line);
    }
    credentials->told_clock = off_s != 0;
}

static void watch_aws(sts__kafka_credentials *credentials, rd_kafka_t *producer, const sts_transport_sink *sink) {
    tell_clock(credentials, sink);
    if (producer && sts__aws_source_has_news(credentials->aws))
        sts__kafka_refresh_token(credentials, producer);
}

/* A file that is read while somebody writes it has changed once more by the next look. */
bool sts__kafka_watch_token(sts__kafka_credentials *credentials, rd_kafka_t *producer, const sts_transport_sink *sink) {
    char line[STS__TOKEN_WHY + 100];
    sts_oauth_token token = {.memory = credentials->memory};
    if (credentials->aws)
        watch_aws(credentials, producer, sink);
    if (!credentials->token_file)
        return credentials->aws != NULL;
    if (!producer || sts__clock_us() < credentials->look_at_us)
        return true;
    credentials->look_at_us = sts__deadline_after(LOOK_MS);
    sts__file_stamp now = sts__file_stamp_of(credentials->token_file);
    if (sts__file_stamp_equals(&now, &credentials->token_read))
        return true;
    sts__token_file_answer(credentials->token_file, &token, &credentials->token_read);
    if (give_token(credentials, producer, &token)) {
        sts__sink_log(sink, STS_LOG_INFO,
                      "auth.sasl.oauthbearer.token_file has changed: its token is used from now on");
    } else {
        snprintf(line, sizeof line, "%s; the previous token is used until it expires", why_not(&token));
        sts__sink_log(sink, STS_LOG_WARNING, line);
    }
    sts__token_clear(&token);
    return true;
}
