/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb send: exports requests to Kafka and tells what became of their records. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "console.h"
#include "delivery.h"
#include "dispatch.h"
#include "embedded.h"
#include "exit_status.h"
#include "exporter_setup.h"
#include "interrupt.h"
#include "outcomes.h"
#include "reader.h"
#include "send_report.h"
#include "verbs.h"

struct sending {
    /* the arguments */
    struct exporter_args exporter;
    struct file_list files;
    struct input_format format;
    int64_t timeout_s; /* -1: not given */
    int64_t interrupt_s;
    const char *storage;    /* a folder for the queue, or NULL */
    const char *statistics; /* how the exporter's numbers are told; NULL: not */
    bool json;
    bool outcomes;
    bool embedded;
    bool read_back;
    /* the run */
    sts_options *options;
    struct setting_list connection; /* what was set of kafka.*, tls.* and auth.* */
    struct outcome_list list;
    struct outcome_stream stream;
    struct reader *reader;
    unsigned faults;
};

enum {
    KEY_OUTCOMES = 256,
    KEY_EMBEDDED,
    KEY_READ_BACK,
    KEY_TIMEOUT,
    KEY_INTERRUPT_TIMEOUT,
    KEY_STATISTICS,
    KEY_STORAGE
};

enum { INTERRUPT_S = 10 };

static error_t parse(int key, char *value, struct argp_state *state) {
    struct sending *run = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &run->json;
        state->child_inputs[1] = &run->files;
        state->child_inputs[2] = &run->format;
        state->child_inputs[3] = &run->exporter;
        return 0;
    case KEY_OUTCOMES:
        run->outcomes = true;
        return 0;
    case KEY_EMBEDDED:
        run->embedded = true;
        return 0;
    case KEY_READ_BACK:
        run->read_back = true;
        return 0;
    case KEY_STORAGE:
        run->storage = value;
        return 0;
    case KEY_STATISTICS:
        if (strcmp(value, "prometheus") != 0 && strcmp(value, "json") != 0)
            argp_error(state, "--statistics is prometheus or json, not '%s'", value);
        run->statistics = value;
        return 0;
    case KEY_TIMEOUT:
        if (!read_number(value, 0, 1000000, &run->timeout_s))
            argp_error(state, "--timeout is a whole number of seconds, not '%s'", value);
        return 0;
    case KEY_INTERRUPT_TIMEOUT:
        if (!read_number(value, 0, 1000000, &run->interrupt_s))
            argp_error(state, "--interrupt-timeout is a whole number of seconds, not '%s'", value);
        return 0;
    case ARGP_KEY_END:
        if (run->format.value && run->files.count)
            argp_error(state, "--value is the value itself: leave FILE out");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"outcomes", KEY_OUTCOMES, NULL, 0,
     "Show what became of each record, as soon as it is known (with --read-back, at the end), before "
     "the sum",
     0},
    {"embedded", KEY_EMBEDDED, NULL, 0,
     "Send to a broker inside this process (a mock with 4 partitions a topic), and read back what it "
     "received",
     0},
    {"read-back", KEY_READ_BACK, NULL, 0, "Read back from the brokers what was delivered, and show it", 0},
    {"statistics", KEY_STATISTICS, "prometheus|json", 0,
     "Print the exporter's statistics on standard error at the end (with -o statistics_interval=1s "
     "librdkafka's too)",
     0},
    {"storage", KEY_STORAGE, "DIR", 0,
     "Queue on disk there (-o sending_queue.storage=DIR): what is not delivered stays stored; see stskafka store", 0},
    {"timeout", KEY_TIMEOUT, "SECONDS", 0,
     "Give up when no record gets an outcome for this long (default: 5 s more than "
     "retry_on_failure.max_elapsed_time)",
     0},
    {"interrupt-timeout", KEY_INTERRUPT_TIMEOUT, "SECONDS", 0,
     "How long to wait for records under way after SIGINT or SIGTERM (default: 10)", 0},
    {0},
};

static const struct argp_child children[] = {
    {&json_argp, 0, NULL, 0},
    {&files_argp, 0, NULL, 0},
    {&framing_argp, 0, "Input:", 1},
    {&exporter_argp, 0, "Exporter:", 2},
    {0},
};

const struct argp send_argp = {
    options,
    parse,
    "[FILE...]",
    "Export the records of requests to Kafka, wait for their outcomes, and show them.\vNo FILE, or "
    "-, is standard input. Exit status: 0 all delivered; 1 some records were rejected, failed or "
    "are uncertain; 2 usage or configuration; 3 malformed input; 4 no broker, topic missing, not "
    "authorised.\nAfter "
    "SIGINT (Ctrl-C) or SIGTERM nothing more is read, records under way get up to "
    "--interrupt-timeout for their outcomes, the sum is printed, and the program ends by that "
    "signal (to a shell: status 130 or 143); a second signal ends it at once.",
    children,
    NULL,
    NULL,
};

/* Outcomes of all records where they are shown or looked up; else the first few that did not go, for the messages. */
static bool needs_all(const struct sending *run) {
    return run->outcomes || run->embedded || run->read_back;
}

/* What is read back stands in an outcome's line, and is known at the end. */
static bool streams(const struct sending *run) {
    return run->outcomes && !run->embedded && !run->read_back;
}

/* Sets what the user's options leave to the tool. */
static bool adapt_options(struct sending *run) {
    run->list.unacknowledged = strcmp(sts_options_get(run->options, "required_acks"), "none") == 0;
    setup_force(run->options, "outcomes", needs_all(run) ? "all" : "failures");
    /* A full queue is waited for in rounds, between which outcomes are taken and a signal is heeded. */
    setup_force(run->options, "produce_timeout", "50ms");
    if (run->storage)
        setup_force(run->options, "sending_queue.storage", run->storage);
    if (run->embedded || run->read_back) {
        run->reader = reader_new(run->options, &run->connection, run->embedded);
        if (!run->reader || (run->embedded && !embedded_start(run->reader, run->options)))
            return false;
    }
    if (strcmp(sts_options_get(run->options, "transport"), "none") != 0)
        return true;
    say("transport=none sends nothing; stskafka explain shows what would be sent");
    return false;
}

static bool prepare(struct sending *run) {
    outcomes_init(&run->list, needs_all(run) ? SIZE_MAX : REPORTED_FAULTS);
    if (streams(run))
        report_stream_begin(&run->stream, &run->list, run->json);
    run->options = setup_options(&run->exporter, &run->connection);
    bool is_ready = run->options && files_check(&run->files) && adapt_options(run);
    if (!is_ready)
        run->faults |= FAULT_USAGE;
    return is_ready;
}

static void create_topic(const sts_explanation *explanation, void *user) {
    const char *topic = sts_explanation_topic(explanation);
    if (sts_explanation_code(explanation) == STS_OK && topic)
        embedded_topic(user, topic);
}

static bool send_request(struct sending *run, struct delivery *delivery, const struct input_request *request) {
    /* The records name their topics themselves; the broker inside the process has those that we create. */
    if (run->embedded && request->fault == STS_OK)
        dispatch_explain(delivery->exporter, request, delivery->beside, create_topic, run->reader, NULL);
    return delivery_send(delivery, request);
}

static void report(struct sending *run, const struct delivery *delivery, const struct input *input, double seconds) {
    struct send_report report = {&run->list, run->reader, input, delivery->requests, delivery->counts, seconds};
    outcomes_sort(&run->list);
    if (run->reader)
        reader_finish(run->reader, &run->list);
    if (streams(run))
        report_stream_end(&run->stream);
    else if (run->outcomes || (run->reader && !run->json))
        report_outcomes(&report, run->json);
    else
        report_faults(&report);
    if (run->reader)
        report_unread(&report);
    report_sum(&report, run->json);
    run->faults |= input->faults | delivery->faults | run->list.faults;
}

/* While input is waited for, outcomes come all the same. */
static void idle(void *delivery) {
    delivery_idle(delivery);
}

static void send_all(struct sending *run, sts_exporter *exporter) {
    sts_export_context *beside = setup_request(&run->exporter);
    struct send_progress progress;
    struct delivery delivery;
    struct input input;
    struct input_request request;
    int64_t start = clock_ms();
    delivery_init(&delivery, run->options, exporter, beside, run->timeout_s, run->interrupt_s);
    delivery.outcomes = &run->list;
    delivery.stream = streams(run) ? &run->stream : NULL;
    delivery.embedded = run->embedded ? run->reader : NULL;
    delivery.progress = &progress;
    send_progress_begin(&progress, exporter, &run->exporter.log, &run->files, delivery.stream && isatty(STDOUT_FILENO));
    input_init(&input, &run->files, &run->format);
    interrupt_hold();
    interrupt_idle(idle, &delivery);
    bool goes_on = true;
    while (goes_on && input_next(&input, &request)) {
        send_progress_request(&progress, &input, &request);
        goes_on = send_request(run, &delivery, &request);
    }
    send_progress_request(&progress, &input, NULL);
    interrupt_idle(NULL, NULL);
    delivery_finish(&delivery);
    report(run, &delivery, &input, (double)(clock_ms() - start) / 1000);
    if (run->statistics)
        report_statistics(exporter, strcmp(run->statistics, "json") == 0);
    input_clear(&input);
    sts_export_context_free(beside);
}

int verb_send(int argc, char **argv) {
    struct sending run;
    memset(&run, 0, sizeof run);
    run.timeout_s = -1;
    run.interrupt_s = INTERRUPT_S;
    argp_parse(&send_argp, argc, argv, 0, NULL, &run);
    run.exporter.key_value = run.format.format == FORMAT_KEY_VALUE;
    interrupt_start();

    if (prepare(&run)) {
        int64_t patience_ms = run.timeout_s < 0 ? INT64_MAX : run.timeout_s * 1000;
        sts_exporter *exporter = setup_exporter(&run.exporter, run.options, patience_ms, &run.faults);
        if (exporter && dispatch_check(exporter, &run.format, &run.faults))
            send_all(&run, exporter);
        sts_exporter_free(exporter, 0);
    }
    reader_free(run.reader);
    sts_options_free(run.options);
    outcomes_clear(&run.list);
    settings_clear(&run.connection);
    settings_clear(&run.exporter.options);
    settings_clear(&run.exporter.metadata);
    report_stream_end(&run.stream); /* where no exporter was made */
    free(run.files.at);
    run.faults |= console_end();
    interrupt_end();
    return exit_status(run.faults);
}
