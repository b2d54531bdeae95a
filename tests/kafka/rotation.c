/* SPDX-License-Identifier: Apache-2.0
 *
 * Credentials that change while records flow, on a real broker: from a password to a certificate and back, without a
 * record lost, reordered or doubled. Credentials that do not work change nothing. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/kafka/secure.h"
#include "support/otlp.h"
#include "support/topic_reader.h"

enum { PARTITIONS = 3, ROUNDS = 4, AT_ONCE = 20 };

/* A thread that exports numbered records until it is told to stop. */
struct load {
    sts_exporter *exporter;
    unsigned exported;
    int stop; /* atomic */
};

static void *export_on(void *user) {
    struct load *load = user;
    while (!__atomic_load_n(&load->stop, __ATOMIC_ACQUIRE)) {
        struct otlp otlp = {0};
        struct pb request = {0};
        otlp_add_numbered(&otlp, load->exported, AT_ONCE);
        otlp_finish(&request, &otlp);
        sts_status status = sts_export_logs(load->exporter, request.data, request.size, NULL, NULL, 0, NULL);
        cr_assert_eq(status, STS_OK, "%s", sts_status_name(status));
        pb_clear(&request);
        load->exported += AT_ONCE;
        cr_assert_eq(sts_flush(load->exporter, RIG_DEADLINE_MS, NULL, 0, NULL), STS_OK);
    }
    return NULL;
}

/* Options anew, for a listener, with the topic that the records go to. */
static void set_anew(struct secure *secure, const char *protocol, const char *topic, const char *const *pairs) {
    char *brokers = kafka_bootstrap_for(protocol);
    sts_options_free(secure->rig.options);
    secure->rig.options = rig_options(RIG_OPTIONS("brokers", brokers, "topic", topic, "read_timeout", "10s",
                                                  "kafka.debug", "all", "tls.ca_file", secure->ca_file));
    rig_set(secure->rig.options, pairs);
    sts_options_set_log_callback(secure->rig.options, log_lines_callback, &secure->log);
    free(brokers);
}

static void by_password(struct secure *secure, const char *topic, const char *password) {
    set_anew(
        secure, "SASL_SSL", topic,
        RIG_OPTIONS("auth.sasl.mechanism", "PLAIN", "auth.sasl.username", "alice", "auth.sasl.password", password));
}

static void by_certificate(struct secure *secure, const char *topic) {
    set_anew(secure, "SSL", topic,
             RIG_OPTIONS("tls.cert_file", secure->client_cert, "tls.key_file", secure->client_key));
}

static void check_topic(const char *topic, unsigned expected) {
    cr_assert_eq(topic_check_numbered(kafka_bootstrap(), topic, PARTITIONS, expected), 0u, "all are there once");
}

/* A new producer takes over after the call; the records of the other thread's export are delivered by it or before. */
static void wait_for_rebuild(struct secure *secure, uint64_t expected) {
    uint64_t counts[STS_COUNTS] = {0};
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    while (counts[STS_COUNT_PRODUCER_REBUILDS] < expected) {
        cr_assert_lt(rig_now_ms(), deadline, "no new producer");
        cr_assert_eq(sts_flush(secure->rig.exporter, RIG_DEADLINE_MS, counts, STS_COUNTS, NULL), STS_OK);
    }
}

Test(rotation, of_credentials_while_records_flow) {
    struct secure secure;
    struct load load = {0};
    pthread_t thread;
    char topic[64];
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    snprintf(topic, sizeof topic, "rotation-%d", (int)getpid());
    admin_create_topic(kafka_bootstrap(), topic, PARTITIONS, NULL);
    secure_init(&secure, "SASL_SSL", NULL);
    by_password(&secure, topic, ALICE_SECRET);
    rig_start(&secure.rig);
    load.exporter = secure.rig.exporter;
    cr_assert_eq(pthread_create(&thread, NULL, export_on, &load), 0);
    for (int i = 0; i < ROUNDS; i++) {
        if (i % 2)
            by_password(&secure, topic, ALICE_SECRET);
        else
            by_certificate(&secure, topic);
        sts_status status = sts_exporter_reconfigure(secure.rig.exporter, secure.rig.options, &error);
        cr_assert_eq(status, STS_OK, "%s", sts_error_text(error));
        wait_for_rebuild(&secure, (uint64_t)i + 1);
    }
    by_password(&secure, topic, WRONG_SECRET);
    rig_set(secure.rig.options, RIG_OPTIONS("read_timeout", "5s"));
    cr_assert_eq(sts_exporter_reconfigure(secure.rig.exporter, secure.rig.options, &error), STS_ERR_NOT_AUTHENTICATED,
                 "%s", sts_error_text(error));
    cr_assert_null(strstr(sts_error_text(error), WRONG_SECRET));
    sts_error_free(error);
    __atomic_store_n(&load.stop, 1, __ATOMIC_RELEASE);
    pthread_join(thread, NULL);
    rig_flush(&secure.rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], load.exported);
    cr_assert_eq(counts[STS_COUNT_PRODUCER_REBUILDS], (uint64_t)ROUNDS);
    cr_assert_eq(counts[STS_COUNT_POSSIBLE_DUPLICATES], 0u);
    check_topic(topic, load.exported);
    secure_clear(&secure);
}
