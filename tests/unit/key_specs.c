/* SPDX-License-Identifier: Apache-2.0
 *
 * What keys the specs give, and what becomes of a record that has none: each spec on requests in both orders of
 * protobuf's fields. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/explained.h"
#include "support/otlp_tree.h"
#include "support/outcome_log.h"
#include "support/rig.h"
#include "support/spec_cases.h"

static void fill_levels(struct otlp_tree *tree) {
    otlp_tree_attribute(tree, "all", otlp_text("record"));
    otlp_tree_scope_attribute(tree, "all", otlp_text("scope"));
    otlp_tree_resource_attribute(tree, "all", otlp_text("resource"));
    otlp_tree_scope_attribute(tree, "two", otlp_text("scope"));
    otlp_tree_resource_attribute(tree, "two", otlp_text("resource"));
    otlp_tree_resource_attribute(tree, "one", otlp_text("resource"));
    otlp_tree_attribute(tree, "empty", otlp_text(""));
    otlp_tree_scope_attribute(tree, "empty", otlp_text("scope"));
    otlp_tree_attribute(tree, "void", (struct pb){0});
    otlp_tree_scope_name(tree, "the scope");
}

Test(key_specs, an_attribute_of_the_record_or_the_scope_or_the_resource) {
    spec_check(fill_levels,
               SPEC_CASES({"attribute(\"all\")", "record", STS_OK}, {"attribute(\"two\")", "scope", STS_OK},
                          {"attribute(\"one\")", "resource", STS_OK},
                          {"attribute(\"none\")", NULL, STS_ERR_KEY_MISSING}, {"attribute(\"empty\")", "", STS_OK},
                          {"attribute(\"void\")", NULL, STS_ERR_KEY_MISSING},
                          {"attribute(\"ALL\")", NULL, STS_ERR_KEY_MISSING}),
               NULL, NULL);
}

Test(key_specs, an_attribute_of_one_level) {
    spec_check(
        fill_levels,
        SPEC_CASES({"attributes[\"all\"]", "record", STS_OK}, {"scope.attributes[\"all\"]", "scope", STS_OK},
                   {"instrumentation_scope.attributes[\"two\"]", "scope", STS_OK},
                   {"resource.attributes[\"all\"]", "resource", STS_OK}, {"scope.name", "the scope", STS_OK},
                   {"attributes[\"two\"]", NULL, STS_ERR_KEY_MISSING}, {"body", "b", STS_OK},
                   {"Concat([resource.attributes[\"one\"], attributes[\"all\"]], \"/\")", "resource/record", STS_OK}),
        NULL, NULL);
}

Test(key_specs, constants_and_none) {
    spec_check(spec_fill_nothing,
               SPEC_CASES({"constant(\"a key\")", "a key", STS_OK}, {"constant(\"\")", "", STS_OK},
                          {"none", NULL, STS_OK}, {"attributes[\"absent\"] | none", NULL, STS_OK},
                          {"constant(\"a\") | none", "a", STS_OK}, {"  constant( \"a\" )\t|\nnone ", "a", STS_OK}),
               NULL, NULL);
}

/* A null key by declaration is neither missing nor empty. */
Test(key_specs, none_is_never_missing) {
    spec_check(spec_fill_nothing, SPEC_CASES({"attributes[\"absent\"] | none", NULL, STS_OK}),
               RIG_OPTIONS("missing_key", "reject", "empty_key", "reject"), NULL);
}

static const unsigned char trace_id[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xab, 0xcd, 0xef, 13, 14, 15};
static const unsigned char span_id[8] = {0xff, 1, 2, 3, 4, 5, 6, 0xfe};

static void fill_ids(struct otlp_tree *tree) {
    otlp_tree_trace_id(tree, trace_id, sizeof trace_id);
    otlp_tree_span_id(tree, span_id, sizeof span_id);
}

/* pdata reads an id of zeros as an empty one. */
static void fill_zero_ids(struct otlp_tree *tree) {
    const unsigned char zeros[16] = {0};
    otlp_tree_trace_id(tree, zeros, 16);
    otlp_tree_span_id(tree, zeros, 8);
}

Test(key_specs, ids_are_hex_text) {
    spec_check(fill_ids,
               SPEC_CASES({"trace_id", "00010203040506070809abcdef0d0e0f", STS_OK},
                          {"span_id", "ff010203040506fe", STS_OK},
                          {"trace_id.string", "00010203040506070809abcdef0d0e0f", STS_OK},
                          {"span_id.string | none", "ff010203040506fe", STS_OK}),
               NULL, NULL);
}

Test(key_specs, an_empty_id_is_no_value) {
    const struct spec_case *cases =
        SPEC_CASES({"trace_id", NULL, STS_ERR_KEY_MISSING}, {"span_id", NULL, STS_ERR_KEY_MISSING},
                   {"trace_id | span_id | constant(\"c\")", "c", STS_OK},
                   {"trace_id.string", "00000000000000000000000000000000", STS_OK},
                   {"span_id.string", "0000000000000000", STS_OK});
    spec_check(spec_fill_nothing, cases, NULL, NULL);
    spec_check(fill_zero_ids, cases, NULL, NULL);
}

static void fill_kinds(struct otlp_tree *tree) {
    otlp_tree_attribute(tree, "text", otlp_text("a text"));
    otlp_tree_attribute(tree, "bytes", otlp_bytes("some bytes", 10));
    otlp_tree_attribute(tree, "empty", otlp_text(""));
    otlp_tree_attribute(tree, "no bytes", otlp_bytes("", 0));
    otlp_tree_attribute(tree, "void", (struct pb){0});
    otlp_tree_attribute_bare(tree, "bare");
    otlp_tree_attribute(tree, "list", otlp_nested(1));
    otlp_tree_attribute(tree, "map", otlp_map("k", otlp_int(1)));
    otlp_tree_attribute(tree, "int", otlp_int(7));
    otlp_tree_attribute(tree, "true", otlp_bool(true));
    otlp_tree_attribute(tree, "false", otlp_bool(false));
}

Test(key_specs, alternatives_go_on_where_there_is_no_value) {
    spec_check(
        fill_kinds,
        SPEC_CASES({"attributes[\"absent\"] | attributes[\"text\"]", "a text", STS_OK},
                   {"attributes[\"void\"] | attributes[\"bytes\"]", "some bytes", STS_OK},
                   {"attributes[\"bare\"] | attributes[\"text\"]", "a text", STS_OK},
                   {"attribute(\"void\") | attribute(\"text\")", "a text", STS_OK},
                   {"nil | constant(\"c\")", "c", STS_OK},
                   {"attributes[\"map\"][\"x\"] | constant(\"c\")", "c", STS_OK},
                   {"metadata(\"absent\") | resource_hash(\"absent\") | trace_id | constant(\"c\")", "c", STS_OK},
                   {"attributes[\"absent\"] | attributes[\"void\"]", NULL, STS_ERR_KEY_MISSING}),
        NULL, NULL);
}

Test(key_specs, an_empty_text_is_a_value) {
    spec_check(fill_kinds,
               SPEC_CASES({"attributes[\"empty\"] | constant(\"c\")", "", STS_OK},
                          {"attributes[\"no bytes\"] | constant(\"c\")", "", STS_OK},
                          {"constant(\"\") | none", "", STS_OK}),
               NULL, NULL);
}

Test(key_specs, what_is_no_key_rejects_in_spite_of_alternatives) {
    const struct spec_case *cases =
        SPEC_CASES({"attributes[\"map\"] | constant(\"c\")", NULL, STS_ERR_KEY_TYPE},
                   {"attributes[\"list\"] | none", NULL, STS_ERR_KEY_TYPE}, {"attributes", NULL, STS_ERR_KEY_TYPE},
                   {"SHA256(attributes[\"absent\"]) | constant(\"c\")", NULL, STS_ERR_KEY_EVAL},
                   {"FNV(attributes[\"int\"]) | none", NULL, STS_ERR_KEY_EVAL},
                   {"attributes[\"absent\"] | SHA256(attributes[\"int\"]) | none", NULL, STS_ERR_KEY_EVAL});
    spec_check(fill_kinds, cases, NULL, NULL);
    spec_check(fill_kinds, cases, RIG_OPTIONS("missing_key", "null", "empty_key", "null"), NULL);
}

/* The first value wins: what stands behind it is not even computed. */
Test(key_specs, nothing_is_computed_behind_the_first_value) {
    spec_check(fill_kinds,
               SPEC_CASES({"attributes[\"text\"] | SHA256(attributes[\"absent\"])", "a text", STS_OK},
                          {"attributes[\"empty\"] | attributes[\"map\"]", "", STS_OK}),
               NULL, NULL);
}

Test(key_specs, missing_key_and_empty_key_decide_apart) {
    spec_check(fill_kinds,
               SPEC_CASES({"attributes[\"absent\"]", NULL, STS_OK}, {"attributes[\"void\"]", NULL, STS_OK},
                          {"trace_id", NULL, STS_OK}, {"attributes[\"empty\"]", "", STS_OK}),
               RIG_OPTIONS("missing_key", "null"), NULL);
    spec_check(fill_kinds,
               SPEC_CASES({"attributes[\"absent\"]", NULL, STS_ERR_KEY_MISSING},
                          {"attributes[\"empty\"]", NULL, STS_OK}, {"attributes[\"no bytes\"]", NULL, STS_OK},
                          {"attributes[\"text\"]", "a text", STS_OK}),
               RIG_OPTIONS("empty_key", "null"), NULL);
    spec_check(fill_kinds,
               SPEC_CASES({"attributes[\"absent\"]", NULL, STS_OK}, {"attributes[\"empty\"]", NULL, STS_ERR_KEY_EMPTY},
                          {"attributes[\"no bytes\"] | none", NULL, STS_ERR_KEY_EMPTY}, {"none", NULL, STS_OK}),
               RIG_OPTIONS("missing_key", "null", "empty_key", "reject"), NULL);
}

/* The texts are pdata's (tests/golden/as_string.jsonl). */
static void fill_numbers(struct otlp_tree *tree) {
    otlp_tree_attribute(tree, "least", otlp_int(INT64_MIN));
    otlp_tree_attribute(tree, "most", otlp_int(INT64_MAX));
    otlp_tree_attribute(tree, "nan", otlp_double((double)NAN));
    otlp_tree_attribute(tree, "inf", otlp_double((double)INFINITY));
    otlp_tree_attribute(tree, "-inf", otlp_double(-(double)INFINITY));
    otlp_tree_attribute(tree, "-0", otlp_double(-0.0));
    otlp_tree_attribute(tree, "0", otlp_double(0.0));
    otlp_tree_attribute(tree, "tenth", otlp_double(0.1));
    otlp_tree_attribute(tree, "whole", otlp_double(3.0));
    otlp_tree_attribute(tree, "1e20", otlp_double(1e20));
    otlp_tree_attribute(tree, "1e21", otlp_double(1e21));
    otlp_tree_attribute(tree, "largest", otlp_double(DBL_MAX));
    otlp_tree_attribute(tree, "tiniest", otlp_double(5e-324));
    otlp_tree_attribute(tree, "true", otlp_bool(true));
    otlp_tree_attribute(tree, "false", otlp_bool(false));
}

Test(key_specs, numbers_at_their_limits) {
    spec_check(
        fill_numbers,
        SPEC_CASES({"attributes[\"least\"]", "-9223372036854775808", STS_OK},
                   {"attributes[\"most\"]", "9223372036854775807", STS_OK}, {"attributes[\"nan\"]", "NaN", STS_OK},
                   {"attributes[\"inf\"]", "Infinity", STS_OK}, {"attributes[\"-inf\"]", "-Infinity", STS_OK},
                   {"attributes[\"-0\"]", "-0", STS_OK}, {"attributes[\"0\"]", "0", STS_OK},
                   {"attributes[\"tenth\"]", "0.1", STS_OK}, {"attributes[\"whole\"]", "3", STS_OK},
                   {"attributes[\"1e20\"]", "100000000000000000000", STS_OK}, {"attributes[\"1e21\"]", "1e+21", STS_OK},
                   {"attributes[\"largest\"]", "1.7976931348623157e+308", STS_OK},
                   {"attributes[\"tiniest\"]", "5e-324", STS_OK}, {"attributes[\"true\"]", "true", STS_OK},
                   {"attribute(\"false\")", "false", STS_OK}),
        NULL, NULL);
}

static void fill_bytes(struct otlp_tree *tree) {
    otlp_tree_attribute(tree, "text", otlp_text("\xff\xfe\xc3(\x80"));
    otlp_tree_attribute(tree, "bytes", otlp_bytes("\xff\xfe", 2));
    otlp_tree_resource_attribute(tree, "text", otlp_text("\xc0\x80"));
}

Test(key_specs, what_is_not_utf8_is_a_key_as_it_stands) {
    spec_check(fill_bytes,
               SPEC_CASES({"attributes[\"text\"]", "\xff\xfe\xc3(\x80", STS_OK},
                          {"attributes[\"bytes\"]", "\xff\xfe", STS_OK},
                          {"resource.attributes[\"text\"]", "\xc0\x80", STS_OK}),
               NULL, NULL);
}

static void fill_nul(struct otlp_tree *tree) {
    struct pb text = {0};
    pb_bytes(&text, 1, "x\0y", 3); /* string_value */
    otlp_tree_attribute(tree, "nul", text);
    otlp_tree_attribute(tree, "a", otlp_text("wrong"));
    otlp_tree_attribute_named(tree, "a\0c", 3, otlp_text("wrong too"));
    otlp_tree_attribute_named(tree, "a\0b", 3, otlp_text("right"));
}

Test(key_specs, nul_in_a_name) {
    spec_check(fill_nul,
               SPEC_CASES({"attributes[\"a\\x00b\"]", "right", STS_OK}, {"attribute(\"a\\x00b\")", "right", STS_OK},
                          {"attributes[\"a\\x00d\"]", NULL, STS_ERR_KEY_MISSING},
                          {"attributes[\"a\"]", "wrong", STS_OK}),
               NULL, NULL);
}

Test(key_specs, nul_in_a_key) {
    struct explained_list list = {0};
    struct pb request = spec_request(fill_nul, PB_ASCENDING);
    explained_by(&list, RIG_OPTIONS("key", "attributes[\"nul\"]"), &request, NULL);
    cr_assert_eq(list.items[0].key_size, 3u);
    cr_assert_eq(memcmp(list.items[0].key, "x\0y", 3), 0);
    explained_clear(&list);
    pb_clear(&request);
}

/* OTLP forbids it, pdata reads it so. */
static void fill_duplicates(struct otlp_tree *tree) {
    otlp_tree_attribute(tree, "d", otlp_text("first"));
    otlp_tree_attribute(tree, "d", otlp_text("second"));
    otlp_tree_attribute(tree, "void", (struct pb){0});
    otlp_tree_attribute(tree, "void", otlp_text("second"));
    otlp_tree_scope_attribute(tree, "d", otlp_text("scope first"));
    otlp_tree_scope_attribute(tree, "d", otlp_text("scope second"));
    otlp_tree_resource_attribute(tree, "d", otlp_text("resource first"));
    otlp_tree_resource_attribute(tree, "d", otlp_text("resource second"));
}

Test(key_specs, of_attributes_with_one_name_the_first_counts) {
    spec_check(fill_duplicates,
               SPEC_CASES({"attributes[\"d\"]", "first", STS_OK}, {"attribute(\"d\")", "first", STS_OK},
                          {"scope.attributes[\"d\"]", "scope first", STS_OK},
                          {"resource.attributes[\"d\"]", "resource first", STS_OK},
                          {"attributes[\"void\"] | constant(\"c\")", "c", STS_OK}),
               NULL, NULL);
}

Test(key_specs, metadata) {
    const struct spec_case *cases =
        SPEC_CASES({"metadata(\"tenant\")", "one", STS_OK}, {"metadata(\"X-TENANT\")", NULL, STS_ERR_KEY_MISSING},
                   {"metadata(\"TENANT\")", "one", STS_OK}, {"metadata(\"empty\") | constant(\"c\")", "", STS_OK},
                   {"metadata(\"absent\") | constant(\"c\")", "c", STS_OK}, {"metadata(\"bytes\")", "\xff\x01", STS_OK},
                   {"Concat([metadata(\"tenant\"), metadata(\"other\")], \"-\")", "one-2", STS_OK});
    sts_export_context *context = sts_export_context_new();
    cr_assert_eq(sts_export_context_add_metadata(context, "Other", "2", 1), STS_OK);
    cr_assert_eq(sts_export_context_add_metadata(context, "Tenant", "one", 3), STS_OK);
    cr_assert_eq(sts_export_context_add_metadata(context, "tenant", "two", 3), STS_OK);
    cr_assert_eq(sts_export_context_add_metadata(context, "empty", NULL, 0), STS_OK);
    cr_assert_eq(sts_export_context_add_metadata(context, "bytes", "\xff\x01", 2), STS_OK);
    spec_check(spec_fill_nothing, cases, NULL, context);
    sts_export_context_reset(context);
    spec_check(spec_fill_nothing, SPEC_CASES({"metadata(\"tenant\")", NULL, STS_ERR_KEY_MISSING}), NULL, context);
    spec_check(spec_fill_nothing, SPEC_CASES({"metadata(\"tenant\")", NULL, STS_ERR_KEY_MISSING}), NULL, NULL);
    sts_export_context_free(context);
}

Test(key_specs, what_the_key_was_made_of) {
    struct explained_list list = {0};
    struct pb request = spec_request(fill_kinds, PB_ASCENDING);
    explained_by(&list, RIG_OPTIONS("key", "attributes[\"absent\"] | attributes[\"text\"] | none"), &request, NULL);
    explained_by(&list, RIG_OPTIONS("key", "attributes[\"absent\"]", "missing_key", "null"), &request, NULL);
    cr_assert_str_eq(list.items[0].key_from, "attributes[\"text\"]");
    cr_assert_null(strstr(list.items[1].key_from, "attributes"), "it is missing, and comes from no alternative: %s",
                   list.items[1].key_from);
    explained_clear(&list);
    pb_clear(&request);
}

static void fill_sizes(struct otlp_tree *tree) {
    otlp_tree_attribute(tree, "5", otlp_text("12345"));
    otlp_tree_attribute(tree, "6", otlp_bytes("123456", 6));
    otlp_tree_attribute(tree, "int", otlp_int(100000));
}

Test(key_specs, the_largest_key) {
    spec_check(fill_sizes,
               SPEC_CASES({"attributes[\"5\"]", "12345", STS_OK}, {"attributes[\"6\"]", NULL, STS_ERR_KEY_SIZE},
                          {"attributes[\"int\"]", NULL, STS_ERR_KEY_SIZE},
                          {"Concat([\"12\", \"45\"], \"3\")", "12345", STS_OK},
                          {"attributes[\"6\"] | attributes[\"5\"]", NULL, STS_ERR_KEY_SIZE}),
               RIG_OPTIONS("max_key_bytes", "5"), NULL);
}

/* Adds a record with a key of that many bytes. */
static void add_sized(struct otlp *otlp, size_t size) {
    char *bytes = malloc(size);
    struct pb key, body = otlp_bytes("b", 1);
    cr_assert_not_null(bytes);
    memset(bytes, 'k', size);
    key = otlp_bytes(bytes, size);
    otlp_add(otlp, &key, NULL, &body);
    free(bytes);
}

Test(key_specs, a_record_with_too_large_a_key_is_rejected_alone) {
    struct rig rig;
    struct otlp otlp = {0};
    struct pb request = {0};
    struct outcome_log log;
    static const size_t sizes[] = {1, 1 << 20, 65536, 65537, 2};
    outcome_log_init(&log);
    for (size_t i = 0; i < 5; i++)
        add_sized(&otlp, sizes[i]);
    otlp_finish(&request, &otlp);
    rig_open(&rig, NULL, RIG_OPTIONS("outcomes", "all"));
    cr_assert_eq(rig_export(&rig, &request, NULL), STS_ERR_REJECTED);
    outcome_log_take(&log, rig.exporter, 5);
    for (size_t i = 0; i < 5; i++) {
        sts_status code = outcome_log_find(&log, 0, i).code;
        cr_assert_eq(code, sizes[i] > 65536 ? STS_ERR_KEY_SIZE : STS_OK, "%zu: %s", sizes[i], sts_status_name(code));
    }
    cr_assert_eq(sts_memory_transport_count(rig.memory), 3u);
    rig_close(&rig);
    outcome_log_clear(&log);
    pb_clear(&request);
}

/* What is explained is what is sent. */
Test(key_specs, an_export_takes_the_same_key) {
    static const char *const specs[] = {"attribute(\"text\")", "resource_hash", "constant(\"\")", "none",
                                        "attributes[\"absent\"] | attributes[\"int\"]"};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct rig rig;
        struct explained_list list = {0};
        struct pb request = spec_request(fill_kinds, PB_DESCENDING);
        rig_open(&rig, NULL, RIG_OPTIONS("key", specs[i]));
        explained_add(&list, rig.exporter, &request, NULL);
        cr_assert_eq(rig_export(&rig, &request, NULL), STS_OK, "%s", specs[i]);
        rig_flush(&rig, NULL);
        const sts_message *message = sts_memory_transport_message(rig.memory, 0);
        cr_assert_not_null(message);
        cr_assert_eq(message->key.size, list.items[0].key_size, "%s", specs[i]);
        cr_assert_eq(message->key.data == NULL, list.items[0].key == NULL, "%s", specs[i]);
        cr_assert(message->key.size == 0 || memcmp(message->key.data, list.items[0].key, message->key.size) == 0);
        rig_close(&rig);
        explained_clear(&list);
        pb_clear(&request);
    }
}
