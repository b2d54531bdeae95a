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

struct delivery {
    sts_exporter *exporter;
    sts_request *beside;
    int64_t patience_ms; /* how long to wait where no record gets an outcome */
    uint64_t settled;    /* records that were taken or got an outcome when it last was looked */
    int64_t settled_ms;
    struct reader *embedded; /* who reads the broker inside the process, or NULL */
    uint64_t requests;
    uint64_t counts[STS_COUNTS];
    unsigned faults; /* exit_status.h */
};

/* `given_s` is what the user wants, below 0 for nothing; then it is as long as the exporter tries a record, and a bit.
 */
void delivery_init(struct delivery *delivery, const sts_options *options, sts_exporter *exporter, sts_request *beside,
                   int64_t given_s);

/* Exports a request, in pieces where the queue is full. False: nothing more can be sent, and said why. */
bool delivery_send(struct delivery *delivery, const struct input_request *request);

/* Waits for all outcomes and closes the exporter; `counts` has the final counters then. */
void delivery_finish(struct delivery *delivery);

#endif
