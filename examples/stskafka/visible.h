/* SPDX-License-Identifier: Apache-2.0
 *
 * Text from outside (names, values, file names) as a terminal may show it. */
#ifndef STSKAFKA_TOOL_VISIBLE_H
#define STSKAFKA_TOOL_VISIBLE_H

#include <stddef.h>

/* Room for `size` bytes made visible. */
#define VISIBLE_SIZE(size) (4 * (size) + 1)

/* Writes the text with control characters but line ends, and bytes that are no UTF-8, as "\x1b". Returns the size of
 * what was written, with a NUL behind. */
size_t visible_write(char *out, const char *text, size_t size);

#endif
