/* SPDX-License-Identifier: Apache-2.0
 *
 * The look at the topic when an exporter starts, on a real broker (which creates topics when it is asked for them: the
 * fixture's does not, so that only the question itself is under test in startup.never_creates). */
#include <string.h>

#include <criterion/criterion.h>

#include <stskafka/stskafka.h>

#include "exporter/exporter.h"
#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/log_lines.h"
#include "support/rig.h"
#include "transport/kafka/internal.h"

static sts_options *options_for(const char *topic) {
    sts_options *options = sts_options_new();
    cr_assert_eq(sts_options_set(options, "brokers", kafka_bootstrap(), NULL), STS_OK);
    cr_assert_eq(sts_options_set(options, "topic", topic, NULL), STS_OK);
    return options;
}

/* Starts an exporter; frees it again if it starts. */
static sts_status start(sts_options *options, sts_error **error) {
    sts_exporter *exporter;
    sts_status status = sts_exporter_new(&exporter, options, error);
    cr_assert_eq(exporter != NULL, status == STS_OK);
    sts_exporter_free(exporter, 5000);
    sts_options_free(options);
    return status;
}

Test(startup, finds_the_topic) {
    admin_create_topic(kafka_bootstrap(), "startup-there", 3, NULL);
    sts_error *error = NULL;
    cr_assert_eq(start(options_for("startup-there"), &error), STS_OK, "%s", sts_error_text(error));
}

Test(startup, names_a_missing_topic_and_never_creates_it) {
    sts_error *error = NULL;
    cr_assert_eq(start(options_for("startup-missing"), &error), STS_ERR_TOPIC_MISSING);
    cr_assert(strstr(sts_error_text(error), "startup-missing"), "%s", sts_error_text(error));
    cr_assert(
        strstr(sts_error_text(error), ": create it, name another by topic, or start without it by topic_check=warn"),
        "%s", sts_error_text(error));
    cr_assert_eq(sts_error_transport_code(error), 3, "Kafka's UNKNOWN_TOPIC_OR_PARTITION");
    sts_error_free(error);
    cr_assert_not(admin_topic_exists(kafka_bootstrap(), "startup-missing"));
}

Test(startup, names_the_option_of_a_missing_dead_letter_topic) {
    sts_options *options = options_for("startup-with-letters");
    sts_error *error = NULL;
    admin_create_topic(kafka_bootstrap(), "startup-with-letters", 1, NULL);
    cr_assert_eq(sts_options_set(options, "dead_letter.topic", "startup-letters", NULL), STS_OK);
    cr_assert_eq(start(options, &error), STS_ERR_TOPIC_MISSING);
    cr_assert(strstr(sts_error_text(error), "startup-letters"), "%s", sts_error_text(error));
    cr_assert(strstr(sts_error_text(error), "name another by dead_letter.topic,"), "%s", sts_error_text(error));
    sts_error_free(error);
}

/* Of what is so already it does not say that it could be set. */
Test(startup, only_warns_if_told_to) {
    struct log_lines log;
    sts_options *options = options_for("startup-missing-too");
    log_lines_init(&log);
    cr_assert_eq(sts_options_set(options, "topic_check", "warn", NULL), STS_OK);
    cr_assert_eq(sts_options_set_log_callback(options, log_lines_callback, &log), STS_OK);
    cr_assert_eq(start(options, NULL), STS_OK);
    cr_assert_eq(log_lines_count(&log, ": create it, or name another by topic"), 1, "%s", log.text);
    cr_assert_eq(log_lines_count(&log, "topic_check"), 0, "%s", log.text);
    log_lines_clear(&log);
    cr_assert_not(admin_topic_exists(kafka_bootstrap(), "startup-missing-too"));
}

/* Of a file that is there. */
Test(startup, reports_librdkafkas_own_fault_as_configuration) {
    sts_options *options = options_for("startup-config");
    cr_assert_eq(sts_options_set(options, "kafka.security.protocol", "ssl", NULL), STS_OK);
    cr_assert_eq(sts_options_set(options, "kafka.ssl.ca.location", "/etc/passwd", NULL), STS_OK);
    sts_error *error = NULL;
    cr_assert_eq(start(options, &error), STS_ERR_CONFIG);
    cr_assert(strstr(sts_error_text(error), "librdkafka"), "%s", sts_error_text(error));
    sts_error_free(error);
}

/* Left to itself, librdkafka 2.10 and newer asks half a second later, more often than not. */
Test(startup, has_the_producer_id_asked_for) {
    admin_create_topic(kafka_bootstrap(), "startup-id", 1, NULL);
    for (int i = 0; i < 10; i++) {
        sts_options *options = options_for("startup-id");
        sts_exporter *exporter = rig_new(options);
        const sts__kafka *kafka = exporter->transport_context;
        cr_assert(sts__kafka_observer_asked_id(kafka->producer.observer), "start %d", i);
        sts_exporter_free(exporter, RIG_DEADLINE_MS);
        sts_options_free(options);
    }
}
