/* SPDX-License-Identifier: Apache-2.0
 *
 * The signals, a row each: what a request of one holds, and what its items are. A new signal is a row here, and a table
 * of paths (ottl/contexts.c). One that passes through whole is a row alone: the request is its one item. */
#ifndef STS_SIGNAL_SIGNAL_H
#define STS_SIGNAL_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/schema.h"

/* Places of the rows. */
typedef enum sts__signal_place { STS__LOGS, STS__TRACES, STS__METRICS, STS__PROFILES, STS__SIGNALS } sts__signal_place;

typedef struct sts__signal {
    sts__signal_place place;
    int32_t number;   /* STS_SIGNAL_* (stskafka/otlp.h) */
    const char *name; /* of options and headers: "logs" */
    const char *item; /* for people: "log record" */
    const sts__schema_message *request;
    uint32_t attributes; /* the field that an item has its attributes in */
    uint32_t body;       /* a log record's body; 0: an item has none */
    bool is_whole;       /* a request is one message, of the bytes that came: nothing is known of what is in it */
} sts__signal;

extern const sts__signal sts__signals[STS__SIGNALS];

/* The signal of that number; NULL if there is none. */
const sts__signal *sts__signal_find(int32_t number);

/* The message of an item: LogRecord, Span, Metric; NULL where the signal passes through whole. */
const sts__schema_message *sts__signal_item_message(const sts__signal *signal);

#endif
