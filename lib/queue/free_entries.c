/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/free_entries.h"

bool sts__free_entries_add(sts__free_entries *entries, const sts__memory *memory, uint32_t groups) {
    const uint32_t before = entries->group_count;
    const uint32_t after = before + groups;
    uint64_t *masks = sts__memory_resize(memory, entries->groups, after * sizeof *masks);
    if (masks)
        entries->groups = masks;
    uint32_t *whole = masks ? sts__memory_resize(memory, entries->whole, after * sizeof *whole) : NULL;
    if (!whole)
        return false;
    entries->whole = whole;
    for (uint32_t number = after; number-- > before;) { /* the first one goes first */
        entries->groups[number] = UINT64_MAX;
        if (number > 0) /* which is the current one from the beginning */
            entries->whole[entries->whole_count++] = number;
    }
    entries->group_count = after;
    entries->count += groups * STS__FREE_GROUP;
    return true;
}

void sts__free_entries_clear(sts__free_entries *entries, const sts__memory *memory) {
    sts__memory_free(memory, entries->groups);
    sts__memory_free(memory, entries->whole);
}

void sts__free_entries_next_group(sts__free_entries *entries) {
    if (entries->whole_count) {
        entries->current = entries->whole[--entries->whole_count];
        return;
    }
    do
        entries->looked = (entries->looked + 1) % entries->group_count;
    while (!entries->groups[entries->looked]);
    entries->current = entries->looked;
}
