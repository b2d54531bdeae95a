/* SPDX-License-Identifier: Apache-2.0
 *
 * The kinds of transports. All have the public table (stskafka/transport.h), by which they are used. What the library's
 * own can do beside that stands here, in a row of each, so that nobody has to know one by its methods. */
#ifndef STS_TRANSPORT_KIND_H
#define STS_TRANSPORT_KIND_H

#include <stdbool.h>

#include <stskafka/transport.h>

#include "base/error.h"
#include "base/memory.h"
#include "transport/settings.h"

typedef struct sts__transport_kind {
    const sts_transport *table;
    bool shares_values; /* it refers to the values of messages that say where they lie, and copies no such one */

    /* Makes a context of the settings. STS_OK, STS_ERR_CONFIG, STS_ERR_SYSTEM, STS_ERR_NO_MEMORY. */
    sts_status (*make)(const sts__memory *memory, const sts__transport_settings *settings, void **context,
                       sts__fault *fault);

    /* Tells it, before it is opened, which store it is to keep account of. STS_OK, STS_ERR_NO_MEMORY. NULL: it keeps
     * none. */
    sts_status (*identify)(void *context, const sts__transport_store *store);

    /* Frees a context that was made and never opened; NULL: there is nothing to free, or `clear` does. */
    void (*discard)(void *context);

    /* Frees what the method close leaves of a context, or all where that was never called; NULL: it leaves nothing. */
    void (*clear)(void *context);

    /* A bound of the memory that a message with this payload (message_size.h) takes until its outcome. Not NULL. */
    size_t (*cost)(const sts_message *message, size_t payload);

    /* Tries other settings for a context that is open: within timeout_ms, with the host's callbacks called from inside.
     * STS_OK and what `replace` or `discard` takes, or why not. From any thread. NULL: they cannot change. */
    sts_status (*try)(const sts__memory *memory, const sts__transport_settings *settings, sts_transport_sink *sink,
                      int32_t timeout_ms, void **tried, sts__fault *fault);

    /* Lets settings that were tried take over, in the next polls. From any thread, while the context is open. */
    void (*replace)(void *context, void *tried);
} sts__transport_kind;

/* A host's own, of which there is no more than its table and context. */
extern const sts__transport_kind sts__host_transport;

#endif
