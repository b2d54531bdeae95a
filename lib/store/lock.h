/* SPDX-License-Identifier: Apache-2.0
 *
 * That nobody else has a folder: no other process, and nobody else in this one.
 *
 * Two locks, for neither does both. A record lock of POSIX is the process's own: a child that fork() made does not have
 * it, so that it ends with the process though a child live on; but within the process it stops nobody, and it is lost
 * where any descriptor of the file is closed. A lock of flock() stops those within the process, and is inherited. */
#ifndef STS_STORE_LOCK_H
#define STS_STORE_LOCK_H

#include "base/error.h"

typedef struct sts__store_lock {
    int process; /* descriptors; -1: none */
    int within;
} sts__store_lock;

/* STS_OK; STS_ERR_STORAGE_BUSY, and the text says who has it; STS_ERR_STORAGE. */
sts_status sts__store_lock_take(sts__store_lock *lock, const char *folder, sts__fault *fault);
void sts__store_lock_release(sts__store_lock *lock);

/* Whether another process has it, or this one; takes nothing. */
bool sts__store_lock_is_taken(const char *folder);

#endif
