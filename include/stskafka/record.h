/* SPDX-License-Identifier: Apache-2.0
 *
 * A record of the host's own: topic, key, value and headers as they go to Kafka, with nothing of OpenTelemetry in
 * between. It has the ledger, the limits and the outcomes of all other exports, and its place in their order. */
#ifndef STSKAFKA_RECORD_H
#define STSKAFKA_RECORD_H

#include <stskafka/error.h>
#include <stskafka/export.h>
#include <stskafka/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Exports one record.
 *
 * The key is the one given: no spec is asked (the options key, missing_key and partition_from do not apply), but
 * max_key_bytes and empty_key do apply. The partition is the one that the option `partitioner` gives the key. The
 * record gets the headers that the options give every record (record_headers.*, include_metadata_keys, signal_header),
 * then its own; it does not get headers that are made from a record's contents (header_from.*). It is never gathered.
 *
 *   topic         NUL-terminated; NULL is the option `topic`. Kafka's rules for names and topics.allow apply to it
 *   key           key_size bytes; NULL with key_size 0 is a null key; an empty key is not NULL with key_size 0
 *   value         value_size bytes; NULL with value_size 0 is a null value (a tombstone); an empty value is not NULL
 *                 with value_size 0
 *   headers       names and values by turns, 2 * header_count of them; may be NULL if header_count is 0. Names are
 *                 UTF-8 without a NUL; a value with `data` NULL is null
 *   header_count  how many pairs
 *   context       token and metadata, as for sts_export_logs; or NULL
 *   error         NULL, or where to put the error object
 *
 * Nothing of it is kept after the call: what is needed longer is copied.
 *
 * Returns  STS_OK: it was accepted, and will have exactly one outcome (with sending_queue.wait_for_result: it was
 *          delivered). STS_ERR_REJECTED: it was not accepted, and the text has the reason. Otherwise as
 *          sts_export_logs, without the codes for malformed requests; and STS_ERR_CONFIG where the options cannot be
 *          used for logs.
 * Threads  any, many at once; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_export_record(sts_exporter *exporter, const char *topic, const void *key, size_t key_size,
                                     const void *value, size_t value_size, const sts_bytes *headers,
                                     size_t header_count, const sts_export_context *context, sts_error **error);

#ifdef __cplusplus
}
#endif
#endif
