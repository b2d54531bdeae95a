/* SPDX-License-Identifier: Apache-2.0
 *
 * After parsing: constants are computed, and what changes more seldom than what is around it gets a cache. */
#include <string.h>

#include "ottl/evaluate.h"

/* On success the node becomes a literal. What fails is left to fail record by record, as OTTL does it. */
static sts_status fold(sts__ottl_set *set, sts__ottl_node *node) {
    sts__fault fault;
    sts__ottl_value value;
    sts__ottl_state state;
    memset(&state, 0, sizeof state);
    state.fault = &fault;
    state.arena = &set->arena;
    if (!sts__ottl_evaluate(&state, node, &value))
        return fault.code == STS_ERR_NO_MEMORY ? STS_ERR_NO_MEMORY : STS_OK;
    node->literal = value;
    node->evaluate = sts__ottl_evaluate_literal;
    return STS_OK;
}

static sts_status cache(sts__ottl_set *set, sts__ottl_node **place) {
    sts__ottl_node *node = *place;
    sts__ottl_node *cached = sts__ottl_node_new(set, 1);
    if (!cached)
        return STS_ERR_NO_MEMORY;
    cached->evaluate = sts__ottl_evaluate_cached;
    cached->children[0] = node;
    cached->level = node->level;
    cached->column = node->column;
    cached->source = node->source;
    cached->slot = set->slot_count++;
    *place = cached;
    return STS_OK;
}

static sts_status settle(sts__ottl_set *set, sts__ottl_node **place, sts__ottl_level around) {
    sts__ottl_node *node = *place;
    sts_status status = STS_OK;
    for (uint32_t i = 0; i < node->child_count && status == STS_OK; i++)
        if (node->children[i])
            status = settle(set, &node->children[i], node->is_list ? around : node->level);
    /* A list that is written down may be an argument, which the call reads item by item. */
    if (status != STS_OK || node->is_list || node->evaluate == sts__ottl_evaluate_literal)
        return status;
    if (node->level == STS__OTTL_CONSTANT)
        return fold(set, node);
    return node->level < around ? cache(set, place) : STS_OK;
}

sts_status sts__ottl_settle(sts__ottl_set *set, sts__ottl_node **node) {
    return settle(set, node, STS__OTTL_RECORD);
}
