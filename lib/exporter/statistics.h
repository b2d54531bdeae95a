/* SPDX-License-Identifier: Apache-2.0
 *
 * All numbers of an exporter as a text: for Prometheus, and as JSON. Both are made from the same tables. */
#ifndef STS_EXPORTER_STATISTICS_H
#define STS_EXPORTER_STATISTICS_H

#include "exporter/exporter.h"

/* As sts_exporter_statistics_prometheus and sts_exporter_statistics_json; `*text` comes from that memory. STS_OK,
 * STS_ERR_NO_MEMORY; the first one also STS_ERR_UTF8. */
sts_status sts__statistics_prometheus(sts_exporter *exporter, const sts__memory *memory, const char *name, char **text);
sts_status sts__statistics_json(sts_exporter *exporter, const sts__memory *memory, char **json);

#endif
