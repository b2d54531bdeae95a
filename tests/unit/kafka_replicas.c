/* SPDX-License-Identifier: Apache-2.0
 *
 * What is told at the start of acknowledgements that are worth less than they seem. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "transport/kafka/internal.h"

static char told[600];

static void tell(void *owner, int32_t level, const char *text) {
    (void)owner;
    cr_expect_eq(level, STS_LOG_WARNING);
    snprintf(told, sizeof told, "%s", text);
}

static void look(sts__acks acks, int32_t replicas, int64_t min_insync, const char *expected) {
    static const sts__sink_methods methods = {.log = tell};
    sts_transport_sink sink = {.methods = &methods};
    sts__kafka_topic topic = {.name = "orders", .settings = {.replicas = replicas, .min_insync = min_insync}};
    sts__kafka kafka = {.sink = &sink, .acks = acks, .topics = {&topic, 1}};
    told[0] = '\0';
    sts__kafka_warn_of_replicas(&kafka, 0);
    if (expected)
        cr_expect_not_null(strstr(told, expected), "%s", told);
    else
        cr_expect_str_eq(told, "");
}

Test(kafka_replicas, enough_of_them_are_not_told) {
    look(STS__ACKS_ALL, 3, 2, NULL);
    look(STS__ACKS_ALL, 2, 2, NULL);
}

/* Kafka asks for as many as there are then. */
Test(kafka_replicas, more_wanted_than_there_are) {
    look(STS__ACKS_ALL, 2, 3, "min.insync.replicas");
    look(STS__ACKS_ALL, 1, 2, "1 replica");
}

Test(kafka_replicas, a_single_one) {
    look(STS__ACKS_ALL, 1, 1, "1 replica");
}

Test(kafka_replicas, who_asks_for_less_knows) {
    look(STS__ACKS_LEADER, 1, 3, NULL);
}

Test(kafka_replicas, what_is_not_known_is_not_told) {
    look(STS__ACKS_ALL, 0, 2, NULL);
    look(STS__ACKS_ALL, 2, 0, NULL);
}
