/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a fuzz target over files, without libFuzzer:
 *
 *   replay_TARGET FILE|FOLDER...    each file of a folder, each in memory of exactly its size
 *
 * The first file on which the target's property does not hold ends it, and its name is the last line of the output. A
 * folder that is missing or empty is a failure. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz/fuzz.h"
#include "support/must.h"

static void run_file(const char *path) {
    FILE *file = fopen(path, "rb");
    struct stat about;
    MUST(file && fstat(fileno(file), &about) == 0);
    size_t size = (size_t)about.st_size;
    uint8_t *data = malloc(size ? size : 1);
    MUST(data && fread(data, 1, size, file) == size);
    fclose(file);
    printf("%s\n", path);
    fflush(stdout);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
}

static int is_file(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static void run_folder(const char *path) {
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_file, alphasort); /* the same order everywhere */
    if (count <= 0) {
        fprintf(stderr, "%s: no files there\n", path);
        exit(1);
    }
    for (int i = 0; i < count; i++) {
        char name[4096];
        snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        run_file(name);
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char **argv) {
    MUST(argc > 1);
    for (int i = 1; i < argc; i++) {
        struct stat about;
        if (stat(argv[i], &about) == 0 && S_ISREG(about.st_mode))
            run_file(argv[i]);
        else
            run_folder(argv[i]);
    }
    return 0;
}
