/* SPDX-License-Identifier: Apache-2.0
 *
 * A hash table of small entries whose names come from outside. Each table has a seed of its own (hash.h), so that
 * nobody can choose names that all fall into one place; which place an entry has never shows. */
#ifndef STS_BASE_TABLE_H
#define STS_BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stskafka/types.h>

#include "base/memory.h"

typedef struct sts__table {
    const sts__memory *memory;
    uint64_t seed;
    size_t entry_size;
    size_t capacity; /* of slots; 0 or a power of two, and at most half of them are taken */
    size_t count;
    uint64_t *hashes; /* of the slots; 0: free */
    char *entries;    /* of the slots, in the same block */
} sts__table;

/* Whether an entry is the one that is looked for. */
typedef bool (*sts__table_same)(const void *entry, const void *wanted, const void *user);

/* Takes no memory before the first entry. */
void sts__table_init(sts__table *table, const sts__memory *memory, size_t entry_size);
void sts__table_clear(sts__table *table);

/* Forgets all entries, keeps the memory for the next. */
void sts__table_reset(sts__table *table);

/* The hash of what makes an entry what it is; `more` goes on from a hash of something before. */
uint64_t sts__table_hash(const sts__table *table, sts_bytes bytes);
uint64_t sts__table_hash_more(uint64_t hash, sts_bytes bytes);

/* The entry with that hash that is the same as `wanted`, to be read or overwritten until one is added; NULL: there is
 * none. */
void *sts__table_find(const sts__table *table, uint64_t hash, sts__table_same same, const void *wanted,
                      const void *user);

/* Takes one out; what was found before may be elsewhere now. */
void sts__table_remove(sts__table *table, void *entry);

/* A zeroed entry, for one that is not there yet; NULL when out of memory, and nothing has changed. */
void *sts__table_add(sts__table *table, uint64_t hash);

#endif
