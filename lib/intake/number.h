/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers from their text, exactly. */
#ifndef STS_INTAKE_NUMBER_H
#define STS_INTAKE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/types.h>

#include "intake/text.h"

/* A whole number in decimal, which may be written with a point or an exponent, as 1.0 or 1e3: its sign and its size.
 * NULL, or what is wrong with it. */
const char *sts__intake_whole(sts_bytes text, bool *negative, uint64_t *magnitude);

/* Eight digits at once, as the lowest of eight bytes stands first: their number, or false where others are among them.
 */
static inline bool sts__intake_eight_digits(const uint8_t *at, uint64_t *number) {
    uint64_t eight = sts__intake_eight(at);
    if (((eight + UINT64_C(0x4646464646464646)) | (eight - UINT64_C(0x3030303030303030))) &
        UINT64_C(0x8080808080808080))
        return false;
    eight = (eight & UINT64_C(0x0f0f0f0f0f0f0f0f)) * 2561 >> 8; /* pairs: 10 * 2^8 + 1 */
    eight = (eight & UINT64_C(0x00ff00ff00ff00ff)) * 6553601 >> 16;
    *number = (eight & UINT64_C(0x0000ffff0000ffff)) * UINT64_C(42949672960001) >> 32;
    return true;
}

/* Digits as a number; beyond 19 of them it has lost some. Returns where they end. */
static inline const uint8_t *sts__intake_take_digits(const uint8_t *at, const uint8_t *end, uint64_t *number) {
    uint64_t eight;
    uint64_t sum = *number;
    for (; end - at >= 8 && sts__intake_eight_digits(at, &eight); at += 8)
        sum = sum * 100000000 + eight;
    for (; at < end && *at >= '0' && *at <= '9'; at++)
        sum = sum * 10 + (uint64_t)(*at - '0');
    *number = sum;
    return at;
}

/* Goes past a double that begins here, a JSON number of up to 19 digits as nearly all are, and reads it, rounded as it
 * should be. False, and nothing was read, for others. */
bool sts__intake_take_double(sts__intake_text *text, double *number);

/* Takes the underscores out of a double's text, where Go's syntax has them (strconv.ParseFloat takes 1_000 and 0x_1p4):
 * between digits, or behind a hexadecimal number's prefix. False where one stands elsewhere. */
bool sts__intake_drop_underscores(uint8_t *text, size_t *size);

#endif
