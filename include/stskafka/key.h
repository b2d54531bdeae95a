/* SPDX-License-Identifier: Apache-2.0
 *
 * From a key to a partition, without a broker. */
#ifndef STSKAFKA_KEY_H
#define STSKAFKA_KEY_H

#include <stskafka/error.h>
#include <stskafka/export.h>
#include <stskafka/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The partition that a profile gives a key: the same that an exporter with `partitioner` set to that profile uses.
 *
 *   profile          "java"        murmur2, as Kafka's Java client and franz-go do by default
 *                    "sarama"      FNV-1a, as sarama and the collector's kafkaexporter do by default
 *                    "librdkafka"  CRC-32, as librdkafka does by default; an empty key is hashed too, where
 *                                  librdkafka's consistent_random would place it at random
 *   key              NULL for a null key; an empty key is not NULL with key_size 0
 *   partition_count  how many partitions the topic has, 1 or more
 *   partition        not NULL; gets the partition, from 0 up, or -1 where the profile picks at random (a null key)
 *
 * Returns  STS_OK, or STS_ERR_INVALID_ARGUMENT and then *partition is left as it was.
 * Threads  any; also from a callback.
 * Since    0.1.0 */
STS_API sts_status sts_partition(const char *profile, const void *key, size_t key_size, int32_t partition_count,
                                 int32_t *partition);

/* Walks the names of the profiles, for bindings; beyond the last one NULL.
 *
 * Threads  any; also from a callback.
 * Since    0.1.0 */
STS_API const char *sts_partition_profile(size_t index);

#ifdef __cplusplus
}
#endif
#endif
