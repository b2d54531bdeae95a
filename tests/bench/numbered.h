/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests of records that are numbered, so that a reader of the topic can tell what is missing, out of order or there
 * again. A body begins with its record's number; the records of a key are every NUMBERED_KEYS-th one (order.py). */
#ifndef TESTS_BENCH_NUMBERED_H
#define TESTS_BENCH_NUMBERED_H

#include <stdint.h>

#include <stskafka/types.h>

enum { NUMBERED_KEYS = 1000, NUMBERED_AT_ONCE = 500, NUMBERED_BODY = 256 };

typedef struct numbered numbered;

numbered *numbered_new(void);

/* The next request, which lives until the next call. */
sts_bytes numbered_next(numbered *all);

void numbered_free(numbered *all);

#endif
