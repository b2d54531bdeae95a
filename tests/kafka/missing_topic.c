/* SPDX-License-Identifier: Apache-2.0
 *
 * Records for a topic that is not there. */
#include <string.h>

#include <criterion/criterion.h>

#include <stskafka/stskafka.h>

#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"

/* Exports a record for each topic, in one request; NULL is the default one. */
static void export_for(struct rig *rig, const char *const *topics, size_t count) {
    struct otlp otlp = {0};
    struct pb request = {0};
    for (size_t i = 0; i < count; i++) {
        struct pb key = otlp_text("k"), body = otlp_bytes("body", 4), topic = {0};
        if (topics[i])
            topic = otlp_text(topics[i]);
        otlp_add(&otlp, &key, topics[i] ? &topic : NULL, &body);
    }
    otlp_finish(&request, &otlp);
    cr_assert_eq(rig_export(rig, &request, NULL), STS_OK);
    pb_clear(&request);
}

/* The time of a record may be shorter than what librdkafka takes to say that there is no such topic, and records for
 * other topics are sent meanwhile. */
Test(missing_topic, what_is_for_it_was_not_sent) {
    struct rig rig;
    struct outcome_log log;
    outcome_log_init(&log);
    admin_create_topic(kafka_bootstrap(), "missing-topic-not", 1, NULL);
    rig_open_kafka(&rig, kafka_bootstrap(), "missing-topic-not",
                   RIG_OPTIONS("retry_on_failure.max_elapsed_time", "1s"));
    export_for(&rig, (const char *[]){"missing-topic", NULL}, 2);
    rig_flush(&rig, NULL);
    outcome_log_take(&log, rig.exporter, 2);
    struct outcome_copy outcome = outcome_log_find(&log, 0, 0);
    cr_assert_eq(outcome.kind, STS_OUTCOME_FAILED, "%d: %s", outcome.kind, outcome.text);
    cr_assert_eq(outcome_log_find(&log, 0, 1).kind, STS_OUTCOME_DELIVERED);
    outcome_log_clear(&log);
    rig_close(&rig);
}
