/* SPDX-License-Identifier: Apache-2.0
 *
 * Each way of not getting through to a secure broker has an error of its own, which says what to do, and never holds a
 * secret. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/kafka/bootstrap.h"
#include "support/kafka/secure.h"

#define TLS "tls.ca_file"
#define PLAIN(user, password)                                                                                          \
    "auth.sasl.mechanism", "PLAIN", "auth.sasl.username", (user), "auth.sasl.password", (password)
#define SCRAM(bits, user, password)                                                                                    \
    "auth.sasl.mechanism", "SCRAM-SHA-" bits, "auth.sasl.username", (user), "auth.sasl.password", (password)

/* An exporter to that listener, with these options, must fail so. "tls.ca_file" given "right" becomes the path. */
static void check(const char *protocol, const char *const *pairs, sts_status expected, const char *const *parts) {
    struct secure secure;
    secure_init(&secure, protocol, RIG_OPTIONS("read_timeout", "1500ms"));
    for (size_t i = 0; pairs[i]; i += 2) {
        const char *value = strcmp(pairs[i], TLS) == 0 ? secure.ca_file : pairs[i + 1];
        rig_set(secure.rig.options, RIG_OPTIONS(pairs[i], value));
    }
    secure_refused(&secure, expected, parts);
    secure_clear(&secure);
}

Test(security_faults, a_broker_signed_by_nobody_we_trust) {
    check("SASL_SSL", RIG_OPTIONS("tls.enabled", "true", PLAIN("alice", ALICE_SECRET)), STS_ERR_NOT_AUTHENTICATED,
          RIG_OPTIONS("certificate", "the CA that signed it is not among those to be trusted", "tls.ca_file"));
}

Test(security_faults, a_broker_of_another_name) {
    struct secure secure;
    char brokers[64];
    secure_init(&secure, "SASL_SSL", RIG_OPTIONS(PLAIN("alice", ALICE_SECRET)));
    const char *port = strrchr(sts_options_get(secure.rig.options, "brokers"), ':');
    snprintf(brokers, sizeof brokers, "127.1%s", port); /* the same host, by a name that is not in its certificate */
    rig_set(secure.rig.options, RIG_OPTIONS("brokers", brokers, "tls.ca_file", secure.ca_file));
    secure_refused(&secure, STS_ERR_NOT_AUTHENTICATED,
                   RIG_OPTIONS("certificate", "it is for another host name", "127.1:"));
    secure_clear(&secure);
}

Test(security_faults, wrong_password) {
    check("SASL_PLAINTEXT", RIG_OPTIONS(PLAIN("alice", WRONG_SECRET)), STS_ERR_NOT_AUTHENTICATED,
          RIG_OPTIONS("refused auth.sasl.username or auth.sasl.password"));
    check("SASL_SSL", RIG_OPTIONS(TLS, "right", PLAIN("nobody", ALICE_SECRET)), STS_ERR_NOT_AUTHENTICATED,
          RIG_OPTIONS("refused auth.sasl.username or auth.sasl.password"));
}

/* The broker's answer to an old librdkafka is the same as to a wrong password. */
Test(security_faults, wrong_password_by_scram) {
    const char *const *parts = secure_has_scram()
                                   ? RIG_OPTIONS("\": the broker refused auth.sasl.username or auth.sasl.password")
                                   : RIG_OPTIONS("is too old for SCRAM with Kafka 4", "2.6.1", sts_librdkafka_version(),
                                                 "refused auth.sasl.username or auth.sasl.password");
    check("SASL_PLAINTEXT", RIG_OPTIONS(SCRAM("256", "alice", WRONG_SECRET)), STS_ERR_NOT_AUTHENTICATED, parts);
    check("SASL_SSL", RIG_OPTIONS(TLS, "right", SCRAM("512", "alice", WRONG_SECRET)), STS_ERR_NOT_AUTHENTICATED, parts);
}

Test(security_faults, a_mechanism_that_the_broker_does_not_take) {
    check("SASL_PLAINTEXT", RIG_OPTIONS(SCRAM("512", "alice", ALICE_SECRET)), STS_ERR_NOT_AUTHENTICATED,
          RIG_OPTIONS("does not accept this auth.sasl.mechanism", "PLAIN,SCRAM-SHA-256,OAUTHBEARER"));
}

Test(security_faults, no_client_certificate) {
    check("SSL", RIG_OPTIONS(TLS, "right"), STS_ERR_NOT_AUTHENTICATED,
          RIG_OPTIONS("requires a client certificate", "set tls.cert_file and tls.key_file"));
}

/* The broker's own CA is used as one that it does not trust as a client: it is no certificate for clients. */
Test(security_faults, a_client_certificate_that_the_broker_does_not_trust) {
    struct secure secure;
    char command[400];
    char folder[] = "/tmp/stskafka-tls-XXXXXX";
    char cert[64], key[64];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(cert, sizeof cert, "%s/cert.pem", folder);
    snprintf(key, sizeof key, "%s/key.pem", folder);
    snprintf(command, sizeof command,
             "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=client -keyout %s -out %s 2>/dev/null", key,
             cert);
    cr_assert_eq(system(command), 0);
    secure_init(&secure, "SSL", RIG_OPTIONS("tls.cert_file", cert, "tls.key_file", key));
    rig_set(secure.rig.options, RIG_OPTIONS("tls.ca_file", secure.ca_file));
    secure_refused(&secure, STS_ERR_NOT_AUTHENTICATED,
                   RIG_OPTIONS("client certificate that it trusts", "it does not trust the one in tls.cert_file"));
    rig_set(secure.rig.options, RIG_OPTIONS("tls.key_file", secure.client_key));
    secure_refused(&secure, STS_ERR_CONFIG, RIG_OPTIONS("tls.key_file"));
    secure_clear(&secure);
    snprintf(command, sizeof command, "rm -r %s", folder);
    cr_assert_eq(system(command), 0);
}

/* What the error says of a port that closes the connection in silence. The newest librdkafka does not tell that it did,
 * so that the error can only say what may be behind it. */
static const char *const *silence(const char *kind, const char *option) {
    static const char *parts[4];
    bool told = strcmp(sts_librdkafka_version(), "2.1") < 0;
    parts[0] = kind;
    parts[1] = told ? "the broker closes the connection" : "connections end without a word";
    parts[2] = told ? option : "(tls.*, auth.sasl.*)";
    return parts;
}

Test(security_faults, plaintext_to_a_port_with_tls) {
    check("SSL", RIG_OPTIONS("topic", "x"), STS_ERR_NO_BROKER, silence("plaintext", "tls.enabled"));
}

Test(security_faults, plaintext_to_a_port_with_sasl) {
    check("SASL_PLAINTEXT", RIG_OPTIONS("topic", "x"), STS_ERR_NO_BROKER, silence("plaintext", "auth.sasl.mechanism"));
}

Test(security_faults, tls_without_sasl_to_a_port_with_both) {
    check("SASL_SSL", RIG_OPTIONS(TLS, "right"), STS_ERR_NO_BROKER, silence("TLS", "auth.sasl.mechanism"));
}

Test(security_faults, tls_to_a_port_without) {
    check("PLAINTEXT", RIG_OPTIONS(TLS, "right"), STS_ERR_NO_BROKER,
          RIG_OPTIONS("the TLS handshake failed", "is this a port of the broker without TLS?"));
}

Test(security_faults, sasl_to_a_port_without) {
    check("PLAINTEXT", RIG_OPTIONS(PLAIN("alice", ALICE_SECRET)), STS_ERR_NOT_AUTHENTICATED,
          RIG_OPTIONS("does not use SASL", "auth.sasl.mechanism"));
}
