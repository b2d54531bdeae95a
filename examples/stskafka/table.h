/* SPDX-License-Identifier: Apache-2.0
 *
 * An aligned table on standard output. The first rows are held back to learn the widths; after them it streams. On a
 * terminal long texts are cut, in all columns but the last, so that rows fit into its width. */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct table_column {
    const char *title; /* NULL ends the list of columns */
    bool is_number;    /* aligned to the right */
};

struct table;

struct table *table_new(const struct table_column *columns);

/* The next cell; a row ends by itself when it is full. */
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The row that is being filled, or begins now, tells what is wrong: it is red where colour is wanted. */
void table_mark(struct table *table);

/* Prints what was held back; not inside a row. NULL is allowed. */
void table_flush(struct table *table);

/* Prints what was held back and frees the table; without rows nothing is printed. NULL is allowed. */
void table_end(struct table *table);

#endif
