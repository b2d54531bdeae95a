/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory is bounded by sending_queue.max_bytes, whatever the records look like: exports run into a full queue while no
 * broker takes anything, and the process has not grown by more than the bound, an eighth of it, and a constant. Whether
 * librdkafka holds the records (the broker went away) or they wait before it (there never was one) makes no difference.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/closed_port.h"
#include "support/mock_cluster.h"
#include "support/otlp.h"
#include "support/rig.h"

#define TOPIC "a-topic"
enum { BOUND = 32 << 20, CONSTANT = 4 << 20, RECORDS_AT_ONCE = 50 };

/* What the records look like. */
struct shape {
    size_t value;
    const char *key;
    const char *const *options;
};

/* Memory of the process that no file backs. */
static long anonymous_bytes(void) {
    char line[128];
    long kib = -1;
    FILE *file = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "RssAnon: %ld kB", &kib) == 1)
            break;
    fclose(file);
    cr_assert_gt(kib, 0);
    return kib * 1024;
}

static void make_request(struct pb *request, const struct shape *shape) {
    struct otlp otlp = {0};
    char *value = calloc(1, shape->value + 1);
    for (int i = 0; i < RECORDS_AT_ONCE; i++) {
        struct pb key = otlp_text(shape->key);
        struct pb body = otlp_bytes(value, shape->value);
        otlp_add(&otlp, &key, NULL, &body);
    }
    otlp_finish(request, &otlp);
    free(value);
}

/* Exports until there is no more room. */
static void fill(struct rig *rig, const struct pb *request) {
    uint64_t counts[STS_COUNTS];
    sts_status status;
    do
        status = rig_export(rig, request, counts);
    while (status == STS_OK);
    cr_assert_eq(status, STS_ERR_QUEUE_FULL, "%s", sts_status_name(status));
}

static void check_bound(struct rig *rig, const struct shape *shape) {
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    make_request(&request, shape);
    long before = anonymous_bytes();
    fill(rig, &request);
    long grown = anonymous_bytes() - before;
    cr_assert_lt(grown, (long)BOUND + BOUND / 8 + CONSTANT, "value %zu: grown by %ld", shape->value, grown);
    int64_t started_ms = rig_now_ms();
    cr_assert_eq(sts_exporter_close(rig->exporter, 0, counts, STS_COUNTS, NULL), STS_ERR_TIMED_OUT);
    cr_assert_lt(rig_now_ms() - started_ms, RIG_DEADLINE_MS, "close comes back");
    cr_assert_gt(counts[STS_COUNT_ACCEPTED], 0u);
    cr_assert_eq(counts[STS_COUNT_PURGED], counts[STS_COUNT_ACCEPTED], "what was never sent is told so");
    rig_check_sums(counts);
    pb_clear(&request);
}

static sts_options *options_of(const struct shape *shape, const char *brokers, const char *topic_check) {
    char bound[32];
    snprintf(bound, sizeof bound, "%d", BOUND);
    sts_options *options = rig_options(RIG_OPTIONS("brokers", brokers, "topic", TOPIC, "topic_check", topic_check,
                                                   "sending_queue.max_bytes", bound, "sending_queue.queue_size",
                                                   "1000000", "produce_timeout", "0s", "linger", "4m"));
    rig_set(options, shape->options);
    return options;
}

static void check_broker_gone(const struct shape *shape) {
    struct mock_cluster mock;
    mock_cluster_open(&mock, TOPIC, 3);
    struct rig rig = {.options = options_of(shape, mock.brokers, "fail")};
    rig_start(&rig);
    cr_assert_eq(rd_kafka_mock_broker_set_down(mock.cluster, 1), RD_KAFKA_RESP_ERR_NO_ERROR);
    check_bound(&rig, shape);
    rig_close(&rig);
    mock_cluster_close(&mock);
}

static void check_no_broker(const struct shape *shape) {
    char brokers[64];
    int port = closed_port_reserve(brokers, sizeof brokers);
    struct rig rig = {.options = options_of(shape, brokers, "off")};
    rig_start(&rig);
    check_bound(&rig, shape);
    rig_close(&rig);
    close(port);
}

static const struct shape shapes[] = {
    {1, "k", NULL},
    {100, "key-of-a-record", NULL},
    {1000, "key-of-a-record", NULL},
    {65000, "key-of-a-record", NULL},
    {300000, "key-of-a-record", NULL},
    {100, "key-of-a-record",
     RIG_OPTIONS("record_headers.one", "a value of one", "record_headers.two", "a value of the other",
                 "header_from.three", "attributes[\"stskafka.key\"]")},
};

/* One process for each: memory that was freed is not given back, and would hide what the next one takes. */
static struct criterion_test_params numbers(void) {
    static size_t indices[sizeof shapes / sizeof *shapes];
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        indices[i] = i;
    return cr_make_param_array(size_t, indices, sizeof shapes / sizeof *shapes);
}

ParameterizedTestParameters(memory_bound, holds_when_the_broker_is_gone) {
    return numbers();
}

ParameterizedTest(size_t *index, memory_bound, holds_when_the_broker_is_gone) {
    check_broker_gone(&shapes[*index]);
}

ParameterizedTestParameters(memory_bound, holds_where_there_is_no_broker) {
    return numbers();
}

ParameterizedTest(size_t *index, memory_bound, holds_where_there_is_no_broker) {
    check_no_broker(&shapes[*index]);
}
