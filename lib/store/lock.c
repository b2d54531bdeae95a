/* SPDX-License-Identifier: Apache-2.0 */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static int open_in(const char *folder, const char *name, int flags) {
    char path[PATH_MAX];
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (size < 0 || (size_t)size >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open(path, flags | O_CLOEXEC, 0600);
}

static sts_status refused(const char *folder, sts__fault *fault) {
    return sts__fault_set(fault, STS_ERR_STORAGE, "the folder \"%s\" cannot be locked: %s", folder, strerror(errno));
}

static long owner_of(int file) {
    char text[32] = "";
    return pread(file, text, sizeof text - 1, 0) > 0 ? strtol(text, NULL, 10) : 0;
}

static sts_status in_use(const char *folder, long owner, sts__fault *fault) {
    return sts__fault_set(fault, STS_ERR_STORAGE_BUSY, "the folder \"%s\" is in use by %s %ld", folder,
                          owner == (long)getpid() ? "another exporter of this process," : "process", owner);
}

/* Where a child of a process that is gone holds the other lock still, another file takes that one's place. */
static sts_status lock_within(sts__store_lock *lock, const char *folder, sts__fault *fault) {
    char path[PATH_MAX];
    lock->within = open_in(folder, "lock.within", O_RDWR | O_CREAT);
    if (lock->within < 0)
        return refused(folder, fault);
    if (flock(lock->within, LOCK_EX | LOCK_NB) == 0)
        return STS_OK;
    if (owner_of(lock->within) == (long)getpid())
        return in_use(folder, getpid(), fault);
    lock->process = open_in(folder, "lock", O_RDWR | O_CREAT);
    if (lock->process < 0)
        return refused(folder, fault);
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(lock->process, F_SETLK, &whole) != 0)
        return in_use(folder, owner_of(lock->process), fault);
    snprintf(path, sizeof path, "%s/lock.within", folder);
    close(lock->within);
    unlink(path);
    lock->within = open_in(folder, "lock.within", O_RDWR | O_CREAT | O_EXCL);
    if (lock->within < 0 || flock(lock->within, LOCK_EX | LOCK_NB) != 0)
        return refused(folder, fault);
    return STS_OK;
}

static sts_status lock_process(sts__store_lock *lock, const char *folder, sts__fault *fault) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (lock->process >= 0)
        return STS_OK;
    lock->process = open_in(folder, "lock", O_RDWR | O_CREAT);
    if (lock->process < 0)
        return refused(folder, fault);
    if (fcntl(lock->process, F_SETLK, &whole) == 0)
        return STS_OK;
    if (errno != EACCES && errno != EAGAIN)
        return refused(folder, fault);
    return in_use(folder, owner_of(lock->process), fault);
}

/* Who has it, for those who are refused. */
static bool sign(const sts__store_lock *lock) {
    char text[32];
    int size = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    return ftruncate(lock->process, 0) == 0 && ftruncate(lock->within, 0) == 0 &&
           pwrite(lock->process, text, (size_t)size, 0) == size && pwrite(lock->within, text, (size_t)size, 0) == size;
}

sts_status sts__store_lock_take(sts__store_lock *lock, const char *folder, sts__fault *fault) {
    *lock = (sts__store_lock){-1, -1};
    sts_status status = lock_within(lock, folder, fault);
    if (status == STS_OK)
        status = lock_process(lock, folder, fault);
    if (status == STS_OK && !sign(lock))
        status = refused(folder, fault);
    if (status != STS_OK)
        sts__store_lock_release(lock);
    return status;
}

void sts__store_lock_release(sts__store_lock *lock) {
    if (lock->process >= 0)
        close(lock->process);
    if (lock->within >= 0)
        close(lock->within);
    *lock = (sts__store_lock){-1, -1};
}

/* It looks at the lock that may be tried without harm to the one who has it. */
bool sts__store_lock_is_taken(const char *folder) {
    int file = open_in(folder, "lock.within", O_RDONLY);
    if (file < 0)
        return false;
    bool taken = flock(file, LOCK_SH | LOCK_NB) != 0;
    close(file);
    return taken;
}
