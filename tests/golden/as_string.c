/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/golden/as_string.jsonl, each value as the key of a record: text and bytes go verbatim, numbers and truths as
 * pdata writes them, maps and lists are rejected, and no value is no key. By AsString each value is its text. */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "support/golden.h"
#include "support/hex.h"
#include "support/otlp.h"
#include "support/rig.h"

/* What was explained of the one record of a request. */
struct explained {
    sts_status code;
    char *key;
    size_t count;
};

static void keep(const sts_explanation *explanation, void *user) {
    struct explained *explained = user;
    sts_bytes key;
    sts_explanation_key(explanation, &key);
    free(explained->key);
    *explained = (struct explained){sts_explanation_code(explanation), hex_write(key), explained->count + 1};
}

/* The bytes of a bytes value, which as_string.jsonl has only as base64. */
static sts_bytes inside_bytes_value(sts_bytes any_value) {
    const unsigned char *data = any_value.data;
    cr_assert_geq(any_value.size, 2u);
    cr_assert_eq(data[0], 7 << 3 | PB_LENGTH);
    cr_assert_eq(data[1], any_value.size - 2, "the vectors have no longer ones");
    return (sts_bytes){data + 2, any_value.size - 2};
}

/* What the key is, and how it is looked at. */
struct run {
    const char *key;
    void (*check)(const json_t *row, const struct explained *explained, sts_bytes any_value);
    sts_exporter *exporter;
};

static void check_text(const json_t *row, const struct explained *explained, sts_bytes any_value) {
    (void)any_value;
    cr_assert_eq(explained->code, STS_OK, "%s: %s", golden_text(row, "name"), sts_status_name(explained->code));
    cr_assert_str_eq(explained->key, golden_text(row, "as_string_hex"), "%s", golden_text(row, "name"));
}

static void check_key(const json_t *row, const struct explained *explained, sts_bytes any_value) {
    const char *type = golden_text(row, "type"), *name = golden_text(row, "name");
    sts_status expected = STS_OK;
    if (strcmp(type, "Empty") == 0)
        expected = STS_ERR_KEY_MISSING;
    else if (strcmp(type, "Slice") == 0 || strcmp(type, "Map") == 0)
        expected = STS_ERR_KEY_TYPE;
    cr_assert_eq(explained->count, 1u);
    cr_assert_eq(explained->code, expected, "%s %s: %s", type, name, sts_status_name(explained->code));
    if (expected != STS_OK)
        return;
    char *text = strcmp(type, "Bytes") == 0 ? hex_write(inside_bytes_value(any_value))
                                            : strdup(golden_text(row, "as_string_hex"));
    cr_assert_str_eq(explained->key, text, "%s %s", type, name);
    free(text);
}

static void check_row(const json_t *row, void *user) {
    const struct run *run = user;
    sts_bytes any_value = golden_bytes(row, "anyvalue_pb_hex");
    struct explained explained = {STS_ERR_INTERNAL, NULL, 0};
    struct otlp otlp = {0};
    struct pb request = {0}, key = {0}, body = otlp_bytes("body", 4);
    pb_put(&key, any_value.data, any_value.size);
    otlp_add(&otlp, &key, NULL, &body);
    otlp_finish(&request, &otlp);
    cr_assert_eq(sts_explain_logs(run->exporter, request.data, request.size, NULL, keep, &explained, NULL), STS_OK,
                 "%s", golden_text(row, "name"));
    run->check(row, &explained, any_value);
    free(explained.key);
    pb_clear(&request);
    hex_clear(&any_value);
}

static void check_rows(struct run run) {
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none", "key", run.key));
    run.exporter = rig_new(options);
    cr_assert_eq(golden_each("tests/golden/as_string.jsonl", check_row, &run), 462u);
    sts_exporter_free(run.exporter, 0);
    sts_options_free(options);
}

static void check_all(void) {
    check_rows((struct run){"attributes[\"stskafka.key\"]", check_key, NULL});
    check_rows((struct run){"AsString(attributes[\"stskafka.key\"])", check_text, NULL});
}

Test(golden_as_string, as_keys) {
    check_all();
}

/* A key must not depend on the host's locale. LOCPATH has one that ./dev made. */
Test(golden_as_string, as_keys_where_numbers_have_a_comma) {
    const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "fr_FR.utf8", "fr_FR"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!setlocale(LC_ALL, names[i]))
            continue;
        cr_assert_str_eq(localeconv()->decimal_point, ",");
        check_all();
        return;
    }
    cr_assert_fail("there is no locale with a decimal comma; ./dev setup test makes one");
}
