/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom a sync wakes, who does the next, and whom one fails for. */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "support/store_folder.h"

enum { DEADLINE_S = 20, SECOND_US = 1000000, SIZE = 100 };

/* A thread that does something with the store. */
struct caller {
    pthread_t thread;
    void (*run)(struct caller *caller);
    unsigned number; /* of its record */
    sts_status status;
    unsigned waits; /* for syncs, also for its own: begun, */
    unsigned woken; /* and over */
    unsigned stays; /* once it was woken, until it is 0 */
};

/* Syncs begin, and end when the test lets them. What changes here, or in a caller, does so with the lock, and is told.
 */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool holds; /* else they are not counted, and end at once */
    unsigned begun;
    unsigned let;     /* so many may end */
    unsigned failing; /* this one fails, from 1 on */
    unsigned posts;   /* threads woken */
    int64_t later_by_us;
    sts__disk disk;
    sts__store *store;
    struct store_folder folder;
} stage = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static __thread struct caller *me;

static void change(unsigned *value, unsigned to) {
    pthread_mutex_lock(&stage.lock);
    *value = to;
    pthread_cond_broadcast(&stage.changed);
    pthread_mutex_unlock(&stage.lock);
}

static void count(unsigned *value) {
    pthread_mutex_lock(&stage.lock);
    ++*value;
    pthread_cond_broadcast(&stage.changed);
    pthread_mutex_unlock(&stage.lock);
}

/* Until the value is from `least` to `most`. */
static void await(const unsigned *value, unsigned least, unsigned most) {
    struct timespec until;
    int error = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += DEADLINE_S;
    pthread_mutex_lock(&stage.lock);
    while (!error && (*value < least || *value > most))
        error = pthread_cond_timedwait(&stage.changed, &stage.lock, &until);
    pthread_mutex_unlock(&stage.lock);
    cr_assert_eq(error, 0, "it did not come");
}

static unsigned get(const unsigned *value) {
    pthread_mutex_lock(&stage.lock);
    unsigned is = *value;
    pthread_mutex_unlock(&stage.lock);
    return is;
}

/* By the linker's --wrap. NOLINTBEGIN(bugprone-reserved-identifier) */
int __wrap_sem_wait(sem_t *turn);
int __real_sem_wait(sem_t *turn);
int __wrap_sem_post(sem_t *turn);
int __real_sem_post(sem_t *turn);
int64_t __wrap_sts__clock_us(void);
int64_t __real_sts__clock_us(void);

int __wrap_sem_wait(sem_t *turn) {
    if (!me)
        return __real_sem_wait(turn);
    count(&me->waits);
    int result = __real_sem_wait(turn);
    count(&me->woken);
    await(&me->stays, 0, 0);
    return result;
}

int __wrap_sem_post(sem_t *turn) {
    count(&stage.posts);
    return __real_sem_post(turn);
}

int64_t __wrap_sts__clock_us(void) {
    return __real_sts__clock_us() + __atomic_load_n(&stage.later_by_us, __ATOMIC_RELAXED);
}
/* NOLINTEND(bugprone-reserved-identifier) */

static int held_sync(void *user, int file) {
    (void)user;
    if (!stage.holds)
        return fdatasync(file);
    unsigned number = get(&stage.begun) + 1;
    change(&stage.begun, number);
    await(&stage.let, number, -1u);
    if (number != stage.failing)
        return fdatasync(file);
    errno = EIO;
    return -1;
}

/* A store with record 0, whose syncs stop from then on. */
static void set_up(void) {
    sts__fault fault;
    store_folder_make(&stage.folder);
    sts__store_settings settings = store_folder_settings(&stage.folder, STS__STORE_SYNC_COMMIT);
    stage.disk = (sts__disk){sts__disk_default.read, sts__disk_default.write, held_sync, NULL};
    settings.disk = &stage.disk;
    cr_assert_eq(sts__store_open(&stage.store, sts__memory_default(), &settings, &fault), STS_OK);
    store_folder_append(stage.store, 0, 1, SIZE, NULL);
    stage.holds = true;
    stage.posts = 0;
}

/* Checks that it has these records, also when it is opened again. */
static void tear_down(const unsigned *numbers, size_t many) {
    unsigned read[10];
    stage.holds = false;
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(store_folder_read(stage.store, read, 10, false, NULL), many);
        for (size_t k = 0; k < many; k++)
            cr_assert_eq(read[k], numbers[k]);
        store_folder_end(stage.store);
        stage.store = store_folder_open(&stage.folder, STS__STORE_SYNC_COMMIT);
    }
    store_folder_end(stage.store);
    store_folder_remove(&stage.folder);
}

static void append(struct caller *caller) {
    store_folder_append(stage.store, caller->number, 1, SIZE, &caller->status);
}

static void tend(struct caller *caller) {
    (void)caller;
    __atomic_store_n(&stage.later_by_us, SECOND_US, __ATOMIC_RELAXED);
    sts__store_tend(stage.store);
}

static void close_it(struct caller *caller) {
    (void)caller;
    sts__store_close(stage.store);
}

static void *run(void *argument) {
    me = argument;
    me->run(me);
    return NULL;
}

static void begin(struct caller *caller) {
    cr_assert_eq(pthread_create(&caller->thread, NULL, run, caller), 0);
}

/* One that has come to where it waits. */
static void begin_to_wait(struct caller *caller) {
    begin(caller);
    await(&caller->waits, 1, 1);
}

static void end(struct caller *caller, sts_status status) {
    cr_assert_eq(pthread_join(caller->thread, NULL), 0);
    cr_assert_eq(caller->status, status);
}

static void let(unsigned syncs) {
    change(&stage.let, syncs);
}

/* One syncs; another two wait for the next sync, and the first of them has begun it, so that the other was not woken;
 * then a third came. */
static void have_two_in_a_sync_and_one_behind(struct caller *callers) {
    for (unsigned i = 0; i < 4; i++)
        callers[i] = (struct caller){.run = append, .number = i + 1};
    begin(&callers[0]);
    await(&stage.begun, 1, 1);
    begin_to_wait(&callers[1]);
    begin_to_wait(&callers[2]);
    let(1);
    end(&callers[0], STS_OK);
    await(&stage.begun, 2, 2);
    cr_assert_eq(get(&stage.posts), 2u, "the first, and who is to sync");
    cr_assert_eq(get(&callers[1].woken), 1u);
    cr_assert_eq(get(&callers[2].woken), 0u);
    begin_to_wait(&callers[3]);
}

Test(store_syncs, a_sync_wakes_those_that_it_was_for_and_the_one_that_does_the_next) {
    struct caller callers[4];
    set_up();
    have_two_in_a_sync_and_one_behind(callers);
    let(2);
    end(&callers[1], STS_OK);
    end(&callers[2], STS_OK);
    await(&stage.begun, 3, 3);
    cr_assert_eq(get(&stage.posts), 5u);
    let(3);
    end(&callers[3], STS_OK);
    cr_assert_eq(get(&stage.posts), 6u);
    cr_assert_eq(get(&stage.begun), 3u);
    cr_assert_eq(get(&callers[2].waits), 1u);
    tear_down((const unsigned[]){0, 1, 2, 3, 4}, 5);
}

/* Also those who came while it was under way: what they have written is cut off with the rest. */
Test(store_syncs, a_sync_that_fails_does_so_for_all_that_is_not_on_the_disk) {
    struct caller callers[4];
    set_up();
    stage.failing = 2;
    have_two_in_a_sync_and_one_behind(callers);
    let(2);
    for (int i = 1; i < 4; i++)
        end(&callers[i], STS_ERR_STORAGE);
    cr_assert_eq(get(&stage.posts), 5u);
    cr_assert_eq(get(&stage.begun), 2u, "there is nothing left to be synced");
    stage.holds = false;
    store_folder_append(stage.store, 5, 1, SIZE, NULL);
    tear_down((const unsigned[]){0, 1, 5}, 3);
}

/* The first one's sync is over, the second one is called to the next and stays away, and the third one has begun it. */
static void have_one_called_who_stays(struct caller *first, struct caller *late, struct caller *quick) {
    *first = (struct caller){.run = append, .number = 1};
    *late = (struct caller){.run = append, .number = 2, .stays = 1};
    *quick = (struct caller){.run = append, .number = 3};
    begin(first);
    await(&stage.begun, 1, 1);
    begin_to_wait(late);
    let(1);
    end(first, STS_OK);
    await(&late->woken, 1, 1);
    begin(quick);
    await(&stage.begun, 2, 2);
}

Test(store_syncs, who_is_called_and_comes_late_finds_it_done_by_another) {
    struct caller first, late, quick;
    struct caller last = {.run = append, .number = 4};
    set_up();
    have_one_called_who_stays(&first, &late, &quick);
    begin_to_wait(&last);
    let(2);
    end(&quick, STS_OK);
    await(&stage.begun, 3, 3);
    change(&late.stays, 0);
    end(&late, STS_OK); /* while there is another sync, which it has nothing in */
    let(3);
    end(&last, STS_OK);
    cr_assert_eq(get(&stage.begun), 3u);
    cr_assert_eq(get(&stage.posts), 5u, "nobody is woken twice");
    tear_down((const unsigned[]){0, 1, 2, 3, 4}, 5);
}

/* The sync of who was quicker is for both. */
Test(store_syncs, who_is_called_while_another_syncs_waits_again) {
    struct caller first, late, quick;
    set_up();
    have_one_called_who_stays(&first, &late, &quick);
    change(&late.stays, 0);
    await(&late.waits, 2, 2);
    let(2);
    end(&quick, STS_OK);
    end(&late, STS_OK);
    cr_assert_eq(get(&stage.begun), 2u);
    tear_down((const unsigned[]){0, 1, 2, 3}, 4);
}

/* What was left to the next sync is synced by who tends the store, and an export comes meanwhile. */
Test(store_syncs, who_tends_hands_on_too) {
    struct caller tender = {.run = tend};
    struct caller caller = {.run = append, .number = 2};
    sts__store_batch batch = {.memory = sts__memory_default()};
    sts__store_ticket ticket = {0};
    sts__fault fault;
    size_t taken;
    set_up();
    memcpy(sts__store_batch_add(&batch, SIZE, 1, 1), &(unsigned){1}, sizeof(unsigned));
    cr_assert_eq(sts__store_append(stage.store, &batch, 0, &ticket, STS__STORE_ROOM_FOR_ALL, 0, &taken, &fault),
                 STS_OK);
    sts__store_leave(stage.store, &ticket);
    sts__store_batch_clear(&batch);
    begin(&tender);
    await(&stage.begun, 1, 1);
    begin_to_wait(&caller);
    let(1);
    end(&tender, STS_OK);
    await(&stage.begun, 2, 2);
    let(2);
    end(&caller, STS_OK);
    tear_down((const unsigned[]){0, 1, 2}, 3);
}

/* Whether the end syncs for it, or the one that was called before that. */
Test(store_syncs, who_waits_is_stored_though_the_store_is_closed) {
    struct caller first = {.run = append, .number = 1};
    struct caller second = {.run = append, .number = 2};
    struct caller third = {.run = append, .number = 3};
    struct caller closer = {.run = close_it};
    set_up();
    begin(&first);
    await(&stage.begun, 1, 1);
    begin_to_wait(&second);
    begin_to_wait(&third);
    begin(&closer);
    let(-1u);
    end(&first, STS_OK);
    end(&second, STS_OK);
    end(&third, STS_OK);
    end(&closer, STS_OK);
    sts__store_free(stage.store);
    stage.store = store_folder_open(&stage.folder, STS__STORE_SYNC_COMMIT);
    tear_down((const unsigned[]){0, 1, 2, 3}, 4);
}
