/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes as lower-case hex. */
#ifndef HEX_H
#define HEX_H

#include <stdbool.h>
#include <stddef.h>

/* Writes 2 * size digits and no NUL. */
void hex_encode(char *out, const void *data, size_t size);

/* Writes digits / 2 bytes; false when there is an odd number of digits or something that is none. `out` may be `hex`.
 */
bool hex_decode(unsigned char *out, const char *hex, size_t digits);

#endif
