/* SPDX-License-Identifier: Apache-2.0
 *
 * Attributes in the order of their names, bytewise. Where a name stands twice, the order of the two is that which Go's
 * slices.SortFunc gives them: the collector's hash of a map depends on it. */
#ifndef STS_OTTL_NAME_ORDER_H
#define STS_OTTL_NAME_ORDER_H

#include <string.h>

#include "otlp/value.h"

typedef struct sts__name_attribute {
    sts_bytes name;
    sts__value value;
} sts__name_attribute;

/* An attribute's place in the order of names: the beginning of its name, as a number that sorts as the name does. */
typedef struct sts__name_place {
    uint64_t prefix;
    const sts__name_attribute *attribute;
} sts__name_place;

static inline uint64_t sts__name_eight(const uint8_t *n) {
    return (uint64_t)n[0] << 56 | (uint64_t)n[1] << 48 | (uint64_t)n[2] << 40 | (uint64_t)n[3] << 32 |
           (uint64_t)n[4] << 24 | (uint64_t)n[5] << 16 | (uint64_t)n[6] << 8 | n[7];
}

/* Eight bytes of the name, or as many as a shorter one has. It may be read on up to `source_end`. */
static inline uint64_t sts__name_prefix(sts_bytes name, const uint8_t *source_end) {
    const uint8_t *n = name.data;
    uint8_t eight[8] = {0};
    if (name.size == 0)
        return 0;
    if (source_end - n < 8) {
        memcpy(eight, n, name.size);
        n = eight;
    }
    uint64_t prefix = sts__name_eight(n);
    return name.size < 8 ? prefix & UINT64_MAX << (64 - 8 * name.size) : prefix;
}

/* The eight bytes behind the prefix, in the same way, of what is inside the name alone. */
static inline uint64_t sts__name_second(sts_bytes name) {
    const uint8_t *n = name.data;
    if (name.size >= 16)
        return sts__name_eight(n + 8);
    return name.size > 8 ? sts__name_eight(n + name.size - 8) << 8 * (16 - name.size) : 0;
}

/* Names of one kind often begin alike ("k8s.pod."): sixteen bytes tell most of them apart. */
static inline bool sts__name_is_before(const sts__name_place *a, const sts__name_place *b) {
    if (a->prefix != b->prefix)
        return a->prefix < b->prefix;
    sts_bytes x = a->attribute->name;
    sts_bytes y = b->attribute->name;
    uint64_t x_second = sts__name_second(x);
    uint64_t y_second = sts__name_second(y);
    if (x_second != y_second)
        return x_second < y_second;
    size_t size = x.size < y.size ? x.size : y.size;
    int order = size > 16 ? memcmp((const char *)x.data + 16, (const char *)y.data + 16, size - 16) : 0;
    return order ? order < 0 : x.size < y.size;
}

void sts__name_sort(sts__name_place *places, size_t count);

#endif
