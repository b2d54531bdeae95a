/* SPDX-License-Identifier: Apache-2.0
 *
 * Text as a terminal or a log file may show it: names and values come from outside, and what they bring of control
 * characters would colour the screen, move the cursor, or make one line look like two. */
#ifndef STS_BASE_VISIBLE_H
#define STS_BASE_VISIBLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Whether the text is UTF-8 without a control character (C0, DEL, C1). */
bool sts__visible_is(const char *text);

/* Writes the text with control characters as "\x1b" and "?" for each byte that is no UTF-8. What has no room is cut off
 * between characters. */
void sts__visible_write(const char *text, char *out, size_t out_size);

/* The same, of a text that may have several lines: "\n" stays. */
void sts__visible_write_lines(const char *text, char *out, size_t out_size);

/* Appends it to a text, whole. */
void sts__visible_append(sts__text *to, const char *text);

#endif
