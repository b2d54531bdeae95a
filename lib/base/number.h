/* SPDX-License-Identifier: Apache-2.0
 *
 * The shortest text that reads back as the same double, in the form of ECMAScript's Number::toString, which pdata's
 * AsString and protobuf's JSON mapping share; the same in every locale. */
#ifndef STS_BASE_NUMBER_H
#define STS_BASE_NUMBER_H

#include <stddef.h>

enum { STS__DOUBLE_TEXT = 32 }; /* the longest is 25 bytes: -1.2345678901234567e-308 and its like */

/* Writes the text (also NaN, Infinity, -Infinity, and -0 for minus zero) and returns its size; there is no NUL. */
size_t sts__double_text(double number, char text[STS__DOUBLE_TEXT]);

#endif
