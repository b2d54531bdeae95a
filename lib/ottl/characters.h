/* SPDX-License-Identifier: Apache-2.0
 *
 * Letters of text, as Go's packages strings and unicode and the package strcase treat them, whatever the locale is.
 * What is not UTF-8 becomes U+FFFD where letters are changed. */
#ifndef STS_OTTL_CHARACTERS_H
#define STS_OTTL_CHARACTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* False when out of memory. */
bool sts__characters_lower(sts__arena *arena, sts_bytes text, sts_bytes *changed);
bool sts__characters_upper(sts__arena *arena, sts_bytes text, sts_bytes *changed);

/* some_name to SomeName, someName to some_name; only ASCII letters and digits count. */
bool sts__characters_camel(sts__arena *arena, sts_bytes text, sts_bytes *changed);
bool sts__characters_snake(sts__arena *arena, sts_bytes text, sts_bytes *changed);

/* Without the characters at both ends that are among those of `cut`. */
sts_bytes sts__characters_trim(sts_bytes text, sts_bytes cut);

/* The size of the first character of a text that is not empty, and which it is; what is not UTF-8 is one byte, and
 * U+FFFD. */
size_t sts__characters_first(sts_bytes text, int32_t *character);

#endif
