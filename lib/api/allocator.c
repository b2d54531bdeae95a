/* SPDX-License-Identifier: Apache-2.0 */
#include <stskafka/allocator.h>

#include "base/memory.h"

sts_allocator *sts_allocator_new(sts_malloc_function allocate, sts_realloc_function resize, sts_free_function release,
                                 void *user) {
    const sts_allocator made = {allocate, resize, release, user};
    if (!allocate || !resize || !release)
        return NULL;
    sts_allocator *allocator = sts__memory_new(&made, sizeof *allocator);
    if (allocator)
        *allocator = made;
    return allocator;
}

void sts_allocator_free(sts_allocator *allocator) {
    if (allocator)
        allocator->release(allocator, allocator->user);
}
