/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that is given back all at once: many small pieces that live equally long. A reset keeps the blocks, so that
 * what is done again and again allocates nothing after a while. */
#ifndef STS_BASE_ARENA_H
#define STS_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include <stskafka/types.h>

#include "base/memory.h"

typedef struct sts__arena_block sts__arena_block;

enum { STS__ARENA_ALIGNMENT = 16 };

struct sts__arena_block {
    sts__arena_block *next;
    size_t capacity;   /* a multiple of the alignment */
    size_t is_callers; /* not to be freed */
    size_t padding;    /* what follows is aligned */
    unsigned char data[];
};

typedef struct sts__arena {
    const sts__memory *memory;
    sts__arena_block *first;
    sts__arena_block *current; /* pieces come from here; the blocks before it are full, those behind it empty */
    unsigned char *at;         /* what is left of it */
    size_t left;
} sts__arena;

void sts__arena_init(sts__arena *arena, const sts__memory *memory);

/* The same, with the caller's own memory as the first block: `size` bytes that are aligned for anything and outlive the
 * arena. What fits into them allocates nothing. */
void sts__arena_init_in(sts__arena *arena, const sts__memory *memory, void *buffer, size_t size);

void sts__arena_clear(sts__arena *arena);

/* Pieces come from that block's beginning from now on; NULL: there is no block yet. */
static inline void sts__arena_go_to(sts__arena *arena, sts__arena_block *block) {
    arena->current = block;
    arena->at = block ? block->data : NULL;
    arena->left = block ? block->capacity : 0;
}

/* Forgets all pieces, keeps the blocks. */
static inline void sts__arena_reset(sts__arena *arena) {
    sts__arena_go_to(arena, arena->first);
}

/* Forgets all pieces, and keeps so many bytes of blocks at most (and the caller's own). */
void sts__arena_trim(sts__arena *arena, size_t most);

/* As sts__arena_alloc, where the current block has no room (arena.c). */
void *sts__arena_alloc_in_next(sts__arena *arena, size_t size);

/* A piece, aligned for anything; NULL when out of memory. Inline because every record takes some. */
static inline void *sts__arena_alloc(sts__arena *arena, size_t size) {
    size += size == 0; /* a place of its own, too */
    if (size > arena->left)
        return sts__arena_alloc_in_next(arena, size);
    void *piece = arena->at;
    size = (size + STS__ARENA_ALIGNMENT - 1) & ~(size_t)(STS__ARENA_ALIGNMENT - 1);
    arena->at += size;
    arena->left -= size;
    return piece;
}

/* The same, zeroed. */
void *sts__arena_new(sts__arena *arena, size_t size);

/* An array of `count` pieces of `size`; NULL also when that is more than there can be. */
void *sts__arena_array(sts__arena *arena, size_t count, size_t size);

/* A list that may grow: an array with room for the next power of two. NULL when out of memory. */
void *sts__arena_list(sts__arena *arena, size_t count, size_t size);

/* As sts__arena_list_grown, where there is no room (arena.c). */
void *sts__arena_list_longer(sts__arena *arena, const void *list, size_t count, size_t size);

/* Room for one element more in such a list of `count`: the list, or a longer copy of it; NULL when out of memory, and
 * the list stays as it is. */
static inline void *sts__arena_list_grown(sts__arena *arena, const void *list, size_t count, size_t size) {
    if (count && (count & (count - 1))) /* no power of two: there is room */
        return (void *)(uintptr_t)list;
    return sts__arena_list_longer(arena, list, count, size);
}

/* A copy of the bytes, with a NUL behind; data NULL when out of memory. */
sts_bytes sts__arena_copy(sts__arena *arena, sts_bytes bytes);

#endif
