/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory transport: keeps what it gets, and delivers or fails by a script (stskafka/transport.h). */
#ifndef STS_TRANSPORT_MEMORY_H
#define STS_TRANSPORT_MEMORY_H

#include <stskafka/transport.h>

#include "transport/kind.h"

/* As the functions sts_memory_transport_... (free: NULL is allowed, the others: it is not). */
sts_status sts__memory_transport_new(const sts__memory *memory, const char *script, size_t capacity, int32_t partitions,
                                     sts_memory_transport **made, sts__fault *fault);
void sts__memory_transport_free(sts_memory_transport *memory);
uint64_t sts__memory_transport_count(const sts_memory_transport *memory);
const sts_message *sts__memory_transport_message(const sts_memory_transport *memory, size_t index);

/* Keys get their partitions by the profile of the exporter that opens it. */
extern const sts_transport sts__memory_transport_table;

/* The option's transport=memory: keeps nothing, and delivers all to one partition. */
extern const sts__transport_kind sts__memory_transport;

#endif
