/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb verify: whether the records of a topic sit where their keys belong, and what their keys are. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "args.h"
#include "clock.h"
#include "console.h"
#include "exit_status.h"
#include "exporter_setup.h"
#include "interrupt.h"
#include "memory.h"
#include "moment.h"
#include "verbs.h"
#include "verify_report.h"

enum { SHOWN = 10, PATIENCE_S = 30 };

struct verifying {
    /* the arguments */
    struct exporter_args exporter;
    const char *profile; /* NULL: as the option partitioner says */
    const char *key;
    const char *order_attribute;
    const char *order_header;
    int64_t from_ms; /* -1: from the start */
    int64_t patience_s;
    int64_t shown; /* -1: not given */
    bool json;
    bool needs_keys;
    bool is_otlp;
    /* the run */
    sts_options *options;
    struct setting_list connection;
    struct verification found;
    unsigned faults;
};

enum {
    KEY_BROKERS = 256,
    KEY_TOPIC,
    KEY_PROFILE,
    KEY_KEY,
    KEY_FROM,
    KEY_ORDER_ATTRIBUTE,
    KEY_ORDER_HEADER,
    KEY_TIMEOUT,
    KEY_LIST,
    KEY_KEYED,
    KEY_OTLP,
};

static bool is_profile(const char *name) {
    for (size_t i = 0; sts_partition_profile_name(i); i++) {
        if (strcmp(name, sts_partition_profile_name(i)) == 0)
            return true;
    }
    return false;
}

static void set_option(struct verifying *run, const char *name, const char *value) {
    settings_add(&run->exporter.options, name, strlen(name), value);
}

static error_t parse_more(int key, char *value, struct argp_state *state) {
    struct verifying *run = state->input;
    switch (key) {
    case KEY_ORDER_ATTRIBUTE:
        run->order_attribute = value;
        return 0;
    case KEY_ORDER_HEADER:
        run->order_header = value;
        return 0;
    case KEY_TIMEOUT:
        if (!read_number(value, 1, 1000000, &run->patience_s))
            argp_error(state, "--timeout is a whole number of seconds, not '%s'", value);
        return 0;
    case KEY_LIST:
        if (!read_number(value, 0, INT64_MAX, &run->shown))
            argp_error(state, "--list is a whole number, not '%s'", value);
        return 0;
    case KEY_KEYED:
        run->needs_keys = true;
        return 0;
    case KEY_OTLP:
        run->is_otlp = true;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "no file is read here: name the topic with --topic, and leave '%s' out", value);
        return 0;
    case ARGP_KEY_END:
        if (run->order_attribute && run->order_header)
            argp_error(state, "--order-attribute and --order-header exclude each other");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *value, struct argp_state *state) {
    struct verifying *run = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &run->json;
        state->child_inputs[1] = &run->exporter;
        return 0;
    case KEY_BROKERS:
        set_option(run, "brokers", value);
        return 0;
    case KEY_TOPIC:
        set_option(run, "topic", value);
        return 0;
    case KEY_PROFILE:
        if (!is_profile(value))
            argp_error(state, "--profile is java, sarama or librdkafka, not '%s'", value);
        run->profile = value;
        return 0;
    case KEY_KEY:
        run->key = value;
        return 0;
    case KEY_FROM:
        if (!moment_read(value, &run->from_ms))
            argp_error(
                state,
                "--from is a time, such as 2026-11-29T09:00:00Z, milliseconds since 1970, or how long ago, such as 2h, "
                "not '%s'",
                value);
        return 0;
    default:
        return parse_more(key, value, state);
    }
}

static const struct argp_option options[] = {
    {"brokers", KEY_BROKERS, "HOST:PORT[,...]", 0, "Where the cluster is (as -o brokers=...)", 0},
    {"topic", KEY_TOPIC, "NAME", 0, "The topic to read (as -o topic=...)", 0},
    {"profile", KEY_PROFILE, "java|sarama|librdkafka", 0,
     "The profile that the topic is checked against (default: that of the option partitioner, java)", 0},
    {"from", KEY_FROM, "TIME", 0,
     "Begin with the first record that is not older: 2026-11-29T09:00:00Z, milliseconds since 1970, or 2h ago", 0},
    {"key", KEY_KEY, "SPEC", 0,
     "The rule that the keys of OTLP values must follow, as in stskafka explain -o key=...; other "
     "keys are faults",
     0},
    {"order-attribute", KEY_ORDER_ATTRIBUTE, "SPEC", 0,
     "For each key, what this spec reads from the OTLP values must never go back: "
     "'attributes[\"seq\"]', or time_unix_nano",
     0},
    {"order-header", KEY_ORDER_HEADER, "NAME", 0, "For each key, this header must never go back", 0},
    {"keyed", KEY_KEYED, NULL, 0, "Count null keys and empty keys as faults too", 0},
    {"otlp", KEY_OTLP, NULL, 0, "Count values that are not OTLP as faults (exit status 3)", 0},
    {"list", KEY_LIST, "N", 0, "Show at most this many records for each kind of fault (default: 10; with --json all)",
     0},
    {"timeout", KEY_TIMEOUT, "SECONDS", 0, "Give up when nothing arrives for this long (default: 30)", 0},
    {0},
};

static const struct argp_child children[] = {
    {&json_argp, 0, NULL, 0},
    {&exporter_argp, 0, "Options, for the connection:", 1},
    {0},
};

const struct argp verify_argp = {
    options,
    parse,
    "--brokers HOST:PORT --topic NAME",
    "Read a topic from start to end, and show which records are not in the partition that their key "
    "belongs to.\vAlso shown: null and empty keys, the share of each partition, the keys with most "
    "records, and, if values are OTLP, the rule that made the keys. What is written meanwhile is "
    "not read. Memory does not grow with the topic.\nExit "
    "status: 0 everything is right; 1 something is wrong, or not everything could be checked; 2 "
    "usage or configuration; 3 values that are not OTLP (--otlp); 4 no broker, topic missing, not "
    "authorised.",
    children,
    NULL,
    NULL,
};

/* --- the run --- */

static sts_bytes header_of(const rd_kafka_message_t *message, const char *name) {
    rd_kafka_headers_t *headers;
    sts_bytes value = {NULL, 0};
    if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_header_get_last(headers, name, &value.data, &value.size);
    return value;
}

static void take(const rd_kafka_message_t *message, void *user) {
    struct verification *found = user;
    uint64_t hash = message->key ? key_hash(message->key, message->key_len) : 0;
    places_add(&found->places, message, &found->faults);
    if (message->key)
        key_counts_add(&found->keys, (sts_bytes){message->key, message->key_len}, hash);
    rules_add(&found->rules, message, &found->faults);
    if (found->has_order)
        order_add(&found->order, message, hash,
                  found->order_header ? header_of(message, found->order_header) : found->rules.found, &found->faults);
}

static const char *profile_of(struct verifying *run) {
    const char *partitioner = sts_options_get(run->options, "partitioner");
    if (run->profile)
        return run->profile;
    if (is_profile(partitioner))
        return partitioner;
    say("partitioner=%s ignores keys: name the profile to check against with --profile", partitioner);
    run->faults |= FAULT_USAGE;
    return NULL;
}

static bool prepare(struct verifying *run) {
    struct verification *found = &run->found;
    run->options = setup_options(&run->exporter, &run->connection);
    if (!run->options || !rules_init(&found->rules, run->key, run->order_attribute)) {
        run->faults |= FAULT_USAGE;
        return false;
    }
    found->rules.is_otlp = run->is_otlp;
    found->order_header = run->order_header;
    found->has_order = run->order_header || run->order_attribute;
    found->faults.json = run->json;
    found->faults.limit = run->shown >= 0 ? (uint64_t)run->shown : run->json ? UINT64_MAX : SHOWN;
    key_counts_init(&found->keys);
    order_init(&found->order);
    return profile_of(run) != NULL;
}

static void judge(struct verifying *run) {
    const struct verification *found = &run->found;
    run->faults |= found->walk.faults;
    for (int kind = 0; kind < FAULT_KINDS; kind++) {
        if (found->faults.counts[kind])
            run->faults |= kind == FAULT_VALUE ? FAULT_INPUT : FAULT_RECORDS;
    }
    if (rules_are_mixed(&found->rules) || found->walk.is_interrupted)
        run->faults |= FAULT_RECORDS;
}

static void verify(struct verifying *run) {
    struct verification *found = &run->found;
    int64_t start = clock_ms();
    if (walk_open(&found->walk, run->options, &run->connection, run->from_ms, run->patience_s * 1000)) {
        places_init(&found->places, profile_of(run), found->walk.partition_count);
        found->places.needs_keys = run->needs_keys;
        interrupt_hold();
        walk_read(&found->walk, take, found);
        found->seconds = (double)(clock_ms() - start) / 1000;
        verify_faults_end(&found->faults);
        if (run->json)
            verify_report_json(found);
        else
            verify_report_text(found);
    }
    judge(run);
    walk_close(&found->walk);
    places_free(&found->places);
}

int verb_verify(int argc, char **argv) {
    struct verifying run;
    memset(&run, 0, sizeof run);
    run.from_ms = run.shown = -1;
    run.patience_s = PATIENCE_S;
    argp_parse(&verify_argp, argc, argv, 0, NULL, &run);
    interrupt_start();

    if (prepare(&run))
        verify(&run);
    rules_free(&run.found.rules);
    order_free(&run.found.order);
    key_counts_free(&run.found.keys);
    sts_options_free(run.options);
    settings_clear(&run.connection);
    settings_clear(&run.exporter.options);
    settings_clear(&run.exporter.metadata);
    unsigned faults = run.faults | console_end();
    interrupt_end();
    return exit_status(faults);
}
