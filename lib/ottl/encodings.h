/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts in other encodings, made UTF-8 as OTTL's Decode does it, which has Go's golang.org/x/text: what is wrong in the
 * text becomes U+FFFD. Of the encodings there, those that need no large tables: mappings that a libc's iconv brings
 * along are not the same everywhere, and a key must be. */
#ifndef STS_OTTL_ENCODINGS_H
#define STS_OTTL_ENCODINGS_H

#include <stdbool.h>

#include "base/arena.h"

typedef struct sts__encoding sts__encoding;

/* By one of its IANA names, in small or capital letters; NULL: unknown. */
const sts__encoding *sts__encoding_named(sts_bytes name);

/* False when out of memory. */
bool sts__encoding_decode(const sts__encoding *encoding, sts__arena *arena, sts_bytes text, sts_bytes *decoded);

#endif
