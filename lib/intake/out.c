/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/out.h"

#include "wire/writer.h"

bool sts__intake_grow(sts__intake_out *out, size_t size) {
    size_t written = out->start ? sts__intake_written(out) : 0;
    size_t capacity = out->start ? 2 * (size_t)(out->end - out->start) : size;
    while (capacity - written < size)
        capacity *= 2;
    uint8_t *start = sts__arena_alloc(out->arena, capacity);
    if (!start)
        return false;
    if (written)
        memcpy(start, out->start, written);
    out->start = start;
    out->at = start + written;
    out->end = start + capacity;
    return true;
}

uint8_t sts__intake_end_long(sts__intake_out *out, size_t start, uint8_t reserved) {
    uint8_t *message = out->start + start;
    size_t size = (size_t)(out->at - message);
    uint8_t needed = (uint8_t)sts__wire_varint_size(size);
    uint8_t *at = message - reserved;
    if (reserved == STS__INTAKE_LONG_LENGTH) { /* a varint may have more bytes than it needs */
        for (int i = 0; i < STS__INTAKE_LONG_LENGTH; i++)
            at[i] = (uint8_t)((size >> (7 * i) & 0x7f) | (i + 1 < STS__INTAKE_LONG_LENGTH ? 0x80 : 0));
        return needed;
    }
    if (needed != reserved) {
        memmove(at + needed, message, size);
        out->at = at + needed + size;
    }
    for (uint8_t i = 0; i < needed; i++)
        at[i] = (uint8_t)((size >> (7 * i) & 0x7f) | (i + 1 < needed ? 0x80 : 0));
    return needed;
}
