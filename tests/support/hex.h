/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes and their hex text, as the golden files have them. */
#ifndef TESTS_SUPPORT_HEX_H
#define TESTS_SUPPORT_HEX_H

#include <stskafka/types.h>

/* The bytes that `text` stands for; data NULL for text NULL, and only then. Ends the test where it is not hex. */
sts_bytes hex_read(const char *text);
void hex_clear(sts_bytes *bytes);

/* The hex text of the bytes, "null" for data NULL; for the caller to free. */
char *hex_write(sts_bytes bytes);

#endif
