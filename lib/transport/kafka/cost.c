/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/cost.h"

#include "transport/taken.h"

enum {
    /* What librdkafka takes at most for a message that it has a reference to (measured: 208, 144 and 72), and what the
     * record of ours takes (record.h). */
    MESSAGE = 208 + 160,
    HEADERS = 144,
    HEADER = 72 + 34
};

/* librdkafka has copies of keys and headers; the block that holds all of it, or a value that is handed over, may be an
 * eighth larger. A value that is shared is counted elsewhere. */
size_t sts__kafka_cost(const sts_message *message, size_t payload) {
    size_t around = payload - message->value.size;
    size_t kept = sts__taken_is_shared(message->taken) ? around : payload;
    size_t headers = message->header_count ? HEADERS + message->header_count * HEADER : 0;
    return MESSAGE + headers + kept + kept / 8 + around;
}
