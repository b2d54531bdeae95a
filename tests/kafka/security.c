/* SPDX-License-Identifier: Apache-2.0
 *
 * Records go to a real broker by TLS and SASL, and no secret gets into a log line. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/kafka/secure.h"

#define KEY_PASSWORD "open-sesame-of-the-key"

static void set(struct secure *secure, const char *name, const char *value) {
    rig_set(secure->rig.options, RIG_OPTIONS(name, value));
}

/* A whole file, for the caller to free. */
static char *read_file(const char *path) {
    char *text = calloc(1, 65536);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    cr_assert_gt(fread(text, 1, 65535, file), 0u);
    fclose(file);
    return text;
}

Test(security, client_certificate_in_files) {
    struct secure secure;
    secure_init(&secure, "SSL", NULL);
    rig_set(secure.rig.options, RIG_OPTIONS("tls.ca_file", secure.ca_file, "tls.cert_file", secure.client_cert, //
                                            "tls.key_file", secure.client_key));
    secure_deliver(&secure, "security-files");
    cr_assert_not_null(strstr(sts_exporter_describe(secure.rig.exporter), "TLS"));
    secure_clear(&secure);
}

Test(security, client_certificate_as_text) {
    struct secure secure;
    secure_init(&secure, "SSL", NULL);
    const char *const names[] = {"tls.ca_pem", "tls.cert_pem", "tls.key_pem"};
    const char *const paths[] = {secure.ca_file, secure.client_cert, secure.client_key};
    for (size_t i = 0; i < 3; i++) {
        char *text = read_file(paths[i]);
        set(&secure, names[i], text);
        free(text);
    }
    secure_deliver(&secure, "security-text");
    secure_clear(&secure);
}

/* The client's key, encrypted: a path for the caller to free and unlink. */
static char *encrypted_key(const char *key) {
    char command[1200];
    char *path = strdup("/tmp/stskafka-key-XXXXXX");
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
    snprintf(command, sizeof command, "openssl pkcs8 -topk8 -in '%s' -out '%s' -passout pass:" KEY_PASSWORD, key, path);
    cr_assert_eq(system(command), 0);
    return path;
}

static void tell_key_password(sts_password *password, void *user) {
    ++*(int *)user;
    cr_assert_str_eq(sts_password_option(password), "tls.key_password");
    sts_password_set(password, KEY_PASSWORD);
}

Test(security, encrypted_key) {
    struct secure secure;
    int asked = 0;
    secure_init(&secure, "SSL", NULL);
    char *key = encrypted_key(secure.client_key);
    rig_set(secure.rig.options, RIG_OPTIONS("tls.ca_file", secure.ca_file, "tls.cert_file", secure.client_cert, //
                                            "tls.key_file", key, "tls.key_password", WRONG_SECRET));
    secure_refused(&secure, STS_ERR_CONFIG, RIG_OPTIONS("tls.key_file", "tls.key_password"));
    set(&secure, "tls.key_password", "");
    sts_options_set_password_callback(secure.rig.options, tell_key_password, &asked);
    secure_deliver(&secure, "security-encrypted-key");
    cr_assert_eq(asked, 1);
    cr_assert_eq(log_lines_count(&secure.log, KEY_PASSWORD), 0u);
    secure_clear(&secure);
    unlink(key);
    free(key);
}

#define PLAIN_ALICE "auth.sasl.mechanism", "PLAIN", "auth.sasl.username", "alice", "auth.sasl.password", ALICE_SECRET

Test(security, plain_by_tls) {
    struct secure secure;
    secure_init(&secure, "SASL_SSL", RIG_OPTIONS(PLAIN_ALICE));
    set(&secure, "tls.ca_file", secure.ca_file);
    secure_deliver(&secure, "security-plain-tls");
    cr_assert_eq(log_lines_count(&secure.log, "can read the password"), 0u);
    secure_clear(&secure);
}

/* The listener's scheme before its address, as people copy it from a broker's configuration. */
Test(security, plain_by_tls_with_a_scheme) {
    struct secure secure;
    char list[600];
    secure_init(&secure, "SASL_SSL", RIG_OPTIONS(PLAIN_ALICE));
    const char *address = sts_options_get(secure.rig.options, "brokers");
    snprintf(list, sizeof list, "SASL_SSL://%s , sasl_ssl://%s", address, address);
    rig_set(secure.rig.options, RIG_OPTIONS("brokers", list, "tls.ca_file", secure.ca_file));
    secure_deliver(&secure, "security-scheme");
    snprintf(list, sizeof list, "SASL_PLAINTEXT://%s", "localhost:1");
    set(&secure, "brokers", list);
    secure_refused(&secure, STS_ERR_CONFIG, RIG_OPTIONS("address 1 of 1 says SASL_PLAINTEXT", "say SASL_SSL"));
    secure_clear(&secure);
}

Test(security, plain_without_tls_is_warned_of) {
    struct secure secure;
    secure_init(&secure, "SASL_PLAINTEXT", RIG_OPTIONS(PLAIN_ALICE));
    secure_deliver(&secure, "security-plain");
    cr_assert_eq(log_lines_count(&secure.log, "can read the password"), 1u);
    secure_clear(&secure);
}

Test(security, an_unverified_broker_is_warned_of) {
    struct secure secure;
    secure_init(&secure, "SASL_SSL", RIG_OPTIONS(PLAIN_ALICE, "tls.insecure_skip_verify", "true"));
    secure_deliver(&secure, "security-unverified");
    cr_assert_eq(log_lines_count(&secure.log, "not verified"), 1u);
    secure_clear(&secure);
}

static void check_scram(const char *protocol, const char *mechanism, const char *topic) {
    struct secure secure;
    secure_init(&secure, protocol,
                RIG_OPTIONS("auth.sasl.mechanism", mechanism, "auth.sasl.username", "alice", "auth.sasl.password",
                            ALICE_SECRET));
    if (strcmp(protocol, "SASL_SSL") == 0)
        set(&secure, "tls.ca_file", secure.ca_file);
    if (secure_has_scram())
        secure_deliver(&secure, topic);
    else
        secure_refused(&secure, STS_ERR_NOT_AUTHENTICATED,
                       RIG_OPTIONS("too old for SCRAM with Kafka 4", "2.6.1", sts_librdkafka_version()));
    secure_clear(&secure);
}

/* The right password; Debian 12's librdkafka is refused for all that, and the error says why. */
Test(security, scram) {
    check_scram("SASL_PLAINTEXT", "SCRAM-SHA-256", "security-scram");
    check_scram("SASL_SSL", "SCRAM-SHA-256", "security-scram-256");
    check_scram("SASL_SSL", "SCRAM-SHA-512", "security-scram-512");
}

/* librdkafka's own properties do it too. */
Test(security, properties_alone) {
    struct secure secure;
    secure_init(&secure, "SASL_SSL",
                RIG_OPTIONS("kafka.security.protocol", "sasl_ssl", "kafka.sasl.mechanism", "PLAIN",
                            "kafka.sasl.username", "alice", "kafka.sasl.password", ALICE_SECRET));
    set(&secure, "kafka.ssl.ca.location", secure.ca_file);
    secure_deliver(&secure, "security-properties");
    secure_clear(&secure);
}

static void tell_password(sts_password *password, void *user) {
    sts_password_set(password, *(const char **)user);
}

/* Asked for each producer, so that a new password is taken up. */
Test(security, password_by_callback) {
    struct secure secure;
    const char *known = WRONG_SECRET;
    secure_init(&secure, "SASL_PLAINTEXT", RIG_OPTIONS("auth.sasl.mechanism", "PLAIN", "auth.sasl.username", "alice"));
    sts_options_set_password_callback(secure.rig.options, tell_password, &known);
    secure_refused(&secure, STS_ERR_NOT_AUTHENTICATED, RIG_OPTIONS("auth.sasl.password"));
    known = ALICE_SECRET;
    secure_deliver(&secure, "security-callback");
    secure_clear(&secure);
}
