/* SPDX-License-Identifier: Apache-2.0
 *
 * The ledger by itself: marks, generations, bounds. */
#include "queue/ledger.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "base/clock.h"

enum { COST = 1000, ROOM_FOR_FOUR = 4 * (COST + STS__LEDGER_ENTRY_BYTES) };

static sts__ledger new_ledger(uint32_t max_entries, size_t max_bytes) {
    sts__ledger ledger;
    cr_assert_eq(sts__ledger_init(&ledger, sts__memory_default(), max_entries, max_bytes), STS_OK);
    return ledger;
}

/* Without waiting. */
static sts_status try_accept(sts__ledger *ledger, size_t cost, uint64_t *id) {
    sts__ledger_export export = {.token = 0};
    sts__ledger_record record = {.topic = "t", .cost = cost, .size = 10};
    size_t accepted;
    sts_status status = sts__ledger_accept(ledger, &export, &record, 1, 1, &accepted);
    cr_assert_eq(accepted, status == STS_OK);
    *id = record.id;
    return status;
}

static void cancel(sts__ledger *ledger, uint64_t id) {
    const sts__ledger_record record = {.topic = "t", .size = 10, .id = id};
    sts__ledger_cancel(ledger, &record, 1);
}

static uint64_t accept(sts__ledger *ledger) {
    uint64_t id = 0;
    cr_assert_eq(try_accept(ledger, COST, &id), STS_OK);
    return id;
}

static sts_status deliver(sts__ledger *ledger, uint64_t id) {
    const sts_completion done = {.struct_size = sizeof done, .id = id, .kind = STS_OUTCOME_DELIVERED};
    return sts__ledger_complete(ledger, &done, 1);
}

static uint64_t count(sts__ledger *ledger, size_t which) {
    uint64_t counts[STS_COUNTS];
    sts__ledger_counts(ledger, counts, STS_COUNTS);
    return counts[which];
}

Test(ledger, takes_a_completion_once_and_only_of_its_own_record) {
    sts__ledger ledger = new_ledger(10, 1 << 20);
    uint64_t first = accept(&ledger);
    cr_assert_eq(deliver(&ledger, first), STS_OK);
    cr_assert_eq(deliver(&ledger, first), STS_ERR_INVALID_ARGUMENT);
    uint64_t second = accept(&ledger); /* in the same entry */
    cr_assert_neq(first, second);
    cr_assert_eq(deliver(&ledger, first), STS_ERR_INVALID_ARGUMENT, "a late report must not touch the next record");
    cr_assert_eq(count(&ledger, STS_COUNT_PENDING), 1);
    cr_assert_eq(deliver(&ledger, second), STS_OK);
    cr_assert_eq(count(&ledger, STS_COUNT_DELIVERED), 2);
    sts__ledger_clear(&ledger);
}

Test(ledger, is_full_by_entries_or_by_bytes) {
    uint64_t id;
    sts__ledger ledger = new_ledger(2, 1 << 20);
    accept(&ledger);
    uint64_t second = accept(&ledger);
    cr_assert_eq(try_accept(&ledger, COST, &id), STS_ERR_QUEUE_FULL);
    cancel(&ledger, second);
    cr_assert_eq(count(&ledger, STS_COUNT_ACCEPTED), 1, "what was taken back was never accepted");
    cr_assert_eq(count(&ledger, STS_COUNT_BYTES), 10);
    accept(&ledger);
    sts__ledger_clear(&ledger);

    ledger = new_ledger(100, ROOM_FOR_FOUR);
    for (int i = 0; i < 4; i++)
        id = accept(&ledger);
    cr_assert_eq(try_accept(&ledger, 0, &id), STS_ERR_QUEUE_FULL, "an entry takes memory too");
    sts__ledger_clear(&ledger);
}

Test(ledger, a_mark_waits_for_what_was_accepted_before_it_alone) {
    sts__ledger ledger = new_ledger(1000, 1 << 20);
    uint64_t before = accept(&ledger);
    uint64_t mark = sts__ledger_mark(&ledger);
    uint64_t after = accept(&ledger);
    cr_assert_not(sts__ledger_wait_done(&ledger, mark, 0));
    cr_assert_eq(deliver(&ledger, before), STS_OK);
    cr_assert(sts__ledger_wait_done(&ledger, mark, 0), "a later record must not hold up the flush");
    uint64_t next = sts__ledger_mark(&ledger);
    cr_assert_not(sts__ledger_wait_done(&ledger, next, 0));
    cr_assert_eq(deliver(&ledger, after), STS_OK);
    cr_assert(sts__ledger_wait_done(&ledger, next, 0));
    sts__ledger_clear(&ledger);
}

Test(ledger, a_mark_after_a_mark_does_not_wait_for_what_comes_then) {
    sts__ledger ledger = new_ledger(1000, 1 << 20);
    uint64_t idle = sts__ledger_mark(&ledger);
    uint64_t first = accept(&ledger);
    cr_assert(sts__ledger_wait_done(&ledger, idle, 0), "nothing was accepted before it");
    sts__ledger_mark(&ledger);
    uint64_t mark = sts__ledger_mark(&ledger);
    accept(&ledger);
    cr_assert_not(sts__ledger_wait_done(&ledger, mark, 0));
    cr_assert_eq(deliver(&ledger, first), STS_OK);
    cr_assert(sts__ledger_wait_done(&ledger, mark, 0), "a later record must not hold up the second flush");
    sts__ledger_clear(&ledger);
}

Test(ledger, marks_that_outnumber_the_epochs_still_wait_long_enough) {
    enum { MARKS = 3 * STS__LEDGER_EPOCHS };
    sts__ledger ledger = new_ledger(1000, 1 << 20);
    uint64_t ids[MARKS];
    uint64_t marks[MARKS];
    for (int i = 0; i < MARKS; i++) {
        ids[i] = accept(&ledger);
        marks[i] = sts__ledger_mark(&ledger);
    }
    for (int i = MARKS - 1; i >= 0; i--) { /* the oldest last: nothing is done before it */
        cr_assert_not(sts__ledger_wait_done(&ledger, marks[i], 0), "mark %d", i);
        cr_assert_eq(deliver(&ledger, ids[i]), STS_OK);
    }
    for (int i = 0; i < MARKS; i++)
        cr_assert(sts__ledger_wait_done(&ledger, marks[i], 0), "mark %d", i);
    sts__ledger_clear(&ledger);
}

Test(ledger, makes_what_is_abandoned_uncertain) {
    sts__ledger ledger = new_ledger(10, 1 << 20);
    ledger.keep_failures = true;
    accept(&ledger);
    accept(&ledger);
    cr_assert(sts__ledger_close(&ledger));
    cr_assert_not(sts__ledger_close(&ledger));
    sts__ledger_abandon(&ledger);
    cr_assert_eq(count(&ledger, STS_COUNT_UNCERTAIN), 2);
    cr_assert_eq(count(&ledger, STS_COUNT_PENDING), 0);
    sts_outcome outcome;
    cr_assert(sts__ledger_take(&ledger, &outcome));
    cr_assert_eq(outcome.kind, STS_OUTCOME_UNCERTAIN);
    cr_assert_eq(outcome.code, STS_ERR_NOT_ACKNOWLEDGED);
    sts__memory_free(ledger.memory, outcome.text);
    sts__ledger_clear(&ledger); /* with one outcome that nobody took */
}

static sts_status end_as(sts__ledger *ledger, uint64_t id, int32_t kind, const char *text) {
    const sts_completion done = {.struct_size = sizeof done,
                                 .id = id,
                                 .kind = kind,
                                 .code = kind == STS_OUTCOME_DELIVERED ? STS_OK : STS_ERR_DELIVERY,
                                 .text = text,
                                 .transport_code = 7};
    return sts__ledger_complete(ledger, &done, 1);
}

Test(ledger, gives_an_export_its_result_in_whichever_order_outcomes_come) {
    sts__ledger ledger = new_ledger(10, 1 << 20);
    sts__result result;
    uint64_t other = accept(&ledger);
    sts__ledger_record records[4];
    size_t accepted;
    cr_assert_eq(sts__result_init(&result), STS_OK);
    sts__ledger_export export = {.result = &result};
    for (uint64_t i = 0; i < 4; i++)
        records[i] = (sts__ledger_record){.index = i, .topic = "t", .size = 1};
    cr_assert_eq(sts__ledger_accept(&ledger, &export, records, 4, 1, &accepted), STS_OK);
    cr_assert_eq(accepted, 4);
    cr_assert_eq(end_as(&ledger, records[3].id, STS_OUTCOME_FAILED, "last"), STS_OK);
    cr_assert_eq(end_as(&ledger, records[1].id, STS_OUTCOME_UNCERTAIN, "first"), STS_OK);
    cr_assert_eq(end_as(&ledger, records[2].id, STS_OUTCOME_PURGED, NULL), STS_OK);
    cr_assert_not(sts__ledger_has_result(&ledger, &result));
    sts__ledger_cancel(&ledger, records, 1);
    cr_assert(sts__ledger_has_result(&ledger, &result), "what was taken back, and others' records, are not waited for");
    cr_assert_eq(sts__result_undelivered(&result), 3u);
    cr_assert_eq(result.first, 1u);
    cr_assert_str_eq(result.why.text, "first");
    cr_assert_eq(result.why.transport_code, 7);
    sts__result_clear(&result);
    cr_assert_eq(deliver(&ledger, other), STS_OK);
    sts__ledger_clear(&ledger);
}

Test(ledger, as_many_are_accepted_as_there_is_room_for) {
    sts__ledger ledger = new_ledger(100, ROOM_FOR_FOUR);
    sts__ledger_export export = {.token = 7};
    sts__ledger_record records[6];
    size_t accepted;
    for (uint64_t i = 0; i < 6; i++)
        records[i] = (sts__ledger_record){.index = i, .topic = "t", .cost = COST, .size = 10};
    cr_assert_eq(sts__ledger_accept(&ledger, &export, records, 6, 5, &accepted), STS_ERR_QUEUE_FULL);
    cr_assert_eq(accepted, 0, "five of them, or none");
    cr_assert_eq(count(&ledger, STS_COUNT_ACCEPTED), 0);
    cr_assert_eq(sts__ledger_accept(&ledger, &export, records, 6, 1, &accepted), STS_OK);
    cr_assert_eq(accepted, 4);
    for (uint64_t i = 0, token, index; i < 4; i++) {
        cr_assert(sts__ledger_look(&ledger, records[i].id, &token, &index));
        cr_assert(token == 7 && index == i);
    }
    sts__ledger_cancel(&ledger, records + 2, 2);
    cr_assert_eq(count(&ledger, STS_COUNT_BYTES), 20);
    cr_assert_eq(sts__ledger_accept(&ledger, &export, records + 2, 4, 2, &accepted), STS_OK);
    cr_assert_eq(accepted, 2, "what was taken back has left its room");
    sts__ledger_clear(&ledger);
}

static sts_status accept_alone(sts__ledger *ledger, sts__ledger_record *records, size_t count) {
    sts__ledger_export export = {.claim = {.alone = true}};
    size_t accepted;
    for (size_t i = 0; i < count; i++)
        records[i] = (sts__ledger_record){.topic = "t", .cost = COST, .size = 10, .continues = i > 0};
    return sts__ledger_accept(ledger, &export, records, count, count, &accepted);
}

/* What comes from the store: beyond the bounds, but not twice. */
Test(ledger, what_is_alone_has_room_once_the_bounds_are_kept) {
    sts__ledger ledger = new_ledger(4, ROOM_FOR_FOUR);
    sts__ledger_record records[6];
    sts__ledger_record more[6];
    uint64_t id;
    accept(&ledger);
    cr_assert_eq(accept_alone(&ledger, records, 6), STS_OK);
    cr_assert_eq(accept_alone(&ledger, more, 6), STS_ERR_QUEUE_FULL);
    cr_assert_eq(try_accept(&ledger, COST, &id), STS_ERR_QUEUE_FULL);
    cr_assert_eq(deliver(&ledger, records[0].id), STS_OK);
    cr_assert_eq(count(&ledger, STS_COUNT_PENDING), 1u);
    cr_assert_eq(accept_alone(&ledger, more, 6), STS_OK);
    sts__ledger_clear(&ledger);
}

/* By the portion, and from any of them on. */
Test(ledger, the_records_of_a_message_are_told_by_the_portion) {
    sts__ledger ledger = new_ledger(10, 1 << 20);
    sts__ledger_record records[7];
    uint64_t ids[3];
    cr_assert_eq(accept_alone(&ledger, records, 7), STS_OK);
    uint64_t next = records[1].id;
    cr_assert_eq(sts__ledger_records_from(&ledger, &next, ids, 3), 3u);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(ids[i], records[1 + i].id);
    cr_assert_eq(next, records[4].id);
    cr_assert_eq(sts__ledger_records_from(&ledger, &next, ids, 3), 3u);
    cr_assert_eq(next, 0u);
    cr_assert_eq(deliver(&ledger, records[0].id), STS_OK);
    next = records[0].id;
    cr_assert_eq(sts__ledger_records_from(&ledger, &next, ids, 3), 0u);
    cr_assert_eq(next, 0u);
    sts__ledger_clear(&ledger);
}

Test(ledger, the_records_of_a_message_have_their_outcomes_together) {
    sts__ledger ledger = new_ledger(100, 1 << 20);
    sts__ledger_export export = {.token = 7};
    sts__ledger_record records[5] = {{.continues = false}};
    sts_outcome outcome;
    size_t accepted;
    ledger.keep_failures = true;
    for (uint64_t i = 0; i < 5; i++)
        records[i] = (sts__ledger_record){.index = 10 + i, .topic = "t", .size = 1, .continues = i != 0 && i != 3};
    cr_assert_eq(sts__ledger_accept(&ledger, &export, records, 5, 5, &accepted), STS_OK);
    cr_assert_eq(end_as(&ledger, records[0].id, STS_OUTCOME_FAILED, "why"), STS_OK);
    cr_assert_eq(end_as(&ledger, records[0].id, STS_OUTCOME_FAILED, "why"), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(count(&ledger, STS_COUNT_FAILED), 3);
    cr_assert_eq(count(&ledger, STS_COUNT_PENDING), 2);
    for (uint64_t i = 0; i < 3; i++) {
        cr_assert(sts__ledger_take(&ledger, &outcome));
        cr_assert(outcome.index == 10 + i && outcome.token == 7, "record %d: index %d", (int)i, (int)outcome.index);
        cr_assert_str_eq(outcome.text, "why");
        sts__memory_free(sts__memory_default(), outcome.text);
    }
    cr_assert_not(sts__ledger_take(&ledger, &outcome), "the second message is under way");
    cr_assert_eq(deliver(&ledger, records[3].id), STS_OK);
    cr_assert_eq(count(&ledger, STS_COUNT_DELIVERED), 2);
    cr_assert_eq(count(&ledger, STS_COUNT_PENDING), 0);
    sts__ledger_clear(&ledger);
}

/* One thread accepts a record, and another one tells its outcome: each line of memory that both write goes to and fro.
 */
Test(ledger, an_entry_is_a_cache_line) {
    sts__ledger ledger = new_ledger(10, 1 << 20);
    accept(&ledger);
    cr_expect_leq(sizeof(sts__ledger_entry), 64u);
    cr_expect_eq((uintptr_t)ledger.blocks[0].entries % (STS__FREE_GROUP * sizeof(sts__ledger_entry)),
                 0u); /* which is a page */
    sts__ledger_clear(&ledger);
}

static const sts__ledger_entry *entry_of(const sts__ledger *ledger, uint64_t id) {
    uint32_t index = sts__ledger_index_of(id);
    return &ledger->blocks[index / 1024].entries[index % 1024];
}

static uint32_t index_or_none(const uint64_t *ids, int at, int count) {
    return at < count ? sts__ledger_index_of(ids[at]) : STS__LEDGER_NONE;
}

/* Each record of a message tells of the next one, and of one further behind: nothing that is asked for ahead is another
 * message's. */
static void check_chain(const sts__ledger *ledger, const uint64_t *ids, int count) {
    for (int i = 0; i < count; i++) {
        const sts__ledger_entry *entry = entry_of(ledger, ids[i]);
        cr_expect_eq(entry->next, index_or_none(ids, i + 1, count), "record %d of %d", i, count);
        cr_expect_eq(entry->ahead, index_or_none(ids, i + STS__LEDGER_AHEAD, count), "record %d of %d", i, count);
    }
}

Test(ledger, a_message_tells_which_of_its_records_come_ahead) {
    enum { FIRST = 3, ALL = 25 };
    sts__ledger ledger = new_ledger(100, 1 << 20);
    sts__ledger_record records[ALL];
    uint64_t ids[ALL], reversed[ALL];
    size_t accepted;
    for (int i = 0; i < ALL; i++)
        records[i] = (sts__ledger_record){.topic = "t", .cost = 1, .continues = i != 0 && i != FIRST};
    sts__ledger_export export = {.token = 0};
    cr_assert_eq(sts__ledger_accept(&ledger, &export, records, ALL, ALL, &accepted), STS_OK);
    for (int i = 0; i < ALL; i++)
        reversed[ALL - 1 - i] = ids[i] = records[i].id;
    check_chain(&ledger, ids, FIRST);
    check_chain(&ledger, ids + FIRST, ALL - FIRST);
    sts__ledger_bind(&ledger, &(sts__ledger_message){.ids = reversed, .count = ALL}, 1); /* bound anew */
    check_chain(&ledger, reversed, ALL);
    sts__ledger_clear(&ledger);
}

Test(ledger, a_portion_of_outcomes_is_booked_as_one_by_one) {
    enum { RECORDS = 40, FIRST = 15 };
    sts__ledger ledger = new_ledger(100, 1 << 20);
    sts_completion done[RECORDS + 1];
    uint64_t ids[RECORDS];
    uint64_t mark = 0;
    for (int i = 0; i < RECORDS; i++) {
        if (i == FIRST)
            mark = sts__ledger_mark(&ledger);
        ids[i] = accept(&ledger);
    }
    for (int i = 0; i <= RECORDS; i++) /* records of both epochs by turns; one of them twice */
        done[i] = (sts_completion){.struct_size = sizeof *done,
                                   .id = ids[i == RECORDS ? 3 : (i * 7) % RECORDS],
                                   .kind = i % 4 ? STS_OUTCOME_DELIVERED : STS_OUTCOME_PURGED,
                                   .code = i % 4 ? STS_OK : STS_ERR_NOT_ACKNOWLEDGED};
    cr_assert_not(sts__ledger_wait_done(&ledger, mark, 0));
    cr_assert_eq(sts__ledger_complete(&ledger, done, RECORDS + 1), STS_ERR_INVALID_ARGUMENT);
    cr_expect(sts__ledger_wait_done(&ledger, mark, 0));
    cr_expect(sts__ledger_wait_done(&ledger, sts__ledger_mark(&ledger), 0));
    cr_expect_eq(count(&ledger, STS_COUNT_DELIVERED), RECORDS - RECORDS / 4);
    cr_expect_eq(count(&ledger, STS_COUNT_PURGED), RECORDS / 4);
    cr_expect_eq(count(&ledger, STS_COUNT_PENDING), 0u);
    sts__ledger_snapshot snapshot;
    sts__ledger_take_snapshot(&ledger, &snapshot);
    cr_expect_eq(snapshot.queue[STS_QUEUE_RECORDS], 0u);
    cr_expect_eq(snapshot.queue[STS_QUEUE_BYTES], 0u);
    sts__ledger_clear(&ledger);
}

/* Has memory for so many more blocks. */
static void *allocate_some(size_t size, void *left) {
    return (*(int *)left)-- > 0 ? malloc(size) : NULL;
}

static void *resize_some(void *block, size_t size, void *left) {
    return (*(int *)left)-- > 0 ? realloc(block, size) : NULL;
}

static void release(void *block, void *left) {
    (void)left;
    free(block);
}

/* More than a block of entries, so that some of them have one. */
Test(ledger, without_memory_for_all_that_must_be_accepted_none_is) {
    enum { RECORDS = 1500, FOR_A_BLOCK = 3, NEEDED = 2 * FOR_A_BLOCK };
    static sts__ledger_record records[RECORDS];
    int left = 1;
    const sts__memory memory = {allocate_some, resize_some, release, &left};
    sts__ledger ledger;
    size_t accepted;
    cr_assert_eq(sts__ledger_init(&ledger, &memory, 10000, 1 << 24), STS_OK);
    for (int i = 0; i < RECORDS; i++)
        records[i] = (sts__ledger_record){.index = (uint64_t)i, .topic = "t", .cost = COST, .size = 10, .shares = true};
    for (int memory_for = 0; memory_for < NEEDED; memory_for++) {
        sts__ledger_export export = {.shared_cost = 5000};
        sts__ledger_snapshot snapshot;
        left = memory_for % FOR_A_BLOCK; /* what was made before stays */
        cr_assert_eq(sts__ledger_accept(&ledger, &export, records, RECORDS, RECORDS, &accepted), STS_ERR_NO_MEMORY);
        sts__ledger_take_snapshot(&ledger, &snapshot);
        cr_assert_eq(accepted, 0);
        cr_assert_eq(snapshot.queue[STS_QUEUE_RECORDS], 0u);
        cr_assert_eq(snapshot.queue[STS_QUEUE_BYTES], 0u);
    }
    sts__ledger_export export = {.shared_cost = 5000};
    left = NEEDED;
    cr_assert_eq(sts__ledger_accept(&ledger, &export, records, RECORDS, RECORDS, &accepted), STS_OK);
    cr_assert_eq(accepted, RECORDS);
    sts__ledger_abandon(&ledger);
    cr_expect_eq(count(&ledger, STS_COUNT_PENDING), 0u);
    sts__ledger_clear(&ledger);
}

/* --- bytes that records share --- */

enum { SHARED = 5000, EACH = COST + STS__LEDGER_ENTRY_BYTES, ALL_SHARED = SHARED + STS__LEDGER_ENTRY_BYTES };

static uint64_t occupied(sts__ledger *ledger) {
    sts__ledger_snapshot snapshot;
    sts__ledger_take_snapshot(ledger, &snapshot);
    return snapshot.queue[STS_QUEUE_BYTES];
}

/* Accepts as many of three records as there is room for; the first one has no part in what the others share. */
static size_t accept_three(sts__ledger *ledger, sts__ledger_export *export, sts__ledger_record *records) {
    size_t accepted;
    for (int i = 0; i < 3; i++)
        records[i] = (sts__ledger_record){.topic = "t", .cost = COST, .size = 10, .shares = i > 0};
    sts__ledger_accept(ledger, export, records, 3, 1, &accepted);
    return accepted;
}

Test(ledger, counts_bytes_that_records_share_once_and_until_the_last_one_is_done) {
    sts__ledger ledger = new_ledger(10, 1 << 20);
    sts__ledger_export export = {.shared_cost = SHARED};
    sts__ledger_record records[3];
    cr_assert_eq(accept_three(&ledger, &export, records), 3u);
    cr_expect_eq(occupied(&ledger), 3u * EACH + ALL_SHARED);
    deliver(&ledger, records[2].id);
    cr_expect_eq(occupied(&ledger), 2u * EACH + ALL_SHARED);
    deliver(&ledger, records[1].id);
    cr_expect_eq(occupied(&ledger), (uint64_t)EACH, "nobody refers to them any more");
    sts__ledger_record more[3];
    cr_assert_eq(accept_three(&ledger, &export, more), 3u);
    cr_expect_eq(occupied(&ledger), 4u * EACH + ALL_SHARED, "they are counted again for the rest of the export");
    sts__ledger_cancel(&ledger, more, 3);
    deliver(&ledger, records[0].id);
    cr_expect_eq(occupied(&ledger), 0u);
    cr_expect_eq(count(&ledger, STS_COUNT_PENDING), 0u);
    sts__ledger_clear(&ledger);
}

Test(ledger, has_no_room_for_a_record_without_room_for_what_it_shares) {
    sts__ledger ledger = new_ledger(10, 2 * EACH + ALL_SHARED - 1);
    sts__ledger_export export = {.shared_cost = SHARED};
    sts__ledger_record records[3];
    cr_assert_eq(accept_three(&ledger, &export, records), 1u);
    cr_expect_eq(occupied(&ledger), (uint64_t)EACH);
    deliver(&ledger, records[0].id);
    cr_assert_eq(accept_three(&ledger, &export, records), 1u);
    sts__ledger_abandon(&ledger);
    cr_expect_eq(occupied(&ledger), 0u);
    sts__ledger_clear(&ledger);
}

/* Where what is shared goes while there is a wait for room, it needs room again. */
static void *deliver_later(void *user) {
    sts__ledger *ledger = ((void **)user)[0];
    uint64_t *ids = ((void **)user)[1];
    while (!sts__ledger_has_line(ledger))
        sched_yield();
    for (int i = 0; i < 3; i++)
        deliver(ledger, ids[i]);
    return NULL;
}

Test(ledger, waits_for_room_for_what_is_shared_too) {
    sts__ledger ledger = new_ledger(10, 3 * EACH + ALL_SHARED);
    sts__ledger_export export = {.shared_cost = SHARED, .claim.deadline_us = sts__clock_us() + 20 * INT64_C(1000000)};
    sts__ledger_record records[3];
    sts__ledger_record next = {.topic = "t", .cost = COST, .size = 10, .shares = true};
    size_t accepted;
    pthread_t thread;
    cr_assert_eq(accept_three(&ledger, &export, records), 3u);
    uint64_t ids[3] = {records[0].id, records[1].id, records[2].id};
    void *both[2] = {&ledger, ids};
    cr_assert_eq(pthread_create(&thread, NULL, deliver_later, both), 0);
    cr_assert_eq(sts__ledger_accept(&ledger, &export, &next, 1, 1, &accepted), STS_OK);
    pthread_join(thread, NULL);
    cr_expect_eq(occupied(&ledger), EACH + ALL_SHARED);
    deliver(&ledger, next.id);
    cr_expect_eq(occupied(&ledger), 0u);
    sts__ledger_clear(&ledger);
}
