/* SPDX-License-Identifier: Apache-2.0
 *
 * The one table of status codes: name, text, and whether the same call may succeed later. */
#ifndef STS_BASE_STATUS_H
#define STS_BASE_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#include <stskafka/error.h>

typedef struct sts__status_row {
    sts_status code;
    const char *name;
    const char *text;
    bool retriable;
} sts__status_row;

/* Row `index` of the table; NULL beyond the last. */
const sts__status_row *sts__status_row_at(size_t index);

/* The row of a code; NULL for an unknown one. */
const sts__status_row *sts__status_find(sts_status code);

/* True for codes that reject one record alone: they have a counter of their own. */
bool sts__status_rejects_record(sts_status code);

#endif
