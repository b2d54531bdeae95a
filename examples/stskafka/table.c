/* SPDX-License-Identifier: Apache-2.0
 *
 * An aligned table on standard output. */
#include "table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "show.h"
#include "visible.h"

enum { HELD_ROWS = 500 };

struct table {
    const struct table_column *columns;
    size_t column_count;
    size_t *widths;
    char **cells; /* HELD_ROWS rows */
    size_t cell_count;
};

struct table *table_new(const struct table_column *columns) {
    struct table *made = need_realloc(NULL, sizeof *made);
    memset(made, 0, sizeof *made);
    made->columns = columns;
    while (columns[made->column_count].title)
        made->column_count++;
    made->widths = need_realloc(NULL, made->column_count * sizeof *made->widths);
    for (size_t i = 0; i < made->column_count; i++)
        made->widths[i] = 0;
    made->cells = need_realloc(NULL, HELD_ROWS * made->column_count * sizeof *made->cells);
    return made;
}

static void print_cell(const struct table *table, size_t column, const char *text) {
    size_t width = show_width(text);
    int missing = width < table->widths[column] ? (int)(table->widths[column] - width) : 0;
    bool is_last = column + 1 == table->column_count;
    if (table->columns[column].is_number)
        printf("%*s%s", missing, "", text);
    else
        printf("%s%*s", text, is_last ? 0 : missing, "");
    fputs(is_last ? "\n" : "  ", stdout);
}

static void widen(struct table *table, size_t column, const char *text) {
    size_t width = show_width(text);
    if (table->widths[column] < width)
        table->widths[column] = width;
}

static void print_held(struct table *table) {
    bool is_first = table->widths[0] == 0;
    for (size_t i = 0; i < table->column_count && is_first; i++)
        widen(table, i, table->columns[i].title);
    for (size_t i = 0; i < table->cell_count; i++)
        /* no cells without columns: NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
        widen(table, i % table->column_count, table->cells[i]);
    for (size_t i = 0; i < table->column_count && is_first; i++)
        print_cell(table, i, table->columns[i].title);
    for (size_t i = 0; i < table->cell_count; i++) {
        print_cell(table, i % table->column_count, table->cells[i]);
        free(table->cells[i]);
    }
    table->cell_count = 0;
}

void table_cell(struct table *table, const char *format, ...) {
    char *text;
    va_list args;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        out_of_memory();
    va_end(args);
    char *shown = need_realloc(NULL, VISIBLE_SIZE(strlen(text)));
    visible_write(shown, text, strlen(text));
    free(text);
    for (char *c = shown; *c; c++) /* texts of several lines would break the row */
        if (*c == '\n')
            *c = ' ';
    table->cells[table->cell_count++] = shown;
    if (table->cell_count == HELD_ROWS * table->column_count)
        print_held(table);
}

void table_flush(struct table *table) {
    if (table && table->cell_count)
        print_held(table);
}

void table_end(struct table *table) {
    if (!table)
        return;
    table_flush(table);
    free(table->widths);
    free(table->cells);
    free(table);
}
