/* SPDX-License-Identifier: Apache-2.0
 *
 * What transports call. (The memory transport's own functions are in transport/memory.c.) */
#include <stskafka/transport.h>

#include <string.h>

#include "exporter/exporter.h"
#include "transport/memory.h"

sts_status sts_transport_complete(sts_transport_sink *sink, const sts_completion *completion) {
    if (!sink || !completion || completion->struct_size < sizeof completion->struct_size)
        return STS_ERR_INVALID_ARGUMENT;
    sts_completion known;
    memset(&known, 0, sizeof known);
    memcpy(&known, completion, completion->struct_size < sizeof known ? completion->struct_size : sizeof known);
    return sts__ledger_complete(&sink->exporter->ledger, &known);
}

void sts_transport_log(sts_transport_sink *sink, int32_t level, const char *text) {
    const sts_exporter *exporter = sink ? sink->exporter : NULL;
    if (exporter && exporter->log_callback && text)
        exporter->log_callback(level, text, exporter->log_user);
}

sts_status sts_memory_new(sts_memory **memory, const char *script, size_t capacity, int32_t partitions,
                          sts_error **error) {
    sts__fault fault;
    if (memory)
        *memory = NULL;
    if (!memory)
        sts__fault_set(&fault, STS_ERR_INVALID_ARGUMENT, "memory must not be NULL");
    else if (sts__memory_transport_new(sts__memory_default(), script, capacity, partitions, memory, &fault) == STS_OK)
        return STS_OK;
    return sts__error_report(sts__memory_default(), error, &fault);
}
