/* SPDX-License-Identifier: Apache-2.0
 *
 * A broker that takes long to acknowledge costs no processor meanwhile, and nothing else either. */
#include <criterion/criterion.h>
#include <poll.h>
#include <time.h>

#include "support/mock_cluster.h"
#include "support/rig.h"

#define TOPIC "resting"
enum { PARTITIONS = 4, RECORDS = 500, HANGS_MS = 4000, EXPORTS = 25, WATCHED_MS = 2000, STEP_MS = 20 };

static double cpu_ms(void) {
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

/* Meanwhile the exporter's own thread serves, or the host. */
static void spend(struct rig *rig, bool host_serves, int ms) {
    for (; ms > 0; ms -= STEP_MS)
        if (host_serves)
            cr_assert_eq(sts_poll(rig->exporter, STEP_MS), STS_OK);
        else
            poll(NULL, 0, STEP_MS);
}

/* Records are behind a batch that is not acknowledged; librdkafka alone would keep a processor busy. */
static void watch(struct rig *rig, bool host_serves) {
    for (int i = 0; i < EXPORTS; i++) {
        cr_assert_eq(rig_export_numbered(rig, RECORDS, NULL), STS_OK);
        spend(rig, host_serves, STEP_MS);
    }
    double before_ms = cpu_ms();
    spend(rig, host_serves, WATCHED_MS);
    cr_expect_lt(cpu_ms() - before_ms, WATCHED_MS / 2);
}

static void check(bool host_serves) {
    struct mock_cluster mock;
    uint64_t counts[STS_COUNTS];
    mock_cluster_open(&mock, TOPIC, PARTITIONS);
    struct rig rig = {.options = rig_options(RIG_OPTIONS("brokers", mock.brokers, "topic", TOPIC, "service_thread",
                                                         host_serves ? "false" : "true"))};
    rig_start(&rig);
    cr_assert_eq(rig_export_numbered(&rig, RECORDS, NULL), STS_OK);
    rig_flush(&rig, NULL);
    cr_assert_eq(rd_kafka_mock_broker_set_rtt(mock.cluster, 1, HANGS_MS), RD_KAFKA_RESP_ERR_NO_ERROR);
    watch(&rig, host_serves);
    cr_assert_eq(rd_kafka_mock_broker_set_rtt(mock.cluster, 1, 0), RD_KAFKA_RESP_ERR_NO_ERROR);
    rig_flush(&rig, counts);
    cr_expect_eq(counts[STS_COUNT_DELIVERED], RECORDS * (1 + EXPORTS));
    rig_close(&rig);
    mock_cluster_close(&mock);
}

Test(resting, a_broker_that_hangs_costs_no_processor, .timeout = 120) {
    check(false);
}

Test(resting, nor_where_the_host_serves, .timeout = 120) {
    check(true);
}
