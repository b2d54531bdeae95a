/* SPDX-License-Identifier: Apache-2.0
 *
 * A store whose disk is full or broken, and one whose files were cut or overwritten: what is whole goes, what is not is
 * named and set aside, and nobody is told that something is stored which is not. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/store_folder.h"

/* A disk whose n-th write, or sync, fails, and those behind it up to `heals`. */
struct bad_disk {
    unsigned fails_at;
    unsigned heals;
    unsigned writes;
    int error;
    bool syncs_too;
    bool was_ahead; /* it failed for what nobody has appended yet */
};

enum { SIZE_OF_MOST = 4096 }; /* of what is appended here */

static bool fails(struct bad_disk *disk) {
    unsigned at = disk->writes++;
    return at >= disk->fails_at && at < disk->heals;
}

static ssize_t bad_write(void *user, int file, const void *bytes, size_t size, off_t at) {
    struct bad_disk *disk = user;
    if (!fails(disk))
        return pwrite(file, bytes, size, at);
    disk->was_ahead = disk->was_ahead || size > SIZE_OF_MOST;
    if (size > 2 && disk->writes % 2 == 0 && pwrite(file, bytes, size / 2, at) < 0) /* half of it is there */
        return -1;
    errno = disk->error;
    return -1;
}

static int bad_sync(void *user, int file) {
    struct bad_disk *disk = user;
    if (!disk->syncs_too || !fails(disk))
        return fdatasync(file);
    errno = EIO;
    return -1;
}

/* Appends numbers from 0 on, each as often as it takes; what was stored is there, and what was refused is not. */
static void go_over(const struct bad_disk *bad, sts_status expected) {
    enum { COUNT = 40 };
    struct bad_disk disk = *bad;
    const sts__disk table = {sts__disk_default.read, bad_write, bad_sync, &disk};
    struct store_folder folder;
    sts__store *store;
    sts__fault fault;
    sts_status status;
    unsigned refused = 0;
    store_folder_make(&folder);
    sts__store_settings settings = store_folder_settings(&folder, STS__STORE_SYNC_COMMIT);
    settings.disk = &table;
    cr_assert_eq(sts__store_open(&store, sts__memory_default(), &settings, &fault), STS_OK);
    for (unsigned i = 0; i < COUNT;) {
        size_t stored = store_folder_append(store, i, 1, 200, &status);
        i += (unsigned)stored;
        cr_assert(stored ? status == STS_OK : status == expected, "%d", (int)status);
        cr_assert_lt(refused += !stored, 1000u);
    }
    cr_assert(refused > 0 || disk.was_ahead, "the fault was met");
    store_folder_check(store, 0, COUNT);
    store_folder_end(store);
    store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    store_folder_check(store, 0, COUNT);
    store_folder_end(store);
    store_folder_remove(&folder);
}

Test(store_faults, a_full_disk_is_a_full_queue_at_any_write) {
    for (unsigned i = 0; i < 30; i++)
        go_over(&(struct bad_disk){.fails_at = i, .heals = i + 3, .error = ENOSPC}, STS_ERR_QUEUE_FULL);
}

Test(store_faults, a_broken_disk_is_told_at_any_write) {
    for (unsigned i = 0; i < 30; i++)
        go_over(&(struct bad_disk){.fails_at = i, .heals = i + 2, .error = EIO}, STS_ERR_STORAGE);
}

Test(store_faults, what_could_not_be_synced_was_not_taken) {
    for (unsigned i = 0; i < 40; i++)
        go_over(&(struct bad_disk){.fails_at = i, .heals = i + 1, .error = EIO, .syncs_too = true}, STS_ERR_STORAGE);
}

static uint8_t *load(const char *path, size_t *size) {
    struct stat is;
    int file = open(path, O_RDONLY);
    cr_assert(file >= 0 && fstat(file, &is) == 0);
    uint8_t *bytes = malloc((size_t)is.st_size);
    cr_assert_eq(read(file, bytes, (size_t)is.st_size), is.st_size);
    close(file);
    *size = (size_t)is.st_size;
    return bytes;
}

static void save(const char *path, const uint8_t *bytes, size_t size) {
    int file = open(path, O_WRONLY | O_TRUNC);
    cr_assert(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    close(file);
}

static void remove_damaged(const struct store_folder *folder) {
    char path[512];
    while (store_folder_count(folder, ".damaged")) {
        store_folder_first(folder, ".damaged", path, sizeof path);
        cr_assert_eq(unlink(path), 0);
    }
}

Test(store_faults, a_file_that_was_cut_anywhere_gives_all_that_is_whole) {
    enum { COUNT = 20, SIZE = 60, FRAME = 104 };
    struct store_folder folder;
    char path[512];
    unsigned numbers[COUNT];
    size_t size;
    store_folder_make(&folder);
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    store_folder_append(store, 0, COUNT, SIZE, NULL);
    store_folder_end(store);
    store_folder_first(&folder, ".queue", path, sizeof path);
    uint8_t *bytes = load(path, &size);
    cr_assert_eq(size, 32u + COUNT * FRAME);
    for (size_t cut = size; cut-- > 0;) {
        save(path, bytes, cut);
        folder.told[0] = '\0';
        store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
        size_t whole = cut < 32 ? 0 : (cut - 32) / FRAME;
        cr_assert_eq(store_folder_read(store, numbers, COUNT, false, NULL), whole, "cut at %zu", cut);
        for (unsigned i = 0; i < whole; i++)
            cr_assert_eq(numbers[i], i);
        bool clean = cut == 0 || (cut >= 32 && (cut - 32) % FRAME == 0);
        cr_assert_eq(store_folder_count(&folder, ".damaged"), clean ? 0u : 1u, "cut at %zu: %s", cut, folder.told);
        cr_assert_eq(!strstr(folder.told, "00000000000000000001"), clean, "it is named");
        store_folder_end(store);
        remove_damaged(&folder);
    }
    free(bytes);
    store_folder_remove(&folder);
}

Test(store_faults, what_is_overwritten_is_set_aside_and_all_else_goes) {
    enum { COUNT = 20, SIZE = 60, FRAME = 104 };
    struct store_folder folder;
    char path[512];
    unsigned numbers[COUNT];
    size_t size;
    store_folder_make(&folder);
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    store_folder_append(store, 0, COUNT, SIZE, NULL);
    store_folder_end(store);
    store_folder_first(&folder, ".queue", path, sizeof path);
    uint8_t *bytes = load(path, &size);
    for (size_t at = 0; at < size; at++) {
        bytes[at] ^= 0x40;
        save(path, bytes, size);
        bytes[at] ^= 0x40;
        store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
        sts__store_numbers counted;
        sts__store_count(store, &counted);
        bool in_padding = at >= 32 && (at - 32) % FRAME >= 40 + SIZE;
        unsigned hit = at < 32 || in_padding ? COUNT : (unsigned)((at - 32) / FRAME);
        size_t got = store_folder_read(store, numbers, COUNT, false, NULL);
        cr_assert_eq(got, hit == COUNT ? (size_t)COUNT : COUNT - 1u, "byte %zu", at);
        for (unsigned i = 0; i < got; i++)
            cr_assert_eq(numbers[i], i + (i >= hit), "byte %zu", at);
        cr_assert_eq(counted.damaged, in_padding ? 0u : 1u, "byte %zu", at);
        store_folder_end(store);
        remove_damaged(&folder);
    }
    free(bytes);
    store_folder_remove(&folder);
}

/* A page that turns bad while the store is open. */
Test(store_faults, what_turns_bad_later_is_counted_as_lost) {
    struct store_folder folder;
    char path[512];
    static unsigned numbers[3000];
    uint64_t lost;
    store_folder_make(&folder);
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    store_folder_append(store, 0, 3000, 1000, NULL);
    store_folder_first(&folder, ".queue", path, sizeof path);
    int file = open(path, O_WRONLY);
    cr_assert_eq(pwrite(file, "noise", 5, 32 + 10 * 1040 + 100), 5);
    close(file);
    cr_assert_eq(store_folder_read(store, numbers, 3000, true, &lost), 2999u);
    cr_assert_eq(lost, 1u);
    cr_assert_eq(numbers[10], 11u);
    sts__store_numbers counted;
    sts__store_count(store, &counted);
    cr_assert_eq(counted.records, 0u);
    cr_assert_eq(counted.damaged, 1u);
    store_folder_end(store);
    store_folder_remove(&folder);
}

Test(store_faults, notes_that_are_damaged_are_not_believed) {
    struct store_folder folder;
    char path[512];
    unsigned numbers[10];
    size_t size;
    store_folder_make(&folder);
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    store_folder_append(store, 0, 10, 50, NULL);
    cr_assert_eq(store_folder_read(store, numbers, 9, true, NULL), 9u);
    store_folder_end(store);
    store_folder_first(&folder, ".done", path, sizeof path);
    uint8_t *bytes = load(path, &size);
    bytes[9] ^= 1;
    save(path, bytes, size);
    store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    store_folder_check(store, 0, 10);
    store_folder_end(store);
    free(bytes);
    store_folder_remove(&folder);
}

static void refused(struct store_folder *folder, const char *part) {
    sts__store_settings settings = store_folder_settings(folder, STS__STORE_SYNC_COMMIT);
    sts__store *store;
    sts__fault fault;
    cr_assert_eq(sts__store_open(&store, sts__memory_default(), &settings, &fault), STS_ERR_STORAGE);
    cr_assert(strstr(fault.text, part), "%s", fault.text);
}

Test(store_faults, a_newer_format_is_refused) {
    /* The head of a file of version 2, whose first sequence is 1. */
    static const uint8_t newer[32] = {'S', 'T', 'S', 'Q', 'U', 'E', 'U', 'E', 2, 0, 0, 0, 0,    0,    0,    0,
                                      1,   0,   0,   0,   0,   0,   0,   0,   0, 0, 0, 0, 0x2b, 0x50, 0x2b, 0x27};
    struct store_folder folder;
    char path[512];
    store_folder_make(&folder);
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    store_folder_append(store, 0, 1, 50, NULL);
    store_folder_end(store);
    store_folder_first(&folder, ".queue", path, sizeof path);
    save(path, newer, sizeof newer);
    refused(&folder, "format 2");
    store_folder_remove(&folder);
}

Test(store_faults, a_folder_that_cannot_be_written_is_refused) {
    struct store_folder folder;
    store_folder_make(&folder);
    if (geteuid() == 0) { /* who may write anywhere cannot write here either */
        char path[512];
        snprintf(path, sizeof path, "%s/file", folder.path);
        int file = open(path, O_WRONLY | O_CREAT, 0600);
        close(file);
        struct store_folder in_a_file = folder;
        strcat(in_a_file.path, "/file");
        refused(&in_a_file, "/file");
    } else {
        cr_assert_eq(chmod(folder.path, 0500), 0);
        refused(&folder, "Permission denied");
        cr_assert_eq(chmod(folder.path, 0700), 0);
    }
    store_folder_remove(&folder);
}
