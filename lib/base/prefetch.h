/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking for memory ahead. Where many things are looked at that lie here and there, each would be waited for in turn;
 * so they come side by side. */
#ifndef STS_BASE_PREFETCH_H
#define STS_BASE_PREFETCH_H

#include <stddef.h>

/* Of each function that asks for memory and does nothing else: gcc (seen with 12.2) takes one for a function without
 * any effect, and leaves its calls out, unless it was put in their place before. */
#define STS__PREFETCHES static inline __attribute__((always_inline))

enum { STS__PREFETCH_LINE = 64 };

/* What is there is about to be read and written: all lines that it has a part in. It need not be mapped. */
STS__PREFETCHES void sts__prefetch(const void *start, size_t size) {
    for (size_t i = 0; i < size; i += STS__PREFETCH_LINE)
        __builtin_prefetch((const char *)start + i, 1);
    __builtin_prefetch((const char *)start + size - 1, 1);
}

/* The line at this place is about to be read. */
STS__PREFETCHES void sts__prefetch_to_read(const void *at) {
    __builtin_prefetch(at);
}

/* The same as the first for what has a line to itself. */
STS__PREFETCHES void sts__prefetch_line(const void *start) {
    __builtin_prefetch(start, 1);
}

#endif
