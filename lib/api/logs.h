/* SPDX-License-Identifier: Apache-2.0
 *
 * What exports of log records have in common, whether these come as bytes or in a batch: sts_export_logs and
 * sts_explain_logs under names that are the library's own. */
#ifndef STS_API_LOGS_H
#define STS_API_LOGS_H

#include <stskafka/logs.h>

sts_status sts__api_export_logs(sts_exporter *exporter, sts_bytes otlp, const sts_request *request, uint64_t *counts,
                                size_t counts_size, sts_error **error);
sts_status sts__api_explain_logs(sts_exporter *exporter, sts_bytes otlp, const sts_request *request,
                                 sts_explanation_callback callback, void *user, sts_error **error);

#endif
