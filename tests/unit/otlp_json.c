/* SPDX-License-Identifier: Apache-2.0
 *
 * sts_export and sts_explain: what they refuse, and that JSON leads where protobuf does (golden.logs has more of that;
 * what JSON says is in unit.intake and golden.otlp_json). */
#include <criterion/criterion.h>
#include <string.h>

#include "support/explained.h"
#include "support/rig.h"

#define RECORD(key, body)                                                                                              \
    "{\"body\":{\"bytesValue\":\"" body "\"},\"attributes\":[{\"key\":\"stskafka.key\",\"value\":{\"stringValue\":"    \
    "\"" key "\"}}]}"
#define REQUEST(records) "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[" records "]}]}]}"

static const char three[] = REQUEST(RECORD("a", "MQ==") "," RECORD("b", "Mg==") "," RECORD("c", "Mw=="));

/* Explains and exports, which must agree; nothing may come of it. */
static void check_refused(int32_t signal, int32_t format, const char *text, sts_status expected, int64_t offset,
                          const char *part) {
    struct rig rig;
    struct explained_list list = {0};
    uint64_t counts[STS_COUNTS];
    sts_error *errors[2] = {NULL, NULL};
    size_t size = text ? strlen(text) : 1;
    memset(counts, 0xff, sizeof counts);
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(sts_explain(rig.exporter, signal, format, text, size, NULL, explained_keep, &list, &errors[0]),
                 expected);
    cr_assert_eq(sts_export(rig.exporter, signal, format, text, size, NULL, counts, STS_COUNTS, &errors[1]), expected);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(sts_error_code(errors[i]), expected);
        cr_assert_eq(sts_error_offset(errors[i]), offset, "%d", (int)sts_error_offset(errors[i]));
        cr_assert(strstr(sts_error_text(errors[i]), part), "%s", sts_error_text(errors[i]));
        sts_error_free(errors[i]);
    }
    cr_assert_eq(list.count, 0u);
    for (int i = 0; i < STS_COUNTS; i++)
        cr_assert_eq(counts[i], 0u);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_RECORDS], 0u);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 0u);
    rig_close(&rig);
}

Test(otlp_json, what_is_wrong_exports_nothing_and_is_told_by_its_place) {
    check_refused(STS_SIGNAL_LOGS, STS_FORMAT_OTLP_JSON, "", STS_ERR_JSON, 0,
                  "line 1, column 1: an object was expected");
    check_refused(STS_SIGNAL_LOGS, STS_FORMAT_OTLP_JSON, REQUEST(RECORD("a", "MQ==") ",\n{\"flags\":-1}"), STS_ERR_JSON,
                  153, "line 2, column 10, resourceLogs[0].scopeLogs[0].logRecords[1].flags: a number out of range");
    check_refused(STS_SIGNAL_LOGS, STS_FORMAT_OTLP_JSON, "\x0a\x02\x12\x00", STS_ERR_JSON, 1, "line 2, column 1");
    check_refused(STS_SIGNAL_LOGS, STS_FORMAT_OTLP_PROTO, "{}", STS_ERR_MALFORMED, 2, "of the request");
}

Test(otlp_json, what_is_too_deep_is_told_by_its_place) {
    char text[4096] = "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":";
    for (int i = 0; i < 49; i++)
        strcat(text, "{\"arrayValue\":{\"values\":[");
    check_refused(STS_SIGNAL_LOGS, STS_FORMAT_OTLP_JSON, text, STS_ERR_TOO_DEEP, 54 + 48 * 25 + 14,
                  "nested more than 100 levels deep");
}

Test(otlp_json, another_signal_or_format_is_not_taken_for_one_that_is_known) {
    static const int32_t others[] = {0, 1, 11, 50, -10, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        check_refused(others[i], STS_FORMAT_OTLP_JSON, three, STS_ERR_UNSUPPORTED, -1, "STS_SIGNAL_LOGS");
        check_refused(STS_SIGNAL_LOGS, others[i], three, STS_ERR_UNSUPPORTED, -1, "STS_FORMAT_OTLP_JSON");
    }
}

Test(otlp_json, arguments) {
    struct rig rig;
    check_refused(STS_SIGNAL_LOGS, STS_FORMAT_OTLP_JSON, NULL, STS_ERR_INVALID_ARGUMENT, -1, "NULL");
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(sts_explain(rig.exporter, STS_SIGNAL_LOGS, STS_FORMAT_OTLP_JSON, "{}", 2, NULL, NULL, NULL, NULL),
                 STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_export(NULL, STS_SIGNAL_LOGS, STS_FORMAT_OTLP_JSON, "{}", 2, NULL, NULL, 0, NULL),
                 STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_export(rig.exporter, STS_SIGNAL_LOGS, STS_FORMAT_OTLP_PROTO, NULL, 0, NULL, NULL, 0, NULL),
                 STS_OK);
    cr_assert_eq(sts_export(rig.exporter, STS_SIGNAL_LOGS, STS_FORMAT_OTLP_JSON, "{}", 2, NULL, NULL, 0, NULL), STS_OK);
    rig_close(&rig);
}

/* The host goes on after a full queue with the same JSON. */
Test(otlp_json, goes_on_from_a_record_on) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    sts_export_context *context = sts_export_context_new();
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(sts_export_context_set_first_record(context, 2), STS_OK);
    cr_assert_eq(sts_export(rig.exporter, STS_SIGNAL_LOGS, STS_FORMAT_OTLP_JSON, three, sizeof three - 1, context,
                            counts, STS_COUNTS, NULL),
                 STS_OK);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 1u);
    rig_flush(&rig, NULL);
    const sts_message *message = sts_memory_transport_message(rig.memory, 0);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 1u);
    cr_assert(message->key.size == 1 && memcmp(message->key.data, "c", 1) == 0);
    cr_assert(message->value.size == 1 && memcmp(message->value.data, "3", 1) == 0);
    sts_export_context_free(context);
    rig_close(&rig);
}
