/* SPDX-License-Identifier: Apache-2.0 */
#include "store/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "store/internal.h"

#define FORM "stskafka exactly-once 1\nstore %s\nrun %" PRIu64 " %s\ndoubted-before %" PRIu64 "\n"

enum { FILE_SIZE = 256 };

static void path_of(const sts__store *store, const char *name, char path[PATH_MAX]) {
    snprintf(path, PATH_MAX, "%s/%s", store->folder, name);
}

static sts_status refuse(const sts__store *store, const char *what, sts__fault *fault) {
    return sts__fault_set(fault, STS_ERR_STORAGE, "the file \"exactly-once\" of the store in \"%s\" %s", store->folder,
                          what);
}

static void make_digits(char *digits, size_t size) {
    for (size_t at = 0; at < size; at += 16)
        snprintf(digits + at, size - at + 1, "%016" PRIx64, sts__random_seed());
}

/* Believes no more than what it would write itself. */
static bool parse(const char *text, sts__store_identity *identity) {
    char again[FILE_SIZE];
    int found = sscanf(text,
                       "stskafka exactly-once 1\nstore %32[0-9a-f]\nrun %" SCNu64 " %16[0-9a-f]\n"
                       "doubted-before %" SCNu64,
                       identity->name, &identity->run_number, identity->run, &identity->doubted_before);
    snprintf(again, sizeof again, FORM, identity->name, identity->run_number, identity->run, identity->doubted_before);
    return found == 4 && strcmp(text, again) == 0;
}

/* What the run before has left: `*found` is false where there was none. */
static sts_status read_file(const sts__store *store, sts__store_identity *identity, bool *found, sts__fault *fault) {
    char path[PATH_MAX];
    char text[FILE_SIZE];
    path_of(store, "exactly-once", path);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    *found = file >= 0;
    if (file < 0)
        return errno == ENOENT ? STS_OK : refuse(store, strerror(errno), fault);
    ssize_t size = sts__disk_read(store->settings.disk, file, text, sizeof text - 1, 0);
    int error = errno;
    close(file);
    if (size < 0)
        return refuse(store, strerror(error), fault);
    text[size] = '\0';
    if (parse(text, identity))
        return STS_OK;
    return refuse(store, "is damaged, or a newer library's: delete it, and what is stored goes as possible duplicates",
                  fault);
}

/* In the place of the one before, at once: a crash leaves the one or the other. 0 or an errno. */
static int write_file(const sts__store *store, const sts__store_identity *identity) {
    const sts__disk *disk = store->settings.disk;
    char before[PATH_MAX];
    char path[PATH_MAX];
    char text[FILE_SIZE];
    path_of(store, "exactly-once.new", before);
    path_of(store, "exactly-once", path);
    int size = snprintf(text, sizeof text, FORM, identity->name, identity->run_number, identity->run,
                        identity->doubted_before);
    int file = open(before, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return errno;
    int error = sts__disk_write(disk, file, text, (size_t)size, 0);
    if (!error)
        error = sts__disk_sync(disk, file);
    close(file);
    if (!error && rename(before, path) != 0)
        error = errno;
    return error ? error : sts__disk_sync_folder(disk, store->folder);
}

sts_status sts__store_begin_run(sts__store *store, sts__store_identity *identity, sts__fault *fault) {
    bool found;
    memset(identity, 0, sizeof *identity);
    sts_status status = read_file(store, identity, &found, fault);
    if (status != STS_OK)
        return status;
    pthread_mutex_lock(&store->lock);
    if (!found) {
        make_digits(identity->name, STS__STORE_NAME);
        identity->doubted_before = store->numbers.records ? store->next : 0;
    }
    memcpy(identity->run_before, identity->run, sizeof identity->run);
    make_digits(identity->run, STS__STORE_RUN);
    identity->run_number++;
    uint64_t first = identity->run_number << STS__STORE_RUN_BITS;
    if (store->next < first)
        store->next = store->synced = first;
    int error = write_file(store, identity);
    pthread_mutex_unlock(&store->lock);
    return error ? refuse(store, strerror(error), fault) : STS_OK;
}

sts_status sts__store_end_runs(sts__store *store, sts__fault *fault) {
    char path[PATH_MAX];
    path_of(store, "exactly-once", path);
    if (unlink(path) != 0 && errno != ENOENT)
        return refuse(store, strerror(errno), fault);
    return STS_OK;
}
