/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporter options from YAML, in the shape of a collector's exporter block: nested maps become dotted names, a list of
 * scalars is joined with commas, a value that is null (none, or ~) leaves the default.
 *
 * The block is the whole document, or the map under a top-level name `stskafka` or `stskafka/...`, also below
 * `exporters`. */
#ifndef YAML_CONFIG_H
#define YAML_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

/* Is called for each option in the order of the file; the texts are valid until it returns. */
typedef void (*yaml_config_callback)(const char *name, const char *value, size_t line, void *user);

/* False: said why not. */
bool yaml_config_read(const char *file, yaml_config_callback callback, void *user);

#endif
