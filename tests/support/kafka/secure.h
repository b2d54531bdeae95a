/* SPDX-License-Identifier: Apache-2.0
 *
 * An exporter to the broker with TLS, SASL and access control (fixture.cmake), whose log is kept: what the tests about
 * security share. Everything here ends the test when it fails. */
#ifndef TESTS_SUPPORT_KAFKA_SECURE_H
#define TESTS_SUPPORT_KAFKA_SECURE_H

#include <stdbool.h>

#include "support/log_lines.h"
#include "support/rig.h"

#define ALICE_SECRET "alice-secret"
#define BOB_SECRET "bob-secret"
#define CAROL_SECRET "carol-secret"
/* No user's password. */
#define WRONG_SECRET "correct-horse-battery-staple"

struct secure {
    struct rig rig;
    struct log_lines log;
    char *ca_file; /* paths */
    char *client_cert;
    char *client_key;
};

/* Options for the listener of that security protocol ("PLAINTEXT" too), with debug lines, and `pairs` set. */
void secure_init(struct secure *secure, const char *protocol, const char *const *pairs);

/* Makes an exporter, delivers records through it and reads them back from its topic, which it makes first; `name` is
 * the beginning of the topic's. */
void secure_deliver(struct secure *secure, const char *name);

/* Makes an exporter, which must fail with that code and all of `parts` in the error. */
void secure_refused(struct secure *secure, sts_status expected, const char *const *parts);

/* Checks that no secret was logged or described, and frees it all. */
void secure_clear(struct secure *secure);

/* Whether the librdkafka at hand can do SCRAM with Kafka 4: 2.6.1 or newer. */
bool secure_has_scram(void);

#endif
