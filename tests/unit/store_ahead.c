/* SPDX-License-Identifier: Apache-2.0
 *
 * Zeros ahead of what is appended to a store: where they are written, and that they are no part of it. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/store_folder.h"

enum { SIZE = 60, FRAME = 104, HEAD = 32, AHEAD = 262144 };

/* A disk that counts what is only zeros, and has no room for it where it `fails`. */
struct counted_disk {
    sts__disk table;
    unsigned zeros;
    bool fails;
};

static bool is_zeros(const uint8_t *bytes, size_t size) {
    size_t i = 0;
    while (i < size && bytes[i] == 0)
        i++;
    return i == size;
}

static ssize_t counted_write(void *user, int file, const void *bytes, size_t size, off_t at) {
    struct counted_disk *disk = user;
    bool is_ahead = is_zeros(bytes, size);
    disk->zeros += is_ahead;
    errno = ENOSPC;
    return is_ahead && disk->fails && disk->zeros > 1 ? -1 : pwrite(file, bytes, size, at);
}

static sts__store *open_counted(struct store_folder *folder, struct counted_disk *disk, sts__store_sync_mode sync,
                                uint64_t max_bytes) {
    sts__store *store;
    sts__fault fault;
    store_folder_make(folder);
    sts__store_settings settings = store_folder_settings(folder, sync);
    disk->table = (sts__disk){sts__disk_default.read, counted_write, sts__disk_default.sync, disk};
    settings.disk = &disk->table;
    settings.max_bytes = max_bytes;
    cr_assert_eq(sts__store_open(&store, sts__memory_default(), &settings, &fault), STS_OK);
    return store;
}

static uint64_t size_of(const char *path) {
    struct stat is;
    cr_assert_eq(stat(path, &is), 0);
    return (uint64_t)is.st_size;
}

/* Of all files of segments. */
static uint64_t size_of_all(const struct store_folder *folder) {
    char path[512];
    uint64_t all = 0;
    DIR *open = opendir(folder->path);
    cr_assert(open);
    for (const struct dirent *entry; (entry = readdir(open));) {
        snprintf(path, sizeof path, "%s/%s", folder->path, entry->d_name);
        all += strstr(entry->d_name, ".queue") ? size_of(path) : 0;
    }
    closedir(open);
    return all;
}

static uint64_t size_of_first(const struct store_folder *folder) {
    char path[512];
    store_folder_first(folder, ".queue", path, sizeof path);
    return size_of(path);
}

/* What a process that is killed leaves: the files, as they are while it has them open. */
static void copy_first(const struct store_folder *from, struct store_folder *to, char *path, size_t size) {
    char of[512];
    store_folder_make(to);
    store_folder_first(from, ".queue", of, sizeof of);
    snprintf(path, size, "%s%s", to->path, strrchr(of, '/'));
    uint64_t all = size_of(of);
    uint8_t *bytes = malloc((size_t)all);
    int source = open(of, O_RDONLY);
    int target = open(path, O_WRONLY | O_CREAT, 0600);
    cr_assert_eq(read(source, bytes, (size_t)all), (ssize_t)all);
    cr_assert_eq(write(target, bytes, (size_t)all), (ssize_t)all);
    close(source);
    close(target);
    free(bytes);
}

Test(store_ahead, zeros_of_a_killed_process_are_no_damage) {
    struct store_folder folder;
    struct store_folder copied;
    struct counted_disk disk = {.zeros = 0};
    char path[512];
    sts__store_numbers numbers;
    sts__store *store = open_counted(&folder, &disk, STS__STORE_SYNC_COMMIT, 16 << 20);
    for (unsigned i = 0; i < 20; i++)
        store_folder_append(store, i, 1, SIZE, NULL);
    copy_first(&folder, &copied, path, sizeof path);
    cr_assert_gt(size_of(path), (uint64_t)AHEAD);
    store_folder_check(store, 0, 20);
    store_folder_end(store);
    cr_assert_eq(size_of_first(&folder), HEAD + 20u * FRAME, "whoever closes it cuts them off");
    store = store_folder_open(&copied, STS__STORE_SYNC_COMMIT);
    sts__store_count(store, &numbers);
    cr_assert_eq(numbers.damaged, 0u);
    cr_assert_eq(numbers.bytes, HEAD + 20u * FRAME);
    cr_assert_eq(size_of(path), HEAD + 20u * FRAME);
    cr_assert_str_eq(copied.told, "");
    store_folder_check(store, 0, 20);
    store_folder_end(store);
    store_folder_remove(&copied);
    store_folder_remove(&folder);
}

/* Wherever the last page, or a part of the last frame, has not come to the disk. */
Test(store_ahead, what_is_torn_in_front_of_them_is_damage) {
    struct store_folder folder;
    struct store_folder copied;
    struct counted_disk disk = {.zeros = 0};
    char path[512];
    char zeros[FRAME] = {0};
    sts__store_numbers numbers;
    sts__store *store = open_counted(&folder, &disk, STS__STORE_SYNC_COMMIT, 16 << 20);
    store_folder_append(store, 0, 1, SIZE, NULL);
    store_folder_append(store, 1, 1, SIZE, NULL);
    for (unsigned lost = 1; lost < FRAME - 4; lost++) { /* its last 4 bytes are for the alignment */
        copy_first(&folder, &copied, path, sizeof path);
        int file = open(path, O_WRONLY);
        cr_assert_eq(pwrite(file, zeros, lost + 4, HEAD + 2 * FRAME - 4 - lost), (ssize_t)lost + 4);
        close(file);
        sts__store *other = store_folder_open(&copied, STS__STORE_SYNC_COMMIT);
        sts__store_count(other, &numbers);
        cr_assert_eq(numbers.damaged, 1u, "%u", lost);
        store_folder_check(other, 0, 1);
        store_folder_end(other);
        store_folder_remove(&copied);
    }
    store_folder_end(store);
    store_folder_remove(&folder);
}

Test(store_ahead, more_zeros_than_are_ever_written_are_damage) {
    struct store_folder folder;
    char path[512];
    sts__store_numbers numbers;
    store_folder_make(&folder);
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    store_folder_append(store, 0, 1, SIZE, NULL);
    store_folder_end(store);
    store_folder_first(&folder, ".queue", path, sizeof path);
    cr_assert_eq(truncate(path, HEAD + FRAME + AHEAD + 1), 0);
    store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    sts__store_count(store, &numbers);
    cr_assert_eq(numbers.damaged, 1u);
    store_folder_check(store, 0, 1);
    store_folder_end(store);
    store_folder_remove(&folder);
}

/* The files together, with their zeros. */
Test(store_ahead, they_have_no_room_beyond_the_store_s) {
    enum { BOUND = 1 << 20 };
    struct store_folder folder;
    struct counted_disk disk = {.zeros = 0};
    sts_status status = STS_OK;
    sts__store *store = open_counted(&folder, &disk, STS__STORE_SYNC_COMMIT, BOUND);
    for (unsigned i = 0; status == STS_OK; i++) {
        store_folder_append(store, i, 1, 1000, &status);
        cr_assert_leq(size_of_all(&folder), (uint64_t)BOUND);
    }
    cr_assert_eq(status, STS_ERR_QUEUE_FULL);
    cr_assert_gt(disk.zeros, 0u);
    store_folder_end(store);
    store_folder_remove(&folder);
}

Test(store_ahead, where_they_have_no_room_all_else_has_what_there_is) {
    struct store_folder folder;
    struct counted_disk disk = {.fails = true};
    sts__store *store = open_counted(&folder, &disk, STS__STORE_SYNC_COMMIT, 16 << 20);
    for (unsigned i = 0; i < 20; i++)
        store_folder_append(store, i, 1, SIZE, NULL);
    cr_assert_eq(disk.zeros, 2u, "the second failed, and that was the last try");
    cr_assert_eq(size_of_first(&folder), HEAD + 20u * FRAME);
    store_folder_check(store, 0, 20);
    store_folder_end(store);
    store_folder_remove(&folder);
}

Test(store_ahead, none_are_written_where_they_would_spare_nothing) {
    static const struct {
        sts__store_sync_mode sync;
        size_t size;
    } ways[] = {{STS__STORE_SYNC_INTERVAL, SIZE}, {STS__STORE_SYNC_NONE, SIZE}, {STS__STORE_SYNC_COMMIT, 100000}};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct store_folder folder;
        struct counted_disk disk = {.zeros = 0};
        sts__store *store = open_counted(&folder, &disk, ways[i].sync, 16 << 20);
        for (unsigned k = 1; k < 20; k++)
            store_folder_append(store, k, 1, ways[i].size, NULL);
        cr_assert_eq(disk.zeros, 0u);
        store_folder_end(store);
        store_folder_remove(&folder);
    }
}

/* Small ones, of which many share a sync. */
Test(store_ahead, no_more_are_written_once_syncs_are_for_much) {
    struct store_folder folder;
    struct counted_disk disk = {.zeros = 0};
    sts__fault fault;
    sts__store *store = open_counted(&folder, &disk, STS__STORE_SYNC_COMMIT, 64 << 20);
    for (int i = 0; i < 10; i++) {
        sts__store_batch batch = {.memory = sts__memory_default()};
        sts__store_ticket ticket = {0};
        size_t taken;
        memset(sts__store_batch_add(&batch, 1000, 1, 1), 1, 1000);
        for (int k = 0; k < 100; k++)
            cr_assert_eq(sts__store_append(store, &batch, 0, &ticket, STS__STORE_ROOM_FOR_ALL, 0, &taken, &fault),
                         STS_OK);
        cr_assert_eq(sts__store_commit(store, &ticket, &fault), STS_OK);
        sts__store_batch_clear(&batch);
    }
    cr_assert_eq(disk.zeros, 8u, "once");
    store_folder_end(store);
    store_folder_remove(&folder);
}
