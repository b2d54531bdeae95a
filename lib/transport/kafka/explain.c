/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/explain.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

#include "transport/kafka/errors.h"

/* Before 2.6.1 SCRAM sends its nonce twice, which Kafka 4 refuses as it does a wrong password (librdkafka's #4895). */
enum { FIRST_WITH_GOOD_SCRAM = 0x02060100 };

/* A broker refuses a client's certificate, or its absence, with one of these alerts (RFC 8446, 6.2). */
static bool is_certificate_alert(const char *what) {
    static const char *const alerts[] = {"42", "43", "44", "45", "46", "48", "116"};
    const char *number = strstr(what, "SSL alert number ");
    if (!number)
        return false;
    number += strlen("SSL alert number ");
    for (size_t i = 0; i < sizeof alerts / sizeof alerts[0]; i++)
        if (strspn(number, "0123456789") == strlen(alerts[i]) && strncmp(number, alerts[i], strlen(alerts[i])) == 0)
            return true;
    return false;
}

/* By what MIT's Kerberos says (and Heimdal's, of the first), which libsasl2 passes on. */
static const char *explain_kerberos(const char *what) {
    static const char *const meanings[][2] = {
        {"redentials",
         "there is no Kerberos ticket: kinit got none for auth.kerberos.username with "
         "auth.kerberos.keytab_file, or, without auth.kerberos.use_keytab, neither the credential cache nor "
         "a client keytab has one"},
        {"not found in Kerberos database",
         "Kerberos does not know the broker: its principal is auth.kerberos.service_name followed "
         "by the host name that stands in brokers, or that the broker itself advertises"},
        {"icket expired", "the Kerberos ticket has expired and was not renewed"},
        {"lock skew", "the clocks of this machine and of the Kerberos server are too far apart"},
        {"annot contact any KDC", "the Kerberos server cannot be reached: krb5.conf says where it is"},
        {"No worthy mechs", "libsasl2 has no GSSAPI: its module is missing (libsasl2-modules-gssapi-mit)"},
    };
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (strstr(what, meanings[i][0]))
            return meanings[i][1];
    return "the broker and Kerberos do not agree on who this is (auth.kerberos.username, auth.kerberos.service_name)";
}

/* A signature counts from when it says it was made, which a wrong clock says wrongly: so the clock is told. */
static void explain_aws(char *text, size_t text_size) {
    char now[24];
    struct tm utc;
    time_t seconds = (time_t)(sts__clock_wall_ms() / 1000);
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &utc));
    snprintf(text, text_size,
             "the broker refused the token signed with the AWS credentials: do they allow "
             "kafka-cluster:Connect, have they not expired, is auth.sasl.aws_msk.region the cluster's "
             "region, and is this machine's clock right, which says %s?",
             now);
}

static void explain_login(const char *mechanism, const char *what, char *text, size_t text_size) {
    if (strstr(what, "Failed to acquire SASL OAUTHBEARER token"))
        snprintf(text, text_size, "there is no token");
    else if (strstr(what, "not valid in current SASL state"))
        snprintf(text, text_size,
                 "this port of the broker does not use SASL: name another one in brokers, or do not set "
                 "auth.sasl.mechanism");
    else if (strstr(what, "mechanism handshake failed"))
        snprintf(text, text_size, "the broker does not accept this auth.sasl.mechanism");
    else if (strcmp(mechanism, "GSSAPI") == 0)
        snprintf(text, text_size, "%s", explain_kerberos(what));
    else if (strcmp(mechanism, "AWS_MSK_IAM_OAUTHBEARER") == 0)
        explain_aws(text, text_size);
    else if (strcmp(mechanism, "OAUTHBEARER") == 0)
        snprintf(text, text_size,
                 "the broker refused the token: is it for this cluster (its issuer, its audience), and not expired by "
                 "the broker's clock?");
    else if (strncmp(mechanism, "SCRAM", 5) == 0 && rd_kafka_version() < FIRST_WITH_GOOD_SCRAM)
        snprintf(text, text_size,
                 "librdkafka %s is too old for SCRAM with Kafka 4 (2.6.1 or newer is needed), or the broker refused "
                 "auth.sasl.username or auth.sasl.password",
                 rd_kafka_version_str());
    else
        snprintf(text, text_size, "the broker refused auth.sasl.username or auth.sasl.password");
}

/* Our code for the error; `text` is left empty where there is nothing to say. */
static sts_status explain(const sts__kafka_credentials *credentials, rd_kafka_resp_err_t error, const char *what,
                          char *text, size_t text_size) {
    const char *bad = credentials->bad_certificate;
    if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION) {
        explain_login(credentials->mechanism, what, text, text_size);
        return STS_ERR_NOT_AUTHENTICATED;
    }
    if (error == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED) {
        snprintf(text, text_size,
                 "this user may not write to any topic, so it gets no producer id, which required_acks=all "
                 "needs");
        return STS_ERR_NOT_AUTHORIZED;
    }
    if (strstr(what, "certificate verify failed")) {
        snprintf(text, text_size, "the broker's certificate is not accepted: %s",
                 bad[0] ? bad : "it is not signed by a trusted authority (tls.ca_file), or is for another host name");
        return STS_ERR_NOT_AUTHENTICATED;
    }
    if (is_certificate_alert(what)) {
        snprintf(text, text_size, "the broker requires a client certificate that it trusts: %s",
                 credentials->has_certificate ? "it does not trust the one in tls.cert_file"
                                              : "set tls.cert_file and tls.key_file");
        return STS_ERR_NOT_AUTHENTICATED;
    }
    if (strstr(what, "SSL handshake failed")) {
        snprintf(text, text_size, "the TLS handshake failed: is this a port of the broker without TLS?");
        return STS_ERR_NO_BROKER;
    }
    if (strstr(what, "connecting to a SSL listener?"))
        snprintf(text, text_size, "the broker closes the connection: does this port of it expect TLS (tls.enabled)?");
    else if (strstr(what, "might require SASL"))
        snprintf(text, text_size,
                 "the broker closes the connection: does this port of it expect SASL (auth.sasl.mechanism)?");
    return sts__kafka_status(error);
}

/* The broker had closed the connection before librdkafka wrote to it: that says no more than that there is none. */
static bool is_hang_up(const char *what) {
    return strstr(what, "Send failed: ") && (strstr(what, "Broken pipe") || strstr(what, "Connection reset"));
}

sts_status sts__kafka_explain(const sts__kafka_credentials *credentials, rd_kafka_resp_err_t error, const char *what,
                              char *text, size_t text_size, int *weight) {
    char meaning[300] = "";
    sts_status status = explain(credentials, error, what, meaning, sizeof meaning);
    *weight = meaning[0] ? 2 : error != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && !is_hang_up(what);
    snprintf(text, text_size, "%s%s%s", meaning, meaning[0] ? "; librdkafka: " : "", what);
    return status;
}

/* Offsets are committed for topics, which takes READ on these. */
const char *sts__kafka_right_for(rd_kafka_resp_err_t error, const char *what) {
    switch (error) {
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
        return "WRITE (which implies DESCRIBE) on the transactional id";
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        return "READ on the consumer group";
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        return strstr(what, "add partition") ? "WRITE on each topic" : "READ on each topic, beside WRITE";
    default:
        return NULL;
    }
}

const char *sts__kafka_option_for(const char *what) {
    static const char *const options[][2] = {
        {"ssl.ca.location", " (tls.ca_file)"},
        {"ssl.ca.pem", " (tls.ca_pem)"},
        {"ssl.certificate.location", " (tls.cert_file)"},
        {"ssl.certificate.pem", " (tls.cert_pem)"},
        {"ssl.key.location", " (tls.key_file, tls.key_password)"},
        {"ssl.key.pem", " (tls.key_pem, tls.key_password)"},
        {"https.ca.location", " (auth.sasl.oauthbearer.tls.ca_file)"},
        {"assertion.private.key.file", " (auth.sasl.oauthbearer.client_certificate_key_file)"},
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (strstr(what, options[i][0]))
            return options[i][1];
    return "";
}

void sts__kafka_note_certificate(sts__kafka_credentials *credentials, const char *facility, const char *line) {
    static const char before[] = "verification callback failed: "; /* what tell_certificate wrote comes next */
    const char *reason = strcmp(facility, "SSLCERTVRFY") == 0 ? strstr(line, before) : NULL;
    if (reason)
        snprintf(credentials->bad_certificate, sizeof credentials->bad_certificate, "%s", reason + strlen(before));
}

/* Replaces `secret` wherever it is. */
static void blot_out(char *line, size_t line_size, const char *secret) {
    static const char mark[] = STS__REDACTED;
    size_t size = strlen(secret);
    size_t mark_size = strlen(mark);
    for (char *at = strstr(line, secret); at; at = strstr(at, secret)) {
        size_t room = line_size - (size_t)(at - line) - 1;
        size_t rest = strlen(at + size);
        size_t shown = mark_size < room ? mark_size : room;
        if (rest > room - shown)
            rest = room - shown;
        memmove(at + shown, at + size, rest);
        memcpy(at, mark, shown);
        at[shown + rest] = '\0';
        at += shown;
    }
}

void sts__kafka_redact(const rd_kafka_t *producer, char *line, size_t line_size) {
    /* librdkafka hides them itself, but some versions forget one (the client's secret, in the debug lines about the
     * configuration). */
    static const char *const secrets[] = {"sasl.password", "ssl.key.password", "ssl.keystore.password",
                                          "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config"};
    char value[512];
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        size_t size = sizeof value;
        if (rd_kafka_conf_get(rd_kafka_conf((rd_kafka_t *)producer), secrets[i], value, &size) == RD_KAFKA_CONF_OK &&
            value[0])
            blot_out(line, line_size, value);
    }
}
