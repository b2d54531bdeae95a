/* SPDX-License-Identifier: Apache-2.0
 *
 * What the host's own transports call, and the memory transport. */
#include <stskafka/transport.h>

#include <string.h>

#include "base/error.h"
#include "transport/memory.h"
#include "transport/sink.h"

sts_status sts_transport_complete(sts_transport_sink *sink, const sts_completion *completion) {
    return sts_transport_complete_many(sink, completion, 1);
}

/* Of another version's completions the part that both know. */
static sts_status complete_one_by_one(sts_transport_sink *sink, const sts_completion *completions, size_t count) {
    size_t size = completions->struct_size;
    sts_status status = STS_OK;
    for (size_t i = 0; i < count; i++) {
        sts_completion known;
        memset(&known, 0, sizeof known);
        memcpy(&known, (const char *)completions + i * size, size < sizeof known ? size : sizeof known);
        if (sts__sink_complete(sink, &known, 1) != STS_OK)
            status = STS_ERR_INVALID_ARGUMENT;
    }
    return status;
}

sts_status sts_transport_complete_many(sts_transport_sink *sink, const sts_completion *completions, size_t count) {
    if (!sink || !completions || count == 0 || completions->struct_size < sizeof completions->struct_size)
        return STS_ERR_INVALID_ARGUMENT;
    if (completions->struct_size != sizeof *completions)
        return complete_one_by_one(sink, completions, count);
    return sts__sink_complete(sink, completions, count);
}

void sts_transport_log(sts_transport_sink *sink, int32_t level, const char *text) {
    if (sink && text)
        sts__sink_log(sink, level, text);
}

void sts_transport_notify_partition_change(sts_transport_sink *sink, const char *topic, int32_t before, int32_t now) {
    if (sink && topic)
        sts__sink_partitions(sink, topic, before, now);
}

void sts_transport_notify_producer_rebuild(sts_transport_sink *sink, uint64_t replayed) {
    if (sink)
        sts__sink_replaced(sink, replayed);
}

void sts_transport_notify_cluster_change(sts_transport_sink *sink, const char *text) {
    if (sink && text)
        sts__sink_cluster_changed(sink, text);
}

void sts_transport_notify_statistics(sts_transport_sink *sink, const int64_t *values, size_t count) {
    if (sink && values)
        sts__sink_statistics(sink, values, count);
}

sts_status sts_memory_transport_new(sts_memory_transport **transport, const char *script, size_t capacity,
                                    int32_t partitions, sts_error **error) {
    return sts_memory_transport_new_with(NULL, transport, script, capacity, partitions, error);
}

sts_status sts_memory_transport_new_with(const sts_allocator *allocator, sts_memory_transport **transport,
                                         const char *script, size_t capacity, int32_t partitions, sts_error **error) {
    const sts__memory *from = sts__memory_of(allocator);
    sts__fault fault;
    if (transport)
        *transport = NULL;
    if (!transport)
        sts__fault_set(&fault, STS_ERR_INVALID_ARGUMENT, "transport must not be NULL");
    else if (sts__memory_transport_new(from, script, capacity, partitions, transport, &fault) == STS_OK)
        return STS_OK;
    return sts__error_report(from, error, &fault);
}

void sts_memory_transport_free(sts_memory_transport *transport) {
    sts__memory_transport_free(transport);
}

uint64_t sts_memory_transport_count(const sts_memory_transport *transport) {
    return transport ? sts__memory_transport_count(transport) : 0;
}

const sts_message *sts_memory_transport_message(const sts_memory_transport *transport, size_t index) {
    return transport ? sts__memory_transport_message(transport, index) : NULL;
}

const sts_transport *sts_memory_transport_table(void) {
    return &sts__memory_transport_table;
}
