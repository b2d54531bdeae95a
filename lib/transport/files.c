/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(const char *path, const char *reason, char *why, size_t why_size) {
    if (path[0] == '/')
        snprintf(why, why_size, "\"%s\" %s", path, reason);
    else
        snprintf(why, why_size, "the file %s", reason);
    return false;
}

static bool fail_to_read(const char *path, char *why, size_t why_size) {
    char reason[100];
    snprintf(reason, sizeof reason, "cannot be read: %s", strerror(errno));
    return fail(path, reason, why, why_size);
}

bool sts__file_check(const char *path, bool may_be_folder, char *why, size_t why_size) {
    struct stat is;
    if (stat(path, &is) != 0)
        return fail_to_read(path, why, why_size);
    if (S_ISDIR(is.st_mode) && may_be_folder)
        return access(path, R_OK | X_OK) == 0 || fail_to_read(path, why, why_size);
    if (S_ISDIR(is.st_mode))
        return fail(path, "is a folder", why, why_size);
    if (!S_ISREG(is.st_mode)) /* not opened: that alone does something to some devices */
        return fail(path, "is a pipe, a device or a socket, and must be a regular file", why, why_size);
    int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0)
        return fail_to_read(path, why, why_size);
    bool regular = fstat(file, &is) == 0 && S_ISREG(is.st_mode);
    close(file);
    return regular || fail(path, "is no regular file any more", why, why_size);
}
