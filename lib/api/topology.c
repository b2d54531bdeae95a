/* SPDX-License-Identifier: Apache-2.0
 *
 * The batch of topology, and its export. (Whole messages: topology_messages.c.) */
#include <stskafka/topology.h>

#include <string.h>

#include "api/guard.h"
#include "exporter/export_context.h"
#include "exporter/exporter.h"
#include "topology/batch.h"
#include "topology/shard.h"

sts_topology *sts_topology_new(void) {
    return sts_topology_new_with(NULL);
}

sts_topology *sts_topology_new_with(const sts_allocator *allocator) {
    return sts__topology_new(sts__memory_of(allocator));
}

void sts_topology_free(sts_topology *batch) {
    sts__topology_free(batch);
}

void sts_topology_reset(sts_topology *batch) {
    if (batch)
        sts__topology_reset(batch);
}

size_t sts_topology_count(const sts_topology *batch) {
    return batch ? batch->element_count : 0;
}

/* Every call ends here: with its status, and an error object where it failed. */
static sts_status end(const sts_topology *batch, sts_error **error, sts_status status, const sts__fault *fault) {
    return status == STS_OK ? STS_OK : sts__error_report(batch->memory, error, fault);
}

static sts_status null_argument(sts_error **error) {
    return sts__error_report_text(sts__memory_default(), error, STS_ERR_INVALID_ARGUMENT,
                                  "the batch and texts must not be NULL");
}

static sts_bytes text_of(const char *text) {
    sts_bytes bytes = {text, strlen(text)};
    return bytes;
}

sts_status sts_topology_set_stream(sts_topology *batch, int32_t owner, const char *data_source, sts_error **error) {
    sts__fault fault;
    if (!batch || !data_source)
        return null_argument(error);
    if (owner < 0)
        return sts__error_report_text(batch->memory, error, STS_ERR_INVALID_ARGUMENT, "owner must be 0 or more");
    return end(batch, error, sts__topology_set_stream(batch, owner, text_of(data_source), &fault), &fault);
}

sts_status sts_topology_set_times(sts_topology *batch, int64_t collection_timestamp_ms, int64_t submitted_timestamp_ms,
                                  sts_error **error) {
    sts__fault fault;
    if (!batch)
        return null_argument(error);
    sts_status status = sts__topology_set_times(batch, collection_timestamp_ms, submitted_timestamp_ms, &fault);
    return end(batch, error, status, &fault);
}

sts_status sts_topology_set_expiry(sts_topology *batch, int64_t expiry_interval_ms, sts_error **error) {
    sts__fault fault;
    if (!batch)
        return null_argument(error);
    return end(batch, error, sts__topology_set_expiry(batch, expiry_interval_ms, &fault), &fault);
}

sts_status sts_topology_set_specificity(sts_topology *batch, double specificity, sts_error **error) {
    sts__fault fault;
    if (!batch)
        return null_argument(error);
    return end(batch, error, sts__topology_set_specificity(batch, specificity, &fault), &fault);
}

/* A copy in the batch, for a message's field; *good turns false when out of memory. */
static sts__pb_field copied(sts_topology *batch, const char *text, bool *good) {
    sts_bytes copy = sts__arena_copy(&batch->arena, text_of(text));
    *good = *good && copy.data;
    return (sts__pb_field){copy.data, copy.size};
}

static sts_status add_message(sts_topology *batch, sts__element_kind kind, const void *message, bool good,
                              sts_error **error) {
    sts__fault fault;
    sts_status status = good ? sts__topology_add_message(batch, kind, message, &fault) : sts__fault_no_memory(&fault);
    return end(batch, error, status, &fault);
}

sts_status sts_topology_add_component(sts_topology *batch, const char *external_id, const char *name,
                                      const char *type_name, sts_error **error) {
    if (!batch || !external_id || !name || !type_name)
        return null_argument(error);
    sts__pb_TopologyStreamComponent *component = sts__arena_new(&batch->arena, sizeof *component);
    bool good = component != NULL;
    if (good) {
        component->external_id = copied(batch, external_id, &good);
        component->name = copied(batch, name, &good);
        component->type_name = copied(batch, type_name, &good);
    }
    return add_message(batch, STS__ELEMENT_COMPONENT, component, good, error);
}

sts_status sts_topology_add_relation(sts_topology *batch, const char *external_id, const char *source,
                                     const char *target, const char *name, const char *type_name,
                                     int32_t dependency_type, sts_error **error) {
    if (!batch || !external_id || !source || !target || !name || !type_name)
        return null_argument(error);
    if (dependency_type < 0)
        return sts__error_report_text(batch->memory, error, STS_ERR_INVALID_ARGUMENT,
                                      "dependency_type must be 0 or more");
    sts__pb_TopologyStreamRelation *relation = sts__arena_new(&batch->arena, sizeof *relation);
    bool good = relation != NULL;
    if (good) {
        relation->external_id = copied(batch, external_id, &good);
        relation->source_identifier = copied(batch, source, &good);
        relation->target_identifier = copied(batch, target, &good);
        relation->name = copied(batch, name, &good);
        relation->type_name = copied(batch, type_name, &good);
        relation->dependency_type = dependency_type;
    }
    return add_message(batch, STS__ELEMENT_RELATION, relation, good, error);
}

sts_status sts_topology_add_error(sts_topology *batch, const char *category, const char *issue_id, const char *message,
                                  sts_error **error) {
    if (!batch || !category || !issue_id || !message)
        return null_argument(error);
    sts__pb_TopoStreamError *added = sts__arena_new(&batch->arena, sizeof *added);
    bool good = added != NULL;
    if (good) {
        added->category = copied(batch, category, &good);
        added->issue_id = copied(batch, issue_id, &good);
        added->message = copied(batch, message, &good);
    }
    return add_message(batch, STS__ELEMENT_ERROR, added, good, error);
}

/* A text for the element added last. */
static sts_status add_to_last(sts_topology *batch, const char *text, sts_error **error,
                              sts_status (*add)(sts_topology *, sts_bytes, sts__fault *)) {
    sts__fault fault;
    if (!batch || !text)
        return null_argument(error);
    return end(batch, error, add(batch, text_of(text), &fault), &fault);
}

sts_status sts_topology_set_type_identifier(sts_topology *batch, const char *type_identifier, sts_error **error) {
    return add_to_last(batch, type_identifier, error, sts__topology_set_type_identifier);
}

sts_status sts_topology_add_identifier(sts_topology *batch, const char *identifier, sts_error **error) {
    return add_to_last(batch, identifier, error, sts__topology_add_identifier);
}

sts_status sts_topology_add_tag(sts_topology *batch, const char *tag, sts_error **error) {
    return add_to_last(batch, tag, error, sts__topology_add_tag);
}

static sts_status set_struct(sts_topology *batch, bool status_data, const char *json, size_t json_size,
                             sts_error **error) {
    sts__fault fault;
    if (!batch || !json)
        return null_argument(error);
    return end(batch, error, sts__topology_set_struct(batch, status_data, (sts_bytes){json, json_size}, &fault),
               &fault);
}

sts_status sts_topology_set_resource_definition(sts_topology *batch, const char *json, size_t json_size,
                                                sts_error **error) {
    return set_struct(batch, false, json, json_size, error);
}

sts_status sts_topology_set_status_data(sts_topology *batch, const char *json, size_t json_size, sts_error **error) {
    return set_struct(batch, true, json, json_size, error);
}

static sts_status begin_struct(sts_topology *batch, bool status_data, sts_error **error) {
    sts__fault fault;
    if (!batch)
        return null_argument(error);
    return end(batch, error, sts__topology_begin_struct(batch, status_data, &fault), &fault);
}

sts_status sts_topology_begin_resource_definition(sts_topology *batch, sts_error **error) {
    return begin_struct(batch, false, error);
}

sts_status sts_topology_begin_status_data(sts_topology *batch, sts_error **error) {
    return begin_struct(batch, true, error);
}

static sts_status put(sts_topology *batch, const char *name, const sts__json *value, sts_error **error) {
    sts__fault fault;
    if (!batch)
        return null_argument(error);
    return end(batch, error, sts__topology_put(batch, name, value, &fault), &fault);
}

sts_status sts_topology_put_null(sts_topology *batch, const char *name, sts_error **error) {
    return put(batch, name, &(sts__json){.type = STS__JSON_NULL}, error);
}

sts_status sts_topology_put_bool(sts_topology *batch, const char *name, int32_t value, sts_error **error) {
    return put(batch, name, &(sts__json){.type = STS__JSON_BOOL, .boolean = value != 0}, error);
}

sts_status sts_topology_put_number(sts_topology *batch, const char *name, double number, sts_error **error) {
    return put(batch, name, &(sts__json){.type = STS__JSON_NUMBER, .number = number}, error);
}

sts_status sts_topology_put_string(sts_topology *batch, const char *name, const char *text, size_t text_size,
                                   sts_error **error) {
    if (!text)
        return null_argument(error);
    return put(batch, name, &(sts__json){.type = STS__JSON_STRING, .text = {text, text_size}}, error);
}

static sts_status begin(sts_topology *batch, const char *name, sts__json_type type, sts_error **error) {
    sts__fault fault;
    if (!batch)
        return null_argument(error);
    return end(batch, error, sts__topology_begin(batch, name, type, &fault), &fault);
}

sts_status sts_topology_put_text(sts_topology *batch, const char *name, const char *text, sts_error **error) {
    if (!text)
        return null_argument(error);
    return put(batch, name, &(sts__json){.type = STS__JSON_STRING, .text = text_of(text)}, error);
}

sts_status sts_topology_begin_object(sts_topology *batch, const char *name, sts_error **error) {
    return begin(batch, name, STS__JSON_OBJECT, error);
}

sts_status sts_topology_begin_array(sts_topology *batch, const char *name, sts_error **error) {
    return begin(batch, name, STS__JSON_ARRAY, error);
}

sts_status sts_topology_end(sts_topology *batch, sts_error **error) {
    sts__fault fault;
    if (!batch)
        return null_argument(error);
    return end(batch, error, sts__topology_end(batch, &fault), &fault);
}

static sts_status add_text(sts_topology *batch, sts__element_kind kind, const char *text, sts_error **error) {
    sts__fault fault;
    if (!batch || !text)
        return null_argument(error);
    return end(batch, error, sts__topology_add_text(batch, kind, text_of(text), &fault), &fault);
}

sts_status sts_topology_delete_component(sts_topology *batch, const char *external_id, sts_error **error) {
    return add_text(batch, STS__ELEMENT_DELETE_COMPONENT, external_id, error);
}

sts_status sts_topology_delete_relation(sts_topology *batch, const char *external_id, sts_error **error) {
    return add_text(batch, STS__ELEMENT_DELETE_RELATION, external_id, error);
}

sts_status sts_topology_remove_stream(sts_topology *batch, const char *cause, sts_error **error) {
    return add_text(batch, STS__ELEMENT_REMOVE, cause, error);
}

sts_status sts_topology_snapshot_start(sts_topology *batch, int32_t repeat_interval_ms, sts_error **error) {
    sts__fault fault;
    if (!batch)
        return null_argument(error);
    return end(batch, error, sts__topology_snapshot_start(batch, repeat_interval_ms, &fault), &fault);
}

sts_status sts_topology_snapshot_stop(sts_topology *batch, sts_error **error) {
    sts__fault fault;
    if (!batch)
        return null_argument(error);
    return end(batch, error, sts__topology_snapshot_stop(batch, &fault), &fault);
}

sts_status sts_topology_set_metadata(sts_topology *batch, const char *display_name, const char *selector_json,
                                     size_t selector_size, sts_error **error) {
    sts__fault fault;
    const sts__json *selector;
    if (!batch || !display_name)
        return null_argument(error);
    sts__pb_TopologyStreamMetadataMessage *metadata = sts__arena_new(&batch->arena, sizeof *metadata);
    bool good = metadata != NULL;
    if (good)
        metadata->display_name = copied(batch, display_name, &good);
    if (good && selector_json) {
        sts_bytes json = {selector_json, selector_size};
        sts_status status =
            sts__topology_parse_object(&batch->parser, &batch->arena, "selector_properties", json, &selector, &fault);
        if (status != STS_OK)
            return end(batch, error, status, &fault);
        metadata->has_selector_properties = true;
        metadata->selector_properties.fields = (sts__pb_field){selector->items, selector->count};
    }
    return add_message(batch, STS__ELEMENT_METADATA, metadata, good, error);
}

sts_status sts_topology_remove_metadata(sts_topology *batch, sts_error **error) {
    return batch ? add_message(batch, STS__ELEMENT_METADATA, NULL, true, error) : null_argument(error);
}

sts_status sts_topology_add_json(sts_topology *batch, const char *json, size_t json_size, sts_error **error) {
    sts__fault fault;
    if (!batch || !json)
        return null_argument(error);
    return end(batch, error, sts__topology_add_json(batch, (sts_bytes){json, json_size}, &fault), &fault);
}

sts_status sts_topology_shard(const void *external_id, size_t external_id_size, uint32_t shard_count, char *text,
                              size_t text_size) {
    char shard[STS__SHARD_TEXT];
    if ((!external_id && external_id_size) || shard_count == 0 || !text)
        return STS_ERR_INVALID_ARGUMENT;
    sts__topology_shard_text(sts__topology_shard((sts_bytes){external_id, external_id_size}, shard_count), shard);
    size_t size = strlen(shard) + 1;
    if (size > text_size)
        return STS_ERR_INVALID_ARGUMENT;
    memcpy(text, shard, size);
    return STS_OK;
}

/* What exports and explanations begin and end with. A batch's messages are in its own memory, so that a callback cannot
 * begin with the same batch again. */
static sts_status open_source(sts_exporter *exporter, const sts_topology *batch, const sts_export_context *context,
                              sts__topology_source *source, sts__fault *fault) {
    if (!batch)
        return sts__fault_set(fault, STS_ERR_INVALID_ARGUMENT, "the batch must not be NULL");
    if (batch->in_use)
        return sts__fault_set(fault, STS_ERR_REENTRANT, "the batch is being explained or exported");
    sts_status status = sts__topology_source_init(source, &exporter->route, exporter->memory,
                                                  sts__export_context_metadata(context), batch, fault);
    ((sts_topology *)batch)->in_use = status == STS_OK;
    return status;
}

static void close_source(const sts_topology *batch, sts__topology_source *source) {
    sts__source_end(&source->source);
    ((sts_topology *)batch)->in_use = false;
}

sts_status sts_export_topology(sts_exporter *exporter, const sts_topology *batch, const sts_export_context *context,
                               uint64_t *counts, size_t counts_size, sts_error **error) {
    sts__export_counts done = {0};
    sts__topology_source source;
    sts__fault fault;
    sts__export_counts_tell(&done, counts, counts_size);
    sts_status status = sts__api_enter_or_report(exporter, STS__API_ALSO_IN_CALLBACKS, error);
    if (status != STS_OK)
        return status;
    status = open_source(exporter, batch, context, &source, &fault);
    if (status == STS_OK) {
        status = sts__export(exporter, &source.source, context, &done, &fault);
        close_source(batch, &source);
    }
    sts__export_counts_tell(&done, counts, counts_size);
    return status == STS_OK ? STS_OK : sts__error_report(exporter->memory, error, &fault);
}

sts_status sts_explain_topology(sts_exporter *exporter, const sts_topology *batch, const sts_export_context *context,
                                sts_explanation_callback callback, void *user, sts_error **error) {
    sts__topology_source source;
    sts__fault fault;
    sts_status status = sts__api_enter_or_report(exporter, STS__API_ALSO_IN_CALLBACKS, error);
    if (status != STS_OK)
        return status;
    status = callback ? open_source(exporter, batch, context, &source, &fault)
                      : sts__fault_set(&fault, STS_ERR_INVALID_ARGUMENT, "callback must not be NULL");
    if (status == STS_OK) {
        status = sts__explain(exporter, &source.source, context, callback, user, &fault);
        close_source(batch, &source);
    }
    return status == STS_OK ? STS_OK : sts__error_report(exporter->memory, error, &fault);
}
