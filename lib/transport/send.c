/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/send.h"

sts_status sts__transport_send(const sts_transport *transport, void *context, const sts_message *const *messages,
                               size_t count, size_t *taken, sts__fault *fault) {
    sts_status status = STS_OK;
    *taken = 0;
    sts__fault_clear(fault);
    if (transport->send_many) {
        status = transport->send_many(context, messages, count, taken, &fault->transport_code, fault->text,
                                      sizeof fault->text);
        if (status == STS_OK)
            *taken = count;
        return status;
    }
    while (*taken < count && status == STS_OK) {
        status = transport->send(context, messages[*taken], &fault->transport_code, fault->text, sizeof fault->text);
        *taken += status == STS_OK;
    }
    return status;
}
