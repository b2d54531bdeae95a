/* SPDX-License-Identifier: Apache-2.0
 *
 * What all exports of OTLP have in common, however it comes: sts_export and sts_explain under names that are the
 * library's own. */
#ifndef STS_API_OTLP_H
#define STS_API_OTLP_H

#include <stskafka/otlp.h>

#include "exporter/source.h"

/* Logs in protobuf, which most exports are. */
static inline sts__otlp sts__api_logs_in_protobuf(sts_bytes bytes) {
    return (sts__otlp){STS_SIGNAL_LOGS, STS_FORMAT_OTLP_PROTO, bytes, NULL, NULL};
}

sts_status sts__api_export(sts_exporter *exporter, const sts__otlp *otlp, const sts_export_context *context,
                           uint64_t *counts, size_t counts_size, sts_error **error);
sts_status sts__api_explain(sts_exporter *exporter, const sts__otlp *otlp, const sts_export_context *context,
                            sts_explanation_callback callback, void *user, sts_error **error);

#endif
