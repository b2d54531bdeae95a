/* SPDX-License-Identifier: Apache-2.0
 *
 * How large a message is: for Kafka, and, where nothing more is known, in memory. */
#ifndef STS_TRANSPORT_MESSAGE_SIZE_H
#define STS_TRANSPORT_MESSAGE_SIZE_H

#include <stskafka/transport.h>

/* What a batch takes beside its records. */
enum { STS__BATCH_HEADER = 61 };

/* The bytes of key, value, and names and values of headers. */
size_t sts__message_payload(const sts_message *message);

/* The size that a broker compares with max.message.bytes when the record comes alone and uncompressed: a record batch
 * with one record (kafka.apache.org, "Messages", record batch of version 2). */
size_t sts__message_batch_size(const sts_message *message);

/* What a message with this payload counts for in memory with a transport that nobody has measured: its bytes once, and
 * something for each message and header (stskafka/transport.h tells hosts). */
size_t sts__message_cost(const sts_message *message, size_t payload);

#endif
