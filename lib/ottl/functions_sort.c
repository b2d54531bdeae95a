/* SPDX-License-Identifier: Apache-2.0
 *
 * Sort, as OTTL has it: numbers as integers or doubles, and what has a text, a boolean or nothing among it by pdata's
 * text. Any other list stays as it is. Equal items end up where Go's sort leaves them. */
#include "ottl/functions.h"

#include <string.h>

#include "ottl/name_order.h"

typedef enum sort_by { SORT_NOT, SORT_INTEGERS, SORT_DOUBLES, SORT_TEXTS } sort_by;

/* Items under way. Each has an attribute in its place, whose name is what it is sorted by. */
typedef struct sorting {
    sts__arena *arena;
    size_t count;
    const sts__ottl_value *items;
    sts__name_attribute *names;
    sts__name_place *places;
} sorting;

static sort_by way_of(const sts__ottl_value *items, size_t count) {
    sort_by way = SORT_INTEGERS;
    for (size_t i = 0; i < count; i++) {
        switch (items[i].type) {
        case STS__OTTL_INT:
            break;
        case STS__OTTL_DOUBLE:
            way = way == SORT_INTEGERS ? SORT_DOUBLES : way;
            break;
        case STS__OTTL_STRING:
        case STS__OTTL_BOOL:
        case STS__OTTL_NIL:
        case STS__OTTL_EMPTY:
            way = SORT_TEXTS;
            break;
        default:
            return SORT_NOT;
        }
    }
    return count ? way : SORT_NOT;
}

/* Numbers that sort as the doubles do in Go's cmp.Compare: NaN first, and both zeros are one. */
static uint64_t rank_of_double(double number) {
    const uint64_t sign = (uint64_t)1 << 63;
    uint64_t bits;
    if (number != number)
        return 0;
    number = number == 0 ? 0 : number;
    memcpy(&bits, &number, sizeof bits);
    return bits & sign ? ~bits : bits | sign;
}

static uint64_t rank_of(const sts__ottl_value *item, sort_by way) {
    return way == SORT_DOUBLES ? rank_of_double(sts__ottl_double_of(item))
                               : (uint64_t)item->as.integer ^ (uint64_t)1 << 63;
}

/* Gives each item the rank of its text among all of them, equal texts the same one. False when out of memory. */
static bool rank_texts(sorting *s) {
    for (size_t i = 0; i < s->count; i++) {
        sts_bytes *text = &s->names[i].name;
        *text = (sts_bytes){"", 0};
        if (s->items[i].type != STS__OTTL_NIL &&
            sts__ottl_text_of(&s->items[i], STS__OTTL_PDATA, s->arena, text) != STS__OTTL_TEXT_OK)
            return false;
        const uint8_t *end = (const uint8_t *)text->data + text->size;
        s->places[i] = (sts__name_place){sts__name_prefix(*text, end), &s->names[i]};
    }
    sts__name_sort(s->places, s->count);
    uint64_t *ranks = sts__arena_array(s->arena, s->count, sizeof *ranks);
    if (!ranks)
        return false;
    uint64_t rank = 0;
    for (size_t i = 0; i < s->count; i++) {
        rank += i && sts__name_is_before(&s->places[i - 1], &s->places[i]);
        ranks[s->places[i].attribute - s->names] = rank;
    }
    for (size_t i = 0; i < s->count; i++)
        s->places[i].prefix = ranks[i];
    return true;
}

/* By their ranks, which are the prefixes of the places; names do not count any more. */
static void sort_by_rank(sorting *s, bool descending) {
    for (size_t i = 0; i < s->count; i++) {
        s->names[i].name = (sts_bytes){"", 0};
        s->places[i].attribute = &s->names[i];
        s->places[i].prefix = descending ? ~s->places[i].prefix : s->places[i].prefix;
    }
    sts__name_sort(s->places, s->count);
}

static bool sort_items(sts__ottl_call *call, const sts__ottl_value *items, size_t count, sort_by way,
                       sts__ottl_value *result) {
    sts_bytes order = call->arguments[1].type == STS__OTTL_STRING ? call->arguments[1].as.bytes : (sts_bytes){"", 0};
    sts__arena *arena = call->state->arena;
    sorting s = {arena, count, items, sts__arena_array(arena, count, sizeof *s.names),
                 sts__arena_array(arena, count, sizeof *s.places)};
    sts__ottl_value *sorted = sts__arena_array(arena, count, sizeof *sorted);
    if (!s.names || !s.places || !sorted)
        return sts__ottl_no_memory(call->state);
    if (way == SORT_TEXTS && !rank_texts(&s))
        return sts__ottl_no_memory(call->state);
    for (size_t i = 0; way != SORT_TEXTS && i < count; i++)
        s.places[i].prefix = rank_of(&items[i], way);
    sort_by_rank(&s, order.size == 4); /* "desc" */
    for (size_t i = 0; i < count; i++) {
        sorted[i] = items[s.places[i].attribute - s.names];
        if (sorted[i].type == STS__OTTL_EMPTY)
            sorted[i].type = STS__OTTL_NIL;
    }
    result->field = 0;
    result->go_type = result->go_type == STS__OTTL_GO_STRINGS ? STS__OTTL_GO_STRINGS : STS__OTTL_GO_ANY;
    result->as.built.items = sorted;
    result->as.built.count = count;
    return true;
}

/* What OTTL can make an item of pdata's list of. */
static bool is_plain(const sts__ottl_value *value) {
    if (value->type != STS__OTTL_LIST)
        return value->type < STS__OTTL_LIST;
    if (value->field || value->go_type != STS__OTTL_GO_ANY)
        return false;
    for (size_t i = 0; i < value->as.built.count; i++)
        if (!is_plain(&value->as.built.items[i]))
            return false;
    return true;
}

static bool sort(sts__ottl_call *call, sts__ottl_value *result) {
    const sts__ottl_value *list = &call->arguments[0];
    if (list->type != STS__OTTL_LIST)
        return sts__ottl_call_fail(call, "it takes a list, not %s", sts__ottl_type_name(list->type));
    size_t count = sts__ottl_count(list);
    sts__ottl_value *items = sts__arena_array(call->state->arena, count ? count : 1, sizeof *items);
    if (!items)
        return sts__ottl_no_memory(call->state);
    sts__ottl_items reader = sts__ottl_items_of(list);
    bool go_list = !list->field && list->go_type == STS__OTTL_GO_ANY;
    for (size_t i = 0; sts__ottl_list_next(&reader, &items[i]); i++)
        if (go_list && !is_plain(&items[i]))
            return sts__ottl_call_fail(call, "%s cannot stand in the list", sts__ottl_type_name(items[i].type));
    sort_by way = way_of(items, count);
    *result = *list;
    if (go_list) /* OTTL makes it one, and gives that back where it is not sorted */
        result->go_type = STS__OTTL_GO_SLICE;
    return way == SORT_NOT || sort_items(call, items, count, way, result);
}

static const char *check_order(const sts__ottl_node *call) {
    const sts__ottl_node *order = call->children[1];
    if (!order || sts__ottl_same_bytes(order->literal.as.bytes, (sts_bytes){"asc", 3}) ||
        sts__ottl_same_bytes(order->literal.as.bytes, (sts_bytes){"desc", 4}))
        return NULL;
    return "the order is asc or desc";
}

const sts__ottl_function sts__ottl_sort_functions[] = {
    {.name = "Sort",
     .call = sort,
     .parameters = {{"target", STS__OTTL_ANY, false}, {"order", STS__OTTL_LITERAL_STRING, true}},
     .check = check_order},
    {0},
};
