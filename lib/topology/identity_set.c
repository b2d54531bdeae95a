/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/identity_set.h"

#include <string.h>

#include "base/hash.h"

void sts__identity_set_init(sts__identity_set *set, const sts__memory *memory) {
    memset(set, 0, sizeof *set);
    set->memory = memory;
    set->seed = sts__hash_seed();
}

void sts__identity_set_clear(sts__identity_set *set) {
    sts__memory_free(set->memory, set->slots);
    sts__identity_set_init(set, set->memory);
}

void sts__identity_set_reset(sts__identity_set *set) {
    if (set->count)
        memset(set->slots, 0, set->capacity * sizeof *set->slots);
    set->count = 0;
}

static bool equal(const sts__identity *a, const sts__identity *b) {
    return a->text.size == b->text.size && memcmp(a->text.data, b->text.data, a->text.size) == 0 &&
           a->collection_timestamp == b->collection_timestamp && a->stream == b->stream && a->marks == b->marks &&
           a->relation == b->relation;
}

static uint64_t hash_of(const sts__identity_set *set, const sts__identity *identity) {
    const uint64_t rest[] = {(uint64_t)identity->collection_timestamp, identity->stream, identity->marks,
                             identity->relation};
    return sts__hash(sts__hash(set->seed, (sts_bytes){rest, sizeof rest}), identity->text);
}

/* The slot that has it, or the free one where it belongs. */
static sts__identity *slot_of(const sts__identity_set *set, const sts__identity *identity) {
    for (uint64_t i = hash_of(set, identity);; i++) {
        sts__identity *slot = &set->slots[i & (set->capacity - 1)];
        if (!slot->text.data || equal(slot, identity))
            return slot;
    }
}

const sts__identity *sts__identity_set_find(const sts__identity_set *set, const sts__identity *identity) {
    const sts__identity *slot = set->capacity ? slot_of(set, identity) : NULL;
    return slot && slot->text.data ? slot : NULL;
}

static bool grow(sts__identity_set *set) {
    sts__identity_set larger = {set->memory, set->seed, NULL, set->capacity ? 2 * set->capacity : 64, 0};
    larger.slots = sts__memory_new(set->memory, larger.capacity * sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < set->capacity; i++)
        if (set->slots[i].text.data)
            *slot_of(&larger, &set->slots[i]) = set->slots[i];
    larger.count = set->count;
    sts__memory_free(set->memory, set->slots);
    *set = larger;
    return true;
}

bool sts__identity_set_add(sts__identity_set *set, const sts__identity *identity) {
    if (2 * (set->count + 1) > set->capacity && !grow(set))
        return false;
    *slot_of(set, identity) = *identity;
    set->count++;
    return true;
}
