/* SPDX-License-Identifier: Apache-2.0
 *
 * What the store asks of the operating system where it may refuse: a table, so that tests can have the n-th write find
 * the disk full, or broken. */
#ifndef STS_STORE_DISK_H
#define STS_STORE_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct sts__disk {
    ssize_t (*read)(void *user, int file, void *bytes, size_t size, off_t at);
    ssize_t (*write)(void *user, int file, const void *bytes, size_t size, off_t at);
    int (*sync)(void *user, int file);
    void *user;
} sts__disk;

extern const sts__disk sts__disk_default;

/* Writes all of it; 0, or an errno: then a part may stand there. */
int sts__disk_write(const sts__disk *disk, int file, const void *bytes, size_t size, uint64_t at);

/* Up to `size` bytes, fewer only at the file's end; -1, and errno. */
ssize_t sts__disk_read(const sts__disk *disk, int file, void *bytes, size_t size, uint64_t at);

/* Whether what failed so may succeed later without anything having been mended on the disk: there is no memory, or no
 * descriptor, just now, or somebody has to give a right back. */
bool sts__disk_may_heal(int error);

/* Has all that was written be on the disk; 0, or an errno. */
int sts__disk_sync(const sts__disk *disk, int file);

/* That a folder's files are in it, as they are now: what was made, and what was removed. 0, or an errno. */
int sts__disk_sync_folder(const sts__disk *disk, const char *folder);

#endif
