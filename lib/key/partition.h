/* SPDX-License-Identifier: Apache-2.0
 *
 * Partition profiles: which client's way of placing keys is followed. Pure; the Kafka transport makes librdkafka follow
 * the same profile. */
#ifndef STS_KEY_PARTITION_H
#define STS_KEY_PARTITION_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/types.h>

typedef enum sts__profile {
    STS__PROFILE_JAVA,                               /* murmur2 */
    STS__PROFILE_SARAMA,                             /* FNV-1a */
    STS__PROFILE_LIBRDKAFKA,                         /* CRC-32 */
    STS__PLACING_PROFILES,                           /* how many place keys */
    STS__PROFILE_ROUND_ROBIN = STS__PLACING_PROFILES /* heeds no key */
} sts__profile;

const char *sts__profile_name(sts__profile profile);

/* False if there is no profile of that name. */
bool sts__profile_find(const char *name, sts__profile *profile);

/* The partition of a key; -1 where the key does not decide: for a null key (data NULL), and round-robin. `count` is 1
 * or more. */
int32_t sts__partition(sts__profile profile, sts_bytes key, int32_t count);

/* FNV-1a of 32 bits (RFC 9923). */
uint32_t sts__fnv1a_32(sts_bytes bytes);

#endif
