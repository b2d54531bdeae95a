/* SPDX-License-Identifier: Apache-2.0 */
#include "support/counted_memory.h"

#include <stdlib.h>

static void *resize(void *block, size_t size, void *user) {
    struct memory_count *count = user;
    count->calls++;
    count->out += !block;
    count->last_size = size;
    return realloc(block, size);
}

static void *allocate(size_t size, void *user) {
    return resize(NULL, size, user);
}

static void release(void *block, void *user) {
    ((struct memory_count *)user)->out--;
    free(block);
}

sts__memory counted_memory(struct memory_count *count) {
    *count = (struct memory_count){0};
    return (sts__memory){allocate, resize, release, count};
}
