/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { FIRST_BLOCK = 4096, LARGEST_STEP = 1 << 20 };

void sts__arena_init(sts__arena *arena, const sts__memory *memory) {
    arena->memory = memory;
    arena->first = NULL;
    sts__arena_reset(arena);
}

void sts__arena_init_in(sts__arena *arena, const sts__memory *memory, void *buffer, size_t size) {
    sts__arena_block *block = buffer;
    block->next = NULL;
    block->capacity = (size - sizeof *block) / STS__ARENA_ALIGNMENT * STS__ARENA_ALIGNMENT;
    block->is_callers = 1;
    arena->memory = memory;
    arena->first = block;
    sts__arena_reset(arena);
}

void sts__arena_clear(sts__arena *arena) {
    for (sts__arena_block *block = arena->first; block;) {
        sts__arena_block *next = block->next;
        if (!block->is_callers)
            sts__memory_free(arena->memory, block);
        block = next;
    }
    sts__arena_init(arena, arena->memory);
}

void sts__arena_trim(sts__arena *arena, size_t most) {
    sts__arena_block **place = &arena->first;
    while (*place) {
        sts__arena_block *block = *place;
        if (block->is_callers || block->capacity <= most) {
            most -= block->is_callers ? 0 : block->capacity;
            place = &block->next;
            continue;
        }
        *place = block->next;
        sts__memory_free(arena->memory, block);
    }
    sts__arena_reset(arena);
}

static sts__arena_block *new_block(sts__arena *arena, size_t size) {
    size_t capacity = arena->current ? 2 * arena->current->capacity : FIRST_BLOCK;
    if (capacity < FIRST_BLOCK)
        capacity = FIRST_BLOCK;
    if (capacity > LARGEST_STEP)
        capacity = LARGEST_STEP;
    if (capacity < size)
        capacity = size;
    if (capacity > SIZE_MAX - sizeof(sts__arena_block) - STS__ARENA_ALIGNMENT)
        return NULL;
    capacity = (capacity + STS__ARENA_ALIGNMENT - 1) / STS__ARENA_ALIGNMENT * STS__ARENA_ALIGNMENT;
    sts__arena_block *block = arena->memory->allocate(sizeof *block + capacity, arena->memory->user);
    if (!block)
        return NULL;
    block->capacity = capacity;
    block->is_callers = 0;
    return block;
}

/* Goes on in a block with room for `size`: one of those behind the current one, which are empty, or a new one. It comes
 * directly behind the current one, so that the smaller ones it was preferred to are still used. */
static bool go_on(sts__arena *arena, size_t size) {
    sts__arena_block **place = arena->current ? &arena->current->next : &arena->first;
    sts__arena_block **at = place;
    while (*at && (*at)->capacity < size)
        at = &(*at)->next;
    sts__arena_block *block = *at;
    if (block)
        *at = block->next;
    else if (!(block = new_block(arena, size)))
        return false;
    block->next = *place;
    *place = block;
    sts__arena_go_to(arena, block);
    return true;
}

void *sts__arena_alloc_in_next(sts__arena *arena, size_t size) {
    return go_on(arena, size) ? sts__arena_alloc(arena, size) : NULL;
}

void *sts__arena_new(sts__arena *arena, size_t size) {
    void *piece = sts__arena_alloc(arena, size);
    return piece ? memset(piece, 0, size) : NULL;
}

void *sts__arena_array(sts__arena *arena, size_t count, size_t size) {
    size_t bytes;
    return __builtin_mul_overflow(count, size, &bytes) ? NULL : sts__arena_new(arena, bytes);
}

void *sts__arena_list(sts__arena *arena, size_t count, size_t size) {
    size_t capacity = 1;
    while (capacity < count)
        capacity *= 2;
    return sts__arena_array(arena, capacity, size);
}

void *sts__arena_list_longer(sts__arena *arena, const void *list, size_t count, size_t size) {
    void *grown = sts__arena_list(arena, count + 1, size);
    if (grown && count)
        memcpy(grown, list, count * size);
    return grown;
}

sts_bytes sts__arena_copy(sts__arena *arena, sts_bytes bytes) {
    char *copy = bytes.size < SIZE_MAX ? sts__arena_alloc(arena, bytes.size + 1) : NULL;
    sts_bytes result = {copy, copy ? bytes.size : 0};
    if (copy && bytes.size)
        memcpy(copy, bytes.data, bytes.size);
    if (copy)
        copy[bytes.size] = '\0';
    return result;
}
