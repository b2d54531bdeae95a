/* SPDX-License-Identifier: Apache-2.0
 *
 * How large a message is: for Kafka, and, where nothing more is known, in memory. */
#ifndef STS_TRANSPORT_MESSAGE_SIZE_H
#define STS_TRANSPORT_MESSAGE_SIZE_H

#include <stdbool.h>

#include <stskafka/transport.h>

/* What a batch takes beside its records. */
enum { STS__BATCH_HEADER = 61 };

/* The bytes of key, value, and names and values of headers. */
size_t sts__message_payload(const sts_message *message);

/* The size that a broker compares with max.message.bytes when the record comes alone and uncompressed: a record batch
 * with one record (kafka.apache.org, "Messages", record batch of version 2). */
size_t sts__message_batch_size(const sts_message *message);

/* Whether that is so much at most. Nearly always it is by far, which takes no look at the lengths of lengths. */
static inline bool sts__message_fits(const sts_message *message, size_t most) {
    enum { AROUND = STS__BATCH_HEADER + 35 }; /* at most, where there are no headers */
    const size_t bytes = message->key.size + message->value.size;
    if (message->header_count == 0 && bytes < most && most - bytes >= AROUND)
        return true;
    return sts__message_batch_size(message) <= most;
}

/* What a message with this payload counts for in memory with a transport that nobody has measured: its bytes once, and
 * something for each message and header (stskafka/transport.h tells hosts). */
size_t sts__message_cost(const sts_message *message, size_t payload);

#endif
