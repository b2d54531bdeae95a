/* SPDX-License-Identifier: Apache-2.0 */
#include "support/kafka/secure.h"

#include <criterion/criterion.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/topic_reader.h"

enum { RECORDS = 20, PARTITIONS = 3 };

static const char *const secrets[] = {ALICE_SECRET, BOB_SECRET, CAROL_SECRET, WRONG_SECRET, NULL};

bool secure_has_scram(void) {
    return rd_kafka_version() >= 0x02060100;
}

void secure_init(struct secure *secure, const char *protocol, const char *const *pairs) {
    bool plain = strcmp(protocol, "PLAINTEXT") == 0;
    char *brokers = plain ? NULL : kafka_bootstrap_for(protocol);
    *secure = (struct secure){.ca_file = kafka_tls_file("ca.pem"),
                              .client_cert = kafka_tls_file("client.crt"),
                              .client_key = kafka_tls_file("client.key")};
    secure->rig.options =
        rig_options(RIG_OPTIONS("brokers", plain ? kafka_bootstrap() : brokers, "kafka.debug", "all"));
    rig_set(secure->rig.options, pairs);
    log_lines_init(&secure->log);
    sts_options_set_log_callback(secure->rig.options, log_lines_callback, &secure->log);
    free(brokers);
}

void secure_deliver(struct secure *secure, const char *name) {
    uint64_t counts[STS_COUNTS];
    char topic[64];
    snprintf(topic, sizeof topic, "%s-%d", name, (int)getpid()); /* another run has its own */
    admin_create_topic(kafka_bootstrap(), topic, PARTITIONS, NULL);
    rig_set(secure->rig.options, RIG_OPTIONS("topic", topic, "read_timeout", "10s"));
    rig_start(&secure->rig);
    cr_assert_eq(rig_export_numbered(&secure->rig, RECORDS, NULL), STS_OK);
    rig_flush(&secure->rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], (uint64_t)RECORDS);
    cr_assert_eq(topic_count(kafka_bootstrap(), topic, PARTITIONS), (size_t)RECORDS);
}

/* The start takes as long as read_timeout, so that is short in most of these tests; and where a busy broker needed
 * longer to say no, it is asked again with patience. */
void secure_refused(struct secure *secure, sts_status expected, const char *const *parts) {
    sts_exporter *exporter = NULL;
    sts_error *error = NULL;
    sts_status status = sts_exporter_new(&exporter, secure->rig.options, &error);
    if (status == STS_ERR_NO_BROKER && expected != status) {
        sts_error_free(error);
        error = NULL;
        rig_set(secure->rig.options, RIG_OPTIONS("read_timeout", RIG_DEADLINE));
        status = sts_exporter_new(&exporter, secure->rig.options, &error);
    }
    cr_assert_null(exporter);
    rig_check_refusal(status, error, expected, parts, secrets);
}

void secure_clear(struct secure *secure) {
    const sts_exporter *exporter = secure->rig.exporter;
    for (size_t i = 0; secrets[i]; i++)
        cr_assert_null(strstr(sts_exporter_describe(exporter), secrets[i]));
    rig_close(&secure->rig);
    cr_assert_gt(log_lines_count(&secure->log, "\n"), 0u, "nothing was logged, so nothing was searched");
    for (size_t i = 0; secrets[i]; i++)
        cr_assert_eq(log_lines_count(&secure->log, secrets[i]), 0u, "%s was logged", secrets[i]);
    log_lines_clear(&secure->log);
    free(secure->ca_file);
    free(secure->client_cert);
    free(secure->client_key);
}
