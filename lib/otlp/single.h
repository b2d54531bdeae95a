/* SPDX-License-Identifier: Apache-2.0
 *
 * One record of a request as a request of its own, with its resource and its scope: what a reader of dead letters can
 * export again. */
#ifndef STS_OTLP_SINGLE_H
#define STS_OTLP_SINGLE_H

#include "otlp/logs.h"
#include "wire/writer.h"

/* Writes an ExportLogsServiceRequest; unknown fields stay, groups do not. `writer->failed` where there is no memory. */
void sts__logs_write_single(const sts__log_record *record, sts__wire_writer *writer);

#endif
