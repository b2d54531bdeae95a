/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/metadata.h"

#include <string.h>

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool sts__metadata_is(const sts__metadata_pair *pair, const char *name, size_t name_size) {
    for (size_t i = 0; i < name_size; i++)
        if (!pair->name[i] || lower(pair->name[i]) != lower(name[i]))
            return false;
    return !pair->name[name_size];
}

const sts__metadata_pair *sts__metadata_find(const sts__metadata *metadata, const char *name, size_t name_size) {
    for (size_t i = 0; metadata && i < metadata->count; i++)
        if (sts__metadata_is(&metadata->pairs[i], name, name_size))
            return &metadata->pairs[i];
    return NULL;
}
