/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking for memory ahead. Where many things are looked at that lie here and there, each would be waited for in turn;
 * so they come side by side. */
#ifndef STS_BASE_PREFETCH_H
#define STS_BASE_PREFETCH_H

#include <stddef.h>

/* What is there is about to be read and written. It need not be mapped. */
static inline void sts__prefetch(const void *start, size_t size) {
    enum { LINE = 64 };
    for (size_t i = 0; i < size; i += LINE)
        __builtin_prefetch((const char *)start + i, 1);
}

#endif
