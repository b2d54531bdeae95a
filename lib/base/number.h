/* SPDX-License-Identifier: Apache-2.0
 *
 * The shortest text that reads back as the same double, in the form of ECMAScript's Number::toString, which pdata's
 * AsString and protobuf's JSON mapping share; the same in every locale. */
#ifndef STS_BASE_NUMBER_H
#define STS_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stskafka/types.h>

enum { STS__DOUBLE_TEXT = 32 }; /* the longest is 25 bytes: -1.2345678901234567e-308 and its like */

/* Writes the text (also NaN, Infinity, -Infinity, and -0 for minus zero) and returns its size; there is no NUL. */
size_t sts__double_text(double number, char text[STS__DOUBLE_TEXT]);

/* A whole number, in decimal; returns the size, there is no NUL. */
size_t sts__integer_text(int64_t number, char text[STS__DOUBLE_TEXT]);

/* printf of a double in the C locale: `verb` is one of e, E, f, F, g and G. Returns the size, or `size` and more where
 * the text was cut. */
size_t sts__double_print(double number, char verb, int precision, char *text, size_t size);

/* The shortest text too, as Go's %v writes a finite number: with an exponent of two digits at least, below 1e-4 and
 * from 1e6 on. */
size_t sts__double_short(double number, char text[STS__DOUBLE_TEXT]);

/* Reads a text, with a NUL behind it, as Go's strconv.ParseFloat does: decimal and hexadecimal numbers, inf, infinity
 * and nan in any case. False for what is none, and for a number beyond a double. */
bool sts__double_parse(sts_bytes text, double *number);

#endif
