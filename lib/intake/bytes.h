/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes from their text in JSON: base64, and hex for ids. */
#ifndef STS_INTAKE_BYTES_H
#define STS_INTAKE_BYTES_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/types.h>

/* What each byte is as a hexadecimal digit; -1: none. */
extern const int8_t sts__intake_hex_digits[256];

static inline int sts__intake_hex_digit(uint8_t c) {
    return sts__intake_hex_digits[c];
}

/* Base64 (RFC 4648) in either alphabet, with all of its padding or none; line ends are skipped, and the last bits may
 * be anything, as Go reads it. `out` may be where the text is. False for what is none. */
bool sts__intake_base64(sts_bytes text, uint8_t *out, size_t *size);

/* `size` bytes from twice as many digits. False for what is none. */
bool sts__intake_hex(sts_bytes text, uint8_t *out, size_t size);

#endif
