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
#include "terminal.h"
#include "visible.h"

enum { HELD_ROWS = 500, GAP = 2, INDENT = 4, NARROWEST = 8, LAST_NEEDS = 24, MOST_COLUMNS = 12 };

struct table {
    const struct table_column *columns;
    size_t column_count;
    size_t *widths;
    char **cells; /* HELD_ROWS rows */
    size_t cell_count;
    size_t terminal; /* its width; 0: texts are not cut */
    bool has_colour;
    bool marks[HELD_ROWS];
};

struct table *table_new(const struct table_column *columns) {
    struct table *made = need_realloc(NULL, sizeof *made);
    memset(made, 0, sizeof *made);
    made->columns = columns;
    made->terminal = terminal_width();
    made->has_colour = terminal_has_colour();
    while (columns[made->column_count].title)
        made->column_count++;
    made->widths = need_realloc(NULL, made->column_count * sizeof *made->widths);
    for (size_t i = 0; i < made->column_count; i++)
        made->widths[i] = 0;
    made->cells = need_realloc(NULL, HELD_ROWS * made->column_count * sizeof *made->cells);
    return made;
}

static void print_cell(const struct table *table, size_t column, const char *text) {
    size_t width = show_width(text), room = table->widths[column];
    size_t shown = width <= room ? strlen(text) : show_fitting(text, room - 3);
    int missing = width < room ? (int)(room - width) : 0;
    if (table->columns[column].is_number)
        printf("%*s", missing, "");
    printf("%.*s%s", (int)shown, text, text[shown] ? "..." : "");
    if (!table->columns[column].is_number)
        printf("%*s", missing + (text[shown] ? (int)(room - 3 - show_width_of(text, shown)) : 0), "");
    printf("%*s", GAP, "");
}

/* The last one. On a terminal, what has no room there goes below the row, whole and between words: a reason must not be
 * cut. */
static void print_last(const struct table *table, const char *text) {
    size_t start = 0, last = table->column_count - 1;
    for (size_t i = 0; i < last; i++)
        start += table->widths[i] + GAP;
    if (!table->terminal || start + show_width(text) <= table->terminal) {
        fputs(text, stdout);
        return;
    }
    size_t room = table->terminal > INDENT + NARROWEST ? table->terminal - INDENT : SIZE_MAX;
    for (;;) {
        size_t fits = show_fitting(text, room), words = fits;
        while (text[fits] && words && text[words] != ' ')
            words--;
        if (!words)
            words = fits;
        printf("\n%*s%.*s", INDENT, "", (int)words, text);
        text += words + (text[words] == ' ');
        if (!*text)
            return;
    }
}

static void print_row(const struct table *table, char *const *cells, bool is_marked) {
    if (is_marked && table->has_colour)
        fputs("\033[31m", stdout);
    for (size_t i = 0; i < table->column_count; i++) {
        if (i + 1 == table->column_count)
            print_last(table, cells[i]);
        else
            print_cell(table, i, cells[i]);
    }
    fputs(is_marked && table->has_colour ? "\033[0m\n" : "\n", stdout);
}

static void widen(struct table *table, size_t column, const char *text) {
    size_t width = show_width(text);
    if (table->widths[column] < width)
        table->widths[column] = width;
}

/* Makes the widest of the columns narrower, the last one left out, until a row fits. */
static void fit(struct table *table) {
    size_t last = table->column_count - 1;
    /* Long ones go below. */
    size_t needed = table->widths[last] < LAST_NEEDS ? table->widths[last] : show_width(table->columns[last].title);
    for (size_t i = 0; i < last; i++)
        needed += table->widths[i] + GAP;
    while (table->terminal && needed > table->terminal) {
        size_t widest = 0;
        for (size_t i = 1; i < last; i++) {
            if (table->widths[i] > table->widths[widest] && !table->columns[i].is_number)
                widest = i;
        }
        if (table->columns[widest].is_number || table->widths[widest] <= NARROWEST)
            return;
        table->widths[widest]--;
        needed--;
    }
}

static void print_held(struct table *table) {
    bool is_first = table->widths[0] == 0;
    for (size_t i = 0; i < table->column_count && is_first; i++)
        widen(table, i, table->columns[i].title);
    for (size_t i = 0; i < table->cell_count; i++)
        /* no cells without columns: NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
        widen(table, i % table->column_count, table->cells[i]);
    fit(table);
    if (is_first) {
        char *titles[MOST_COLUMNS];
        for (size_t i = 0; i < table->column_count; i++)
            titles[i] = (char *)table->columns[i].title;
        print_row(table, titles, false);
    }
    for (size_t row = 0; row * table->column_count < table->cell_count; row++)
        print_row(table, table->cells + row * table->column_count, table->marks[row]);
    for (size_t i = 0; i < table->cell_count; i++)
        free(table->cells[i]);
    memset(table->marks, 0, sizeof table->marks);
    table->cell_count = 0;
}

void table_mark(struct table *table) {
    table->marks[table->cell_count / table->column_count] = true;
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
