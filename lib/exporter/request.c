/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/request.h"

#include <string.h>

sts_request *sts__request_new(const sts__memory *memory) {
    sts_request *request = sts__memory_new(memory, sizeof *request);
    if (request)
        request->memory = memory;
    return request;
}

void sts__request_reset(sts_request *request) {
    for (size_t i = 0; i < request->metadata.count; i++) {
        sts__memory_free(request->memory, request->metadata.pairs[i].name);
        sts__memory_free(request->memory, request->metadata.pairs[i].value);
    }
    request->metadata.count = 0;
    request->token = 0;
    request->first_record = 0;
}

void sts__request_free(sts_request *request) {
    if (!request)
        return;
    sts__request_reset(request);
    sts__memory_free(request->memory, request->metadata.pairs);
    sts__memory_free(request->memory, request);
}

sts_status sts__request_add_metadata(sts_request *request, const char *name, sts_bytes value) {
    sts__metadata *metadata = &request->metadata;
    sts__metadata_pair *pairs =
        sts__memory_resize(request->memory, metadata->pairs, (metadata->count + 1) * sizeof *pairs);
    if (!pairs)
        return STS_ERR_NO_MEMORY;
    metadata->pairs = pairs;
    sts__metadata_pair pair = {sts__memory_copy_text(request->memory, name, strlen(name)),
                               sts__memory_copy_text(request->memory, value.data, value.size), value.size};
    if (!pair.name || !pair.value) {
        sts__memory_free(request->memory, pair.name);
        sts__memory_free(request->memory, pair.value);
        return STS_ERR_NO_MEMORY;
    }
    pairs[metadata->count++] = pair;
    return STS_OK;
}

const sts__metadata *sts__request_metadata(const sts_request *request) {
    return request ? &request->metadata : NULL;
}
