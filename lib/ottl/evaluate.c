/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/evaluate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ottl/functions.h"
#include "wire/merged.h"

sts_status sts__ottl_state_begin(sts__ottl_state *state, const sts__memory *memory, const sts__ottl_set *set,
                                 const sts__metadata *metadata) {
    state->item = NULL;
    state->metadata = metadata;
    state->reads = NULL;
    state->slots = NULL;
    memset(state->numbers, 0, sizeof state->numbers);
    state->numbers[STS__OTTL_REQUEST] = 1;
    sts__arena_init_in(&state->arenas[STS__OTTL_REQUEST], memory, &state->request_buffer, sizeof state->request_buffer);
    sts__arena_init_in(&state->arenas[STS__OTTL_RESOURCE], memory, &state->resource_buffer,
                       sizeof state->resource_buffer);
    sts__arena_init_in(&state->arenas[STS__OTTL_SCOPE], memory, &state->scope_buffer, sizeof state->scope_buffer);
    sts__arena_init_in(&state->arenas[STS__OTTL_RECORD], memory, &state->record_buffer, sizeof state->record_buffer);
    if (set->slot_count) {
        state->slots = sts__arena_array(&state->arenas[STS__OTTL_REQUEST], set->slot_count, sizeof *state->slots);
        if (!state->slots) {
            sts__ottl_state_end(state);
            return STS_ERR_NO_MEMORY;
        }
    }
    return STS_OK;
}

void sts__ottl_state_end(sts__ottl_state *state) {
    for (int level = STS__OTTL_REQUEST; level < STS__OTTL_LEVELS; level++)
        sts__arena_clear(&state->arenas[level]);
}

static void enter(sts__ottl_state *state, sts__ottl_level level, uint64_t number, sts_bytes *message) {
    if (state->numbers[level] == number)
        return;
    state->numbers[level] = number;
    message->data = NULL;
    sts__arena_reset(&state->arenas[level]);
}

void sts__ottl_state_set_item(sts__ottl_state *state, const sts__item *item) {
    enter(state, STS__OTTL_RESOURCE, item->resource_group.number, &state->resource);
    enter(state, STS__OTTL_SCOPE, item->scope_group.number, &state->scope);
    sts__arena_reset(&state->arenas[STS__OTTL_RECORD]);
    state->item = item;
}

bool sts__ottl_message(sts__ottl_state *state, sts__ottl_level level, sts_bytes *message) {
    bool resource = level == STS__OTTL_RESOURCE;
    sts_bytes *kept = resource ? &state->resource : &state->scope;
    sts_bytes group = resource ? state->item->resource_group.bytes : state->item->scope_group.bytes;
    if (!kept->data && !sts__wire_merged(group, resource ? STS__RESOURCE_GROUP_RESOURCE : STS__SCOPE_GROUP_SCOPE,
                                         &state->arenas[level], kept)) {
        kept->data = NULL;
        return sts__ottl_no_memory(state);
    }
    *message = *kept;
    return true;
}

bool sts__ottl_fail(sts__ottl_state *state, const sts__ottl_node *node, const char *format, ...) {
    char text[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sts__fault_set(state->fault, STS_ERR_KEY_EVAL, "at column %u of the spec: %s", (unsigned)node->column, text);
    return false;
}

bool sts__ottl_no_memory(sts__ottl_state *state) {
    sts__fault_no_memory(state->fault);
    return false;
}

bool sts__ottl_evaluate_literal(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    (void)state;
    *result = node->literal;
    return true;
}

/* --- what is read, for explanations --- */

static void add_read(sts__ottl_state *state, sts__ottl_read *read) {
    sts__ottl_reads *reads = state->reads;
    sts__ottl_read **grown = sts__arena_list_grown(state->arena, reads->items, reads->count, sizeof *grown);
    if (!read || !grown) {
        reads->failed = true;
        return;
    }
    reads->items = grown;
    grown[reads->count++] = read;
}

void sts__ottl_tell(sts__ottl_state *state, const sts__ottl_node *leaf, const sts__ottl_value *value) {
    sts__ottl_read *read = sts__arena_new(state->arena, sizeof *read);
    if (read)
        *read = (sts__ottl_read){.leaf = leaf, .value = *value, .arena = state->arena};
    add_read(state, read);
}

static void tell_again(sts__ottl_state *state, const sts__ottl_slot *slot) {
    for (size_t i = 0; i < slot->reads.count; i++)
        add_read(state, slot->reads.items[i]);
    state->reads->failed = state->reads->failed || slot->reads.failed;
}

/* --- values that are kept --- */

/* The value as it is wanted around the cache, so that a conversion is made once too. */
static bool compute_wanted(sts__ottl_state *state, const sts__ottl_node *cache, sts__ottl_value *value) {
    const sts__ottl_function *function = cache->row;
    const sts__ottl_node *inside = cache->children[0];
    if (!sts__ottl_evaluate(state, inside, value))
        return false;
    if (function && cache->kind & STS__OTTL_LIST_OF)
        return sts__ottl_convert_to_texts(state, inside, function->name, value);
    return !function || sts__ottl_convert(state, inside, (sts__ottl_kind)cache->kind, function->name, value);
}

static bool compute(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_slot *slot) {
    sts__arena *before = state->arena;
    sts__ottl_reads *asked = state->reads;
    slot->reads = (sts__ottl_reads){NULL, 0, false};
    slot->has_reads = asked != NULL;
    state->reads = asked ? &slot->reads : NULL;
    state->arena = &state->arenas[node->level];
    bool good = compute_wanted(state, node, &slot->value);
    slot->fault = NULL;
    if (!good && state->fault->code != STS_ERR_NO_MEMORY) {
        sts__fault *kept = sts__arena_new(state->arena, sizeof *kept);
        slot->fault = kept;
        if (kept)
            *kept = *state->fault;
        else
            sts__ottl_no_memory(state);
    }
    state->arena = before;
    state->reads = asked;
    slot->number = good || slot->fault ? state->numbers[node->level] : 0;
    return good || slot->fault;
}

bool sts__ottl_evaluate_cached(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    sts__ottl_slot *slot = &state->slots[node->slot];
    bool is_there = slot->number == state->numbers[node->level] && (slot->has_reads || !state->reads);
    if (!is_there && !compute(state, node, slot))
        return false;
    if (state->reads)
        tell_again(state, slot);
    if (slot->fault) {
        *state->fault = *slot->fault;
        return false;
    }
    *result = slot->value;
    return true;
}

/* --- lists and maps that are written down --- */

/* A list's items, or a map's names and values by turns. */
static bool evaluate_built(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    size_t count = node->child_count ? node->child_count : 1; /* a spec bounds it */
    sts__ottl_value *items = sts__arena_alloc(state->arena, count * sizeof *items);
    if (!items)
        return sts__ottl_no_memory(state);
    for (uint32_t i = 0; i < node->child_count; i++)
        if (!sts__ottl_evaluate(state, node->children[i], &items[i]))
            return false;
    result->field = 0;
    result->go_type = STS__OTTL_GO_ANY;
    result->as.built.items = items;
    return true;
}

bool sts__ottl_evaluate_list(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    result->type = STS__OTTL_LIST;
    result->as.built.count = 0;
    if (!evaluate_built(state, node, result))
        return false;
    result->as.built.count = node->child_count;
    return true;
}

/* Whether OTTL can put the value into a pdata map: no ids and times, and of lists only those that are written down. */
static bool can_be_stored(const sts__ottl_value *value) {
    switch (value->type) {
    case STS__OTTL_TRACE_ID:
    case STS__OTTL_SPAN_ID:
    case STS__OTTL_TIME:
        return false;
    case STS__OTTL_LIST:
        if (value->field || value->go_type != STS__OTTL_GO_ANY)
            return false;
        for (size_t i = 0; i < value->as.built.count; i++)
            if (!can_be_stored(&value->as.built.items[i]))
                return false;
        return true;
    default:
        return true;
    }
}

bool sts__ottl_evaluate_map(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    result->type = STS__OTTL_MAP;
    if (!evaluate_built(state, node, result))
        return false;
    result->as.built.count = node->child_count / 2;
    for (uint32_t i = 1; i < node->child_count; i += 2)
        if (!can_be_stored(&result->as.built.items[i]))
            return sts__ottl_fail(state, node->children[i], "%s cannot stand in a map",
                                  sts__ottl_type_name(result->as.built.items[i].type));
    return true;
}

sts_status sts__ottl_run(sts__ottl_state *state, const sts__ottl_program *program, sts__ottl_value *value,
                         uint32_t *alternative, sts__fault *fault) {
    sts__ottl_type missing = STS__OTTL_NIL;
    state->fault = fault;
    state->arena = &state->arenas[STS__OTTL_RECORD];
    for (uint32_t i = 0; i < program->count; i++) {
        *alternative = i;
        if (!sts__ottl_evaluate(state, program->alternatives[i], value))
            return fault->code;
        bool is_id = value->type == STS__OTTL_TRACE_ID || value->type == STS__OTTL_SPAN_ID;
        if (is_id ? !sts__ottl_id_is_empty(value) : !sts__ottl_is_nil(value))
            return STS_OK;
        if (value->type == STS__OTTL_EMPTY)
            missing = STS__OTTL_EMPTY;
    }
    value->type = missing;
    return STS_OK;
}
