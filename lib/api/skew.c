/* SPDX-License-Identifier: Apache-2.0 */
#include "key/skew.h"

enum { MOST_HEAVIEST = 1000 };

sts_skew *sts_skew_new(size_t heaviest) {
    return sts_skew_new_with(NULL, heaviest);
}

sts_skew *sts_skew_new_with(const sts_allocator *allocator, size_t heaviest) {
    if (heaviest < 1 || heaviest > MOST_HEAVIEST)
        return NULL;
    return sts__skew_new(sts__memory_of(allocator), heaviest);
}

void sts_skew_free(sts_skew *skew) {
    sts__skew_free(skew);
}

sts_status sts_skew_add(sts_skew *skew, const void *key, size_t key_size) {
    if (!skew || (!key && key_size))
        return STS_ERR_INVALID_ARGUMENT;
    sts_bytes bytes = {key, key_size};
    sts__skew_add(skew, bytes);
    return STS_OK;
}

uint64_t sts_skew_keys(const sts_skew *skew) {
    return skew ? skew->keys : 0;
}

uint64_t sts_skew_null_keys(const sts_skew *skew) {
    return skew ? skew->null_keys : 0;
}

uint64_t sts_skew_empty_keys(const sts_skew *skew) {
    return skew ? skew->empty_keys : 0;
}

uint64_t sts_skew_distinct_keys(const sts_skew *skew) {
    return skew ? sts__skew_distinct(skew) : 0;
}

sts_status sts_skew_heaviest(sts_skew *skew, size_t index, sts_bytes *key, uint64_t *count, uint64_t *too_many) {
    const sts__skew_key *kept = skew ? sts__skew_heaviest(skew, index) : NULL;
    if (!kept || !key || !count || !too_many)
        return STS_ERR_INVALID_ARGUMENT;
    key->data = kept->bytes;
    key->size = kept->size;
    *count = kept->count;
    *too_many = kept->too_many;
    return STS_OK;
}
