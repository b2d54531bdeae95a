/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks of memory that come and go: those that come back are kept for the next, by sizes of which there are eight to a
 * doubling, so that a block is at most an eighth larger than was asked for. What is kept is bounded. Large blocks come
 * from memory and go back to it at once. Whoever uses a pool from several threads brings the lock. */
#ifndef STS_BASE_POOL_H
#define STS_BASE_POOL_H

#include "base/memory.h"

enum { STS__POOL_LARGEST = 65536, STS__POOL_SIZES = 8 * 11 };

typedef struct sts__pool_block sts__pool_block;

typedef struct sts__pool {
    const sts__memory *memory;
    size_t kept; /* bytes of free blocks */
    size_t max_kept;
    sts__pool_block *free[STS__POOL_SIZES];
} sts__pool;

void sts__pool_init(sts__pool *pool, const sts__memory *memory, size_t max_kept);

/* Frees what is kept; blocks that are out stay valid, and cannot be given back any more. */
void sts__pool_clear(sts__pool *pool);

/* A block with room for `size` bytes, not cleared; NULL when out of memory. */
void *sts__pool_take(sts__pool *pool, size_t size);
void sts__pool_give(sts__pool *pool, void *bytes);

#endif
