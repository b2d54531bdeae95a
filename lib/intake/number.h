/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers from their text, exactly. */
#ifndef STS_INTAKE_NUMBER_H
#define STS_INTAKE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/types.h>

/* A whole number in decimal, which may be written with a point or an exponent, as 1.0 or 1e3: its sign and its size.
 * NULL, or what is wrong with it. */
const char *sts__intake_whole(sts_bytes text, bool *negative, uint64_t *magnitude);

/* A double whose text is a JSON number: where the result is exact without rounding (up to 2^53, times or over up to 10^22:
 * Clinger, "How to Read Floating Point Numbers Accurately"). False for others. */
bool sts__intake_exact_double(sts_bytes text, double *number);

/* Takes the underscores out of a double's text, where Go's syntax has them (strconv.ParseFloat takes 1_000 and 0x_1p4): between
 * digits, or behind a hexadecimal number's prefix. False where one stands elsewhere. */
bool sts__intake_drop_underscores(uint8_t *text, size_t *size);

#endif
