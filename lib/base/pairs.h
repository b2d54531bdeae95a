/* SPDX-License-Identifier: Apache-2.0
 *
 * Names with values, each name once, in the order in which they were first set: a few of them, as in a configuration.
 */
#ifndef STS_BASE_PAIRS_H
#define STS_BASE_PAIRS_H

#include "base/error.h"
#include "base/memory.h"

typedef struct sts__pair {
    char *name;
    char *value;
} sts__pair;

typedef struct sts__pairs {
    sts__pair *items;
    size_t count;
} sts__pairs;

/* NULL if there is none of that name. */
const sts__pair *sts__pairs_find(const sts__pairs *pairs, const char *name);

/* Copies both. STS_OK, or STS_ERR_NO_MEMORY and nothing has changed. */
sts_status sts__pairs_set(sts__pairs *pairs, const sts__memory *memory, const char *name, const char *value);

void sts__pairs_clear(sts__pairs *pairs, const sts__memory *memory);

#endif
