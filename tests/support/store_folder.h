/* SPDX-License-Identifier: Apache-2.0
 *
 * A folder for a store, and a store in it that holds numbers. Everything here ends the test when it fails. */
#ifndef TESTS_SUPPORT_STORE_FOLDER_H
#define TESTS_SUPPORT_STORE_FOLDER_H

#include "store/store.h"

struct store_folder {
    char path[64];
    char told[4096]; /* the lines for the log */
};

/* A new folder; and it removed with all that is in it. */
void store_folder_make(struct store_folder *folder);
void store_folder_remove(const struct store_folder *folder);

/* Settings for it, with 16 MiB. */
sts__store_settings store_folder_settings(struct store_folder *folder, sts__store_sync_mode sync);

sts__store *store_folder_open(struct store_folder *folder, sts__store_sync_mode sync);
void store_folder_end(sts__store *store);

/* Appends `count` payloads of `size` bytes, which begin with their numbers from `first` on; and commits them. How many
 * are stored. */
size_t store_folder_append(sts__store *store, unsigned first, size_t count, size_t size, sts_status *status);

/* Reads all that there is: the numbers, in their order, up to `most`; marks them as done where `done` says so. */
size_t store_folder_read(sts__store *store, unsigned *numbers, size_t most, bool done, uint64_t *lost);

/* Checks that it has the numbers from `first` up to `end`, in order. */
void store_folder_check(sts__store *store, unsigned first, unsigned end);

/* How many files have a name that ends so; and the path of the first of them, in the order of names. */
unsigned store_folder_count(const struct store_folder *folder, const char *end);
void store_folder_first(const struct store_folder *folder, const char *end, char *path, size_t size);

#endif
