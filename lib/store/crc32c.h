/* SPDX-License-Identifier: Apache-2.0
 *
 * CRC-32C (Castagnoli; RFC 3720, appendix B.4), which x86-64 since 2008 and AArch64 have an instruction for. */
#ifndef STS_STORE_CRC32C_H
#define STS_STORE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Of bytes; `crc` is 0, or what came of the bytes in front of them. */
uint32_t sts__crc32c(uint32_t crc, const void *bytes, size_t size);

/* The same without that instruction, for the tests. */
uint32_t sts__crc32c_plain(uint32_t crc, const void *bytes, size_t size);

#endif
