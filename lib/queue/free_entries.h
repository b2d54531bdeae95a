/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of the ledger's entries are free. They are given out by the group, which is a page of them, one after the
 * other: records that were accepted together have entries side by side, and so have their outcomes, which come together
 * as well. A last-in-first-out list scatters them within a second: each look at one then costs a miss of the cache and
 * of what translates addresses (a sixth of all that an export costs, measured).
 *
 * A group is used again when all of it is free; one that is free in part only where no other is left. */
#ifndef STS_QUEUE_FREE_ENTRIES_H
#define STS_QUEUE_FREE_ENTRIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"

enum { STS__FREE_GROUP = 64 };

typedef struct sts__free_entries {
    uint64_t *groups;     /* a bit for each entry that is free */
    uint32_t *whole;      /* groups of which all entries are, but for the current one; the last goes first */
    uint32_t group_count; /* so many were made */
    uint32_t whole_count;
    uint32_t current; /* the group that is being given out */
    uint32_t looked;  /* where one that is free in part was found last */
    uint32_t count;   /* entries that are free */
} sts__free_entries;

/* Adds as many groups of free entries, whose indices follow on those before; false without memory, and nothing is
 * changed. All zero there are none. */
bool sts__free_entries_add(sts__free_entries *entries, const sts__memory *memory, uint32_t groups);
void sts__free_entries_clear(sts__free_entries *entries, const sts__memory *memory);

/* How many are free in groups that are, and in the current one. */
static inline uint32_t sts__free_entries_together(const sts__free_entries *entries) {
    uint32_t in_current = entries->group_count ? (uint32_t)__builtin_popcountll(entries->groups[entries->current]) : 0;
    return entries->whole_count * STS__FREE_GROUP + in_current;
}

/* Nothing of the current group is free: goes to the next. There must be a free one. */
void sts__free_entries_next_group(sts__free_entries *entries);

/* A free one, of which there must be one. */
static inline uint32_t sts__free_entries_take(sts__free_entries *entries) {
    if (!entries->groups[entries->current])
        sts__free_entries_next_group(entries);
    uint64_t *group = &entries->groups[entries->current];
    uint32_t index = entries->current * STS__FREE_GROUP + (uint32_t)__builtin_ctzll(*group);
    *group &= *group - 1;
    entries->count--;
    return index;
}

/* The one that is taken after `ahead` others, mostly: for asking for its memory. */
static inline uint32_t sts__free_entries_ahead(const sts__free_entries *entries, uint32_t ahead) {
    uint64_t group = entries->groups[entries->current];
    uint32_t at = (group ? (uint32_t)__builtin_ctzll(group) : STS__FREE_GROUP) + ahead;
    uint32_t number = entries->current;
    if (at >= STS__FREE_GROUP && entries->whole_count)
        number = entries->whole[entries->whole_count - 1];
    return number * STS__FREE_GROUP + at % STS__FREE_GROUP;
}

static inline void sts__free_entries_give(sts__free_entries *entries, uint32_t index) {
    uint32_t number = index / STS__FREE_GROUP;
    uint64_t group = entries->groups[number] |= UINT64_C(1) << index % STS__FREE_GROUP;
    entries->count++;
    if (group == UINT64_MAX && number != entries->current)
        entries->whole[entries->whole_count++] = number;
}

#endif
