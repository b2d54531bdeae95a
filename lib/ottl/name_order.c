/* SPDX-License-Identifier: Apache-2.0
 *
 * A pattern-defeating quicksort (arxiv.org/abs/2106.05123) with the choices that Go's has since 1.19: which element is
 * the pivot, when a few are inserted in place, how a bad pattern is broken. All of them decide where equal elements end
 * up, so none is free here. At most proportional to n log n, whatever the names are. */
#include "ottl/name_order.h"

typedef sts__name_place place;

/* Below these lengths: inserted one by one; the pivot is the median of three, not of nine; nothing is moved far. */
enum { FEW = 12, LENGTH_OF_NINE = 50, LENGTH_OF_REPAIR = 50 };

enum { MOST_REPAIRS = 5, ALL_SWAPPED = 12 };

typedef enum pattern { UNKNOWN, ASCENDING, DESCENDING } pattern;

static bool before(const place *list, size_t one, size_t other) {
    return sts__name_is_before(&list[one], &list[other]);
}

static void swap(place *list, size_t one, size_t other) {
    place kept = list[one];
    list[one] = list[other];
    list[other] = kept;
}

static unsigned bit_length(size_t number) {
    unsigned bits = 0;
    for (; number; number >>= 1)
        bits++;
    return bits;
}

/* Moves an element down while it is before its neighbour. */
static void insert(place *list, size_t from, size_t at) {
    place moved = list[at];
    for (; at > from && sts__name_is_before(&moved, &list[at - 1]); at--)
        list[at] = list[at - 1];
    list[at] = moved;
}

static void sort_few(place *list, size_t from, size_t to) {
    for (size_t i = from + 1; i < to; i++)
        insert(list, from, i);
}

static void sink(place *heap, size_t root, size_t count) {
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && before(heap, child, child + 1))
            child++;
        if (!before(heap, root, child))
            return;
        swap(heap, root, child);
    }
}

static void sort_by_heap(place *heap, size_t count) {
    for (size_t i = (count - 1) / 2 + 1; i-- > 0;)
        sink(heap, i, count);
    for (size_t i = count; i-- > 0;) {
        swap(heap, 0, i);
        sink(heap, 0, i);
    }
}

/* --- the pivot --- */

static void put_in_order(const place *list, size_t *one, size_t *other, int *swaps) {
    if (!before(list, *other, *one))
        return;
    size_t kept = *one;
    *one = *other;
    *other = kept;
    ++*swaps;
}

static size_t median(const place *list, size_t one, size_t two, size_t three, int *swaps) {
    put_in_order(list, &one, &two, swaps);
    put_in_order(list, &two, &three, swaps);
    put_in_order(list, &one, &two, swaps);
    return two;
}

static size_t choose_pivot(const place *list, size_t from, size_t to, pattern *found) {
    size_t quarter = (to - from) / 4;
    size_t at[] = {from + quarter, from + 2 * quarter, from + 3 * quarter};
    int swaps = 0;
    if (to - from >= LENGTH_OF_NINE)
        for (int i = 0; i < 3; i++)
            at[i] = median(list, at[i] - 1, at[i], at[i] + 1, &swaps);
    size_t pivot = median(list, at[0], at[1], at[2], &swaps);
    *found = swaps == 0 ? ASCENDING : swaps == ALL_SWAPPED ? DESCENDING : UNKNOWN;
    return pivot;
}

/* --- patterns --- */

static void reverse(place *list, size_t from, size_t to) {
    for (; from + 1 < to; from++)
        swap(list, from, --to);
}

/* Swaps three elements in the middle for others, which a xorshift of the length picks (jstatsoft.org/v08/i14). */
static void break_pattern(place *list, size_t from, size_t to) {
    size_t length = to - from;
    size_t middle = from + length / 4 * 2;
    uint64_t mask = ((uint64_t)1 << bit_length(length)) - 1;
    uint64_t random = length;
    for (size_t at = middle - 1; at <= middle + 1; at++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        uint64_t other = random & mask;
        swap(list, at, from + (size_t)(other < length ? other : other - length));
    }
}

/* What is nearly in order is put in order; false where it is not that near. */
static bool repair(place *list, size_t from, size_t to) {
    size_t at = from + 1;
    for (int repairs = 0; repairs < MOST_REPAIRS; repairs++) {
        while (at < to && !before(list, at, at - 1))
            at++;
        if (at == to)
            return true;
        if (to - from < LENGTH_OF_REPAIR)
            return false;
        swap(list, at, at - 1);
        insert(list, from, at - 1);
        for (size_t up = at + 1; up < to && before(list, up, up - 1); up++)
            swap(list, up, up - 1);
    }
    return false;
}

/* --- parts --- */

/* What is before the pivot, the pivot, and the rest. Returns where the pivot is; `was` whether nothing had to move. */
static size_t part(place *list, size_t from, size_t to, size_t pivot, bool *was) {
    size_t low = from + 1;
    size_t high = to - 1;
    *was = true;
    swap(list, from, pivot);
    for (;;) {
        while (low <= high && before(list, low, from))
            low++;
        while (low <= high && !before(list, high, from))
            high--;
        if (low > high)
            break;
        swap(list, low++, high--);
        *was = false;
    }
    swap(list, high, from);
    return high;
}

/* What equals the pivot, where nothing is before it; returns where the rest begins. */
static size_t part_equal(place *list, size_t from, size_t to, size_t pivot) {
    size_t low = from + 1;
    size_t high = to - 1;
    swap(list, from, pivot);
    for (;;) {
        while (low <= high && !before(list, from, low))
            low++;
        while (low <= high && before(list, from, high))
            high--;
        if (low > high)
            return low;
        swap(list, low++, high--);
    }
}

/* `limit`: how many bad pivots are put up with. */
static void sort(place *list, size_t from, size_t to, unsigned limit) {
    bool balanced = true;
    bool in_parts = true;
    while (to - from > FEW) {
        pattern found;
        if (limit == 0) {
            sort_by_heap(list + from, to - from);
            return;
        }
        if (!balanced) {
            break_pattern(list, from, to);
            limit--;
        }
        size_t pivot = choose_pivot(list, from, to, &found);
        if (found == DESCENDING) {
            reverse(list, from, to);
            pivot = to - 1 - (pivot - from);
            found = ASCENDING;
        }
        if (balanced && in_parts && found == ASCENDING && repair(list, from, to))
            return;
        if (from > 0 && !before(list, from - 1, pivot)) {
            from = part_equal(list, from, to, pivot);
            continue;
        }
        size_t length = to - from;
        size_t middle = part(list, from, to, pivot, &in_parts);
        bool left_is_shorter = middle - from < to - middle;
        size_t shorter = left_is_shorter ? middle - from : to - middle;
        balanced = shorter >= length / 8;
        if (left_is_shorter) {
            sort(list, from, middle, limit);
            from = middle + 1;
        } else {
            sort(list, middle + 1, to, limit);
            to = middle;
        }
    }
    sort_few(list, from, to);
}

void sts__name_sort(sts__name_place *places, size_t count) {
    sort(places, 0, count, bit_length(count));
}
