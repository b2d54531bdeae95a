/* SPDX-License-Identifier: Apache-2.0
 *
 * What travels beside one export: the host's token, and request metadata (a multi-map, as a collector's client
 * metadata). */
#ifndef STS_EXPORTER_REQUEST_H
#define STS_EXPORTER_REQUEST_H

#include <stskafka/logs.h>

#include "base/memory.h"
#include "ottl/metadata.h"

struct sts_request {
    const sts__memory *memory;
    uint64_t token;
    uint64_t first_record;
    sts__metadata metadata;
};

sts_request *sts__request_new(const sts__memory *memory);
void sts__request_free(sts_request *request);
void sts__request_reset(sts_request *request);

/* Its metadata; NULL for NULL. */
const sts__metadata *sts__request_metadata(const sts_request *request);

/* STS_OK or STS_ERR_NO_MEMORY. */
sts_status sts__request_add_metadata(sts_request *request, const char *name, sts_bytes value);

#endif
