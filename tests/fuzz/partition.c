/* SPDX-License-Identifier: Apache-2.0
 *
 * Four bytes for the number of partitions, then a key. Every profile gives a partition that there is, the one of the
 * plain formulas of this file; a shard is by FNV-1a too; and keys are counted as they are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"

/* Kafka's Utils.murmur2 as Java has it: ints and their shifts, byte by byte. */
static int32_t java_hash(const int8_t *data, int32_t length) {
    uint32_t m = 0x5bd1e995, h = 0x9747b28c ^ (uint32_t)length;
    int32_t length4 = length / 4;
    for (int32_t i = 0; i < length4; i++) {
        uint32_t k = 0;
        for (int32_t j = 3; j >= 0; j--)
            k = (k << 8) + (uint32_t)(data[4 * i + j] & 0xff);
        k *= m;
        k ^= k >> 24;
        k *= m;
        h *= m;
        h ^= k;
    }
    int32_t rest = length & ~3;
    switch (length % 4) {
    case 3:
        h ^= (uint32_t)(data[rest + 2] & 0xff) << 16; /* fall through */
    case 2:
        h ^= (uint32_t)(data[rest + 1] & 0xff) << 8; /* fall through */
    case 1:
        h ^= (uint32_t)(data[rest] & 0xff);
        h *= m;
        break;
    default:
        break;
    }
    h ^= h >> 13;
    h *= m;
    h ^= h >> 15;
    return (int32_t)h;
}

/* 32 bits of FNV-1a with nothing but whole numbers: prime 2^24 + 2^8 + 0x93, modulo 2^32. */
static uint32_t fnv_hash(const uint8_t *data, size_t size) {
    uint64_t hash = UINT64_C(2166136261);
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ data[i]) * UINT64_C(16777619) % UINT64_C(4294967296);
    return (uint32_t)hash;
}

/* CRC-32 bit by bit (ISO 3309). */
static uint32_t crc_hash(const uint8_t *data, size_t size) {
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
    return ~crc;
}

/* sarama: int32(hash) % partitions, negated where it is negative. */
static int64_t sarama_partition(uint32_t hash, int32_t count) {
    int64_t remainder = (int64_t)(int32_t)hash % count;
    return remainder < 0 ? -remainder : remainder;
}

static void check_profile(const char *profile, sts_bytes key, int32_t count, int64_t expected) {
    int32_t partition = -2, again = -3, none = -2;
    HOLDS(sts_partition(profile, key.data, key.size, count, &partition) == STS_OK, "%s", profile);
    HOLDS(sts_partition(profile, key.data, key.size, count, &again) == STS_OK && again == partition, "%s", profile);
    HOLDS(partition >= 0 && partition < count, "%s: %d of %d", profile, partition, count);
    HOLDS(partition == expected, "%s: %d of %d, not %lld", profile, partition, count, (long long)expected);
    HOLDS(sts_partition(profile, NULL, 0, count, &none) == STS_OK && none == -1, "%s: a null key", profile);
}

static void check_refused(const char *profile, sts_bytes key, int32_t count) {
    int32_t partition = -2;
    sts_status status = sts_partition(profile, key.data, key.size, count, &partition);
    HOLDS(status == STS_ERR_INVALID_ARGUMENT && partition == -2, "%d partitions", count);
}

static void check_shard(sts_bytes key, uint32_t count) {
    char shard[12], expected[12];
    HOLDS(sts_topology_shard(key.data, key.size, count, shard, sizeof shard) == STS_OK, "%u shards", count);
    snprintf(expected, sizeof expected, "%u", (unsigned)(fnv_hash(key.data, key.size) % count));
    HOLDS(strcmp(shard, expected) == 0, "shard %s of %u, not %s", shard, count, expected);
}

/* The key's bytes one by one as keys of a byte. */
static void check_skew(sts_bytes key) {
    sts_skew *skew = sts_skew_new(32);
    size_t of[256] = {0}, distinct = 0;
    sts_bytes heaviest;
    uint64_t count, too_many;
    const uint8_t *data = key.data;
    for (size_t i = 0; i < key.size; i++) {
        distinct += of[data[i]]++ == 0;
        HOLDS(sts_skew_add(skew, &data[i], 1) == STS_OK, "not counted");
    }
    HOLDS(sts_skew_keys(skew) == key.size && sts_skew_null_keys(skew) == 0, "counts differ");
    for (size_t i = 0; sts_skew_heaviest(skew, i, &heaviest, &count, &too_many) == STS_OK; i++) {
        HOLDS(heaviest.size == 1 && count == of[*(const uint8_t *)heaviest.data] && too_many == 0,
              "key %zu of %zu is counted wrong", i, distinct); /* all 256 have a place: 8 * 32 */
    }
    sts_skew_free(skew);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_input input = {data, size};
    uint32_t count = 0;
    for (int i = 0; i < 4; i++)
        count = count << 8 | fuzz_take_byte(&input);
    sts_bytes key = fuzz_take_rest(&input);
    int32_t partitions = (int32_t)count;
    if (partitions < 1) {
        for (size_t i = 0; sts_partition_profile_name(i); i++)
            check_refused(sts_partition_profile_name(i), key, partitions);
        return 0;
    }
    uint32_t positive = (uint32_t)java_hash(key.data, (int32_t)key.size) & 0x7fffffff;
    check_profile("java", key, partitions, positive % count);
    check_profile("sarama", key, partitions, sarama_partition(fnv_hash(key.data, key.size), partitions));
    check_profile("librdkafka", key, partitions, crc_hash(key.data, key.size) % count);
    if (count <= 10000)
        check_shard(key, count);
    check_skew(key);
    return 0;
}
