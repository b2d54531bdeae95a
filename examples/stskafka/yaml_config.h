/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporter options from YAML, in the shape of a collector's exporter block (yaml_fields.h): nested maps become dotted
 * names, a list of scalars is joined with commas, a value that is null (none, or ~) leaves the default. References
 * (references.h) and merges (<<) mean what they mean in the collector.
 *
 * The block is the whole document, or the map under a name `stskafka`, `sts_kafka_exporter` (the Go exporter's) or
 * `kafka` (the collector's kafkaexporter), with or without a `/...` behind it, at the top or below `exporters`. The
 * fields of the two collectors' exporters become options (collector_move.h), with a warning for each that has no
 * equivalent. Whatever is not understood is refused, by its line. */
#ifndef YAML_CONFIG_H
#define YAML_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

/* Is called for each option in the order of the file; the texts are valid until it returns. */
typedef void (*yaml_config_callback)(const char *name, const char *value, size_t line, void *user);

/* False: said why not. */
bool yaml_config_read(const char *file, yaml_config_callback callback, void *user);

#endif
