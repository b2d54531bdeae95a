/* SPDX-License-Identifier: Apache-2.0 */
#include <stskafka/key.h>

#include "key/partition.h"

sts_status sts_partition(const char *profile, const void *key, size_t key_size, int32_t partition_count,
                         int32_t *partition) {
    sts__profile found;
    if (!profile || !partition || partition_count < 1 || !sts__profile_find(profile, &found))
        return STS_ERR_INVALID_ARGUMENT;
    sts_bytes bytes = {key, key ? key_size : 0};
    *partition = sts__partition(found, bytes, partition_count);
    return STS_OK;
}

const char *sts_partition_profile_name(size_t index) {
    return index < STS__PLACING_PROFILES ? sts__profile_name((sts__profile)index) : NULL;
}
