/* SPDX-License-Identifier: Apache-2.0
 *
 * Arguments that several verbs share. */
#include "args.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

bool read_number(const char *text, int64_t lowest, int64_t highest, int64_t *number) {
    if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0')
        return false;
    errno = 0;
    long long value = strtoll(text, NULL, 10);
    if (errno || value < lowest || value > highest)
        return false;
    *number = value;
    return true;
}

void settings_add(struct setting_list *settings, const char *name, size_t name_size, const char *value) {
    settings->at = need_room(settings->at, settings->count, sizeof *settings->at);
    settings->at[settings->count++] = (struct setting){need(strndup(name, name_size)), need(strdup(value))};
}

void settings_clear(struct setting_list *settings) {
    for (size_t i = 0; i < settings->count; i++) {
        free(settings->at[i].name);
        free(settings->at[i].value);
    }
    free(settings->at);
    *settings = (struct setting_list){NULL, 0};
}

/* --json */

static error_t parse_json(int key, char *value, struct argp_state *state) {
    (void)value;
    if (key != 'j')
        return ARGP_ERR_UNKNOWN;
    *(bool *)state->input = true;
    return 0;
}

static const struct argp_option json_options[] = {
    {"json", 'j', NULL, 0, "Print JSON Lines, ASCII only, instead of text for people", 0},
    {0},
};

const struct argp json_argp = {json_options, parse_json, NULL, NULL, NULL, NULL, NULL};

error_t parse_json_alone(int key, char *value, struct argp_state *state) {
    (void)value;
    if (key != ARGP_KEY_INIT)
        return ARGP_ERR_UNKNOWN;
    state->child_inputs[0] = state->input;
    return 0;
}

const struct argp_child json_alone_argp[] = {{&json_argp, 0, NULL, 0}, {0}};

static error_t parse_json_always(int key, char *value, struct argp_state *state) {
    (void)value, (void)state;
    return key == 'j' ? 0 : ARGP_ERR_UNKNOWN;
}

static const struct argp_option json_always_options[] = {
    {"json", 'j', NULL, 0, "Print JSON Lines, ASCII only, which is the default here", 0},
    {0},
};

const struct argp json_always_argp = {json_always_options, parse_json_always, NULL, NULL, NULL, NULL, NULL};

/* FILE... */

static error_t parse_file(int key, char *value, struct argp_state *state) {
    if (key != ARGP_KEY_ARG)
        return ARGP_ERR_UNKNOWN;
    files_add(state->input, value);
    return 0;
}

const struct argp files_argp = {NULL, parse_file, NULL, NULL, NULL, NULL, NULL};

const struct argp_child json_and_files_argp[] = {{&json_argp, 0, NULL, 0}, {&files_argp, 0, NULL, 0}, {0}};

/* --signal, --format, --framing */

enum { KEY_SIGNAL = 256, KEY_FORMAT, KEY_FRAMING, KEY_KEY, KEY_VALUE };

/* Records of one's own: a key for all, or one in each line. */
static void check_key_value(struct input_format *input, struct argp_state *state) {
    if (input->key || input->value)
        input->format = FORMAT_KEY_VALUE;
    if (input->format != FORMAT_KEY_VALUE)
        return;
    if (input->value && !input->key)
        argp_error(state, "--value needs --key, which may be - for a null key");
    if (input->signal || input->framing != FRAMING_WHOLE)
        argp_error(state, "--key and --format key-value are not OTLP: leave --signal and --framing out");
    if (!input->key)
        input->framing = FRAMING_LINES;
    if (input->value && strcmp(input->value, "-") == 0)
        input->value = NULL; /* it is read */
}

static error_t parse_framing(int key, char *value, struct argp_state *state) {
    struct input_format *input = state->input;
    switch (key) {
    case KEY_SIGNAL:
        if (strcmp(value, "logs") == 0)
            input->signal = STS_SIGNAL_LOGS;
        else if (strcmp(value, "traces") == 0)
            input->signal = STS_SIGNAL_TRACES;
        else if (strcmp(value, "metrics") == 0)
            input->signal = STS_SIGNAL_METRICS;
        else if (strcmp(value, "profiles") == 0)
            input->signal = STS_SIGNAL_PROFILES;
        else
            argp_error(state, "--signal is logs, traces, metrics or profiles, not '%s'", value);
        return 0;
    case KEY_FORMAT:
        if (strcmp(value, "topology") == 0)
            input->format = FORMAT_TOPOLOGY;
        else if (strcmp(value, "otlp") == 0)
            input->format = FORMAT_OTLP;
        else if (strcmp(value, "otlp-json") == 0)
            input->format = FORMAT_OTLP_JSON;
        else if (strcmp(value, "key-value") == 0)
            input->format = FORMAT_KEY_VALUE;
        else
            argp_error(state, "--format is otlp, otlp-json, topology or key-value, not '%s'", value);
        return 0;
    case KEY_KEY:
        input->key = value;
        return 0;
    case KEY_VALUE:
        input->value = value;
        return 0;
    case KEY_FRAMING:
        if (strcmp(value, "lines") == 0)
            input->framing = FRAMING_LINES;
        else if (strcmp(value, "length-prefixed") == 0)
            input->framing = FRAMING_LENGTH_PREFIXED;
        else if (strcmp(value, "length-prefixed-be") == 0)
            input->framing = FRAMING_LENGTH_PREFIXED_BE;
        else if (strcmp(value, "whole") == 0)
            input->framing = FRAMING_WHOLE;
        else
            argp_error(state, "--framing is whole, length-prefixed, length-prefixed-be or lines, not '%s'", value);
        return 0;
    case ARGP_KEY_END:
        check_key_value(input, state);
        if (input->format == FORMAT_TOPOLOGY && input->signal)
            argp_error(state, "--format topology is not OTLP: leave --signal out");
        if (input->format == FORMAT_TOPOLOGY && input->framing != FRAMING_WHOLE)
            argp_error(state,
                       "--format topology has no framing, as all lines of a file are one request: leave --framing out");
        if (input->format == FORMAT_OTLP && input->framing == FRAMING_LINES)
            argp_error(state, "--framing lines needs --format otlp-json: a request in protobuf is not a line of text");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option framing_options[] = {
    {"signal", KEY_SIGNAL, "logs|traces|metrics|profiles", 0, "What the OTLP requests hold (default logs)", 0},
    {"format", KEY_FORMAT, "otlp|otlp-json|topology|key-value", 0,
     "How requests are encoded: otlp (default) is protobuf; otlp-json is OTLP JSON; topology is JSON "
     "Lines with an element on each line, and a file is one request (stskafka topology encode "
     "--help); key-value is not OTLP: each line is a record, KEY TAB VALUE, and - alone is null",
     0},
    {"key", KEY_KEY, "KEY", 0,
     "Send records of your own under this key (- alone is null) instead of OTLP: each file is the "
     "value of one record",
     0},
    {"value", KEY_VALUE, "VALUE", 0, "With --key: the value itself, in place of files (- reads it from standard input)",
     0},
    {"framing", KEY_FRAMING, "HOW", 0,
     "whole (default): a file is one request; length-prefixed: a uint32, little-endian, before each request; "
     "length-prefixed-be: the same, big-endian, as the collector's file exporter writes with format: proto; lines: "
     "each "
     "line is a request, as it writes with format: json",
     0},
    {0},
};

const struct argp framing_argp = {framing_options, parse_framing, NULL, NULL, NULL, NULL, NULL};

/* -o, --config, --metadata, --verbose */

enum { KEY_CONFIG = 256, KEY_METADATA };

/* What has no NAME= in front may be a value alone, and a secret: it is not repeated. */
static void add_setting(struct argp_state *state, struct setting_list *settings, const char *option, const char *text) {
    const char *equals = strchr(text, '=');
    if (equals && equals != text)
        settings_add(settings, text, (size_t)(equals - text), equals + 1);
    else
        argp_error(state,
                   "%s needs NAME=VALUE, and number %zu of them has no NAME= in front (it is not repeated here: it may "
                   "be a secret)",
                   option, settings->count + 1);
}

static error_t parse_exporter(int key, char *value, struct argp_state *state) {
    struct exporter_args *args = state->input;
    switch (key) {
    case 'o':
        add_setting(state, &args->options, "-o", value);
        return 0;
    case KEY_METADATA:
        add_setting(state, &args->metadata, "--metadata", value);
        return 0;
    case KEY_CONFIG:
        if (args->config_file)
            argp_error(state, "--config is given twice; it takes one file");
        args->config_file = value;
        return 0;
    case 'v':
        args->log.verbose = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option exporter_options[] = {
    {"option", 'o', "NAME=VALUE", 0,
     "Set an exporter option (stskafka options lists them); may be repeated, and the last value "
     "counts",
     0},
    {"config", KEY_CONFIG, "FILE", 0,
     "Read options from YAML, in the form of a collector's exporter block, with ${env:NAME}; -o "
     "overrides them",
     0},
    {"metadata", KEY_METADATA, "NAME=VALUE", 0, "Add request metadata; repeatable", 0},
    {"verbose", 'v', NULL, 0, "Show on standard error what the exporter does", 0},
    {0},
};

const struct argp exporter_argp = {exporter_options, parse_exporter, NULL, NULL, NULL, NULL, NULL};
