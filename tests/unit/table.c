/* SPDX-License-Identifier: Apache-2.0
 *
 * The hash table: what was added is found, through growth and collisions; without memory nothing changes. */
#include "base/table.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "key/partition.h"

struct entry {
    int number;
    char name[20];
};

static bool has_name(const void *entry, const void *wanted, const void *user) {
    (void)user;
    return strcmp(((const struct entry *)entry)->name, wanted) == 0;
}

static struct entry *find(const sts__table *table, uint64_t hash, const char *name) {
    return sts__table_find(table, hash, has_name, name, NULL);
}

static uint64_t hash_of(const sts__table *table, const char *name) {
    return sts__table_hash(table, (sts_bytes){name, strlen(name)});
}

static void add(sts__table *table, uint64_t hash, const char *name, int number) {
    struct entry *added = sts__table_add(table, hash);
    cr_assert_not_null(added);
    cr_assert_eq(added->number, 0, "a new entry is zeroed");
    cr_assert_eq(added->name[0], '\0');
    added->number = number;
    snprintf(added->name, sizeof added->name, "%s", name);
}

static void fill(sts__table *table, int count) {
    char name[20];
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "name-%d", i);
        cr_assert_null(find(table, hash_of(table, name), name));
        add(table, hash_of(table, name), name, i);
    }
}

static void check(const sts__table *table, int count) {
    char name[20];
    cr_assert_eq(table->count, (size_t)count);
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "name-%d", i);
        const struct entry *found = find(table, hash_of(table, name), name);
        cr_assert_not_null(found, "%s", name);
        cr_assert_eq(found->number, i);
    }
    cr_assert_null(find(table, hash_of(table, "nobody"), "nobody"));
}

Test(table, keeps_all_while_it_grows) {
    sts__table table;
    sts__table_init(&table, sts__memory_default(), sizeof(struct entry));
    cr_assert_null(find(&table, 7, "nobody"), "an empty one");
    fill(&table, 5000);
    check(&table, 5000);
    cr_assert_leq(2 * table.count, table.capacity);
    find(&table, hash_of(&table, "name-17"), "name-17")->number = 1;
    cr_assert_eq(find(&table, hash_of(&table, "name-17"), "name-17")->number, 1, "an entry may be overwritten");
    sts__table_clear(&table);
}

/* All of them in one run of slots, which goes past the table's end, and those taken out in any order. */
Test(table, takes_out_and_finds_the_rest) {
    sts__table table;
    char name[20];
    bool there[200] = {false};
    unsigned random = 1;
    sts__table_init(&table, sts__memory_default(), sizeof(struct entry));
    for (int round = 0; round < 20000; round++) {
        random = random * 1103515245 + 12345;
        int number = (int)(random >> 16) % 200;
        uint64_t hash = (uint64_t)-4 - (uint64_t)(number % 7); /* few places, the last ones */
        snprintf(name, sizeof name, "name-%d", number);
        struct entry *found = find(&table, hash, name);
        cr_assert_eq(found != NULL, there[number], "%s", name);
        cr_assert(!found || found->number == number);
        if (found)
            sts__table_remove(&table, found);
        else
            add(&table, hash, name, number);
        there[number] = !there[number];
    }
    size_t count = 0;
    for (int i = 0; i < 200; i++)
        count += there[i];
    cr_assert_eq(table.count, count);
    sts__table_clear(&table);
}

Test(table, forgets_all_and_keeps_its_memory) {
    sts__table table;
    sts__table_init(&table, sts__memory_default(), sizeof(struct entry));
    fill(&table, 100);
    size_t capacity = table.capacity;
    sts__table_reset(&table);
    check(&table, 0);
    fill(&table, 100);
    check(&table, 100);
    cr_assert_eq(table.capacity, capacity);
    sts__table_clear(&table);
}

/* Equal hashes, neighbours, and those that are kept as the mark of a free slot would be. */
Test(table, tells_apart_what_has_one_hash) {
    const uint64_t hashes[] = {0, 1, 2, 15, 16, UINT64_MAX};
    sts__table table;
    char name[20];
    sts__table_init(&table, sts__memory_default(), sizeof(struct entry));
    for (int round = 0; round < 20; round++)
        for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
            snprintf(name, sizeof name, "%d-%zu", round, i);
            add(&table, hashes[i], name, round);
        }
    for (int round = 0; round < 20; round++)
        for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
            snprintf(name, sizeof name, "%d-%zu", round, i);
            cr_assert_eq(find(&table, hashes[i], name)->number, round, "%s", name);
        }
    cr_assert_null(find(&table, 0, "nobody"));
    cr_assert_null(find(&table, 3, "0-0"), "found by its hash alone");
    sts__table_clear(&table);
}

/* Names that a public hash puts into one place are all over the table. */
Test(table, names_that_were_chosen_to_meet_do_not) {
    enum { NAMES = 512 };
    sts__table table;
    char name[20];
    sts__table_init(&table, sts__memory_default(), sizeof(struct entry));
    for (unsigned i = 0; table.count < NAMES; i++) {
        sts_bytes bytes = {name, (size_t)snprintf(name, sizeof name, "topic-%u", i)};
        if (sts__fnv1a_32(bytes) % (2 * NAMES) == 0)
            add(&table, sts__table_hash(&table, bytes), name, 1);
    }
    size_t run = 0;
    size_t longest = 0;
    for (size_t slot = 0; slot < table.capacity; slot++) {
        run = table.hashes[slot] ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    cr_assert_lt(longest, NAMES / 4, "%zu entries in a row", longest);
    sts__table_clear(&table);
}

Test(table, has_a_seed_of_its_own) {
    sts__table a;
    sts__table b;
    sts__table_init(&a, sts__memory_default(), 1);
    sts__table_init(&b, sts__memory_default(), 1);
    cr_assert_neq(hash_of(&a, "name"), hash_of(&b, "name"));
    cr_assert_eq(hash_of(&a, "name"), hash_of(&a, "name"));
    cr_assert_neq(sts__table_hash_more(hash_of(&a, "one"), (sts_bytes){"two", 3}),
                  sts__table_hash_more(hash_of(&a, "two"), (sts_bytes){"one", 3}));
}

/* An allocator with a number of blocks to give. */
static void *allocate(size_t size, void *user) {
    int *left = user;
    return (*left)-- > 0 ? malloc(size) : NULL;
}

static void *resize(void *block, size_t size, void *user) {
    return block ? NULL : allocate(size, user);
}

static void release(void *block, void *user) {
    (void)user;
    free(block);
}

Test(table, without_memory_nothing_changes) {
    int left = 0;
    sts__memory memory = {allocate, resize, release, &left};
    sts__table table;
    sts__table_init(&table, &memory, sizeof(struct entry));
    cr_assert_null(sts__table_add(&table, 1));
    cr_assert_null(find(&table, 1, ""));
    left = 1;
    fill(&table, 8);
    cr_assert_null(sts__table_add(&table, hash_of(&table, "one more")));
    check(&table, 8);
    left = 1;
    fill(&table, 0);
    add(&table, hash_of(&table, "name-8"), "name-8", 8);
    check(&table, 9);
    sts__table_clear(&table);
    cr_assert_null(sts__table_add(&table, 1), "cleared, and no memory");
}
