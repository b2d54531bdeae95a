/* SPDX-License-Identifier: Apache-2.0
 *
 * The log records of an OTLP request (opentelemetry-proto, logs/v1: ExportLogsServiceRequest and LogsData have the same
 * bytes), one after the other, as views over the request. No memory is taken, however large the request is.
 *
 * Fields are taken in any order: Google's runtimes write them ascending, the collector's pdata descending, so that
 * records come before their scope and scopes before their resource. */
#ifndef STS_OTLP_LOGS_H
#define STS_OTLP_LOGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "otlp/value.h"
#include "wire/reader.h"

/* How many attributes of a record are remembered where they stand; the ones beyond are searched for. */
enum { STS__LOG_ATTRIBUTES = 16 };

/* Field numbers of ExportLogsServiceRequest, ResourceLogs, ScopeLogs; Resource, InstrumentationScope, LogRecord. */
enum {
    STS__REQUEST_RESOURCE_LOGS = 1,
    STS__RESOURCE_LOGS_RESOURCE = 1,
    STS__RESOURCE_LOGS_SCOPE_LOGS = 2,
    STS__RESOURCE_LOGS_DEPRECATED_SCOPE_LOGS = 1000, /* senders before OTLP 0.15 */
    STS__SCOPE_LOGS_SCOPE = 1,
    STS__SCOPE_LOGS_LOG_RECORDS = 2,
    STS__SCHEMA_URL = 3, /* of ResourceLogs and of ScopeLogs */

    STS__RESOURCE_ATTRIBUTES = 1,
    STS__RESOURCE_DROPPED_ATTRIBUTES = 2,
    STS__SCOPE_NAME = 1,
    STS__SCOPE_VERSION = 2,
    STS__SCOPE_ATTRIBUTES = 3,
    STS__SCOPE_DROPPED_ATTRIBUTES = 4,

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

/* A ResourceLogs or ScopeLogs that records are in. */
typedef struct sts__logs_group {
    uint64_t number; /* of its kind in the request, from 1: differs from that of every other */
    sts_bytes bytes;
} sts__logs_group;

typedef struct sts__log_record {
    uint64_t index; /* in the request, from 0 */
    sts_bytes bytes;
    sts__logs_group resource_logs;
    sts__logs_group scope_logs;
    sts__value body;
    sts_bytes attributes[STS__LOG_ATTRIBUTES]; /* encoded KeyValue */
    uint32_t attribute_count;
    const uint8_t *attributes_rest; /* where those not remembered begin; NULL if there are none */
} sts__log_record;

typedef struct sts__logs_cursor {
    sts__wire_reader request;
    sts__wire_reader resource_logs;
    sts__wire_reader scope_logs;
    uint64_t scope_logs_field; /* its number in this ResourceLogs */
    sts__logs_group in_resource_logs;
    sts__logs_group in_scope_logs;
    uint64_t next_index;
} sts__logs_cursor;

/* Whether the bytes are a request: everything below relies on it. */
sts_status sts__logs_check(sts_bytes request, sts__fault *fault);

/* Starts before the first record of a request that was checked. */
void sts__logs_begin(sts__logs_cursor *cursor, sts_bytes request);

/* Goes on to the next record; false at the end. */
bool sts__logs_next(sts__logs_cursor *cursor, sts__log_record *record);

/* The record's attribute of that name; of several the first. False if there is none. */
bool sts__log_attribute(const sts__log_record *record, const char *name, size_t name_size, sts__value *value);

#endif
