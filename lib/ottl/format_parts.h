/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of Format: what one directive makes of one value, by Go's package fmt (1.26). */
#ifndef STS_OTTL_FORMAT_PARTS_H
#define STS_OTTL_FORMAT_PARTS_H

#include "ottl/text.h"

/* Wider and more precise than that nobody needs, and it bounds what a number can take. */
enum { STS__FORMAT_MOST = 1000, STS__FORMAT_NUMBER = STS__FORMAT_MOST + 400 };

/* One directive: %[flags][width][.precision]verb */
typedef struct sts__format_directive {
    bool minus, plus, sharp, space, zero;
    int width;     /* -1: none */
    int precision; /* -1: none */
    int32_t verb;
    sts_bytes verb_text;
} sts__format_directive;

/* Padded to the width, by characters; zeros stand on the left alone, in front of texts too. */
void sts__format_padded(sts__ottl_text *out, const sts__format_directive *d, sts_bytes text);
void sts__format_padded_with_spaces(sts__ottl_text *out, const sts__format_directive *d, sts_bytes text);

/* Each is false, and has written nothing, where the value does not take the verb. */
bool sts__format_text(sts__ottl_text *out, const sts__format_directive *d, sts_bytes text);
bool sts__format_integer(sts__ottl_text *out, const sts__format_directive *d, int64_t integer);
bool sts__format_double(sts__ottl_text *out, const sts__format_directive *d, double number);

/* A character between single quotes, as Go writes it down, with \u escapes for all but ASCII where `ascii`; the size.
 * What is no character is U+FFFD. */
enum { STS__FORMAT_RUNE = 16 };
size_t sts__format_quoted_rune(int64_t character, bool ascii, char out[STS__FORMAT_RUNE]);

/* Go's strconv.IsPrint. */
bool sts__format_is_printable(int32_t character);

#endif
