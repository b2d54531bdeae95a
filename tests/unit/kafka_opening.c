/* SPDX-License-Identifier: Apache-2.0
 *
 * What is held back behind the first record of a partition, and behind the first one of a topic whose partitions are
 * not known yet. That nothing is overtaken by it, and why it is done: kafka.first_batch. */
#include <stdint.h>

#include <criterion/criterion.h>

#include "transport/kafka/opening.h"

static sts__kafka_opening opening;
static sts__topic_opening topic;

static void begin(void) {
    opening = (sts__kafka_opening){.needed = true, .producer = 1};
    topic = (sts__topic_opening){.known = 0};
}

static void end(void) {
    sts__kafka_opening_free(&topic);
}

TestSuite(kafka_opening, .init = begin, .fini = end);

static size_t admits(void) {
    return sts__kafka_opening_admits(&opening, &topic);
}

static bool holds(int32_t partition) {
    sts__kafka_record record = {.next = NULL};
    bool held = sts__kafka_opening_holds(&opening, &topic, partition, &record);
    cr_assert_eq(record.held, held);
    cr_assert_eq(record.held_for, held ? partition % 256 : 0);
    return held;
}

static void hear(int32_t partition, rd_kafka_resp_err_t error, int64_t offset) {
    const rd_kafka_message_t message = {.partition = partition, .err = error, .offset = offset};
    sts__kafka_opening_hears(&opening, &topic, &message);
}

Test(kafka_opening, one_record_until_the_topic_is_known) {
    cr_expect_eq(admits(), 1u);
    cr_expect_eq(admits(), 0u);
    cr_expect_not(holds(3), "it is the first one");
    cr_expect_eq(admits(), 0u, "something is held back for it, which must not be overtaken");
    cr_expect(opening.look, "who serves lets it go");
}

Test(kafka_opening, any_number_where_nothing_was_held_back) {
    cr_expect_eq(admits(), 1u);
    cr_expect_not(holds(3));
    cr_expect_eq(admits(), SIZE_MAX);
    cr_expect_not(opening.look);
}

Test(kafka_opening, another_one_if_the_first_failed) {
    cr_expect_eq(admits(), 1u);
    sts__kafka_opening_fails(&opening, &topic);
    cr_expect_eq(admits(), 1u);
    hear(-1, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, -1);
    cr_expect_eq(admits(), 1u, "a report without a partition");
}

Test(kafka_opening, one_record_until_the_partition_is_open) {
    cr_expect_not(holds(0));
    cr_expect(holds(0));
    cr_expect_not(holds(1), "partitions do not wait for one another");
    cr_expect_eq(opening.under_way, 2);
    cr_expect_not(sts__kafka_opening_is_sure(&opening, &topic, 0));
    hear(0, RD_KAFKA_RESP_ERR_NO_ERROR, 17);
    cr_expect_eq(opening.under_way, 1);
    cr_expect(sts__kafka_opening_is_sure(&opening, &topic, 0));
    cr_expect(holds(0), "until what was held back goes first");
    cr_expect(opening.due && topic.due);
}

Test(kafka_opening, what_has_no_offset_opens_nothing) {
    cr_expect_not(holds(0));
    hear(0, RD_KAFKA_RESP_ERR_NO_ERROR, -1);
    cr_expect_not(sts__kafka_opening_is_sure(&opening, &topic, 0));
    cr_expect(holds(0));
    cr_expect(opening.due, "another one is the first then");
}

Test(kafka_opening, it_is_another_matter_for_each_producer) {
    cr_expect_eq(admits(), 1u);
    cr_expect_not(holds(0));
    hear(0, RD_KAFKA_RESP_ERR_NO_ERROR, 17);
    opening.producer++;
    cr_expect_not(sts__kafka_opening_is_sure(&opening, &topic, 0));
    cr_expect_eq(admits(), 1u);
    cr_expect_not(holds(0));
    cr_expect(holds(0));
}

Test(kafka_opening, there_is_one_state_for_each_partition) {
    enum { PARTITIONS = 1000 };
    for (int32_t i = 0; i < PARTITIONS; i++)
        cr_assert_not(holds(i), "%d", (int)i);
    for (int32_t i = 0; i < PARTITIONS; i++)
        cr_assert(holds(i), "%d", (int)i);
    cr_expect_not(holds(200000));
    cr_expect(holds(200000));
    cr_expect_eq(opening.under_way, PARTITIONS + 1);
    cr_expect_not(holds(INT32_MAX), "what there is no room for is not held back");
    cr_expect_not(holds(INT32_MAX));
}

Test(kafka_opening, a_topic_made_again_is_another_one) {
    cr_expect_eq(admits(), 1u);
    cr_expect_not(holds(0));
    cr_expect_not(holds(1));
    hear(1, RD_KAFKA_RESP_ERR_NO_ERROR, 17);
    sts__kafka_opening_forget(&opening, &topic);
    cr_expect_eq(opening.under_way, 0);
    cr_expect_eq(admits(), 1u);
    cr_expect_not(holds(1));
}

Test(kafka_opening, nothing_is_held_back_where_it_need_not_be) {
    opening.needed = false;
    cr_expect_eq(admits(), SIZE_MAX);
    cr_expect_not(holds(0));
    cr_expect_not(holds(0));
    opening = (sts__kafka_opening){.needed = true, .producer = 1, .suspended = 1};
    cr_expect_eq(admits(), SIZE_MAX);
    cr_expect_not(holds(0));
    cr_expect_not(holds(0));
    hear(0, RD_KAFKA_RESP_ERR_NO_ERROR, 17);
    opening.suspended = 0;
    cr_expect_not(holds(0), "one of them has opened it");
}
