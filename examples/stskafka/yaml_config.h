/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporter options from YAML, in the shape of a collector's exporter block: nested maps become dotted names (a `::` in
 * a name is a dot too), a list of scalars is joined with commas, a value that is null (none, or ~) leaves the default.
 * ${env:NAME}, ${env:NAME:-default} and $$ mean what they mean in the collector (references.h), merges (<<) too.
 *
 * The block is the whole document, or the map under a name `stskafka` or `sts_kafka_exporter` (the Go exporter's), with
 * or without a `/...` behind it, at the top or below `exporters`. Whatever is not understood is refused, by its line.
 */
#ifndef YAML_CONFIG_H
#define YAML_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

/* Is called for each option in the order of the file; the texts are valid until it returns. */
typedef void (*yaml_config_callback)(const char *name, const char *value, size_t line, void *user);

/* False: said why not. */
bool yaml_config_read(const char *file, yaml_config_callback callback, void *user);

#endif
