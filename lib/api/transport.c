/* SPDX-License-Identifier: Apache-2.0
 *
 * What transports call. (The memory transport's own functions are in transport/memory.c.) */
#include <stskafka/transport.h>

#include <stdio.h>
#include <string.h>

#include "base/visible.h"
#include "exporter/exporter.h"
#include "transport/memory.h"

sts_status sts_transport_complete(sts_transport_sink *sink, const sts_completion *completion) {
    return sts_transport_complete_many(sink, completion, 1);
}

/* With dead letters to be made of those that failed. */
static sts_status complete_with_letters(sts_exporter *exporter, const sts_completion *completions, size_t count) {
    sts_status status = STS_OK;
    for (size_t i = 0; i < count; i++) {
        sts__letter letter;
        bool due = sts__letter_of_failed(&letter, exporter, &completions[i]);
        sts_status completed = sts__ledger_complete(&exporter->ledger, &completions[i], 1);
        if (due)
            sts__letter_end(&letter, exporter, completed == STS_OK);
        status = completed == STS_OK ? status : completed;
    }
    return status;
}

static sts_status complete_all(sts_exporter *exporter, const sts_completion *completions, size_t count) {
    if (sts__dead_letters_wanted(exporter))
        return complete_with_letters(exporter, completions, count);
    return sts__ledger_complete(&exporter->ledger, completions, count);
}

/* Of another version's completions the part that both know. */
static sts_status complete_one_by_one(sts_exporter *exporter, const sts_completion *completions, size_t count) {
    size_t size = completions->struct_size;
    sts_status status = STS_OK;
    for (size_t i = 0; i < count; i++) {
        sts_completion known;
        memset(&known, 0, sizeof known);
        memcpy(&known, (const char *)completions + i * size, size < sizeof known ? size : sizeof known);
        if (complete_all(exporter, &known, 1) != STS_OK)
            status = STS_ERR_INVALID_ARGUMENT;
    }
    return status;
}

sts_status sts_transport_complete_many(sts_transport_sink *sink, const sts_completion *completions, size_t count) {
    if (!sink || !completions || count == 0 || completions->struct_size < sizeof completions->struct_size)
        return STS_ERR_INVALID_ARGUMENT;
    if (completions->struct_size != sizeof *completions)
        return complete_one_by_one(sink->exporter, completions, count);
    return complete_all(sink->exporter, completions, count);
}

void sts_transport_log(sts_transport_sink *sink, int32_t level, const char *text) {
    const sts_exporter *exporter = sink ? sink->exporter : NULL;
    char shown[1024];
    if (!exporter || !exporter->log_callback || !text || !sts__callers_may_call(exporter))
        return;
    if (!sts__visible_is(text)) { /* librdkafka quotes names from the configuration, and brokers', as they are */
        sts__visible_write(text, shown, sizeof shown);
        text = shown;
    }
    exporter->log_callback(level, text, exporter->log_user);
}

void sts_transport_partitions(sts_transport_sink *sink, const char *topic, int32_t before, int32_t now) {
    char line[400];
    if (!sink || !topic || now == before)
        return;
    snprintf(line, sizeof line, "topic %s has %d partitions now, %d before: %s", topic, (int)now, (int)before,
             now < before ? "most keys change their partition (partition_growth has no say in it)"
             : sink->exporter->holds_partitions
                 ? "keys stay among the ones that were there first (partition_growth=hold)"
                 : "most keys change their partition (partition_growth=warn)");
    sts__ledger_count(&sink->exporter->ledger, STS_COUNT_PARTITION_CHANGES);
    sts_transport_log(sink, STS_LOG_WARNING, line);
}

void sts_transport_replaced(sts_transport_sink *sink, uint64_t replayed) {
    char line[160];
    if (!sink)
        return;
    snprintf(line, sizeof line, "a new producer has taken over; %llu records without an outcome were given to it",
             (unsigned long long)replayed);
    sts__ledger_count(&sink->exporter->ledger, STS_COUNT_PRODUCER_REBUILDS);
    sts_transport_log(sink, STS_LOG_WARNING, line);
}

void sts_transport_cluster_changed(sts_transport_sink *sink, const char *text) {
    if (!sink || !text)
        return;
    sts__ledger_count(&sink->exporter->ledger, STS_COUNT_CLUSTER_CHANGES);
    sts_transport_log(sink, STS_LOG_WARNING, text);
}

void sts_transport_statistics(sts_transport_sink *sink, const int64_t *values, size_t count) {
    if (sink && values)
        sts__ledger_tell_transport(&sink->exporter->ledger, values, count);
}

sts_status sts_memory_new(sts_memory **memory, const char *script, size_t capacity, int32_t partitions,
                          sts_error **error) {
    return sts_memory_new_with(NULL, memory, script, capacity, partitions, error);
}

sts_status sts_memory_new_with(const sts_allocator *allocator, sts_memory **memory, const char *script, size_t capacity,
                               int32_t partitions, sts_error **error) {
    const sts__memory *from = sts__memory_of(allocator);
    sts__fault fault;
    if (memory)
        *memory = NULL;
    if (!memory)
        sts__fault_set(&fault, STS_ERR_INVALID_ARGUMENT, "memory must not be NULL");
    else if (sts__memory_transport_new(from, script, capacity, partitions, memory, &fault) == STS_OK)
        return STS_OK;
    return sts__error_report(from, error, &fault);
}
