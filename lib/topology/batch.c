/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/batch.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "topology/check.h"

void *sts__topology_grown(const sts__memory *memory, void *array, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity)
        return array;
    size_t doubled = *capacity ? 2 * *capacity : 16;
    void *grown = sts__memory_resize(memory, array, doubled * size);
    if (grown)
        *capacity = doubled;
    return grown;
}

sts_topology *sts__topology_new(const sts__memory *memory) {
    sts_topology *batch = sts__memory_new(memory, sizeof *batch);
    if (!batch)
        return NULL;
    batch->memory = memory;
    sts__arena_init(&batch->arena, memory);
    sts__arena_init(&batch->plan_arena, memory);
    sts__json_builder_init(&batch->builder, &batch->arena);
    sts__json_parser_init(&batch->parser, memory);
    sts__identity_set_init(&batch->identities, memory);
    sts__identity_set_init(&batch->stream_names, memory);
    sts__table_init(&batch->open_groups, memory, sizeof(void *));
    sts__wire_writer_init(&batch->element_writer, memory);
    sts__wire_writer_init(&batch->message_writer, memory);
    sts__topology_reset(batch);
    return batch;
}

void sts__topology_free(sts_topology *batch) {
    if (!batch)
        return;
    sts__wire_writer_clear(&batch->message_writer);
    sts__wire_writer_clear(&batch->element_writer);
    sts__table_clear(&batch->open_groups);
    sts__identity_set_clear(&batch->stream_names);
    sts__identity_set_clear(&batch->identities);
    sts__json_parser_clear(&batch->parser);
    sts__json_builder_clear(&batch->builder);
    sts__arena_clear(&batch->plan_arena);
    sts__arena_clear(&batch->arena);
    sts__memory_free(batch->memory, batch->streams);
    sts__memory_free(batch->memory, batch->elements);
    sts__memory_free(batch->memory, batch);
}

void sts__topology_reset(sts_topology *batch) {
    sts__arena_reset(&batch->arena);
    sts__identity_set_reset(&batch->identities);
    sts__identity_set_reset(&batch->stream_names);
    sts__json_builder_reset(&batch->builder);
    memset(&batch->now, 0, sizeof batch->now);
    batch->has_stream = false;
    batch->stream_count = 0;
    batch->element_count = 0;
    batch->struct_target = NULL;
}

/* Adds a stream; its place is the next one. */
static sts_status add_stream(sts_topology *batch, sts__identity identity, sts__fault *fault) {
    sts__stream *streams = sts__topology_grown(batch->memory, batch->streams, batch->stream_count,
                                               &batch->stream_capacity, sizeof *streams);
    if (streams)
        batch->streams = streams;
    identity.text = sts__arena_copy(&batch->arena, identity.text);
    if (!streams || !identity.text.data || !sts__identity_set_add(&batch->stream_names, &identity))
        return sts__fault_no_memory(fault);
    streams[batch->stream_count++] = (sts__stream){.owner = (int32_t)identity.stream, .data_source = identity.text};
    return STS_OK;
}

sts_status sts__topology_set_stream(sts_topology *batch, int32_t owner, sts_bytes data_source, sts__fault *fault) {
    sts__identity identity = {.text = data_source, .stream = (uint32_t)owner, .place = (uint32_t)batch->stream_count};
    if (!sts__utf8_is_valid(data_source))
        return sts__fault_set(fault, STS_ERR_UTF8, "data_source: not UTF-8");
    const sts__identity *known = sts__identity_set_find(&batch->stream_names, &identity);
    sts_status status = known ? STS_OK : add_stream(batch, identity, fault);
    if (status != STS_OK)
        return status;
    batch->now.stream = known ? known->place : identity.place;
    batch->has_stream = true;
    return STS_OK;
}

sts_status sts__topology_set_times(sts_topology *batch, int64_t collection_ms, int64_t submitted_ms,
                                   sts__fault *fault) {
    if (collection_ms < 0 || submitted_ms < 0)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "%s: %" PRId64 " is before 1970",
                              collection_ms < 0 ? "collection_timestamp" : "submitted_timestamp",
                              collection_ms < 0 ? collection_ms : submitted_ms);
    batch->now.collection_timestamp = collection_ms;
    batch->now.submitted_timestamp = submitted_ms;
    return STS_OK;
}

sts_status sts__topology_set_expiry(sts_topology *batch, int64_t expiry_ms, sts__fault *fault) {
    if (expiry_ms < 0)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "expiry_interval_ms: %" PRId64 " is below 0", expiry_ms);
    batch->now.expiry_interval_ms = expiry_ms;
    return STS_OK;
}

sts_status sts__topology_set_specificity(sts_topology *batch, double specificity, sts__fault *fault) {
    if (!isfinite(specificity))
        return sts__fault_set(fault, STS_ERR_ELEMENT, "specificity: NaN or infinite");
    batch->now.specificity = specificity;
    return STS_OK;
}

/* What all elements need. */
static sts_status check_ready(const sts_topology *batch, sts__fault *fault) {
    if (!batch->has_stream)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "no stream was set: owner and data_source come first");
    if (batch->struct_target)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "%s was begun and not ended", batch->struct_name);
    return STS_OK;
}

static sts_status append(sts_topology *batch, const sts__element *element, sts__fault *fault) {
    sts__element *elements = sts__topology_grown(batch->memory, batch->elements, batch->element_count,
                                                 &batch->element_capacity, sizeof *elements);
    if (!elements)
        return sts__fault_no_memory(fault);
    batch->elements = elements;
    elements[batch->element_count++] = *element;
    return STS_OK;
}

static sts__element next_element(const sts_topology *batch, sts__element_kind kind) {
    const sts__stream *stream = &batch->streams[batch->now.stream];
    sts__element element = batch->now;
    element.kind = kind;
    element.marks = stream->marks;
    element.in_snapshot = stream->in_snapshot;
    element.repeat_interval_ms = stream->repeat_interval_ms;
    return element;
}

/* Adds an element that has an external id. */
static sts_status append_named(sts_topology *batch, const sts__element *element, sts_bytes external_id,
                               sts__fault *fault) {
    bool relation = element->kind == STS__ELEMENT_RELATION || element->kind == STS__ELEMENT_DELETE_RELATION;
    const char *what = relation ? "relation" : "component";
    if (external_id.size == 0)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "%s: the external id is empty", what);
    if (!sts__utf8_is_valid(external_id))
        return sts__fault_set(fault, STS_ERR_UTF8, "%s: the external id is not UTF-8", what);
    sts__identity identity = {external_id, element->collection_timestamp, element->stream, element->marks, relation, 0};
    if (sts__identity_set_find(&batch->identities, &identity))
        return sts__fault_set(fault, STS_ERR_ELEMENT, "%s \"%.*s\": the external id is in the batch twice", what,
                              (int)external_id.size, (const char *)external_id.data);
    sts_status status = append(batch, element, fault);
    if (status == STS_OK && !sts__identity_set_add(&batch->identities, &identity)) {
        batch->element_count--;
        return sts__fault_no_memory(fault);
    }
    return status;
}

static sts_bytes text_of(const sts__pb_field *field) {
    sts_bytes text = {field->data ? field->data : "", field->size};
    return text;
}

static sts_status check_ends(const sts__pb_TopologyStreamRelation *relation, sts__fault *fault) {
    const char *missing = relation->source_identifier.size == 0   ? "source"
                          : relation->target_identifier.size == 0 ? "target"
                                                                  : NULL;
    if (!missing)
        return STS_OK;
    return sts__fault_set(fault, STS_ERR_ELEMENT, "relation \"%.*s\": it has no %s", (int)relation->external_id.size,
                          relation->external_id.data ? (const char *)relation->external_id.data : "", missing);
}

static const sts__proto_type *type_of(sts__element_kind kind) {
    switch (kind) {
    case STS__ELEMENT_COMPONENT:
        return &sts__proto_component;
    case STS__ELEMENT_RELATION:
        return &sts__proto_relation;
    case STS__ELEMENT_METADATA:
        return &sts__proto_metadata_message;
    default:
        return &sts__proto_error;
    }
}

/* Puts the element's name before what is wrong with it. */
static sts_status name_fault(const char *what, sts_bytes external_id, sts__fault *fault) {
    sts__fault inner = *fault;
    bool shown = sts__utf8_is_valid(external_id);
    return sts__fault_set(fault, inner.code, "%s \"%.*s\": %.300s", what, shown ? (int)external_id.size : 1,
                          shown ? (const char *)external_id.data : "?", inner.text);
}

sts_status sts__topology_add_message(sts_topology *batch, sts__element_kind kind, const void *message,
                                     sts__fault *fault) {
    const sts__pb_TopologyStreamRelation *relation = message;
    const sts__pb_TopologyStreamComponent *component = message;
    sts_bytes external_id = {NULL, 0};
    if (kind == STS__ELEMENT_COMPONENT)
        external_id = text_of(&component->external_id);
    else if (kind == STS__ELEMENT_RELATION)
        external_id = text_of(&relation->external_id);
    sts_status status = check_ready(batch, fault);
    if (status == STS_OK && message) {
        int depth = kind == STS__ELEMENT_METADATA ? 1 : STS__TOPOLOGY_ELEMENT_DEPTH;
        status = sts__topology_check(type_of(kind), message, depth, fault);
        if (status != STS_OK && external_id.data)
            return name_fault(kind == STS__ELEMENT_RELATION ? "relation" : "component", external_id, fault);
    }
    if (status == STS_OK && kind == STS__ELEMENT_RELATION)
        status = check_ends(relation, fault);
    if (status != STS_OK)
        return status;
    sts__element element = next_element(batch, kind);
    element.message = message;
    return external_id.data ? append_named(batch, &element, external_id, fault) : append(batch, &element, fault);
}

sts_status sts__topology_add_text(sts_topology *batch, sts__element_kind kind, sts_bytes text, sts__fault *fault) {
    sts_status status = check_ready(batch, fault);
    if (status != STS_OK)
        return status;
    if (!sts__utf8_is_valid(text))
        return sts__fault_set(fault, STS_ERR_UTF8, "%s: not UTF-8",
                              kind == STS__ELEMENT_REMOVE ? "the cause of the removal" : "the external id to delete");
    sts__element element = next_element(batch, kind);
    if (element.in_snapshot && kind != STS__ELEMENT_REMOVE)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "a snapshot has no deletions: what it does not name is gone");
    element.text = sts__arena_copy(&batch->arena, text);
    if (!element.text.data)
        return sts__fault_no_memory(fault);
    if (kind != STS__ELEMENT_REMOVE)
        return append_named(batch, &element, element.text, fault);
    status = append(batch, &element, fault);
    if (status == STS_OK)
        batch->streams[element.stream].marks++;
    return status;
}

static sts_status append_mark(sts_topology *batch, const sts__element *element, bool starts, sts__fault *fault) {
    sts__stream *stream = &batch->streams[element->stream];
    if (stream->in_snapshot == starts)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "%s",
                              starts ? "snapshot_start: the stream is in a snapshot already"
                                     : "snapshot_stop: the stream is in no snapshot");
    sts_status status = append(batch, element, fault);
    if (status == STS_OK) {
        stream->in_snapshot = starts;
        stream->repeat_interval_ms = element->repeat_interval_ms;
        stream->marks++;
    }
    return status;
}

sts_status sts__topology_snapshot_start(sts_topology *batch, int32_t repeat_interval_ms, sts__fault *fault) {
    sts_status status = check_ready(batch, fault);
    if (status == STS_OK && repeat_interval_ms < 0)
        status =
            sts__fault_set(fault, STS_ERR_ELEMENT, "repeat_interval_ms: %" PRId32 " is below 0", repeat_interval_ms);
    if (status != STS_OK)
        return status;
    sts__element element = next_element(batch, STS__ELEMENT_SNAPSHOT_START);
    element.repeat_interval_ms = repeat_interval_ms;
    return append_mark(batch, &element, true, fault);
}

sts_status sts__topology_snapshot_stop(sts_topology *batch, sts__fault *fault) {
    sts_status status = check_ready(batch, fault);
    if (status != STS_OK)
        return status;
    sts__element element = next_element(batch, STS__ELEMENT_SNAPSHOT_STOP);
    return append_mark(batch, &element, false, fault);
}
