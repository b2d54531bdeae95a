/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/compare.h"

static bool is_number(const sts__ottl_value *value) {
    return value->type == STS__OTTL_INT || value->type == STS__OTTL_DOUBLE;
}

static double as_double(const sts__ottl_value *value) {
    return value->type == STS__OTTL_INT ? (double)value->as.integer : value->as.number;
}

/* Inside lists and maps numbers are equal only if their types are, as Go's reflect.DeepEqual has it. */
static bool same(const sts__ottl_value *a, const sts__ottl_value *b);

static bool same_lists(const sts__ottl_value *a, const sts__ottl_value *b) {
    sts__ottl_items in_a = sts__ottl_items_of(a);
    sts__ottl_items in_b = sts__ottl_items_of(b);
    sts__ottl_value x;
    sts__ottl_value y;
    while (sts__ottl_list_next(&in_a, &x))
        if (!sts__ottl_list_next(&in_b, &y) || !same(&x, &y))
            return false;
    return !sts__ottl_list_next(&in_b, &y);
}

/* Side by side: a large map must not be counted for each small one that it is compared with. */
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

static bool same_maps(const sts__ottl_value *a, const sts__ottl_value *b) {
    sts__ottl_items in_a = sts__ottl_items_of(a);
    sts_bytes name;
    sts__ottl_value x;
    if (!same_count(a, b))
        return false;
    while (sts__ottl_map_next(&in_a, &name, &x)) {
        sts__ottl_value y = sts__ottl_member(b, name);
        if (y.type == STS__OTTL_NIL || !same(&x, &y))
            return false;
    }
    return true;
}

static bool same(const sts__ottl_value *a, const sts__ottl_value *b) {
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
        return same_lists(a, b);
    case STS__OTTL_MAP:
        return same_maps(a, b);
    default:
        return sts__ottl_same_bytes(a->as.bytes, b->as.bytes);
    }
}

bool sts__ottl_equal(const sts__ottl_value *a, const sts__ottl_value *b) {
    if (is_number(a) && is_number(b) && a->type != b->type)
        return as_double(a) == as_double(b);
    return same(a, b);
}
