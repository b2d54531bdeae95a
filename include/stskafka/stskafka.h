/* SPDX-License-Identifier: Apache-2.0
 *
 * libstskafka: OpenTelemetry records to Kafka under a key that is chosen explicitly. This header brings the others.
 *
 * The main job:
 *
 *     sts_options *options = sts_options_new();
 *     sts_options_set(options, "brokers", "localhost:9092", NULL);
 *     sts_options_set(options, "topic", "sts-otel-topology", NULL);
 *
 *     sts_exporter *exporter;
 *     sts_error *error = NULL;
 *     if (sts_exporter_new(&exporter, options, &error) != STS_OK) ... sts_error_text(error) ...
 *
 *     sts_export_logs(exporter, otlp, otlp_size, NULL, NULL, 0, &error);
 *     sts_flush(exporter, 5000, NULL, 0, &error);
 *
 *     sts_exporter_free(exporter, 5000);
 *     sts_options_free(options); */
#ifndef STSKAFKA_STSKAFKA_H
#define STSKAFKA_STSKAFKA_H

#include <stskafka/allocator.h>
#include <stskafka/dead_letter.h>
#include <stskafka/error.h>
#include <stskafka/exporter.h>
#include <stskafka/key.h>
#include <stskafka/log_batch.h>
#include <stskafka/logs.h>
#include <stskafka/options.h>
#include <stskafka/otlp.h>
#include <stskafka/record.h>
#include <stskafka/statistics.h>
#include <stskafka/storage.h>
#include <stskafka/topology.h>
#include <stskafka/types.h>
#include <stskafka/version.h>

#endif
