/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads that wait for room in the ledger: who gets it, and when. The test delivers records one by one, and waits in
 * between until every thread is in line again or gone, so that who is given room does not depend on the scheduler. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "queue/ledger.h"
#include "support/rig.h"

enum { MOST = 1024, SMALL = 100 };

static sts__ledger ledger;

/* A thread that exports. */
struct guest {
    pthread_t thread;
    size_t cost;
    unsigned records;
    unsigned chunk; /* how many it asks for at once; 0: one */
    int64_t patience_ms;
    unsigned accepted; /* atomic, like the next one */
    int status;        /* what ended it; 1 while it runs */
    uint64_t ids[MOST];
};

static void *visit(void *user) {
    struct guest *guest = user;
    sts__ledger_export export = {.claim = {.deadline_us = sts__deadline_after(guest->patience_ms)}};
    sts_status status = STS_OK;
    for (size_t i = 0, count; i < guest->records && status == STS_OK; i += count) {
        sts__ledger_record records[MOST];
        size_t chunk = guest->chunk ? guest->chunk : 1;
        if (chunk > guest->records - i)
            chunk = guest->records - i;
        for (size_t j = 0; j < chunk; j++)
            records[j] = (sts__ledger_record){.index = i + j, .topic = "t", .cost = guest->cost, .size = 1};
        status = sts__ledger_accept(&ledger, &export, records, chunk, 1, &count);
        for (size_t j = 0; j < count; j++)
            guest->ids[i + j] = records[j].id;
        __atomic_add_fetch(&guest->accepted, (unsigned)count, __ATOMIC_RELEASE);
    }
    __atomic_store_n(&guest->status, status, __ATOMIC_RELEASE);
    return NULL;
}

static unsigned accepted(const struct guest *guest) {
    return __atomic_load_n(&guest->accepted, __ATOMIC_ACQUIRE);
}

static unsigned line_length(void) {
    unsigned length = 0;
    pthread_mutex_lock(&ledger.lock);
    for (const sts__room_waiter *waiter = ledger.room.head; waiter; waiter = waiter->next)
        length++;
    pthread_mutex_unlock(&ledger.lock);
    return length;
}

/* Waits until that many are in line, and the guest has had that many records accepted. */
static void expect(unsigned in_line, const struct guest *guest, unsigned records) {
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    while (line_length() != in_line || accepted(guest) != records) {
        cr_assert_lt(rig_now_ms(), deadline, "%u in line, %u accepted; expected %u and %u", line_length(),
                     accepted(guest), in_line, records);
        sched_yield();
    }
}

static void start_chunks(struct guest *guest, size_t cost, unsigned records, unsigned chunk, int64_t patience_ms) {
    *guest = (struct guest){.cost = cost, .records = records, .chunk = chunk, .patience_ms = patience_ms, .status = 1};
    cr_assert_eq(pthread_create(&guest->thread, NULL, visit, guest), 0);
}

static void start(struct guest *guest, size_t cost, unsigned records, int64_t patience_ms) {
    start_chunks(guest, cost, records, 1, patience_ms);
}

static sts_status end(struct guest *guest) {
    pthread_join(guest->thread, NULL);
    return guest->status;
}

static void deliver(uint64_t id) {
    const sts_completion done = {.struct_size = sizeof done, .id = id, .kind = STS_OUTCOME_DELIVERED};
    cr_assert_eq(sts__ledger_complete(&ledger, &done, 1), STS_OK);
}

static void open_ledger(uint32_t max_entries, size_t max_bytes) {
    cr_assert_eq(sts__ledger_init(&ledger, sts__memory_default(), max_entries, max_bytes), STS_OK);
}

/* Makes a full ledger of `count` records. */
static void fill(struct guest *filler, size_t cost, unsigned count) {
    start(filler, cost, count, 0);
    cr_assert_eq(end(filler), STS_OK);
}

/* A ledger of `queue` records that `filler` has filled, and `count` guests that wait for room, in their order. */
static void open_full_ledger(unsigned queue, struct guest *filler, struct guest *guests, unsigned count) {
    open_ledger(queue, 1 << 20);
    fill(filler, SMALL, queue);
    for (unsigned i = 0; i < count; i++) {
        start(&guests[i], SMALL, 1, RIG_DEADLINE_MS);
        expect(i + 1, &guests[i], 0);
    }
}

Test(room, is_given_in_the_order_of_asking) {
    enum { QUEUE = 8, GUESTS = 6 };
    struct guest filler, guests[GUESTS];
    open_full_ledger(QUEUE, &filler, guests, GUESTS);
    for (unsigned i = 0; i < GUESTS; i++) {
        deliver(filler.ids[i]);
        expect(GUESTS - i - 1, &guests[i], 1);
        cr_assert_eq(end(&guests[i]), STS_OK);
    }
    sts__ledger_clear(&ledger);
}

/* Of two records that find room one is the heavy one's and one the light one's, whichever number waits. */
Test(room, is_not_all_for_one_with_a_huge_request) {
    enum { QUEUE = 8, ROUNDS = 100 };
    struct guest filler, heavy, light;
    open_ledger(QUEUE, 1 << 20);
    fill(&filler, SMALL, QUEUE);
    start(&heavy, SMALL, MOST, RIG_DEADLINE_MS);
    expect(1, &heavy, 0);
    uint64_t oldest = filler.ids[0];
    for (unsigned i = 0; i < ROUNDS; i++) {
        start(&light, SMALL, 1, RIG_DEADLINE_MS);
        expect(2, &light, 0);
        deliver(oldest);
        expect(2, &heavy, i + 1); /* it is in line again, behind the light one */
        oldest = heavy.ids[i];
        deliver(oldest);
        cr_assert_eq(end(&light), STS_OK);
        expect(1, &heavy, i + 1);
        oldest = light.ids[0];
    }
    sts__ledger_close(&ledger);
    cr_assert_eq(end(&heavy), STS_ERR_CLOSED);
    cr_assert_eq(accepted(&heavy), ROUNDS);
    sts__ledger_abandon(&ledger);
    sts__ledger_clear(&ledger);
}

/* One that is large waits at the head of the line; there is room for thousands of the heavy one's meanwhile, which asks
 * for them one by one, or by the chunk. */
static void expect_a_quantum(unsigned chunk) {
    enum { QUARTER = 1 << 20 };
    struct guest filler, heavy, large;
    open_ledger(100000, 4 * (QUARTER + STS__LEDGER_ENTRY_BYTES));
    fill(&filler, QUARTER, 4);
    start_chunks(&heavy, SMALL, STS__ROOM_QUANTUM + 1, chunk, RIG_DEADLINE_MS);
    expect(1, &heavy, 0);
    start(&large, 2 * QUARTER, 1, RIG_DEADLINE_MS);
    expect(2, &large, 0);
    deliver(filler.ids[0]);
    expect(2, &heavy, STS__ROOM_QUANTUM);
    deliver(filler.ids[1]);
    cr_assert_eq(line_length(), 2, "small records have taken some of what the large one needs");
    deliver(filler.ids[2]);
    cr_assert_eq(end(&large), STS_OK);
    cr_assert_eq(end(&heavy), STS_OK);
    sts__ledger_abandon(&ledger);
    sts__ledger_clear(&ledger);
}

Test(room, is_for_a_quantum_at_most_while_others_wait) {
    expect_a_quantum(1);
}

Test(room, is_for_a_quantum_at_most_by_the_chunk_too) {
    expect_a_quantum(30);
    expect_a_quantum(STS__ROOM_QUANTUM + 1);
}

static sts_status try_without_waiting(size_t cost) {
    struct guest guest;
    start(&guest, cost, 1, 0);
    return end(&guest);
}

Test(room, is_kept_for_a_large_record_until_its_time_is_up) {
    enum { HALF = 1 << 20 };
    struct guest filler, large, small;
    open_ledger(100, 2 * (HALF + STS__LEDGER_ENTRY_BYTES));
    fill(&filler, HALF, 1);
    start(&large, 2 * HALF, 1, RIG_DEADLINE_MS);
    expect(1, &large, 0);
    start(&small, SMALL, 1, 1);
    cr_assert_eq(end(&small), STS_ERR_QUEUE_FULL, "half of it is free, but a larger one waits for that");
    cr_assert_eq(try_without_waiting(SMALL), STS_ERR_QUEUE_FULL);
    sts__ledger_close(&ledger);
    cr_assert_eq(end(&large), STS_ERR_CLOSED);
    sts__ledger_abandon(&ledger);
    sts__ledger_clear(&ledger);

    open_ledger(100, 2 * (HALF + STS__LEDGER_ENTRY_BYTES));
    fill(&filler, HALF, 1);
    start(&large, 2 * HALF, 1, 100);
    start(&small, SMALL, 1, RIG_DEADLINE_MS);
    cr_assert_eq(end(&large), STS_ERR_QUEUE_FULL);
    cr_assert_eq(end(&small), STS_OK, "whoever was behind it goes then");
    cr_assert_eq(try_without_waiting(SMALL), STS_OK);
    sts__ledger_abandon(&ledger);
    sts__ledger_clear(&ledger);
}

/* Seven eighths stay occupied, and nobody tells the thread that waits. */
Test(room, is_found_without_being_called) {
    enum { QUEUE = 100 };
    struct guest filler, guest;
    open_ledger(QUEUE, 1 << 20);
    fill(&filler, SMALL, QUEUE);
    start(&guest, SMALL, 2, RIG_DEADLINE_MS);
    expect(1, &guest, 0);
    deliver(filler.ids[0]);
    expect(1, &guest, 1);
    deliver(filler.ids[1]);
    cr_assert_eq(end(&guest), STS_OK);
    sts__ledger_abandon(&ledger);
    sts__ledger_clear(&ledger);
}

Test(room, is_for_nobody_once_the_ledger_is_closed) {
    enum { QUEUE = 8, GUESTS = 5 };
    struct guest filler, guests[GUESTS];
    open_full_ledger(QUEUE, &filler, guests, GUESTS);
    sts__ledger_close(&ledger);
    for (unsigned i = 0; i < GUESTS; i++)
        cr_assert_eq(end(&guests[i]), STS_ERR_CLOSED);
    sts__ledger_abandon(&ledger);
    sts__ledger_clear(&ledger);
}
