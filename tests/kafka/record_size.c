/* SPDX-License-Identifier: Apache-2.0
 *
 * The library measures a record as the broker does: a topic that takes LIMIT bytes takes a record of that size, and
 * none of one byte more. */
#include <string.h>

#include <criterion/criterion.h>

#include <stskafka/stskafka.h>

#include "transport/message_size.h"
#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/otlp.h"
#include "support/rig.h"

enum { LIMIT = 1000 };
#define TOPIC "record-size"
#define KEY "a-key"

/* The size of the value that makes a record of `size` bytes. */
static size_t value_for(size_t size) {
    static const char zeros[LIMIT];
    sts_message message = {.topic = TOPIC, .key = {KEY, sizeof KEY - 1}, .value = {zeros, LIMIT - 100}};
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

static void open_rig(struct rig *rig, const char *max_message_bytes) {
    *rig = (struct rig){.options =
                            rig_options(RIG_OPTIONS("brokers", kafka_bootstrap(), "topic", TOPIC, "compression", "none",
                                                    "outcomes", "all", "max_message_bytes", max_message_bytes))};
    rig_start(rig);
}

Test(record_size, is_what_the_broker_compares) {
    struct rig rig;
    admin_create_topic(kafka_bootstrap(), TOPIC, 1, "max.message.bytes=1000");
    open_rig(&rig, "2000"); /* so that the broker decides */
    export_one(&rig, LIMIT, STS_OK);
    export_one(&rig, LIMIT + 1, STS_OK);
    sts_outcomes *outcomes = sts_outcomes_new(2);
    cr_assert_eq(sts_exporter_take_outcomes(rig.exporter, outcomes, RIG_DEADLINE_MS), STS_OK);
    cr_assert_eq(sts_outcomes_count(outcomes), 2);
    cr_assert_eq(sts_outcome_kind(sts_outcomes_at(outcomes, 0)), STS_OUTCOME_DELIVERED);
    cr_assert_eq(sts_outcome_kind(sts_outcomes_at(outcomes, 1)), STS_OUTCOME_FAILED);
    cr_assert_eq(sts_outcome_code(sts_outcomes_at(outcomes, 1)), STS_ERR_RECORD_SIZE);
    sts_outcomes_free(outcomes);
    rig_close(&rig);

    open_rig(&rig, "1000"); /* now the library decides, and decides the same */
    export_one(&rig, LIMIT, STS_OK);
    export_one(&rig, LIMIT + 1, STS_ERR_REJECTED);
    cr_assert_eq(sts_exporter_rejected(rig.exporter, STS_ERR_RECORD_SIZE), 1);
    rig_close(&rig);
}
