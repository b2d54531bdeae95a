/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/compare.h"

#include "ottl/members.h"

static bool is_number(const sts__ottl_value *value) {
    return value->type == STS__OTTL_INT || value->type == STS__OTTL_DOUBLE;
}

/* A comparison under way; maps need memory. */
typedef struct comparing {
    sts__arena *arena;
    bool failed; /* out of memory */
} comparing;

/* Inside lists and maps numbers are equal only if their types are, as Go's reflect.DeepEqual has it. */
static bool same(comparing *c, const sts__ottl_value *a, const sts__ottl_value *b);

/* Side by side: a large list must not be counted for each small one that it is compared with. */
static bool same_lists(comparing *c, const sts__ottl_value *a, const sts__ottl_value *b) {
    sts__ottl_items in_a = sts__ottl_items_of(a);
    sts__ottl_items in_b = sts__ottl_items_of(b);
    sts__ottl_value x;
    sts__ottl_value y;
    while (sts__ottl_list_next(&in_a, &x))
        if (!sts__ottl_list_next(&in_b, &y) || !same(c, &x, &y))
            return false;
    return !sts__ottl_list_next(&in_b, &y);
}

static bool same_count(const sts__ottl_value *a, const sts__ottl_value *b) {
    sts__ottl_items in_a = sts__ottl_items_of(a);
    sts__ottl_items in_b = sts__ottl_items_of(b);
    sts_bytes name;
    sts__ottl_value value;
    while (sts__ottl_map_next(&in_a, &name, &value))
        if (!sts__ottl_map_next(&in_b, &name, &value))
            return false;
    return !sts__ottl_map_next(&in_b, &name, &value);
}

static bool same_maps(comparing *c, const sts__ottl_value *a, const sts__ottl_value *b) {
    size_t a_count;
    size_t b_count;
    if (!same_count(a, b)) /* before they are sorted: that is only done with maps of one size */
        return false;
    const sts__ottl_named *x = sts__ottl_members(a, c->arena, &a_count);
    const sts__ottl_named *y = sts__ottl_members(b, c->arena, &b_count);
    c->failed = c->failed || !x || !y;
    if (c->failed || a_count != b_count)
        return false;
    for (size_t i = 0; i < a_count; i++)
        if (!sts__ottl_same_bytes(x[i].name, y[i].name) || !same(c, &x[i].value, &y[i].value))
            return false;
    return true;
}

static bool same(comparing *c, const sts__ottl_value *a, const sts__ottl_value *b) {
    if (sts__ottl_is_nil(a) && sts__ottl_is_nil(b))
        return true;
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case STS__OTTL_INT:
    case STS__OTTL_TIME:
        return a->as.integer == b->as.integer;
    case STS__OTTL_DOUBLE:
        return a->as.number == b->as.number;
    case STS__OTTL_BOOL:
        return a->as.boolean == b->as.boolean;
    case STS__OTTL_LIST:
        return same_lists(c, a, b);
    case STS__OTTL_MAP:
        return same_maps(c, a, b);
    default:
        return sts__ottl_same_bytes(a->as.bytes, b->as.bytes);
    }
}

bool sts__ottl_equal(const sts__ottl_value *a, const sts__ottl_value *b, sts__arena *arena, bool *equal) {
    comparing c = {arena, false};
    if (is_number(a) && is_number(b) && a->type != b->type)
        *equal = sts__ottl_double_of(a) == sts__ottl_double_of(b);
    else
        *equal = same(&c, a, b);
    return !c.failed;
}
