/* SPDX-License-Identifier: Apache-2.0
 *
 * Where all memory of the library's own comes from: one table of functions, carried by every object that allocates, so
 * that a host (or a test that counts, or fails the n-th allocation) can put its own in place. */
#ifndef STS_BASE_MEMORY_H
#define STS_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <stskafka/allocator.h>
#include <stskafka/types.h>

/* The object behind the public handle; inside the library it goes by this name. */
typedef struct sts_allocator sts__memory;

struct sts_allocator {
    sts_malloc_function allocate;
    sts_realloc_function resize;
    sts_free_function release;
    void *user;
};

/* malloc, realloc, free. */
const sts__memory *sts__memory_default(void);

/* The host's, or the default one for NULL. */
const sts__memory *sts__memory_of(const sts_allocator *allocator);

/* A zeroed block, or NULL. */
void *sts__memory_new(const sts__memory *memory, size_t size);

/* `block` (or NULL) made larger or smaller; NULL and the block unchanged when out of memory. */
void *sts__memory_resize(const sts__memory *memory, void *block, size_t size);

/* NULL is allowed. */
void sts__memory_free(const sts__memory *memory, void *block);

/* A NUL-terminated copy of `size` bytes, or NULL. */
char *sts__memory_copy_text(const sts__memory *memory, const char *text, size_t size);

/* Copies bytes, and a NUL behind them, to `*at`, which goes on behind that; NULL stays NULL, and takes no place. Inline
 * because every record's key and value go this way. */
static inline sts_bytes sts__memory_put(char **at, sts_bytes bytes) {
    if (!bytes.data)
        return bytes;
    const sts_bytes copy = {*at, bytes.size};
    if (bytes.size)
        memcpy(*at, bytes.data, bytes.size);
    (*at)[bytes.size] = '\0';
    *at += bytes.size + 1;
    return copy;
}

/* Whether bytes, or an empty place, lie in others. */
static inline bool sts__memory_lies_in(sts_bytes bytes, sts_bytes others) {
    uintptr_t from = (uintptr_t)others.data;
    uintptr_t at = (uintptr_t)bytes.data;
    return at >= from && at - from <= others.size && bytes.size <= others.size - (at - from);
}

#endif
