/* SPDX-License-Identifier: Apache-2.0
 *
 * The files that options name. They are looked at before librdkafka opens them: it would wait for ever for somebody to
 * write into a pipe, and read a device without end. Some are read here. */
#ifndef STS_TRANSPORT_FILES_H
#define STS_TRANSPORT_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

/* Whether the path is that of a regular file (or, if wanted, a folder) that can be read; does not wait. Else `why` gets
 * the reason, with the path in it only if it begins with "/": what else was put there may be a secret. */
bool sts__file_check(const char *path, bool may_be_folder, char *why, size_t why_size);

/* By which a file is known to be another one than before, though it has the same name. */
typedef struct sts__file_stamp {
    bool exists;
    uint64_t device;
    uint64_t inode;
    int64_t size;
    int64_t modified_ns;
    int64_t changed_ns; /* its modes and name too, and nobody sets it back */
} sts__file_stamp;

sts__file_stamp sts__file_stamp_of(const char *path);
bool sts__file_stamp_equals(const sts__file_stamp *a, const sts__file_stamp *b);

/* Reads a regular file of up to `most` bytes whole, with a NUL behind; `stamp` (or NULL) is that of what was read.
 * Returns its text, for the caller to forget (credentials.h); NULL, and then `why` says so. */
char *sts__file_read(const sts__memory *memory, const char *path, size_t most, size_t *size, sts__file_stamp *stamp,
                     char *why, size_t why_size);

#endif
