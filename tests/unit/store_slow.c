/* SPDX-License-Identifier: Apache-2.0
 *
 * A store on a disk that takes its time, as one does before it gives up on a bad sector: nobody waits for it but who
 * asked, and the host's log may ask for numbers. */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/gate.h"
#include "support/store_folder.h"

enum { COUNT = 30, SIZE = 1000, FRAME = 1040, HEAD = 32, PAGE = 4096, SECOND_US = 1000000 };

static int64_t later_by_us;

/* By the linker's --wrap. NOLINTBEGIN(bugprone-reserved-identifier) */
int64_t __wrap_sts__clock_us(void);
int64_t __real_sts__clock_us(void);

int64_t __wrap_sts__clock_us(void) {
    return __real_sts__clock_us() + __atomic_load_n(&later_by_us, __ATOMIC_RELAXED);
}
/* NOLINTEND(bugprone-reserved-identifier) */

static void pass_time(int64_t us) {
    __atomic_add_fetch(&later_by_us, us, __ATOMIC_RELAXED);
}

/* A disk on which one thread is stuck at its n-th operation, and some pages are bad. */
struct slow_disk {
    sts__disk table;
    sts__store *store;
    uint64_t bad_from;
    uint64_t bad_to;
    bool sync_fails;
    void (*run)(struct slow_disk *disk);
    struct gate gate;
    pthread_mutex_t lock; /* of the next two */
    pthread_t thread;
    bool runs;
    unsigned numbers[COUNT + 1]; /* what it has read */
    size_t count;
    uint64_t lost;
};

static void operate(struct slow_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    bool is_it = disk->runs && pthread_equal(disk->thread, pthread_self());
    pthread_mutex_unlock(&disk->lock);
    if (is_it)
        gate_pass(&disk->gate);
}

static ssize_t slow_read(void *user, int file, void *bytes, size_t size, off_t at) {
    struct slow_disk *disk = user;
    operate(disk);
    if ((uint64_t)at >= disk->bad_to || (uint64_t)at + size <= disk->bad_from)
        return pread(file, bytes, size, at);
    pass_time(SECOND_US);
    errno = EIO;
    return -1;
}

static ssize_t slow_write(void *user, int file, const void *bytes, size_t size, off_t at) {
    operate(user);
    return pwrite(file, bytes, size, at);
}

static int slow_sync(void *user, int file) {
    const struct slow_disk *disk = user;
    operate(user);
    if (!disk->sync_fails)
        return fdatasync(file);
    errno = EIO;
    return -1;
}

/* The host asks for numbers whenever it is told of something. */
static struct slow_disk *asked;
static unsigned told;

static void ask(void *user, int32_t level, const char *text) {
    sts__store_numbers numbers;
    (void)user, (void)level, (void)text;
    if (asked)
        sts__store_count(asked->store, &numbers);
    told++;
}

static void open_slow(struct slow_disk *disk, struct store_folder *folder, sts__store_sync_mode sync,
                      unsigned sticks_at) {
    store_folder_make(folder);
    gate_init(&disk->gate, sticks_at);
    disk->table = (sts__disk){slow_read, slow_write, slow_sync, disk};
    cr_assert_eq(pthread_mutex_init(&disk->lock, NULL), 0);
    sts__store_settings settings = store_folder_settings(folder, sync);
    sts__fault fault = {0};
    settings.disk = &disk->table;
    settings.tell = ask;
    cr_assert_eq(sts__store_open(&disk->store, sts__memory_default(), &settings, &fault), STS_OK, "%s", fault.text);
    asked = disk;
}

static void end_slow(struct slow_disk *disk, struct store_folder *folder) {
    asked = NULL;
    store_folder_end(disk->store);
    store_folder_remove(folder);
    gate_clear(&disk->gate);
    pthread_mutex_destroy(&disk->lock);
}

static void *run(void *argument) {
    struct slow_disk *disk = argument;
    pthread_mutex_lock(&disk->lock);
    disk->thread = pthread_self();
    disk->runs = true;
    pthread_mutex_unlock(&disk->lock);
    disk->run(disk);
    gate_end(&disk->gate);
    return NULL;
}

/* What others do with the store meanwhile, with a record of theirs. */
static void do_all_else(struct slow_disk *disk) {
    sts__store_numbers numbers;
    store_folder_append(disk->store, COUNT, 1, SIZE, NULL);
    sts__store_count(disk->store, &numbers);
    sts__store_done(disk->store, &(sts__store_end_of){0, 1}, 1); /* there is none of that number */
    cr_assert_not(sts__store_is_read_to(disk->store, sts__store_end(disk->store)));
}

/* Has a thread run until it has ended, or is stuck; then all else is done, and it is let go. False where it has ended
 * without having been stuck. */
static bool run_beside(struct slow_disk *disk) {
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, run, disk), 0);
    bool stuck = gate_await(&disk->gate);
    if (stuck)
        do_all_else(disk);
    gate_open(&disk->gate);
    pthread_join(thread, NULL);
    cr_assert_not(disk->gate.gave_up, "others waited for operation %u", disk->gate.sticks_at);
    return stuck;
}

static void read_all(struct slow_disk *disk) {
    for (int i = 0; i < 50; i++) {
        uint64_t lost;
        disk->count +=
            store_folder_read(disk->store, disk->numbers + disk->count, COUNT + 1 - disk->count, true, &lost);
        disk->lost += lost;
    }
}

/* Of those that the bad pages hit. */
static unsigned hits(const struct slow_disk *disk) {
    unsigned count = 0;
    for (uint64_t at = HEAD; at < HEAD + (uint64_t)COUNT * FRAME; at += FRAME)
        count += at < disk->bad_to && at + FRAME > disk->bad_from;
    return count;
}

/* Wherever it is stuck: in a read, in the search for the end of what is bad, in what is set aside. */
Test(store_slow, nobody_waits_for_who_reads) {
    unsigned at = 0;
    bool stuck = true;
    for (; stuck; at++) {
        struct slow_disk disk = {.run = read_all, .bad_from = 2 * PAGE, .bad_to = 5 * PAGE};
        struct store_folder folder;
        told = 0;
        open_slow(&disk, &folder, STS__STORE_SYNC_COMMIT, at);
        store_folder_append(disk.store, 0, COUNT, SIZE, NULL);
        stuck = run_beside(&disk);
        cr_assert_eq(disk.lost, hits(&disk));
        cr_assert_eq(disk.count, COUNT + stuck - hits(&disk));
        for (size_t i = 1; i < disk.count; i++)
            cr_assert_lt(disk.numbers[i - 1], disk.numbers[i]);
        cr_assert_eq(store_folder_count(&folder, ".damaged"), 1u);
        cr_assert_eq(told, 2u);
        end_slow(&disk, &folder);
    }
    cr_assert_gt(at, 15u);
}

static void tend(struct slow_disk *disk) {
    pass_time(SECOND_US);
    sts__store_tend(disk->store);
}

Test(store_slow, nobody_waits_for_a_sync_by_the_interval_or_what_is_noted) {
    unsigned at = 0;
    bool stuck = true;
    for (; stuck; at++) {
        struct slow_disk disk = {.run = tend};
        struct store_folder folder;
        unsigned numbers[5];
        open_slow(&disk, &folder, STS__STORE_SYNC_INTERVAL, at);
        store_folder_append(disk.store, 0, COUNT, SIZE, NULL);
        cr_assert_eq(store_folder_read(disk.store, numbers, 5, true, NULL), 5u);
        stuck = run_beside(&disk);
        end_slow(&disk, &folder);
    }
    cr_assert_eq(at, 3u, "a sync and a note");
}

/* A sync that fails: the one that an export waits for, and the one of a segment that is full. */
Test(store_slow, the_log_may_ask_about_a_sync_that_failed) {
    static const size_t counts[] = {1, 4}; /* a segment is of 1 MiB */
    for (int i = 0; i < 2; i++) {
        struct slow_disk disk = {.sync_fails = false};
        struct store_folder folder;
        sts_status status;
        told = 0;
        open_slow(&disk, &folder, STS__STORE_SYNC_COMMIT, 0);
        store_folder_append(disk.store, 0, 1, SIZE, NULL);
        disk.sync_fails = true;
        cr_assert_eq(store_folder_append(disk.store, 1, counts[i], 300000, &status), 0u);
        cr_assert_eq(status, STS_ERR_STORAGE);
        cr_assert_eq(told, 1u);
        end_slow(&disk, &folder);
    }
}

/* Appends a number, and leaves it to the next sync. */
static void leave(sts__store *store, unsigned number) {
    sts__store_batch batch = {.memory = sts__memory_default()};
    sts__store_ticket ticket = {0};
    sts__fault fault;
    size_t taken;
    memcpy(sts__store_batch_add(&batch, SIZE, 1, 1), &number, sizeof number);
    cr_assert_eq(sts__store_append(store, &batch, 0, &ticket, STS__STORE_ROOM_FOR_ALL, 0, &taken, &fault), STS_OK);
    sts__store_leave(store, &ticket);
    sts__store_batch_clear(&batch);
}

/* As a dead letter does, before its record is done, while an export is about to sync. */
Test(store_slow, what_was_left_to_the_next_sync_comes_before_the_end_of_what_is_done_since) {
    struct slow_disk disk = {.sync_fails = false};
    struct store_folder folder;
    sts__store_ticket ticket = {0};
    sts__store_batch batch = {.memory = sts__memory_default()};
    sts__fault fault;
    size_t taken;
    static unsigned numbers[1100];
    open_slow(&disk, &folder, STS__STORE_SYNC_COMMIT, 0);
    store_folder_append(disk.store, 0, 1100, SIZE, NULL); /* the first segment is full */
    leave(disk.store, 1100);
    sts__store_batch_add(&batch, SIZE, 1, 1);
    cr_assert_eq(sts__store_append(disk.store, &batch, 0, &ticket, STS__STORE_ROOM_FOR_ALL, 0, &taken, &fault), STS_OK);
    cr_assert_eq(store_folder_read(disk.store, numbers, 1100, true, NULL), 1100u);
    tend(&disk);
    cr_assert_eq(store_folder_count(&folder, ".done"), 0u);
    cr_assert_eq(store_folder_count(&folder, ".queue"), 2u);
    cr_assert_eq(sts__store_commit(disk.store, &ticket, &fault), STS_OK);
    tend(&disk);
    cr_assert_eq(store_folder_count(&folder, ".done"), 1u);
    cr_assert_eq(store_folder_count(&folder, ".queue"), 1u);
    sts__store_batch_clear(&batch);
    end_slow(&disk, &folder);
}
