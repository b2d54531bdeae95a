/* SPDX-License-Identifier: Apache-2.0 */
#include "store/frame.h"

#include <string.h>

#include "store/crc32c.h"

static const char magic[8] = "STSQUEUE";
static const uint32_t MARK = 0x31715253; /* "SRq1" */

static void put(uint8_t *at, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get(const uint8_t *at, int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)at[i] << 8 * i;
    return value;
}

void sts__frame_write(const sts__frame *frame, uint8_t head[STS__STORE_FRAME_HEAD]) {
    put(head, MARK, 4);
    put(head + 4, frame->size, 4);
    put(head + 8, frame->sequence, 8);
    put(head + 16, (uint64_t)frame->stored_ms, 8);
    put(head + 24, frame->records, 4);
    put(head + 28, frame->weight, 4);
    put(head + 32, frame->payload_crc, 4);
    put(head + 36, sts__crc32c(0, head, 36), 4);
}

bool sts__frame_read(sts__frame *frame, const uint8_t head[STS__STORE_FRAME_HEAD]) {
    if (get(head, 4) != MARK || get(head + 36, 4) != sts__crc32c(0, head, 36))
        return false;
    frame->size = (uint32_t)get(head + 4, 4);
    frame->sequence = get(head + 8, 8);
    frame->stored_ms = (int64_t)get(head + 16, 8);
    frame->records = (uint32_t)get(head + 24, 4);
    frame->weight = (uint32_t)get(head + 28, 4);
    frame->payload_crc = (uint32_t)get(head + 32, 4);
    return true;
}

void sts__file_head_write(uint64_t first_sequence, uint8_t head[STS__STORE_FILE_HEAD]) {
    memset(head, 0, STS__STORE_FILE_HEAD);
    memcpy(head, magic, sizeof magic);
    put(head + 8, STS__STORE_VERSION, 4);
    put(head + 16, first_sequence, 8);
    put(head + 28, sts__crc32c(0, head, 28), 4);
}

uint32_t sts__file_head_read(uint64_t *first_sequence, const uint8_t head[STS__STORE_FILE_HEAD]) {
    if (memcmp(head, magic, sizeof magic) != 0 || get(head + 28, 4) != sts__crc32c(0, head, 28))
        return 0;
    *first_sequence = get(head + 16, 8);
    return (uint32_t)get(head + 8, 4);
}
