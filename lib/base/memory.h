/* SPDX-License-Identifier: Apache-2.0
 *
 * Where all memory of the library's own comes from: one table of functions, carried by every object that allocates, so
 * that a host (or a test that counts, or fails the n-th allocation) can put its own in place. */
#ifndef STS_BASE_MEMORY_H
#define STS_BASE_MEMORY_H

#include <stddef.h>

typedef struct sts__memory {
    void *(*allocate)(void *user, size_t size);
    void *(*resize)(void *user, void *block, size_t size); /* leaves `block` as it was when it returns NULL */
    void (*release)(void *user, void *block);
    void *user;
} sts__memory;

/* malloc, realloc, free. */
const sts__memory *sts__memory_default(void);

/* A zeroed block, or NULL. */
void *sts__memory_new(const sts__memory *memory, size_t size);

/* `block` (or NULL) made larger or smaller; NULL and the block unchanged when out of memory. */
void *sts__memory_resize(const sts__memory *memory, void *block, size_t size);

/* NULL is allowed. */
void sts__memory_free(const sts__memory *memory, void *block);

/* A NUL-terminated copy of `size` bytes, or NULL. */
char *sts__memory_copy_text(const sts__memory *memory, const char *text, size_t size);

#endif
