/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/sign_in_check.h"

#include <string.h>

#include "transport/aws/sign.h"
#include "transport/files.h"

void sts__sign_in_check_pair(const char *a, const char *a_value, const char *b, const char *b_value,
                             sts__text *faults) {
    if (a_value[0] && b_value[0])
        sts__faults_add(faults, "%s and %s are two ways to give the same thing; leave one out", a, b);
}

void sts__sign_in_check_file(const char *prefix, const char *option, const char *path, bool may_be_folder,
                             sts__text *faults) {
    char why[300];
    if (path[0] && !sts__file_check(path, may_be_folder, why, sizeof why))
        sts__faults_add(faults, "%s%s: %s", prefix, option, why);
}

static bool has_property(const sts__kafka_settings *settings, const char *name, const char *value) {
    const sts__pair *pair = sts__pairs_find(settings->properties, name);
    return pair && strcmp(pair->value, value) == 0;
}

#define OAUTH "auth.sasl.oauthbearer."

static int count_token_sources(const sts__kafka_security *security) {
    return (security->token_callback != NULL) + (security->token_file[0] != '\0') +
           (security->oidc.token_url[0] != '\0');
}

/* Told to by properties, librdkafka makes tokens itself. */
static bool makes_tokens(const sts__kafka_settings *settings) {
    return has_property(settings, "sasl.oauthbearer.method", "oidc") ||
           has_property(settings, "enable.sasl.oauthbearer.unsecure.jwt", "true");
}

static bool has_oidc(const sts__kafka_oidc *oidc) {
    return oidc->token_url[0] || oidc->client_id[0] || oidc->client_secret[0] || oidc->scopes[0] || oidc->ca_file[0] ||
           oidc->key_file[0] || oidc->key_pem[0] || oidc->issuer[0] || oidc->audience[0] ||
           oidc->grant_type != STS__OIDC_CLIENT_CREDENTIALS || oidc->algorithm;
}

static void check_jwt_bearer(const sts__kafka_oidc *oidc, sts__text *faults) {
    if (!oidc->key_file[0] && !oidc->key_pem[0])
        sts__faults_add(faults, OAUTH "client_certificate_key_file: jwt-bearer signs with a key (or " OAUTH
                                      "client_certificate_key)");
    if (oidc->client_secret[0])
        sts__faults_add(faults, OAUTH "client_secret: jwt-bearer has a key, and no secret");
    sts__sign_in_check_pair(OAUTH "client_certificate_key_file", oidc->key_file, OAUTH "client_certificate_key",
                            oidc->key_pem, faults);
    sts__sign_in_check_file("", OAUTH "client_certificate_key_file", oidc->key_file, false, faults);
}

static void check_client_credentials(const sts__kafka_oidc *oidc, sts__text *faults) {
    const char *const given[][2] = {{"client_certificate_key_file", oidc->key_file},
                                    {"client_certificate_key", oidc->key_pem},
                                    {"signature_algorithm", oidc->algorithm ? "set" : ""},
                                    {"iss", oidc->issuer},
                                    {"audience", oidc->audience}};
    if (!oidc->client_secret[0])
        sts__faults_add(faults, OAUTH "client_secret: client_credentials need one");
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
        if (given[i][1][0])
            sts__faults_add(faults, OAUTH "%s: is for the grant_type jwt-bearer alone", given[i][0]);
}

static void check_oidc(const sts__kafka_oidc *oidc, sts__text *faults) {
    sts__fault fault;
    if (!oidc->token_url[0]) {
        sts__faults_add(faults, OAUTH "token_url: the other options of OIDC need it");
        return;
    }
    if (strncmp(oidc->token_url, "https://", 8) != 0 && strncmp(oidc->token_url, "http://", 7) != 0)
        sts__faults_add(faults, OAUTH "token_url: must begin with https:// (or with http://, where secrets are none)");
    const char *wants = sts__kafka_oidc_wants(oidc, &fault);
    if (wants)
        sts__faults_add(faults,
                        OAUTH "token_url: %s; this is %s. " OAUTH "token_file takes tokens from any client, with every "
                              "librdkafka",
                        wants, sts__kafka_version());
    if (!oidc->client_id[0])
        sts__faults_add(faults, OAUTH "client_id: the issuer wants to know who asks");
    sts__sign_in_check_file("", OAUTH "tls.ca_file", oidc->ca_file, true, faults);
    if (oidc->grant_type == STS__OIDC_JWT_BEARER)
        check_jwt_bearer(oidc, faults);
    else
        check_client_credentials(oidc, faults);
}

static void check_token(const sts__kafka_settings *settings, sts__text *faults) {
    const sts__kafka_security *security = &settings->security;
    bool oidc = has_oidc(&security->oidc);
    if (security->mechanism != STS__SASL_OAUTHBEARER) {
        if (security->token_file[0])
            sts__faults_add(faults, OAUTH "token_file: needs auth.sasl.mechanism=OAUTHBEARER");
        if (oidc)
            sts__faults_add(faults, OAUTH "token_url: needs auth.sasl.mechanism=OAUTHBEARER");
        return;
    }
    int count = count_token_sources(security);
    if (!count && !oidc && !makes_tokens(settings))
        sts__faults_add(faults, "auth.sasl.mechanism: OAUTHBEARER needs a token, by " OAUTH "token_file, " OAUTH
                                "token_url or sts_options_set_oauth_token_callback");
    if (count > 1)
        sts__faults_add(faults, "auth.sasl.mechanism: tokens come in one way: by " OAUTH "token_file, by " OAUTH
                                "token_url, or by sts_options_set_oauth_token_callback");
    sts__sign_in_check_file("", OAUTH "token_file", security->token_file, false, faults);
    if (oidc)
        check_oidc(&security->oidc, faults);
}

static void check_kerberos_text(const char *option, const char *text, sts__text *faults) {
    if (!sts__kafka_kerberos_text_is_good(text))
        sts__faults_add(
            faults,
            "auth.kerberos.%s: it becomes part of a shell command (kinit), so it may contain only letters, digits and "
            "/._@:=,+-, and must not begin with -",
            option);
}

static void check_kerberos(const sts__kafka_security *security, sts__text *faults) {
    const sts__kafka_kerberos *kerberos = &security->kerberos;
    if (!kerberos->is_wanted)
        return;
    if (security->mechanism != STS__SASL_GSSAPI) {
        sts__faults_add(faults,
                        "auth.kerberos.*: cannot be set beside auth.sasl.mechanism, which is another way to sign in");
        return;
    }
    if (!sts__kafka_has_feature("sasl_gssapi"))
        sts__faults_add(faults,
                        "auth.kerberos.*: needs a librdkafka that was built with libsasl2 (builtin.features has "
                        "sasl_gssapi), as Debian's is; this is %s without it",
                        sts__kafka_version());
    if (kerberos->realm[0] && !kerberos->username[0])
        sts__faults_add(faults, "auth.kerberos.realm: goes with auth.kerberos.username");
    if (kerberos->use_keytab && !kerberos->username[0])
        sts__faults_add(faults, "auth.kerberos.username: kinit wants to know whose key to take from the keytab");
    if (kerberos->use_keytab && !kerberos->keytab_file[0])
        sts__faults_add(faults, "auth.kerberos.keytab_file: auth.kerberos.use_keytab needs it");
    if (!kerberos->use_keytab && kerberos->keytab_file[0])
        sts__faults_add(faults, "auth.kerberos.keytab_file: is used with auth.kerberos.use_keytab=true alone");
    check_kerberos_text("service_name", kerberos->service_name, faults);
    check_kerberos_text("username", kerberos->username, faults);
    check_kerberos_text("realm", kerberos->realm, faults);
    check_kerberos_text("keytab_file", kerberos->keytab_file, faults);
    sts__sign_in_check_file("", "auth.kerberos.keytab_file", kerberos->keytab_file, false, faults);
}

/* Where credentials are is asked for each token, and not here. */
static void check_aws(const sts__kafka_security *security, sts__text *faults) {
    static const char option[] = "auth.sasl.aws_msk.region";
    const char *region = security->aws_region;
    if (security->mechanism != STS__SASL_AWS_MSK_IAM) {
        if (region[0])
            sts__faults_add(faults, "%s: needs auth.sasl.mechanism=AWS_MSK_IAM_OAUTHBEARER", option);
        return;
    }
    if (!region[0])
        sts__faults_add(faults, "%s: AWS_MSK_IAM_OAUTHBEARER needs the cluster's region, as in us-east-1", option);
    else if (!sts__aws_is_region(region))
        sts__faults_add(faults, "%s: is no region, which has small letters, digits and - in its name, as us-east-1",
                        option);
}

static const char *why_no_password(sts__sasl_mechanism mechanism) {
    return mechanism == STS__SASL_NONE     ? "needs an auth.sasl.mechanism"
           : mechanism == STS__SASL_GSSAPI ? "Kerberos has a keytab, or a ticket"
           : mechanism == STS__SASL_AWS_MSK_IAM
               ? "AWS_MSK_IAM_OAUTHBEARER takes AWS's credentials, from where AWS's SDKs do"
               : "OAUTHBEARER has only a token";
}

static void check_sasl(const sts__kafka_security *security, sts__text *faults) {
    sts__sasl_mechanism mechanism = (sts__sasl_mechanism)security->mechanism;
    if (!sts__sasl_has_password(mechanism)) {
        if (security->username[0])
            sts__faults_add(faults, "auth.sasl.username: %s", why_no_password(mechanism));
        if (security->password[0])
            sts__faults_add(faults, "auth.sasl.password: %s", why_no_password(mechanism));
        return;
    }
    if (!security->username[0])
        sts__faults_add(faults, "auth.sasl.username: the mechanism needs one");
    if (!security->password[0] && !security->password_callback)
        sts__faults_add(faults, "auth.sasl.password: the mechanism needs one (or sts_options_set_password_callback)");
}

void sts__sign_in_check(const sts__kafka_settings *settings, sts__text *faults) {
    check_sasl(&settings->security, faults);
    check_token(settings, faults);
    check_aws(&settings->security, faults);
    check_kerberos(&settings->security, faults);
}
