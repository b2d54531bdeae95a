/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "topology/encode.h"
#include "topology/shard.h"
#include "wire/writer.h"

/* An element in a group: its bytes, which are in the element writer. */
typedef struct piece {
    struct piece *previous; /* of the same list: the writer goes backwards */
    size_t end;             /* from the writer's end back */
    size_t size;
} piece;

/* The lists of a message's data, in the order of their tags. */
enum { COMPONENTS, RELATIONS, ERRORS, DELETED_COMPONENTS, DELETED_RELATIONS, LISTS };

/* Elements that share a message. */
typedef struct group {
    const sts__element *first;
    uint32_t shard; /* the shard count for "unknown" */
    piece *lists[LISTS];
    size_t data_size; /* of the payload, as far as it is known */
    size_t element_count;
    struct group *next; /* in the order of sending */
    bool is_mark;
} group;

typedef struct planning {
    sts_topology *batch;
    const sts__plan_rules *rules;
    group *first;
    group **last;
    size_t count;
    sts_bytes *keys; /* by stream and shard */
} planning;

static sts_bytes id_of(const sts__element *element) {
    const sts__pb_field *field;
    sts_bytes id = element->text;
    if (element->kind == STS__ELEMENT_COMPONENT)
        field = &((const sts__pb_TopologyStreamComponent *)element->message)->external_id;
    else if (element->kind == STS__ELEMENT_RELATION)
        field = &((const sts__pb_TopologyStreamRelation *)element->message)->external_id;
    else
        return id;
    id.data = field->data;
    id.size = field->size;
    return id;
}

void sts__element_name(const sts__element *element, char *text, size_t text_size) {
    static const char *const kinds[] = {"component",         "relation",         "error",
                                        "deleted component", "deleted relation", "remove",
                                        "snapshot_start",    "snapshot_stop",    "metadata"};
    sts_bytes id = id_of(element);
    snprintf(text, text_size, "%s%s%.*s%s", kinds[element->kind], id.size ? " \"" : "", (int)id.size,
             id.size ? (const char *)id.data : "", id.size ? "\"" : "");
}

static uint32_t shard_of(const planning *p, const sts__element *element) {
    if (element->kind == STS__ELEMENT_ERROR)
        return p->rules->shard_count;
    return sts__topology_shard(id_of(element), p->rules->shard_count);
}

static bool same_message(const void *entry, const void *wanted, const void *user) {
    const group *g = *(group *const *)entry;
    const sts__element *element = wanted;
    const sts__element *first = g->first;
    return g->shard == *(const uint32_t *)user && first->stream == element->stream && first->marks == element->marks &&
           first->collection_timestamp == element->collection_timestamp &&
           first->submitted_timestamp == element->submitted_timestamp &&
           first->expiry_interval_ms == element->expiry_interval_ms &&
           /* bit by bit, as they are written: NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-*) */
           memcmp(&first->specificity, &element->specificity, sizeof first->specificity) == 0;
}

static uint64_t hash_of(const planning *p, const sts__element *element, uint32_t shard) {
    uint64_t specificity;
    memcpy(&specificity, &element->specificity, sizeof specificity);
    uint64_t parts[] = {element->stream,
                        specificity,
                        element->marks,
                        shard,
                        (uint64_t)element->collection_timestamp,
                        (uint64_t)element->submitted_timestamp,
                        (uint64_t)element->expiry_interval_ms};
    return sts__table_hash(&p->batch->open_groups, (sts_bytes){parts, sizeof parts});
}

static group *new_group(planning *p, const sts__element *first, uint32_t shard, bool is_mark) {
    group *g = sts__arena_new(&p->batch->plan_arena, sizeof *g);
    if (!g)
        return NULL;
    g->first = first;
    g->shard = shard;
    g->is_mark = is_mark;
    *p->last = g;
    p->last = &g->next;
    p->count++;
    return g;
}

/* How large the value of a message with this much data is: an upper bound, a few bytes above for small numbers. */
static size_t value_size(const sts__element *element, size_t data_size) {
    size_t head = 2 + sts__wire_varint_size((uint64_t)element->collection_timestamp) +
                  sts__wire_varint_size((uint64_t)element->submitted_timestamp);
    size_t data = data_size + 1 + sts__wire_varint_size((uint64_t)element->expiry_interval_ms) + 9 +
                  (element->in_snapshot ? 1 + sts__wire_varint_size((uint64_t)element->repeat_interval_ms) : 0);
    return head + 1 + sts__wire_varint_size(data) + data;
}

static int compare_tags(const void *a, const void *b) {
    return sts__json_compare_names(*(const sts_bytes *)a, *(const sts_bytes *)b);
}

/* Tags are sent sorted, so that equal elements give equal bytes. */
static void sort_tags(const sts__element *element) {
    const sts__pb_field *tags = element->kind == STS__ELEMENT_COMPONENT
                                    ? &((const sts__pb_TopologyStreamComponent *)element->message)->tags
                                    : &((const sts__pb_TopologyStreamRelation *)element->message)->tags;
    if (tags->size > 1)
        qsort((void *)(uintptr_t)tags->data, tags->size, sizeof(sts_bytes), compare_tags);
}

/* Writes an element's bytes; returns its list. */
static int write_element(sts__wire_writer *writer, const sts__element *element) {
    switch (element->kind) {
    case STS__ELEMENT_COMPONENT:
        sort_tags(element);
        sts__topology_encode(writer, &sts__proto_component, element->message);
        return COMPONENTS;
    case STS__ELEMENT_RELATION:
        sort_tags(element);
        sts__topology_encode(writer, &sts__proto_relation, element->message);
        return RELATIONS;
    case STS__ELEMENT_ERROR:
        sts__topology_encode(writer, &sts__proto_error, element->message);
        return ERRORS;
    default:
        sts__wire_put(writer, element->text);
        return element->kind == STS__ELEMENT_DELETE_COMPONENT ? DELETED_COMPONENTS : DELETED_RELATIONS;
    }
}

/* The open group that has room for the element, or a new one in place of a full one; NULL when out of memory. */
static group *open_group(planning *p, const sts__element *element, uint32_t shard, size_t field_size) {
    uint64_t hash = hash_of(p, element, shard);
    group **open = sts__table_find(&p->batch->open_groups, hash, same_message, element, &shard);
    group *g = open ? *open : NULL;
    if (g && value_size(element, g->data_size + field_size) <= p->rules->max_value)
        return g;
    if (!open)
        open = sts__table_add(&p->batch->open_groups, hash);
    g = open ? new_group(p, element, shard, false) : NULL;
    if (g)
        *open = g;
    return g;
}

/* Adds an element to the open group that it fits in, or to a new one. */
static bool plan_element(planning *p, const sts__element *element) {
    sts__wire_writer *writer = &p->batch->element_writer;
    piece *made = sts__arena_new(&p->batch->plan_arena, sizeof *made);
    size_t before = sts__wire_written(writer);
    int list = write_element(writer, element);
    if (!made || writer->failed)
        return false;
    made->end = sts__wire_written(writer);
    made->size = made->end - before;
    size_t field_size = 1 + sts__wire_varint_size(made->size) + made->size;
    group *g = open_group(p, element, shard_of(p, element), field_size);
    if (!g)
        return false;
    made->previous = g->lists[list];
    g->lists[list] = made;
    g->data_size += field_size;
    g->element_count++;
    return true;
}

/* A remove or a snapshot mark goes to every shard; metadata is a message by itself. */
static bool plan_mark(planning *p, const sts__element *element) {
    uint32_t count = element->kind == STS__ELEMENT_METADATA ? 1 : p->rules->shard_count;
    for (uint32_t shard = 0; shard < count; shard++)
        if (!new_group(p, element, shard, true))
            return false;
    return true;
}

static bool is_mark(const sts__element *element) {
    return element->kind >= STS__ELEMENT_REMOVE;
}

/* --- bytes --- */

/* A message's bytes stay in the message writer, where they are found by how far they are from its end. */
typedef struct span {
    size_t end;
    size_t size;
} span;

static span written_since(const sts__wire_writer *writer, size_t before) {
    span s = {sts__wire_written(writer), sts__wire_written(writer) - before};
    return s;
}

static sts_bytes bytes_at(const sts__wire_writer *writer, size_t end, size_t size) {
    sts_bytes bytes = {size ? (const void *)(writer->buffer + writer->capacity - end) : "", size};
    return bytes;
}

static void put_list(const planning *p, const piece *last, uint32_t tag) {
    sts__wire_writer *writer = &p->batch->message_writer;
    for (const piece *at = last; at; at = at->previous) {
        size_t before = sts__wire_written(writer);
        sts__wire_put(writer, bytes_at(&p->batch->element_writer, at->end, at->size));
        sts__wire_put_head(writer, tag, before);
    }
}

/* The message around the data: the fields that are not lists are encoded by their tables, so that they cannot differ.
 */
static void put_repeat(const planning *p, const group *g) {
    sts__wire_writer *writer = &p->batch->message_writer;
    sts__pb_TopologyStreamRepeatElementsData tail = {.specificity = g->first->specificity};
    sts__pb_TopologyStreamRepeatElementsData head = {.expiry_interval_ms = g->first->expiry_interval_ms};
    sts__topology_encode(writer, &sts__proto_repeat, &tail);
    put_list(p, g->lists[DELETED_RELATIONS], sts__pb_TopologyStreamRepeatElementsData_delete_relation_external_ids_tag);
    put_list(p, g->lists[DELETED_COMPONENTS],
             sts__pb_TopologyStreamRepeatElementsData_delete_component_external_ids_tag);
    put_list(p, g->lists[ERRORS], sts__pb_TopologyStreamRepeatElementsData_errors_tag);
    put_list(p, g->lists[RELATIONS], sts__pb_TopologyStreamRepeatElementsData_relations_tag);
    put_list(p, g->lists[COMPONENTS], sts__pb_TopologyStreamRepeatElementsData_components_tag);
    sts__topology_encode(writer, &sts__proto_repeat, &head);
}

static void put_snapshot(const planning *p, const group *g) {
    sts__wire_writer *writer = &p->batch->message_writer;
    const sts__element *first = g->first;
    sts__pb_TopologyStreamSnapshotData tail = {.specificity = first->specificity};
    sts__pb_TopologyStreamSnapshotData head = {
        .repeat_interval_ms = first->repeat_interval_ms,
        .has_expiry_interval_ms = first->expiry_interval_ms != 0,
        .expiry_interval_ms = first->expiry_interval_ms,
        .has_snapshot_start = first->kind == STS__ELEMENT_SNAPSHOT_START,
        .snapshot_start = true,
        .has_snapshot_stop = first->kind == STS__ELEMENT_SNAPSHOT_STOP,
        .snapshot_stop = true,
    };
    sts__topology_encode(writer, &sts__proto_snapshot, &tail);
    put_list(p, g->lists[ERRORS], sts__pb_TopologyStreamSnapshotData_errors_tag);
    put_list(p, g->lists[RELATIONS], sts__pb_TopologyStreamSnapshotData_relations_tag);
    put_list(p, g->lists[COMPONENTS], sts__pb_TopologyStreamSnapshotData_components_tag);
    sts__topology_encode(writer, &sts__proto_snapshot, &head);
}

static bool is_snapshot(const group *g) {
    return g->first->in_snapshot || g->first->kind == STS__ELEMENT_SNAPSHOT_START;
}

static span write_value(const planning *p, const group *g) {
    sts__wire_writer *writer = &p->batch->message_writer;
    size_t before = sts__wire_written(writer);
    const sts__element *first = g->first;
    sts__pb_TopologyStreamMessage head = {.collection_timestamp = first->collection_timestamp,
                                          .submitted_timestamp = first->submitted_timestamp};
    uint32_t tag = sts__pb_TopologyStreamMessage_topology_stream_repeat_elements_data_tag;
    if (first->kind == STS__ELEMENT_REMOVE) {
        head.which_payload = sts__pb_TopologyStreamMessage_topology_stream_remove_tag;
        head.payload.topology_stream_remove.removal_cause = (sts__pb_field){first->text.data, first->text.size};
    } else if (is_snapshot(g)) {
        tag = sts__pb_TopologyStreamMessage_topology_stream_snapshot_data_tag;
        put_snapshot(p, g);
        sts__wire_put_head(writer, tag, before);
    } else {
        put_repeat(p, g);
        sts__wire_put_head(writer, tag, before);
    }
    sts__topology_encode(writer, &sts__proto_message, &head);
    return written_since(writer, before);
}

static span write_metadata(const planning *p, const sts__element *element) {
    sts__wire_writer *writer = &p->batch->message_writer;
    size_t before = sts__wire_written(writer);
    sts__topology_encode(writer, &sts__proto_metadata_message, element->message);
    return written_since(writer, before);
}

static span write_key(const planning *p, const group *g) {
    sts__wire_writer *writer = &p->batch->message_writer;
    const sts__stream *stream = &p->batch->streams[g->first->stream];
    size_t before = sts__wire_written(writer);
    sts__pb_field source = {stream->data_source.data, stream->data_source.size};
    if (g->first->kind == STS__ELEMENT_METADATA) {
        sts__pb_TopologyStreamMetadataMessageKey key = {stream->owner, source};
        sts__topology_encode(writer, &sts__proto_metadata_key, &key);
        return written_since(writer, before);
    }
    char shard[STS__SHARD_TEXT] = STS__SHARD_UNKNOWN;
    if (g->shard < p->rules->shard_count)
        sts__topology_shard_text(g->shard, shard);
    sts__pb_TopologyStreamMessageKey key = {stream->owner, source, {shard, strlen(shard)}};
    sts__topology_encode(writer, &sts__proto_message_key, &key);
    return written_since(writer, before);
}

/* Writes all messages, and then, when the writer does not move any more, makes views of them. */
static bool write_messages(const planning *p, sts__plan *plan) {
    sts__wire_writer *writer = &p->batch->message_writer;
    sts__arena *arena = &p->batch->plan_arena;
    span *spans = sts__arena_array(arena, 2 * p->count + 1, sizeof *spans);
    plan->messages = sts__arena_array(arena, p->count + 1, sizeof *plan->messages);
    plan->count = 0;
    if (!spans || !plan->messages)
        return false;
    span *at = spans;
    for (const group *g = p->first; g; g = g->next) {
        bool metadata = g->first->kind == STS__ELEMENT_METADATA;
        *at++ = write_key(p, g);
        *at++ = metadata && g->first->message ? write_metadata(p, g->first)
                : metadata                    ? (span){0, 0}
                                              : write_value(p, g);
    }
    at = spans;
    for (const group *g = p->first; g && !writer->failed; g = g->next, at += 2) {
        sts__planned *message = &plan->messages[plan->count++];
        bool metadata = g->first->kind == STS__ELEMENT_METADATA;
        message->key = bytes_at(writer, at[0].end, at[0].size);
        message->value = bytes_at(writer, at[1].end, at[1].size);
        if (metadata && !g->first->message)
            message->value.data = NULL;
        message->is_metadata = metadata;
        message->only = g->element_count == 1 || g->is_mark ? g->first : NULL;
    }
    return !writer->failed;
}

sts_status sts__topology_plan(sts_topology *batch, const sts__plan_rules *rules, sts__plan *plan, sts__fault *fault) {
    planning p = {.batch = batch, .rules = rules, .last = &p.first};
    if (batch->struct_target)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "%s was begun and not ended", batch->struct_name);
    sts__arena_reset(&batch->plan_arena);
    sts__wire_writer_reset(&batch->element_writer);
    sts__wire_writer_reset(&batch->message_writer);
    sts__table_reset(&batch->open_groups);
    bool good = true;
    for (size_t i = 0; i < batch->element_count && good; i++) {
        const sts__element *element = &batch->elements[i];
        good = is_mark(element) ? plan_mark(&p, element) : plan_element(&p, element);
    }
    if (!good || !write_messages(&p, plan))
        return sts__fault_no_memory(fault);
    return STS_OK;
}
