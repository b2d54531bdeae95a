/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb explain: what an export would send, record by record, without a broker. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console.h"
#include "dispatch.h"
#include "exit_status.h"
#include "exporter_setup.h"
#include "json_out.h"
#include "memory.h"
#include "meter.h"
#include "noun.h"
#include "show.h"
#include "skew.h"
#include "table.h"
#include "verbs.h"

struct explaining {
    /* the arguments */
    struct exporter_args exporter;
    struct file_list files;
    struct input_format format;
    int32_t partitions; /* 0: not asked for */
    bool values;
    bool json;
    bool only_skew;
    /* the run */
    bool by_message; /* a line tells a message with its records, and not a record */
    struct table *rows;
    struct skew skew;
    struct meter meter;
    uint64_t request;
    uint64_t told; /* records of the request */
    bool has_told; /* of any */
    unsigned faults;
};

enum { KEY_VALUES = 256, KEY_SKEW };

enum { LOOKS_EVERY = 64 }; /* records, until progress is looked at */

static error_t parse(int key, char *value, struct argp_state *state) {
    struct explaining *run = state->input;
    int64_t number;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &run->json;
        state->child_inputs[1] = &run->files;
        state->child_inputs[2] = &run->format;
        state->child_inputs[3] = &run->exporter;
        return 0;
    case 'n':
        if (read_number(value, 1, INT32_MAX, &number))
            run->partitions = (int32_t)number;
        else
            argp_error(state, "--partitions is a whole number from 1 to 2147483647, not '%s'", value);
        return 0;
    case KEY_VALUES:
        run->values = true;
        return 0;
    case KEY_SKEW:
        run->only_skew = true;
        return 0;
    case ARGP_KEY_END:
        if (run->format.value && run->files.count)
            argp_error(state, "--value is the value itself: leave FILE out");
        if (run->only_skew && run->partitions > SKEW_PARTITIONS)
            argp_error(state, "--skew shows %d partitions at most", SKEW_PARTITIONS);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"partitions", 'n', "N", 0, "Show the partition of each record in a topic of N partitions", 0},
    {"values", KEY_VALUES, NULL, 0, "Show the values too", 0},
    {"skew", KEY_SKEW, NULL, 0,
     "Show how the keys are spread, instead of the records: how many different keys there are, which "
     "have most records, and with --partitions how many records each partition gets",
     0},
    {0},
};

static const struct argp_child children[] = {
    {&json_argp, 0, NULL, 0},
    {&files_argp, 0, NULL, 0},
    {&framing_argp, 0, "Input:", 1},
    {&exporter_argp, 0, "Exporter:", 2},
    {0},
};

const struct argp explain_argp = {
    options,
    parse,
    "[FILE...]",
    "Show what an export of requests would send, record by record, through the library's own code "
    "but without a broker.\vNo FILE, or -, is standard input. For a record that would be rejected "
    "the reason is shown. Try a key with -o key=SPEC, for instance\n "
    " -o 'key=Concat([resource.attributes[\"tenant\"], attributes[\"user\"]], \"/\")'\n "
    " -o 'key=attribute(\"user\") | trace_id | \"nobody\"'\nExit "
    "status: 0 every record would be sent; 1 some records would be rejected; 2 usage or "
    "configuration; 3 malformed input.",
    children,
    NULL,
    NULL,
};

static json_t *json_headers(const sts_explanation *explanation) {
    json_t *headers = json_array();
    for (size_t i = 0; i < sts_explanation_header_count(explanation); i++) {
        sts_bytes value;
        sts_explanation_header_value(explanation, i, &value);
        json_t *pair = json_array();
        if (json_array_append_new(pair, json_text(sts_explanation_header_name(explanation, i))) != 0 ||
            json_array_append_new(pair, json_hex(value)) != 0 || json_array_append_new(headers, pair) != 0)
            out_of_memory();
    }
    return headers;
}

/* What the key was made of: as written in the spec, and what was there. */
static json_t *json_key_parts(const sts_explanation *explanation) {
    json_t *parts = json_array();
    for (size_t i = 0; i < sts_explanation_key_part_count(explanation); i++) {
        sts_bytes source, text;
        sts_explanation_key_part_spec(explanation, i, &source);
        sts_explanation_key_part_value(explanation, i, &text);
        json_t *part = json_object();
        json_set(part, "from", json_text_of(source));
        json_set(part, "value", json_hex(text));
        json_set(part, "text", json_text_of(text));
        if (json_array_append_new(parts, part) != 0)
            out_of_memory();
    }
    return parts;
}

static json_t *json_rejected(const sts_explanation *explanation) {
    sts_status code = sts_explanation_code(explanation);
    return code == STS_OK ? json_null() : json_fault(code, sts_explanation_text(explanation));
}

/* Which records share a message, each as its request and its place there. */
static json_t *json_records(const struct explaining *run, const sts_explanation *explanation) {
    json_t *records = json_array();
    for (size_t i = 0; i < sts_explanation_record_count(explanation); i++) {
        json_t *record =
            json_pack("[II]", (json_int_t)run->request, (json_int_t)sts_explanation_record_index(explanation, i));
        if (!record || json_array_append_new(records, record) != 0)
            out_of_memory();
    }
    return records;
}

static void print_json(const struct explaining *run, const sts_explanation *explanation, sts_bytes key,
                       sts_bytes value) {
    json_t *line = json_object();
    json_set(line, "request", json_integer((json_int_t)run->request));
    json_set(line, "index", json_integer((json_int_t)sts_explanation_index(explanation)));
    if (run->by_message && sts_explanation_code(explanation) == STS_OK)
        json_set(line, "records", json_records(run, explanation));
    json_set(line, "topic", json_text(sts_explanation_topic(explanation)));
    json_set(line, "key", json_hex(key));
    json_set(line, "key_text", json_text_of(key));
    json_set(line, "key_from", json_text(sts_explanation_key_from(explanation)));
    json_set(line, "key_parts", json_key_parts(explanation));
    json_set(line, "tombstone", json_boolean(sts_explanation_is_tombstone(explanation)));
    json_set(line, "value_size", json_integer((json_int_t)value.size));
    if (run->values)
        json_set(line, "value", json_hex(value));
    json_set(line, "headers", json_headers(explanation));
    json_set(line, "size", json_integer((json_int_t)sts_explanation_size(explanation)));
    json_set(line, "partition", json_known(sts_explanation_partition(explanation, run->partitions)));
    json_set(line, "rejected", json_rejected(explanation));
    json_line(line);
}

static const struct table_column columns[] = {
    {"REQUEST", true},   {"RECORD", true}, {"TOPIC", false}, {"KEY", false},
    {"KEY FROM", false}, {"VALUE", false}, {"NOTE", false},  {NULL, false},
};

static const struct table_column placed_columns[] = {
    {"REQUEST", true},   {"RECORD", true}, {"TOPIC", false}, {"KEY", false}, {"KEY FROM", false},
    {"PARTITION", true}, {"VALUE", false}, {"NOTE", false},  {NULL, false},
};

static void print_note(const struct explaining *run, size_t records, size_t headers) {
    char counted[32] = "";
    char more[32] = "";
    if (run->by_message)
        snprintf(counted, sizeof counted, "%zu %s", records, noun(records, "record", "records"));
    if (headers)
        snprintf(more, sizeof more, "%s%zu %s", run->by_message ? ", " : "", headers,
                 noun(headers, "header", "headers"));
    table_cell(run->rows, "%s%s", counted, more);
}

static void print_row(const struct explaining *run, const sts_explanation *explanation, sts_bytes key,
                      sts_bytes value) {
    char text[SHOW_SIZE];
    sts_status code = sts_explanation_code(explanation);
    const char *topic = sts_explanation_topic(explanation);
    int32_t partition = sts_explanation_partition(explanation, run->partitions);

    if (code != STS_OK)
        table_mark(run->rows);
    table_cell(run->rows, "%" PRIu64, run->request);
    table_cell(run->rows, "%" PRIu64, sts_explanation_index(explanation));
    table_cell(run->rows, "%s", topic ? topic : "-");
    table_cell(run->rows, "%s", show_bytes(text, key));
    table_cell(run->rows, "%s", sts_explanation_key_from(explanation));
    if (run->partitions && partition < 0)
        table_cell(run->rows, "-");
    else if (run->partitions)
        table_cell(run->rows, "%" PRId32, partition);
    if (code == STS_OK && sts_explanation_is_tombstone(explanation))
        table_cell(run->rows, "tombstone");
    else if (!value.data)
        table_cell(run->rows, "-");
    else if (run->values)
        table_cell(run->rows, "%s", show_bytes(text, value));
    else
        table_cell(run->rows, "%zu %s", value.size, noun(value.size, "byte", "bytes"));
    if (code != STS_OK)
        table_cell(run->rows, "rejected: %s: %s", sts_status_name(code), sts_explanation_text(explanation));
    else
        print_note(run, sts_explanation_record_count(explanation), sts_explanation_header_count(explanation));
}

static void print_explanation(const sts_explanation *explanation, void *user) {
    struct explaining *run = user;
    sts_bytes key, value;
    sts_explanation_key(explanation, &key);
    sts_explanation_value(explanation, &value);
    if (sts_explanation_code(explanation) != STS_OK)
        run->faults |= FAULT_RECORDS;
    run->told += sts_explanation_record_count(explanation);
    run->has_told = true;
    if (run->told % LOOKS_EVERY == 0)
        meter_show(&run->meter, run->told, "");
    if (run->only_skew)
        skew_add(&run->skew, explanation);
    else if (run->json)
        print_json(run, explanation, key, value);
    else
        print_row(run, explanation, key, value);
}

static void print_malformed(struct explaining *run, const struct input_request *request, sts_status code,
                            const char *text, int64_t offset) {
    run->faults |= input_fault(request, code, text, offset);
    if (!run->json)
        return;
    json_t *fault = json_fault(code, text);
    json_set(fault, "offset", json_known(offset));
    json_t *line = json_object();
    json_set(line, "request", json_integer((json_int_t)request->number));
    json_set(line, "error", fault);
    json_line(line);
}

static void explain_request(struct explaining *run, sts_exporter *exporter, const sts_export_context *beside,
                            const struct input_request *request) {
    if (request->fault != STS_OK) {
        print_malformed(run, request, request->fault, request->text, request->offset);
        return;
    }
    sts_error *error = NULL;
    run->request = request->number;
    run->told = 0;
    sts_status status = dispatch_explain(exporter, request, beside, print_explanation, run, &error);
    if (status != STS_OK)
        print_malformed(run, request, status, sts_error_text(error), sts_error_offset(error));
    else
        input_unread(request);
    sts_error_free(error);
}

static void explain_all(struct explaining *run, sts_exporter *exporter) {
    sts_export_context *beside = setup_request(&run->exporter);
    struct input input;
    struct input_request request;
    input_init(&input, &run->files, &run->format);
    skew_init(&run->skew, run->only_skew ? run->partitions : 0);
    run->rows = run->json || run->only_skew ? NULL : table_new(run->partitions ? placed_columns : columns);
    meter_begin(&run->meter, &run->files, !run->only_skew && isatty(STDOUT_FILENO));
    while (!ferror(stdout) && input_next(&input, &request)) {
        meter_request(&run->meter, &input, &request);
        meter_show(&run->meter, 0, "");
        explain_request(run, exporter, beside, &request);
    }
    progress_end();
    table_end(run->rows);
    if (run->only_skew)
        skew_print(&run->skew, run->json);
    skew_clear(&run->skew);
    run->faults |= input.faults;
    if (!run->has_told && !run->json && !run->faults)
        say("there are no records in the input");
    input_clear(&input);
    sts_export_context_free(beside);
}

int verb_explain(int argc, char **argv) {
    struct explaining run;
    memset(&run, 0, sizeof run);
    argp_parse(&explain_argp, argc, argv, 0, NULL, &run);
    run.exporter.key_value = run.format.format == FORMAT_KEY_VALUE;

    sts_options *made;
    sts_exporter *exporter = setup_explainer(&run.exporter, &made, &run.faults);
    run.by_message =
        run.format.signal == STS_SIGNAL_PROFILES || (made && strcmp(sts_options_get(made, "gather"), "none") != 0);
    if (!files_check(&run.files))
        run.faults |= FAULT_USAGE;
    else if (exporter && dispatch_check(exporter, &run.format, &run.faults))
        explain_all(&run, exporter);
    sts_exporter_free(exporter, 0);
    sts_options_free(made);
    settings_clear(&run.exporter.options);
    settings_clear(&run.exporter.metadata);
    free(run.files.at);
    return exit_status(run.faults | console_end());
}
