/* SPDX-License-Identifier: Apache-2.0 */
#include "store/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static ssize_t read_at(void *user, int file, void *bytes, size_t size, off_t at) {
    (void)user;
    return pread(file, bytes, size, at);
}

static ssize_t write_at(void *user, int file, const void *bytes, size_t size, off_t at) {
    (void)user;
    return pwrite(file, bytes, size, at);
}

static int sync_file(void *user, int file) {
    (void)user;
    return fdatasync(file);
}

const sts__disk sts__disk_default = {read_at, write_at, sync_file, NULL};

int sts__disk_write(const sts__disk *disk, int file, const void *bytes, size_t size, uint64_t at) {
    const char *from = bytes;
    while (size) {
        ssize_t written = disk->write(disk->user, file, from, size, (off_t)at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return written < 0 ? errno : ENOSPC;
        from += written;
        at += (uint64_t)written;
        size -= (size_t)written;
    }
    return 0;
}

ssize_t sts__disk_read(const sts__disk *disk, int file, void *bytes, size_t size, uint64_t at) {
    char *to = bytes;
    size_t have = 0;
    while (have < size) {
        ssize_t got = disk->read(disk->user, file, to + have, size - have, (off_t)(at + have));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        have += (size_t)got;
    }
    return (ssize_t)have;
}

bool sts__disk_may_heal(int error) {
    static const int errors[] = {EINTR, EAGAIN, ENOMEM, EMFILE, ENFILE, EACCES, EPERM};
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (error == errors[i])
            return true;
    return false;
}

int sts__disk_sync(const sts__disk *disk, int file) {
    return disk->sync(disk->user, file) == 0 ? 0 : errno;
}

int sts__disk_sync_folder(const sts__disk *disk, const char *folder) {
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return errno;
    int error = sts__disk_sync(disk, file);
    close(file);
    return error;
}
