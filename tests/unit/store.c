/* SPDX-License-Identifier: Apache-2.0
 *
 * The store on disk: what was appended is there again, in its order, until it is done; who may open it; its bounds. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/crc32c.h"
#include "store/identity.h"
#include "support/store_folder.h"

Test(store, checksums_are_castagnoli_s) {
    cr_assert_eq(sts__crc32c(0, "123456789", 9), 0xe3069283u); /* RFC 3720, B.4, and everyone's check value */
    cr_assert_eq(sts__crc32c_plain(0, "123456789", 9), 0xe3069283u);
    uint8_t bytes[100];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37);
    for (size_t size = 0; size <= sizeof bytes; size++)
        cr_assert_eq(sts__crc32c(sts__crc32c(0, bytes, size / 3), bytes + size / 3, size - size / 3),
                     sts__crc32c_plain(0, bytes, size));
}

Test(store, holds_what_it_was_given_over_a_restart) {
    static const sts__store_sync_mode modes[] = {STS__STORE_SYNC_COMMIT, STS__STORE_SYNC_INTERVAL,
                                                 STS__STORE_SYNC_NONE};
    for (int i = 0; i < 3; i++) {
        struct store_folder folder;
        store_folder_make(&folder);
        sts__store *store = store_folder_open(&folder, modes[i]);
        store_folder_append(store, 0, 100, 300, NULL);
        store_folder_append(store, 100, 1, 7, NULL);
        store_folder_check(store, 0, 101);
        store_folder_end(store);
        store = store_folder_open(&folder, modes[i]);
        sts__store_numbers numbers;
        sts__store_count(store, &numbers);
        cr_assert_eq(numbers.recovered_records, 101u);
        cr_assert_eq(numbers.recovered_weight, 1010u);
        cr_assert_eq(numbers.damaged, 0u, "%s", folder.told);
        store_folder_append(store, 101, 9, 20, NULL);
        store_folder_check(store, 0, 110);
        store_folder_end(store);
        store_folder_remove(&folder);
    }
}

Test(store, forgets_what_is_done_and_deletes_files_whose_all_is) {
    enum { COUNT = 20000, SIZE = 500 };
    static unsigned numbers[COUNT];
    struct store_folder folder;
    sts__store_numbers counted;
    store_folder_make(&folder);
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    store_folder_append(store, 0, COUNT, SIZE, NULL);
    cr_assert_gt(store_folder_count(&folder, ".queue"), 5u);
    cr_assert_eq(store_folder_read(store, numbers, COUNT - 10, true, NULL), (size_t)COUNT - 10);
    sts__store_count(store, &counted);
    cr_assert_eq(counted.records, 10u);
    cr_assert_leq(store_folder_count(&folder, ".queue"), 2u, "files whose records are all done are gone");
    store_folder_end(store);
    store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    store_folder_check(store, COUNT - 10, COUNT);
    store_folder_end(store);
    store_folder_remove(&folder);
}

Test(store, what_is_done_out_of_order_does_not_come_again) {
    struct store_folder folder;
    sts__stored read[10];
    unsigned numbers[10];
    uint64_t lost;
    bool leaves;
    store_folder_make(&folder);
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    store_folder_append(store, 0, 10, 50, NULL);
    cr_assert(sts__store_fetch(store, false, &leaves));
    cr_assert_eq(sts__store_read(store, read, 10, &lost), 10u);
    for (int i = 1; i < 10; i += 2)
        sts__store_done(store, &(sts__store_end_of){read[i].sequence, 1}, 1);
    store_folder_end(store);
    store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    cr_assert_eq(store_folder_read(store, numbers, 10, false, NULL), 5u);
    for (unsigned i = 0; i < 5; i++)
        cr_assert_eq(numbers[i], 2 * i);
    store_folder_end(store);
    store_folder_remove(&folder);
}

Test(store, what_was_unread_is_read_again) {
    struct store_folder folder;
    sts__stored read[10];
    uint64_t lost;
    bool leaves;
    store_folder_make(&folder);
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    store_folder_append(store, 0, 10, 50, NULL);
    cr_assert(sts__store_fetch(store, false, &leaves));
    cr_assert_eq(sts__store_read(store, read, 10, &lost), 10u);
    cr_assert(sts__store_is_read_to(store, sts__store_end(store)));
    cr_assert_not(sts__store_fetch(store, false, &leaves), "there is nothing else");
    sts__store_unread(store, read + 4, 6);
    cr_assert(sts__store_fetch(store, false, &leaves));
    cr_assert_not(sts__store_is_read_to(store, sts__store_end(store)));
    store_folder_check(store, 4, 10);
    cr_assert(sts__store_is_read_to(store, sts__store_end(store)));
    store_folder_end(store);
    store_folder_remove(&folder);
}

Test(store, is_bounded_and_goes_on_when_there_is_room) {
    struct store_folder folder;
    static unsigned numbers[1000];
    sts_status status;
    store_folder_make(&folder);
    sts__store_settings settings = store_folder_settings(&folder, STS__STORE_SYNC_NONE);
    settings.max_bytes = 1 << 20;
    sts__store *store;
    sts__fault fault;
    cr_assert_eq(sts__store_open(&store, sts__memory_default(), &settings, &fault), STS_OK);
    size_t stored = store_folder_append(store, 0, 1000, 4000, &status);
    cr_assert_eq(status, STS_ERR_QUEUE_FULL);
    cr_assert(stored > 200 && stored < 265, "%zu", stored);
    sts__store_numbers counted;
    sts__store_count(store, &counted);
    cr_assert_leq(counted.bytes, settings.max_bytes);
    for (unsigned first = 0; first < 3000;) { /* round and round */
        size_t got = store_folder_read(store, numbers, 1000, true, NULL);
        cr_assert_eq(got, stored);
        for (unsigned i = 0; i < got; i++)
            cr_assert_eq(numbers[i], first + i);
        first += (unsigned)got;
        store_folder_read(store, numbers, 1000, true, NULL);
        stored = store_folder_append(store, first, 1000, 4000, &status);
        cr_assert_gt(stored, 0u);
    }
    size_t none = store_folder_append(store, 0, 1, 1 << 20, &status);
    cr_assert_eq(none, 0u);
    cr_assert_eq(status, STS_ERR_RECORD_SIZE, "there never is room for that");
    store_folder_end(store);
    store_folder_remove(&folder);
}

struct appender {
    pthread_t thread;
    sts__store *store;
    unsigned first;
};

static void *append_singly(void *argument) {
    struct appender *me = argument;
    for (unsigned i = 0; i < 50; i++)
        store_folder_append(me->store, me->first + i, 1, 100, NULL);
    return NULL;
}

Test(store, many_callers_share_a_sync) {
    enum { CALLERS = 16 };
    struct appender callers[CALLERS];
    static unsigned numbers[CALLERS * 50 + 1];
    unsigned seen[CALLERS] = {0};
    struct store_folder folder;
    sts__store_numbers counted;
    store_folder_make(&folder);
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    for (unsigned i = 0; i < CALLERS; i++) {
        callers[i] = (struct appender){.store = store, .first = 1000 * i};
        cr_assert_eq(pthread_create(&callers[i].thread, NULL, append_singly, &callers[i]), 0);
    }
    for (unsigned i = 0; i < CALLERS; i++)
        pthread_join(callers[i].thread, NULL);
    sts__store_count(store, &counted);
    cr_assert_eq(counted.records, CALLERS * 50u);
    cr_assert_lt(counted.syncs, CALLERS * 50u);
    cr_assert_eq(store_folder_read(store, numbers, CALLERS * 50 + 1, false, NULL), CALLERS * 50u);
    for (unsigned i = 0; i < CALLERS * 50; i++) /* each caller's in its order */
        cr_assert_eq(numbers[i] % 1000, seen[numbers[i] / 1000]++);
    store_folder_end(store);
    store_folder_remove(&folder);
}

static sts_status try_to_open(struct store_folder *folder, sts__fault *fault) {
    sts__store_settings settings = store_folder_settings(folder, STS__STORE_SYNC_COMMIT);
    sts__store *store;
    sts_status status = sts__store_open(&store, sts__memory_default(), &settings, fault);
    if (status == STS_OK)
        store_folder_end(store);
    return status;
}

static int exit_of(pid_t child) {
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

Test(store, is_open_once_at_a_time) {
    struct store_folder folder;
    sts__fault fault;
    store_folder_make(&folder);
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    cr_assert_eq(try_to_open(&folder, &fault), STS_ERR_STORAGE_BUSY);
    cr_assert(strstr(fault.text, "another exporter of this process"), "%s", fault.text);
    char owner[32];
    snprintf(owner, sizeof owner, "process %ld", (long)getpid());
    for (int i = 0; i < 2; i++) { /* what failed has taken no lock away */
        pid_t child = fork();
        if (child == 0)
            _exit(try_to_open(&folder, &fault) == STS_ERR_STORAGE_BUSY && strstr(fault.text, owner) ? 0 : 1);
        cr_assert_eq(exit_of(child), 0);
    }
    store_folder_end(store);
    cr_assert_eq(try_to_open(&folder, &fault), STS_OK, "%s", fault.text);
    store_folder_remove(&folder);
}

/* The process that has a store forks, and is killed; its child lives, with all of its descriptors. */
Test(store, a_child_that_outlives_its_parent_does_not_keep_it) {
    struct store_folder folder;
    sts__fault fault;
    int ready[2];
    int over[2];
    pid_t grandchild;
    store_folder_make(&folder);
    cr_assert(pipe(ready) == 0 && pipe(over) == 0);
    pid_t child = fork();
    if (child == 0) {
        sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
        store_folder_append(store, 0, 5, 10, NULL);
        pid_t of_it = fork();
        char byte;
        close(over[1]);
        if (of_it == 0)
            _exit(read(over[0], &byte, 1) == 0 ? 0 : 1);
        _exit(write(ready[1], &of_it, sizeof of_it) == sizeof of_it ? 0 : 1);
    }
    cr_assert_eq(read(ready[0], &grandchild, sizeof grandchild), (ssize_t)sizeof grandchild);
    cr_assert_eq(exit_of(child), 0);
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    cr_assert_eq(try_to_open(&folder, &fault), STS_ERR_STORAGE_BUSY);
    store_folder_check(store, 0, 5);
    store_folder_end(store);
    close(over[1]); /* the grandchild ends */
    store_folder_remove(&folder);
}

Test(store, can_be_looked_at_while_it_is_open) {
    struct store_folder folder;
    sts__store_numbers numbers = {0};
    sts__fault fault;
    bool in_use;
    store_folder_make(&folder);
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    store_folder_append(store, 0, 7, 10, NULL);
    cr_assert_eq(sts__store_look(sts__memory_default(), folder.path, &numbers, &in_use, &fault), STS_OK);
    cr_assert(in_use);
    cr_assert_eq(numbers.records, 7u);
    cr_assert_gt(numbers.oldest_ms, 0);
    store_folder_check(store, 0, 7);
    store_folder_end(store);
    cr_assert_eq(sts__store_look(sts__memory_default(), folder.path, &numbers, &in_use, &fault), STS_OK);
    cr_assert_not(in_use);
    store_folder_remove(&folder);
    cr_assert_eq(sts__store_look(sts__memory_default(), folder.path, &numbers, &in_use, &fault), STS_ERR_STORAGE);
}

static sts__store *open_run(struct store_folder *folder, sts__store_identity *identity) {
    sts__fault fault;
    sts__store *store = store_folder_open(folder, STS__STORE_SYNC_COMMIT);
    cr_assert_eq(sts__store_begin_run(store, identity, &fault), STS_OK, "%s", fault.text);
    return store;
}

static uint64_t first_sequence(sts__store *store) {
    sts__stored read;
    uint64_t lost;
    bool leaves;
    cr_assert(sts__store_fetch(store, false, &leaves));
    cr_assert_eq(sts__store_read(store, &read, 1, &lost), 1u);
    sts__store_done(store, &(sts__store_end_of){read.sequence, read.records}, 1);
    return read.sequence;
}

Test(store, runs_have_names_and_sequences_above_those_before) {
    struct store_folder folder;
    sts__store_identity first;
    sts__store_identity second;
    store_folder_make(&folder);
    sts__store *store = open_run(&folder, &first);
    cr_assert_eq(first.run_number, 1u);
    cr_assert_eq(strlen(first.name), (size_t)STS__STORE_NAME);
    cr_assert_eq(strlen(first.run), (size_t)STS__STORE_RUN);
    cr_assert_str_eq(first.run_before, "");
    store_folder_append(store, 0, 3, 50, NULL);
    uint64_t before = first_sequence(store);
    cr_assert_eq(first_sequence(store), before + 1);
    store_folder_end(store);
    store = open_run(&folder, &second);
    cr_assert_eq(second.run_number, 2u);
    cr_assert_str_eq(second.name, first.name);
    cr_assert_str_eq(second.run_before, first.run);
    cr_assert_str_neq(second.run, first.run);
    cr_assert_eq(second.doubted_before, 0u);
    store_folder_append(store, 3, 2, 50, NULL);
    cr_assert_eq(first_sequence(store), before + 2, "what an earlier run has left comes first, as it was");
    cr_assert_eq(first_sequence(store), UINT64_C(2) << STS__STORE_RUN_BITS);
    store_folder_end(store);
    store_folder_remove(&folder);
}

Test(store, who_keeps_no_account_ends_the_runs) {
    struct store_folder folder;
    sts__store_identity first;
    sts__store_identity second;
    sts__fault fault;
    store_folder_make(&folder);
    store_folder_end(open_run(&folder, &first));
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    cr_assert_eq(sts__store_end_runs(store, &fault), STS_OK);
    cr_assert_eq(sts__store_end_runs(store, &fault), STS_OK, "also where there were none");
    store_folder_append(store, 0, 2, 50, NULL);
    uint64_t behind = sts__store_end(store);
    store_folder_end(store);
    store = open_run(&folder, &second);
    cr_assert_str_neq(second.name, first.name);
    cr_assert_eq(second.run_number, 1u);
    cr_assert_eq(second.doubted_before, behind, "what is there may have been sent");
    cr_assert_lt(first_sequence(store), second.doubted_before);
    store_folder_end(store);
    store_folder_remove(&folder);
}

Test(store, a_damaged_account_is_refused) {
    struct store_folder folder;
    sts__store_identity identity;
    sts__fault fault;
    char path[128];
    store_folder_make(&folder);
    store_folder_end(open_run(&folder, &identity));
    snprintf(path, sizeof path, "%s/exactly-once", folder.path);
    cr_assert_eq(truncate(path, 40), 0);
    sts__store *store = store_folder_open(&folder, STS__STORE_SYNC_COMMIT);
    cr_assert_eq(sts__store_begin_run(store, &identity, &fault), STS_ERR_STORAGE);
    cr_assert(strstr(fault.text, "exactly-once") && strstr(fault.text, "damaged"), "%s", fault.text);
    store_folder_end(store);
    store_folder_remove(&folder);
}
