/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/golden/ottl.jsonl, ottl_more.jsonl and ottl_v0163.jsonl: each expression as the key of a log record, with the
 * result that the collector's OTTL has; ottl_signals.jsonl: the same of spans and metrics. Lists, maps and times have
 * no key of their own: their text, by AsString, is compared. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/golden.h"
#include "support/hex.h"
#include "support/rig.h"

enum { MOST_INPUTS = 16 };

/* The inputs, each in the two orders of fields. */
struct inputs {
    const char *signal; /* of rows that name one: which are looked at */
    size_t count;
    size_t cases;
    struct {
        char id[16];
        sts_bytes orders[2];
    } items[MOST_INPUTS];
};

struct explained {
    sts_status code;
    char *key; /* hex; NULL: none */
};

static void keep(const sts_explanation *explanation, void *user) {
    struct explained *explained = user;
    sts_bytes key;
    sts_explanation_key(explanation, &key);
    explained->code = sts_explanation_code(explanation);
    if (explained->code == STS_ERR_BODY_TYPE) /* the inputs' bodies are no bytes; the key was made before */
        explained->code = STS_OK;
    explained->key = key.data ? hex_write(key) : NULL;
}

/* Whose items the present test has. */
static int32_t signal_number = STS_SIGNAL_LOGS;
static const char *key_option = "key";

static sts_status set_key(sts_options *options, const char *spec) {
    return sts_options_set(options, key_option, spec, NULL);
}

/* What the spec makes of the input; `code` is that of the options where they refuse it. */
static struct explained explain(const char *spec, sts_bytes input) {
    struct explained explained = {STS_ERR_INTERNAL, NULL};
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none"));
    sts_status status = set_key(options, spec);
    if (status != STS_OK) {
        explained.code = status;
    } else {
        sts_exporter *exporter = rig_new(options);
        cr_assert_eq(sts_explain(exporter, signal_number, STS_FORMAT_OTLP_PROTO, input.data, input.size, NULL, keep,
                                 &explained, NULL),
                     STS_OK);
        sts_exporter_free(exporter, 0);
    }
    sts_options_free(options);
    return explained;
}

static void check_code(const char *spec, sts_bytes input, sts_status code) {
    struct explained explained = explain(spec, input);
    cr_assert_eq(explained.code, code, "%s: %s, not %s", spec, sts_status_name(explained.code), sts_status_name(code));
    free(explained.key);
}

static void check_key(const char *spec, sts_bytes input, const char *hex) {
    struct explained explained = explain(spec, input);
    cr_assert_eq(explained.code, STS_OK, "%s: %s", spec, sts_status_name(explained.code));
    cr_assert_str_eq(explained.key, hex, "%s", spec);
    free(explained.key);
}

static bool is_one_of(const char *type, const char *const *types) {
    while (*types && strcmp(type, *types) != 0)
        types++;
    return *types != NULL;
}

/* In hex. The text is enough where it is plain. */
static char *expected(const json_t *row, const char *type) {
    const json_t *bytes = json_object_get(row, "bytes_hex");
    const char *text_hex = golden_text(row, "text_hex");
    if (strcmp(type, "bytes") == 0 && json_is_string(bytes))
        text_hex = json_string_value(bytes);
    if (text_hex)
        return strdup(text_hex);
    const char *text = golden_text(row, "text");
    return hex_write((sts_bytes){text, strlen(text)});
}

static void check_case(const json_t *row, const char *type, const char *spec, sts_bytes input) {
    static const char *const containers[] = {"map", "slice", NULL};
    static const char *const ids[] = {"trace_id", "span_id", NULL};
    char as_string[4096];
    if (strcmp(type, "parse_error") == 0) {
        check_code(spec, input, STS_ERR_OPTION_VALUE);
        return;
    }
    if (strcmp(type, "eval_error") == 0) {
        check_code(spec, input, STS_ERR_KEY_EVAL);
        return;
    }
    if (strcmp(type, "nil") == 0) {
        check_code(spec, input, STS_ERR_KEY_MISSING);
        return;
    }
    char *hex = expected(row, type);
    if (is_one_of(type, containers)) {
        check_code(spec, input, STS_ERR_KEY_TYPE);
        snprintf(as_string, sizeof as_string, "AsString(%s)", spec);
        check_key(as_string, input, hex);
    } else if (is_one_of(type, ids) && !*hex) {
        check_code(spec, input, STS_ERR_KEY_MISSING);
    } else {
        check_key(spec, input, hex);
    }
    free(hex);
}

static void read_input(const json_t *row, void *user) {
    struct inputs *inputs = user;
    if (strcmp(golden_text(row, "row"), "input") != 0)
        return;
    cr_assert_lt(inputs->count, (size_t)MOST_INPUTS);
    snprintf(inputs->items[inputs->count].id, sizeof inputs->items[0].id, "%s", golden_text(row, "id"));
    inputs->items[inputs->count].orders[0] = golden_bytes(row, "logs_pb_asc_hex");
    inputs->items[inputs->count++].orders[1] = golden_bytes(row, "logs_pb_desc_hex");
}

/* Where path context names are demanded, a path without one is an error; here they may be left out. */
static bool only_with_names(const json_t *row, const char *type) {
    return json_is_true(json_object_get(row, "path_context_names")) && strcmp(type, "parse_error") == 0;
}

static void read_case(const json_t *row, void *user) {
    struct inputs *inputs = user;
    const char *row_type = golden_text(row, "row");
    if (strcmp(row_type, "case") != 0 || only_with_names(row, golden_text(row, "type")))
        return;
    inputs->cases++;
    for (size_t i = 0; i < inputs->count; i++)
        for (size_t order = 0; strcmp(inputs->items[i].id, golden_text(row, "input")) == 0 && order < 2; order++)
            check_case(row, golden_text(row, "type"), golden_text(row, "expr"), inputs->items[i].orders[order]);
}

static void check_file(const char *file, size_t cases) {
    struct inputs inputs = {.count = 0};
    golden_each("tests/golden/ottl.jsonl", read_input, &inputs);
    cr_assert_eq(inputs.count, 2u);
    golden_each(file, read_case, &inputs);
    cr_assert_eq(inputs.cases, cases);
    for (size_t i = 0; i < inputs.count; i++)
        for (size_t order = 0; order < 2; order++)
            hex_clear(&inputs.items[i].orders[order]);
}

Test(golden_ottl, expressions) {
    check_file("tests/golden/ottl.jsonl", 135);
}

Test(golden_ottl, what_v0163_has) {
    check_file("tests/golden/ottl_v0163.jsonl", 6230);
}

Test(golden_ottl, many_more_expressions) {
    check_file("tests/golden/ottl_more.jsonl", 3742);
}

static bool is_of_signal(const json_t *row, const struct inputs *inputs, const char *kind) {
    return strcmp(golden_text(row, "row"), kind) == 0 && strcmp(golden_text(row, "signal"), inputs->signal) == 0;
}

static void read_signal_input(const json_t *row, void *user) {
    struct inputs *inputs = user;
    if (!is_of_signal(row, inputs, "input"))
        return;
    cr_assert_lt(inputs->count, (size_t)MOST_INPUTS);
    snprintf(inputs->items[inputs->count].id, sizeof inputs->items[0].id, "%s", golden_text(row, "id"));
    inputs->items[inputs->count++].orders[0] = golden_bytes(row, "pb_hex");
}

static void read_signal_case(const json_t *row, void *user) {
    struct inputs *inputs = user;
    if (!is_of_signal(row, inputs, "case"))
        return;
    inputs->cases++;
    for (size_t i = 0; i < inputs->count; i++)
        if (strcmp(inputs->items[i].id, golden_text(row, "input")) == 0)
            check_case(row, golden_text(row, "type"), golden_text(row, "expr"), inputs->items[i].orders[0]);
}

static void check_signal(const char *signal, int32_t number, const char *option, size_t cases) {
    struct inputs inputs = {.signal = signal};
    signal_number = number;
    key_option = option;
    golden_each("tests/golden/ottl_signals.jsonl", read_signal_input, &inputs);
    golden_each("tests/golden/ottl_signals.jsonl", read_signal_case, &inputs);
    cr_assert_eq(inputs.cases, cases, "%zu", inputs.cases);
    for (size_t i = 0; i < inputs.count; i++)
        hex_clear(&inputs.items[i].orders[0]);
}

Test(golden_ottl, expressions_over_spans) {
    check_signal("traces", STS_SIGNAL_TRACES, "traces.key", 327);
}

Test(golden_ottl, expressions_over_metrics) {
    check_signal("metrics", STS_SIGNAL_METRICS, "metrics.key", 334);
}
