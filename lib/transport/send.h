/* SPDX-License-Identifier: Apache-2.0
 *
 * Handing messages to a transport, many at a time where it takes that. */
#ifndef STS_TRANSPORT_SEND_H
#define STS_TRANSPORT_SEND_H

#include <stskafka/transport.h>

#include "base/error.h"

/* Sends messages in their order, up to the first that is not taken. STS_OK, and `*taken` is `count`; or why the message
 * at `*taken` was not taken, with the transport's number and its words in the fault. */
sts_status sts__transport_send(const sts_transport *transport, void *context, const sts_message *const *messages,
                               size_t count, size_t *taken, sts__fault *fault);

#endif
