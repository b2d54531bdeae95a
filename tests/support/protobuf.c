/* SPDX-License-Identifier: Apache-2.0 */
#include "support/protobuf.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

void pb_clear(struct pb *pb) {
    free(pb->data);
    *pb = (struct pb){0};
}

void pb_put(struct pb *pb, const void *data, size_t size) {
    if (pb->capacity - pb->size < size) {
        pb->capacity = (pb->size + size) * 2;
        pb->data = realloc(pb->data, pb->capacity);
        cr_assert_not_null(pb->data);
    }
    if (size > 0)
        memcpy(pb->data + pb->size, data, size);
    pb->size += size;
}

void pb_put_varint(struct pb *pb, uint64_t value) {
    unsigned char byte;
    for (; value >= 0x80; value >>= 7) {
        byte = (unsigned char)(value | 0x80);
        pb_put(pb, &byte, 1);
    }
    byte = (unsigned char)value;
    pb_put(pb, &byte, 1);
}

void pb_put_tag(struct pb *pb, uint32_t field, unsigned wire_type) {
    pb_put_varint(pb, (uint64_t)field << 3 | wire_type);
}

void pb_varint(struct pb *pb, uint32_t field, uint64_t value) {
    pb_put_tag(pb, field, PB_VARINT);
    pb_put_varint(pb, value);
}

static void put_little_endian(struct pb *pb, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)(value >> (8 * i));
        pb_put(pb, &byte, 1);
    }
}

void pb_fixed32(struct pb *pb, uint32_t field, uint32_t value) {
    pb_put_tag(pb, field, PB_FIXED32);
    put_little_endian(pb, value, 4);
}

void pb_fixed64(struct pb *pb, uint32_t field, uint64_t value) {
    pb_put_tag(pb, field, PB_FIXED64);
    put_little_endian(pb, value, 8);
}

void pb_double(struct pb *pb, uint32_t field, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    pb_fixed64(pb, field, bits);
}

void pb_bytes(struct pb *pb, uint32_t field, const void *data, size_t size) {
    pb_put_tag(pb, field, PB_LENGTH);
    pb_put_varint(pb, size);
    pb_put(pb, data, size);
}

void pb_text(struct pb *pb, uint32_t field, const char *text) {
    pb_bytes(pb, field, text, strlen(text));
}

void pb_message(struct pb *pb, uint32_t field, struct pb *message) {
    pb_bytes(pb, field, message->data, message->size);
    pb_clear(message);
}

struct pb *pb_part(struct pb_parts *parts) {
    cr_assert_lt(parts->count, (size_t)PB_PARTS);
    return &parts->part[parts->count++];
}

void pb_join(struct pb *out, struct pb_parts *parts, enum pb_order order) {
    for (size_t i = 0; i < parts->count; i++) {
        struct pb *part = &parts->part[order == PB_ASCENDING ? i : parts->count - 1 - i];
        pb_put(out, part->data, part->size);
        pb_clear(part);
    }
    parts->count = 0;
}
