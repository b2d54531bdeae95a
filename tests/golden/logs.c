/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/golden/logs.jsonl: what the StackVista collector's exporter sends for a request, record by record. Each request
 * goes, in protobuf with its fields in either order and in JSON, through an exporter over memory and through an
 * exporter that only explains. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/golden.h"
#include "support/hex.h"
#include "support/outcome_log.h"
#include "support/rig.h"

static sts_status expected_code(const char *reject) {
    if (!reject)
        return STS_OK;
    if (strcmp(reject, "missing_key") == 0)
        return STS_ERR_KEY_MISSING;
    if (strcmp(reject, "key_type") == 0)
        return STS_ERR_KEY_TYPE;
    if (strcmp(reject, "body_not_bytes") == 0)
        return STS_ERR_BODY_TYPE;
    cr_assert_str_eq(reject, "invalid_topic");
    return STS_ERR_TOPIC_INVALID;
}

/* Null, empty and other bytes are three different things. */
static void check_bytes(const json_t *record, const char *name, sts_bytes bytes, const char *where) {
    const char *expected = golden_text(record, name);
    char *found = hex_write(bytes);
    cr_assert_str_eq(found, expected ? expected : "null", "%s of %s", name, where);
    free(found);
}

static void check_message(const json_t *record, const sts_message *message, const char *where) {
    cr_assert_not_null(message, "%s was not sent", where);
    cr_assert_str_eq(message->topic, golden_text(record, "topic"), "%s", where);
    check_bytes(record, "key_hex", message->key, where);
    check_bytes(record, "value_hex", message->value, where);
    cr_assert_eq(message->value.data == NULL, json_is_true(json_object_get(record, "tombstone")), "%s", where);
    cr_assert_eq(message->header_count, 0u, "%s", where);
}

struct expected_counts {
    uint64_t records, rejected;
};

static struct expected_counts count_expected(const json_t *records) {
    struct expected_counts expected = {json_array_size(records), 0};
    size_t i;
    const json_t *record;
    json_array_foreach(records, i, record) expected.rejected += !json_is_null(json_object_get(record, "reject"));
    return expected;
}

static void check_counts(struct expected_counts expected, const uint64_t *counts, const char *where) {
    cr_assert_eq(counts[STS_COUNT_RECORDS], expected.records, "%s", where);
    cr_assert_eq(counts[STS_COUNT_REJECTED], expected.rejected, "%s", where);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], expected.records - expected.rejected, "%s", where);
}

static void check_export(const json_t *row, int32_t format, sts_bytes request, const char *where) {
    const json_t *records = json_object_get(row, "records"), *record;
    struct expected_counts expected = count_expected(records);
    uint64_t counts[STS_COUNTS];
    struct outcome_log log;
    struct rig rig;
    size_t i, sent = 0;
    outcome_log_init(&log);
    rig_open(&rig, NULL, RIG_OPTIONS("outcomes", "all", "topic", golden_text(row, "default_topic")));

    sts_status status =
        sts_export(rig.exporter, STS_SIGNAL_LOGS, format, request.data, request.size, NULL, counts, STS_COUNTS, NULL);
    cr_assert_eq(status, expected.rejected ? STS_ERR_REJECTED : STS_OK, "%s: %s", where, sts_status_name(status));
    check_counts(expected, counts, where);
    rig_flush(&rig, counts);
    check_counts(expected, counts, where);
    rig_check_sums(counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], expected.records - expected.rejected);

    outcome_log_take(&log, rig.exporter, json_array_size(records));
    json_array_foreach(records, i, record) {
        struct outcome_copy outcome = outcome_log_find(&log, 0, (uint64_t)golden_number(record, "index"));
        sts_status code = expected_code(golden_text(record, "reject"));
        cr_assert_eq(outcome.code, code, "%s[%zu]: %s", where, i, sts_status_name(outcome.code));
        cr_assert_eq(outcome.kind, code ? STS_OUTCOME_REJECTED : STS_OUTCOME_DELIVERED);
        if (code == STS_OK)
            check_message(record, sts_memory_transport_message(rig.memory, sent++), where);
    }
    cr_assert_eq(sts_memory_transport_count(rig.memory), sent);
    rig_close(&rig);
    outcome_log_clear(&log);
}

/* What the explanations are held against. */
struct explained {
    const json_t *records;
    const char *where;
    size_t count;
};

/* Runs in the test's own thread, so it may assert. */
static void check_explanation(const sts_explanation *explanation, void *user) {
    struct explained *explained = user;
    const json_t *record = json_array_get(explained->records, explained->count++);
    const char *where = explained->where;
    sts_bytes key, value;
    cr_assert_not_null(record, "%s: too many explanations", where);
    cr_assert_eq(sts_explanation_index(explanation), (uint64_t)golden_number(record, "index"));
    sts_status code = expected_code(golden_text(record, "reject"));
    cr_assert_eq(sts_explanation_code(explanation), code, "%s: %s", where,
                 sts_status_name(sts_explanation_code(explanation)));
    cr_assert_eq(sts_explanation_text(explanation)[0] == '\0', code == STS_OK, "%s", where);
    if (code != STS_OK)
        return;
    sts_explanation_key(explanation, &key);
    sts_explanation_value(explanation, &value);
    cr_assert_str_eq(sts_explanation_topic(explanation), golden_text(record, "topic"), "%s", where);
    check_bytes(record, "key_hex", key, where);
    check_bytes(record, "value_hex", value, where);
    cr_assert_eq(sts_explanation_is_tombstone(explanation), json_is_true(json_object_get(record, "tombstone")));
    cr_assert_str_eq(sts_explanation_key_from(explanation), "attributes[\"stskafka.key\"]", "%s", where);
    cr_assert_eq(sts_explanation_header_count(explanation), 0u);
}

static void check_explain(const json_t *row, int32_t format, sts_bytes request, const char *where) {
    struct explained explained = {json_object_get(row, "records"), where, 0};
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none", "topic", golden_text(row, "default_topic")));
    sts_exporter *exporter = rig_new(options);
    uint64_t counts[STS_COUNTS];
    cr_assert_eq(sts_explain(exporter, STS_SIGNAL_LOGS, format, request.data, request.size, NULL, check_explanation,
                             &explained, NULL),
                 STS_OK);
    cr_assert_eq(explained.count, json_array_size(explained.records), "%s", where);
    cr_assert_eq(sts_exporter_counts(exporter, counts, STS_COUNTS), STS_OK);
    cr_assert_eq(counts[STS_COUNT_RECORDS], 0u, "explaining counts nothing");
    sts_exporter_free(exporter, 0);
    sts_options_free(options);
}

static void check_row(const json_t *row, void *request_name) {
    sts_bytes request = golden_bytes(row, request_name);
    check_export(row, STS_FORMAT_OTLP_PROTO, request, golden_text(row, "name"));
    check_explain(row, STS_FORMAT_OTLP_PROTO, request, golden_text(row, "name"));
    hex_clear(&request);
}

static void check_row_in_json(const json_t *row, void *unused) {
    (void)unused;
    char *text = json_dumps(json_object_get(row, "logs_json"), JSON_COMPACT);
    cr_assert_not_null(text);
    const sts_bytes request = {text, strlen(text)};
    check_export(row, STS_FORMAT_OTLP_JSON, request, golden_text(row, "name"));
    check_explain(row, STS_FORMAT_OTLP_JSON, request, golden_text(row, "name"));
    free(text);
}

Test(golden_logs, ascending_fields) {
    cr_assert_eq(golden_each("tests/golden/logs.jsonl", check_row, "logs_pb_asc_hex"), 84u);
}

Test(golden_logs, descending_fields) {
    cr_assert_eq(golden_each("tests/golden/logs.jsonl", check_row, "logs_pb_desc_hex"), 84u);
}

Test(golden_logs, in_json) {
    cr_assert_eq(golden_each("tests/golden/logs.jsonl", check_row_in_json, NULL), 84u);
}
