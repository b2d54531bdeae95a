/* SPDX-License-Identifier: Apache-2.0
 *
 * Brokers that do not answer: one that takes connections and says nothing, and one whose name nobody knows. The start
 * fails, and an exporter that started all the same is closed and freed with every outcome final. Nothing here may hang:
 * the test program's own timeout is the bound. */
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include <stskafka/stskafka.h>

#include "support/rig.h"

enum { RECORDS = 100 };

/* A listening socket that nobody accepts from; writes its address. */
static int listen_silently(char *address, size_t size) {
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t where_size = sizeof where;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_geq(listener, 0);
    cr_assert_eq(bind(listener, (struct sockaddr *)&where, sizeof where), 0);
    cr_assert_eq(listen(listener, 8), 0);
    cr_assert_eq(getsockname(listener, (struct sockaddr *)&where, &where_size), 0);
    snprintf(address, size, "127.0.0.1:%d", ntohs(where.sin_port));
    return listener;
}

static void expect_no_broker(const char *brokers) {
    sts_exporter *exporter;
    sts_error *error = NULL;
    sts_options *options = rig_options(RIG_OPTIONS("brokers", brokers, "read_timeout", "200ms"));
    cr_assert_eq(sts_exporter_new(&exporter, options, &error), STS_ERR_NO_BROKER);
    cr_assert_null(exporter);
    cr_assert(sts_error_is_retriable(error));
    sts_error_free(error);
    sts_options_free(options);
}

/* The records are still queued when the exporter is closed. */
static void expect_final_outcomes(const char *brokers) {
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    struct rig rig = {.options = rig_options(RIG_OPTIONS("brokers", brokers, "topic_check", "off", "outcomes", "all"))};
    rig_start(&rig);
    cr_assert_eq(rig_export_numbered(&rig, RECORDS, NULL), STS_OK);
    cr_assert_eq(sts_flush(rig.exporter, 50, counts, STS_COUNTS, NULL), STS_ERR_TIMED_OUT);
    cr_assert_eq(counts[STS_COUNT_PENDING], RECORDS);
    cr_assert_eq(sts_exporter_close(rig.exporter, 50, counts, STS_COUNTS, &error), STS_ERR_TIMED_OUT);
    sts_error_free(error);
    cr_assert_eq(counts[STS_COUNT_PENDING], 0);
    cr_assert_eq(counts[STS_COUNT_PURGED], RECORDS, "nothing was sent, so nothing is uncertain");
    sts_outcomes *outcomes = sts_outcomes_new(2 * RECORDS);
    cr_assert_eq(sts_exporter_take_outcomes(rig.exporter, outcomes, 0), STS_OK);
    cr_assert_eq(sts_outcomes_count(outcomes), RECORDS);
    cr_assert_eq(sts_outcome_code(sts_outcomes_at(outcomes, 0)), STS_ERR_PURGED);
    sts_outcomes_free(outcomes);
    rig_close(&rig);
}

Test(silent_broker, that_takes_connections_and_says_nothing, .timeout = 60) {
    char address[64];
    int listener = listen_silently(address, sizeof address);
    expect_no_broker(address);
    expect_final_outcomes(address);
    close(listener);
}

Test(silent_broker, whose_name_nobody_knows, .timeout = 60) {
    expect_no_broker("no-such-host.invalid:9092");
    expect_final_outcomes("no-such-host.invalid:9092");
}
