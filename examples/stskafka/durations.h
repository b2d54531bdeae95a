/* SPDX-License-Identifier: Apache-2.0
 *
 * Durations and sizes as options have them. */
#ifndef DURATIONS_H
#define DURATIONS_H

#include <stdbool.h>
#include <stdint.h>

/* A duration as Go writes it (1h30m, 1.5s, 250us), not below 0, in milliseconds; false: it is none. */
bool duration_read(const char *text, double *ms);

/* A size in bytes, which the library has taken: 1000000, 1MB, 64KiB. */
int64_t size_read(const char *text);

#endif
