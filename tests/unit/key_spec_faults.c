/* SPDX-License-Identifier: Apache-2.0
 *
 * Specs that are wrong: what the fault says and where it points, and that nothing of it takes effect. And that what is
 * said of a record's fault holds nothing of the record. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/explained.h"
#include "support/otlp_tree.h"
#include "support/rig.h"

/* Sets an option to a spec, which must be refused, and returns the fault. */
static sts_error *fault_of(sts_options *options, const char *name, const char *spec) {
    sts_error *error = NULL;
    sts_status status = sts_options_set(options, name, spec, &error);
    cr_assert_eq(status, STS_ERR_OPTION_VALUE, "%s=%.100s: %s", name, spec, sts_status_name(status));
    cr_assert_not_null(error);
    cr_assert_eq(sts_error_code(error), STS_ERR_OPTION_VALUE);
    return error;
}

/* The fault's text says the column, and ends in the spec with a caret under that column. `spec` is one line of ASCII.
 */
static void check_place(const char *name, const char *spec, size_t column) {
    char said[64];
    sts_options *options = sts_options_new();
    sts_error *error = fault_of(options, name, spec);
    const char *text = sts_error_text(error), *caret = strrchr(text, '\n');
    snprintf(said, sizeof said, "column %zu:", column);
    cr_assert_not_null(strstr(text, said), "%s: not '%s' in: %s", spec, said, text);
    cr_assert_not_null(caret, "%s: one line only: %s", spec, text);
    const char *shown = caret - strlen(spec), *line = shown;
    cr_assert(shown > text && strncmp(shown, spec, strlen(spec)) == 0, "%s: is not above the caret: %s", spec, text);
    while (line > text && line[-1] != '\n')
        line--;
    size_t indent = strspn(caret + 1, " ");
    cr_assert_str_eq(caret + 1 + indent, "^", "%s: no caret: %s", spec, text);
    cr_assert_eq(indent, (size_t)(shown - line) + column - 1, "%s: the caret is elsewhere: %s", spec, text);
    cr_assert_eq(strncmp(text, name, strlen(name)), 0, "%s: the option's name comes first: %s", spec, text);
    sts_error_free(error);
    sts_options_free(options);
}

Test(key_spec_faults, the_place) {
    check_place("key", "Conkat([\"a\"], \"/\")", 1);
    check_place("key", "attributes[\"a\"] | atributes[\"b\"]", 19);
    check_place("key", "Concat([\"a\", Foo(body)], \"/\")", 14);
    check_place("key", "constant(\"abc", 10);
    check_place("key", "attribute(7)", 11);
    check_place("key", "attribute(\"a\") & attribute(\"b\")", 16);
    check_place("key", "constant(\"a\") constant(\"b\")", 15);
    check_place("logs.key", "metadata", 1); /* without its parentheses it is a path of metrics */
    check_place("topic_from", "scope.nam", 1);
    check_place("partition_from", "Int(\"7\") | Foo(1)", 12);
    check_place("header_from.a-header", "body | Foo(1)", 8);
}

static void check_left_out(const char *spec, const char *reason) {
    sts_options *options = sts_options_new();
    sts_error *error = fault_of(options, "key", spec);
    cr_assert_not_null(strstr(sts_error_text(error), reason), "%s: not '%s' in: %s", spec, reason,
                       sts_error_text(error));
    sts_error_free(error);
    sts_options_free(options);
}

/* Who knows OTTL looks for these: the fault says why they are not there. */
Test(key_spec_faults, functions_that_are_left_out) {
    check_left_out("IsMatch(attributes[\"a\"], \"^a\")", "OTTL's IsMatch is not here: no library in C");
    check_left_out("ExtractPatterns(body, \"(?P<a>.)\")", "in linear time");
    check_left_out("Concat([\"a\", UUID()], \"\")", "OTTL's UUID is not here: a record would have another key");
    check_left_out("Now()", "another key each time");
    check_left_out("IsMatc(\"a\", \"a\")", "there is no function IsMatc");
}

/* A column counts characters, as an editor does, not bytes. */
Test(key_spec_faults, the_place_behind_what_is_not_ascii) {
    sts_options *options = sts_options_new();
    sts_error *error = fault_of(options, "key", "attributes[\"\xc3\xa9\xe2\x82\xac\"] | Foo(1)");
    cr_assert_not_null(strstr(sts_error_text(error), "column 20:"), "%s", sts_error_text(error));
    sts_error_free(error);
    sts_options_free(options);
}

static void check_says(const char *spec, const char *expected) {
    sts_options *options = sts_options_new();
    sts_error *error = fault_of(options, "key", spec);
    cr_assert_not_null(strstr(sts_error_text(error), expected), "%s: not '%s' in: %s", spec, expected,
                       sts_error_text(error));
    sts_error_free(error);
    sts_options_free(options);
}

Test(key_spec_faults, the_nearest_name) {
    check_says("Conkat([\"a\"], \"/\")", "Concat?");
    check_says("SHA257(body)", "SHA256?");
    check_says("attribut(\"a\")", "attribute?");
    check_says("resource_hsh", "resource_hash?");
    check_says("resource_hash_exept(\"a\")", "resource_hash_except?");
    check_says("resource_hash_v163", "resource_hash_v0163?");
    check_says("resource_hash_v0163_exept(\"a\")", "resource_hash_v0163_except?");
    check_says("metdata(\"a\")", "metadata?");
    check_says("atributes[\"a\"]", "attributes?");
    check_says("resource.atributes[\"a\"]", "resource.attributes?");
    check_says("tracei_d", "trace_id?");
    check_says("concat([\"a\"], \"/\")", "Concat?");
    check_says("nnone", "none?");
}

/* A long spec is shown in part, and says so at the ends that are cut off. */
Test(key_spec_faults, what_is_cut_is_marked) {
    char spec[200], shown[300], spaces[100];
    const struct {
        size_t before, behind; /* how many signs there are on each side of what is wrong */
        const char *start, *end;
        size_t column; /* of the caret in what is shown */
    } cases[] = {
        {10, 10, "", "", 11},
        {60, 36, "", "", 61},
        {61, 36, "\u2026", "", 62},
        {60, 37, "", "\u2026", 61},
        {90, 90, "\u2026", "\u2026", 62},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t before = cases[i].before < 60 ? cases[i].before : 60,
               behind = cases[i].behind < 36 ? cases[i].behind : 36;
        memset(spaces, ' ', sizeof spaces);
        snprintf(spec, sizeof spec, "\"%0*d\"%*s?%0*d", (int)cases[i].before - 3, 0, 1, "", (int)cases[i].behind + 3,
                 0);
        const char *place = strchr(spec, '?');
        snprintf(shown, sizeof shown, "\n  %s%.*s%s\n  %.*s^", cases[i].start, (int)(before + behind + 4),
                 place - before, cases[i].end, (int)cases[i].column - 1, spaces);
        check_says(spec, shown);
    }
}

/* What was expected, in the words that are written. */
Test(key_spec_faults, what_was_expected) {
    check_says("attributes[\"a\"", "column 15: expected ]\n");
    check_says("body[0.5", "column 9: expected ]\n");
    check_says("body[7 + 1]", "column 8: expected ] behind a number\n");
    check_says("Len(body", "column 9: expected ,\n");
    check_says("resource.Attributes", "expected a name in small letters\n");
    check_says("{7: 1}", "column 2: expected a name in quotes, or }\n");
    check_says("body or \"x\"", "column 6: expected | and an alternative, or the end\n");
}

/* One that the lookup takes as it is: names are bytes, not words of C. */
Test(key_spec_faults, a_strange_name) {
    sts_options *options = sts_options_new();
    sts_error_free(fault_of(options, "key", "\xff\xfe(1)"));
    sts_error_free(fault_of(options, "key", "%s%n(body)"));
    sts_error_free(fault_of(options, "key", "\x01\x02"));
    sts_options_free(options);
}

static const char *const no_specs[] = {
    "",
    " ",
    "\t\n",
    "|",
    "constant(\"a\") |",
    "| constant(\"a\")",
    "constant(\"a\") || constant(\"b\")",
    /* text that does not end, or has an escape that is none */
    "\"",
    "constant(\"abc",
    "attributes[\"a]",
    "constant(\"\\",
    "constant(\"\\q\")",
    "constant(\"\\x4\")",
    /* brackets that do not close, or were not opened */
    "(",
    ")",
    "constant(\"a\"",
    "constant(\"a\"))",
    "attributes[",
    "attributes[\"a\"",
    "attributes]",
    "Concat([\"a\", \"b\"",
    /* arguments of another type, too many, too few */
    "attribute()",
    "attribute(7)",
    "attribute(name)",
    "attribute(body)",
    "attribute(\"a\", \"b\")",
    "attribute",
    "metadata()",
    "metadata(true)",
    "constant()",
    "constant(7)",
    "constant(attributes[\"a\"])",
    "constant(\"a\", \"b\")",
    "resource_hash(7)",
    "resource_hash(\"a\", 7)",
    "resource_hash([\"a\"], 1)",
    "resource_hash_except",
    "resource_hash_except()",
    "resource_hash_except(nil)",
    "resource_hash_v0163(7)",
    "resource_hash_v0163_except()",
    "resource_hash_v0164",
    "none(\"a\")",
    "Concat(\"a\", \"b\")",
    "Concat([\"a\"])",
    "SHA256()",
    "SHA256(body, body)",
    "Substring(body, 0)",
    /* names unquoted, numbers beyond any type */
    "attribute(a)",
    "99999999999999999999",
    "Int(99999999999999999999)",
};

Test(key_spec_faults, what_is_no_spec) {
    sts_options *options = sts_options_new();
    for (size_t i = 0; i < sizeof no_specs / sizeof *no_specs; i++) {
        sts_error *error = fault_of(options, "key", no_specs[i]);
        cr_assert_eq(strncmp(sts_error_text(error), "key: ", 5), 0, "%s: %s", no_specs[i], sts_error_text(error));
        sts_error_free(error);
        cr_assert_str_eq(sts_options_get(options, "key"), "attributes[\"stskafka.key\"]", "%s", no_specs[i]);
    }
    sts_options_free(options);
}

/* `open` 10,000 times, then `middle`, then `close` as often. */
static char *nested(const char *open, const char *middle, const char *close) {
    enum { LEVELS = 10000 };
    char *spec = malloc(LEVELS * (strlen(open) + strlen(close)) + strlen(middle) + 1), *end = spec;
    cr_assert_not_null(spec);
    for (int i = 0; i < LEVELS; i++, end += strlen(open))
        memcpy(end, open, strlen(open));
    memcpy(end, middle, strlen(middle));
    end += strlen(middle);
    for (int i = 0; i < LEVELS; i++, end += strlen(close))
        memcpy(end, close, strlen(close));
    *end = '\0';
    return spec;
}

/* Neither the stack nor the text of the fault grows with the spec. */
Test(key_spec_faults, nested_deeper_than_any_stack) {
    static const char *const parts[][3] = {
        {"(", "1", ")"},         {"String(", "body", ")"}, {"[", "", "]"},
        {"{\"a\":", "1", "}"},   {"1+(", "1", ")"},        {"(", "", ""},
        {"AsString(", "", ""},   {"-", "1", ""},           {"{\"a\":[", "", "]}"},
        {"[", "", ""},           {"Concat([", "", ""},     {"body[", "0", "]"},
        {"attributes[", "", ""}, {"Len([", "1", "])"},
    };
    sts_options *options = sts_options_new();
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *spec = nested(parts[i][0], parts[i][1], parts[i][2]);
        sts_error *error = fault_of(options, "key", spec);
        cr_assert_lt(strlen(sts_error_text(error)), 2000u, "%s: the text is as long as the spec", parts[i][0]);
        sts_error_free(error);
        free(spec);
    }
    sts_options_free(options);
}

/* Alternatives and indices stand beside each other, not in one another: a chain of them is limited, if at all, by its
 * length, and harmless either way. */
Test(key_spec_faults, chains_without_end) {
    static const char *const parts[][3] = {
        {"nil|", "nil", ""}, {"1+", "1", ""}, {"1*", "1", ""}, {"body", "", "[0]"}, {"resource_hash|", "none", ""},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        sts_options *options = rig_options(RIG_OPTIONS("transport", "none"));
        char *spec = nested(parts[i][0], parts[i][1], parts[i][2]);
        if (i == 3) /* one body, and an index after the other */
            memmove(spec, spec + 4 * 9999, strlen(spec + 4 * 9999) + 1);
        sts_error *error = NULL;
        sts_status status = sts_options_set(options, "key", spec, &error);
        cr_assert(status == STS_OK || status == STS_ERR_OPTION_VALUE, "%s: %s", parts[i][0], sts_status_name(status));
        cr_assert_lt(strlen(sts_error_text(error)), 2000u, "%s", parts[i][0]);
        if (status == STS_OK)
            sts_exporter_free(rig_new(options), 0);
        sts_error_free(error);
        sts_options_free(options);
        free(spec);
    }
}

/* No spec that somebody wrote is a megabyte long; what is wrong at its end is told in a few lines. */
Test(key_spec_faults, a_long_spec) {
    enum { SIZE = 1 << 20 };
    char *spec = malloc(SIZE + 1);
    sts_options *options = sts_options_new();
    cr_assert_not_null(spec);
    memset(spec, 'a', SIZE);
    memcpy(spec, "constant(\"", 10);
    memcpy(spec + SIZE - 2, "\")", 3);
    sts_error *error = fault_of(options, "key", spec);
    cr_assert_lt(strlen(sts_error_text(error)), 2000u);
    sts_error_free(error);
    strcpy(spec + 40000, "\") | Foo(1)");
    error = fault_of(options, "key", spec);
    cr_assert_lt(strlen(sts_error_text(error)), 2000u, "%zu", strlen(sts_error_text(error)));
    cr_assert_not_null(strstr(sts_error_text(error), "column 40006:"), "%s", sts_error_text(error));
    cr_assert_not_null(strstr(sts_error_text(error), "Foo"), "%s", sts_error_text(error));
    sts_error_free(error);
    sts_options_free(options);
    free(spec);
}

Test(key_spec_faults, the_old_value_stays) {
    static const char *const names[] = {"key", "topic_from", "partition_from", "header_from.h"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        sts_options *options = rig_options(RIG_OPTIONS("transport", "none", names[i], "constant(\"old\")"));
        sts_error *error = fault_of(options, names[i], "constant(\"new\") | Foo(1)");
        cr_assert_str_eq(sts_options_get(options, names[i]), "constant(\"old\")", "%s", names[i]);
        sts_error_free(error);
        rig_set(options, RIG_OPTIONS(names[i], "constant(\"right\")"));
        cr_assert_str_eq(sts_options_get(options, names[i]), "constant(\"right\")", "%s", names[i]);
        sts_exporter_free(rig_new(options), 0);
        sts_options_free(options);
    }
}

Test(key_spec_faults, all_of_them_together) {
    static const char *const names[] = {
        "key", "topic_from", "partition_from", "header_from.one", "header_from.two", "topics.max"};
    sts_exporter *exporter = NULL;
    sts_error *error = NULL;
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none"));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        sts_error_free(fault_of(options, names[i], "Foo(1)"));
    cr_assert_eq(sts_exporter_new(&exporter, options, &error), STS_ERR_CONFIG);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char line[64];
        snprintf(line, sizeof line, "%s: ", names[i]);
        cr_assert_not_null(strstr(sts_error_text(error), line), "%s is not in: %s", names[i], sts_error_text(error));
    }
    cr_assert_null(exporter);
    sts_error_free(error);
    error = NULL;
    for (size_t i = 0; i + 1 < sizeof names / sizeof *names; i++)
        rig_set(options, RIG_OPTIONS(names[i], "constant(\"x\")"));
    cr_assert_eq(sts_exporter_new(&exporter, options, &error), STS_ERR_CONFIG);
    cr_assert_null(strstr(sts_error_text(error), "key: "), "set rightly: %s", sts_error_text(error));
    cr_assert_not_null(strstr(sts_error_text(error), "topics.max: "), "%s", sts_error_text(error));
    sts_error_free(error);
    sts_options_free(options);
}

#define SECRET "s3cr3t"

/* A record that has the secret wherever something can go wrong, and a request that has it as metadata. */
static struct pb secret_request(void) {
    struct otlp_tree *tree = otlp_tree_new(PB_ASCENDING);
    otlp_tree_begin(tree);
    otlp_tree_attribute(tree, "text", otlp_text(SECRET));
    otlp_tree_attribute(tree, "no topic", otlp_text("no " SECRET " topic"));
    otlp_tree_attribute(tree, "map", otlp_map(SECRET, otlp_text(SECRET)));
    otlp_tree_resource_attribute(tree, "text", otlp_text(SECRET));
    return otlp_tree_finish(tree);
}

/* What is said, when it is explained and when it is exported, of a record that is rejected with this code. */
static void check_secret(sts_status code, const char *const *pairs) {
    struct rig rig;
    struct explained_list list = {0};
    struct pb request = secret_request();
    sts_export_context *metadata = sts_export_context_new();
    sts_error *error = NULL;
    cr_assert_eq(sts_export_context_add_metadata(metadata, "no topic", SECRET " ", sizeof SECRET), STS_OK);
    rig_prepare(&rig, NULL, RIG_OPTIONS("key", "constant(\"k\")"));
    rig_set(rig.options, pairs);
    rig_start(&rig);
    explained_add(&list, rig.exporter, &request, metadata);
    explained_check_code(&list.items[0], code, pairs[1]);
    cr_assert_null(strstr(list.items[0].text, SECRET), "%s: %s", pairs[1], list.items[0].text);
    cr_assert_eq(sts_export_logs(rig.exporter, request.data, request.size, metadata, NULL, 0, &error),
                 STS_ERR_REJECTED);
    cr_assert_null(strstr(sts_error_text(error), SECRET), "%s: %s", pairs[1], sts_error_text(error));
    sts_error_free(error);
    sts_export_context_free(metadata);
    rig_close(&rig);
    explained_clear(&list);
    pb_clear(&request);
}

Test(key_spec_faults, a_rejected_record_stays_secret) {
    static const char *const failing[] = {
        "ParseJSON(attributes[\"text\"])",
        "Base64Decode(attributes[\"no topic\"])",
        "Substring(attributes[\"text\"], 3, 99)",
        "SHA256(attributes[\"map\"])",
        "attributes[\"text\"][\"x\"]",
        "attributes[\"map\"][0]",
        "ToLowerCase(attributes[\"map\"])",
    };
    for (size_t i = 0; i < sizeof failing / sizeof *failing; i++) {
        check_secret(STS_ERR_KEY_EVAL, RIG_OPTIONS("key", failing[i]));
        check_secret(STS_ERR_HEADER, RIG_OPTIONS("header_from.h", failing[i]));
    }
    check_secret(STS_ERR_KEY_TYPE, RIG_OPTIONS("key", "attributes[\"map\"]"));
    check_secret(STS_ERR_KEY_SIZE, RIG_OPTIONS("key", "attributes[\"text\"]", "max_key_bytes", "5"));
    check_secret(STS_ERR_PARTITION, RIG_OPTIONS("partition_from", "attributes[\"text\"]"));
    check_secret(STS_ERR_HEADER, RIG_OPTIONS("header_from.h", "attributes[\"map\"]"));
    check_secret(STS_ERR_TOPIC_INVALID, RIG_OPTIONS("topic_from", "attributes[\"no topic\"]"));
    check_secret(STS_ERR_TOPIC_INVALID, RIG_OPTIONS("topic_from", "attributes[\"map\"]"));
    check_secret(STS_ERR_TOPIC_INVALID, RIG_OPTIONS("topic_from_metadata_key", "no topic"));
}

/* The topic's name is the record's too. */
Test(key_spec_faults, a_refused_topic_stays_secret) {
    check_secret(STS_ERR_TOPIC_REFUSED, RIG_OPTIONS("topic_from", "attributes[\"text\"]", "topics.allow", "other"));
    check_secret(STS_ERR_TOPIC_REFUSED, RIG_OPTIONS("topic_from_attribute", "text", "topics.allow", "other"));
    check_secret(STS_ERR_TOPIC_LIMIT, RIG_OPTIONS("topic_from", "attributes[\"text\"]", "topics.max", "1"));
}
