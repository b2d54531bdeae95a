/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/message_size.h"

#include "wire/writer.h"

enum {
    RECORD_FIXED = 3, /* attributes, timestamp delta 0, offset delta 0 */
    /* What librdkafka takes at most for a message that it has a reference to (measured: 208, 144 and 72), and what the
     * Kafka transport's own record takes. */
    COST_MESSAGE = 208 + 160,
    COST_HEADERS = 144,
    COST_HEADER = 72 + 34
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

/* librdkafka has copies of keys and headers; the block that holds all of it may be an eighth larger. */
size_t sts__message_cost(const sts_message *message, size_t payload) {
    size_t headers = message->header_count ? COST_HEADERS + message->header_count * COST_HEADER : 0;
    return COST_MESSAGE + headers + payload + payload / 8 + (payload - message->value.size);
}
