/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pairs.h"

#include <string.h>

const sts__pair *sts__pairs_find(const sts__pairs *pairs, const char *name) {
    for (size_t i = 0; i < pairs->count; i++)
        if (strcmp(pairs->items[i].name, name) == 0)
            return &pairs->items[i];
    return NULL;
}

sts_status sts__pairs_set(sts__pairs *pairs, const sts__memory *memory, const char *name, const char *value) {
    sts__pair *there = (sts__pair *)sts__pairs_find(pairs, name);
    char *value_copy = sts__memory_copy_text(memory, value, strlen(value));
    if (!value_copy)
        return STS_ERR_NO_MEMORY;
    if (there) {
        sts__memory_free(memory, there->value);
        there->value = value_copy;
        return STS_OK;
    }
    char *name_copy = sts__memory_copy_text(memory, name, strlen(name));
    sts__pair *items = name_copy ? sts__memory_resize(memory, pairs->items, (pairs->count + 1) * sizeof *items) : NULL;
    if (!items) {
        sts__memory_free(memory, name_copy);
        sts__memory_free(memory, value_copy);
        return STS_ERR_NO_MEMORY;
    }
    pairs->items = items;
    items[pairs->count++] = (sts__pair){name_copy, value_copy};
    return STS_OK;
}

void sts__pairs_clear(sts__pairs *pairs, const sts__memory *memory) {
    for (size_t i = 0; i < pairs->count; i++) {
        sts__memory_free(memory, pairs->items[i].name);
        sts__memory_free(memory, pairs->items[i].value);
    }
    sts__memory_free(memory, pairs->items);
    *pairs = (sts__pairs){NULL, 0};
}
