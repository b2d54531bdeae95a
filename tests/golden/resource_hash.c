/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/golden/resource_hash.jsonl and resource_hash_v0163.jsonl: both hashes of a resource's attributes as the key of
 * its records, with the partition that two profiles give it; by all attributes, and by patterns that stand for all.
 * resource_hash_names_twice.jsonl: where names stand several times. */
#include <criterion/criterion.h>
#include <stdio.h>
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

/* A spec for each row of a file. */
struct run {
    const char *file, *spec, *profile;
    const char *hash;          /* the field that has the key */
    const char *partition;     /* the field that has its partition; NULL: there is none */
    const char *descending;    /* the field that has the resource as pdata writes it; NULL: there is none */
    bool only_with_attributes; /* a choice of which there is no attribute has no value */
    sts_exporter *exporter;
};

static void check_order(const json_t *row, const struct run *run, const char *field, bool resource_last) {
    struct explained explained = {NULL, -1};
    sts_bytes resource = golden_bytes(row, field);
    struct pb request = request_of(resource, resource_last);
    cr_assert_eq(sts_explain_logs(run->exporter, request.data, request.size, NULL, keep, &explained, NULL), STS_OK);
    cr_assert_str_eq(explained.key, golden_text(row, run->hash), "%s: %s", run->spec, golden_text(row, "name"));
    if (run->partition)
        cr_assert_eq(explained.partition, golden_number(row, run->partition), "%s: %s", run->spec,
                     golden_text(row, "name"));
    free(explained.key);
    pb_clear(&request);
    hex_clear(&resource);
}

static void check_row(const json_t *row, void *user) {
    const struct run *run = user;
    if (run->only_with_attributes && golden_number(row, "attribute_count") == 0)
        return;
    check_order(row, run, "resource_pb_hex", false);
    check_order(row, run, run->descending ? run->descending : "resource_pb_hex", true);
}

static void check_all(struct run run) {
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none", "key", run.spec, "partitioner", run.profile));
    run.exporter = rig_new(options);
    cr_assert_eq(golden_each(run.file, check_row, &run), 211u);
    sts_exporter_free(run.exporter, 0);
    sts_options_free(options);
}

/* The hash of v0162, from the file that has its partitions. */
static void check_v0162(const char *spec, const char *profile, const char *partition, bool only_with_attributes) {
    check_all((struct run){.file = "tests/golden/resource_hash.jsonl",
                           .spec = spec,
                           .profile = profile,
                           .hash = "hash_hex",
                           .partition = partition,
                           .descending = "resource_pb_pdata_hex",
                           .only_with_attributes = only_with_attributes});
}

static void check_beside(const char *spec, const char *hash, bool only_with_attributes) {
    check_all((struct run){.file = "tests/golden/resource_hash_v0163.jsonl",
                           .spec = spec,
                           .profile = "java",
                           .hash = hash,
                           .only_with_attributes = only_with_attributes});
}

Test(golden_resource_hash, of_all_attributes) {
    check_v0162("resource_hash", "java", "partition_of_12_java", false);
    check_v0162("resource_hash()", "sarama", "partition_of_12_sarama", false);
}

Test(golden_resource_hash, of_a_choice_that_is_all) {
    check_v0162("resource_hash(\"*\")", "java", "partition_of_12_java", true);
    check_v0162("resource_hash_except(\"no such name\")", "java", "partition_of_12_java", true);
}

Test(golden_resource_hash, since_v0163) {
    check_beside("resource_hash_v0163", "new_hex", false);
    check_beside("resource_hash_v0163()", "new_hex", false);
    check_beside("resource_hash_v0163(\"*\")", "new_hex", true);
    check_beside("resource_hash_v0163_except(\"no such name\")", "new_hex", true);
    check_beside("resource_hash", "old_hex", false);
}

/* A resource whose attributes have these names; each one's value is its place. */
static struct pb resource_of(const json_t *names) {
    struct pb resource = {0};
    for (size_t i = 0; i < json_array_size(names); i++) {
        struct pb pair = {0}, value = {0};
        char name[24];
        snprintf(name, sizeof name, "%.0f", json_number_value(json_array_get(names, i)));
        pb_varint(&value, 3, i);
        pb_text(&pair, 1, name);
        pb_message(&pair, 2, &value);
        pb_message(&resource, 1, &pair);
    }
    return resource;
}

static void check_names(const json_t *row, void *user) {
    struct explained explained = {NULL, -1};
    struct pb resource = resource_of(json_object_get(row, "names"));
    struct pb request = request_of((sts_bytes){resource.data, resource.size}, false);
    cr_assert_eq(sts_explain_logs(user, request.data, request.size, NULL, keep, &explained, NULL), STS_OK);
    cr_assert_str_eq(explained.key, golden_text(row, "new_hex"), "%s, %zu names", golden_text(row, "name"),
                     json_array_size(json_object_get(row, "names")));
    free(explained.key);
    pb_clear(&request);
    pb_clear(&resource);
}

/* Each value counts, and the collector's sort does not keep the order of equal names. */
Test(golden_resource_hash, names_that_stand_several_times) {
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none", "key", "resource_hash_v0163"));
    sts_exporter *exporter = rig_new(options);
    cr_assert_eq(golden_each("tests/golden/resource_hash_names_twice.jsonl", check_names, exporter), 366u);
    sts_exporter_free(exporter, 0);
    sts_options_free(options);
}
