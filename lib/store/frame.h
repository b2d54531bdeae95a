/* SPDX-License-Identifier: Apache-2.0
 *
 * How a segment looks on the disk. All numbers are little-endian, whatever the machine.
 *
 *   the head of the file, 32 bytes: "STSQUEUE", u32 version, u32 0, u64 the first sequence, u32 0, u32 CRC of those
 *   frames, each at a multiple of 8 bytes:
 *     u32 mark, u32 size of the payload, u64 sequence, i64 stored at (ms since 1970), u32 records, u32 weight,
 *     u32 CRC of the payload, u32 CRC of the 36 bytes before; the payload; zeros up to a multiple of 8
 *   of the file that is appended to, zeros, up to 256 KiB (ahead.c)
 *
 * A head with a CRC of its own tells where the next frame begins, though the payload be damaged; where the head is,
 * the next one is found by its mark, at a multiple of 8. */
#ifndef STS_STORE_FRAME_H
#define STS_STORE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STS__STORE_VERSION = 1, /* older ones are read, newer ones refused; there is no older one yet */
    STS__STORE_FILE_HEAD = 32,
    STS__STORE_FRAME_HEAD = 40,
    STS__STORE_ALIGNMENT = 8
};

/* The head of a frame. */
typedef struct sts__frame {
    uint64_t sequence;
    int64_t stored_ms;
    uint32_t size;    /* of the payload */
    uint32_t records; /* of the caller's, which it stands for */
    uint32_t weight;  /* bytes of the caller's, the same way */
    uint32_t payload_crc;
} sts__frame;

/* What a frame with such a payload takes. */
static inline uint64_t sts__frame_room(uint32_t size) {
    return (STS__STORE_FRAME_HEAD + (uint64_t)size + STS__STORE_ALIGNMENT - 1) / STS__STORE_ALIGNMENT *
           STS__STORE_ALIGNMENT;
}

void sts__frame_write(const sts__frame *frame, uint8_t head[STS__STORE_FRAME_HEAD]);

/* False where there is none. */
bool sts__frame_read(sts__frame *frame, const uint8_t head[STS__STORE_FRAME_HEAD]);

void sts__file_head_write(uint64_t first_sequence, uint8_t head[STS__STORE_FILE_HEAD]);

/* The version; 0: no head, or a damaged one. */
uint32_t sts__file_head_read(uint64_t *first_sequence, const uint8_t head[STS__STORE_FILE_HEAD]);

#endif
