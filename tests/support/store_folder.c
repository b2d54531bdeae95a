/* SPDX-License-Identifier: Apache-2.0 */
#include "support/store_folder.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void store_folder_make(struct store_folder *folder) {
    memset(folder, 0, sizeof *folder);
    strcpy(folder->path, "/tmp/stskafka-store-XXXXXX");
    cr_assert(mkdtemp(folder->path));
}

void store_folder_remove(const struct store_folder *folder) {
    char path[512];
    DIR *open = opendir(folder->path);
    cr_assert(open);
    for (const struct dirent *entry; (entry = readdir(open));) {
        snprintf(path, sizeof path, "%s/%s", folder->path, entry->d_name);
        if (entry->d_name[0] != '.')
            cr_assert_eq(unlink(path), 0);
    }
    closedir(open);
    cr_assert_eq(rmdir(folder->path), 0);
}

static void tell(void *user, int32_t level, const char *text) {
    struct store_folder *folder = user;
    size_t size = strlen(folder->told);
    (void)level;
    snprintf(folder->told + size, sizeof folder->told - size, "%s\n", text);
}

sts__store_settings store_folder_settings(struct store_folder *folder, sts__store_sync_mode sync) {
    return (sts__store_settings){.folder = folder->path,
                                 .max_bytes = 16 << 20,
                                 .sync = sync,
                                 .sync_interval_ms = 10,
                                 .disk = &sts__disk_default,
                                 .tell = tell,
                                 .user = folder};
}

sts__store *store_folder_open(struct store_folder *folder, sts__store_sync_mode sync) {
    sts__store_settings settings = store_folder_settings(folder, sync);
    sts__store *store = NULL;
    sts__fault fault = {0};
    cr_assert_eq(sts__store_open(&store, sts__memory_default(), &settings, &fault), STS_OK, "%s", fault.text);
    return store;
}

void store_folder_end(sts__store *store) {
    sts__store_close(store);
    sts__store_free(store);
}

size_t store_folder_append(sts__store *store, unsigned first, size_t count, size_t size, sts_status *status) {
    sts__store_batch batch = {.memory = sts__memory_default()};
    sts__store_ticket ticket = {0};
    sts__fault fault;
    size_t at = 0;
    sts_status result = STS_OK;
    for (size_t i = 0; i < count; i++) {
        uint32_t number = first + (uint32_t)i;
        uint8_t *payload = sts__store_batch_add(&batch, size, 1, 10);
        cr_assert(payload);
        memset(payload, (int)number, size);
        memcpy(payload, &number, sizeof number);
    }
    while (at < count && result == STS_OK) {
        size_t taken;
        result = sts__store_append(store, &batch, at, &ticket, STS__STORE_ROOM_FOR_FIRST, 0, &taken, &fault);
        at += taken;
    }
    sts_status committed = sts__store_commit(store, &ticket, &fault);
    sts__store_batch_clear(&batch);
    if (status)
        *status = committed == STS_OK ? result : committed;
    else
        cr_assert(result == STS_OK && committed == STS_OK, "%s", fault.text);
    return committed == STS_OK ? at : 0;
}

size_t store_folder_read(sts__store *store, unsigned *numbers, size_t most, bool done, uint64_t *lost) {
    sts__stored read[32];
    size_t count = 0;
    uint64_t all_lost = 0;
    for (;;) {
        uint64_t lost_now;
        bool leaves;
        bool some = sts__store_fetch(store, true, &leaves);
        cr_assert_not(leaves);
        size_t got = sts__store_read(store, read, most - count < 32 ? most - count : 32, &lost_now);
        cr_assert(count == most || some == (got || lost_now));
        all_lost += lost_now;
        for (size_t i = 0; i < got; i++) {
            uint32_t number;
            memcpy(&number, read[i].payload.data, sizeof number);
            numbers[count++] = number;
            if (done)
                sts__store_done(store, &(sts__store_end_of){read[i].sequence, read[i].records}, 1);
        }
        if (got == 0)
            break;
    }
    if (lost)
        *lost = all_lost;
    return count;
}

void store_folder_check(sts__store *store, unsigned first, unsigned end) {
    unsigned *numbers = calloc(end - first + 100, sizeof *numbers);
    size_t count = store_folder_read(store, numbers, end - first + 100, false, NULL);
    cr_assert_eq(count, end - first, "%zu instead of %u", count, end - first);
    for (unsigned i = 0; i < count; i++)
        cr_assert_eq(numbers[i], first + i);
    free(numbers);
}

static int by_name(const struct dirent **one, const struct dirent **other) {
    return strcmp((*one)->d_name, (*other)->d_name);
}

static unsigned list(const struct store_folder *folder, const char *end, char *path, size_t size) {
    struct dirent **names;
    unsigned count = 0;
    int all = scandir(folder->path, &names, NULL, by_name);
    cr_assert(all >= 0);
    for (int i = 0; i < all; i++) {
        size_t length = strlen(names[i]->d_name);
        bool is_one = length >= strlen(end) && strcmp(names[i]->d_name + length - strlen(end), end) == 0;
        if (is_one && count++ == 0 && path)
            snprintf(path, size, "%s/%s", folder->path, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    return count;
}

unsigned store_folder_count(const struct store_folder *folder, const char *end) {
    return list(folder, end, NULL, 0);
}

void store_folder_first(const struct store_folder *folder, const char *end, char *path, size_t size) {
    cr_assert(list(folder, end, path, size));
}
