/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads numbers, sizes and durations as people write them in a collector's configuration. */
#ifndef STS_EXPORTER_DURATION_H
#define STS_EXPORTER_DURATION_H

#include <stdbool.h>
#include <stdint.h>

/* A whole decimal number, with nothing around it. */
bool sts__integer_parse(const char *text, int64_t *value);

/* A size in bytes: a whole number, alone or with a unit (B; kB, MB, GB of 1000; KiB, MiB, GiB of 1024). */
bool sts__size_parse(const char *text, int64_t *bytes);

/* A duration as Go writes it (1m30s, 1.5s, 250ms, 0; not negative), which must be a whole number of milliseconds. */
bool sts__duration_parse(const char *text, int64_t *milliseconds);

#endif
