/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/members.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b) {
    const sts__ottl_named *x = a;
    const sts__ottl_named *y = b;
    size_t size = x->name.size < y->name.size ? x->name.size : y->name.size;
    int order = size ? memcmp(x->name.data, y->name.data, size) : 0;
    if (order == 0 && x->name.size != y->name.size)
        order = x->name.size < y->name.size ? -1 : 1;
    if (order == 0)
        order = (x->place > y->place) - (x->place < y->place);
    return order;
}

sts__ottl_named *sts__ottl_members(const sts__ottl_value *map, sts__arena *arena, size_t *count) {
    size_t all = sts__ottl_count(map);
    sts__ottl_named *members = sts__arena_array(arena, all ? all : 1, sizeof *members);
    if (!members)
        return NULL;
    sts__ottl_items items = sts__ottl_items_of(map);
    for (size_t i = 0; i < all && sts__ottl_map_next(&items, &members[i].name, &members[i].value); i++)
        members[i].place = i;
    qsort(members, all, sizeof *members, compare);
    *count = 0;
    for (size_t i = 0; i < all; i++)
        if (i + 1 == all || !sts__ottl_same_bytes(members[i].name, members[i + 1].name))
            members[(*count)++] = members[i];
    return members;
}
