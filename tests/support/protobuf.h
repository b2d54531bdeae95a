/* SPDX-License-Identifier: Apache-2.0
 *
 * A protobuf writer small enough to be seen through: tests make requests with it, right ones and wrong ones. Out of
 * memory it ends the test. */
#ifndef TESTS_SUPPORT_PROTOBUF_H
#define TESTS_SUPPORT_PROTOBUF_H

#include <stddef.h>
#include <stdint.h>

enum { PB_VARINT = 0, PB_FIXED64 = 1, PB_LENGTH = 2, PB_GROUP = 3, PB_GROUP_END = 4, PB_FIXED32 = 5 };

/* Google's runtimes write fields in ascending order, the collector's pdata in descending order. */
enum pb_order { PB_ASCENDING, PB_DESCENDING };

/* Bytes that grow; all zero is empty. */
struct pb {
    unsigned char *data;
    size_t size;
    size_t capacity;
};

void pb_clear(struct pb *pb);
void pb_put(struct pb *pb, const void *data, size_t size);
void pb_put_varint(struct pb *pb, uint64_t value);
void pb_put_tag(struct pb *pb, uint32_t field, unsigned wire_type);

void pb_varint(struct pb *pb, uint32_t field, uint64_t value);
void pb_fixed32(struct pb *pb, uint32_t field, uint32_t value);
void pb_fixed64(struct pb *pb, uint32_t field, uint64_t value);
void pb_double(struct pb *pb, uint32_t field, double value);
void pb_bytes(struct pb *pb, uint32_t field, const void *data, size_t size);
void pb_text(struct pb *pb, uint32_t field, const char *text);

/* Writes `message` as a field and clears it. */
void pb_message(struct pb *pb, uint32_t field, struct pb *message);

/* The fields of one message, each in a part of its own (all occurrences of a repeated field share one), to be joined in
 * either order. Joining appends to `out` and clears the parts. */
enum { PB_PARTS = 12 };
struct pb_parts {
    struct pb part[PB_PARTS];
    size_t count;
};

struct pb *pb_part(struct pb_parts *parts);
void pb_join(struct pb *out, struct pb_parts *parts, enum pb_order order);

#endif
