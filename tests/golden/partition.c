/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/golden/partition.jsonl: where franz-go, sarama and librdkafka put a key. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <stskafka/key.h>

#include "support/golden.h"
#include "support/hex.h"

static const char *const profiles[] = {"java", "sarama", "librdkafka"};

static void check_null_key(const char *profile) {
    int32_t partition = 99;
    cr_assert_eq(sts_partition(profile, NULL, 0, 12, &partition), STS_OK);
    cr_assert_eq(partition, -1, "%s: a null key has no partition of its own", profile);
}

static void check_row(const json_t *row, void *user) {
    size_t *compared = user;
    sts_bytes key = golden_bytes(row, "key_hex");
    for (size_t i = 0; i < 3; i++) {
        const json_t *expected = json_object_get(row, profiles[i]), *number;
        const char *count;
        if (!key.data) {
            cr_assert(json_is_null(expected));
            check_null_key(profiles[i]);
            continue;
        }
        json_object_foreach((json_t *)expected, count, number) {
            int32_t partition = -2;
            cr_assert_eq(sts_partition(profiles[i], key.data, key.size, atoi(count), &partition), STS_OK);
            cr_assert_eq(partition, (int32_t)json_number_value(number), "%s of %s: %d of %s", profiles[i],
                         golden_text(row, "name"), partition, count);
            ++*compared;
        }
    }
    hex_clear(&key);
}

Test(golden_partition, all_profiles_and_counts) {
    size_t compared = 0;
    cr_assert_eq(golden_each("tests/golden/partition.jsonl", check_row, &compared), 406u);
    cr_assert_eq(compared, 405u * 3 * 10, "405 rows have a key; each profile gives it 10 partitions");
}

Test(golden_partition, profiles_are_walked) {
    for (size_t i = 0; i < 3; i++) {
        int32_t partition;
        cr_assert_not_null(sts_partition_profile_name(i));
        cr_assert_eq(sts_partition(sts_partition_profile_name(i), "k", 1, 7, &partition), STS_OK);
        cr_assert_eq(sts_partition(profiles[i], "k", 1, 7, &partition), STS_OK);
    }
    cr_assert_null(sts_partition_profile_name(3));
    cr_assert_null(sts_partition_profile_name(SIZE_MAX));
}

Test(golden_partition, one_partition_takes_all) {
    for (size_t i = 0; i < 3; i++) {
        int32_t partition = -2;
        cr_assert_eq(sts_partition(profiles[i], "any", 3, 1, &partition), STS_OK);
        cr_assert_eq(partition, 0);
        cr_assert_eq(sts_partition(profiles[i], "any", 3, INT32_MAX, &partition), STS_OK);
        cr_assert_geq(partition, 0);
    }
}

Test(golden_partition, wrong_arguments_change_nothing) {
    int32_t partition = 99;
    cr_assert_eq(sts_partition("murmur", "k", 1, 7, &partition), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_partition("", "k", 1, 7, &partition), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_partition(NULL, "k", 1, 7, &partition), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_partition("java", "k", 1, 0, &partition), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_partition("java", "k", 1, -1, &partition), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_partition("java", "k", 1, 7, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(partition, 99);
}
