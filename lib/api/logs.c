/* SPDX-License-Identifier: Apache-2.0 */
#include <stskafka/logs.h>

#include "api/otlp.h"
#include "exporter/explain.h"
#include "exporter/export_context.h"
#include "transport/message_size.h"

sts_export_context *sts_export_context_new(void) {
    return sts_export_context_new_with(NULL);
}

sts_export_context *sts_export_context_new_with(const sts_allocator *allocator) {
    return sts__export_context_new(sts__memory_of(allocator));
}

void sts_export_context_free(sts_export_context *context) {
    sts__export_context_free(context);
}

void sts_export_context_reset(sts_export_context *context) {
    if (context)
        sts__export_context_reset(context);
}

sts_status sts_export_context_set_token(sts_export_context *context, uint64_t token) {
    if (!context)
        return STS_ERR_INVALID_ARGUMENT;
    context->token = token;
    return STS_OK;
}

sts_status sts_export_context_set_first_record(sts_export_context *context, uint64_t first_record) {
    if (!context)
        return STS_ERR_INVALID_ARGUMENT;
    context->first_record = first_record;
    return STS_OK;
}

sts_status sts_export_context_add_metadata(sts_export_context *context, const char *name, const void *value,
                                           size_t value_size) {
    if (!context || !name || (!value && value_size))
        return STS_ERR_INVALID_ARGUMENT;
    sts_bytes bytes = {value, value_size};
    return sts__export_context_add_metadata(context, name, bytes);
}

sts_status sts_export_logs(sts_exporter *exporter, const void *otlp, size_t otlp_size,
                           const sts_export_context *context, uint64_t *counts, size_t counts_size, sts_error **error) {
    const sts__otlp logs = sts__api_logs_in_protobuf((sts_bytes){otlp, otlp_size});
    return sts__api_export(exporter, &logs, context, counts, counts_size, error);
}

sts_status sts_explain_logs(sts_exporter *exporter, const void *otlp, size_t otlp_size,
                            const sts_export_context *context, sts_explanation_callback callback, void *user,
                            sts_error **error) {
    const sts__otlp logs = sts__api_logs_in_protobuf((sts_bytes){otlp, otlp_size});
    return sts__api_explain(exporter, &logs, context, callback, user, error);
}

uint64_t sts_explanation_index(const sts_explanation *explanation) {
    return explanation->routed->place.index;
}

size_t sts_explanation_record_count(const sts_explanation *explanation) {
    return explanation->record_count;
}

uint64_t sts_explanation_record_index(const sts_explanation *explanation, size_t index) {
    return index < explanation->record_count ? explanation->records[index].index : UINT64_MAX;
}

sts_status sts_explanation_code(const sts_explanation *explanation) {
    return explanation->code;
}

const char *sts_explanation_text(const sts_explanation *explanation) {
    return explanation->code == STS_OK ? "" : explanation->fault->text;
}

const char *sts_explanation_topic(const sts_explanation *explanation) {
    return explanation->routed->message.topic;
}

void sts_explanation_key(const sts_explanation *explanation, sts_bytes *key) {
    *key = explanation->routed->message.key;
}

const char *sts_explanation_key_from(const sts_explanation *explanation) {
    return explanation->routed->key_from;
}

size_t sts_explanation_key_part_count(const sts_explanation *explanation) {
    return explanation->parts.count;
}

void sts_explanation_key_part_spec(const sts_explanation *explanation, size_t index, sts_bytes *spec) {
    const sts_bytes none = {NULL, 0};
    *spec = index < explanation->parts.count ? explanation->parts.items[index].source : none;
}

void sts_explanation_key_part_value(const sts_explanation *explanation, size_t index, sts_bytes *value) {
    const sts_bytes none = {NULL, 0};
    *value = index < explanation->parts.count ? explanation->parts.items[index].text : none;
}

void sts_explanation_value(const sts_explanation *explanation, sts_bytes *value) {
    *value = explanation->routed->message.value;
}

int32_t sts_explanation_is_tombstone(const sts_explanation *explanation) {
    return explanation->code == STS_OK && !explanation->routed->message.value.data;
}

size_t sts_explanation_size(const sts_explanation *explanation) {
    return explanation->code == STS_OK ? sts__message_batch_size(&explanation->routed->message) : 0;
}

size_t sts_explanation_header_count(const sts_explanation *explanation) {
    return explanation->routed->message.header_count;
}

const char *sts_explanation_header_name(const sts_explanation *explanation, size_t index) {
    const sts_message *message = &explanation->routed->message;
    return index < message->header_count ? message->headers[2 * index].data : NULL;
}

void sts_explanation_header_value(const sts_explanation *explanation, size_t index, sts_bytes *value) {
    const sts_message *message = &explanation->routed->message;
    const sts_bytes none = {NULL, 0};
    *value = index < message->header_count ? message->headers[2 * index + 1] : none;
}

int32_t sts_explanation_partition(const sts_explanation *explanation, int32_t partition_count) {
    if (explanation->code != STS_OK || partition_count < 1)
        return -1;
    if (explanation->routed->message.partition >= 0)
        return explanation->routed->message.partition;
    return sts__partition(explanation->profile, explanation->routed->message.key, partition_count);
}
