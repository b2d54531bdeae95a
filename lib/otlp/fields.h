/* SPDX-License-Identifier: Apache-2.0
 *
 * Field numbers of OTLP's messages, for what is walked and written without a look at the schema's table: unit.signal
 * holds them against it. */
#ifndef STS_OTLP_FIELDS_H
#define STS_OTLP_FIELDS_H

/* What all signals have in common: a request of groups by resource (ResourceLogs, ResourceSpans, ResourceMetrics), each
 * of groups by scope (ScopeLogs, ...), each of items (log records, spans, metrics); Resource and InstrumentationScope.
 */
enum {
    STS__REQUEST_RESOURCE_GROUPS = 1,
    STS__RESOURCE_GROUP_RESOURCE = 1,
    STS__RESOURCE_GROUP_SCOPE_GROUPS = 2,
    STS__RESOURCE_GROUP_DEPRECATED_SCOPE_GROUPS = 1000, /* senders before OTLP 0.15 */
    STS__SCOPE_GROUP_SCOPE = 1,
    STS__SCOPE_GROUP_ITEMS = 2,
    STS__SCHEMA_URL = 3, /* of either group */

    STS__RESOURCE_ATTRIBUTES = 1,
    STS__RESOURCE_DROPPED_ATTRIBUTES = 2,
    STS__SCOPE_NAME = 1,
    STS__SCOPE_VERSION = 2,
    STS__SCOPE_ATTRIBUTES = 3,
    STS__SCOPE_DROPPED_ATTRIBUTES = 4
};

/* LogRecord, which batches are built of. */
enum {
    STS__RECORD_TIME_UNIX_NANO = 1,
    STS__RECORD_SEVERITY_NUMBER = 2,
    STS__RECORD_SEVERITY_TEXT = 3,
    STS__RECORD_BODY = 5,
    STS__RECORD_ATTRIBUTES = 6,
    STS__RECORD_DROPPED_ATTRIBUTES = 7,
    STS__RECORD_FLAGS = 8,
    STS__RECORD_TRACE_ID = 9,
    STS__RECORD_SPAN_ID = 10,
    STS__RECORD_OBSERVED_TIME_UNIX_NANO = 11,
    STS__RECORD_EVENT_NAME = 12
};

#endif
