/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines from files. */
#include "lines.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stskafka/error.h>

#include "console.h"
#include "exit_status.h"
#include "json_out.h"

void lines_init(struct lines *lines, const struct file_list *files) {
    memset(lines, 0, sizeof *lines);
    lines->files = files;
}

static void close_current(struct lines *lines) {
    if (lines->stream)
        file_close(lines->stream);
    lines->stream = NULL;
}

void lines_clear(struct lines *lines) {
    close_current(lines);
    free(lines->text);
}

bool lines_next_file(struct lines *lines) {
    close_current(lines);
    while (!lines->stream && lines->next_file < lines->files->count) {
        const char *name = lines->files->at[lines->next_file++];
        lines->stream = file_open(name);
        lines->file = file_name(name);
        lines->number = 0;
        if (!lines->stream)
            lines->faults |= FAULT_USAGE;
    }
    return lines->stream != NULL;
}

bool lines_next(struct lines *lines) {
    if (ferror(stdout))
        return false;
    errno = 0;
    ssize_t size = getline(&lines->text, &lines->capacity, lines->stream);
    if (size < 0) {
        if (ferror(lines->stream)) {
            say("%s: %s", lines->file, strerror(errno));
            lines->faults |= FAULT_INPUT;
        }
        return false;
    }
    if (size && lines->text[size - 1] == '\n')
        size--;
    if (size && lines->text[size - 1] == '\r')
        size--;
    lines->size = (size_t)size;
    lines->number++;
    return true;
}

unsigned lines_each(struct lines *lines, struct file_list *files, void (*take)(void *user), void *user) {
    if (!files_check(files))
        return FAULT_USAGE;
    lines_init(lines, files);
    while (lines_next_file(lines)) {
        while (lines_next(lines))
            take(user);
    }
    lines_clear(lines);
    return lines->faults;
}

void lines_refuse(struct lines *lines, sts_status code, const char *text) {
    lines->faults |= FAULT_INPUT;
    say("%s: line %" PRIu64 ": %s: %s", lines->file, lines->number, sts_status_name(code), text);
}

void lines_refuse_json(struct lines *lines, sts_status code, const char *text) {
    json_t *line = json_object();
    json_set(line, "line", json_integer((json_int_t)lines->number));
    json_set(line, "error", json_fault(code, text));
    json_line(line);
    lines_refuse(lines, code, text);
}
