/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "transport/credentials.h"

static bool fail(const char *path, const char *reason, char *why, size_t why_size) {
    if (path[0] == '/')
        snprintf(why, why_size, "\"%s\" %s", path, reason);
    else
        snprintf(why, why_size, "the file %s", reason);
    return false;
}

static const char *advice_for(int error) {
    if (error == EACCES || error == EPERM)
        return "; let the user that this process runs as read it";
    return error == ENOENT || error == ENOTDIR ? "; nothing has that name" : "";
}

static bool fail_to_read(const char *path, char *why, size_t why_size) {
    char reason[160];
    int error = errno;
    snprintf(reason, sizeof reason, "cannot be read: %s%s", strerror(error), advice_for(error));
    return fail(path, reason, why, why_size);
}

/* A regular file, opened, or -1. `is` is what it is. */
static int open_regular(const char *path, struct stat *is, char *why, size_t why_size) {
    int file = -1;
    bool is_there = stat(path, is) == 0;
    if (is_there && S_ISDIR(is->st_mode))
        fail(path, "is a folder", why, why_size);
    else if (is_there && !S_ISREG(is->st_mode)) /* not opened: that alone does something to some devices */
        fail(path, "is a pipe, a device or a socket, and must be a regular file", why, why_size);
    else if (!is_there || (file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)) < 0)
        fail_to_read(path, why, why_size);
    if (file < 0 || (fstat(file, is) == 0 && S_ISREG(is->st_mode)))
        return file;
    close(file);
    fail(path, "is no regular file any more", why, why_size);
    return -1;
}

bool sts__file_check(const char *path, bool may_be_folder, char *why, size_t why_size) {
    struct stat is;
    if (may_be_folder && stat(path, &is) == 0 && S_ISDIR(is.st_mode))
        return access(path, R_OK | X_OK) == 0 || fail_to_read(path, why, why_size);
    int file = open_regular(path, &is, why, why_size);
    if (file >= 0)
        close(file);
    return file >= 0;
}

static int64_t nanoseconds(const struct timespec *time) {
    return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

static sts__file_stamp stamp_of(const struct stat *is) {
    return (sts__file_stamp){.exists = true,
                             .device = (uint64_t)is->st_dev,
                             .inode = (uint64_t)is->st_ino,
                             .size = (int64_t)is->st_size,
                             .modified_ns = nanoseconds(&is->st_mtim),
                             .changed_ns = nanoseconds(&is->st_ctim)};
}

sts__file_stamp sts__file_stamp_of(const char *path) {
    struct stat is;
    return stat(path, &is) == 0 ? stamp_of(&is) : (sts__file_stamp){.exists = false};
}

bool sts__file_stamp_equals(const sts__file_stamp *a, const sts__file_stamp *b) {
    return a->exists == b->exists && a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->modified_ns == b->modified_ns && a->changed_ns == b->changed_ns;
}

/* Up to `room` bytes; -1 on failure. */
static ssize_t read_up_to(int file, char *text, size_t room) {
    size_t size = 0;
    while (size < room) {
        ssize_t count = read(file, text + size, room - size);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return count < 0 ? -1 : (ssize_t)size;
        size += (size_t)count;
    }
    return (ssize_t)size;
}

char *sts__file_read(const sts__memory *memory, const char *path, size_t most, size_t *size, sts__file_stamp *stamp,
                     char *why, size_t why_size) {
    struct stat is;
    char reason[80];
    int file = open_regular(path, &is, why, why_size);
    if (stamp)
        *stamp = file < 0 ? sts__file_stamp_of(path) : stamp_of(&is);
    if (file < 0)
        return NULL;
    char *text = sts__memory_new(memory, most + 2); /* one more than most, and a NUL */
    ssize_t count = text ? read_up_to(file, text, most + 1) : 0;
    int error = errno;
    close(file);
    if (!text) {
        fail(path, "cannot be read: out of memory", why, why_size);
    } else if (count < 0) {
        errno = error;
        fail_to_read(path, why, why_size);
    } else if ((size_t)count > most) {
        snprintf(reason, sizeof reason, "has more than %zu bytes", most);
        fail(path, reason, why, why_size);
    } else {
        *size = (size_t)count;
        return text;
    }
    if (text)
        sts__secret_forget(memory, &text, most + 1);
    return NULL;
}
