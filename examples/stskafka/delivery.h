/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporting request after request, and waiting until all have their outcomes, with an end to patience: a broker that is
 * gone must not hold the tool up for ever. */
#ifndef DELIVERY_H
#define DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/stskafka.h>

#include "input.h"
#include "reader.h"
#include "send_progress.h"
#include "send_report.h"

struct delivery {
    sts_exporter *exporter;
    sts_export_context *beside;
    int64_t patience_ms; /* how long to wait where no record gets an outcome */
    int64_t grace_ms;    /* how long to wait for outcomes once a signal asks for an end */
    uint64_t settled;    /* records that were taken or got an outcome when it last was looked */
    int64_t settled_ms;
    struct reader *embedded; /* who reads the broker inside the process, or NULL */
    uint64_t bytes_read;     /* how many had been sent to it when all was read */
    struct outcome_list *outcomes;
    struct outcome_stream *stream; /* where outcomes are shown as they come, or NULL */
    struct send_progress *progress;
    int64_t shown_ms; /* when they were last put out */
    bool said_interrupted;
    bool is_stored; /* what has no outcome at the end stays on disk */
    uint64_t requests;
    uint64_t counts[STS_COUNTS];
    unsigned faults; /* exit_status.h */
};

/* `given_s` is what the user wants, below 0 for nothing; then it is as long as the exporter tries a record, and a bit.
 * `grace_s` is how long a signal waits for outcomes. */
void delivery_init(struct delivery *delivery, const sts_options *options, sts_exporter *exporter,
                   sts_export_context *beside, int64_t given_s, int64_t grace_s);

/* Exports a request, in pieces where the queue is full. False: nothing more can be sent, and said why; a signal may ask
 * for it. */
bool delivery_send(struct delivery *delivery, const struct input_request *request);

/* What is to be done while nothing is sent: takes outcomes, and shows them. */
void delivery_idle(struct delivery *delivery);

/* Waits for all outcomes and closes the exporter; `counts` has the final counters then. */
void delivery_finish(struct delivery *delivery);

#endif
