/* SPDX-License-Identifier: Apache-2.0 */
#include "store/crc32c.h"

#include <stdbool.h>
#include <string.h>

/* Four bits at a time: for machines without the instruction, where a table of 16 does. */
uint32_t sts__crc32c_plain(uint32_t crc, const void *bytes, size_t size) {
    static const uint32_t table[16] = {0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
                                       0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
                                       0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75};
    const uint8_t *at = bytes;
    crc = ~crc;
    while (size--) {
        crc ^= *at++;
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

#if defined __x86_64__

__attribute__((target("sse4.2"))) static uint32_t by_instruction(uint32_t crc, const uint8_t *at, size_t size) {
    uint64_t wide = ~crc;
    for (; size >= 8; size -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    uint32_t narrow = (uint32_t)wide;
    for (; size; size--)
        narrow = __builtin_ia32_crc32qi(narrow, *at++);
    return ~narrow;
}

static bool has_instruction(void) {
    return __builtin_cpu_supports("sse4.2");
}

#elif defined __aarch64__ && defined __ARM_FEATURE_CRC32

#include <arm_acle.h>

static uint32_t by_instruction(uint32_t crc, const uint8_t *at, size_t size) {
    crc = ~crc;
    for (; size >= 8; size -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        crc = __crc32cd(crc, word);
    }
    for (; size; size--)
        crc = __crc32cb(crc, *at++);
    return ~crc;
}

static bool has_instruction(void) {
    return true;
}

#else

static uint32_t by_instruction(uint32_t crc, const uint8_t *at, size_t size) {
    return sts__crc32c_plain(crc, at, size);
}

static bool has_instruction(void) {
    return false;
}

#endif

uint32_t sts__crc32c(uint32_t crc, const void *bytes, size_t size) {
    return has_instruction() ? by_instruction(crc, bytes, size) : sts__crc32c_plain(crc, bytes, size);
}
