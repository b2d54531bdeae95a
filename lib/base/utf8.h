/* SPDX-License-Identifier: Apache-2.0
 *
 * UTF-8 (RFC 3629), as protobuf demands it of strings. */
#ifndef STS_BASE_UTF8_H
#define STS_BASE_UTF8_H

#include <stdbool.h>

#include <stskafka/types.h>

/* Whether the bytes are UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. NUL is a character like any
 * other. */
bool sts__utf8_is_valid(sts_bytes text);

/* How many bytes the character has that the text, which is not empty, begins with; 0 where it begins with none. */
size_t sts__utf8_character_size(sts_bytes text);

/* How many bytes at its beginning are UTF-8: all of them, or up to the first that is wrong. */
size_t sts__utf8_valid_size(sts_bytes text);

#endif
