/* SPDX-License-Identifier: Apache-2.0
 *
 * What cgo cannot say itself: callbacks that find their Go function by a handle, and outcomes copied many at a call, as
 * each call into C costs about as much as reading an outcome. */
#ifndef STSKAFKA_GO_BRIDGE_H
#define STSKAFKA_GO_BRIDGE_H

#include <stdint.h>

#include <stskafka/stskafka.h>
#include <stskafka/transport.h>

/* The parts of an outcome. Texts live as long as the list. */
typedef struct stsgo_outcome {
    const char *text;
    const char *topic;
    uint64_t token;
    uint64_t index;
    uint64_t latency_us;
    int64_t offset;
    int32_t kind;
    int32_t code;
    int32_t transport_code;
    int32_t partition;
    int32_t may_be_duplicate;
} stsgo_outcome;

/* Copies the parts of all outcomes in the list, of which there are no more than `out` has room for. */
void stsgo_outcomes_read(const sts_outcomes *list, stsgo_outcome *out);

/* A context with token and first record; NULL when out of memory. */
sts_export_context *stsgo_context_new(uint64_t token, uint64_t first_record);

/* Sets the callbacks that stand in `which` (STSGO_*); `handle` is a runtime/cgo.Handle. */
enum { STSGO_LOG = 1, STSGO_PASSWORD = 2, STSGO_TOKEN = 4, STSGO_DEAD_LETTER = 8 };
void stsgo_set_callbacks(sts_options *options, uint32_t which, uintptr_t handle);

sts_status stsgo_explain(sts_exporter *exporter, int32_t signal, int32_t format, const void *bytes, size_t size,
                         const sts_export_context *context, uintptr_t handle, sts_error **error);

#endif
