/* SPDX-License-Identifier: Apache-2.0
 *
 * What a send tells: outcomes, as they come or at its end, what was read back, the sum, the exporter's numbers. */
#ifndef SEND_REPORT_H
#define SEND_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "input.h"
#include "outcomes.h"
#include "reader.h"

enum { REPORTED_FAULTS = 10 }; /* how many records report_faults tells of, one by one */

struct send_report {
    const struct outcome_list *outcomes; /* sorted */
    const struct reader *reader;         /* NULL where nothing was read back */
    const struct input *input;
    uint64_t requests;
    const uint64_t *counts;
    double seconds;
};

/* One line a record, at the end: of those that were kept. */
void report_outcomes(const struct send_report *report, bool json);

/* One line a record, as the outcomes come: after begin `list` shows them, and keeps none. */
struct outcome_stream {
    struct table *rows; /* NULL: JSON */
};

void report_stream_begin(struct outcome_stream *stream, struct outcome_list *list, bool json);

/* Puts out what was held back up to now. */
void report_stream_flush(struct outcome_stream *stream);

/* When no outcome comes any more. */
void report_stream_end(struct outcome_stream *stream);

/* On standard error: the first records that did not go, and why. */
void report_faults(const struct send_report *report);

/* On standard error: what was delivered and could not be read back. */
void report_unread(const struct send_report *report);

/* The last line. */
void report_sum(const struct send_report *report, bool json);

/* On standard error: all of the exporter's numbers, for Prometheus or as JSON. */
void report_statistics(const sts_exporter *exporter, bool json);

#endif
