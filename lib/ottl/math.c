/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/math.h"

#include <string.h>

#include "base/double.h"

static bool is_number(const sts__ottl_value *value) {
    return value->type == STS__OTTL_INT || value->type == STS__OTTL_DOUBLE;
}

static int64_t integers(char operation, int64_t a, int64_t b) {
    uint64_t x = (uint64_t)a;
    uint64_t y = (uint64_t)b;
    uint64_t bits;
    if (operation == '/' && b != -1)
        return a / b;
    switch (operation) {
    case '+':
        bits = x + y;
        break;
    case '*':
        bits = x * y;
        break;
    case '/': /* by -1, which wraps for the least integer */
        bits = 0 - x;
        break;
    default:
        bits = x - y;
    }
    int64_t result;
    memcpy(&result, &bits, sizeof result);
    return result;
}

bool sts__ottl_evaluate_operation(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    sts__ottl_value a;
    sts__ottl_value b;
    if (!sts__ottl_evaluate(state, node->children[0], &a) || !sts__ottl_evaluate(state, node->children[1], &b))
        return false;
    if (!is_number(&a) || !is_number(&b))
        return sts__ottl_fail(state, node, "only numbers can be computed with, not %s",
                              sts__ottl_type_name(is_number(&a) ? b.type : a.type));
    if (node->operation == '/' && sts__ottl_double_of(&b) == 0)
        return sts__ottl_fail(state, node, "a division by 0");
    if (a.type == STS__OTTL_INT && b.type == STS__OTTL_INT)
        *result = sts__ottl_integer(integers(node->operation, a.as.integer, b.as.integer));
    else
        *result = (sts__ottl_value){
            .type = STS__OTTL_DOUBLE,
            .as.number = sts__double_compute(sts__ottl_double_of(&a), node->operation, sts__ottl_double_of(&b))};
    return true;
}

bool sts__ottl_evaluate_negation(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    if (!sts__ottl_evaluate(state, node->children[0], result))
        return false;
    if (result->type == STS__OTTL_INT)
        result->as.integer = integers('-', 0, result->as.integer);
    else if (result->type == STS__OTTL_DOUBLE)
        result->as.number = -result->as.number;
    else
        return sts__ottl_fail(state, node, "%s has no sign", sts__ottl_type_name(result->type));
    return true;
}
