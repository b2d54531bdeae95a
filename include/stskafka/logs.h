/* SPDX-License-Identifier: Apache-2.0
 *
 * OTLP logs in: export them, or see what an export would send.
 *
 * For each log record, the option `key` says what its key is (by default, the record attribute `stskafka.key`),
 * `topic_from` (the record attribute `stskafka.topic`) or else `topic` what its topic is, and `encoding` what its value
 * is: by default, the bytes of the body, and a body of zero bytes is then a tombstone (null value). */
#ifndef STSKAFKA_LOGS_H
#define STSKAFKA_LOGS_H

#include <stskafka/error.h>
#include <stskafka/export.h>
#include <stskafka/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What travels with the records of an export: a token, request metadata. Reusable; the export copies what it needs.
 *
 * Returns  the object, for the caller to free with sts_export_context_free; NULL when out of memory.
 * Threads  any; one object belongs to one thread at a time; also from a callback.
 * Since    1.0.0 */
STS_API sts_export_context *sts_export_context_new(void);
STS_API void sts_export_context_free(sts_export_context *context);

/* The same, with its memory from an allocator (allocator.h); NULL is malloc.
 *
 * Returns  as sts_export_context_new.
 * Threads  as sts_export_context_new.
 * Since    1.0.0 */
STS_API sts_export_context *sts_export_context_new_with(const sts_allocator *allocator);

/* Resets the object to what it was when new; keeps its memory.
 *
 * Threads  as sts_export_context_new.
 * Since    1.0.0 */
STS_API void sts_export_context_reset(sts_export_context *context);

/* A number of the host's own, which comes back with the outcome of each record (sts_outcome_token).
 *
 *   token  any; default 0
 *
 * Returns  STS_OK, STS_ERR_INVALID_ARGUMENT.
 * Threads  as sts_export_context_new.
 * Since    1.0.0 */
STS_API sts_status sts_export_context_set_token(sts_export_context *context, uint64_t token);

/* Skips the records before this one. After STS_ERR_QUEUE_FULL, go on at accepted + rejected, as the counts have them
 * (plus what was skipped before), so that nothing is sent twice.
 *
 *   first_record  index of the first record to export; default 0
 *
 * Returns  STS_OK, STS_ERR_INVALID_ARGUMENT.
 * Threads  as sts_export_context_new.
 * Since    1.0.0 */
STS_API sts_status sts_export_context_set_first_record(sts_export_context *context, uint64_t first_record);

/* Adds a pair of request metadata (what a collector calls client metadata). Names may repeat, and capitals do not
 * matter. Keys, topics and headers can be made of it: metadata("name") in a spec, and the options
 * topic_from_metadata_key and include_metadata_keys.
 *
 *   name   not NULL, NUL-terminated; copied
 *   value  may be NULL if value_size is 0; copied
 *
 * Returns  STS_OK; STS_ERR_INVALID_ARGUMENT, STS_ERR_NO_MEMORY, and then nothing was added.
 * Threads  as sts_export_context_new.
 * Since    1.0.0 */
STS_API sts_status sts_export_context_add_metadata(sts_export_context *context, const char *name, const void *value,
                                                   size_t value_size);

/* Exports the log records of one OTLP request, each under its own key.
 *
 * The request is an ExportLogsServiceRequest or LogsData in protobuf (opentelemetry-proto, logs/v1), fields in any
 * order. The whole request is checked before the first record is taken: a malformed one exports nothing. A record
 * without a key, with a wrong body and so on is rejected alone, counted by reason, and reported with the outcomes; the
 * others go. If there is no room, the call waits for it up to `produce_timeout` (not at all in a callback, or if
 * `sending_queue.block_on_overflow` or `service_thread` is false). Waiting threads are served in turn: a thread that
 * comes later finds no room while others wait, even for a large record, and after 256 records a thread lets those that
 * wait go first. If it may wait, it also returns up to a millisecond later while more than 8192 records are under way,
 * some are being delivered, and even more would not be delivered any faster (`sending_queue.max_in_flight`).
 *
 * With `sending_queue.wait_for_result` the call returns only when every record that it accepted has its outcome, even
 * if it accepted only part of the request, and when the outcome callback has been told of them, rejections included. It
 * does not wait for `linger`, or for what other threads export, but it may take as long as
 * `retry_on_failure.max_elapsed_time` lets a record be tried; closing the exporter in another thread ends the wait,
 * with outcomes as sts_exporter_close describes. With `service_thread` false it serves the transport meanwhile as
 * sts_poll does, so that callbacks are called from inside it. In a callback it never waits: there the option has no
 * effect.
 *
 *   otlp       the bytes; may be NULL if otlp_size is 0 (an empty request has no records); not kept
 *   context    what travels with the records, or NULL; not kept
 *   counts     the counters of this export (types.h): records, accepted, rejected, bytes; if it waited for its result,
 *              also delivered, failed, uncertain, purged; or NULL
 *   error      NULL, or where to put the error object
 *
 * Returns  STS_OK: every record was accepted, and will have exactly one outcome.
 *          With sending_queue.wait_for_result: every record was delivered.
 *          STS_ERR_REJECTED: some records were rejected, all others accepted (with sending_queue.wait_for_result:
 *          delivered); the text names the first and its reason.
 *          STS_ERR_NOT_DELIVERED: with sending_queue.wait_for_result; all records were accepted or rejected, and some
 *          of the accepted ones were not delivered (with required_acks=none, none ever counts as delivered); counts
 *          tell how many, the text names the first and its reason.
 *          STS_ERR_QUEUE_FULL: no room; counts tell what was taken before it (sts_export_context_set_first_record).
 *          STS_ERR_MALFORMED, STS_ERR_TOO_DEEP (sts_error_offset), STS_ERR_REQUEST_SIZE: nothing was exported.
 *          STS_ERR_PRODUCER_FATAL: as STS_ERR_QUEUE_FULL, but for good: a transport of the host's own cannot go on.
 *          STS_ERR_UNSUPPORTED (transport=none), STS_ERR_FORKED, STS_ERR_INVALID_ARGUMENT; STS_ERR_SYSTEM: there is no
 *          way to wait for the result. Nothing was exported.
 *          STS_ERR_CLOSED, STS_ERR_NO_MEMORY: counts tell as for STS_ERR_QUEUE_FULL.
 * Threads  any, many at once; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_export_logs(sts_exporter *exporter, const void *otlp, size_t otlp_size,
                                   const sts_export_context *context, uint64_t *counts, size_t counts_size,
                                   sts_error **error);

/* Called with what would be sent for each record, in order; `explanation` is valid until it returns. */
typedef void (*sts_explanation_callback)(const sts_explanation *explanation, void *user);

/* Explains an export: runs the path of sts_export_logs up to the transport, and tells for each record what would be
 * sent. Nothing is sent or counted. An exporter with transport=none does only this, and needs no broker.
 *
 *   callback  not NULL; called once a record, or with the option `gather` once a message and once for each record that
 *             would be rejected, from inside this call
 *   user      handed on to the callback
 *   the rest  as sts_export_logs
 *
 * Returns  STS_OK, also when records would be rejected; STS_ERR_MALFORMED, STS_ERR_TOO_DEEP, STS_ERR_REQUEST_SIZE,
 *          STS_ERR_FORKED, STS_ERR_INVALID_ARGUMENT, STS_ERR_NO_MEMORY.
 * Threads  any, many at once; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_explain_logs(sts_exporter *exporter, const void *otlp, size_t otlp_size,
                                    const sts_export_context *context, sts_explanation_callback callback, void *user,
                                    sts_error **error);

/* The parts of an explanation.
 *
 *   index         the record's place in the request, from 0; of a message of several records, the first one's
 *   record_count, record_index
 *                 how many records share the message, which is 1 without the option `gather`, and each one's place in
 *                 the request; UINT64_MAX beyond the last
 *   code, text    STS_OK and "", or why the record would be rejected
 *   topic         NULL where a rejected record has none
 *   key           a view; `data` NULL is a null key (or, when rejected, no key)
 *   key_from      the alternative of the option `key` that gave it, for instance attributes["stskafka.key"]; "" where
 *                 there is no key, and missing_key=null where that policy made it null
 *   key_part_count, key_part_spec, key_part_value
 *                 what the spec read for it, in order: as it is written in the spec (attributes["x"]), and what was
 *                 there, as it would be as a key (lists and maps as pdata's text); `data` NULL where nothing was
 *   value         a view; `data` NULL is a tombstone (or, when rejected, no value)
 *   is_tombstone  1 when the value is null
 *   size          bytes of the message as `max_message_bytes` measures it; 0 when rejected
 *   header_count, header_name, header_value
 *                 the headers in order; name NULL beyond the last; a value with `data` NULL is null
 *   partition     the one that `partition_from` names (whether the topic has it or not), else that among
 *                 `partition_count` (1 or more) by the exporter's profile; -1 where it is picked at random, the record
 *                 is rejected, or partition_count is below 1
 *
 * `explanation`, and the place of a view (`key`, `spec`, `value`), must not be NULL. Of parts, headers and
 * records `index` is which one, from 0; beyond the last a view has `data` NULL.
 *
 * Returns  strings and views that live as long as the explanation.
 * Threads  the one that the callback is called in.
 * Since    1.0.0 */
STS_API uint64_t sts_explanation_index(const sts_explanation *explanation);
STS_API size_t sts_explanation_record_count(const sts_explanation *explanation);
STS_API uint64_t sts_explanation_record_index(const sts_explanation *explanation, size_t index);
STS_API sts_status sts_explanation_code(const sts_explanation *explanation);
STS_API const char *sts_explanation_text(const sts_explanation *explanation);
STS_API const char *sts_explanation_topic(const sts_explanation *explanation);
STS_API void sts_explanation_key(const sts_explanation *explanation, sts_bytes *key);
STS_API const char *sts_explanation_key_from(const sts_explanation *explanation);
STS_API size_t sts_explanation_key_part_count(const sts_explanation *explanation);
STS_API void sts_explanation_key_part_spec(const sts_explanation *explanation, size_t index, sts_bytes *spec);
STS_API void sts_explanation_key_part_value(const sts_explanation *explanation, size_t index, sts_bytes *value);
STS_API void sts_explanation_value(const sts_explanation *explanation, sts_bytes *value);
STS_API size_t sts_explanation_size(const sts_explanation *explanation);
STS_API int32_t sts_explanation_is_tombstone(const sts_explanation *explanation);
STS_API size_t sts_explanation_header_count(const sts_explanation *explanation);
STS_API const char *sts_explanation_header_name(const sts_explanation *explanation, size_t index);
STS_API void sts_explanation_header_value(const sts_explanation *explanation, size_t index, sts_bytes *value);
STS_API int32_t sts_explanation_partition(const sts_explanation *explanation, int32_t partition_count);

#ifdef __cplusplus
}
#endif
#endif
