/* SPDX-License-Identifier: Apache-2.0
 *
 * The shortest text of a double, beside what printf and strtod say of each length; of those that are written by whole
 * numbers (base/number.c) and of others, random ones and where ranges and lengths end. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

enum { RANDOM = 300000 };

/* Whether the nearest decimal of so many digits, or the one above it, reads back as the number; that one, then. */
static bool reads_back(double number, int count, char text[48]) {
    size_t last = count == 1 ? 0 : (size_t)count;
    snprintf(text, 48, "%.*e", count - 1, number);
    if (strtod(text, NULL) == number)
        return true;
    if (text[last] == '9')
        return false;
    text[last]++;
    return strtod(text, NULL) == number;
}

/* Its digits, of the fewest that read back, without zeros at the end. Where some do, so do more: the search begins with
 * the most, which random numbers need. */
static void slow_digits(double number, char digits[32]) {
    char text[48], shorter[48];
    int count = 17;
    size_t size = 0;
    cr_assert(reads_back(number, count, text));
    while (count > 1 && reads_back(number, --count, shorter))
        memcpy(text, shorter, sizeof text);
    for (const char *at = text; *at != 'e'; at++)
        if (*at != '.')
            digits[size++] = *at;
    while (size > 1 && digits[size - 1] == '0')
        size--;
    digits[size] = '\0';
}

static void check(double number) {
    char text[STS__DOUBLE_TEXT + 1], expected[32], found[STS__DOUBLE_TEXT + 1];
    size_t size = sts__double_text(number, text), count = 0;
    text[size] = '\0';
    cr_assert_eq(strtod(text, NULL), number, "%s is not %.17g", text, number);
    slow_digits(number, expected);
    for (const char *at = text; *at && *at != 'e'; at++)
        if (*at != '.' && (count || *at != '0'))
            found[count++] = *at;
    while (count > 1 && found[count - 1] == '0')
        count--;
    found[count] = '\0';
    cr_assert_str_eq(found, expected, "%.17g is written %s", number, text);
}

static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

Test(number, shortest_of_random_doubles) {
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < RANDOM; i++) {
        uint64_t bits = next_random(&state) & UINT64_C(0x7fffffffffffffff);
        double number;
        /* Half of them from 2^-11 to 2^51, where most numbers are. */
        if (i % 2)
            bits = (bits & ((UINT64_C(1) << 52) - 1)) | (1012 + (bits >> 52) % 62) << 52;
        memcpy(&number, &bits, sizeof number);
        if (isfinite(number) && number != 0)
            check(number);
    }
}

Test(number, shortest_of_decimals) {
    uint64_t state = 1;
    for (int i = 0; i < RANDOM / 3; i++) {
        char text[64];
        uint64_t units = next_random(&state) >> next_random(&state) % 60;
        snprintf(text, sizeof text, "%llue%d", (unsigned long long)units, (int)(next_random(&state) % 24) - 22);
        double number = strtod(text, NULL);
        if (number == 0)
            continue;
        check(number);
        check(nextafter(number, 0));
        check(nextafter(number, INFINITY));
    }
}

Test(number, shortest_where_ranges_end) {
    for (int power = -30; power <= 60; power++) {
        double number = ldexp(1, power);
        for (int i = 0; i < 3; i++, number = nextafter(number, INFINITY))
            check(number);
        check(nextafter(ldexp(1, power), 0));
    }
    for (int power = -8; power <= 22; power++) {
        double number = strtod((char[]){'1', 'e', power < 0 ? '-' : '+', (char)('0' + abs(power) / 10),
                                        (char)('0' + abs(power) % 10), '\0'},
                               NULL);
        double below = number, above = number;
        check(number);
        for (int i = 0; i < 20; i++) {
            check(below = nextafter(below, 0));
            check(above = nextafter(above, INFINITY));
        }
    }
}
