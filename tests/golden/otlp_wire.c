/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/golden/otlp_wire.jsonl: which bytes are a request, and what the record's attribute "a" is in them, as the
 * collector's pdata has it: every field with every wire type, two members of an AnyValue, varints of all lengths. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/golden.h"
#include "support/hex.h"
#include "support/rig.h"

struct explained {
    char *key; /* in hex; NULL: no value, or no record */
    sts_status code;
};

static void keep(const sts_explanation *explanation, void *user) {
    struct explained *explained = user;
    sts_bytes key;
    sts_explanation_key(explanation, &key);
    free(explained->key);
    explained->key = key.data ? hex_write(key) : NULL;
    explained->code = sts_explanation_code(explanation);
}

struct exporters {
    sts_exporter *text, *bare;
};

static struct explained explain(sts_exporter *exporter, sts_bytes request, sts_status *status) {
    struct explained explained = {NULL, STS_OK};
    *status = sts_explain_logs(exporter, request.data, request.size, NULL, keep, &explained, NULL);
    return explained;
}

static void check_row(const json_t *row, void *user) {
    const struct exporters *exporters = user;
    const char *name = golden_text(row, "name"), *type = golden_text(row, "type");
    const char *expected = golden_text(row, "as_string_hex");
    sts_bytes request = golden_bytes(row, "request_hex");
    sts_status status;
    struct explained text = explain(exporters->text, request, &status);
    cr_assert_eq(status, json_is_true(json_object_get(row, "accept")) ? STS_OK : STS_ERR_MALFORMED, "%s: %s", name,
                 sts_status_name(status));
    cr_assert(text.key && expected ? strcmp(text.key, expected) == 0 : text.key == expected, "%s: %s, not %s", name,
              text.key, expected);
    struct explained bare = explain(exporters->bare, request, &status);
    if (type)
        cr_assert_eq(bare.code == STS_ERR_KEY_MISSING, strcmp(type, "Empty") == 0, "%s: %s is %s", name, type,
                     sts_status_name(bare.code));
    free(text.key);
    free(bare.key);
    hex_clear(&request);
}

Test(golden_otlp_wire, as_the_collector_reads_it) {
    sts_options *text = rig_options(RIG_OPTIONS("transport", "none", "key", "AsString(attributes[\"a\"]) | none"));
    sts_options *bare = rig_options(RIG_OPTIONS("transport", "none", "key", "attributes[\"a\"]"));
    struct exporters exporters = {rig_new(text), rig_new(bare)};
    cr_assert_eq(golden_each("tests/golden/otlp_wire.jsonl", check_row, &exporters), 1221u);
    sts_exporter_free(exporters.text, 0);
    sts_exporter_free(exporters.bare, 0);
    sts_options_free(text);
    sts_options_free(bare);
}
