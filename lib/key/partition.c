/* SPDX-License-Identifier: Apache-2.0 */
#include "key/partition.h"

#include <string.h>
#include <zlib.h>

/* Kafka's murmur2 (MurmurHash2 of 32 bits, little-endian, seed 0x9747b28c):
 * org.apache.kafka.common.utils.Utils.murmur2. No C library but librdkafka has it, and this module knows no Kafka. */
static uint32_t murmur2(sts_bytes bytes) {
    const uint32_t m = 0x5bd1e995;
    const uint8_t *at = bytes.data;
    size_t left = bytes.size;
    uint32_t hash = 0x9747b28cU ^ (uint32_t)bytes.size;
    for (; left >= 4; at += 4, left -= 4) {
        uint32_t word = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
        word *= m;
        word ^= word >> 24;
        hash = hash * m ^ word * m;
    }
    if (left > 2)
        hash ^= (uint32_t)at[2] << 16;
    if (left > 1)
        hash ^= (uint32_t)at[1] << 8;
    if (left > 0)
        hash = (hash ^ at[0]) * m;
    hash ^= hash >> 13;
    hash *= m;
    return hash ^ hash >> 15;
}

uint32_t sts__fnv1a_32(sts_bytes bytes) {
    const uint8_t *data = bytes.data;
    uint32_t hash = 0x811c9dc5;
    for (size_t i = 0; i < bytes.size; i++)
        hash = (hash ^ data[i]) * 0x01000193;
    return hash;
}

/* Kafka's Java client: the hash without its sign bit, modulo the count. */
static int32_t java(sts_bytes key, int32_t count) {
    return (int32_t)((murmur2(key) & 0x7fffffff) % (uint32_t)count);
}

/* sarama: the hash as a signed number, its remainder without the sign. */
static int32_t sarama(sts_bytes key, int32_t count) {
    uint32_t hash = sts__fnv1a_32(key);
    int64_t remainder = (hash < 0x80000000U ? (int64_t)hash : (int64_t)hash - 0x100000000) % count;
    return (int32_t)(remainder < 0 ? -remainder : remainder);
}

/* librdkafka's "consistent". */
static int32_t crc_32(sts_bytes key, int32_t count) {
    const uint8_t *data = key.data;
    uLong crc = crc32(0, NULL, 0);
    for (size_t done = 0; done < key.size;) { /* zlib counts in 32 bits */
        size_t part = key.size - done < 0x40000000 ? key.size - done : 0x40000000;
        crc = crc32(crc, data + done, (uInt)part);
        done += part;
    }
    return (int32_t)((uint32_t)crc % (uint32_t)count);
}

static const struct {
    const char *name;
    int32_t (*partition)(sts_bytes key, int32_t count);
} profiles[STS__PLACING_PROFILES] = {
    [STS__PROFILE_JAVA] = {"java", java},
    [STS__PROFILE_SARAMA] = {"sarama", sarama},
    [STS__PROFILE_LIBRDKAFKA] = {"librdkafka", crc_32},
};

const char *sts__profile_name(sts__profile profile) {
    return profile == STS__PROFILE_ROUND_ROBIN ? "round_robin" : profiles[profile].name;
}

bool sts__profile_find(const char *name, sts__profile *profile) {
    for (int i = 0; i < STS__PLACING_PROFILES; i++) {
        if (strcmp(name, profiles[i].name) == 0) {
            *profile = (sts__profile)i;
            return true;
        }
    }
    return false;
}

int32_t sts__partition(sts__profile profile, sts_bytes key, int32_t count) {
    return key.data && profile != STS__PROFILE_ROUND_ROBIN ? profiles[profile].partition(key, count) : -1;
}
