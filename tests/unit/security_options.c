/* SPDX-License-Identifier: Apache-2.0
 *
 * Options about TLS and SASL: what turns them on, what contradicts what, and that secrets are never shown. */
#include <criterion/criterion.h>
#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <string.h>

#include "support/rig.h"

/* Whether this librdkafka was built with it. */
static bool has_feature(const char *feature) {
    char features[400];
    size_t size = sizeof features;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    cr_assert_eq(rd_kafka_conf_get(conf, "builtin.features", features, &size), RD_KAFKA_CONF_OK);
    rd_kafka_conf_destroy(conf);
    return strstr(features, feature) != NULL;
}

#define SECRET "correct-horse-battery-staple"

/* Makes an exporter of these options alone, which must be refused for all of `parts`. */
static void check_refused(const char *const *pairs, const char *const *parts) {
    sts_options *options = rig_options(pairs);
    rig_set(options, RIG_OPTIONS("topic_check", "off"));
    rig_refused(options, STS_ERR_CONFIG, parts, RIG_OPTIONS(SECRET));
    sts_options_free(options);
}

/* Makes an exporter that talks to nobody, and looks at what it says of its connection. */
static void check_kind(const char *const *pairs, const char *kind) {
    sts_options *options = rig_options(pairs);
    rig_set(options, RIG_OPTIONS("topic_check", "off", "brokers", "localhost:1"));
    sts_exporter *exporter = rig_new(options);
    cr_assert_not_null(strstr(sts_exporter_describe(exporter), kind), "no '%s' in: %s", kind,
                       sts_exporter_describe(exporter));
    cr_assert_null(strstr(sts_exporter_describe(exporter), SECRET));
    sts_exporter_free(exporter, 0);
    sts_options_free(options);
}

static void check_enabled(const char *const *pairs, const char *expected) {
    sts_options *options = rig_options(pairs);
    cr_assert_str_eq(sts_options_get(options, "tls.enabled"), expected);
    sts_options_free(options);
}

Test(security_options, any_option_of_tls_turns_it_on) {
    check_enabled(NULL, "false");
    check_enabled(RIG_OPTIONS("tls.enabled", "true"), "true");
    check_enabled(RIG_OPTIONS("tls.ca_file", "ca.pem"), "true");
    check_enabled(RIG_OPTIONS("tls.insecure_skip_verify", "false"), "true");
    check_enabled(RIG_OPTIONS("tls.insecure", "false"), "true");
    check_enabled(RIG_OPTIONS("tls.insecure", "true"), "false");
    check_enabled(RIG_OPTIONS("tls.insecure_skip_verify", "true", "tls.insecure", "true"), "false");
    check_enabled(RIG_OPTIONS("tls.insecure_skip_verify", "true", "tls.enabled", "false"), "false");
    check_enabled(RIG_OPTIONS("auth.sasl.username", "me"), "false");
}

#define LOGIN "auth.sasl.username", "me", "auth.sasl.password", SECRET

Test(security_options, the_protocol_follows) {
    check_kind(NULL, ", plaintext,");
    check_kind(RIG_OPTIONS("tls.insecure", "true"), ", plaintext,");
    check_kind(RIG_OPTIONS("tls.enabled", "true"), ", TLS,");
    check_kind(RIG_OPTIONS("auth.sasl.mechanism", "PLAIN", LOGIN), ", plaintext, SASL PLAIN,");
    check_kind(RIG_OPTIONS("auth.sasl.mechanism", "SCRAM-SHA-512", LOGIN, "tls.insecure_skip_verify", "false"),
               ", TLS, SASL SCRAM-SHA-512,");
    check_kind(RIG_OPTIONS("auth.sasl.mechanism", "SCRAM-SHA-256", LOGIN, "tls.insecure", "true"),
               ", plaintext, SASL SCRAM-SHA-256,");
}

/* librdkafka's own properties alone go on as they are, and those that no named option is for go beside the named. */
Test(security_options, properties_pass_by_themselves) {
    check_kind(RIG_OPTIONS("kafka.security.protocol", "sasl_ssl", "kafka.sasl.mechanism", "PLAIN",
                           "kafka.sasl.username", "me", "kafka.sasl.password", SECRET),
               ", TLS, SASL PLAIN,");
    check_kind(RIG_OPTIONS("tls.enabled", "true", "kafka.ssl.endpoint.identification.algorithm", "none"), ", TLS,");
    check_kind(RIG_OPTIONS("auth.sasl.mechanism", "OAUTHBEARER", "kafka.enable.sasl.oauthbearer.unsecure.jwt", "true",
                           "kafka.sasl.oauthbearer.config", "principal=me"),
               ", plaintext, SASL OAUTHBEARER,");
}

Test(security_options, what_a_mechanism_needs) {
    check_refused(RIG_OPTIONS("auth.sasl.mechanism", "PLAIN"),
                  RIG_OPTIONS("auth.sasl.username", "auth.sasl.password", "sts_options_set_password_callback"));
    check_refused(RIG_OPTIONS("auth.sasl.mechanism", "SCRAM-SHA-256", "auth.sasl.username", "me"),
                  RIG_OPTIONS("auth.sasl.password"));
    check_refused(RIG_OPTIONS("auth.sasl.mechanism", "OAUTHBEARER", LOGIN),
                  RIG_OPTIONS("sts_options_set_oauth_token_callback", "auth.sasl.username", "auth.sasl.password"));
    check_refused(RIG_OPTIONS(LOGIN), RIG_OPTIONS("auth.sasl.username: needs", "auth.sasl.password: needs"));
}

Test(security_options, certificates_and_keys) {
    check_refused(RIG_OPTIONS("tls.cert_pem", "x"), RIG_OPTIONS("tls.key_file"));
    check_refused(RIG_OPTIONS("tls.key_pem", SECRET), RIG_OPTIONS("tls.cert_file"));
    check_refused(RIG_OPTIONS("tls.key_password", SECRET), RIG_OPTIONS("tls.key_password"));
    check_refused(
        RIG_OPTIONS("tls.ca_file", "/nonexistent/ca.pem", "tls.ca_pem", "x", "tls.cert_file", "/nonexistent/cert.pem",
                    "tls.cert_pem", "x", "tls.key_file", "/nonexistent/key.pem", "tls.key_pem", SECRET),
        RIG_OPTIONS("tls.ca_file and tls.ca_pem", "tls.cert_file and tls.cert_pem", "tls.key_file and tls.key_pem",
                    "/nonexistent/ca.pem", "/nonexistent/cert.pem", "/nonexistent/key.pem"));
}

Test(security_options, no_tls_and_yet_options_for_it) {
    check_refused(RIG_OPTIONS("tls.enabled", "true", "tls.insecure", "true"),
                  RIG_OPTIONS("tls.enabled", "tls.insecure"));
    check_refused(RIG_OPTIONS("tls.insecure", "true", "tls.ca_file", "x", "tls.key_pem", SECRET),
                  RIG_OPTIONS("tls.ca_file: there is no TLS, by tls.insecure=true", "tls.key_pem"));
    check_refused(RIG_OPTIONS("tls.enabled", "false", "tls.cert_file", "x", "tls.key_password", SECRET),
                  RIG_OPTIONS("tls.cert_file: there is no TLS, by tls.enabled=false", "tls.key_password"));
}

/* One thing cannot be told in two ways; and what the named options leave off, the properties cannot turn on. */
Test(security_options, properties_beside_named_options) {
    check_refused(RIG_OPTIONS("tls.ca_pem", "x", "kafka.security.protocol", "plaintext", "kafka.ssl.ca.location", "x",
                              "kafka.sasl.mechanisms", "GSSAPI"),
                  RIG_OPTIONS("kafka.security.protocol", "kafka.ssl.ca.location: cannot be set beside tls.ca_pem",
                              "kafka.sasl.mechanisms"));
    check_refused(RIG_OPTIONS("tls.cert_pem", "x", "tls.key_pem", SECRET, "tls.key_password", SECRET,
                              "tls.insecure_skip_verify", "true", "kafka.ssl.certificate.location", "x",
                              "kafka.ssl.keystore.location", "x", "kafka.ssl.key.pem", SECRET, "kafka.ssl.key.password",
                              SECRET, "kafka.enable.ssl.certificate.verification", "true"),
                  RIG_OPTIONS("kafka.ssl.certificate.location", "kafka.ssl.keystore.location", "kafka.ssl.key.pem",
                              "kafka.ssl.key.password", "kafka.enable.ssl.certificate.verification"));
    check_refused(RIG_OPTIONS("auth.sasl.mechanism", "PLAIN", LOGIN, "kafka.sasl.mechanism", "PLAIN",
                              "kafka.sasl.username", "you", "kafka.sasl.password", SECRET, "kafka.ssl.cipher.suites",
                              "x"),
                  RIG_OPTIONS("kafka.sasl.mechanism", "kafka.sasl.username", "kafka.sasl.password",
                              "kafka.ssl.cipher.suites: there is no TLS"));
    check_refused(RIG_OPTIONS("tls.insecure", "true", "kafka.security.protocol", "ssl"),
                  RIG_OPTIONS("kafka.security.protocol"));
}

/* There is one way for tokens to come, and the file of them is looked at before anybody asks for one. */
Test(security_options, tokens_from_a_file) {
    check_refused(RIG_OPTIONS("auth.sasl.mechanism", "OAUTHBEARER"),
                  RIG_OPTIONS("auth.sasl.oauthbearer.token_file", "auth.sasl.oauthbearer.token_url",
                              "sts_options_set_oauth_token_callback"));
    check_refused(RIG_OPTIONS("auth.sasl.oauthbearer.token_file", "/nonexistent/token"),
                  RIG_OPTIONS("auth.sasl.oauthbearer.token_file: needs auth.sasl.mechanism=OAUTHBEARER"));
    check_refused(RIG_OPTIONS("auth.sasl.mechanism", "OAUTHBEARER", "auth.sasl.oauthbearer.token_file",
                              "/nonexistent/token", "kafka.enable.sasl.oauthbearer.unsecure.jwt", "true"),
                  RIG_OPTIONS("auth.sasl.oauthbearer.token_file: \"/nonexistent/token\" cannot be read",
                              "kafka.enable.sasl.oauthbearer.unsecure.jwt: cannot be set beside "
                              "auth.sasl.oauthbearer.token_file"));
    check_refused(RIG_OPTIONS("auth.sasl.mechanism", "OAUTHBEARER", "auth.sasl.oauthbearer.token_file", SECRET),
                  RIG_OPTIONS("auth.sasl.oauthbearer.token_file: the file cannot be read"));
}

static void give_no_token(sts_oauth_token *token, void *user) {
    (void)token, (void)user;
}

Test(security_options, tokens_from_a_file_and_from_the_host) {
    sts_options *options = rig_options(RIG_OPTIONS("topic_check", "off", "auth.sasl.mechanism", "OAUTHBEARER",
                                                   "auth.sasl.oauthbearer.token_file", "/nonexistent/token"));
    sts_options_set_oauth_token_callback(options, give_no_token, NULL);
    rig_refused(options, STS_ERR_CONFIG,
                RIG_OPTIONS("auth.sasl.mechanism: tokens come in one way", "auth.sasl.oauthbearer.token_file",
                            "sts_options_set_oauth_token_callback"),
                NULL);
    sts_options_free(options);
}

#define URL "auth.sasl.oauthbearer.token_url", "https://issuer.example/token"
#define CLIENT "auth.sasl.oauthbearer.client_id", "me"
#define BEARER "auth.sasl.oauthbearer.grant_type", "jwt-bearer"

/* By whichever librdkafka; one without libcurl adds a fault of its own. */
Test(security_options, tokens_from_an_issuer) {
    check_refused(RIG_OPTIONS(URL), RIG_OPTIONS("auth.sasl.oauthbearer.token_url: needs auth.sasl.mechanism"));
    check_refused(RIG_OPTIONS("auth.sasl.mechanism", "OAUTHBEARER", CLIENT),
                  RIG_OPTIONS("auth.sasl.oauthbearer.token_url: the other options of OIDC need it"));
    check_refused(RIG_OPTIONS("auth.sasl.mechanism", "OAUTHBEARER", URL, "auth.sasl.oauthbearer.token_url",
                              "issuer.example", "auth.sasl.oauthbearer.iss", "me",
                              "auth.sasl.oauthbearer.client_certificate_key", SECRET),
                  RIG_OPTIONS("token_url: must begin with https://", "client_id: the issuer wants to know",
                              "client_secret: client_credentials need one", "auth.sasl.oauthbearer.iss: is for",
                              "client_certificate_key: is for the grant_type jwt-bearer alone"));
    check_refused(
        RIG_OPTIONS("auth.sasl.mechanism", "OAUTHBEARER", URL, CLIENT, BEARER, "auth.sasl.oauthbearer.client_secret",
                    SECRET),
        RIG_OPTIONS("client_certificate_key_file: jwt-bearer signs with a key", "client_secret: jwt-bearer has a key"));
    check_refused(RIG_OPTIONS("auth.sasl.mechanism", "OAUTHBEARER", URL, CLIENT, BEARER,
                              "auth.sasl.oauthbearer.client_certificate_key", SECRET,
                              "auth.sasl.oauthbearer.client_certificate_key_file", "/nonexistent/key.pem",
                              "auth.sasl.oauthbearer.token_file", "/nonexistent/token"),
                  RIG_OPTIONS("are two ways to give the same", "\"/nonexistent/key.pem\" cannot be read",
                              "tokens come in one way"));
    if (has_feature("oidc")) /* else it does not take them at all */
        check_refused(
            RIG_OPTIONS("auth.sasl.mechanism", "OAUTHBEARER", URL, CLIENT, "auth.sasl.oauthbearer.client_secret",
                        SECRET, "kafka.sasl.oauthbearer.client.secret", SECRET, "kafka.sasl.oauthbearer.scope", "x"),
            RIG_OPTIONS("kafka.sasl.oauthbearer.client.secret: cannot be set beside", "kafka.sasl.oauthbearer.scope"));
}

/* A librdkafka that cannot is told of before it is tried, with what it would have to be and what works anyway. */
Test(security_options, an_issuer_and_a_librdkafka_without_libcurl) {
    sts_options *options =
        rig_options(RIG_OPTIONS("topic_check", "off", "brokers", "localhost:1", "auth.sasl.mechanism", "OAUTHBEARER",
                                URL, CLIENT, "auth.sasl.oauthbearer.client_secret", SECRET));
    if (has_feature("oidc"))
        sts_exporter_free(rig_new(options), 0);
    else
        rig_refused(options, STS_ERR_CONFIG,
                    RIG_OPTIONS("built with libcurl", sts_librdkafka_version(), "auth.sasl.oauthbearer.token_file"),
                    RIG_OPTIONS(SECRET));
    sts_options_free(options);
}

/* Any option of it asks for it. The newest librdkafka of the tests was built without libsasl2. */
Test(security_options, kerberos) {
    if (has_feature("sasl_gssapi")) {
        check_kind(RIG_OPTIONS("auth.kerberos.service_name", "kafka"), ", plaintext, SASL GSSAPI,");
        check_kind(RIG_OPTIONS("auth.kerberos.username", "me", "tls.enabled", "true"), ", TLS, SASL GSSAPI,");
    } else {
        check_refused(RIG_OPTIONS("auth.kerberos.service_name", "kafka"),
                      RIG_OPTIONS("built with libsasl2", sts_librdkafka_version()));
    }
    check_kind(RIG_OPTIONS("auth.kerberos.use_keytab", "false", "auth.kerberos.service_name", ""), ", plaintext,");
    check_refused(RIG_OPTIONS("auth.kerberos.username", "me", "auth.sasl.mechanism", "PLAIN", LOGIN),
                  RIG_OPTIONS("auth.kerberos.*: cannot be set beside auth.sasl.mechanism"));
    check_refused(RIG_OPTIONS("auth.kerberos.use_keytab", "true", "auth.kerberos.realm", "R", LOGIN),
                  RIG_OPTIONS("auth.kerberos.keytab_file: auth.kerberos.use_keytab needs it",
                              "auth.kerberos.username: kinit wants to know", "auth.kerberos.realm: goes with",
                              "auth.sasl.password: Kerberos has a keytab"));
    check_refused(RIG_OPTIONS("auth.kerberos.keytab_file", "/nonexistent/keytab", "auth.kerberos.username",
                              "$(" SECRET ")", "kafka.sasl.kerberos.principal", "you",
                              "kafka.sasl.kerberos.min.time.before.relogin", "1"),
                  RIG_OPTIONS("auth.kerberos.keytab_file: is used with", "\"/nonexistent/keytab\" cannot be read",
                              "auth.kerberos.username: it becomes part of a shell command",
                              "kafka.sasl.kerberos.principal: cannot be set beside auth.kerberos.username",
                              "kafka.sasl.kerberos.min.time.before.relogin: cannot be set beside"));
}

/* Who only explains needs no password. */
Test(security_options, explaining_needs_no_secrets) {
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none", "auth.sasl.mechanism", "PLAIN"));
    sts_exporter_free(rig_new(options), 0);
    sts_options_free(options);
}

Test(security_options, secrets_are_not_shown) {
    const char *const names[] = {"tls.key_pem",
                                 "tls.key_password",
                                 "auth.sasl.password",
                                 "kafka.sasl.password",
                                 "kafka.ssl.key.password",
                                 "kafka.ssl.key.pem",
                                 "kafka.ssl.keystore.password",
                                 "kafka.sasl.oauthbearer.config",
                                 "auth.sasl.oauthbearer.client_secret",
                                 "auth.sasl.oauthbearer.client_certificate_key"};
    sts_options *options = sts_options_new();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        rig_set(options, RIG_OPTIONS(names[i], SECRET));
        cr_assert_str_eq(sts_options_get(options, names[i]), "[REDACTED]", "%s", names[i]);
        cr_assert_eq(sts_options_set(options, names[i], "[REDACTED]", NULL), STS_ERR_OPTION_VALUE, "%s", names[i]);
    }
    rig_set(options, RIG_OPTIONS("auth.sasl.password", ""));
    cr_assert_str_eq(sts_options_get(options, "auth.sasl.password"), "", "there is nothing to hide");
    sts_options_free(options);
}

static void answer(sts_password *password, void *user) {
    int *asked = user;
    ++*asked;
    cr_assert_str_eq(sts_password_option(password), "auth.sasl.password");
    cr_assert_eq(sts_password_set(password, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_password_fail(password, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_password_fail(password, "no vault"), STS_OK);
    cr_assert_eq(sts_password_set(password, "the last answer counts"), STS_OK);
}

static void give_no_password(sts_password *password, void *user) {
    if (user)
        cr_assert_eq(sts_password_fail(password, user), STS_OK);
}

Test(security_options, the_password_callback_is_asked_for_each_producer) {
    int asked = 0;
    sts_options *options = rig_options(RIG_OPTIONS("topic_check", "off", "brokers", "localhost:1",
                                                   "auth.sasl.mechanism", "PLAIN", "auth.sasl.username", "me"));
    cr_assert_eq(sts_options_set_password_callback(options, answer, &asked), STS_OK);
    sts_exporter_free(rig_new(options), 0);
    sts_exporter_free(rig_new(options), 0);
    cr_assert_eq(asked, 2);
    rig_set(options, RIG_OPTIONS("auth.sasl.password", SECRET));
    sts_exporter_free(rig_new(options), 0);
    cr_assert_eq(asked, 2, "the option goes before the callback");
    sts_options_free(options);
}

Test(security_options, a_password_that_the_host_has_not) {
    sts_options *options = rig_options(RIG_OPTIONS("topic_check", "off", "brokers", "localhost:1",
                                                   "auth.sasl.mechanism", "PLAIN", "auth.sasl.username", "me"));
    sts_options_set_password_callback(options, give_no_password, NULL);
    rig_refused(options, STS_ERR_NOT_AUTHENTICATED, RIG_OPTIONS("auth.sasl.password", "callback"), NULL);
    sts_options_set_password_callback(options, give_no_password, "the vault is locked");
    rig_refused(options, STS_ERR_NOT_AUTHENTICATED, RIG_OPTIONS("auth.sasl.password", "the vault is locked"), NULL);
    sts_options_free(options);
}

Test(security_options, null_arguments) {
    cr_assert_eq(sts_options_set_password_callback(NULL, answer, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_options_set_oauth_token_callback(NULL, NULL, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_str_eq(sts_password_option(NULL), "");
    cr_assert_eq(sts_password_set(NULL, "x"), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_password_fail(NULL, "x"), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_oauth_token_set(NULL, "x", "me", INT64_MAX), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_oauth_token_fail(NULL, "x"), STS_ERR_INVALID_ARGUMENT);
}
