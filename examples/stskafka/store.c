/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb store: what a queue on disk holds, and sending that. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <stskafka/storage.h>

#include "args.h"
#include "clock.h"
#include "console.h"
#include "delivery.h"
#include "exit_status.h"
#include "exporter_setup.h"
#include "interrupt.h"
#include "json_out.h"
#include "noun.h"
#include "outcomes.h"
#include "send_progress.h"
#include "send_report.h"
#include "verbs.h"

struct store {
    struct exporter_args exporter;
    const char *folder;
    const char *brokers; /* or NULL */
    int64_t timeout_s;   /* -1: not given */
    bool json;
    bool drain;
    int64_t values[STS_STORAGE_VALUES];
    unsigned faults;
};

enum { KEY_DRAIN = 256, KEY_BROKERS, KEY_TIMEOUT };

enum { INTERRUPT_S = 10 };

static error_t parse(int key, char *value, struct argp_state *state) {
    struct store *run = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &run->json;
        state->child_inputs[1] = &run->exporter;
        return 0;
    case KEY_DRAIN:
        run->drain = true;
        return 0;
    case KEY_BROKERS:
        run->brokers = value;
        return 0;
    case KEY_TIMEOUT:
        if (!read_number(value, 0, 1000000, &run->timeout_s))
            argp_error(state, "--timeout is a whole number of seconds, not '%s'", value);
        return 0;
    case ARGP_KEY_ARG:
        if (run->folder)
            argp_error(state, "only one DIR can be read: leave '%s' out", value);
        run->folder = value;
        return 0;
    case ARGP_KEY_END:
        if (!run->folder)
            argp_error(state, "name the DIR: the one that sending_queue.storage names");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option own_options[] = {
    {"drain", KEY_DRAIN, NULL, 0, "Send what it holds", 0},
    {"brokers", KEY_BROKERS, "HOST:PORT,...", 0, "Where --drain sends it (as -o brokers=...)", 0},
    {"timeout", KEY_TIMEOUT, "SECONDS", 0,
     "With --drain, give up when no record gets an outcome for this long (default: 305); what is left stays stored", 0},
    {0},
};

static const struct argp_child children[] = {
    {&json_argp, 0, NULL, 0},
    {&exporter_argp, 0, "Exporter, with --drain:", 1},
    {0},
};

const struct argp store_argp = {
    own_options,
    parse,
    "DIR",
    "Show what a queue on disk (the option sending_queue.storage) holds: records without an outcome, files, damage. "
    "Nothing is changed, and an exporter may use it meanwhile; --drain sends what it holds.\v"
    "What is stored has its topic and key already, so that --drain needs the options of the connection only. Exit "
    "status: 0 "
    "all is well, and with --drain delivered; 1 something is damaged, or not all was delivered; 2 usage or "
    "configuration; 4 no broker, not authorised.",
    children,
    NULL,
    NULL,
};

static void print_json(const struct store *run) {
    static const char *const names[STS_STORAGE_VALUES] = {"records",   "record_bytes", "file_bytes", "segments",
                                                          "oldest_ms", "damage",       "in_use"};
    json_t *line = json_object();
    for (int i = 0; i < STS_STORAGE_IN_USE; i++)
        json_set(line, names[i],
                 i == STS_STORAGE_OLDEST_MS && !run->values[i] ? json_null() : json_integer(run->values[i]));
    json_set(line, names[STS_STORAGE_IN_USE], json_boolean(run->values[STS_STORAGE_IN_USE]));
    json_line(line);
}

static void print_count(int64_t count, const char *one, const char *many, const char *end) {
    printf("%" PRId64 " %s%s", count, noun((uint64_t)count, one, many), end);
}

static void print_text(const struct store *run) {
    const int64_t *values = run->values;
    char oldest[32];
    time_t seconds = (time_t)(values[STS_STORAGE_OLDEST_MS] / 1000);
    struct tm utc;
    print_count(values[STS_STORAGE_RECORDS], "record", "records", ", ");
    print_count(values[STS_STORAGE_RECORD_BYTES], "byte", "bytes", "; ");
    print_count(values[STS_STORAGE_SEGMENTS], "file", "files", ", ");
    print_count(values[STS_STORAGE_FILE_BYTES], "byte", "bytes",
                values[STS_STORAGE_IN_USE] ? "; an exporter uses it now\n" : "\n");
    if (values[STS_STORAGE_OLDEST_MS] && gmtime_r(&seconds, &utc) &&
        strftime(oldest, sizeof oldest, "%Y-%m-%dT%H:%M:%SZ", &utc))
        printf("the oldest was stored at %s\n", oldest);
    if (values[STS_STORAGE_DAMAGE])
        print_count(values[STS_STORAGE_DAMAGE], "piece is torn or damaged; an exporter sets it aside (.damaged)",
                    "pieces are torn or damaged; an exporter sets them aside (.damaged)", "\n");
}

static bool look(struct store *run) {
    sts_error *error = NULL;
    sts_status status = sts_storage_inspect(run->folder, run->values, STS_STORAGE_VALUES, &error);
    if (status != STS_OK) {
        say("%s: %s", sts_status_name(status), sts_error_text(error));
        run->faults |= FAULT_USAGE;
    }
    sts_error_free(error);
    return status == STS_OK;
}

static void report(struct store *run, const uint64_t *counts, double seconds) {
    json_t *line = json_object();
    json_set(line, "records", json_integer((json_int_t)counts[STS_COUNT_ACCEPTED]));
    json_set(line, "delivered", json_integer((json_int_t)counts[STS_COUNT_DELIVERED]));
    json_set(line, "failed", json_integer((json_int_t)counts[STS_COUNT_FAILED]));
    json_set(line, "uncertain", json_integer((json_int_t)counts[STS_COUNT_UNCERTAIN]));
    json_set(line, "left", json_integer((json_int_t)counts[STS_COUNT_PENDING]));
    json_set(line, "seconds", json_real((double)(int64_t)(seconds * 1000 + 0.5) / 1000));
    if (run->json) {
        json_line(line);
        return;
    }
    json_decref(line);
    printf(
        "%" PRIu64 " %s, %" PRIu64 " delivered, %" PRIu64 " failed, %" PRIu64 " uncertain, %" PRIu64 " left; %.3f s\n",
        counts[STS_COUNT_ACCEPTED], noun(counts[STS_COUNT_ACCEPTED], "record", "records"), counts[STS_COUNT_DELIVERED],
        counts[STS_COUNT_FAILED], counts[STS_COUNT_UNCERTAIN], counts[STS_COUNT_PENDING], seconds);
}

static void drain_by(struct store *run, const sts_options *options, sts_exporter *exporter) {
    sts_export_context *beside = setup_request(&run->exporter);
    struct outcome_list outcomes;
    struct delivery delivery;
    struct send_progress progress;
    const struct file_list none = {0};
    int64_t start = clock_ms();
    outcomes_init(&outcomes, REPORTED_FAULTS);
    delivery_init(&delivery, options, exporter, beside, run->timeout_s, INTERRUPT_S);
    delivery.outcomes = &outcomes;
    delivery.progress = &progress;
    interrupt_hold();
    send_progress_begin(&progress, exporter, &run->exporter.log, &none, false);
    delivery_finish(&delivery);
    for (size_t i = 0; i < outcomes.count; i++)
        say("a record of %s: %s: %s: %s", outcomes.at[i].topic ? outcomes.at[i].topic : "no topic",
            outcome_status(&outcomes.at[i]), sts_status_name(outcomes.at[i].code),
            outcomes.at[i].text ? outcomes.at[i].text : "");
    report(run, delivery.counts, (double)(clock_ms() - start) / 1000);
    run->faults |= outcomes.faults | delivery.faults;
    if (delivery.counts[STS_COUNT_PENDING])
        run->faults |= FAULT_RECORDS;
    outcomes_clear(&outcomes);
    sts_export_context_free(beside);
}

static void drain(struct store *run) {
    struct setting_list connection = {0};
    if (run->brokers)
        settings_add(&run->exporter.options, "brokers", strlen("brokers"), run->brokers);
    sts_options *options = setup_options(&run->exporter, &connection);
    if (!options)
        run->faults |= FAULT_USAGE;
    if (options) {
        setup_force(options, "sending_queue.storage", run->folder);
        setup_force(options, "outcomes", "failures");
        setup_force(options, "topic_check", "warn"); /* `topic` may be none of the records' */
        sts_exporter *exporter = setup_exporter(&run->exporter, options, 0, &run->faults);
        if (exporter)
            drain_by(run, options, exporter);
        sts_exporter_free(exporter, 0);
    }
    sts_options_free(options);
    settings_clear(&connection);
}

int verb_store(int argc, char **argv) {
    struct store run;
    memset(&run, 0, sizeof run);
    run.timeout_s = -1;
    argp_parse(&store_argp, argc, argv, 0, NULL, &run);
    interrupt_start();
    if (look(&run)) {
        if (run.values[STS_STORAGE_DAMAGE])
            run.faults |= FAULT_RECORDS;
        if (run.drain)
            drain(&run);
        else if (run.json)
            print_json(&run);
        else
            print_text(&run);
    }
    settings_clear(&run.exporter.options);
    settings_clear(&run.exporter.metadata);
    run.faults |= console_end();
    interrupt_end();
    return exit_status(run.faults);
}
