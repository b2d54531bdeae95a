/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporting request after request, and waiting for the outcomes. */
#include "delivery.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "console.h"
#include "dispatch.h"
#include "durations.h"
#include "embedded.h"
#include "exit_status.h"
#include "interrupt.h"
#include "noun.h"

enum {
    ROUND_MS = 200,       /* how often progress is looked for */
    GRACE_MS = 5000,      /* on top of the time that a record is tried, until its outcome is known */
    NO_LIMIT_MS = 300000, /* where a record is tried without end */
    CLOSE_MS = 2000,
};

/* A duration as the options have it, "1m30s"; 0 for what is none. */
static int64_t duration_ms(const char *text) {
    double ms;
    return text && duration_read(text, &ms) && ms < 1e12 ? (int64_t)ms : 0;
}

void delivery_init(struct delivery *delivery, const sts_options *options, sts_exporter *exporter,
                   sts_export_context *beside, int64_t given_s, int64_t grace_s) {
    int64_t tried_ms = duration_ms(sts_options_get(options, "retry_on_failure.max_elapsed_time"));
    memset(delivery, 0, sizeof *delivery);
    delivery->exporter = exporter;
    delivery->beside = beside;
    delivery->patience_ms = given_s >= 0 ? given_s * 1000 : (tried_ms ? tried_ms : NO_LIMIT_MS) + GRACE_MS;
    delivery->grace_ms = grace_s * 1000;
    delivery->is_stored = sts_options_get(options, "sending_queue.storage")[0];
    delivery->settled_ms = clock_ms();
}

/* Once a signal asks for an end: whether the time is over that is given to what is under way. */
static bool is_over(const struct delivery *delivery) {
    return interrupt_signal() && clock_ms() - interrupt_ms() >= delivery->grace_ms;
}

void delivery_idle(struct delivery *delivery) {
    outcomes_take(delivery->outcomes, delivery->exporter);
    if (delivery->stream)
        report_stream_flush(delivery->stream);
    delivery->shown_ms = clock_ms();
}

/* True while records are taken or get their outcomes. */
static bool goes_on(struct delivery *delivery) {
    const uint64_t *counts = delivery->counts;
    outcomes_take(delivery->outcomes, delivery->exporter); /* they keep room */
    sts_exporter_counts(delivery->exporter, delivery->counts, STS_COUNTS);
    uint64_t settled = 2 * counts[STS_COUNT_RECORDS] - counts[STS_COUNT_PENDING];
    int64_t now = clock_ms();
    if (settled != delivery->settled) {
        delivery->settled = settled;
        delivery->settled_ms = now;
    }
    if (now - delivery->shown_ms >= ROUND_MS)
        delivery_idle(delivery);
    return now - delivery->settled_ms < delivery->patience_ms && !is_over(delivery);
}

/* Exports what the request holds from record `*first` on, and moves it to the first that was not taken. */
static sts_status export_rest(struct delivery *delivery, const struct input_request *request, uint64_t *first,
                              sts_error **error) {
    uint64_t counts[STS_COUNTS] = {0};
    sts_export_context_set_token(delivery->beside, request->number);
    sts_export_context_set_first_record(delivery->beside, *first);
    sts_status status = dispatch_export(delivery->exporter, request, delivery->beside, counts, STS_COUNTS, error);
    *first += counts[STS_COUNT_ACCEPTED] + counts[STS_COUNT_REJECTED];
    sts_poll(delivery->exporter, 0);
    return status;
}

/* Has the broker inside the process emptied before it forgets what nobody read. */
static void keep_up(struct delivery *delivery) {
    if (!delivery->embedded || delivery->counts[STS_COUNT_BYTES] - delivery->bytes_read <= EMBEDDED_UNREAD)
        return;
    while (sts_flush(delivery->exporter, ROUND_MS, NULL, 0, NULL) == STS_ERR_TIMED_OUT && goes_on(delivery))
        ;
    outcomes_take(delivery->outcomes, delivery->exporter);
    reader_catch_up(delivery->embedded, delivery->outcomes);
    delivery->bytes_read = delivery->counts[STS_COUNT_BYTES];
}

bool delivery_send(struct delivery *delivery, const struct input_request *request) {
    uint64_t first = 0;
    sts_error *error = NULL;
    delivery->requests++;
    if (request->fault != STS_OK) {
        delivery->faults |= input_fault(request, request->fault, request->text, request->offset);
        return true;
    }
    sts_status status = export_rest(delivery, request, &first, &error);
    while (status == STS_ERR_QUEUE_FULL && goes_on(delivery) && !interrupt_signal()) {
        sts_error_free(error);
        error = NULL;
        /* Makes room: sends what lingers, and serves the transport where the exporter has no thread of its own. */
        sts_flush(delivery->exporter, ROUND_MS, NULL, 0, NULL);
        keep_up(delivery);
        status = export_rest(delivery, request, &first, &error);
    }
    goes_on(delivery);
    keep_up(delivery);

    bool is_malformed = fault_of(status) == FAULT_INPUT;
    bool is_sent = status == STS_OK || status == STS_ERR_REJECTED || status == STS_ERR_NOT_DELIVERED;
    if (is_malformed)
        delivery->faults |= input_fault(request, status, sts_error_text(error), sts_error_offset(error));
    else if (status == STS_ERR_QUEUE_FULL && interrupt_signal())
        say("%s: request %" PRIu64 ": nothing was sent from record %" PRIu64 " on: %s came", request->file,
            request->number, first, interrupt_name());
    else if (!is_sent) {
        delivery->faults |= fault_of(status);
        say("%s: request %" PRIu64 ": nothing was sent from record %" PRIu64 " on: %s: %s", request->file,
            request->number, first, sts_status_name(status), sts_error_text(error));
    }
    if (is_sent)
        input_unread(request);
    sts_error_free(error);
    return is_sent || is_malformed;
}

static void say_given_up(const struct delivery *delivery) {
    uint64_t pending = delivery->counts[STS_COUNT_PENDING];
    if (is_over(delivery))
        say("%" PRIu64 " %s got no outcome within %" PRId64
            " s of %s: given up; --interrupt-timeout sets how long to wait",
            pending, noun(pending, "record", "records"), delivery->grace_ms / 1000, interrupt_name());
    else
        say("%" PRIu64 " %s no outcome, and none came for %" PRId64 " s: giving up; --timeout sets how long to wait",
            pending, noun(pending, "record has", "records have"), delivery->patience_ms / 1000);
}

/* Once: what happens now, and how to be rid of it. */
static void say_interrupted(struct delivery *delivery) {
    if (!interrupt_signal() || delivery->said_interrupted)
        return;
    delivery->said_interrupted = true;
    say("%s: nothing more is read; waiting up to %" PRId64 " s for records under way; once more ends at once",
        interrupt_name(), delivery->grace_ms / 1000);
}

void delivery_finish(struct delivery *delivery) {
    sts_error *error = NULL;
    do
        say_interrupted(delivery);
    while (sts_flush(delivery->exporter, ROUND_MS, NULL, 0, NULL) == STS_ERR_TIMED_OUT && goes_on(delivery));
    sts_exporter_counts(delivery->exporter, delivery->counts, STS_COUNTS);
    bool is_done = delivery->counts[STS_COUNT_PENDING] == 0;
    send_progress_end(delivery->progress);
    if (!is_done)
        say_given_up(delivery);
    if (!is_done && delivery->is_stored)
        say("what has no outcome stays stored; the next run with this folder, or stskafka store --drain, sends it");
    if (!is_done && delivery->is_stored)
        delivery->faults |= FAULT_RECORDS;
    sts_exporter_close(delivery->exporter, is_done ? CLOSE_MS : 0, delivery->counts, STS_COUNTS, &error);
    outcomes_take(delivery->outcomes, delivery->exporter);
    sts_error_free(error);
}
