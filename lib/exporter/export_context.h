/* SPDX-License-Identifier: Apache-2.0
 *
 * What travels beside one export: the host's token, and request metadata (a multi-map, as a collector's client
 * metadata). */
#ifndef STS_EXPORTER_EXPORT_CONTEXT_H
#define STS_EXPORTER_EXPORT_CONTEXT_H

#include <stskafka/logs.h>

#include "base/memory.h"
#include "ottl/metadata.h"

struct sts_export_context {
    const sts__memory *memory;
    uint64_t token;
    uint64_t first_record;
    sts__metadata metadata;
};

sts_export_context *sts__export_context_new(const sts__memory *memory);
void sts__export_context_free(sts_export_context *context);
void sts__export_context_reset(sts_export_context *context);

/* Its metadata; NULL for NULL. */
const sts__metadata *sts__export_context_metadata(const sts_export_context *context);

/* STS_OK or STS_ERR_NO_MEMORY. */
sts_status sts__export_context_add_metadata(sts_export_context *context, const char *name, sts_bytes value);

#endif
