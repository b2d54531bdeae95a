/* SPDX-License-Identifier: Apache-2.0
 *
 * The function Format: Go's fmt.Sprintf over values. */
#ifndef STS_OTTL_FORMAT_H
#define STS_OTTL_FORMAT_H

#include "ottl/text.h"

/* Appends the text. NULL, or why it cannot be made: what Go would print of the inside of its memory (maps, encoded
 * lists) is refused, and so are %p, %#v, * and [n]. Out of memory shows in the text. */
const char *sts__ottl_format(sts__ottl_text *text, sts_bytes format, const sts__ottl_value *values, size_t count);

#endif
