/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines from files, for the formats of one value a line: opening, numbering, refusing. */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stskafka/types.h>

#include "files.h"

/* A line, or nothing yet, of the file that is read. */
struct lines {
    const struct file_list *files;
    size_t next_file;
    FILE *stream;     /* NULL between files */
    const char *file; /* for messages */
    char *text;       /* without the line's end; may be overwritten; valid until the next line is read */
    size_t size;
    uint64_t number; /* in the file, from 1 */
    size_t capacity;
    unsigned faults; /* exit_status.h */
};

void lines_init(struct lines *lines, const struct file_list *files);
void lines_clear(struct lines *lines);

/* Goes to the next file that can be opened; false after the last one. */
bool lines_next_file(struct lines *lines);

/* Reads the next line of the file; false at its end, and where nobody reads standard output any more. */
bool lines_next(struct lines *lines);

/* Checks the files and calls `take` for every line of them, with the line in `lines`. Returns the faults
 * (exit_status.h). */
unsigned lines_each(struct lines *lines, struct file_list *files, void (*take)(void *user), void *user);

/* Says on standard error what is wrong with the line. */
void lines_refuse(struct lines *lines, sts_status code, const char *text);

/* The same, with a JSON line on standard output. */
void lines_refuse_json(struct lines *lines, sts_status code, const char *text);

#endif
