/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb topology encode: lines of JSON to the keys and values of Kafka messages. Elements go the way of an export,
 * up to the transport; whole messages go through the codec alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/stskafka.h>
#include <stskafka/topology.h>

#include "args.h"
#include "console.h"
#include "elements.h"
#include "exit_status.h"
#include "exporter_setup.h"
#include "json_out.h"
#include "lines.h"
#include "memory.h"
#include "topology_group.h"
#include "topology_verbs.h"

struct encoding {
    /* the arguments */
    struct exporter_args exporter;
    struct file_list files;
    bool message;
    bool group;
    int64_t max_bytes; /* 0: not given */
    /* the run */
    sts_options *options;
    struct lines lines;
    unsigned faults;
};

enum { KEY_MESSAGE = 256, KEY_GROUP, KEY_MAX_BYTES };

enum { INCUMBENTS_MAX_BYTES = 786432 };

static error_t parse(int key, char *value, struct argp_state *state) {
    struct encoding *run = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[1] = &run->files;
        state->child_inputs[2] = &run->exporter;
        return 0;
    case KEY_MESSAGE:
        run->message = true;
        return 0;
    case KEY_GROUP:
        run->group = true;
        return 0;
    case KEY_MAX_BYTES:
        if (!read_number(value, 1, INT64_MAX, &run->max_bytes))
            argp_error(state, "--max-bytes is a whole number from 1, not '%s'", value);
        return 0;
    case ARGP_KEY_END:
        if (run->group && !run->message)
            argp_error(state, "--group goes with --message; elements are grouped by themselves");
        if (run->max_bytes && !run->group)
            argp_error(state, "--max-bytes goes with --message --group");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"message", KEY_MESSAGE, NULL, 0, "Lines are whole messages, to be encoded as they stand", 0},
    {"group", KEY_GROUP, NULL, 0,
     "With --message: first join the messages that the collector's exporter would join, file by file", 0},
    {"max-bytes", KEY_MAX_BYTES, "N", 0,
     "With --group: as long as the sizes of the messages add up to no more than N (default 786432)", 0},
    {0},
};

static const struct argp_child children[] = {
    {&json_always_argp, 0, NULL, 0},
    {&files_argp, 0, NULL, 0},
    {&exporter_argp, 0, "Exporter:", 1},
    {0},
};

const struct argp topology_encode_argp = {
    options,
    parse,
    "[FILE...]",
    "Encode topology: print the key and the value of each Kafka message.\v"
    "A line is an element,\n\n"
    "  {\"owner\":\"OTEL\",\"data_source\":\"urn:x\",\"collection_timestamp\":ms,\n"
    "   \"submitted_timestamp\":ms,\"expiry_interval_ms\":n,\"specificity\":x,\n\n"
    "and one of \"component\":{...} \"relation\":{...} \"delete_component\":\"id\" \"delete_relation\":\"id\" "
    "\"errors\":[{...}] \"remove\":\"cause\" \"snapshot_start\":{\"repeat_interval_ms\":n} \"snapshot_stop\":{} "
    "\"metadata\":{...}|null }; all of a FILE are one batch, sharded, grouped and split as in an export. With "
    "--message a line is {\"key\":{...},\"message\":{...}} or {\"metadata_key\":{...},\"metadata\":{...}|null}, in "
    "protobuf's JSON mapping.\n\n"
    "Prints JSON Lines, with and without --json: {\"topic\":...,\"key\":hex,\"value\":hex|null}, null for a tombstone. "
    "A line that is refused gives {\"line\":n,\"error\":{\"code\":...,\"text\":...}} and the exit status 3, and "
    "the rest goes on; an empty line is refused. With --message there is a line of output for each of input, in "
    "order; where messages are known only at the end of a FILE (elements, --group) the refused lines come first. A "
    "message that an export would reject gives an error with null for the line, and the exit status 1. No FILE, or -, "
    "is standard input.",
    children,
    NULL,
    NULL,
};

static void print_message(const char *topic, sts_bytes key, sts_bytes value) {
    json_t *line = json_object();
    json_set(line, "topic", json_text(topic));
    json_set(line, "key", json_hex(key));
    json_set(line, "value", json_hex(value));
    json_line(line);
}

/* --- elements --- */

static void print_rejected(struct encoding *run, sts_status code, const char *text) {
    json_t *line = json_object();
    json_set(line, "line", json_null());
    json_set(line, "error", json_fault(code, text));
    json_line(line);
    say("%s: rejected: %s: %s", run->lines.file, sts_status_name(code), text);
    run->faults |= FAULT_RECORDS;
}

static void print_explanation(const sts_explanation *explanation, void *user) {
    struct encoding *run = user;
    sts_bytes key, value;
    sts_status code = sts_explanation_code(explanation);
    sts_explanation_key(explanation, &key);
    sts_explanation_value(explanation, &value);
    if (code == STS_OK)
        print_message(sts_explanation_topic(explanation), key, value);
    else
        print_rejected(run, code, sts_explanation_text(explanation));
}

static void explain_batch(struct encoding *run, sts_exporter *exporter, const sts_topology *batch,
                          const sts_export_context *beside) {
    sts_error *error = NULL;
    sts_status status = sts_explain_topology(exporter, batch, beside, print_explanation, run, &error);
    if (status != STS_OK)
        print_rejected(run, status, sts_error_text(error));
    sts_error_free(error);
}

static void encode_elements(struct encoding *run, sts_exporter *exporter) {
    sts_topology *batch = need(sts_topology_new());
    sts_export_context *beside = setup_request(&run->exporter);
    sts_error *error;
    while (lines_next_file(&run->lines)) {
        sts_topology_reset(batch);
        while (lines_next(&run->lines)) {
            if (elements_add(batch, run->lines.text, run->lines.size, &error))
                continue;
            lines_refuse_json(&run->lines, sts_error_code(error), sts_error_text(error));
            sts_error_free(error);
        }
        explain_batch(run, exporter, batch, beside);
    }
    sts_export_context_free(beside);
    sts_topology_free(batch);
}

/* --- whole messages --- */

static void print_whole(bool is_metadata, sts_bytes key, sts_bytes value, void *user) {
    const struct encoding *run = user;
    print_message(sts_options_get(run->options, is_metadata ? "metadata_topic" : "topic"), key, value);
}

static void print_messages(struct encoding *run, const sts_topology_messages *messages) {
    for (size_t i = 0; i < sts_topology_messages_count(messages); i++) {
        sts_bytes key, value;
        sts_topology_messages_key(messages, i, &key);
        sts_topology_messages_value(messages, i, &value);
        print_whole(sts_topology_messages_is_metadata(messages, i) != 0, key, value, run);
    }
}

static void add_message(struct encoding *run, sts_topology_messages *messages) {
    sts_error *error = NULL;
    sts_status status = sts_topology_messages_add_json(messages, run->lines.text, run->lines.size, &error);
    if (status == STS_ERR_NO_MEMORY)
        out_of_memory();
    if (status != STS_OK)
        lines_refuse_json(&run->lines, status, sts_error_text(error));
    sts_error_free(error);
}

static void encode_messages(struct encoding *run) {
    uint64_t max_bytes = run->max_bytes ? (uint64_t)run->max_bytes : INCUMBENTS_MAX_BYTES;
    sts_topology_messages *messages = need(sts_topology_messages_new());
    while (lines_next_file(&run->lines)) {
        while (lines_next(&run->lines)) {
            add_message(run, messages);
            if (run->group)
                continue;
            print_messages(run, messages);
            sts_topology_messages_reset(messages);
        }
        if (run->group)
            topology_group(messages, max_bytes, print_whole, run);
        sts_topology_messages_reset(messages);
    }
    sts_topology_messages_free(messages);
}

int topology_encode(int argc, char **argv) {
    struct encoding run;
    memset(&run, 0, sizeof run);
    argp_parse(&topology_encode_argp, argc, argv, 0, NULL, &run);

    /* Also for whole messages: the options are theirs too, and must be good. */
    sts_exporter *exporter = setup_explainer(&run.exporter, &run.options, &run.faults);
    lines_init(&run.lines, &run.files);
    if (!files_check(&run.files))
        run.faults |= FAULT_USAGE;
    else if (exporter && run.message)
        encode_messages(&run);
    else if (exporter)
        encode_elements(&run, exporter);
    run.faults |= run.lines.faults;
    lines_clear(&run.lines);
    sts_exporter_free(exporter, 0);
    sts_options_free(run.options);
    settings_clear(&run.exporter.options);
    settings_clear(&run.exporter.metadata);
    free(run.files.at);
    return exit_status(run.faults | console_end());
}
