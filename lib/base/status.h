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

/* Name and text of any code; never NULL. */
const char *sts__status_name(sts_status code);
const char *sts__status_text(sts_status code);

/* How many rows there are at most, for arrays with a place for each code; the place of a code, STS__STATUS_ROWS for an
 * unknown one. */
enum { STS__STATUS_ROWS = 64 };
size_t sts__status_place(sts_status code);

#endif
