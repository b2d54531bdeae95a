/* SPDX-License-Identifier: Apache-2.0
 *
 * Topology in: components and relations on the StackVista topology stream, without a collector.
 *
 * A batch is built call by call and exported as a whole (sts_export_topology): its elements are given to shards by
 * their external id, those that may share a Kafka message share one, and each message is written in canonical bytes, so
 * that equal elements make equal messages.
 *
 *     sts_topology *batch = sts_topology_new();
 *     sts_topology_set_stream(batch, STS_OWNER_AGENT, "urn:my-agent:host-1", &error);
 *     sts_topology_set_times(batch, now_ms, now_ms, &error);
 *     sts_topology_add_component(batch, "urn:host:/host-1", "host-1", "host", &error);
 *     sts_topology_set_resource_definition(batch, json, strlen(json), &error);
 *     sts_topology_add_relation(batch, "eth0->host-1", "urn:if:/eth0", "urn:host:/host-1", "", "runs-on",
 *                               STS_DEPENDENCY_HIERARCHICAL, &error);
 *     sts_export_topology(exporter, batch, NULL, NULL, 0, &error);
 *
 * `stskafka topology encode` and `decode` show every byte of it; examples/topology-agent publishes a machine's
 * processes and interfaces in this way.
 *
 * The stream, times, expiry and specificity that are set apply to the elements added after it. Texts are UTF-8
 * (anything else is refused: consumers could not read it), NUL-terminated where they come without a size, not NULL
 * where it is not said otherwise, and are copied. A call that fails leaves the batch as it was.
 *
 * Threads. One batch, or list of messages, belongs to one thread at a time, whichever; it may be used inside a callback
 * too. While it is exported or explained it must not be changed, reset or freed, by a callback neither. */
#ifndef STSKAFKA_TOPOLOGY_H
#define STSKAFKA_TOPOLOGY_H

#include <stskafka/error.h>
#include <stskafka/export.h>
#include <stskafka/logs.h>
#include <stskafka/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A batch of topology; reusable. */
typedef struct sts_topology sts_topology;

/* A new, empty batch.
 *
 * Returns  the batch, for the caller to free with sts_topology_free; NULL when out of memory.
 * Threads  any; one batch belongs to one thread at a time; also from a callback.
 * Since    1.0.0 */
STS_API sts_topology *sts_topology_new(void);
STS_API void sts_topology_free(sts_topology *batch);

/* The same, with its memory from an allocator (allocator.h); NULL is malloc.
 *
 * Returns  as sts_topology_new.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_topology *sts_topology_new_with(const sts_allocator *allocator);

/* Empties the batch, stream and times included; keeps its memory, so that a batch that is used again and again
 * allocates nothing after a while.
 *
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API void sts_topology_reset(sts_topology *batch);

/* Who publishes a stream. */
enum {
    STS_OWNER_UNSPECIFIED = 0,
    STS_OWNER_OTEL = 1,
    STS_OWNER_EXTERNAL = 2,
    STS_OWNER_AGENT = 3,
    STS_OWNER_EXTTOPO = 4
};

/* The stream that the next elements belong to. A batch may hold several streams. Needed before the first element.
 *
 *   owner        one of STS_OWNER_*, or another number that is not negative
 *   data_source  not NULL; NUL-terminated
 *
 * Returns  STS_OK, STS_ERR_INVALID_ARGUMENT, STS_ERR_UTF8, STS_ERR_NO_MEMORY.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_set_stream(sts_topology *batch, int32_t owner, const char *data_source,
                                           sts_error **error);

/* When the next elements were seen (`collection_timestamp_ms`) and published (`submitted_timestamp_ms`), in ms since
 * 1970; 0 or more, 0 at first.
 *
 * Returns  STS_OK; STS_ERR_ELEMENT for a time below 0; STS_ERR_INVALID_ARGUMENT.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_set_times(sts_topology *batch, int64_t collection_timestamp_ms,
                                          int64_t submitted_timestamp_ms, sts_error **error);

/* How long the next elements live if they are not repeated; and which of two streams' elements wins.
 *
 *   expiry_interval_ms  0 or more; 0 at first
 *   specificity         not NaN or infinite; 0 at first
 *
 * Returns  STS_OK; STS_ERR_ELEMENT for what is out of range; STS_ERR_INVALID_ARGUMENT.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_set_expiry(sts_topology *batch, int64_t expiry_interval_ms, sts_error **error);
STS_API sts_status sts_topology_set_specificity(sts_topology *batch, double specificity, sts_error **error);

/* Adds a component. The calls below it add to the component added last.
 *
 *   external_id      not NULL, not empty; decides its shard. Not twice in one stream of a batch, deletions included,
 *                    unless at another collection time, or after a remove or a snapshot mark
 *   name, type_name  not NULL
 *
 * Returns  STS_OK; STS_ERR_ELEMENT (empty or duplicate external id, no stream, an object that was begun and not ended);
 *          STS_ERR_UTF8; STS_ERR_INVALID_ARGUMENT; STS_ERR_NO_MEMORY.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_add_component(sts_topology *batch, const char *external_id, const char *name,
                                              const char *type_name, sts_error **error);

/* Adds to the component that was added last: its type's identifier, or one more of its own identifiers, by which
 * relations may name it too.
 *
 *   type_identifier  not NULL; an empty one is present, which is not the same as absent; set again, the last counts
 *   identifier       not NULL
 *
 * Returns  STS_OK; STS_ERR_ELEMENT where the element added last is no component; STS_ERR_UTF8;
 *          STS_ERR_INVALID_ARGUMENT; STS_ERR_NO_MEMORY.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_set_type_identifier(sts_topology *batch, const char *type_identifier,
                                                    sts_error **error);
STS_API sts_status sts_topology_add_identifier(sts_topology *batch, const char *identifier, sts_error **error);

/* Adds a tag to the component or relation that was added last. Tags are sent sorted.
 *
 *   tag  not NULL
 *
 * Returns  as sts_topology_add_identifier.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_add_tag(sts_topology *batch, const char *tag, sts_error **error);

/* What a component is made of, and its state, as a JSON object (RFC 8259); set again, the last counts.
 *
 *   json  not NULL; UTF-8, json_size bytes
 *
 * Returns  as sts_topology_add_identifier; STS_ERR_JSON with line and column; STS_ERR_TOO_DEEP with the path, where the
 *          message would be nested deeper than consumers in Go and Java take (100 protobuf messages, 32 objects).
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_set_resource_definition(sts_topology *batch, const char *json, size_t json_size,
                                                        sts_error **error);
STS_API sts_status sts_topology_set_status_data(sts_topology *batch, const char *json, size_t json_size,
                                                sts_error **error);

/* The same value by value. sts_topology_begin_resource_definition or _begin_status_data starts the object; then each
 * member is put under its name; sts_topology_begin_object and _begin_array start an inner one, whose members (in an
 * array without a name: NULL) follow until sts_topology_end; the last sts_topology_end completes the whole and puts it
 * into the component.
 *
 *   name    of the member; NULL in an array, and only there; not twice in one object
 *   value   0 is false, all else true
 *   number  not NaN or infinite
 *   text    not NULL; put_text: NUL-terminated; put_string: text_size bytes
 *
 * Returns  begin_resource_definition, begin_status_data: as sts_topology_add_identifier; STS_ERR_ELEMENT also where one
 *          was begun and not ended.
 *          put, begin_object, begin_array: STS_OK; STS_ERR_ELEMENT where no object was begun, for a name too many or
 *          too few, and for a number out of range; STS_ERR_UTF8; STS_ERR_TOO_DEEP; STS_ERR_INVALID_ARGUMENT;
 *          STS_ERR_NO_MEMORY.
 *          end: STS_OK; STS_ERR_ELEMENT where no object was begun, or for a name that stands twice in one, and
 *          STS_ERR_TOO_DEEP: both drop the whole, and the component stays as it was; STS_ERR_INVALID_ARGUMENT;
 *          STS_ERR_NO_MEMORY.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_begin_resource_definition(sts_topology *batch, sts_error **error);
STS_API sts_status sts_topology_begin_status_data(sts_topology *batch, sts_error **error);
STS_API sts_status sts_topology_put_null(sts_topology *batch, const char *name, sts_error **error);
STS_API sts_status sts_topology_put_bool(sts_topology *batch, const char *name, int32_t value, sts_error **error);
STS_API sts_status sts_topology_put_number(sts_topology *batch, const char *name, double number, sts_error **error);
STS_API sts_status sts_topology_put_text(sts_topology *batch, const char *name, const char *text, sts_error **error);
STS_API sts_status sts_topology_put_string(sts_topology *batch, const char *name, const char *text, size_t text_size,
                                           sts_error **error);
STS_API sts_status sts_topology_begin_object(sts_topology *batch, const char *name, sts_error **error);
STS_API sts_status sts_topology_begin_array(sts_topology *batch, const char *name, sts_error **error);
STS_API sts_status sts_topology_end(sts_topology *batch, sts_error **error);

/* How the ends of a relation depend on each other. */
enum { STS_DEPENDENCY_UNSPECIFIED = 0, STS_DEPENDENCY_HIERARCHICAL = 1, STS_DEPENDENCY_CONNECTION = 2 };

/* Adds a relation between two components, named by any of their identifiers; sts_topology_add_tag adds to it.
 *
 *   external_id, source, target  not NULL, not empty
 *   name, type_name              not NULL
 *   dependency_type              one of STS_DEPENDENCY_*, or another number that is not negative
 *
 * Returns  as sts_topology_add_component; STS_ERR_ELEMENT also for an empty source or target.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_add_relation(sts_topology *batch, const char *external_id, const char *source,
                                             const char *target, const char *name, const char *type_name,
                                             int32_t dependency_type, sts_error **error);

/* Reports that a component or a relation is gone; not inside a snapshot, where whatever is not named is gone anyway.
 *
 *   external_id  not NULL, not empty; not twice, as for sts_topology_add_component
 *
 * Returns  as sts_topology_add_component; STS_ERR_ELEMENT also inside a snapshot.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_delete_component(sts_topology *batch, const char *external_id, sts_error **error);
STS_API sts_status sts_topology_delete_relation(sts_topology *batch, const char *external_id, sts_error **error);

/* Reports what went wrong while the topology was made; goes to the shard "unknown".
 *
 *   category, issue_id, message  not NULL; may be empty
 *
 * Returns  STS_OK; STS_ERR_ELEMENT (no stream, an object that was begun and not ended); STS_ERR_UTF8;
 *          STS_ERR_INVALID_ARGUMENT; STS_ERR_NO_MEMORY.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_add_error(sts_topology *batch, const char *category, const char *issue_id,
                                          const char *message, sts_error **error);

/* Reports to every shard that the whole stream is gone.
 *
 *   cause  not NULL; may be empty
 *
 * Returns  as sts_topology_add_error.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_remove_stream(sts_topology *batch, const char *cause, sts_error **error);

/* A snapshot: start and stop go to every shard, the stream's elements in between travel as the snapshot's data, and
 * what a snapshot does not name is gone. An expiry of 0 is left out.
 *
 *   repeat_interval_ms  how often snapshots come, 0 or more
 *
 * Returns  STS_OK; STS_ERR_ELEMENT (no stream, an object that was begun and not ended, an interval below 0, a start
 *          inside a snapshot, a stop outside of one); STS_ERR_INVALID_ARGUMENT; STS_ERR_NO_MEMORY.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_snapshot_start(sts_topology *batch, int32_t repeat_interval_ms, sts_error **error);
STS_API sts_status sts_topology_snapshot_stop(sts_topology *batch, sts_error **error);

/* Describes the stream on the compacted metadata topic; or takes the description back (a tombstone).
 *
 *   display_name   not NULL
 *   selector_json  a JSON object, `selector_size` bytes; NULL where there is none
 *
 * Returns  as sts_topology_add_error; for the selector also STS_ERR_JSON with line and column, and STS_ERR_TOO_DEEP.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_set_metadata(sts_topology *batch, const char *display_name, const char *selector_json,
                                             size_t selector_size, sts_error **error);
STS_API sts_status sts_topology_remove_metadata(sts_topology *batch, sts_error **error);

/* Adds one element, or a mark, from a line of JSON, stream and times included (format: the tool's `topology encode`):
 *
 *   {"owner":"OTEL","data_source":"urn:x","collection_timestamp":ms,"submitted_timestamp":ms,"expiry_interval_ms":n,
 *    "specificity":x, one of
 *    "component":{..} "relation":{..} "delete_component":"id" "delete_relation":"id" "errors":[{..}] "remove":"cause"
 *    "snapshot_start":{"repeat_interval_ms":n} "snapshot_stop":{} "metadata":{..}|null}
 *
 * Components, relations, errors and metadata are in protobuf's JSON mapping. What is left out is what is set in the
 * batch.
 *
 *   json  not NULL; UTF-8, json_size bytes
 *
 * Returns  STS_OK; STS_ERR_JSON with line and column; STS_ERR_ELEMENT; STS_ERR_UTF8; STS_ERR_TOO_DEEP;
 *          STS_ERR_INVALID_ARGUMENT; STS_ERR_NO_MEMORY.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_add_json(sts_topology *batch, const char *json, size_t json_size, sts_error **error);

/* How many elements and marks the batch holds.
 *
 * Returns  the number; 0 for NULL.
 * Threads  as sts_topology_new.
 * Since    1.0.0 */
STS_API size_t sts_topology_count(const sts_topology *batch);

/* Exports a batch on the same path as sts_export_logs: same ledger, limits and outcomes. A record is a Kafka message
 * here, so counts and outcomes count messages, in the order in which the messages are sent. An element that alone is
 * too large for a message is rejected alone; the text names its external id and its size. The batch stays as it is.
 *
 *   batch     not NULL
 *   the rest  as sts_export_logs
 *
 * Returns  as sts_export_logs, but no codes of malformed requests; STS_ERR_ELEMENT where an object that was begun was
 *          not ended; STS_ERR_REENTRANT from a callback that explains or exports the same batch.
 * Threads  any, many at once, each with a batch of its own; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_export_topology(sts_exporter *exporter, const sts_topology *batch,
                                       const sts_export_context *context, uint64_t *counts, size_t counts_size,
                                       sts_error **error);

/* Explains that export, as sts_explain_logs does.
 *
 *   batch     not NULL
 *   the rest  as sts_explain_logs
 *
 * Returns  STS_OK, also when messages would be rejected; STS_ERR_ELEMENT and STS_ERR_REENTRANT as sts_export_topology;
 *          STS_ERR_FORKED, STS_ERR_INVALID_ARGUMENT, STS_ERR_NO_MEMORY.
 * Threads  as sts_export_topology.
 * Since    1.0.0 */
STS_API sts_status sts_explain_topology(sts_exporter *exporter, const sts_topology *batch,
                                        const sts_export_context *context, sts_explanation_callback callback,
                                        void *user, sts_error **error);

/* The shard of an external id: the decimal of its FNV-1a hash (32 bits) modulo the count.
 *
 *   external_id  may be NULL if external_id_size is 0
 *   shard_count  1 or more
 *   text         not NULL; gets the shard with a NUL, in text_size bytes at most; 12 are always enough
 *
 * Returns  STS_OK; STS_ERR_INVALID_ARGUMENT, also where it does not fit.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_topology_shard(const void *external_id, size_t external_id_size, uint32_t shard_count,
                                      char *text, size_t text_size);

/* --- whole messages ---
 *
 * The codec under it all: keys and values of Kafka messages, faithful to what is given. It refuses only text that is
 * not UTF-8, more than 100 nested messages, and JSON that does not fit the schema. */

/* A list of whole messages; reusable. */
typedef struct sts_topology_messages sts_topology_messages;

/* A new, empty list; to be emptied and used again, or freed.
 *
 * Returns  the list, for the caller to free with sts_topology_messages_free; NULL when out of memory.
 * Threads  any; one list belongs to one thread at a time; also from a callback.
 * Since    1.0.0 */
STS_API sts_topology_messages *sts_topology_messages_new(void);
STS_API void sts_topology_messages_free(sts_topology_messages *messages);
STS_API void sts_topology_messages_reset(sts_topology_messages *messages);

/* The same, with its memory from an allocator (allocator.h); NULL is malloc.
 *
 * Returns  as sts_topology_messages_new.
 * Threads  as sts_topology_messages_new.
 * Since    1.0.0 */
STS_API sts_topology_messages *sts_topology_messages_new_with(const sts_allocator *allocator);

/* Adds a message from JSON: {"key":{..},"message":{..}} for the stream, {"metadata_key":{..},"metadata":{..}|null} for
 * metadata, in protobuf's JSON mapping; an owner also by its short name. null makes a tombstone. Lists keep their
 * order.
 *
 *   json  not NULL; UTF-8, json_size bytes
 *
 * Returns  STS_OK; STS_ERR_JSON, STS_ERR_UTF8, STS_ERR_TOO_DEEP, STS_ERR_NO_MEMORY, STS_ERR_INVALID_ARGUMENT.
 * Threads  as sts_topology_messages_new.
 * Since    1.0.0 */
STS_API sts_status sts_topology_messages_add_json(sts_topology_messages *messages, const char *json, size_t json_size,
                                                  sts_error **error);

/* How many messages there are, and the parts of one.
 *
 *   count        how many
 *   index        which one, from 0
 *   is_metadata  1 when it is metadata; 0 when it is of the stream, or beyond the last one
 *   key          not NULL; gets a view; `data` NULL beyond the last one
 *   value        not NULL; gets a view; `data` NULL is a tombstone, or beyond the last one
 *
 * Returns  views live until the list is changed.
 * Threads  as sts_topology_messages_new.
 * Since    1.0.0 */
STS_API size_t sts_topology_messages_count(const sts_topology_messages *messages);
STS_API int32_t sts_topology_messages_is_metadata(const sts_topology_messages *messages, size_t index);
STS_API void sts_topology_messages_key(const sts_topology_messages *messages, size_t index, sts_bytes *key);
STS_API void sts_topology_messages_value(const sts_topology_messages *messages, size_t index, sts_bytes *value);

/* Decodes a message into the JSON that sts_topology_messages_add_json reads, ASCII only.
 *
 *   key          may be NULL if key_size is 0
 *   value        not NULL; `data` NULL for a tombstone
 *   is_metadata  1: the key is a metadata key; 0: it is a stream's; -1: a key without field 3 is a metadata key
 *   json         not NULL; gets the text, NUL-terminated, for the caller to free with sts_text_free; NULL on failure
 *
 * Returns  STS_OK; STS_ERR_MALFORMED, STS_ERR_TOO_DEEP; STS_ERR_JSON for what has no JSON (a Struct with NaN, an
 *          infinity or a value without a kind); STS_ERR_NO_MEMORY, STS_ERR_INVALID_ARGUMENT.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_topology_decode(const void *key, size_t key_size, const sts_bytes *value, int32_t is_metadata,
                                       char **json, sts_error **error);

/* The same, with the text, the error object and what is needed meanwhile from an allocator (allocator.h); NULL is
 * malloc.
 *
 *   the rest  as sts_topology_decode
 *
 * Returns  as sts_topology_decode.
 * Threads  as sts_topology_decode.
 * Since    1.0.0 */
STS_API sts_status sts_topology_decode_with(const sts_allocator *allocator, const void *key, size_t key_size,
                                            const sts_bytes *value, int32_t is_metadata, char **json,
                                            sts_error **error);

#ifdef __cplusplus
}
#endif
#endif
