/* SPDX-License-Identifier: Apache-2.0
 *
 * A store whose files the operating system refuses to read: what comes and goes is waited for, what stays is named,
 * counted and set aside, and all else goes, in its order. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/store_folder.h"

enum { COUNT = 780, SIZE = 1000, FRAME = 1040, HEAD = 32, PAGE = 4096, SECOND_US = 1000000 };

static int64_t later_by_us;

/* By the linker's --wrap. NOLINTBEGIN(bugprone-reserved-identifier) */
int64_t __wrap_sts__clock_us(void);
int64_t __real_sts__clock_us(void);

int64_t __wrap_sts__clock_us(void) {
    return __real_sts__clock_us() + later_by_us;
}
/* NOLINTEND(bugprone-reserved-identifier) */

/* A disk with places that cannot be read, up to so many times. */
struct bad_places {
    uint64_t from[2];
    uint64_t to[2];
    int error;
    unsigned times;
    int64_t takes_us; /* each time */
    unsigned met;
};

static ssize_t bad_read(void *user, int file, void *bytes, size_t size, off_t at) {
    struct bad_places *bad = user;
    for (int i = 0; i < 2; i++) {
        if ((uint64_t)at >= bad->to[i] || (uint64_t)at + size <= bad->from[i] || bad->met >= bad->times)
            continue;
        bad->met++;
        later_by_us += bad->takes_us;
        errno = bad->error;
        return -1;
    }
    return pread(file, bytes, size, at);
}

static sts__store *open_bad(struct store_folder *folder, struct bad_places *bad, sts__disk *disk) {
    sts__store_settings settings = store_folder_settings(folder, STS__STORE_SYNC_COMMIT);
    sts__store *store = NULL;
    sts__fault fault = {0};
    *disk = sts__disk_default;
    disk->read = bad_read;
    disk->user = bad;
    settings.disk = disk;
    cr_assert_eq(sts__store_open(&store, sts__memory_default(), &settings, &fault), STS_OK, "%s", fault.text);
    return store;
}

static bool is_hit(const struct bad_places *bad, unsigned number) {
    uint64_t from = HEAD + (uint64_t)number * FRAME;
    return (from < bad->to[0] && from + FRAME > bad->from[0]) || (from < bad->to[1] && from + FRAME > bad->from[1]);
}

/* Reads, again and again, until all is told of; the numbers are those that no bad place has hit, in their order. How
 * many were lost. */
static uint64_t read_around(sts__store *store, const struct bad_places *bad, unsigned looks) {
    static unsigned numbers[COUNT];
    size_t count = 0;
    uint64_t lost = 0;
    for (unsigned i = 0; i < looks; i++) {
        uint64_t some;
        count += store_folder_read(store, numbers + count, COUNT - count, true, &some);
        lost += some;
    }
    size_t at = 0;
    for (unsigned i = 0; i < COUNT; i++)
        if (!is_hit(bad, i))
            cr_assert(at < count && numbers[at++] == i, "number %u", i);
    cr_assert_eq(at, count);
    cr_assert(sts__store_is_read_to(store, sts__store_end(store)));
    return lost;
}

static unsigned hits(const struct bad_places *bad) {
    unsigned count = 0;
    for (unsigned i = 0; i < COUNT; i++)
        count += is_hit(bad, i);
    return count;
}

static void check_damage(const struct store_folder *folder, sts__store *store, unsigned pieces) {
    sts__store_numbers counted;
    sts__store_count(store, &counted);
    cr_assert_eq(counted.records, 0u);
    cr_assert_eq(counted.damaged, pieces);
    cr_assert_eq(store_folder_count(folder, ".damaged"), pieces, "%s", folder->told);
    cr_assert_eq(!strstr(folder->told, "00000000000000000001 is torn or damaged, or cannot be read"), pieces == 0);
}

/* Pages of a file that cannot be read: its first, one and several in its midst, two places, its last, all of it. */
static const struct bad_places places[] = {
    {{0}, {PAGE}, EIO, UINT32_MAX, SECOND_US, 0},
    {{10 * PAGE}, {11 * PAGE}, EIO, UINT32_MAX, SECOND_US, 0},
    {{63 * PAGE}, {70 * PAGE}, EIO, UINT32_MAX, SECOND_US, 0},
    {{10 * PAGE, 20 * PAGE}, {11 * PAGE, 23 * PAGE}, EIO, UINT32_MAX, SECOND_US, 0},
    {{198 * PAGE}, {300 * PAGE}, EIO, UINT32_MAX, SECOND_US, 0},
    {{0}, {300 * PAGE}, EIO, UINT32_MAX, SECOND_US, 0},
};

static unsigned pieces_of(const struct bad_places *bad) {
    return 1 + (bad->to[1] != 0);
}

enum { PLACES = sizeof places / sizeof places[0] };

Test(store_unreadable, what_cannot_be_read_any_more_is_lost_and_all_else_goes) {
    for (int i = 0; i < PLACES; i++) {
        struct bad_places bad = places[i];
        struct store_folder folder;
        sts__disk disk;
        store_folder_make(&folder);
        sts__store *store = open_bad(&folder, &bad, &disk);
        store_folder_append(store, 0, COUNT, SIZE, NULL);
        cr_assert_eq(read_around(store, &bad, 400), hits(&bad), "place %d", i);
        check_damage(&folder, store, pieces_of(&bad));
        store_folder_end(store);
        store_folder_remove(&folder);
    }
}

Test(store_unreadable, what_cannot_be_read_at_the_start_is_set_aside_once) {
    for (int i = 0; i < PLACES; i++) {
        struct bad_places bad = places[i];
        struct store_folder folder;
        sts__store_numbers counted;
        sts__disk disk;
        store_folder_make(&folder);
        sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
        store_folder_append(store, 0, COUNT, SIZE, NULL);
        store_folder_end(store);
        store = open_bad(&folder, &bad, &disk);
        sts__store_count(store, &counted);
        cr_assert_eq(counted.recovered_records, COUNT - hits(&bad), "place %d", i);
        cr_assert_eq(read_around(store, &bad, 400), 0u);
        check_damage(&folder, store, pieces_of(&bad));
        store_folder_end(store);
        store_folder_remove(&folder);
    }
}

/* The readable rest of a frame that a bad page cuts is in the file beside, at its place. */
Test(store_unreadable, what_can_be_read_of_the_damage_is_kept) {
    struct bad_places bad = places[1];
    struct store_folder folder;
    char path[512];
    struct stat is;
    sts__disk disk;
    unsigned char bytes[64];
    store_folder_make(&folder);
    sts__store *store = open_bad(&folder, &bad, &disk);
    store_folder_append(store, 0, COUNT, SIZE, NULL);
    read_around(store, &bad, 400);
    store_folder_first(&folder, ".damaged", path, sizeof path);
    FILE *file = fopen(path, "rb");
    cr_assert(file && fstat(fileno(file), &is) == 0);
    cr_assert_eq(fread(bytes, 1, sizeof bytes, file), sizeof bytes);
    cr_assert_eq(memcmp(bytes, "SRq1", 4), 0);
    cr_assert_eq(bytes[40], 39, "the number of the first that is hit");
    cr_assert_gt(is.st_size, PAGE);
    fclose(file);
    store_folder_end(store);
    store_folder_remove(&folder);
}

/* An error that passes: within the time that there is for it, or one that says by itself that nothing is broken. */
static void passes(struct bad_places bad, bool at_the_start) {
    struct store_folder folder;
    sts__disk disk;
    store_folder_make(&folder);
    sts__store *store =
        at_the_start ? store_folder_open(&folder, STS__STORE_SYNC_COMMIT) : open_bad(&folder, &bad, &disk);
    store_folder_append(store, 0, COUNT, SIZE, NULL);
    if (at_the_start) {
        store_folder_end(store);
        store = open_bad(&folder, &bad, &disk);
    }
    static const struct bad_places none = {.times = 0};
    cr_assert_eq(read_around(store, &none, 400), 0u);
    cr_assert_eq(bad.met, bad.times);
    check_damage(&folder, store, 0);
    store_folder_end(store);
    store_folder_remove(&folder);
}

Test(store_unreadable, what_passes_is_waited_for) {
    static const int errors[] = {EINTR, EAGAIN, ENOMEM};
    for (int start = 0; start < 2; start++) {
        passes((struct bad_places){{10 * PAGE}, {11 * PAGE}, EIO, 19, SECOND_US / 20, 0}, start);
        for (int i = 0; i < 3; i++)
            passes((struct bad_places){{10 * PAGE}, {11 * PAGE}, errors[i], 20, start ? 1000 : SECOND_US, 0}, start);
    }
}

/* The second of three files is deleted by hand. */
Test(store_unreadable, a_file_that_is_gone_is_counted_and_does_not_hold_up_the_others) {
    enum { ALL = 3000, A_FILE = 1008 };
    static unsigned numbers[ALL];
    struct store_folder folder;
    uint64_t lost;
    char path[512];
    store_folder_make(&folder);
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    store_folder_append(store, 0, ALL, SIZE, NULL);
    cr_assert_eq(store_folder_count(&folder, ".queue"), 3u);
    snprintf(path, sizeof path, "%s/%020d.queue", folder.path, 1 + A_FILE);
    cr_assert_eq(unlink(path), 0);
    size_t count = store_folder_read(store, numbers, ALL, true, NULL);
    cr_assert_eq(count, (size_t)A_FILE);
    cr_assert(strstr(folder.told, "00000000000000001009 cannot be read: No such file"), "%s", folder.told);
    later_by_us += 10 * (int64_t)SECOND_US;
    count += store_folder_read(store, numbers + count, ALL - count, true, &lost);
    cr_assert_eq(lost, (uint64_t)A_FILE);
    cr_assert_eq(count, (size_t)ALL - A_FILE);
    for (unsigned i = 0; i < count; i++)
        cr_assert_eq(numbers[i], i < A_FILE ? i : i + A_FILE);
    sts__store_numbers counted;
    sts__store_count(store, &counted);
    cr_assert_eq(counted.damaged, 1u);
    cr_assert_eq(counted.records, 0u);
    store_folder_end(store);
    store_folder_remove(&folder);
}
