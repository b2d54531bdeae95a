/* SPDX-License-Identifier: Apache-2.0
 *
 * The input files of a verb: none, or "-", is standard input. */
#ifndef FILES_H
#define FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct file_list {
    const char **at;
    size_t count;
};

void files_add(struct file_list *files, const char *name);

/* Makes "-" of an empty list, and looks whether all can be read, before anything is done. False: said why not. */
bool files_check(struct file_list *files);

bool file_is_standard_input(const char *name);

/* Says that it is waited for where somebody has to type it. */
void file_wait_for_terminal(const char *name);

/* How a file is called in messages. */
const char *file_name(const char *name);

/* Whether a file can be read, as far as can be seen without opening it; `kind` is what is wanted. False: said why not.
 */
bool file_check(const char *name, const char *kind);

/* Opens a file; NULL: said why not. */
FILE *file_open(const char *name);
void file_close(FILE *file);

#endif
