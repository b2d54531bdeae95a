/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/message_size.h"

#include "wire/writer.h"

enum {
    RECORD_FIXED = 3, /* attributes, timestamp delta 0, offset delta 0 */
    COST_MESSAGE = 256,
    COST_HEADER = 64
};

/* Kafka's varints are zigzag: a number n >= 0 takes the bytes of 2 n. */
static size_t varint_size(size_t number) {
    return sts__wire_varint_size(2 * (uint64_t)number);
}

/* With its length in front; the length of null is -1, one byte. */
static size_t sized(sts_bytes bytes) {
    return bytes.data ? varint_size(bytes.size) + bytes.size : 1;
}

size_t sts__message_payload(const sts_message *message) {
    size_t size = message->key.size + message->value.size;
    for (size_t i = 0; i < 2 * message->header_count; i++)
        size += message->headers[i].size;
    return size;
}

size_t sts__message_batch_size(const sts_message *message) {
    size_t size = RECORD_FIXED + sized(message->key) + sized(message->value) + varint_size(message->header_count);
    for (size_t i = 0; i < 2 * message->header_count; i++)
        size += sized(message->headers[i]);
    return STS__BATCH_HEADER + varint_size(size) + size;
}

size_t sts__message_cost(const sts_message *message, size_t payload) {
    return COST_MESSAGE + message->header_count * COST_HEADER + payload;
}
