/* SPDX-License-Identifier: Apache-2.0 */
#include "base/table.h"

#include <string.h>

#include "base/hash.h"
#include "base/random.h"

enum { FIRST_CAPACITY = 16 };

void sts__table_init(sts__table *table, const sts__memory *memory, size_t entry_size) {
    memset(table, 0, sizeof *table);
    table->memory = memory;
    table->entry_size = entry_size;
    table->seed = sts__random_seed();
}

void sts__table_clear(sts__table *table) {
    sts__memory_free(table->memory, table->hashes);
    sts__table_init(table, table->memory, table->entry_size);
}

void sts__table_reset(sts__table *table) {
    if (table->count)
        memset(table->hashes, 0, table->capacity * sizeof *table->hashes);
    table->count = 0;
}

uint64_t sts__table_hash(const sts__table *table, sts_bytes bytes) {
    return sts__hash(table->seed, bytes);
}

uint64_t sts__table_hash_more(uint64_t hash, sts_bytes bytes) {
    return sts__hash(hash, bytes);
}

/* As it is kept: 0 says that a slot is free. */
static uint64_t kept(uint64_t hash) {
    return hash ? hash : 1;
}

static void *entry_at(const sts__table *table, size_t slot) {
    return table->entries + slot * table->entry_size;
}

void *sts__table_find(const sts__table *table, uint64_t hash, sts__table_same same, const void *wanted,
                      const void *user) {
    size_t mask = table->capacity - 1;
    if (table->count == 0)
        return NULL;
    hash = kept(hash);
    for (size_t slot = (size_t)hash & mask; table->hashes[slot]; slot = (slot + 1) & mask)
        if (table->hashes[slot] == hash && same(entry_at(table, slot), wanted, user))
            return entry_at(table, slot);
    return NULL;
}

/* What stands behind it and belongs further in front moves up, so that no search ends at the hole (Knuth, The Art of
 * Computer Programming, volume 3, 6.4, algorithm R). */
void sts__table_remove(sts__table *table, void *entry) {
    size_t mask = table->capacity - 1;
    size_t hole = (size_t)((char *)entry - table->entries) / table->entry_size;
    for (size_t slot = (hole + 1) & mask; table->hashes[slot]; slot = (slot + 1) & mask) {
        size_t home = (size_t)table->hashes[slot] & mask;
        if (((slot - home) & mask) < ((slot - hole) & mask))
            continue;
        table->hashes[hole] = table->hashes[slot];
        memcpy(entry_at(table, hole), entry_at(table, slot), table->entry_size);
        hole = slot;
    }
    table->hashes[hole] = 0;
    table->count--;
}

/* The next free slot from where the hash belongs. */
static size_t free_slot(const sts__table *table, uint64_t hash) {
    size_t mask = table->capacity - 1;
    size_t slot = (size_t)hash & mask;
    while (table->hashes[slot])
        slot = (slot + 1) & mask;
    return slot;
}

static bool grow(sts__table *table) {
    sts__table larger = *table;
    larger.capacity = table->capacity ? 2 * table->capacity : FIRST_CAPACITY;
    if (larger.capacity > SIZE_MAX / (sizeof *larger.hashes + table->entry_size))
        return false;
    larger.hashes = sts__memory_new(table->memory, larger.capacity * (sizeof *larger.hashes + table->entry_size));
    if (!larger.hashes)
        return false;
    larger.entries = (char *)(larger.hashes + larger.capacity);
    for (size_t slot = 0; slot < table->capacity; slot++) {
        if (!table->hashes[slot])
            continue;
        size_t place = free_slot(&larger, table->hashes[slot]);
        larger.hashes[place] = table->hashes[slot];
        memcpy(entry_at(&larger, place), entry_at(table, slot), table->entry_size);
    }
    sts__memory_free(table->memory, table->hashes);
    *table = larger;
    return true;
}

void *sts__table_add(sts__table *table, uint64_t hash) {
    if (2 * (table->count + 1) > table->capacity && !grow(table))
        return NULL;
    hash = kept(hash);
    size_t slot = free_slot(table, hash);
    table->hashes[slot] = hash;
    table->count++;
    return memset(entry_at(table, slot), 0, table->entry_size);
}
