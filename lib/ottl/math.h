/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums and products of numbers. */
#ifndef STS_OTTL_MATH_H
#define STS_OTTL_MATH_H

#include "ottl/evaluate.h"

/* Two operands, and which operation it is; one operand, whose sign changes. Integers wrap around, as Go's. */
bool sts__ottl_evaluate_operation(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);
bool sts__ottl_evaluate_negation(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);

#endif
