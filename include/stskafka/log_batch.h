/* SPDX-License-Identifier: Apache-2.0
 *
 * OTLP logs without an OTLP library: a batch that is built call by call, and exported on the path of sts_export_logs.
 *
 *     sts_logs *logs = sts_logs_new();
 *     sts_logs_add_resource(logs, &error);
 *     sts_logs_put_text(logs, "host.name", host, &error);
 *     for each record:
 *         sts_logs_add_record(logs, time_unix_nano, &error);
 *         sts_logs_set_body_bytes(logs, value, value_size, &error);
 *         sts_logs_set_key(logs, key, key_size, &error);
 *     sts_export_log_batch(exporter, logs, NULL, NULL, 0, &error);
 *     sts_logs_reset(logs);
 *
 * Names and meanings are those of OpenTelemetry's logs (opentelemetry-proto, logs/v1). A call works on what was added
 * last: what is put after sts_logs_add_resource is an attribute of the resource, after sts_logs_add_record one of the
 * record. Everything is copied. Texts are UTF-8, anything else is refused. A call that fails leaves the batch as it
 * was. Names are not compared: of two attributes with one name the first counts, as in a request that comes as bytes.
 *
 * Threads. One batch belongs to one thread at a time, no matter which; it may be used inside a callback too. */
#ifndef STSKAFKA_LOG_BATCH_H
#define STSKAFKA_LOG_BATCH_H

#include <stskafka/error.h>
#include <stskafka/export.h>
#include <stskafka/logs.h>
#include <stskafka/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A batch of log records; reusable. */
typedef struct sts_logs sts_logs;

/* A new, empty batch.
 *
 * Returns  the batch, for the caller to free with sts_logs_free; NULL when out of memory.
 * Threads  any; one batch belongs to one thread at a time; also from a callback.
 * Since    1.0.0 */
STS_API sts_logs *sts_logs_new(void);
STS_API void sts_logs_free(sts_logs *logs);

/* The same, with its memory from an allocator (allocator.h); NULL is malloc.
 *
 * Returns  as sts_logs_new.
 * Threads  as sts_logs_new.
 * Since    1.0.0 */
STS_API sts_logs *sts_logs_new_with(const sts_allocator *allocator);

/* Empties the batch; keeps its memory, so that a batch that is used again and again allocates nothing after a while.
 *
 * Since    1.0.0 */
STS_API void sts_logs_reset(sts_logs *logs);

/* Adds a resource: the scopes and records after it belong to it. Records before the first one have no resource.
 *
 * Returns  STS_OK; STS_ERR_ELEMENT where a body, an array or a map that was begun is not complete;
 *          STS_ERR_REQUEST_SIZE where the batch would be larger than any request may be (2 GiB - 1; what was replaced
 *          or removed counts too); STS_ERR_NO_MEMORY, STS_ERR_INVALID_ARGUMENT.
 * Since    1.0.0 */
STS_API sts_status sts_logs_add_resource(sts_logs *logs, sts_error **error);

/* Adds an instrumentation scope to the resource: the records after it belong to it. Records before the resource's first
 * one have no scope.
 *
 *   name, version  NUL-terminated; NULL is the same as ""
 *
 * Returns  as sts_logs_add_resource; STS_ERR_UTF8.
 * Since    1.0.0 */
STS_API sts_status sts_logs_add_scope(sts_logs *logs, const char *name, const char *version, sts_error **error);

/* Adds a record. It has no body yet: with encoding=body it needs one (sts_logs_set_body_bytes).
 *
 *   time_unix_nano  when it happened, in ns since 1970; 0 where that is not known
 *
 * Returns  as sts_logs_add_resource.
 * Since    1.0.0 */
STS_API sts_status sts_logs_add_record(sts_logs *logs, uint64_t time_unix_nano, sts_error **error);

/* Removes what was added last: a resource, a scope or a record, with everything in it, complete or not. Use it for a
 * record of which a part was refused. After that, something must be added: nothing more can be put into what was there
 * before.
 *
 * Returns  STS_OK; STS_ERR_ELEMENT where nothing was added since the last removal or the beginning;
 *          STS_ERR_INVALID_ARGUMENT, STS_ERR_NO_MEMORY.
 * Since    1.0.0 */
STS_API sts_status sts_logs_remove_last(sts_logs *logs, sts_error **error);

/* The schema of what was added last, a resource or a scope; and how many of its attributes were left out, which a
 * record has too. If set again the last value counts; this holds for all calls that set something.
 *
 *   schema_url  not NULL; NUL-terminated
 *   count       how many; 0 at first
 *
 * Returns  as sts_logs_add_scope; STS_ERR_ELEMENT also where nothing was added that has such a field.
 * Since    1.0.0 */
STS_API sts_status sts_logs_set_schema_url(sts_logs *logs, const char *schema_url, sts_error **error);
STS_API sts_status sts_logs_set_dropped_attributes_count(sts_logs *logs, uint32_t count, sts_error **error);

/* Fields of the record that was added last.
 *
 *   observed_time_unix_nano    when it was seen, in ns since 1970; 0 where that is not known
 *   severity_number            1 (TRACE) to 24 (FATAL4); 0 where that is not known
 *   severity_text, event_name  not NULL; NUL-terminated
 *   trace_id, span_id          16 and 8 bytes, or none (size 0; the pointer may be NULL)
 *   flags                      W3C trace flags in the lowest 8 bits
 *
 * Returns  as sts_logs_add_scope; STS_ERR_ELEMENT also where what was added last is no record;
 *          STS_ERR_INVALID_ARGUMENT also for any other number, or size of an id.
 * Since    1.0.0 */
STS_API sts_status sts_logs_set_observed_time(sts_logs *logs, uint64_t observed_time_unix_nano, sts_error **error);
STS_API sts_status sts_logs_set_severity(sts_logs *logs, int32_t severity_number, const char *severity_text,
                                         sts_error **error);
STS_API sts_status sts_logs_set_event_name(sts_logs *logs, const char *event_name, sts_error **error);
STS_API sts_status sts_logs_set_trace_context(sts_logs *logs, const void *trace_id, size_t trace_id_size,
                                              const void *span_id, size_t span_id_size, uint32_t flags,
                                              sts_error **error);

/* The record's body as bytes: with encoding=body they are the value of the Kafka message, and without any (size 0) that
 * is a tombstone.
 *
 *   data  may be NULL if size is 0
 *
 * Returns  as sts_logs_set_event_name.
 * Since    1.0.0 */
STS_API sts_status sts_logs_set_body_bytes(sts_logs *logs, const void *data, size_t size, sts_error **error);

/* The record's body as text. With encoding=body only bytes can be sent; the other encodings, and specs (the option
 * `key`), take texts too.
 *
 *   text  not NULL; NUL-terminated
 *
 * Returns  as sts_logs_set_event_name.
 * Since    1.0.0 */
STS_API sts_status sts_logs_set_body_text(sts_logs *logs, const char *text, sts_error **error);

/* Gives the record the key of its Kafka message, in place of the one that the option `key` would make of it. The key
 * travels beside the record: it is not an attribute, so it is in no value, nor in what sts_logs_bytes gives. The
 * options max_key_bytes and empty_key apply to it.
 *
 *   key  key_size bytes; NULL with key_size 0 is a null key; an empty key is not NULL with key_size 0
 *
 * Returns  STS_OK; STS_ERR_ELEMENT where what was added last is no record, or a body, an array or a map that was begun
 *          is not complete; STS_ERR_NO_MEMORY, STS_ERR_INVALID_ARGUMENT.
 * Since    1.0.0 */
STS_API sts_status sts_logs_set_key(sts_logs *logs, const void *key, size_t key_size, sts_error **error);

/* Begins a body of any type, a map for instance: what is put next, without a name, is the body. With encoding=body
 * only bytes can be sent; the other encodings, and specs (the option `key`), take bodies of all types.
 *
 * Returns  as sts_logs_set_event_name.
 * Since    1.0.0 */
STS_API sts_status sts_logs_begin_body(sts_logs *logs, sts_error **error);

/* Puts an attribute into what was added last, a resource, a scope or a record; into an array or a map that was begun,
 * an element of it; after sts_logs_begin_body, the body. sts_logs_begin_array and sts_logs_begin_kvlist begin an array
 * and a map, whose elements follow until sts_logs_end.
 *
 *   name    of the attribute, or of the map's element, NUL-terminated; NULL in an array and for a body, and only there
 *   text    put_text: not NULL, NUL-terminated; put_string: text_size bytes, which may hold NULs; may be NULL if
 *           text_size is 0
 *   value   of a boolean: 0 is false, all else true
 *   data    may be NULL if size is 0
 *
 * sts_logs_put_empty puts a value without a type, OTLP's null.
 *
 * Returns  STS_OK; STS_ERR_ELEMENT where nothing was added that could have it, or a name is missing or too many;
 *          STS_ERR_UTF8; STS_ERR_TOO_DEEP where it would be nested deeper than any request may be (100 protobuf
 *          messages: about 47 arrays, or 31 maps); STS_ERR_REQUEST_SIZE, STS_ERR_NO_MEMORY, STS_ERR_INVALID_ARGUMENT.
 * Since    1.0.0 */
STS_API sts_status sts_logs_put_empty(sts_logs *logs, const char *name, sts_error **error);
STS_API sts_status sts_logs_put_text(sts_logs *logs, const char *name, const char *text, sts_error **error);
STS_API sts_status sts_logs_put_string(sts_logs *logs, const char *name, const char *text, size_t text_size,
                                       sts_error **error);
STS_API sts_status sts_logs_put_bool(sts_logs *logs, const char *name, int32_t value, sts_error **error);
STS_API sts_status sts_logs_put_int(sts_logs *logs, const char *name, int64_t value, sts_error **error);
STS_API sts_status sts_logs_put_double(sts_logs *logs, const char *name, double value, sts_error **error);
STS_API sts_status sts_logs_put_bytes(sts_logs *logs, const char *name, const void *data, size_t size,
                                      sts_error **error);
STS_API sts_status sts_logs_begin_array(sts_logs *logs, const char *name, sts_error **error);
STS_API sts_status sts_logs_begin_kvlist(sts_logs *logs, const char *name, sts_error **error);

/* Ends the array or the map that was begun last.
 *
 * Returns  STS_OK; STS_ERR_ELEMENT where there is none; STS_ERR_INVALID_ARGUMENT, STS_ERR_NO_MEMORY.
 * Since    1.0.0 */
STS_API sts_status sts_logs_end(sts_logs *logs, sts_error **error);

/* How many records the batch holds; and how many bytes its request has, at most.
 *
 * Returns  the number; 0 for NULL.
 * Since    1.0.0 */
STS_API size_t sts_logs_count(const sts_logs *logs);
STS_API size_t sts_logs_size(const sts_logs *logs);

/* The batch as an ExportLogsServiceRequest in protobuf, in canonical bytes: fields ascending, defaults left out. To be
 * sent elsewhere, or kept.
 *
 *   otlp  not NULL; gets a view that lives until the batch is changed and then exported, explained or asked again;
 *         `data` is not NULL, also where `size` is 0
 *
 * Returns  STS_OK; STS_ERR_ELEMENT where a body, an array or a map that was begun is not complete; STS_ERR_REENTRANT
 *          from a callback of an export or explanation of this batch, where it was changed meanwhile;
 *          STS_ERR_NO_MEMORY, STS_ERR_INVALID_ARGUMENT.
 * Since    1.0.0 */
STS_API sts_status sts_logs_bytes(sts_logs *logs, sts_bytes *otlp, sts_error **error);

/* Exports the records of a batch, as sts_export_logs exports what sts_logs_bytes gives, with the keys of
 * sts_logs_set_key. The batch stays as it is, and may be exported again (sts_export_context_set_first_record).
 *
 *   the rest  as sts_export_logs
 *
 * Returns  as sts_export_logs and sts_logs_bytes.
 * Threads  any; one batch belongs to one thread at a time; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_export_log_batch(sts_exporter *exporter, sts_logs *logs, const sts_export_context *context,
                                        uint64_t *counts, size_t counts_size, sts_error **error);

/* Explains that export, as sts_explain_logs does.
 *
 *   the rest  as sts_explain_logs
 *
 * Returns  as sts_explain_logs and sts_logs_bytes.
 * Threads  as sts_export_log_batch.
 * Since    1.0.0 */
STS_API sts_status sts_explain_log_batch(sts_exporter *exporter, sts_logs *logs, const sts_export_context *context,
                                         sts_explanation_callback callback, void *user, sts_error **error);

#ifdef __cplusplus
}
#endif
#endif
