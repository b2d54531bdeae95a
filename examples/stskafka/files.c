/* SPDX-License-Identifier: Apache-2.0
 *
 * The input files of a verb. */
#include "files.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console.h"
#include "interrupt.h"
#include "memory.h"

void files_add(struct file_list *files, const char *name) {
    files->at = need_room(files->at, files->count, sizeof *files->at);
    files->at[files->count++] = name;
}

bool file_is_standard_input(const char *name) {
    return strcmp(name, "-") == 0;
}

/* Opening a named pipe would wait for its writer, so this only looks. */
bool file_check(const char *name, const char *kind) {
    struct stat status;
    if (stat(name, &status) == 0 && S_ISDIR(status.st_mode))
        errno = EISDIR;
    else if (access(name, R_OK) == 0)
        return true;
    say("%s: %s; name %s that can be read, or - for standard input", name, strerror(errno), kind);
    return false;
}

bool files_check(struct file_list *files) {
    bool all = true;
    size_t standard_inputs = 0;
    if (files->count == 0)
        files_add(files, "-");
    for (size_t i = 0; i < files->count; i++) {
        if (file_is_standard_input(files->at[i]))
            standard_inputs++;
        else if (!file_check(files->at[i], "a file"))
            all = false;
    }
    if (standard_inputs > 1) {
        say("standard input (-) is named %zu times; it can be read once", standard_inputs);
        return false;
    }
    return all;
}

const char *file_name(const char *name) {
    return file_is_standard_input(name) ? "standard input" : name;
}

void file_wait_for_terminal(const char *name) {
    if (file_is_standard_input(name) && isatty(STDIN_FILENO))
        say("reading from the terminal: Ctrl-D at the beginning of a line ends it; else name a FILE, or pipe one in");
}

FILE *file_open(const char *name) {
    FILE *file = file_is_standard_input(name) ? stdin : fopen(name, "rb");
    file_wait_for_terminal(name);
    if (!file)
        say("%s: %s", name, strerror(errno));
    return file ? interrupt_file(file) : NULL;
}

void file_close(FILE *file) {
    if (file != stdin)
        fclose(file);
}
