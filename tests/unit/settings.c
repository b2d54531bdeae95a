/* SPDX-License-Identifier: Apache-2.0
 *
 * Options from a text (sts_options_load_text); fuzz.settings holds the YAML of it to a YAML parser. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "support/rig.h"

static sts_status load(sts_options *options, const char *text, sts_error **error) {
    return sts_options_load_text(options, "options.yaml", text, strlen(text), error);
}

static const char *default_topic(void) {
    size_t i = 0;
    while (strcmp(sts_option_name(i), "topic") != 0)
        i++;
    return sts_option_default(i);
}

/* Loads what must be taken, and checks an option. */
static void gives(const char *text, const char *name, const char *value) {
    sts_options *options = sts_options_new();
    sts_error *error = NULL;
    sts_status status = load(options, text, &error);
    cr_assert_eq(status, STS_OK, "%s: %s", text, sts_error_text(error));
    const char *got = sts_options_get(options, name);
    cr_assert_not_null(got, "%s: %s was not set", text, name);
    cr_assert_str_eq(got, value, "%s: %s is \"%s\" and not \"%s\"", text, name, got, value);
    sts_options_free(options);
}

/* Loads what must be refused, with this in the text; a fault of the form sets nothing. */
static void refuses(const char *text, const char *part) {
    sts_options *options = sts_options_new();
    sts_error *error = NULL;
    cr_assert_eq(load(options, text, &error), STS_ERR_CONFIG, "taken: %s", text);
    cr_assert_not_null(strstr(sts_error_text(error), part), "%s: \"%s\" does not say \"%s\"", text,
                       sts_error_text(error), part);
    cr_assert_str_eq(sts_options_get(options, "topic"), default_topic());
    sts_error_free(error);
    sts_options_free(options);
}

Test(settings, lines_of_assignments) {
    gives("# ours\n\nbrokers=a:1,b:2\ntopic = logs \r\n", "topic", "logs");
    gives("brokers=a:1,b:2\nkey=attributes[\"user\"] | \"x # $$ ${env:NO}\"", "key",
          "attributes[\"user\"] | \"x # $$ ${env:NO}\"");
    gives("client_id=\n", "client_id", "");
    refuses("brokers=a:1\ntopic: logs\n", "options.yaml:2: this is not NAME=VALUE");
    refuses("topic=a\ntopic=b\n", "options.yaml:2: topic is there twice; the first time in line 1");
}

Test(settings, yaml_names_are_nested_or_dotted) {
    gives("sending_queue:\n  max_bytes: 70000000\n  batch:\n    flush_timeout: 2s\ntopic: logs\n",
          "sending_queue.batch.flush_timeout", "2s");
    gives("sending_queue:\n  max_bytes: 70000000\n  batch:\n    flush_timeout: 2s\ntopic: logs\n", "topic", "logs");
    gives("sending_queue.max_bytes: 70000000", "sending_queue.max_bytes", "70000000");
    gives("  topic: logs\n  client_id: x\n", "client_id", "x");
    gives("---\n\"topic\": logs # why\n", "topic", "logs");
    gives("record_headers:\n  \"a b\": c\n", "record_headers.a b", "c");
    gives("\xef\xbb\xbftopic: logs\n", "topic", "logs");
    refuses("topic: logs\n  client_id: x\n", ":2: this is indented further than the line before");
    refuses("sending_queue:\n    max_bytes: 1000000\n  queue_size: 3\n", ":3: no name above is indented like this one");
    refuses("sending_queue:\n\tmax_bytes: 1000000\n", ":2: there is a tab here");
    refuses("topic: logs\ntopic: more\n", ":2: topic is there twice");
    refuses("sending_queue.max_bytes: 70000000\nsending_queue:\n  max_bytes: 70000000\n",
            ":3: sending_queue.max_bytes");
}

Test(settings, yaml_values) {
    gives("key: 'attributes[\"it''s\"]'", "key", "attributes[\"it's\"]");
    gives("client_id: \"a\\tb\\u00e9\\x41\\\"\"", "client_id",
          "a\tb\xc3\xa9"
          "A\"");
    gives("client_id: a#b", "client_id", "a#b");
    gives("client_id: a # b", "client_id", "a");
    gives("topic: ~\nclient_id: x", "topic", default_topic());
    gives("topic:\nclient_id: null", "topic", default_topic());
    gives("brokers: [a:1, 'b:2']", "brokers", "a:1,b:2");
    gives("brokers:\n- a:1\n- b:2\ntopic: logs", "brokers", "a:1,b:2");
    gives("brokers:\n  - a:1\n  - b:2\n", "brokers", "a:1,b:2");
    gives("tls: \nbrokers: a:1\n", "tls.enabled", "true");
    refuses("topic: [a, b]", "topic takes one value");
    refuses("brokers: [a:1, b:2", "not closed");
    refuses("brokers: [a:1,\n  b:2]", "not closed");
    refuses("brokers:\n  - a:1\n - b:2\n", ":3: there is no list here");
    refuses("topic: &a logs", "single quotes");
    refuses("topic: *a", "single quotes");
    refuses("topic: !!str logs", "single quotes");
    refuses("topic: |\n  logs", "single quotes");
    refuses("topic: {a: b}", "single quotes");
    refuses("topic: a: b", "in quotes");
    refuses("topic: 'a", "not closed");
    refuses("topic: 'a' b", "behind the value");
    refuses("topic: \"\\q\"", "backslash");
    refuses("topic: \"\\ud800\"", "no character");
    refuses("topics.max: 010", "octal");
    refuses("topic:\n  logs\n", "not \"name: value\"");
    refuses("topic: lo\x01gs", "control character");
    refuses("topic: lo\xff", "not UTF-8");
}

Test(settings, references) {
    setenv("STS_TEST_NAME", "from-env", 1);
    setenv("STS_TEST_EMPTY", "", 1);
    setenv("STS_TEST_NESTED", "${env:HOME}", 1);
    unsetenv("STS_TEST_UNSET");
    gives("topic: ${env:STS_TEST_NAME}", "topic", "from-env");
    gives("topic: \"x-${STS_TEST_NAME}-$$y\"", "topic", "x-from-env-$y");
    gives("topic: ${env:STS_TEST_UNSET:-spare}", "topic", "spare");
    gives("client_id: ${env:STS_TEST_EMPTY}\ntopic: a", "topic", "a");
    refuses("topic: ${env:STS_TEST_UNSET}", "STS_TEST_UNSET is not set");
    refuses("topic: ${env:STS_TEST_NESTED}", "STS_TEST_NESTED contains a reference");
    refuses("topic: ${file:/etc/passwd}", "${env:NAME}");
    refuses("topic: ${env:A", "${env:NAME}");
    refuses("topic: ${env:STS_TEST_UNSET:-a$b}", "${env:NAME}");
    refuses("topic: ${env:STS_TEST_UNSET:-${env:HOME}}", "${env:NAME}");
    gives("client_id: '$$$${env:STS_TEST_NAME} $$${env:STS_TEST_NAME} $x $'", "client_id",
          "$${env:STS_TEST_NAME} $from-env $x $");
}

/* As `stskafka config` prints it. */
Test(settings, what_config_prints) {
    static const char text[] = "# from collector.yaml, the block of the collector's kafkaexporter\n"
                               "brokers: one:9092,two:9092\n"
                               "logs.key: \"metadata(\\\"x-tenant\\\")\"\n"
                               "auth.sasl.password: \"p$$1\"\n"
                               "tls.ca_file: \"/etc/ca.crt\"\n"
                               "topic: logs  # the topic that is checked at the start\n"
                               "missing_key: \"null\"  # kafkaexporter's default\n";
    gives(text, "brokers", "one:9092,two:9092");
    gives(text, "logs.key", "metadata(\"x-tenant\")");
    gives(text, "tls.ca_file", "/etc/ca.crt");
    gives(text, "topic", "logs");
    gives(text, "missing_key", "null");
}

/* Nothing is set where the form is wrong; where values are, the others are set and all faults are told. */
Test(settings, what_is_set) {
    sts_options *options = sts_options_new();
    sts_error *error = NULL;
    cr_assert_eq(load(options, "topic: mine\nbrokers: [", &error), STS_ERR_CONFIG);
    cr_assert_str_eq(sts_options_get(options, "topic"), default_topic());
    sts_error_free(error);
    error = NULL;
    cr_assert_eq(load(options, "topic: mine\nlinger: never\nno_such: 1\nclient_id: me", &error), STS_ERR_CONFIG);
    cr_assert_str_eq(sts_options_get(options, "topic"), "mine");
    cr_assert_str_eq(sts_options_get(options, "client_id"), "me");
    cr_assert_not_null(strstr(sts_error_text(error), "options.yaml:2: linger"));
    cr_assert_not_null(strstr(sts_error_text(error), "options.yaml:3: no_such: no such option"));
    cr_assert_null(strchr(strchr(sts_error_text(error), '\n') + 1, '\n'));
    sts_error_free(error);
    sts_options_free(options);
}

Test(settings, files) {
    sts_options *options = sts_options_new();
    sts_error *error = NULL;
    cr_assert_eq(sts_options_load(options, "/no/such/file", &error), STS_ERR_SYSTEM);
    cr_assert_not_null(strstr(sts_error_text(error), "/no/such/file: No such file"));
    sts_error_free(error);
    error = NULL;
    cr_assert_eq(sts_options_load(options, "/", &error), STS_ERR_SYSTEM);
    sts_error_free(error);
    error = NULL;
    cr_assert_eq(sts_options_load(options, "/dev/zero", &error), STS_ERR_CONFIG);
    cr_assert_not_null(strstr(sts_error_text(error), "too large"));
    sts_error_free(error);
    cr_assert_eq(sts_options_load(NULL, "x", NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_options_load_text(options, "x", NULL, 1, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_options_load_text(options, "x", NULL, 0, NULL), STS_OK);
    sts_options_free(options);
}

/* No value of an option, and none of a variable, is repeated. */
Test(settings, errors_repeat_no_value) {
    static const char *const texts[] = {"auth.sasl.password: hunter2: x", "auth.sasl.password: 'hunter2",
                                        "auth.sasl.password: hunter2\n   hunter2", "auth.sasl.password=a\nhunter2"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        sts_options *options = sts_options_new();
        sts_error *error = NULL;
        cr_assert_eq(load(options, texts[i], &error), STS_ERR_CONFIG);
        cr_assert_null(strstr(sts_error_text(error), "hunter2"), "%s", sts_error_text(error));
        sts_error_free(error);
        sts_options_free(options);
    }
}
