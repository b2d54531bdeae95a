/* SPDX-License-Identifier: Apache-2.0
 *
 * Where records go whose topic comes back with fewer partitions: nowhere, until it is taken up again. */
#include <criterion/criterion.h>

#include "transport/kafka/records.h"
#include "transport/kafka/topic.h"

enum { BEFORE = 4, NOW = 1 };

static sts__kafka_placement placement;
static sts__kafka_missing missing;
static sts__kafka_opening opening; /* nothing is held back */
static sts__kafka_topic topic;

static int32_t place(int32_t count) {
    sts__kafka_record record = {.message = {.partition = -1, .key = {"key", 3}}};
    return sts__kafka_place(NULL, "key", 3, count, &topic, &record);
}

static void begin(void) {
    placement = (sts__kafka_placement){.has_grown = 0};
    missing = (sts__kafka_missing){.retries = true};
    topic = (sts__kafka_topic){.placed_by = &placement, .missed_by = &missing, .opened_by = &opening};
    cr_assert_lt(place(BEFORE), BEFORE);
}

TestSuite(kafka_partition, .init = begin);

/* What had been for the partitions that are gone would be overtaken. */
Test(kafka_partition, none_of_fewer_partitions_is_used) {
    cr_expect_eq(place(NOW), NOW, "there is no such partition");
    cr_expect(sts__kafka_topic_is_missing(&topic));
    cr_expect_eq(place(BEFORE), BEFORE, "nor of any others, as long as records wait for it");
}

Test(kafka_partition, they_are_used_when_the_topic_is_taken_up) {
    place(NOW);
    sts__kafka_take_fewer_partitions(&topic, NOW);
    topic.absence.noted = 0;
    cr_expect_eq(place(NOW), 0);
    cr_expect(placement.has_grown, "the host is told");
}

Test(kafka_partition, more_of_them_are_used_at_once) {
    cr_expect_lt(place(BEFORE + 1), BEFORE + 1);
    cr_expect_not(sts__kafka_topic_is_missing(&topic));
}

Test(kafka_partition, without_retries_fewer_are_used_at_once) {
    missing.retries = false;
    cr_expect_eq(place(NOW), 0);
    cr_expect_not(sts__kafka_topic_is_missing(&topic));
}
