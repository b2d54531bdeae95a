/* SPDX-License-Identifier: Apache-2.0
 *
 * An allocator that keeps count. */
#ifndef TESTS_SUPPORT_COUNTED_MEMORY_H
#define TESTS_SUPPORT_COUNTED_MEMORY_H

#include <stddef.h>

#include "base/memory.h"

struct memory_count {
    size_t calls;     /* that were to give memory */
    size_t out;       /* blocks that were not given back */
    size_t last_size; /* that was asked for */
};

/* Counts there, from zero. */
sts__memory counted_memory(struct memory_count *count);

#endif
