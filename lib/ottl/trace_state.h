/* SPDX-License-Identifier: Apache-2.0
 *
 * A member of a span's trace state (W3C Trace Context, "tracestate header"), read as strictly as the collector does. */
#ifndef STS_OTTL_TRACE_STATE_H
#define STS_OTTL_TRACE_STATE_H

#include <stdbool.h>

#include <stskafka/types.h>

/* The member's value, empty where there is none of that name. False where the text is no trace state as Go's
 * go.opentelemetry.io/otel/trace takes it (v1.47.0). */
bool sts__trace_state_member(sts_bytes text, sts_bytes name, sts_bytes *value);

#endif
