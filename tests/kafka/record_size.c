/* SPDX-License-Identifier: Apache-2.0
 *
 * The library measures a record as the broker does: a topic that takes LIMIT bytes takes a record of that size, and
 * none of one byte more. */
#include <string.h>

#include <criterion/criterion.h>

#include <stskafka/stskafka.h>

#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/otlp.h"
#include "support/rig.h"
#include "transport/message_size.h"

enum { LIMIT = 1000 };
#define KEY "a-key"

/* The size of the value that makes a record of `size` bytes. */
static size_t value_for(size_t size) {
    static const char zeros[LIMIT];
    sts_message message = {.topic = "any", .key = {KEY, sizeof KEY - 1}, .value = {zeros, LIMIT - 100}};
    while (sts__message_batch_size(&message) < size)
        message.value.size++;
    cr_assert_eq(sts__message_batch_size(&message), size);
    return message.value.size;
}

static void export_one(struct rig *rig, size_t size, sts_status expected) {
    static const char zeros[2 * LIMIT];
    struct otlp otlp = {0};
    struct pb request = {0};
    struct pb key = otlp_text(KEY);
    struct pb body = otlp_bytes(zeros, value_for(size));
    otlp_add(&otlp, &key, NULL, &body);
    otlp_finish(&request, &otlp);
    cr_assert_eq(rig_export(rig, &request, NULL), expected);
    pb_clear(&request);
    rig_flush(rig, NULL);
}

static void check_outcome(struct rig *rig, int32_t kind, const char *text) {
    sts_outcomes *outcomes = sts_outcomes_new(2);
    cr_assert_eq(sts_exporter_take_outcomes(rig->exporter, outcomes, RIG_DEADLINE_MS), STS_OK);
    cr_assert_eq(sts_outcomes_count(outcomes), 1);
    const sts_outcome *outcome = sts_outcomes_at(outcomes, 0);
    cr_assert_eq(sts_outcome_kind(outcome), kind, "%s", sts_outcome_text(outcome));
    cr_assert_eq(sts_outcome_code(outcome), kind == STS_OUTCOME_DELIVERED ? STS_OK : STS_ERR_RECORD_SIZE);
    cr_assert_not_null(strstr(sts_outcome_text(outcome), text), "%s", sts_outcome_text(outcome));
    sts_outcomes_free(outcomes);
}

/* The limit is lowered when the exporter has asked for it, so that the broker decides; it is asked again then. */
Test(record_size, is_what_the_broker_compares) {
    struct rig rig;
    admin_create_topic(kafka_bootstrap(), "record-size", 1, NULL);
    rig_open_kafka(&rig, kafka_bootstrap(), "record-size", RIG_OPTIONS("compression", "none"));
    admin_configure_topic(kafka_bootstrap(), "record-size", "max.message.bytes=1000");
    export_one(&rig, LIMIT, STS_OK);
    check_outcome(&rig, STS_OUTCOME_DELIVERED, "");
    export_one(&rig, LIMIT + 1, STS_OK);
    check_outcome(&rig, STS_OUTCOME_FAILED, "Message size too large"); /* as librdkafka has it */
    export_one(&rig, LIMIT + 1, STS_OK);
    check_outcome(&rig, STS_OUTCOME_FAILED, "max.message.bytes is 1000"); /* as we have it */
    export_one(&rig, LIMIT, STS_OK);
    check_outcome(&rig, STS_OUTCOME_DELIVERED, "");
    rig_close(&rig);
}

Test(record_size, is_what_the_library_compares) {
    struct rig rig;
    admin_create_topic(kafka_bootstrap(), "record-size-2", 1, "max.message.bytes=1000");
    rig_open_kafka(&rig, kafka_bootstrap(), "record-size-2", RIG_OPTIONS("compression", "none"));
    export_one(&rig, LIMIT, STS_OK);
    check_outcome(&rig, STS_OUTCOME_DELIVERED, "");
    export_one(&rig, LIMIT + 1, STS_ERR_REJECTED);
    check_outcome(&rig, STS_OUTCOME_REJECTED, "max.message.bytes is 1000");
    cr_assert_eq(sts_exporter_rejected(rig.exporter, STS_ERR_RECORD_SIZE), 1);
    rig_close(&rig);
}

/* Adds records of 100 to 300 bytes, of which one, by its place, is over the limit. */
static void add_thousand(struct otlp *otlp, const char *topic, unsigned large) {
    static const char zeros[2 * LIMIT];
    for (unsigned i = 0; i < 1000; i++) {
        struct pb key = otlp_text(KEY);
        struct pb name = topic ? otlp_text(topic) : (struct pb){0};
        struct pb body = otlp_bytes(zeros, i == large ? 2 * LIMIT : 100 + i % 200);
        otlp_add(otlp, &key, topic ? &name : NULL, &body);
    }
}

/* Not one batch may be over the limit of the topic, or its records would fail with it. */
static void check_alone(struct rig *rig, const char *topic, unsigned large, sts_status expected, int counter) {
    struct otlp otlp = {0};
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    add_thousand(&otlp, topic, large);
    otlp_finish(&request, &otlp);
    cr_assert_eq(rig_export(rig, &request, NULL), expected);
    pb_clear(&request);
    rig_flush(rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 999u, "%u", (unsigned)counts[STS_COUNT_DELIVERED]);
    cr_assert_eq(counts[counter], 1u);
}

Test(record_size, of_a_thousand_one_is_too_large) {
    struct rig rig;
    admin_create_topic(kafka_bootstrap(), "record-size-3", 1, "max.message.bytes=1000");
    rig_open_kafka(&rig, kafka_bootstrap(), "record-size-3", RIG_OPTIONS("compression", "none"));
    check_alone(&rig, NULL, 500, STS_ERR_REJECTED, STS_COUNT_REJECTED);
    rig_close(&rig);
}

/* The limit is learned while the records wait; the first of them is accepted before that for certain. */
Test(record_size, of_a_thousand_one_is_too_large_for_the_topic_it_names) {
    struct rig rig;
    admin_create_topic(kafka_bootstrap(), "record-size-4", 1, NULL);
    admin_create_topic(kafka_bootstrap(), "record-size-5", 1, "max.message.bytes=1000");
    rig_open_kafka(&rig, kafka_bootstrap(), "record-size-4", RIG_OPTIONS("compression", "none"));
    check_alone(&rig, "record-size-5", 0, STS_OK, STS_COUNT_FAILED);
    rig_close(&rig);
}
