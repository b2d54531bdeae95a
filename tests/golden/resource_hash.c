/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/golden/resource_hash.jsonl: the hash of a resource's attributes as the key of its records, with the partition
 * that two profiles give it; by all attributes, and by patterns that stand for all. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/golden.h"
#include "support/hex.h"
#include "support/protobuf.h"
#include "support/rig.h"

struct explained {
    char *key;
    int32_t partition;
};

static void keep(const sts_explanation *explanation, void *user) {
    struct explained *explained = user;
    sts_bytes key;
    cr_assert_eq(sts_explanation_code(explanation), STS_OK, "%s", sts_explanation_text(explanation));
    sts_explanation_key(explanation, &key);
    explained->key = hex_write(key);
    explained->partition = sts_explanation_partition(explanation, 12);
}

/* A request with one record in that resource, which stands before the record or behind it. */
static struct pb request_of(sts_bytes resource, bool resource_last) {
    struct pb request = {0}, resource_logs = {0}, scope_logs = {0}, record = {0}, body = {0};
    pb_bytes(&body, 7, "b", 1);
    pb_message(&record, 5, &body);
    pb_message(&scope_logs, 2, &record);
    if (!resource_last)
        pb_bytes(&resource_logs, 1, resource.data, resource.size);
    pb_message(&resource_logs, 2, &scope_logs);
    if (resource_last)
        pb_bytes(&resource_logs, 1, resource.data, resource.size);
    pb_message(&request, 1, &resource_logs);
    return request;
}

struct run {
    sts_exporter *exporter;
    const char *partition; /* the field that has it */
    bool only_with_attributes;
};

static void check_order(const json_t *row, const struct run *run, const char *field, bool resource_last) {
    struct explained explained = {NULL, -1};
    sts_bytes resource = golden_bytes(row, field);
    struct pb request = request_of(resource, resource_last);
    cr_assert_eq(sts_explain_logs(run->exporter, request.data, request.size, NULL, keep, &explained, NULL), STS_OK);
    cr_assert_str_eq(explained.key, golden_text(row, "hash_hex"), "%s", golden_text(row, "name"));
    cr_assert_eq(explained.partition, golden_number(row, run->partition), "%s", golden_text(row, "name"));
    free(explained.key);
    pb_clear(&request);
    hex_clear(&resource);
}

static void check_row(const json_t *row, void *user) {
    const struct run *run = user;
    if (run->only_with_attributes && golden_number(row, "attribute_count") == 0)
        return;
    check_order(row, run, "resource_pb_hex", false);
    check_order(row, run, "resource_pb_pdata_hex", true);
}

static void check_all(const char *spec, const char *profile, const char *partition, bool only_with_attributes) {
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none", "key", spec, "partitioner", profile));
    struct run run = {rig_new(options), partition, only_with_attributes};
    cr_assert_eq(golden_each("tests/golden/resource_hash.jsonl", check_row, &run), 211u);
    sts_exporter_free(run.exporter, 0);
    sts_options_free(options);
}

Test(golden_resource_hash, of_all_attributes) {
    check_all("resource_hash", "java", "partition_of_12_java", false);
    check_all("resource_hash()", "sarama", "partition_of_12_sarama", false);
}

/* A choice of which there is no attribute has no value, so that an empty resource has no key. */
Test(golden_resource_hash, of_a_choice_that_is_all) {
    check_all("resource_hash(\"*\")", "java", "partition_of_12_java", true);
    check_all("resource_hash_except(\"no such name\")", "java", "partition_of_12_java", true);
}
