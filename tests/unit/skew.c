/* SPDX-License-Identifier: Apache-2.0
 *
 * How keys are spread: counters, the estimate of different keys, the heaviest ones in a bounded memory. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <stskafka/key.h>

static void add(sts_skew *skew, const char *key) {
    cr_assert_eq(sts_skew_add(skew, key, strlen(key)), STS_OK);
}

Test(skew, counts_nulls_and_empties) {
    sts_skew *skew = sts_skew_new(1);
    add(skew, "k");
    add(skew, "");
    cr_assert_eq(sts_skew_add(skew, NULL, 0), STS_OK);
    cr_assert_eq(sts_skew_keys(skew), 3u);
    cr_assert_eq(sts_skew_null_keys(skew), 1u);
    cr_assert_eq(sts_skew_empty_keys(skew), 1u);
    cr_assert_eq(sts_skew_distinct_keys(skew), 2u, "the empty key is one, the null key is none");
    sts_skew_free(skew);
}

/* The standard error is 1.6 %; four times that is never exceeded with these keys, which are always the same. */
static void check_estimate(unsigned distinct) {
    sts_skew *skew = sts_skew_new(1);
    char key[32];
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < distinct; i++) {
            snprintf(key, sizeof key, "key-%u", i);
            add(skew, key);
        }
    }
    double error = ((double)sts_skew_distinct_keys(skew) - distinct) / distinct;
    cr_assert(error > -0.065 && error < 0.065, "%u keys are estimated as %llu", distinct,
              (unsigned long long)sts_skew_distinct_keys(skew));
    sts_skew_free(skew);
}

Test(skew, estimates_different_keys) {
    const unsigned counts[] = {1, 10, 100, 1000, 5000, 12000, 100000, 1000000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        check_estimate(counts[i]);
}

static void check_heaviest(sts_skew *skew, size_t index, const char *key, uint64_t least) {
    sts_bytes found;
    uint64_t count, too_many;
    cr_assert_eq(sts_skew_heaviest(skew, index, &found, &count, &too_many), STS_OK);
    cr_assert_eq(found.size, strlen(key));
    cr_assert_eq(memcmp(found.data, key, found.size), 0, "%zu: %.*s, not %s", index, (int)found.size,
                 (const char *)found.data, key);
    cr_assert_geq(count, least);
    cr_assert_leq(count - too_many, least, "%s", key);
}

/* Three heavy keys among 30,000 that come once, with room for 80. */
Test(skew, finds_the_heaviest_among_many) {
    sts_skew *skew = sts_skew_new(10);
    char key[32];
    for (unsigned i = 0; i < 30000; i++) {
        snprintf(key, sizeof key, "once-%u", i);
        add(skew, key);
        if (i % 5 == 0)
            add(skew, "a fifth");
        if (i % 10 == 0)
            add(skew, "a tenth");
        if (i % 20 == 0)
            add(skew, "a twentieth");
    }
    check_heaviest(skew, 0, "a fifth", 6000);
    check_heaviest(skew, 1, "a tenth", 3000);
    check_heaviest(skew, 2, "a twentieth", 1500);
    sts_skew_free(skew);
}

Test(skew, few_keys_are_counted_exactly) {
    sts_skew *skew = sts_skew_new(3);
    sts_bytes key;
    uint64_t count, too_many;
    for (unsigned i = 0; i < 9; i++)
        add(skew, i < 5 ? "five" : i < 8 ? "three" : "one");
    const uint64_t counts[] = {5, 3, 1};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(sts_skew_heaviest(skew, i, &key, &count, &too_many), STS_OK);
        cr_assert_eq(count, counts[i]);
        cr_assert_eq(too_many, 0u);
    }
    cr_assert_eq(sts_skew_heaviest(skew, 3, &key, &count, &too_many), STS_ERR_INVALID_ARGUMENT);
    sts_skew_free(skew);
}

Test(skew, long_keys_are_cut) {
    sts_skew *skew = sts_skew_new(1);
    char key[1000];
    sts_bytes found;
    uint64_t count, too_many;
    memset(key, 'k', sizeof key);
    cr_assert_eq(sts_skew_add(skew, key, sizeof key), STS_OK);
    cr_assert_eq(sts_skew_add(skew, key, sizeof key - 1), STS_OK);
    cr_assert_eq(sts_skew_distinct_keys(skew), 2u, "what is not kept counts too");
    cr_assert_eq(sts_skew_heaviest(skew, 0, &found, &count, &too_many), STS_OK);
    cr_assert_eq(found.size, 128u);
    sts_skew_free(skew);
}

Test(skew, wrong_arguments) {
    sts_bytes key;
    uint64_t number;
    cr_assert_null(sts_skew_new(0));
    cr_assert_null(sts_skew_new(1001));
    cr_assert_eq(sts_skew_add(NULL, "k", 1), STS_ERR_INVALID_ARGUMENT);
    sts_skew *skew = sts_skew_new(1000);
    cr_assert_eq(sts_skew_add(skew, NULL, 1), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_skew_heaviest(skew, 0, &key, &number, &number), STS_ERR_INVALID_ARGUMENT, "there is none");
    cr_assert_eq(sts_skew_heaviest(NULL, 0, &key, &number, &number), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_skew_keys(NULL), 0u);
    sts_skew_free(skew);
    sts_skew_free(NULL);
}
