/* SPDX-License-Identifier: Apache-2.0
 *
 * One element from a line of JSON: its stream, its times, and what it is. */
#include <math.h>
#include <string.h>

#include "topology/batch.h"
#include "topology/message_json.h"

/* What a line holds; texts point into the tree. */
typedef struct line {
    sts_topology *batch;
    const sts__json *json;
    sts__fault *fault;
} line;

static sts_status misfit(const line *l, const sts__json *at, const char *name, const char *wanted) {
    return sts__fault_set(l->fault, STS_ERR_JSON, "line %u, column %u: %s is %s; it must be %s", (unsigned)at->line,
                          (unsigned)at->column, name, sts__json_type_name(at->type), wanted);
}

/* Reads the member as that field of a zeroed message, if it is there. */
static sts_status read_as(const line *l, const sts__proto_type *type, const char *name, void *message, bool *there) {
    const sts__json *member = sts__json_member(l->json, name);
    *there = member && member->type != STS__JSON_NULL;
    if (!*there)
        return STS_OK;
    sts__json only = {.type = STS__JSON_OBJECT, .items = (sts__json *)(uintptr_t)member, .count = 1};
    return sts__topology_read_json(type, &only, &l->batch->arena, message, l->fault);
}

static sts_status read_stream(const line *l) {
    sts__pb_TopologyStreamMessageKey key;
    bool has_owner;
    bool has_source;
    memset(&key, 0, sizeof key);
    sts_status status = read_as(l, &sts__proto_message_key, "owner", &key, &has_owner);
    if (status == STS_OK)
        status = read_as(l, &sts__proto_message_key, "data_source", &key, &has_source);
    if (status != STS_OK || (!has_owner && !has_source))
        return status;
    const sts__stream *now = l->batch->has_stream ? &l->batch->streams[l->batch->now.stream] : NULL;
    sts_bytes source = {key.data_source.data, key.data_source.size};
    if (!has_source && now)
        source = now->data_source;
    else if (!source.data)
        source = (sts_bytes){"", 0};
    int32_t owner = has_owner || !now ? key.owner : now->owner;
    if (owner < 0)
        return sts__fault_set(l->fault, STS_ERR_ELEMENT, "owner: %d is below 0", (int)owner);
    return sts__topology_set_stream(l->batch, owner, source, l->fault);
}

static sts_status read_times(const line *l) {
    const sts__element *now = &l->batch->now;
    sts__pb_TopologyStreamMessage times;
    sts__pb_TopologyStreamRepeatElementsData data;
    bool has_collection;
    bool has_submitted;
    bool has_expiry;
    bool has_specificity;
    memset(&times, 0, sizeof times);
    memset(&data, 0, sizeof data);
    sts_status status = read_as(l, &sts__proto_message, "collection_timestamp", &times, &has_collection);
    if (status == STS_OK)
        status = read_as(l, &sts__proto_message, "submitted_timestamp", &times, &has_submitted);
    if (status == STS_OK)
        status = read_as(l, &sts__proto_repeat, "expiry_interval_ms", &data, &has_expiry);
    if (status == STS_OK)
        status = read_as(l, &sts__proto_repeat, "specificity", &data, &has_specificity);
    if (status == STS_OK)
        status =
            sts__topology_set_times(l->batch, has_collection ? times.collection_timestamp : now->collection_timestamp,
                                    has_submitted ? times.submitted_timestamp : now->submitted_timestamp, l->fault);
    if (status == STS_OK && has_expiry)
        status = sts__topology_set_expiry(l->batch, data.expiry_interval_ms, l->fault);
    if (status == STS_OK && has_specificity)
        status = sts__topology_set_specificity(l->batch, data.specificity, l->fault);
    return status;
}

/* A new message in the batch's arena, read from the value. */
static sts_status read_message(const line *l, const sts__proto_type *type, const sts__json *value, const void **made) {
    void *message = sts__arena_new(&l->batch->arena, type->size);
    *made = message;
    if (!message)
        return sts__fault_no_memory(l->fault);
    return sts__topology_read_json(type, value, &l->batch->arena, message, l->fault);
}

static sts_status add_message(const line *l, sts__element_kind kind, const sts__proto_type *type,
                              const sts__json *value) {
    const void *message;
    sts_status status = read_message(l, type, value, &message);
    return status == STS_OK ? sts__topology_add_message(l->batch, kind, message, l->fault) : status;
}

static sts_status add_text(const line *l, sts__element_kind kind, const char *name, const sts__json *value) {
    if (value->type != STS__JSON_STRING)
        return misfit(l, value, name, "a string");
    return sts__topology_add_text(l->batch, kind, value->text, l->fault);
}

/* All of them, or none: the batch stays as it was. */
static sts_status add_errors(const line *l, const sts__json *value) {
    size_t before = l->batch->element_count;
    sts_status status = value->type == STS__JSON_ARRAY ? STS_OK : misfit(l, value, "errors", "an array");
    for (size_t i = 0; i < value->count && status == STS_OK; i++)
        status = add_message(l, STS__ELEMENT_ERROR, &sts__proto_error, &value->items[i]);
    if (status != STS_OK)
        l->batch->element_count = before;
    return status;
}

static sts_status add_snapshot_start(const line *l, const sts__json *value) {
    sts__pb_TopologyStreamSnapshotData data;
    const sts__json *interval = sts__json_member(value, "repeat_interval_ms");
    if (!interval)
        interval = sts__json_member(value, "repeatIntervalMs");
    memset(&data, 0, sizeof data);
    if (value->type != STS__JSON_OBJECT || value->count > (interval ? 1 : 0))
        return misfit(l, value, "snapshot_start", "an object with repeat_interval_ms");
    sts_status status = sts__topology_read_json(&sts__proto_snapshot, value, &l->batch->arena, &data, l->fault);
    return status == STS_OK ? sts__topology_snapshot_start(l->batch, data.repeat_interval_ms, l->fault) : status;
}

static sts_status add_snapshot_stop(const line *l, const sts__json *value) {
    if (value->type != STS__JSON_OBJECT || value->count)
        return misfit(l, value, "snapshot_stop", "an empty object");
    return sts__topology_snapshot_stop(l->batch, l->fault);
}

static sts_status add_metadata(const line *l, const sts__json *value) {
    /* find_element has set it, or failed: NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    if (value->type == STS__JSON_NULL)
        return sts__topology_add_message(l->batch, STS__ELEMENT_METADATA, NULL, l->fault);
    return add_message(l, STS__ELEMENT_METADATA, &sts__proto_metadata_message, value);
}

static const char *const element_names[] = {"component",       "relation",      "delete_component",
                                            "delete_relation", "errors",        "remove",
                                            "snapshot_start",  "snapshot_stop", "metadata"};
enum { COMPONENT, RELATION, DELETE_COMPONENT, DELETE_RELATION, ERRORS, REMOVE, START, STOP, METADATA, ELEMENT_NAMES };

static sts_status add_element(const line *l, int which, const sts__json *value) {
    switch (which) {
    case COMPONENT:
        return add_message(l, STS__ELEMENT_COMPONENT, &sts__proto_component, value);
    case RELATION:
        return add_message(l, STS__ELEMENT_RELATION, &sts__proto_relation, value);
    case DELETE_COMPONENT:
        return add_text(l, STS__ELEMENT_DELETE_COMPONENT, element_names[which], value);
    case DELETE_RELATION:
        return add_text(l, STS__ELEMENT_DELETE_RELATION, element_names[which], value);
    case ERRORS:
        return add_errors(l, value);
    case REMOVE:
        return add_text(l, STS__ELEMENT_REMOVE, element_names[which], value);
    case START:
        return add_snapshot_start(l, value);
    case STOP:
        return add_snapshot_stop(l, value);
    default:
        return add_metadata(l, value);
    }
}

static bool has_name(const sts__json *member, const char *name) {
    return member->name.size == strlen(name) && memcmp(member->name.data, name, member->name.size) == 0;
}

static bool is_setting(const sts__json *member) {
    static const char *const names[] = {
        "owner", "data_source", "collection_timestamp", "submitted_timestamp", "expiry_interval_ms", "specificity"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (has_name(member, names[i]))
            return true;
    return false;
}

/* Which element the line holds: one, and nothing else but settings. */
static sts_status find_element(const line *l, int *which, const sts__json **value) {
    *which = ELEMENT_NAMES;
    for (size_t i = 0; i < l->json->count; i++) {
        const sts__json *member = &l->json->items[i];
        int found = 0;
        if (is_setting(member))
            continue;
        while (found < ELEMENT_NAMES && !has_name(member, element_names[found]))
            found++;
        if (found == ELEMENT_NAMES || *which != ELEMENT_NAMES)
            return sts__fault_set(l->fault, STS_ERR_JSON, "line %u, column %u: \"%.*s\" %s", (unsigned)member->line,
                                  (unsigned)member->column, (int)(member->name.size < 100 ? member->name.size : 100),
                                  (const char *)member->name.data,
                                  found == ELEMENT_NAMES ? "is no part of an element" : "is a second element");
        *which = found;
        *value = member;
    }
    if (*which == ELEMENT_NAMES)
        return sts__fault_set(l->fault, STS_ERR_JSON, "line 1, column 1: there is no element, such as a component");
    return STS_OK;
}

sts_status sts__topology_add_json(sts_topology *batch, sts_bytes text, sts__fault *fault) {
    const sts__element before = batch->now; /* what a line sets, it sets for itself */
    bool had_stream = batch->has_stream;
    line l = {batch, NULL, fault};
    const sts__json *value = NULL;
    int which = ELEMENT_NAMES;
    sts_status status = sts__topology_parse_object(&batch->parser, &batch->arena, "the line", text, &l.json, fault);
    if (status == STS_OK)
        status = find_element(&l, &which, &value);
    if (status == STS_OK)
        status = read_stream(&l);
    if (status == STS_OK)
        status = read_times(&l);
    if (status == STS_OK)
        status = add_element(&l, which, value);
    batch->now = before;
    batch->has_stream = had_stream;
    return status;
}
