/* SPDX-License-Identifier: Apache-2.0
 *
 * librdkafka's statistics as values: what is read, and how sums go on. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "transport/kafka/statistics.h"

/* Two brokers of a cluster, of which one is up; an address that is nobody's yet; the internal one. */
#define BROKERS                                                                                                        \
    "\"b1:9092/1\":{\"nodeid\":1,\"state\":\"UP\",\"txretries\":1,\"txerrs\":2,\"req_timeouts\":3,\"connects\":4,"     \
    "\"rtt\":{\"min\":1,\"max\":9,\"avg\":5,\"sum\":3000,\"p99\":900,\"cnt\":10},"                                     \
    "\"throttle\":{\"max\":40,\"sum\":60,\"cnt\":3}},"                                                                 \
    "\"b2:9092/2\":{\"nodeid\":2,\"state\":\"DOWN\",\"txretries\":10,\"txerrs\":20,\"req_timeouts\":30,"               \
    "\"connects\":40,\"rtt\":{\"sum\":1000,\"p99\":1900,\"cnt\":10},\"throttle\":{\"max\":0,\"sum\":0,\"cnt\":3}},"    \
    "\"b3:9092/bootstrap\":{\"nodeid\":-1,\"state\":\"UP\",\"txerrs\":100,\"rtt\":{\"sum\":0,\"p99\":0,\"cnt\":0}},"   \
    "\":0/internal\":{\"nodeid\":-1,\"state\":\"INIT\"}"

static int64_t values[STS_TRANSPORT_VALUES];

static sts_status read_text(sts__kafka_statistics *statistics, const char *json) {
    sts__fault fault;
    return sts__kafka_statistics_read(statistics, sts__memory_default(), (sts_bytes){json, strlen(json)}, values,
                                      &fault);
}

/* Of a producer made at that time, with so many tries and connections. */
static void read_numbers(sts__kafka_statistics *statistics, int created_us, int tries, int connects) {
    char json[512];
    snprintf(json, sizeof json,
             "{\"name\":\"c#producer-1\",\"ts\":%d,\"age\":500,\"txmsgs\":%d,"
             "\"brokers\":{\"b\":{\"nodeid\":1,\"connects\":%d}}}",
             created_us + 500, tries, connects);
    cr_assert_eq(read_text(statistics, json), STS_OK);
}

Test(kafka_statistics, are_of_all_brokers_together) {
    sts__kafka_statistics statistics = {.created_us = 0};
    cr_assert_eq(read_text(&statistics, "{\"name\":\"c\",\"ts\":7,\"age\":1,\"brokers\":{" BROKERS "},\"topics\":{},"
                                        "\"tx\":11,\"tx_bytes\":12,\"txmsgs\":13,\"txmsg_bytes\":14}"),
                 STS_OK);
    const int64_t expected[] = {13, -1, 11, 11, 122, 33, 12, 44, 2, 1, 200, 1900, 10, 40};
    cr_assert_eq(sizeof expected, sizeof values);
    for (size_t i = 0; i < STS_TRANSPORT_VALUES; i++)
        cr_assert_eq(values[i], expected[i], "value %zu is %d", i, (int)values[i]);
}

Test(kafka_statistics, what_was_not_measured_is_not_known) {
    sts__kafka_statistics statistics = {.created_us = 0};
    cr_assert_eq(read_text(&statistics, "{\"brokers\":{\"b\":{\"nodeid\":1,\"rtt\":{\"sum\":0,\"cnt\":0}}}}"), STS_OK);
    cr_assert_eq(values[STS_TRANSPORT_ROUND_TRIP_US], -1);
    cr_assert_eq(values[STS_TRANSPORT_THROTTLE_MS], -1);
    cr_assert_eq(values[STS_TRANSPORT_TRIES], 0);
    cr_assert_eq(read_text(&statistics, "{\"brokers\":{\"b\":{\"nodeid\":1,\"rtt\":{\"sum\":6,\"cnt\":2,\"p99\":0}}}}"),
                 STS_OK);
    cr_assert_eq(values[STS_TRANSPORT_ROUND_TRIP_US], 3);
    cr_assert_eq(values[STS_TRANSPORT_ROUND_TRIP_P99_US], -1, "librdkafka was built without histograms");
}

Test(kafka_statistics, sums_go_on_with_a_new_producer) {
    sts__kafka_statistics statistics = {.created_us = 0};
    read_numbers(&statistics, 1000, 10, 1);
    cr_assert_eq(values[STS_TRANSPORT_TRIES], 10);
    read_numbers(&statistics, 1000, 30, 2);
    cr_assert_eq(values[STS_TRANSPORT_TRIES], 30);
    read_numbers(&statistics, 2000, 5, 0);
    cr_assert_eq(values[STS_TRANSPORT_TRIES], 35);
    cr_assert_eq(values[STS_TRANSPORT_CONNECTS], 2);
    read_numbers(&statistics, 2000, 6, 1);
    cr_assert_eq(values[STS_TRANSPORT_TRIES], 36);
    cr_assert_eq(values[STS_TRANSPORT_CONNECTS], 3);
    read_numbers(&statistics, 3000, 1, 0);
    cr_assert_eq(values[STS_TRANSPORT_TRIES], 37);
}

Test(kafka_statistics, sums_do_not_fall_where_a_broker_is_forgotten) {
    sts__kafka_statistics statistics = {.created_us = 0};
    read_numbers(&statistics, 1000, 10, 8);
    read_numbers(&statistics, 1000, 12, 3);
    cr_assert_eq(values[STS_TRANSPORT_CONNECTS], 8);
    cr_assert_eq(values[STS_TRANSPORT_TRIES], 12);
    read_numbers(&statistics, 1000, 12, 4);
    cr_assert_eq(values[STS_TRANSPORT_CONNECTS], 9, "what comes then counts again");
}

Test(kafka_statistics, what_is_not_json_is_refused_and_changes_nothing) {
    sts__kafka_statistics statistics = {.created_us = 0};
    read_numbers(&statistics, 1000, 10, 0);
    cr_assert_eq(read_text(&statistics, "{\"client_id\": \"a\"b\", \"txmsgs\": 99}"), STS_ERR_JSON);
    cr_assert_eq(read_text(&statistics, ""), STS_ERR_JSON);
    cr_assert_eq(read_text(&statistics, "[1]"), STS_OK, "nothing is known of it");
    cr_assert_eq(values[STS_TRANSPORT_TRIES], 10, "sums never fall");
}
