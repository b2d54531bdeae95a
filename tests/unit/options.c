/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of options, and what sts_options_set takes, refuses and remembers. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/rig.h"

static int is_type(size_t option, const char *type) {
    return strcmp(sts_option_type(option), type) == 0;
}

/* Sets an option to a value that does not fit: refused, and the option keeps what it had. */
static void check_refused(sts_options *options, size_t option, const char *value) {
    const char *name = sts_option_name(option);
    sts_error *error = NULL;
    sts_status status = sts_options_set(options, name, value, &error);
    cr_assert_eq(status, STS_ERR_OPTION_VALUE, "%s='%s': %s", name, value, sts_status_name(status));
    cr_assert_eq(sts_error_code(error), status);
    cr_assert_not_null(strstr(sts_error_text(error), name), "'%s' does not name %s", sts_error_text(error), name);
    cr_assert_str_eq(sts_options_get(options, name), sts_option_default(option));
    sts_error_free(error);
}

static void check_taken(const char *name, const char *value) {
    sts_options *options = rig_options(RIG_OPTIONS(name, value));
    cr_assert_str_eq(sts_options_get(options, name), value);
    sts_options_free(options);
}

Test(options, the_table_is_whole) {
    const char *const types[] = {"text", "boolean", "integer", "duration", "choice", "list", "spec", "secret"};
    cr_assert_geq(sts_option_count(), 15u);
    for (size_t i = 0; i < sts_option_count(); i++) {
        int known = 0;
        for (size_t k = 0; k < sizeof types / sizeof *types; k++)
            known += is_type(i, types[k]);
        cr_assert_eq(known, 1, "%s: %s", sts_option_name(i), sts_option_type(i));
        cr_assert_not_null(sts_option_default(i));
        cr_assert_not_null(sts_option_bounds(i));
        cr_assert_gt(strlen(sts_option_text(i)), 10u, "%s", sts_option_name(i));
        for (size_t k = 0; k < i; k++)
            cr_assert_str_neq(sts_option_name(i), sts_option_name(k));
    }
}

Test(options, the_walk_ends) {
    size_t beyond[] = {sts_option_count(), SIZE_MAX};
    for (size_t i = 0; i < 2; i++) {
        cr_assert_null(sts_option_name(beyond[i]));
        cr_assert_null(sts_option_type(beyond[i]));
        cr_assert_null(sts_option_default(beyond[i]));
        cr_assert_null(sts_option_bounds(beyond[i]));
        cr_assert_null(sts_option_text(beyond[i]));
    }
}

/* The names of the StackVista exporter's YAML, and the defaults that the contract promises. */
Test(options, what_the_contract_names_is_there) {
    const struct {
        const char *name, *value;
    } promised[] = {
        {"brokers", "localhost:9092"},
        {"topic", "sts-otel-topology"},
        {"required_acks", "all"},
        {"empty_key", "send"},
        {"partitioner", "java"},
        {"topic_check", "fail"},
        {"transport", "kafka"},
        {"outcomes", "counts"},
        {"service_thread", "true"},
        {"sending_queue.max_bytes", "67108864"},
        {"retry_on_failure.max_elapsed_time", "300s"},
    };
    const char *const named[] = {"read_timeout", "produce_timeout", "timeout", "sending_queue.queue_size"};
    sts_options *options = sts_options_new();
    for (size_t i = 0; i < sizeof promised / sizeof *promised; i++) {
        cr_assert_not_null(sts_options_get(options, promised[i].name), "%s", promised[i].name);
        cr_assert_str_eq(sts_options_get(options, promised[i].name), promised[i].value, "%s", promised[i].name);
    }
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        cr_assert_not_null(sts_options_get(options, named[i]), "%s", named[i]);
    sts_options_free(options);
}

Test(options, every_default_is_a_value_of_its_option) {
    sts_options *options = sts_options_new();
    for (size_t i = 0; i < sts_option_count(); i++) {
        cr_assert_str_eq(sts_options_get(options, sts_option_name(i)), sts_option_default(i));
        rig_set(options, RIG_OPTIONS(sts_option_name(i), sts_option_default(i)));
        cr_assert_str_eq(sts_options_get(options, sts_option_name(i)), sts_option_default(i));
    }
    sts_options_free(options);
}

static void check_all_refused(const char *type, const char *const *values) {
    sts_options *options = sts_options_new();
    size_t options_of_type = 0;
    for (size_t i = 0; i < sts_option_count(); i++) {
        if (!is_type(i, type))
            continue;
        for (size_t k = 0; values[k]; k++)
            check_refused(options, i, values[k]);
        options_of_type++;
    }
    cr_assert_gt(options_of_type, 0u);
    sts_options_free(options);
}

Test(options, bad_booleans) {
    check_all_refused("boolean", RIG_OPTIONS("", "yes", "truE ", "tru", "truefalse", "2", "-"));
}

Test(options, bad_integers) {
    check_all_refused("integer", RIG_OPTIONS("", "abc", "70000x", "70000.5", " 70000", "70000 ", "+", "-", "0x11170",
                                             "7e4", "99999999999999999999", "-1", "18446744073709551617"));
}

Test(options, bad_durations) {
    check_all_refused("duration", RIG_OPTIONS("", "5", "s", "ms", "5 s", " 5s", "5s ", "5x", "-5s", "1s2", "5sec",
                                              "1..5s", "99999999999999999999h", "9223372036854775807h"));
}

Test(options, bad_choices) {
    check_all_refused("choice", RIG_OPTIONS("", "everything", "all|leader", "al", "none ", "|"));
}

/* bounds read as "1..10000", for durations with a unit at each end. */
static void check_bounds(size_t option) {
    long long low, high;
    char low_unit[8] = "", high_unit[8] = "", text[64];
    const char *bounds = sts_option_bounds(option), *name = sts_option_name(option);
    int read = sscanf(bounds, "%lld%7[a-z]..%lld%7[a-z]", &low, low_unit, &high, high_unit);
    if (read < 4)
        read = sscanf(bounds, "%lld..%lld", &low, &high) + 2;
    cr_assert_eq(read, 4, "%s: bounds '%s'", name, bounds);

    sts_options *options = sts_options_new();
    snprintf(text, sizeof text, "%lld%s", low - 1, low_unit);
    check_refused(options, option, text);
    snprintf(text, sizeof text, "%lld%s", high + 1, high_unit);
    check_refused(options, option, text);
    sts_options_free(options);

    snprintf(text, sizeof text, "%lld%s", low, low_unit);
    check_taken(name, text);
    snprintf(text, sizeof text, "%lld%s", high, high_unit);
    check_taken(name, text);
}

Test(options, numbers_keep_to_their_bounds) {
    for (size_t i = 0; i < sts_option_count(); i++) {
        if (is_type(i, "integer") || is_type(i, "duration"))
            check_bounds(i);
    }
}

Test(options, every_choice_is_taken) {
    for (size_t i = 0; i < sts_option_count(); i++) {
        if (!is_type(i, "choice"))
            continue;
        char choices[256];
        snprintf(choices, sizeof choices, "%s", sts_option_bounds(i));
        size_t count = 0;
        for (char *rest = NULL, *choice = strtok_r(choices, "|", &rest); choice; choice = strtok_r(NULL, "|", &rest)) {
            check_taken(sts_option_name(i), choice);
            count++;
        }
        cr_assert_gt(count, 1u, "%s", sts_option_name(i));
    }
}

Test(options, durations_have_units) {
    const char *const values[] = {"5s", "250ms", "1m30s", "1m", "90000000us", "90000000000ns"};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        check_taken("produce_timeout", values[i]);
    check_taken("produce_timeout", "1h");
}

Test(options, an_unknown_name_gets_a_suggestion) {
    const char *const pairs[] = {
        "brokres", "brokers", "require_acks", "required_acks", "sending_queue.queuesize", "sending_queue.queue_size"};
    sts_options *options = sts_options_new();
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i += 2) {
        sts_error *error = NULL;
        cr_assert_eq(sts_options_set(options, pairs[i], "1", &error), STS_ERR_OPTION_UNKNOWN);
        cr_assert_eq(sts_error_code(error), STS_ERR_OPTION_UNKNOWN);
        cr_assert_not_null(strstr(sts_error_text(error), pairs[i]), "%s", sts_error_text(error));
        cr_assert_not_null(strstr(sts_error_text(error), pairs[i + 1]), "%s", sts_error_text(error));
        cr_assert_null(sts_options_get(options, pairs[i]));
        sts_error_free(error);
    }
    cr_assert_eq(sts_options_set(options, "", "1", NULL), STS_ERR_OPTION_UNKNOWN);
    cr_assert_eq(sts_options_set(options, "Brokers", "1", NULL), STS_ERR_OPTION_UNKNOWN);
    sts_options_free(options);
}

Test(options, an_empty_text_is_a_value) {
    check_taken("client_id", "");
}

Test(options, the_last_value_counts) {
    sts_options *options = rig_options(RIG_OPTIONS("linger", "1ms", "linger", "2ms"));
    cr_assert_str_eq(sts_options_get(options, "linger"), "2ms");
    cr_assert_eq(sts_options_set(options, "linger", "soon", NULL), STS_ERR_OPTION_VALUE);
    cr_assert_str_eq(sts_options_get(options, "linger"), "2ms", "the old value, not the default");
    sts_options_free(options);
}

Test(options, all_faults_are_reported_together) {
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none"));
    cr_assert_eq(sts_options_set(options, "linger", "soon", NULL), STS_ERR_OPTION_VALUE);
    cr_assert_eq(sts_options_set(options, "required_acks", "most", NULL), STS_ERR_OPTION_VALUE);
    cr_assert_eq(sts_options_set(options, "kafka.enable.idempotence", "false", NULL), STS_ERR_OPTION_REFUSED);
    cr_assert_eq(sts_options_set(options, "brokres", "x", NULL), STS_ERR_OPTION_UNKNOWN);
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("linger", "required_acks", "kafka.enable.idempotence", "brokres"),
                NULL);
    sts_options_free(options);
}

Test(options, a_fault_is_forgotten_when_the_option_is_set_rightly) {
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none"));
    cr_assert_eq(sts_options_set(options, "linger", "soon", NULL), STS_ERR_OPTION_VALUE);
    cr_assert_eq(sts_options_set(options, "linger", "sooner", NULL), STS_ERR_OPTION_VALUE);
    cr_assert_eq(sts_options_set(options, "topics.max", "0", NULL), STS_ERR_OPTION_VALUE);
    rig_set(options, RIG_OPTIONS("linger", "1ms"));
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("topics.max"), RIG_OPTIONS("linger"));
    rig_set(options, RIG_OPTIONS("topics.max", "1"));
    sts_exporter_free(rig_new(options), 0);
    sts_options_free(options);
}

/* The hundredth and one is not named, but no exporter is made as if it were right. */
Test(options, more_faults_than_are_remembered_are_not_forgotten) {
    enum { REMEMBERED = 100 };
    sts_options *options = rig_options(RIG_OPTIONS("transport", "none"));
    char name[32];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < REMEMBERED; i++) {
            snprintf(name, sizeof name, "header_from.h%d", i);
            cr_assert_eq(sts_options_set(options, name, "nonsense(", NULL), STS_ERR_OPTION_VALUE);
        }
    }
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("header_from.h0", "header_from.h99"), RIG_OPTIONS("more options"));
    cr_assert_eq(sts_options_set(options, "linger", "soon", NULL), STS_ERR_OPTION_VALUE);
    for (int i = 0; i < REMEMBERED; i++) {
        snprintf(name, sizeof name, "header_from.h%d", i);
        rig_set(options, RIG_OPTIONS(name, "trace_id"));
    }
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("more options were refused"), RIG_OPTIONS("header_from"));
    sts_options_free(options);
}

/* Values that are fine one by one and make no exporter together, and values that are empty. */
Test(options, faults_between_options_are_found) {
    sts_options *options = rig_options(RIG_OPTIONS("topic_check", "off"));
    sts_options_set(options, "brokers", "", NULL);
    sts_options_set(options, "topic", "", NULL);
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("brokers", "topic"), NULL);
    rig_set(options, RIG_OPTIONS("brokers", "localhost:1"));
    sts_options_set(options, "topic", "not a topic's name", NULL);
    rig_set(options, RIG_OPTIONS("linger", "2s", "retry_on_failure.max_elapsed_time", "1s"));
    rig_set(options, RIG_OPTIONS("retry_on_failure.initial_interval", "2s"));
    rig_refused(options, STS_ERR_CONFIG,
                RIG_OPTIONS("topic", "linger", "retry_on_failure.max_elapsed_time", "max_interval"), NULL);
    sts_options_free(options);
}

Test(options, a_callback_turns_the_default_of_outcomes) {
    sts_options *options = sts_options_new();
    sts_outcome_callback callback = (sts_outcome_callback)abort;
    cr_assert_eq(sts_options_set_outcome_callback(options, callback, NULL), STS_OK);
    cr_assert_str_eq(sts_options_get(options, "outcomes"), "all");
    cr_assert_eq(sts_options_set_outcome_callback(options, NULL, NULL), STS_OK);
    cr_assert_str_eq(sts_options_get(options, "outcomes"), "counts");
    rig_set(options, RIG_OPTIONS("outcomes", "failures"));
    cr_assert_eq(sts_options_set_outcome_callback(options, callback, NULL), STS_OK);
    cr_assert_str_eq(sts_options_get(options, "outcomes"), "failures", "what was set counts");
    sts_options_free(options);
}

Test(options, null_arguments) {
    sts_options *options = sts_options_new();
    sts_exporter *exporter = NULL;
    cr_assert_eq(sts_options_set(NULL, "topic", "x", NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_options_set(options, NULL, "x", NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_options_set(options, "topic", NULL, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_null(sts_options_get(NULL, "topic"));
    cr_assert_null(sts_options_get(options, NULL));
    cr_assert_eq(sts_options_set_outcome_callback(NULL, NULL, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_options_set_log_callback(NULL, NULL, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_new(NULL, options, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_new(&exporter, NULL, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_null(exporter);
    cr_assert_str_eq(sts_options_get(options, "topic"), "sts-otel-topology");
    sts_options_free(options);
    sts_options_free(NULL);
}
