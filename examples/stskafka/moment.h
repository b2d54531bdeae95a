/* SPDX-License-Identifier: Apache-2.0
 *
 * Moments as people write them. */
#ifndef MOMENT_H
#define MOMENT_H

#include <stdbool.h>
#include <stdint.h>

/* 2026-11-29T09:00:00Z (or +01:00, or without a time: midnight, UTC), milliseconds since 1970, or 90s, 15m, 2h, 7d
 * ago. In milliseconds since 1970; false: it is none of them. */
bool moment_read(const char *text, int64_t *ms);

#endif
