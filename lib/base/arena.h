/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that is given back all at once: many small pieces that live equally long. A reset keeps the blocks, so that
 * what is done again and again allocates nothing after a while. */
#ifndef STS_BASE_ARENA_H
#define STS_BASE_ARENA_H

#include <stddef.h>

#include <stskafka/types.h>

#include "base/memory.h"

typedef struct sts__arena_block sts__arena_block;

typedef struct sts__arena {
    const sts__memory *memory;
    sts__arena_block *first;
    sts__arena_block *current; /* pieces come from here; the blocks before it are full */
} sts__arena;

void sts__arena_init(sts__arena *arena, const sts__memory *memory);

/* The same, with the caller's own memory as the first block: `size` bytes that are aligned for anything and outlive the
 * arena. What fits into them allocates nothing. */
void sts__arena_init_in(sts__arena *arena, const sts__memory *memory, void *buffer, size_t size);

void sts__arena_clear(sts__arena *arena);

/* Forgets all pieces, keeps the blocks. */
void sts__arena_reset(sts__arena *arena);

/* Forgets all pieces, and keeps so many bytes of blocks at most (and the caller's own). */
void sts__arena_trim(sts__arena *arena, size_t most);

/* A zeroed piece, aligned for anything; NULL when out of memory. */
void *sts__arena_new(sts__arena *arena, size_t size);

/* The same, not zeroed. */
void *sts__arena_room(sts__arena *arena, size_t size);

/* An array of `count` pieces of `size`; NULL also when that is more than there can be. */
void *sts__arena_array(sts__arena *arena, size_t count, size_t size);

/* A list that may grow: an array with room for the next power of two. NULL when out of memory. */
void *sts__arena_list(sts__arena *arena, size_t count, size_t size);

/* Room for one element more in such a list of `count`: the list, or a longer copy of it; NULL when out of memory, and
 * the list stays as it is. */
void *sts__arena_list_grown(sts__arena *arena, const void *list, size_t count, size_t size);

/* A copy of the bytes, with a NUL behind; data NULL when out of memory. */
sts_bytes sts__arena_copy(sts__arena *arena, sts_bytes bytes);

#endif
