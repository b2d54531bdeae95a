/* SPDX-License-Identifier: Apache-2.0
 *
 * All numbers of an exporter as a text: for Prometheus, and as JSON. Both are made from the same tables. */
#ifndef STS_EXPORTER_STATISTICS_H
#define STS_EXPORTER_STATISTICS_H

#include "base/text.h"
#include "exporter/exporter.h"

/* The ledger's numbers, with those of messages that are open. */
void sts__statistics_take(sts_exporter *exporter, sts__ledger_snapshot *taken);

/* The counters alone. */
void sts__statistics_take_counts(sts_exporter *exporter, uint64_t *counts, size_t counts_size);

/* As sts_exporter_statistics_prometheus and sts_exporter_statistics_json, appended to the text, which fails where there
 * is no memory. False where the name is not UTF-8. */
bool sts__statistics_prometheus(sts_exporter *exporter, const char *name, sts__text *text);
void sts__statistics_json(sts_exporter *exporter, sts__text *text);

#endif
