/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/export_context.h"

#include <string.h>

sts_export_context *sts__export_context_new(const sts__memory *memory) {
    sts_export_context *context = sts__memory_new(memory, sizeof *context);
    if (context)
        context->memory = memory;
    return context;
}

void sts__export_context_reset(sts_export_context *context) {
    for (size_t i = 0; i < context->metadata.count; i++) {
        sts__memory_free(context->memory, context->metadata.pairs[i].name);
        sts__memory_free(context->memory, context->metadata.pairs[i].value);
    }
    context->metadata.count = 0;
    context->token = 0;
    context->first_record = 0;
}

void sts__export_context_free(sts_export_context *context) {
    if (!context)
        return;
    sts__export_context_reset(context);
    sts__memory_free(context->memory, context->metadata.pairs);
    sts__memory_free(context->memory, context);
}

sts_status sts__export_context_add_metadata(sts_export_context *context, const char *name, sts_bytes value) {
    sts__metadata *metadata = &context->metadata;
    sts__metadata_pair *pairs =
        sts__memory_resize(context->memory, metadata->pairs, (metadata->count + 1) * sizeof *pairs);
    if (!pairs)
        return STS_ERR_NO_MEMORY;
    metadata->pairs = pairs;
    sts__metadata_pair pair = {sts__memory_copy_text(context->memory, name, strlen(name)),
                               sts__memory_copy_text(context->memory, value.data, value.size), value.size};
    if (!pair.name || !pair.value) {
        sts__memory_free(context->memory, pair.name);
        sts__memory_free(context->memory, pair.value);
        return STS_ERR_NO_MEMORY;
    }
    pairs[metadata->count++] = pair;
    return STS_OK;
}

const sts__metadata *sts__export_context_metadata(const sts_export_context *context) {
    return context ? &context->metadata : NULL;
}
