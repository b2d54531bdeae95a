/* SPDX-License-Identifier: Apache-2.0
 *
 * No allocation per record in the steady state: after a warm-up, exports take nothing from the library's memory. */
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include <stskafka/stskafka.h>

#include "base/memory.h"
#include "exporter/options.h"
#include "otlp/builder.h"
#include "support/mock_cluster.h"
#include "support/rig.h"
#include "topology/batch.h"

enum { RECORDS = 200, WARM_UP = 20, ROUNDS = 50 };

static unsigned long allocations; /* atomic */

static void *counted_allocate(size_t size, void *user) {
    (void)user;
    __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
    return malloc(size);
}

static void *counted_resize(void *block, size_t size, void *user) {
    (void)user;
    __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
    return realloc(block, size);
}

static void counted_release(void *block, void *user) {
    (void)user;
    free(block);
}

static const sts__memory counted = {counted_allocate, counted_resize, counted_release, NULL};

static void count_outcome(const sts_outcome *outcome, void *user) {
    cr_assert_eq(sts_outcome_kind(outcome), STS_OUTCOME_DELIVERED);
    ++*(unsigned long *)user;
}

/* Exports request after request, all outcomes one by one to a callback; each is flushed, and served by the flush alone,
 * so that all rounds are alike: with a thread, the most that is under way at once depends on the scheduler. */
static void expect_no_allocation(const char *const *options_to_set) {
    unsigned long outcomes = 0;
    sts_options *options = sts__options_new(&counted);
    rig_set(options, options_to_set);
    rig_set(options, RIG_OPTIONS("service_thread", "false"));
    sts_options_set_outcome_callback(options, count_outcome, &outcomes);
    struct rig rig = {NULL, options, rig_new(options)};
    unsigned long before = 0;
    for (int round = 0; round < WARM_UP + ROUNDS; round++) {
        if (round == WARM_UP)
            before = __atomic_load_n(&allocations, __ATOMIC_RELAXED);
        cr_assert_eq(rig_export_numbered(&rig, RECORDS, NULL), STS_OK);
        rig_flush(&rig, NULL);
    }
    cr_assert_eq(outcomes, (WARM_UP + ROUNDS) * RECORDS);
    cr_assert_gt(before, 0, "the counting memory is in use");
    cr_assert_eq(__atomic_load_n(&allocations, __ATOMIC_RELAXED), before);
    rig_close(&rig);
}

Test(allocations, none_per_record_into_memory) {
    expect_no_allocation(RIG_OPTIONS("transport", "memory"));
}

/* Specs of every level, with functions, and headers: what they compute lies on the stack. */
Test(allocations, none_per_record_with_specs) {
    expect_no_allocation(
        RIG_OPTIONS("transport", "memory", "key",
                    "Concat([SHA256(attributes[\"stskafka.key\"]), Hex(resource_hash), scope.name, 1.5], \"/\") | none",
                    "header_from.h", "AsString(attributes)", "partition_from", "Len(attributes[\"stskafka.key\"]) * 0",
                    "record_headers.fixed", "text", "fingerprint_header", "rule"));
}

/* Values that are made, with the headers that are made of records: ordinary ones lie on the stack. */
Test(allocations, none_per_record_with_encodings) {
    static const char *const encodings[] = {"raw",         "raw_text",   "otlp_proto",  "otlp_json",
                                            "json_record", "clickhouse", "elastic_otel"};
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++)
        expect_no_allocation(RIG_OPTIONS("transport", "memory", "encoding", encodings[i], "content_type_header", "true",
                                         "trace_context_headers", "true", "cloudevents.enabled", "true",
                                         "record_timestamp", "event"));
}

/* librdkafka's own allocations are its own; ours are none there too. */
Test(allocations, none_per_record_to_kafka) {
    struct mock_cluster mock;
    mock_cluster_open(&mock, "allocations", 3);
    expect_no_allocation(RIG_OPTIONS("brokers", mock.brokers, "topic", "allocations"));
    mock_cluster_close(&mock);
}

/* A small landscape, its first component from JSON. */
static void fill(sts_topology *batch) {
    static const char line[] = "{\"component\":{\"externalId\":\"json\",\"name\":\"n\",\"tags\":[\"b\",\"a\"],"
                               "\"resourceDefinition\":{\"b\":[1.5,2,\"\\u00e9\"],\"a\":{\"c\":null}}}}";
    sts_topology_reset(batch);
    cr_assert_eq(sts_topology_set_stream(batch, STS_OWNER_AGENT, "urn:test", NULL), STS_OK);
    cr_assert_eq(sts_topology_add_json(batch, line, sizeof line - 1, NULL), STS_OK);
    for (unsigned i = 0; i < RECORDS; i++) {
        char id[32];
        snprintf(id, sizeof id, "component-%u", i);
        cr_assert_eq(sts_topology_add_component(batch, id, "name", "type", NULL), STS_OK);
        cr_assert_eq(sts_topology_add_tag(batch, "tag", NULL), STS_OK);
        cr_assert_eq(sts_topology_set_status_data(batch, "{\"up\":true}", 11, NULL), STS_OK);
    }
}

/* Records with values of all kinds, each round a little different in size. */
static void fill_logs(sts_logs *logs, int round) {
    static const char body[256];
    sts_logs_reset(logs);
    cr_assert_eq(sts_logs_add_resource(logs, NULL), STS_OK);
    cr_assert_eq(sts_logs_put_string(logs, "host.name", "host", 4, NULL), STS_OK);
    for (unsigned i = 0; i < RECORDS; i++) {
        cr_assert_eq(sts_logs_add_record(logs, i, NULL), STS_OK);
        cr_assert_eq(sts_logs_set_body_bytes(logs, body, (size_t)(round % 8) + i, NULL), STS_OK);
        cr_assert_eq(sts_logs_put_bytes(logs, "stskafka.key", &i, sizeof i, NULL), STS_OK);
        cr_assert_eq(sts_logs_begin_array(logs, "array", NULL), STS_OK);
        cr_assert_eq(sts_logs_put_int(logs, NULL, i, NULL), STS_OK);
        cr_assert_eq(sts_logs_end(logs, NULL), STS_OK);
    }
}

/* Fills a batch and exports it. */
typedef void fill_and_export(sts_exporter *exporter, void *batch, int round);

static void topology_round(sts_exporter *exporter, void *batch, int round) {
    (void)round;
    fill(batch);
    cr_assert_eq(sts_export_topology(exporter, batch, NULL, NULL, 0, NULL), STS_OK);
}

static void logs_round(sts_exporter *exporter, void *batch, int round) {
    fill_logs(batch, round);
    cr_assert_eq(sts_export_log_batch(exporter, batch, NULL, NULL, 0, NULL), STS_OK);
}

/* A batch that is used again and again keeps its memory. */
static void expect_no_allocation_by(fill_and_export *do_round, void *batch) {
    sts_options *options = sts__options_new(&counted);
    rig_set(options, RIG_OPTIONS("transport", "memory", "service_thread", "false"));
    struct rig rig = {NULL, options, rig_new(options)};
    unsigned long before = 0;
    for (int round = 0; round < WARM_UP + ROUNDS; round++) {
        if (round == WARM_UP)
            before = __atomic_load_n(&allocations, __ATOMIC_RELAXED);
        do_round(rig.exporter, batch, round);
        rig_flush(&rig, NULL);
    }
    cr_assert_eq(__atomic_load_n(&allocations, __ATOMIC_RELAXED), before);
    rig_close(&rig);
}

Test(allocations, none_for_topology_in_a_batch_that_is_used_again) {
    sts_topology *batch = sts__topology_new(&counted);
    expect_no_allocation_by(topology_round, batch);
    sts_topology_free(batch);
}

Test(allocations, none_for_logs_in_a_batch_that_is_used_again) {
    sts_logs *logs = sts__logs_new(&counted);
    expect_no_allocation_by(logs_round, logs);
    sts_logs_free(logs);
}
