/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory transport: keeps what it gets, and delivers or fails by a script (stskafka/transport.h). */
#ifndef STS_TRANSPORT_MEMORY_H
#define STS_TRANSPORT_MEMORY_H

#include <stskafka/transport.h>

#include "base/error.h"
#include "base/memory.h"
#include "key/partition.h"

/* As sts_memory_new. */
sts_status sts__memory_transport_new(const sts__memory *memory, const char *script, size_t capacity, int32_t partitions,
                                     sts_memory **made, sts__fault *fault);

/* By which profile keys get their partitions from now on; STS__PROFILE_JAVA before. */
void sts__memory_transport_set_profile(sts_memory *memory, sts__profile profile);

#endif
