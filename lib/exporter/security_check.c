/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/security_check.h"

#include <string.h>

#include "exporter/sign_in_check.h"
#include "transport/addresses.h"

/* What makes no sense without TLS. */
static void check_without_tls(const sts__kafka_security *security, sts__text *faults) {
    const char *const given[][2] = {
        {"tls.ca_file", security->ca_file},           {"tls.ca_pem", security->ca_pem},
        {"tls.cert_file", security->cert_file},       {"tls.cert_pem", security->cert_pem},
        {"tls.key_file", security->key_file},         {"tls.key_pem", security->key_pem},
        {"tls.key_password", security->key_password},
    };
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
        if (given[i][1][0])
            sts__faults_add(faults, "%s: there is no TLS, by tls.%s", given[i][0],
                            security->tls_insecure ? "insecure=true" : "enabled=false");
}

static void check_tls(const sts__kafka_security *security, sts__text *faults) {
    bool certificate = security->cert_file[0] || security->cert_pem[0];
    bool key = security->key_file[0] || security->key_pem[0];
    if (!security->tls) {
        check_without_tls(security, faults);
        return;
    }
    if (security->tls_insecure)
        sts__faults_add(faults, "tls.enabled=true and tls.insecure=true contradict each other");
    sts__sign_in_check_pair("tls.ca_file", security->ca_file, "tls.ca_pem", security->ca_pem, faults);
    sts__sign_in_check_pair("tls.cert_file", security->cert_file, "tls.cert_pem", security->cert_pem, faults);
    sts__sign_in_check_pair("tls.key_file", security->key_file, "tls.key_pem", security->key_pem, faults);
    if (certificate && !key)
        sts__faults_add(faults, "tls.key_file: a certificate needs its key (tls.key_file or tls.key_pem)");
    if (key && !certificate)
        sts__faults_add(faults, "tls.cert_file: a key needs its certificate (tls.cert_file or tls.cert_pem)");
    if (security->key_password[0] && !key)
        sts__faults_add(faults, "tls.key_password: there is no key (tls.key_file or tls.key_pem)");
    sts__sign_in_check_file("", "tls.ca_file", security->ca_file, true, faults);
    sts__sign_in_check_file("", "tls.cert_file", security->cert_file, false, faults);
    sts__sign_in_check_file("", "tls.key_file", security->key_file, false, faults);
}

/* The named option that says the same as a property, if it was set. */
static const char *same_as(const sts__kafka_security *security, const char *property) {
    bool sasl = security->mechanism != STS__SASL_NONE;
    bool oidc = security->oidc.token_url[0];
    const sts__kafka_kerberos *kerberos = &security->kerberos;
    bool certificate = security->cert_file[0] || security->cert_pem[0];
    bool key = security->key_file[0] || security->key_pem[0];
    const struct {
        const char *property, *option;
        bool set;
    } same[] = {
        {"ssl.ca.location", "tls.ca_file", security->ca_file[0]},
        {"ssl.ca.location", "tls.ca_pem", security->ca_pem[0]},
        {"ssl.ca.pem", "tls.ca_file", security->ca_file[0]},
        {"ssl.ca.pem", "tls.ca_pem", security->ca_pem[0]},
        {"ssl.certificate.location", "tls.cert_*", certificate},
        {"ssl.certificate.pem", "tls.cert_*", certificate},
        {"ssl.keystore.location", "tls.cert_*", certificate},
        {"ssl.key.location", "tls.key_*", key},
        {"ssl.key.pem", "tls.key_*", key},
        {"ssl.key.password", "tls.key_password", security->key_password[0]},
        {"enable.ssl.certificate.verification", "tls.insecure_skip_verify", security->skip_verify},
        {"sasl.mechanism", "auth.sasl.mechanism", sasl},
        {"sasl.mechanisms", "auth.sasl.mechanism", sasl},
        {"sasl.username", "auth.sasl.username", sasl},
        {"sasl.password", "auth.sasl.password", sasl},
        {"sasl.oauthbearer.method", "sts_options_set_oauth_token_callback", security->token_callback != NULL},
        {"enable.sasl.oauthbearer.unsecure.jwt", "sts_options_set_oauth_token_callback",
         security->token_callback != NULL},
        {"sasl.oauthbearer.method", "auth.sasl.oauthbearer.token_file", security->token_file[0]},
        {"enable.sasl.oauthbearer.unsecure.jwt", "auth.sasl.oauthbearer.token_file", security->token_file[0]},
        {"sasl.kerberos.service.name", "auth.kerberos.service_name", kerberos->is_wanted},
        {"sasl.kerberos.principal", "auth.kerberos.username", kerberos->is_wanted},
        {"sasl.kerberos.keytab", "auth.kerberos.keytab_file", kerberos->is_wanted},
        {"sasl.kerberos.min.time.before.relogin", "auth.kerberos.use_keytab=false",
         kerberos->is_wanted && !kerberos->use_keytab},
        {"sasl.oauthbearer.method", "auth.sasl.oauthbearer.token_url", oidc},
        {"enable.sasl.oauthbearer.unsecure.jwt", "auth.sasl.oauthbearer.token_url", oidc},
        {"sasl.oauthbearer.token.endpoint.url", "auth.sasl.oauthbearer.token_url", oidc},
        {"sasl.oauthbearer.client.id", "auth.sasl.oauthbearer.client_id", oidc},
        {"sasl.oauthbearer.client.secret", "auth.sasl.oauthbearer.client_secret", oidc},
        {"sasl.oauthbearer.scope", "auth.sasl.oauthbearer.scopes", oidc},
        {"sasl.oauthbearer.grant.type", "auth.sasl.oauthbearer.grant_type", oidc},
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        if (same[i].set && strcmp(same[i].property, property) == 0)
            return same[i].option;
    return NULL;
}

static bool begins_with(const char *name, const char *a, const char *b) {
    return strncmp(name, a, strlen(a)) == 0 || strncmp(name, b, strlen(b)) == 0;
}

/* Once the named options decide, security.protocol follows from them alone: properties for what they leave off would be
 * without effect, in silence, and a password would travel without TLS. */
static void check_property(const sts__kafka_security *security, const char *name, sts__text *faults) {
    const char *option = same_as(security, name);
    if (option)
        sts__faults_add(faults, "kafka.%s: cannot be set beside %s, which is for the same", name, option);
    else if (strcmp(name, "security.protocol") == 0)
        sts__faults_add(faults, "kafka.%s: cannot be set beside tls.* and auth.sasl.*, from which it follows", name);
    else if (!security->tls && begins_with(name, "ssl.", "enable.ssl."))
        sts__faults_add(faults, "kafka.%s: there is no TLS; set tls.enabled=true", name);
    else if (security->mechanism == STS__SASL_NONE && begins_with(name, "sasl.", "enable.sasl."))
        sts__faults_add(faults, "kafka.%s: tls.* is set, so SASL needs auth.sasl.mechanism", name);
}

static void check_files(const sts__pairs *properties, sts__text *faults) {
    for (size_t i = 0; i < properties->count; i++) {
        const sts__pair *property = &properties->items[i];
        if (sts__kafka_property_is_file(property->name) && strcmp(property->value, STS__PROBE) != 0)
            sts__sign_in_check_file("kafka.", property->name, property->value,
                                    sts__kafka_property_may_be_folder(property->name), faults);
    }
}

/* In Kafka's words. */
static const char *protocol_of(const sts__kafka_settings *settings) {
    const sts__kafka_security *security = &settings->security;
    const sts__pair *property = sts__pairs_find(settings->properties, "security.protocol");
    if (!security->tls && !security->tls_insecure && security->mechanism == STS__SASL_NONE)
        return property ? property->value : "PLAINTEXT";
    if (security->mechanism == STS__SASL_NONE)
        return security->tls ? "SSL" : "PLAINTEXT";
    return security->tls ? "SASL_SSL" : "SASL_PLAINTEXT";
}

void sts__security_check(const sts__kafka_settings *settings, sts__text *faults) {
    const sts__kafka_security *security = &settings->security;
    check_tls(security, faults);
    sts__sign_in_check(settings, faults);
    check_files(settings->properties, faults);
    sts__addresses_check_schemes("brokers", settings->brokers, protocol_of(settings), faults);
    if (!security->tls && !security->tls_insecure && security->mechanism == STS__SASL_NONE)
        return;
    for (size_t i = 0; i < settings->properties->count; i++)
        check_property(security, settings->properties->items[i].name, faults);
}
