/* SPDX-License-Identifier: Apache-2.0
 *
 * Outcomes, and the list they are taken with. */
#include <stskafka/exporter.h>

#include "api/guard.h"
#include "base/clock.h"
#include "exporter/exporter.h"

struct sts_outcomes {
    const sts__memory *memory;
    const sts__memory *text_memory; /* of the exporter that filled it */
    size_t capacity;
    size_t count;
    sts_outcome items[]; /* capacity */
};

sts_outcomes *sts_outcomes_new(size_t capacity) {
    return sts_outcomes_new_with(NULL, capacity);
}

sts_outcomes *sts_outcomes_new_with(const sts_allocator *allocator, size_t capacity) {
    const sts__memory *memory = sts__memory_of(allocator);
    if (capacity == 0 || capacity > (SIZE_MAX - sizeof(sts_outcomes)) / sizeof(sts_outcome))
        return NULL;
    sts_outcomes *outcomes = sts__memory_new(memory, sizeof *outcomes + capacity * sizeof *outcomes->items);
    if (outcomes) {
        outcomes->memory = memory;
        outcomes->capacity = capacity;
    }
    return outcomes;
}

static void clear(sts_outcomes *outcomes) {
    for (size_t i = 0; i < outcomes->count; i++)
        sts__memory_free(outcomes->text_memory, outcomes->items[i].text);
    outcomes->count = 0;
}

void sts_outcomes_free(sts_outcomes *outcomes) {
    if (!outcomes)
        return;
    clear(outcomes);
    sts__memory_free(outcomes->memory, outcomes);
}

sts_status sts_exporter_take_outcomes(sts_exporter *exporter, sts_outcomes *outcomes, int32_t timeout_ms) {
    sts_status status = sts__api_enter(exporter, STS__API_NOT_IN_CALLBACKS);
    if (status != STS_OK)
        return status;
    if (!outcomes || timeout_ms < 0)
        return STS_ERR_INVALID_ARGUMENT;
    if (exporter->outcome_callback || !(exporter->ledger.keep_failures || exporter->ledger.keep_tokens))
        return STS_ERR_UNSUPPORTED;
    clear(outcomes);
    outcomes->text_memory = exporter->memory;
    int64_t deadline = sts__deadline_after(timeout_ms);
    if (exporter->own_thread || exporter->transport.struct_size == 0 || sts__ledger_is_closed(&exporter->ledger))
        sts__ledger_wait_outcome(&exporter->ledger, deadline);
    else
        while (!sts__ledger_wait_outcome(&exporter->ledger, 0) && sts__clock_us() < deadline)
            if (!sts__service_run(exporter, sts__deadline_left_ms(deadline)))
                sts__ledger_wait_outcome(&exporter->ledger, deadline);
    while (outcomes->count < outcomes->capacity &&
           sts__ledger_take(&exporter->ledger, &outcomes->items[outcomes->count]))
        outcomes->count++;
    return STS_OK;
}

size_t sts_outcomes_count(const sts_outcomes *outcomes) {
    return outcomes ? outcomes->count : 0;
}

const sts_outcome *sts_outcomes_at(const sts_outcomes *outcomes, size_t index) {
    return index < sts_outcomes_count(outcomes) ? &outcomes->items[index] : NULL;
}

int32_t sts_outcome_kind(const sts_outcome *outcome) {
    return outcome->kind;
}

uint64_t sts_outcome_token(const sts_outcome *outcome) {
    return outcome->token;
}

uint64_t sts_outcome_index(const sts_outcome *outcome) {
    return outcome->index;
}

sts_status sts_outcome_code(const sts_outcome *outcome) {
    return outcome->code;
}

const char *sts_outcome_text(const sts_outcome *outcome) {
    if (outcome->text)
        return outcome->text;
    return outcome->code == STS_OK ? "" : sts_status_text(outcome->code);
}

int32_t sts_outcome_transport_code(const sts_outcome *outcome) {
    return outcome->transport_code;
}

const char *sts_outcome_topic(const sts_outcome *outcome) {
    return outcome->topic;
}

int32_t sts_outcome_partition(const sts_outcome *outcome) {
    return outcome->partition;
}

int64_t sts_outcome_offset(const sts_outcome *outcome) {
    return outcome->offset;
}

int32_t sts_outcome_may_be_duplicate(const sts_outcome *outcome) {
    return outcome->may_be_duplicate;
}

uint64_t sts_outcome_latency_us(const sts_outcome *outcome) {
    return outcome->latency_us;
}
