/* SPDX-License-Identifier: Apache-2.0
 *
 * A map's members in the order of their names, as Go's maps have them when pdata's are made of them. */
#ifndef STS_OTTL_MEMBERS_H
#define STS_OTTL_MEMBERS_H

#include "base/arena.h"
#include "ottl/value.h"

typedef struct sts__ottl_named {
    sts_bytes name;
    size_t place; /* in the map */
    sts__ottl_value value;
} sts__ottl_named;

/* The members, in the arena: names bytewise, and of several with one name the last. NULL when out of memory. */
sts__ottl_named *sts__ottl_members(const sts__ottl_value *map, sts__arena *arena, size_t *count);

#endif
