/* SPDX-License-Identifier: Apache-2.0
 *
 * What is added to the component (or relation) that was added last. */
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "topology/batch.h"
#include "topology/check.h"

enum { STRUCT_DEPTH = STS__TOPOLOGY_ELEMENT_DEPTH + 1 };

/* The last element, if it is of one of the kinds. Its message is the batch's own. */
static void *last(const sts_topology *batch, bool or_relation, sts__element_kind *kind) {
    if (batch->element_count == 0)
        return NULL;
    const sts__element *element = &batch->elements[batch->element_count - 1];
    *kind = element->kind;
    bool fits = element->kind == STS__ELEMENT_COMPONENT || (or_relation && element->kind == STS__ELEMENT_RELATION);
    return fits ? (void *)(uintptr_t)element->message : NULL;
}

static sts_status none_there(const char *what, sts__fault *fault) {
    return sts__fault_set(fault, STS_ERR_ELEMENT, "%s: the element added last has none", what);
}

static sts_status copy_text(sts_topology *batch, sts_bytes text, const char *what, sts_bytes *copy, sts__fault *fault) {
    if (!sts__utf8_is_valid(text))
        return sts__fault_set(fault, STS_ERR_UTF8, "%s: not UTF-8", what);
    *copy = sts__arena_copy(&batch->arena, text);
    return copy->data ? STS_OK : sts__fault_no_memory(fault);
}

sts_status sts__topology_set_type_identifier(sts_topology *batch, sts_bytes text, sts__fault *fault) {
    sts__element_kind kind;
    sts__pb_TopologyStreamComponent *component = last(batch, false, &kind);
    sts_bytes copy;
    if (!component)
        return none_there("type_identifier", fault);
    sts_status status = copy_text(batch, text, "type_identifier", &copy, fault);
    if (status == STS_OK)
        component->type_identifier = (sts__pb_field){copy.data, copy.size};
    return status;
}

static sts_status append_text(sts_topology *batch, sts__pb_field *list, sts_bytes text, const char *what,
                              sts__fault *fault) {
    sts_bytes copy;
    sts_status status = copy_text(batch, text, what, &copy, fault);
    if (status != STS_OK)
        return status;
    sts_bytes *grown = sts__arena_list_grown(&batch->arena, list->data, list->size, sizeof *grown);
    if (!grown)
        return sts__fault_no_memory(fault);
    grown[list->size++] = copy;
    list->data = grown;
    return STS_OK;
}

sts_status sts__topology_add_identifier(sts_topology *batch, sts_bytes text, sts__fault *fault) {
    sts__element_kind kind;
    sts__pb_TopologyStreamComponent *component = last(batch, false, &kind);
    if (!component)
        return none_there("identifiers", fault);
    return append_text(batch, &component->identifiers, text, "identifiers", fault);
}

sts_status sts__topology_add_tag(sts_topology *batch, sts_bytes text, sts__fault *fault) {
    sts__element_kind kind;
    void *message = last(batch, true, &kind);
    if (!message)
        return none_there("tags", fault);
    sts__pb_field *tags = kind == STS__ELEMENT_COMPONENT ? &((sts__pb_TopologyStreamComponent *)message)->tags
                                                         : &((sts__pb_TopologyStreamRelation *)message)->tags;
    return append_text(batch, tags, text, "tags", fault);
}

/* Where a component has its resource definition or its status data. */
typedef struct place {
    sts__pb_field *members;
    bool *flag;
    const char *name;
} place;

static bool find_place(const sts_topology *batch, bool status_data, place *found) {
    sts__element_kind kind;
    sts__pb_TopologyStreamComponent *component = last(batch, false, &kind);
    if (!component)
        return false;
    *found = status_data ? (place){&component->status_data.fields, &component->has_status_data, "statusData"}
                         : (place){&component->resource_definition.fields, &component->has_resource_definition,
                                   "resourceDefinition"};
    return true;
}

static sts_status put_in_place(const place *at, const sts__json *object, sts__fault *fault) {
    sts_status status = sts__topology_check_object(at->name, object, STRUCT_DEPTH, fault);
    if (status != STS_OK)
        return status;
    *at->members = (sts__pb_field){object->items, object->count};
    *at->flag = true;
    return STS_OK;
}

sts_status sts__topology_parse_object(sts__json_parser *parser, sts__arena *arena, const char *name, sts_bytes json,
                                      const sts__json **object, sts__fault *fault) {
    sts_bytes copy = sts__arena_copy(arena, json); /* the tree points into it */
    if (!copy.data)
        return sts__fault_no_memory(fault);
    sts_status status = sts__json_parser_run(parser, arena, copy, object, fault);
    if (status == STS_OK && (*object)->type != STS__JSON_OBJECT)
        status = sts__fault_set(fault, STS_ERR_JSON, "line 1, column 1: %s is %s; it must be an object", name,
                                sts__json_type_name((*object)->type));
    return status;
}

sts_status sts__topology_set_struct(sts_topology *batch, bool status_data, sts_bytes json, sts__fault *fault) {
    const sts__json *object;
    place at;
    if (!find_place(batch, status_data, &at))
        return none_there(status_data ? "status_data" : "resource_definition", fault);
    sts_status status = sts__topology_parse_object(&batch->parser, &batch->arena, at.name, json, &object, fault);
    /* a call that fails returns no STS_OK: NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage) */
    return status == STS_OK ? put_in_place(&at, object, fault) : status;
}

sts_status sts__topology_begin_struct(sts_topology *batch, bool status_data, sts__fault *fault) {
    place at;
    if (batch->struct_target)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "%s was begun and not ended", batch->struct_name);
    if (!find_place(batch, status_data, &at))
        return none_there(status_data ? "status_data" : "resource_definition", fault);
    const sts__json object = {.type = STS__JSON_OBJECT};
    sts__json_builder_reset(&batch->builder);
    sts__json_builder_begin(&batch->builder, &object);
    batch->struct_target = at.members;
    batch->struct_flag = at.flag;
    batch->struct_name = at.name;
    return STS_OK;
}

/* Gives a value its name, where it may have one. */
static sts_status name_value(sts_topology *batch, const char *name, sts__json *value, sts__fault *fault) {
    const sts__json *open = sts__json_builder_open(&batch->builder);
    if (!batch->struct_target || !open)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "no object was begun");
    if ((open->type == STS__JSON_OBJECT) != (name != NULL))
        return sts__fault_set(fault, STS_ERR_ELEMENT, "%s: %s", batch->struct_name,
                              name ? "a value in an array has no name" : "a member of an object needs a name");
    if (!name)
        return STS_OK;
    sts_bytes text = {name, strlen(name)};
    return copy_text(batch, text, batch->struct_name, &value->name, fault);
}

sts_status sts__topology_put(sts_topology *batch, const char *name, const sts__json *value, sts__fault *fault) {
    sts__json copy = *value;
    if (value->type == STS__JSON_NUMBER && !isfinite(value->number))
        return sts__fault_set(fault, STS_ERR_ELEMENT, "a number: NaN or infinite");
    sts_status status = name_value(batch, name, &copy, fault);
    if (status == STS_OK && value->type == STS__JSON_STRING)
        status = copy_text(batch, value->text, batch->struct_name, &copy.text, fault);
    if (status != STS_OK)
        return status;
    sts__json *added = sts__json_builder_add(&batch->builder);
    if (!added)
        return sts__fault_no_memory(fault);
    *added = copy;
    return STS_OK;
}

sts_status sts__topology_begin(sts_topology *batch, const char *name, sts__json_type type, sts__fault *fault) {
    sts__json value = {.type = type};
    sts_status status = name_value(batch, name, &value, fault);
    if (status == STS_OK && !sts__json_builder_begin(&batch->builder, &value))
        return sts__fault_set(fault, STS_ERR_TOO_DEEP, "%s: nested too deep", batch->struct_name);
    return status;
}

/* The outermost object is complete, or of no use. */
static sts_status complete(sts_topology *batch, sts__fault *fault) {
    const place at = {batch->struct_target, batch->struct_flag, batch->struct_name};
    batch->struct_target = NULL;
    return put_in_place(&at, &batch->builder.pending[0], fault);
}

sts_status sts__topology_end(sts_topology *batch, sts__fault *fault) {
    if (!batch->struct_target)
        return sts__fault_set(fault, STS_ERR_ELEMENT, "no object was begun");
    sts_status status = sts__json_builder_end(&batch->builder);
    if (status == STS_ERR_JSON) {
        batch->struct_target = NULL;
        return sts__fault_set(fault, STS_ERR_ELEMENT, "%s: a name stands twice in an object; it was dropped whole",
                              batch->struct_name);
    }
    if (status != STS_OK)
        return sts__fault_no_memory(fault);
    return batch->builder.depth ? STS_OK : complete(batch, fault);
}
