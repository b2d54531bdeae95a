/* SPDX-License-Identifier: Apache-2.0
 *
 * The headers of records: which, in what order, with what values; and the partition that a spec gives. */
#include <criterion/criterion.h>
#include <string.h>

#include "support/explained.h"
#include "support/otlp_tree.h"
#include "support/outcome_log.h"
#include "support/rig.h"

/* A record with a key and attributes of all types. */
static struct pb one_record(void) {
    struct otlp_tree *tree = otlp_tree_new(PB_ASCENDING);
    otlp_tree_begin(tree);
    otlp_tree_attribute(tree, "stskafka.key", otlp_text("k"));
    otlp_tree_attribute(tree, "text", otlp_text("a text"));
    otlp_tree_attribute(tree, "empty", otlp_text(""));
    otlp_tree_attribute(tree, "bytes", otlp_bytes("\xff\x00\x01", 3));
    otlp_tree_attribute(tree, "int", otlp_int(3));
    otlp_tree_attribute(tree, "minus", otlp_int(-1));
    otlp_tree_attribute(tree, "large", otlp_int(INT64_C(2147483648)));
    otlp_tree_attribute(tree, "digits", otlp_text("3"));
    otlp_tree_attribute(tree, "double", otlp_double(3.0));
    otlp_tree_attribute(tree, "true", otlp_bool(true));
    otlp_tree_attribute(tree, "map", otlp_map("k", otlp_int(1)));
    otlp_tree_attribute(tree, "void", (struct pb){0});
    otlp_tree_resource_attribute(tree, "where", otlp_text("a resource"));
    return otlp_tree_finish(tree);
}

static sts_export_context *some_metadata(void) {
    sts_export_context *context = sts_export_context_new();
    cr_assert_not_null(context);
    cr_assert_eq(sts_export_context_add_metadata(context, "Tenant", "one", 3), STS_OK);
    cr_assert_eq(sts_export_context_add_metadata(context, "other", "not asked for", 13), STS_OK);
    cr_assert_eq(sts_export_context_add_metadata(context, "trace", "", 0), STS_OK);
    cr_assert_eq(sts_export_context_add_metadata(context, "tenant", "two", 3), STS_OK);
    return context;
}

/* What is told of the record; its key is freed. */
static struct explained explain(const char *const *pairs) {
    struct explained_list list = {0};
    struct pb request = one_record();
    sts_export_context *metadata = some_metadata();
    explained_by(&list, pairs, &request, metadata);
    cr_assert_eq(list.count, 1u);
    struct explained explained = list.items[0];
    explained_clear(&list);
    explained.key = NULL;
    sts_export_context_free(metadata);
    pb_clear(&request);
    return explained;
}

static void check_header(const struct explained *explained, size_t index, const char *name, const char *value) {
    cr_assert_eq(explained->code, STS_OK, "%s: %s", name, explained->text);
    cr_assert_lt(index, explained->header_count, "%s", name);
    cr_assert_str_eq(explained->headers[index].name, name);
    cr_assert_eq(explained->headers[index].is_null, value == NULL, "%s", name);
    cr_assert_str_eq(explained->headers[index].value, value ? value : "", "%s", name);
    cr_assert_eq(explained->headers[index].size, value ? strlen(value) : 0, "%s", name);
}

Test(header_rules, none_by_default) {
    struct explained explained = explain(NULL);
    cr_assert_eq(explained.code, STS_OK);
    cr_assert_eq(explained.header_count, 0u);
}

/* notes/kafka-exporters, section 10: fixed ones, then otelcol.signal, then metadata. */
Test(header_rules, the_order) {
    struct explained explained =
        explain(RIG_OPTIONS("include_metadata_keys", "tenant,trace", "header_from.computed", "attributes[\"text\"]",
                            "signal_header", "true", "record_headers.z", "1", "record_headers.a", "2"));
    cr_assert_eq(explained.code, STS_OK, "%s", explained.text);
    cr_assert_eq(explained.header_count, 7u);
    check_header(&explained, 0, "z", "1");
    check_header(&explained, 1, "a", "2");
    check_header(&explained, 2, "otelcol.signal", "logs");
    size_t tenant = explained_header(&explained, "tenant");
    check_header(&explained, tenant, "tenant", "one");
    check_header(&explained, tenant + 1, "tenant", "two");
    check_header(&explained, tenant + 2, "trace", "");
    check_header(&explained, explained_header(&explained, "computed"), "computed", "a text");
}

Test(header_rules, metadata_under_the_configured_names) {
    struct explained explained = explain(RIG_OPTIONS("include_metadata_keys", "trace,TENANT,absent"));
    cr_assert_eq(explained.header_count, 3u);
    check_header(&explained, 0, "trace", "");
    check_header(&explained, 1, "TENANT", "one");
    check_header(&explained, 2, "TENANT", "two");
}

Test(header_rules, fixed_ones) {
    struct explained explained = explain(RIG_OPTIONS("record_headers.a", "", "record_headers.b.c", "x, y = z",
                                                     "record_headers.d", "old", "record_headers.d", "new"));
    cr_assert_eq(explained.header_count, 3u);
    check_header(&explained, 0, "a", "");
    check_header(&explained, 1, "b.c", "x, y = z");
    check_header(&explained, 2, "d", "new");
}

static void check_computed(const char *spec, const char *value) {
    struct explained explained = explain(RIG_OPTIONS("header_from.h", spec));
    cr_assert_eq(explained.header_count, 1u, "%s: %s", spec, explained.text);
    check_header(&explained, 0, "h", value);
}

Test(header_rules, computed_ones) {
    check_computed("attributes[\"text\"]", "a text");
    check_computed("attributes[\"empty\"]", "");
    check_computed("attributes[\"int\"]", "3");
    check_computed("attributes[\"double\"]", "3");
    check_computed("attributes[\"true\"]", "true");
    check_computed("resource.attributes[\"where\"]", "a resource");
    check_computed("attribute(\"where\") | none", "a resource");
    check_computed("AsString(attributes[\"map\"])", "{\"k\":1}");
    check_computed("metadata(\"TENANT\")", "one");
    check_computed("none", NULL);
    check_computed("attributes[\"absent\"] | none", NULL);
    struct explained explained = explain(RIG_OPTIONS("header_from.h", "attributes[\"bytes\"]"));
    cr_assert_eq(explained.headers[0].size, 3u);
    cr_assert_eq(memcmp(explained.headers[0].value, "\xff\x00\x01", 3), 0);
}

/* Whatever becomes of a record without a key, a header without a value is left out. */
Test(header_rules, no_value_no_header) {
    static const char *const specs[] = {"attributes[\"absent\"]", "attributes[\"void\"]", "trace_id",
                                        "metadata(\"absent\") | resource_hash(\"absent\")"};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct explained explained = explain(RIG_OPTIONS("header_from.h", specs[i], "missing_key", "null"));
        cr_assert_eq(explained.code, STS_OK, "%s: %s", specs[i], explained.text);
        cr_assert_eq(explained.header_count, 0u, "%s", specs[i]);
    }
}

Test(header_rules, what_cannot_be_a_header_rejects) {
    static const char *const specs[] = {"attributes[\"map\"]", "SHA256(attributes[\"absent\"])",
                                        "SHA256(attributes[\"int\"]) | none", "attributes"};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct explained explained = explain(RIG_OPTIONS("header_from.h", specs[i]));
        explained_check_code(&explained, STS_ERR_HEADER, specs[i]);
        cr_assert_not_null(strstr(explained.text, "header h"), "which: %s", explained.text);
    }
}

/* The text of the fingerprint header under these options. */
static void fingerprint(char *text, const char *const *pairs) {
    const char *all[32] = {"fingerprint_header", "fp"};
    for (size_t i = 0; pairs[i]; i++)
        all[i + 2] = pairs[i];
    struct explained explained = explain(all);
    size_t index = explained_header(&explained, "fp");
    cr_assert_lt(index, explained.header_count, "%s", explained.text);
    cr_assert_gt(explained.headers[index].size, 0u);
    memcpy(text, explained.headers[index].value, EXPLAINED_VALUE);
}

Test(header_rules, the_fingerprint_changes_with_what_decides) {
    static const char *const changes[][2] = {
        {"key", "attributes[\"text\"]"},
        {"key", "attributes[\"stskafka.key\"] | none"},
        {"key", "constant(\"k\")"},
        {"partitioner", "sarama"},
        {"partitioner", "librdkafka"},
        {"missing_key", "null"},
        {"empty_key", "null"},
        {"empty_key", "reject"},
        {"partition_from", "attributes[\"int\"]"},
    };
    enum { CHANGES = sizeof changes / sizeof *changes };
    char texts[CHANGES + 1][EXPLAINED_VALUE];
    fingerprint(texts[CHANGES], RIG_OPTIONS("topic", "sts-otel-topology"));
    for (size_t i = 0; i < CHANGES; i++) {
        fingerprint(texts[i], RIG_OPTIONS(changes[i][0], changes[i][1]));
        for (size_t j = 0; j < i; j++)
            cr_assert_str_neq(texts[i], texts[j], "%s=%s as %s", changes[i][0], changes[i][1], changes[j][1]);
        cr_assert_str_neq(texts[i], texts[CHANGES], "%s=%s as without", changes[i][0], changes[i][1]);
    }
}

/* What a rule is called stays while its keys do: consumers store it, and records move with another one. */
Test(header_rules, the_fingerprints_of_the_hashes_stay_for_ever) {
    static const char *const known[][2] = {
        {"resource_hash", "1-sarama-8d35b728"},
        {"resource_hash_v0163", "1-sarama-4ff4e5ea"},
        {"resource_hash_except(\"k8s.pod.*\")", "1-sarama-e2961e11"},
        {"resource_hash_v0163_except(\"k8s.pod.*\")", "1-sarama-fa1800cb"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char text[EXPLAINED_VALUE];
        fingerprint(text, RIG_OPTIONS("key", known[i][0], "partitioner", "sarama"));
        cr_assert_str_eq(text, known[i][1], "%s", known[i][0]);
    }
}

Test(header_rules, the_fingerprint_stays_with_what_does_not_decide) {
    char one[EXPLAINED_VALUE], other[EXPLAINED_VALUE];
    fingerprint(one, RIG_OPTIONS("key", "attributes[\"text\"]|constant(\"a  b\")"));
    fingerprint(other, RIG_OPTIONS("key", "  attributes [ \"text\" ]\n | constant( \"a  b\" ) "));
    cr_assert_str_eq(one, other, "spaces between the words");
    fingerprint(other, RIG_OPTIONS("key", "attributes[\"text\"]|constant(\"a b\")"));
    cr_assert_str_neq(one, other, "a space inside of a text");
    fingerprint(other, RIG_OPTIONS("key", "attributes[\"text\"]|constant(\"a  b\")", "linger", "20ms", "compression",
                                   "none", "client_id", "another", "record_headers.h", "x"));
    cr_assert_str_eq(one, other, "how it is sent");
}

Test(header_rules, the_fingerprint_is_the_same_in_every_exporter) {
    char one[EXPLAINED_VALUE], other[EXPLAINED_VALUE];
    const char *const *pairs = RIG_OPTIONS("key", "attributes[\"text\"]", "partitioner", "sarama");
    fingerprint(one, pairs);
    fingerprint(other, pairs);
    cr_assert_str_eq(one, other);
    fingerprint(other, RIG_OPTIONS("partitioner", "java", "partitioner", "sarama", "key", "attributes[\"text\"]",
                                   "missing_key", "reject", "empty_key", "send"));
    cr_assert_str_eq(one, other, "what is set to its default is not changed");
}

Test(header_rules, headers_travel_with_the_message) {
    struct rig rig;
    struct pb request = one_record();
    sts_export_context *metadata = some_metadata();
    rig_open(&rig, NULL,
             RIG_OPTIONS("record_headers.fixed", "1", "header_from.null", "none", "include_metadata_keys", "tenant"));
    cr_assert_eq(sts_export_logs(rig.exporter, request.data, request.size, metadata, NULL, 0, NULL), STS_OK);
    rig_flush(&rig, NULL);
    const sts_message *message = sts_memory_transport_message(rig.memory, 0);
    cr_assert_eq(message->header_count, 4u);
    size_t nulls = 0;
    for (size_t i = 0; i < 4; i++)
        nulls += message->headers[2 * i + 1].data == NULL;
    cr_assert_eq(nulls, 1u);
    cr_assert_str_eq(message->headers[0].data, "fixed");
    cr_assert_eq(message->headers[1].size, 1u);
    cr_assert_eq(memcmp(message->headers[1].data, "1", 1), 0);
    sts_export_context_free(metadata);
    rig_close(&rig);
    pb_clear(&request);
}

/* What is fixed does not hang on a record: topology has it too. */
Test(header_rules, topology_has_the_fixed_ones) {
    struct explained_list list = {0};
    sts_options *options =
        rig_options(RIG_OPTIONS("transport", "none", "record_headers.fixed", "1", "record_headers.two", "2"));
    sts_exporter *exporter = rig_new(options);
    sts_topology *batch = sts_topology_new();
    cr_assert_eq(sts_topology_set_stream(batch, STS_OWNER_AGENT, "urn:x", NULL), STS_OK);
    cr_assert_eq(sts_topology_add_component(batch, "urn:c", "c", "host", NULL), STS_OK);
    cr_assert_eq(sts_topology_set_metadata(batch, "a stream", NULL, 0, NULL), STS_OK);
    cr_assert_eq(sts_explain_topology(exporter, batch, NULL, explained_keep, &list, NULL), STS_OK);
    cr_assert_eq(list.count, 2u);
    for (size_t i = 0; i < list.count; i++) {
        check_header(&list.items[i], 0, "fixed", "1");
        check_header(&list.items[i], 1, "two", "2");
    }
    explained_clear(&list);
    sts_topology_free(batch);
    sts_exporter_free(exporter, 0);
    sts_options_free(options);
}

/* --- partition_from --- */

static void check_partition(const char *const *pairs, int32_t partition) {
    struct explained explained = explain(pairs);
    cr_assert_eq(explained.code, STS_OK, "%s: %s", pairs[1], explained.text);
    cr_assert_eq(explained.partition, partition, "%s: %d", pairs[1], (int)explained.partition);
}

Test(header_rules, a_partition_by_a_spec) {
    int32_t by_key;
    cr_assert_eq(sts_partition("java", "k", 1, EXPLAINED_PARTITIONS, &by_key), STS_OK);
    cr_assert_neq(by_key, 3, "or else this proves nothing");
    check_partition(RIG_OPTIONS("partition_from", "attributes[\"int\"]"), 3);
    check_partition(RIG_OPTIONS("partition_from", "Int(attributes[\"digits\"])"), 3);
    check_partition(RIG_OPTIONS("partition_from", "attributes[\"absent\"] | 0"), 0);
    check_partition(RIG_OPTIONS("partition_from", "attributes[\"int\"]", "key", "none"), 3);
    check_partition(RIG_OPTIONS("partition_from", "attributes[\"absent\"] | attributes[\"void\"]"), by_key);
    check_partition(RIG_OPTIONS("partition_from", ""), by_key);
    check_partition(RIG_OPTIONS("partition_from", "attributes[\"absent\"]", "key", "none"), -1);
}

Test(header_rules, what_is_no_partition_rejects) {
    static const char *const specs[] = {
        "attributes[\"minus\"]", "attributes[\"large\"]", "attributes[\"digits\"]", "attributes[\"double\"]",
        "attributes[\"true\"]",  "attributes[\"map\"]",   "attributes[\"empty\"]",  "attributes[\"bytes\"]",
    };
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct explained explained = explain(RIG_OPTIONS("partition_from", specs[i]));
        explained_check_code(&explained, STS_ERR_PARTITION, specs[i]);
    }
}

Test(header_rules, a_partition_that_cannot_be_computed) {
    struct explained explained = explain(RIG_OPTIONS("partition_from", "FNV(attributes[\"absent\"]) | 0"));
    explained_check_code(&explained, STS_ERR_KEY_EVAL, "error.h: the key, or another spec");
}

static int32_t sent_to(const char *spec) {
    struct rig rig;
    struct pb request = one_record();
    rig_open(&rig, NULL, RIG_OPTIONS("partition_from", spec));
    cr_assert_eq(rig_export(&rig, &request, NULL), STS_OK, "%s", spec);
    rig_flush(&rig, NULL);
    int32_t partition = sts_memory_transport_message(rig.memory, 0)->partition;
    rig_close(&rig);
    pb_clear(&request);
    return partition;
}

Test(header_rules, the_partition_travels_with_the_message) {
    cr_assert_eq(sent_to("attributes[\"int\"]"), 3);
    cr_assert_eq(sent_to("attributes[\"absent\"] | 0"), 0);
    cr_assert_eq(sent_to("attributes[\"absent\"]"), -1, "by the profile");
}

/* logs.h: an explanation tells the partition among so many; transport.h: a topic in memory has so many. */
Test(header_rules, a_partition_that_the_topic_does_not_have) {
    struct rig rig;
    struct outcome_log log;
    struct pb request = one_record();
    outcome_log_init(&log);
    rig_open(&rig, NULL, RIG_OPTIONS("outcomes", "all", "partition_from", "7"));
    rig_export(&rig, &request, NULL);
    outcome_log_take(&log, rig.exporter, 1);
    cr_assert_eq(log.items[0].kind, STS_OUTCOME_REJECTED);
    cr_assert_eq(log.items[0].code, STS_ERR_PARTITION);
    outcome_log_clear(&log);
    rig_close(&rig);
    pb_clear(&request);
}
