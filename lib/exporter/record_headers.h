/* SPDX-License-Identifier: Apache-2.0
 *
 * Headers that other standards give a meaning to, made of the record and its value: content-type, W3C's trace context
 * (traceparent, tracestate: www.w3.org/TR/trace-context), and the attributes of a CloudEvent (CloudEvents 1.0, Kafka
 * protocol binding, binary content mode: ce_*). Each by an option of its own. */
#ifndef STS_EXPORTER_RECORD_HEADERS_H
#define STS_EXPORTER_RECORD_HEADERS_H

#include "base/arena.h"
#include "encode/item_identity.h"
#include "exporter/rules.h"

/* At most, of one record: content-type, two of the trace context, five of a CloudEvent (its source is a spec). */
enum { STS__RECORD_HEADERS = 8 };

/* What they are made of. */
typedef struct sts__header_source {
    const sts__rules *rules;
    const sts__item_identity *identity;
    sts_bytes item; /* its own bytes */
    sts_bytes key;  /* of the message */
    sts_bytes value;
} sts__header_source;

static inline bool sts__record_headers_are_made(const sts__header_rules *rules) {
    return rules->content_type || rules->trace_context || rules->cloudevents;
}

/* Writes names and values by turns, and how many pairs. Values lie in the arena. False when that has no memory. */
bool sts__record_headers_make(const sts__header_source *source, sts__arena *arena,
                              sts_bytes pairs[2 * STS__RECORD_HEADERS], size_t *count);

#endif
