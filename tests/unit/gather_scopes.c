/* SPDX-License-Identifier: Apache-2.0
 *
 * Where nothing is decided by what is a record's alone, the records of a scope are routed once for all of them: with
 * the same result as one by one. */
#include <criterion/criterion.h>
#include <string.h>

#include "support/otlp_tree.h"
#include "support/rig.h"

enum { RESOURCES = 4, SCOPES = 3, RECORDS = 3 };

/* The second resource has no attribute "svc", and the third one of another type. */
static struct pb request_of_many(enum pb_order order) {
    static const char *const texts[] = {"a", NULL, NULL, "a"};
    struct otlp_tree *tree = otlp_tree_new(order);
    for (int64_t resource = 0; resource < RESOURCES; resource++) {
        otlp_tree_resource(tree);
        if (texts[resource])
            otlp_tree_resource_attribute(tree, "svc", otlp_text(texts[resource]));
        if (resource == 2)
            otlp_tree_resource_attribute(tree, "svc", otlp_int(7));
        for (int64_t scope = 0; scope < SCOPES; scope++) {
            otlp_tree_scope(tree);
            otlp_tree_scope_attribute(tree, "n", otlp_int(scope % 2));
            for (int64_t record = 0; record < RECORDS; record++) {
                otlp_tree_record(tree);
                otlp_tree_attribute(tree, "number", otlp_int((resource * SCOPES + scope) * RECORDS + record));
            }
        }
    }
    return otlp_tree_finish(tree);
}

static void check_same_bytes(sts_bytes one, sts_bytes other, const char *what, size_t at) {
    cr_assert_eq(one.size, other.size, "%s of message %zu", what, at);
    cr_assert_eq(!one.data, !other.data, "%s of message %zu", what, at);
    cr_assert(one.size == 0 || memcmp(one.data, other.data, one.size) == 0, "%s of message %zu", what, at);
}

static void check_same_message(const sts_message *one, const sts_message *other, size_t at) {
    cr_assert_str_eq(one->topic, other->topic);
    cr_assert_eq(one->partition, other->partition);
    cr_assert_eq(one->timestamp_ms, other->timestamp_ms);
    cr_assert_eq(one->record_count, other->record_count, "message %zu", at);
    cr_assert_eq(one->header_count, other->header_count, "message %zu", at);
    check_same_bytes(one->key, other->key, "key", at);
    check_same_bytes(one->value, other->value, "value", at);
    for (size_t i = 0; i < 2 * one->header_count; i++)
        check_same_bytes(one->headers[i], other->headers[i], "header", at);
}

/* Exports the request with these options; with a topic that is looked for in each record, which names none, where they
 * are to be routed one by one. How many messages it made. */
static size_t export(struct rig *rig, const char *const *pairs, bool one_by_one, const struct pb *request,
                     uint64_t *counts, sts_status *status) {
    uint64_t later[STS_COUNTS];
    rig_prepare(rig, NULL, RIG_OPTIONS("encoding", "otlp_proto", "partitioner", "sarama"));
    rig_set(rig->options, RIG_OPTIONS("topic_from", one_by_one ? "attributes[\"none\"]" : ""));
    rig_set(rig->options, pairs);
    rig_start(rig);
    *status = rig_export(rig, request, counts);
    rig_flush(rig, later);
    rig_check_sums(later);
    return (size_t)sts_memory_transport_count(rig->memory);
}

/* With how many messages they ended. */
static size_t check_same(const char *const *pairs) {
    size_t count = 0;
    for (int order = PB_ASCENDING; order <= PB_DESCENDING; order++) {
        struct pb request = request_of_many((enum pb_order)order);
        struct rig by_scope, by_record;
        uint64_t counts[STS_COUNTS], expected_counts[STS_COUNTS];
        sts_status status, expected_status;
        size_t expected = export(&by_record, pairs, true, &request, expected_counts, &expected_status);
        count = export(&by_scope, pairs, false, &request, counts, &status);
        cr_assert_eq(status, expected_status);
        cr_assert_eq(count, expected);
        cr_assert_arr_eq(counts, expected_counts, sizeof counts);
        for (size_t i = 0; i < count; i++)
            check_same_message(sts_memory_transport_message(by_scope.memory, i),
                               sts_memory_transport_message(by_record.memory, i), i);
        rig_close(&by_scope);
        rig_close(&by_record);
        pb_clear(&request);
    }
    return count;
}

#define SVC "resource.attributes[\"svc\"]"
#define N "scope.attributes[\"n\"]"

Test(gather_scopes, keys_of_the_resource) {
    cr_assert_eq(check_same(RIG_OPTIONS("gather", "resource", "key", SVC " | \"x\"")), RESOURCES);
    cr_assert_eq(check_same(RIG_OPTIONS("gather", "key", "key", SVC " | \"x\"")), 3, "the first and the last share");
    cr_assert_eq(check_same(RIG_OPTIONS("gather", "resource", "key", "resource_hash")), RESOURCES);
    cr_assert_eq(check_same(RIG_OPTIONS("gather", "request", "key", "none")), 1);
}

Test(gather_scopes, keys_of_the_scope) {
    cr_assert_eq(check_same(RIG_OPTIONS("gather", "key", "key", N)), 2);
    cr_assert_eq(check_same(RIG_OPTIONS("gather", "resource", "key", N)), 2 * RESOURCES);
}

Test(gather_scopes, records_without_a_key_are_rejected_each) {
    cr_assert_eq(check_same(RIG_OPTIONS("gather", "resource", "key", SVC)), RESOURCES - 1);
    cr_assert_eq(check_same(RIG_OPTIONS("gather", "resource", "key", SVC, "missing_key", "null")), RESOURCES);
}

Test(gather_scopes, topics_partitions_and_headers_of_the_resource_or_the_scope) {
    cr_assert_eq(check_same(RIG_OPTIONS("gather", "resource", "key", "none", "topic_from_attribute", "svc")),
                 RESOURCES);
    cr_assert_eq(check_same(RIG_OPTIONS("gather", "request", "key", "none", "partition_from", N)), 2);
    cr_assert_eq(check_same(RIG_OPTIONS("gather", "request", "key", "none", "header_from.n", N, "header_from.svc", SVC,
                                        "content_type_header", "true", "fingerprint_header", "f")),
                 6, "two numbers under each of a, 7 and nothing");
}

/* What is a record's own keeps it apart, whatever else is the scope's. */
Test(gather_scopes, what_is_of_the_record_is_asked_of_each) {
    const size_t all = RESOURCES * SCOPES * RECORDS;
    cr_assert_eq(check_same(RIG_OPTIONS("gather", "key", "key", "attributes[\"number\"]")), all);
    cr_assert_eq(check_same(RIG_OPTIONS("gather", "key", "key", SVC " | attributes[\"number\"]")),
                 2 + SCOPES * RECORDS);
    cr_assert_eq(check_same(RIG_OPTIONS("gather", "key", "key", "none", "header_from.n", "attributes[\"number\"]")),
                 all);
}
