/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pool.h"

#include <string.h>

enum { SMALLEST = 64, STEPS = 8, LARGE = STS__POOL_SIZES };

/* In front of the bytes. */
struct sts__pool_block {
    struct sts__pool_block *next; /* while it is free */
    size_t number;                /* of its size, or LARGE */
};

/* The number of the smallest size that holds so many bytes; `*rounded` is that size. */
static size_t number_of(size_t size, size_t *rounded) {
    size_t base = SMALLEST;
    size_t number = 0;
    while (2 * base < size) {
        base *= 2;
        number += STEPS;
    }
    size_t step = base / STEPS;
    size_t above = size > base ? (size - base + step - 1) / step : 0;
    *rounded = base + above * step;
    return number + above;
}

static size_t size_of(size_t number) {
    size_t base = (size_t)SMALLEST << (number / STEPS);
    return base + number % STEPS * (base / STEPS);
}

void sts__pool_init(sts__pool *pool, const sts__memory *memory, size_t max_kept) {
    memset(pool, 0, sizeof *pool);
    pool->memory = memory;
    pool->max_kept = max_kept;
}

void sts__pool_clear(sts__pool *pool) {
    for (size_t i = 0; i < STS__POOL_SIZES; i++) {
        sts__pool_block *block;
        while ((block = pool->free[i])) {
            pool->free[i] = block->next;
            sts__memory_free(pool->memory, block);
        }
    }
    pool->kept = 0;
}

void *sts__pool_take(sts__pool *pool, size_t size) {
    size_t rounded = size;
    size_t number = size <= STS__POOL_LARGEST ? number_of(size, &rounded) : LARGE;
    sts__pool_block *block = number < LARGE ? pool->free[number] : NULL;
    if (block) {
        pool->free[number] = block->next;
        pool->kept -= rounded;
    } else {
        block = sts__memory_resize(pool->memory, NULL, sizeof *block + rounded);
        if (!block)
            return NULL;
        block->number = number;
    }
    return block + 1;
}

void sts__pool_give(sts__pool *pool, void *bytes) {
    sts__pool_block *block = (sts__pool_block *)bytes - 1;
    size_t size = block->number < LARGE ? size_of(block->number) : pool->max_kept;
    if (block->number >= LARGE || pool->kept + size > pool->max_kept) {
        sts__memory_free(pool->memory, block);
        return;
    }
    block->next = pool->free[block->number];
    pool->free[block->number] = block;
    pool->kept += size;
}
