/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of an explanation, and that it heeds the options and the request as an export does. */
#include <criterion/criterion.h>
#include <string.h>

#include "support/otlp.h"
#include "support/rig.h"

/* Calls `check` for each record of the request that is made so: an empty key, no key, a key, each with a body. */
static void explain(const char *const *pairs, uint64_t first_record, sts_explanation_callback check, void *user) {
    struct otlp otlp = {0};
    struct pb otlp_request = {0};
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none"));
    rig_set(options, pairs);
    sts_exporter *exporter = rig_new(options);
    sts_export_context *context = sts_export_context_new();
    otlp_add_record(&otlp, "", "body");
    otlp_add_record(&otlp, NULL, "body");
    otlp_add_record(&otlp, "a key", "body");
    otlp_finish(&otlp_request, &otlp);
    cr_assert_eq(sts_export_context_set_first_record(context, first_record), STS_OK);
    cr_assert_eq(sts_explain_logs(exporter, otlp_request.data, otlp_request.size, context, check, user, NULL), STS_OK);
    sts_export_context_free(context);
    sts_exporter_free(exporter, 0);
    sts_options_free(options);
    pb_clear(&otlp_request);
}

/* What an explanation tells where there is nothing to tell. */
static void check_rejected(const sts_explanation *explanation, sts_status code) {
    sts_bytes key = {"x", 1}, value = {"x", 1};
    cr_assert_eq(sts_explanation_code(explanation), code, "%s", sts_status_name(sts_explanation_code(explanation)));
    cr_assert_gt(strlen(sts_explanation_text(explanation)), 0u);
    sts_explanation_key(explanation, &key);
    sts_explanation_value(explanation, &value);
    cr_assert_null(key.data);
    cr_assert_null(value.data);
    cr_assert_eq(sts_explanation_partition(explanation, 4), -1);
}

static void check_parts(const sts_explanation *explanation, void *user) {
    int32_t expected;
    sts_bytes key, value, header = {"x", 1};
    ++*(unsigned *)user;
    if (sts_explanation_index(explanation) == 1) {
        check_rejected(explanation, STS_ERR_KEY_MISSING);
        cr_assert_str_eq(sts_explanation_key_from(explanation), "", "there is none");
        return;
    }
    sts_explanation_key(explanation, &key);
    sts_explanation_value(explanation, &value);
    cr_assert_eq(sts_partition("java", key.data, key.size, 12, &expected), STS_OK);
    cr_assert_eq(sts_explanation_partition(explanation, 12), expected);
    cr_assert_eq(sts_explanation_partition(explanation, 0), -1);
    cr_assert_eq(sts_explanation_partition(explanation, -1), -1);
    cr_assert_eq(value.size, 4u);
    cr_assert_eq(sts_explanation_is_tombstone(explanation), 0);
    cr_assert_eq(sts_explanation_header_count(explanation), 0u);
    cr_assert_null(sts_explanation_header_name(explanation, 0));
    sts_explanation_header_value(explanation, 0, &header);
    cr_assert_null(header.data);
}

Test(explain, the_parts) {
    unsigned count = 0;
    explain(NULL, 0, check_parts, &count);
    cr_assert_eq(count, 3u);
}

static void check_rest(const sts_explanation *explanation, void *user) {
    cr_assert_eq(sts_explanation_index(explanation), 2u, "the index stays the record's place in the request");
    ++*(unsigned *)user;
}

Test(explain, from_the_first_record_on) {
    unsigned count = 0;
    explain(NULL, 2, check_rest, &count);
    cr_assert_eq(count, 1u);
}

static void check_sarama(const sts_explanation *explanation, void *user) {
    int32_t expected;
    (void)user;
    cr_assert_eq(sts_partition("sarama", "a key", 5, 12, &expected), STS_OK);
    cr_assert_eq(sts_explanation_partition(explanation, 12), expected);
}

Test(explain, by_the_exporters_profile) {
    explain(RIG_OPTIONS("partitioner", "sarama"), 2, check_sarama, NULL);
}

/* The first record has an empty key. */
static void check_empty_key(const sts_explanation *explanation, void *empty_key) {
    sts_bytes key;
    if (sts_explanation_index(explanation) != 0)
        return;
    if (strcmp(empty_key, "reject") == 0) {
        check_rejected(explanation, STS_ERR_KEY_EMPTY);
        return;
    }
    sts_explanation_key(explanation, &key);
    cr_assert_eq(sts_explanation_code(explanation), STS_OK);
    cr_assert_eq(key.size, 0u);
    cr_assert_eq(key.data == NULL, strcmp(empty_key, "null") == 0, "%s", (char *)empty_key);
    cr_assert_eq(sts_explanation_partition(explanation, 12) == -1, strcmp(empty_key, "null") == 0);
    cr_assert_str_eq(sts_explanation_key_from(explanation), "attributes[\"stskafka.key\"]");
}

Test(explain, what_becomes_of_an_empty_key) {
    char choices[3][8] = {"send", "null", "reject"};
    for (size_t i = 0; i < 3; i++)
        explain(RIG_OPTIONS("empty_key", choices[i]), 0, check_empty_key, choices[i]);
}
