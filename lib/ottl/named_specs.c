/* SPDX-License-Identifier: Apache-2.0
 *
 * What a spec can say beside OTTL: attribute("x"), resource_hash and its kind, metadata("x"), constant("x"),
 * none. */
#include <string.h>

#include "ottl/functions.h"
#include "ottl/map_hash.h"
#include "ottl/paths.h"

/* An attribute by its name, which is the first child, of the scope or the resource: the node's level says of which. */
static bool attribute_of_group(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    bool scope = node->level == STS__OTTL_SCOPE;
    sts_bytes message;
    if (!sts__ottl_message(state, node->level, &message))
        return false;
    sts__ottl_value attributes =
        sts__ottl_attributes(message, scope ? STS__SCOPE_ATTRIBUTES : STS__RESOURCE_ATTRIBUTES);
    *result = sts__ottl_member(&attributes, node->children[0]->literal.as.bytes);
    return true;
}

static sts__ottl_node *new_attribute_of_group(sts__ottl_set *set, sts__ottl_level level, sts__ottl_node *name) {
    sts__ottl_node *node = sts__ottl_node_new(set, 1);
    if (!node)
        return NULL;
    node->evaluate = attribute_of_group;
    node->children[0] = name;
    node->level = level;
    node->column = name->column;
    node->source = name->source;
    return node;
}

sts__ottl_node *sts__ottl_resource_attribute(sts__ottl_set *set, const char *name) {
    sts__ottl_node *literal = sts__ottl_node_new(set, 0);
    if (!literal)
        return NULL;
    literal->evaluate = sts__ottl_evaluate_literal;
    literal->literal = sts__ottl_string((sts_bytes){name, strlen(name)});
    literal->is_literal = true;
    return new_attribute_of_group(set, STS__OTTL_RESOURCE, literal);
}

/* attribute("x") has three children: the name, and nodes for the scope's and the resource's attribute, so that those
 * are looked up once for each scope and resource. */
static bool extend_attribute(sts__ottl_set *set, sts__ottl_node *call) {
    sts__ottl_node **children = sts__arena_array(&set->arena, 3, sizeof *children);
    if (!children)
        return false;
    children[0] = call->children[0];
    children[1] = new_attribute_of_group(set, STS__OTTL_SCOPE, call->children[0]);
    children[2] = new_attribute_of_group(set, STS__OTTL_RESOURCE, call->children[0]);
    call->children = children;
    call->child_count = 3;
    return children[1] && children[2];
}

/* The record's, else the scope's, else the resource's. What is there without a value is nil, but it is there. */
static bool attribute(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    sts__ottl_type missing = STS__OTTL_NIL;
    if (!sts__ottl_evaluate_record_attribute(state, node, result))
        return false;
    for (uint32_t i = 1; i < 3 && sts__ottl_is_nil(result); i++) {
        if (result->type == STS__OTTL_EMPTY)
            missing = STS__OTTL_EMPTY;
        if (!sts__ottl_evaluate(state, node->children[i], result))
            return false;
    }
    if (result->type == STS__OTTL_NIL)
        result->type = missing;
    return true;
}

static bool metadata(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    sts_bytes name = node->children[0]->literal.as.bytes;
    const sts__metadata_pair *pair = sts__metadata_find(state->metadata, name.data, name.size);
    result->type = STS__OTTL_NIL;
    if (pair)
        *result = sts__ottl_string((sts_bytes){pair->value, pair->value_size});
    return true;
}

typedef struct hash_row {
    sts__map_hash_form form;
    bool except;
} hash_row;

/* All attributes give a hash even if there are none; a choice of which there is none gives no value. */
static bool resource_hash(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    const sts__ottl_function *function = node->row;
    const hash_row *row = function->detail;
    const sts__ottl_node *list = node->children[0];
    uint32_t count = list->child_count;
    sts_bytes message;
    size_t counted;
    sts_bytes *patterns = sts__arena_array(state->arena, count ? count : 1, sizeof *patterns);
    uint8_t *out = sts__arena_new(state->arena, STS__MAP_HASH);
    if (!patterns || !out)
        return sts__ottl_no_memory(state);
    for (uint32_t i = 0; i < count; i++)
        patterns[i] = list->children[i]->literal.as.bytes;
    sts__map_hash_choice choice = {patterns, count, row->except};
    if (!sts__ottl_message(state, STS__OTTL_RESOURCE, &message))
        return false;
    if (!sts__map_hash(message, STS__RESOURCE_ATTRIBUTES, row->form, &choice, state->arena, out, &counted))
        return sts__ottl_no_memory(state);
    *result = (sts__ottl_value){.type = STS__OTTL_BYTES, .as.bytes = {out, STS__MAP_HASH}};
    if (count && counted == 0)
        result->type = STS__OTTL_NIL;
    return true;
}

static const char *check_except(const sts__ottl_node *call) {
    return call->children[0]->child_count ? NULL : "it takes one name at least";
}

static bool constant(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    return sts__ottl_evaluate(state, node->children[0], result);
}

static bool none(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    (void)state;
    (void)node;
    result->type = STS__OTTL_NONE;
    return true;
}

#define NAME                                                                                                           \
    { "name", STS__OTTL_LITERAL_STRING, false }
#define NAMES                                                                                                          \
    { "names", STS__OTTL_LIST_OF | STS__OTTL_LITERAL_STRING, true }

#define HASH(label, map_hash_form)                                                                                     \
    {                                                                                                                  \
        .name = label, .parameters = {NAMES}, .evaluate = resource_hash, .level = STS__OTTL_RESOURCE,                  \
        .detail = &(const hash_row) {                                                                                  \
            map_hash_form, false                                                                                       \
        }                                                                                                              \
    }
#define HASH_EXCEPT(label, map_hash_form)                                                                              \
    {                                                                                                                  \
        .name = label, .parameters = {NAMES}, .check = check_except, .evaluate = resource_hash,                        \
        .level = STS__OTTL_RESOURCE, .detail = &(const hash_row) {                                                     \
            map_hash_form, true                                                                                        \
        }                                                                                                              \
    }

const sts__ottl_function sts__ottl_named_specs[] = {
    {.name = "attribute",
     .parameters = {NAME},
     .evaluate = attribute,
     .level = STS__OTTL_RECORD,
     .extend = extend_attribute},
    HASH("resource_hash", STS__MAP_HASH_V0162),
    HASH_EXCEPT("resource_hash_except", STS__MAP_HASH_V0162),
    HASH("resource_hash_v0163", STS__MAP_HASH_V0163),
    HASH_EXCEPT("resource_hash_v0163_except", STS__MAP_HASH_V0163),
    {.name = "metadata", .parameters = {NAME}, .evaluate = metadata, .level = STS__OTTL_REQUEST},
    {.name = "constant", .parameters = {NAME}, .evaluate = constant},
    {.name = "none", .evaluate = none},
    {0},
};
