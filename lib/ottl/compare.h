/* SPDX-License-Identifier: Apache-2.0
 *
 * When two values are equal, by OTTL's comparison rules. */
#ifndef STS_OTTL_COMPARE_H
#define STS_OTTL_COMPARE_H

#include "base/arena.h"
#include "ottl/value.h"

/* Integers and doubles are compared as numbers; otherwise the types must be the same. Nil equals nil. False when out of
 * memory. */
bool sts__ottl_equal(const sts__ottl_value *a, const sts__ottl_value *b, sts__arena *arena, bool *equal);

#endif
