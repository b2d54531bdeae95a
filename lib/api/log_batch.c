/* SPDX-License-Identifier: Apache-2.0 */
#include <stskafka/log_batch.h>

#include <string.h>

#include "api/otlp.h"
#include "exporter/exporter.h"
#include "otlp/builder.h"

sts_logs *sts_logs_new(void) {
    return sts_logs_new_with(NULL);
}

sts_logs *sts_logs_new_with(const sts_allocator *allocator) {
    return sts__logs_new(sts__memory_of(allocator));
}

void sts_logs_free(sts_logs *logs) {
    sts__logs_free(logs);
}

void sts_logs_reset(sts_logs *logs) {
    if (logs)
        sts__logs_reset(logs);
}

size_t sts_logs_count(const sts_logs *logs) {
    return logs ? logs->count : 0;
}

size_t sts_logs_size(const sts_logs *logs) {
    return logs ? logs->size : 0;
}

/* Every call ends here: with its status, and an error object where it failed. */
static sts_status end(const sts_logs *logs, sts_error **error, sts_status status, const sts__fault *fault) {
    return status == STS_OK ? STS_OK : sts__error_report(logs->memory, error, fault);
}

static sts_status null_argument(sts_error **error) {
    return sts__error_report_text(sts__memory_default(), error, STS_ERR_INVALID_ARGUMENT,
                                  "the batch, texts and bytes that have a size must not be NULL");
}

/* Of NULL, a view with data NULL. */
static sts_bytes view_of(const char *text) {
    return (sts_bytes){text, text ? strlen(text) : 0};
}

static bool is_null(sts_bytes bytes) {
    return !bytes.data && bytes.size;
}

/* A call that needs nothing but the batch. */
static sts_status call(sts_logs *logs, sts_error **error, sts_status (*function)(sts_logs *, sts__fault *)) {
    sts__fault fault;
    return logs ? end(logs, error, function(logs, &fault), &fault) : null_argument(error);
}

/* A call that sets a text. */
static sts_status set_text(sts_logs *logs, const char *text, sts_error **error,
                           sts_status (*set)(sts_logs *, sts_bytes, sts__fault *)) {
    sts__fault fault;
    return logs && text ? end(logs, error, set(logs, view_of(text), &fault), &fault) : null_argument(error);
}

sts_status sts_logs_add_resource(sts_logs *logs, sts_error **error) {
    return call(logs, error, sts__logs_add_resource);
}

sts_status sts_logs_add_scope(sts_logs *logs, const char *name, const char *version, sts_error **error) {
    sts__fault fault;
    if (!logs)
        return null_argument(error);
    return end(logs, error, sts__logs_add_scope(logs, view_of(name), view_of(version), &fault), &fault);
}

sts_status sts_logs_add_record(sts_logs *logs, uint64_t time_unix_nano, sts_error **error) {
    sts__fault fault;
    if (!logs)
        return null_argument(error);
    return end(logs, error, sts__logs_add_record(logs, time_unix_nano, &fault), &fault);
}

sts_status sts_logs_remove_last(sts_logs *logs, sts_error **error) {
    return call(logs, error, sts__logs_remove_last);
}

sts_status sts_logs_set_schema_url(sts_logs *logs, const char *schema_url, sts_error **error) {
    return set_text(logs, schema_url, error, sts__logs_set_schema_url);
}

sts_status sts_logs_set_dropped_attributes_count(sts_logs *logs, uint32_t count, sts_error **error) {
    sts__fault fault;
    if (!logs)
        return null_argument(error);
    return end(logs, error, sts__logs_set_dropped_attributes_count(logs, count, &fault), &fault);
}

sts_status sts_logs_set_observed_time(sts_logs *logs, uint64_t observed_time_unix_nano, sts_error **error) {
    sts__fault fault;
    if (!logs)
        return null_argument(error);
    return end(logs, error, sts__logs_set_observed_time(logs, observed_time_unix_nano, &fault), &fault);
}

sts_status sts_logs_set_severity(sts_logs *logs, int32_t severity_number, const char *severity_text,
                                 sts_error **error) {
    sts__fault fault;
    if (!logs || !severity_text)
        return null_argument(error);
    return end(logs, error, sts__logs_set_severity(logs, severity_number, view_of(severity_text), &fault), &fault);
}

sts_status sts_logs_set_event_name(sts_logs *logs, const char *event_name, sts_error **error) {
    return set_text(logs, event_name, error, sts__logs_set_event_name);
}

sts_status sts_logs_set_trace_context(sts_logs *logs, const void *trace_id, size_t trace_id_size, const void *span_id,
                                      size_t span_id_size, uint32_t flags, sts_error **error) {
    const sts_bytes trace = {trace_id, trace_id_size};
    const sts_bytes span = {span_id, span_id_size};
    sts__fault fault;
    if (!logs || is_null(trace) || is_null(span))
        return null_argument(error);
    return end(logs, error, sts__logs_set_trace_context(logs, trace, span, flags, &fault), &fault);
}

sts_status sts_logs_set_key(sts_logs *logs, const void *key, size_t key_size, sts_error **error) {
    const sts_bytes bytes = {key, key_size};
    sts__fault fault;
    if (!logs || is_null(bytes))
        return null_argument(error);
    return end(logs, error, sts__logs_set_key(logs, bytes, &fault), &fault);
}

sts_status sts_logs_begin_body(sts_logs *logs, sts_error **error) {
    return call(logs, error, sts__logs_begin_body);
}

static sts_status set_body(sts_logs *logs, sts__value_type type, sts_bytes bytes, sts_error **error) {
    const sts__value value = {.type = type, .as.bytes = bytes};
    sts__fault fault;
    if (!logs || is_null(bytes))
        return null_argument(error);
    sts_status status = sts__logs_begin_body(logs, &fault);
    if (status == STS_OK) {
        status = sts__logs_put(logs, (sts_bytes){NULL, 0}, &value, &fault);
        logs->in_body = false; /* also where it was refused */
    }
    return end(logs, error, status, &fault);
}

sts_status sts_logs_set_body_bytes(sts_logs *logs, const void *data, size_t size, sts_error **error) {
    return set_body(logs, STS__VALUE_BYTES, (sts_bytes){data, size}, error);
}

sts_status sts_logs_set_body_text(sts_logs *logs, const char *text, sts_error **error) {
    return text ? set_body(logs, STS__VALUE_STRING, view_of(text), error) : null_argument(error);
}

static sts_status put(sts_logs *logs, const char *name, const sts__value *value, sts_error **error) {
    sts__fault fault;
    if (!logs)
        return null_argument(error);
    return end(logs, error, sts__logs_put(logs, view_of(name), value, &fault), &fault);
}

static sts_status put_bytes(sts_logs *logs, const char *name, sts__value_type type, sts_bytes bytes,
                            sts_error **error) {
    const sts__value value = {.type = type, .as.bytes = bytes};
    return is_null(bytes) ? null_argument(error) : put(logs, name, &value, error);
}

sts_status sts_logs_put_empty(sts_logs *logs, const char *name, sts_error **error) {
    return put(logs, name, &(sts__value){.type = STS__VALUE_EMPTY}, error);
}

sts_status sts_logs_put_string(sts_logs *logs, const char *name, const char *text, size_t text_size,
                               sts_error **error) {
    return put_bytes(logs, name, STS__VALUE_STRING, (sts_bytes){text, text_size}, error);
}

sts_status sts_logs_put_text(sts_logs *logs, const char *name, const char *text, sts_error **error) {
    return text ? put_bytes(logs, name, STS__VALUE_STRING, view_of(text), error) : null_argument(error);
}

sts_status sts_logs_put_bool(sts_logs *logs, const char *name, int32_t value, sts_error **error) {
    return put(logs, name, &(sts__value){.type = STS__VALUE_BOOL, .as.boolean = value != 0}, error);
}

sts_status sts_logs_put_int(sts_logs *logs, const char *name, int64_t value, sts_error **error) {
    return put(logs, name, &(sts__value){.type = STS__VALUE_INT, .as.integer = value}, error);
}

sts_status sts_logs_put_double(sts_logs *logs, const char *name, double value, sts_error **error) {
    return put(logs, name, &(sts__value){.type = STS__VALUE_DOUBLE, .as.number = value}, error);
}

sts_status sts_logs_put_bytes(sts_logs *logs, const char *name, const void *data, size_t size, sts_error **error) {
    return put_bytes(logs, name, STS__VALUE_BYTES, (sts_bytes){data, size}, error);
}

sts_status sts_logs_begin_array(sts_logs *logs, const char *name, sts_error **error) {
    return put(logs, name, &(sts__value){.type = STS__VALUE_ARRAY}, error);
}

sts_status sts_logs_begin_kvlist(sts_logs *logs, const char *name, sts_error **error) {
    return put(logs, name, &(sts__value){.type = STS__VALUE_MAP}, error);
}

sts_status sts_logs_end(sts_logs *logs, sts_error **error) {
    return call(logs, error, sts__logs_end);
}

/* The request of a batch. */
static sts_status bytes_of(sts_logs *logs, sts_bytes *otlp, sts_error **error) {
    sts__fault fault;
    if (!logs)
        return null_argument(error);
    sts_status status = sts__logs_write(logs, &fault);
    if (status == STS_OK)
        *otlp = sts__wire_bytes(&logs->writer);
    return end(logs, error, status, &fault);
}

sts_status sts_logs_bytes(sts_logs *logs, sts_bytes *otlp, sts_error **error) {
    return otlp ? bytes_of(logs, otlp, error) : null_argument(error);
}

/* A batch's request, with the keys that were given beside its records. */
static sts__otlp with_keys(const sts_logs *logs, sts_bytes bytes) {
    sts__otlp otlp = sts__api_logs_in_protobuf(bytes);
    otlp.keys = logs->keys;
    return otlp;
}

sts_status sts_export_log_batch(sts_exporter *exporter, sts_logs *logs, const sts_export_context *context,
                                uint64_t *counts, size_t counts_size, sts_error **error) {
    const sts__export_counts none = {0};
    sts_bytes bytes = {NULL, 0};
    sts__export_counts_tell(&none, counts, counts_size);
    sts_status status = bytes_of(logs, &bytes, error);
    if (status != STS_OK)
        return status;
    const sts__otlp otlp = with_keys(logs, bytes);
    logs->in_use++;
    status = sts__api_export(exporter, &otlp, context, counts, counts_size, error);
    logs->in_use--;
    return status;
}

sts_status sts_explain_log_batch(sts_exporter *exporter, sts_logs *logs, const sts_export_context *context,
                                 sts_explanation_callback callback, void *user, sts_error **error) {
    sts_bytes bytes = {NULL, 0};
    sts_status status = bytes_of(logs, &bytes, error);
    if (status != STS_OK)
        return status;
    const sts__otlp otlp = with_keys(logs, bytes);
    logs->in_use++;
    status = sts__api_explain(exporter, &otlp, context, callback, user, error);
    logs->in_use--;
    return status;
}
