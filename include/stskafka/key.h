/* SPDX-License-Identifier: Apache-2.0
 *
 * From a key to its partition, without a broker; and how evenly keys are spread. */
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
 *   profile          not NULL
 *                    "java"        murmur2, as Kafka's Java client and franz-go do by default
 *                    "sarama"      FNV-1a, as sarama and the collector's kafkaexporter do by default
 *                    "librdkafka"  CRC-32, as librdkafka does by default; an empty key is hashed too, where
 *                                  librdkafka's consistent_random would place it at random
 *   key              NULL for a null key, whatever key_size; an empty key is not NULL with key_size 0
 *   partition_count  how many partitions the topic has, 1 or more
 *   partition        not NULL; gets the partition, from 0 up, or -1 where the profile picks at random (a null key)
 *
 * Returns  STS_OK, or STS_ERR_INVALID_ARGUMENT and then *partition is left as it was.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API sts_status sts_partition(const char *profile, const void *key, size_t key_size, int32_t partition_count,
                                 int32_t *partition);

/* Walks the names of the profiles, for bindings: the one at `index`, from 0.
 *
 * Returns  a static string; NULL beyond the last one.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API const char *sts_partition_profile_name(size_t index);

/* A count of keys. */
typedef struct sts_skew sts_skew;

/* How keys are spread: counts keys, estimates how many different ones there are, and finds the heaviest, in a bounded
 * memory (about 4 KiB, and 200 bytes for each of 8 * `heaviest` keys).
 *
 *   heaviest  how many of the heaviest keys to tell, 1 to 1000
 *
 * Returns  the object, for the caller to free with sts_skew_free; NULL when out of memory or out of range.
 * Threads  any; one object belongs to one thread at a time; also from a callback.
 * Since    1.0.0 */
STS_API sts_skew *sts_skew_new(size_t heaviest);
STS_API void sts_skew_free(sts_skew *skew);

/* The same, with its memory from an allocator (allocator.h); NULL is malloc.
 *
 *   the rest  as sts_skew_new
 *
 * Returns  as sts_skew_new.
 * Threads  as sts_skew_new.
 * Since    1.0.0 */
STS_API sts_skew *sts_skew_new_with(const sts_allocator *allocator, size_t heaviest);

/* Counts one key.
 *
 *   key  NULL with key_size 0 for a null key; an empty key is not NULL with key_size 0; copied as far as it is kept
 *
 * Returns  STS_OK, STS_ERR_INVALID_ARGUMENT.
 * Threads  as sts_skew_new.
 * Since    1.0.0 */
STS_API sts_status sts_skew_add(sts_skew *skew, const void *key, size_t key_size);

/* What was counted: keys in all, null keys, empty keys; and an estimate of how many different keys there are (null ones
 * left out), by HyperLogLog with 4096 registers, whose standard error is 1.6 %.
 *
 * Returns  the number; 0 for NULL.
 * Threads  as sts_skew_new.
 * Since    1.0.0 */
STS_API uint64_t sts_skew_keys(const sts_skew *skew);
STS_API uint64_t sts_skew_null_keys(const sts_skew *skew);
STS_API uint64_t sts_skew_empty_keys(const sts_skew *skew);
STS_API uint64_t sts_skew_distinct_keys(const sts_skew *skew);

/* The heaviest keys, the heaviest first (the algorithm is Space-Saving: Metwally, Agrawal, El Abbadi, 2005). A key that
 * has more than its share of 1 in 8 * `heaviest` keys is never missed.
 *
 *   index     which one, from 0
 *   key       not NULL; gets a view of the key's first 128 bytes, until the next call of sts_skew_add
 *   count     not NULL; gets how often it came, at most
 *   too_many  not NULL; gets by how much `count` may be too high
 *
 * Returns  STS_OK; STS_ERR_INVALID_ARGUMENT, also beyond the last one.
 * Threads  as sts_skew_new.
 * Since    1.0.0 */
STS_API sts_status sts_skew_heaviest(sts_skew *skew, size_t index, sts_bytes *key, uint64_t *count, uint64_t *too_many);

#ifdef __cplusplus
}
#endif
#endif
