/* SPDX-License-Identifier: Apache-2.0
 *
 * What a spec can say beside OTTL: attribute("x"), resource_hash, resource_hash_except("x"), metadata("x"),
 * constant("x"), none. */
#include <string.h>

#include "ottl/functions.h"
#include "ottl/map_hash.h"

static bool record_attribute(sts__ottl_state *state, sts_bytes name, sts__ottl_value *result) {
    sts__value value;
    result->type = STS__OTTL_NIL;
    if (sts__log_attribute(state->record, name.data, name.size, &value))
        *result = sts__ottl_of(&value);
    return !sts__ottl_is_nil(result);
}

/* The record's, else the scope's, else the resource's. */
static bool attribute(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    sts_bytes name = node->children[0]->literal.as.bytes;
    sts_bytes message;
    if (record_attribute(state, name, result))
        return true;
    if (!sts__ottl_message(state, STS__OTTL_SCOPE, &message))
        return false;
    sts__ottl_value attributes = sts__ottl_attributes(message, STS__SCOPE_ATTRIBUTES);
    sts__ottl_value found = sts__ottl_member(&attributes, name);
    if (sts__ottl_is_nil(&found)) {
        if (!sts__ottl_message(state, STS__OTTL_RESOURCE, &message))
            return false;
        attributes = sts__ottl_attributes(message, STS__RESOURCE_ATTRIBUTES);
        found = sts__ottl_member(&attributes, name);
    }
    if (found.type != STS__OTTL_NIL)
        *result = found;
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

/* All attributes give a hash even if there are none; a choice of which there is none gives no value. */
static bool hash(sts__ottl_state *state, const sts__ottl_node *node, bool except, sts__ottl_value *result) {
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
    sts__map_hash_choice choice = {patterns, count, except};
    if (!sts__ottl_message(state, STS__OTTL_RESOURCE, &message))
        return false;
    if (!sts__map_hash(message, STS__RESOURCE_ATTRIBUTES, &choice, state->arena, out, &counted))
        return sts__ottl_no_memory(state);
    *result = (sts__ottl_value){.type = STS__OTTL_BYTES, .as.bytes = {out, STS__MAP_HASH}};
    if (count && counted == 0)
        result->type = STS__OTTL_NIL;
    return true;
}

static bool resource_hash(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    return hash(state, node, false, result);
}

static bool resource_hash_except(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    return hash(state, node, true, result);
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

const sts__ottl_function sts__ottl_named_specs[] = {
    {"attribute", NULL, {NAME}, NULL, attribute, STS__OTTL_RECORD, NULL},
    {"resource_hash", NULL, {NAMES}, NULL, resource_hash, STS__OTTL_RESOURCE, NULL},
    {"resource_hash_except", NULL, {NAMES}, check_except, resource_hash_except, STS__OTTL_RESOURCE, NULL},
    {"metadata", NULL, {NAME}, NULL, metadata, STS__OTTL_REQUEST, NULL},
    {"constant", NULL, {NAME}, NULL, constant, STS__OTTL_CONSTANT, NULL},
    {"none", NULL, {{0}}, NULL, none, STS__OTTL_CONSTANT, NULL},
    {0},
};
