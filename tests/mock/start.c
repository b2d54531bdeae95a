/* SPDX-License-Identifier: Apache-2.0
 *
 * Starting against a cluster that is there, that refuses, and that is not there. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/closed_port.h"
#include "support/mock_cluster.h"
#include "support/otlp.h"
#include "support/rig.h"

#define TOPIC "a-topic"

/* Starts an exporter that must not start. */
static void check_fails(const char *const *pairs, sts_status expected) {
    sts_options *options = rig_options(pairs);
    sts_exporter *exporter = (sts_exporter *)options;
    sts_error *error = NULL;
    sts_status status = sts_exporter_new(&exporter, options, &error);
    cr_assert_eq(status, expected, "%s: %s", sts_status_name(status), sts_error_text(error));
    cr_assert_null(exporter);
    cr_assert_eq(sts_error_code(error), expected);
    if (expected == STS_ERR_NO_BROKER) {
        cr_assert_eq(sts_error_is_retriable(error), 1, "a broker may come back");
        cr_assert(strstr(sts_error_text(error), "; to start all the same, set topic_check=warn"), "%s",
                  sts_error_text(error));
    }
    cr_assert_gt(strlen(sts_error_text(error)), 0u);
    sts_error_free(error);
    sts_options_free(options);
}

static void check_starts(const char *const *pairs) {
    sts_options *options = rig_options(pairs);
    sts_exporter *exporter = rig_new(options);
    cr_assert_eq(sts_exporter_free(exporter, 0), STS_OK, "nothing was under way");
    sts_options_free(options);
}

Test(start, nobody_answers) {
    char brokers[64];
    int port = closed_port_reserve(brokers, sizeof brokers);
    check_fails(RIG_OPTIONS("brokers", brokers, "read_timeout", "1s"), STS_ERR_NO_BROKER);
    check_starts(RIG_OPTIONS("brokers", brokers, "read_timeout", "1s", "topic_check", "warn"));
    check_starts(RIG_OPTIONS("brokers", brokers, "read_timeout", "1s", "topic_check", "off"));
    close(port);
}

Test(start, the_topic_is_refused) {
    const rd_kafka_resp_err_t errors[] = {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                                          RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED};
    const sts_status codes[] = {STS_ERR_TOPIC_MISSING, STS_ERR_NOT_AUTHORIZED};
    struct mock_cluster mock;
    mock_cluster_open(&mock, TOPIC, 1);
    for (size_t i = 0; i < 2; i++) {
        rd_kafka_mock_topic_set_error(mock.cluster, TOPIC, errors[i]);
        check_fails(RIG_OPTIONS("brokers", mock.brokers, "topic", TOPIC), codes[i]);
        check_starts(RIG_OPTIONS("brokers", mock.brokers, "topic", TOPIC, "topic_check", "warn"));
        check_starts(RIG_OPTIONS("brokers", mock.brokers, "topic", TOPIC, "topic_check", "off"));
    }
    mock_cluster_close(&mock);
}

Test(start, one_of_several_brokers_answers) {
    char closed[64], brokers[256];
    struct mock_cluster mock;
    int port = closed_port_reserve(closed, sizeof closed);
    mock_cluster_open(&mock, TOPIC, 1);
    snprintf(brokers, sizeof brokers, "%s,%s", closed, mock.brokers);
    check_starts(RIG_OPTIONS("brokers", brokers, "topic", TOPIC, "read_timeout", "10s"));
    mock_cluster_close(&mock);
    close(port);
}

/* The mock cluster can also be the exporter's own: the property passes through. In a newer librdkafka it has no topic,
 * and makes none for a client that wants none made. */
Test(start, a_cluster_in_the_exporter) {
    const char *const *own_cluster = RIG_OPTIONS("kafka.test.mock.num.brokers", "1", "read_timeout", "10s");
    if (strcmp(sts_librdkafka_version(), "2.1") > 0) {
        check_fails(own_cluster, STS_ERR_TOPIC_MISSING);
        return;
    }
    struct rig rig = {.options = rig_options(own_cluster)};
    uint64_t counts[STS_COUNTS];
    rig_start(&rig);
    cr_assert_eq(rig_export_numbered(&rig, 100, NULL), STS_OK);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 100u);
    rig_check_sums(counts);
    rig_close(&rig);
}

Test(start, what_never_reached_a_broker_is_purged) {
    char brokers[64];
    int port = closed_port_reserve(brokers, sizeof brokers);
    struct rig rig = {.options = rig_options(RIG_OPTIONS("brokers", brokers, "topic_check", "off"))};
    uint64_t counts[STS_COUNTS];
    rig_start(&rig);
    cr_assert_eq(rig_export_numbered(&rig, 100, NULL), STS_OK);
    cr_assert_eq(sts_flush(rig.exporter, 0, counts, STS_COUNTS, NULL), STS_ERR_TIMED_OUT);
    cr_assert_eq(counts[STS_COUNT_PENDING], 100u);
    cr_assert_eq(sts_exporter_close(rig.exporter, 10, counts, STS_COUNTS, NULL), STS_ERR_TIMED_OUT);
    cr_assert_eq(counts[STS_COUNT_PURGED], 100u, "purged %u, uncertain %u", (unsigned)counts[STS_COUNT_PURGED],
                 (unsigned)counts[STS_COUNT_UNCERTAIN]);
    rig_check_sums(counts);
    rig_close(&rig);
    close(port);
}

/* A record's time may run out while no broker is there. */
Test(start, what_never_reached_a_broker_is_given_up) {
    char brokers[64];
    int port = closed_port_reserve(brokers, sizeof brokers);
    struct rig rig = {.options = rig_options(RIG_OPTIONS("brokers", brokers, "topic_check", "off", "timeout", "100ms",
                                                         "retry_on_failure.max_elapsed_time", "300ms"))};
    uint64_t counts[STS_COUNTS];
    rig_start(&rig);
    cr_assert_eq(rig_export_numbered(&rig, 10, NULL), STS_OK);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_FAILED], 10u, "failed %u, uncertain %u", (unsigned)counts[STS_COUNT_FAILED],
                 (unsigned)counts[STS_COUNT_UNCERTAIN]);
    rig_check_sums(counts);
    rig_close(&rig);
    close(port);
}
