/* SPDX-License-Identifier: Apache-2.0
 *
 * After parsing: constants are computed, and what changes more seldom than what is around it gets a cache. */
#include <string.h>

#include "ottl/functions.h"

/* On success the node becomes a literal. What fails is left to fail where a record needs it, as OTTL does it: once for
 * each request. */
static sts_status fold(sts__ottl_set *set, sts__ottl_node *node) {
    sts__fault fault;
    sts__ottl_value value;
    sts__ottl_state state;
    memset(&state, 0, sizeof state);
    state.fault = &fault;
    state.arena = &set->arena;
    if (!sts__ottl_evaluate(&state, node, &value)) {
        node->level = STS__OTTL_REQUEST;
        return fault.code == STS_ERR_NO_MEMORY ? STS_ERR_NO_MEMORY : STS_OK;
    }
    node->literal = value;
    node->evaluate = sts__ottl_evaluate_literal;
    return STS_OK;
}

/* Where a node stands: how often what is around it is computed, and what that takes of it. */
typedef struct setting {
    sts__ottl_level around;
    bool by_items;                      /* a list that is written down: a call goes through its items */
    const sts__ottl_function *function; /* whose argument it is, or an item of; NULL: of none that converts it */
    int kind;                           /* sts__ottl_kind, of the argument */
} setting;

static sts_status cache(sts__ottl_set *set, sts__ottl_node **place, setting where) {
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
    cached->row = where.function;
    cached->kind = where.kind;
    *place = cached;
    return STS_OK;
}

static setting setting_of_child(const sts__ottl_node *node, setting where, uint32_t child) {
    const sts__ottl_function *called = node->is_call ? node->row : NULL;
    int kind = called ? called->parameters[child].kind : STS__OTTL_ANY;
    setting inside = {node->level, node->children[child]->is_list && kind & STS__OTTL_LIST_OF, NULL, kind};
    if (where.by_items)
        return (setting){where.around, false, where.function, where.kind & ~(STS__OTTL_LIST_OF | STS__OTTL_LIST_VALUE)};
    if (called && !called->evaluate)
        inside.function = called;
    return inside;
}

static sts_status optimize(sts__ottl_set *set, sts__ottl_node **place, setting where) {
    sts__ottl_node *node = *place;
    sts_status status = STS_OK;
    for (uint32_t i = 0; i < node->child_count && status == STS_OK; i++) {
        if (!node->children[i])
            continue;
        status = optimize(set, &node->children[i], setting_of_child(node, where, i));
        if (node->children[i]->level > node->level) /* a constant that failed */
            node->level = node->children[i]->level;
    }
    if (status == STS_OK && !where.by_items && node->level == STS__OTTL_CONSTANT &&
        node->evaluate != sts__ottl_evaluate_literal)
        status = fold(set, node);
    if (status != STS_OK || where.by_items || node->evaluate == sts__ottl_evaluate_literal)
        return status;
    return node->level < where.around ? cache(set, place, where) : STS_OK;
}

sts_status sts__ottl_optimize(sts__ottl_set *set, sts__ottl_node **node) {
    return optimize(set, node, (setting){STS__OTTL_RECORD, false, NULL, STS__OTTL_ANY});
}
