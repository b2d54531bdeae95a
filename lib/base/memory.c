/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void *default_allocate(size_t size, void *user) {
    (void)user;
    return malloc(size);
}

static void *default_resize(void *block, size_t size, void *user) {
    (void)user;
    return realloc(block, size);
}

static void default_release(void *block, void *user) {
    (void)user;
    free(block);
}

const sts__memory *sts__memory_default(void) {
    static const sts__memory memory = {default_allocate, default_resize, default_release, NULL};
    return &memory;
}

const sts__memory *sts__memory_of(const sts_allocator *allocator) {
    return allocator ? allocator : sts__memory_default();
}

void *sts__memory_new(const sts__memory *memory, size_t size) {
    void *block = memory->allocate(size ? size : 1, memory->user);
    if (block)
        memset(block, 0, size);
    return block;
}

void *sts__memory_resize(const sts__memory *memory, void *block, size_t size) {
    return memory->resize(block, size ? size : 1, memory->user);
}

void sts__memory_free(const sts__memory *memory, void *block) {
    if (block)
        memory->release(block, memory->user);
}

char *sts__memory_copy_text(const sts__memory *memory, const char *text, size_t size) {
    char *copy = memory->allocate(size + 1, memory->user);
    if (!copy)
        return NULL;
    if (size)
        memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}
