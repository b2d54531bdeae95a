/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages that stay open: which records come together, and what seals a message, with a clock that the test sets. */
#include "gather/open_messages.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char topic[] = "t";
static const char other_topic[] = "t";

enum { NEVER = 1000000000 };

/* What a test sees of it: the ids of what was taken, as letters, and what sealed each message. */
struct bench {
    sts__open_messages all;
    char taken[256];
    int64_t now_us;
};

static sts_message keyed(const char *key) {
    const sts_bytes bytes = {key, key ? strlen(key) : 0};
    return (sts_message){
        .struct_size = sizeof(sts_message), .topic = topic, .key = bytes, .partition = -1, .timestamp_ms = -1};
}

static sts_bytes bytes_of(const char *text) {
    return (sts_bytes){text, strlen(text)};
}

static sts__open_piece piece(char id) {
    return (sts__open_piece){.id = (uint64_t)id,
                             .bytes = bytes_of("0123456789"),
                             .outer = bytes_of("resource"),
                             .inner = bytes_of("scope"),
                             .alone = 30,
                             .more = 12,
                             .most = NEVER,
                             .cost = 100};
}

static sts__open_limits wide(void) {
    return (sts__open_limits){
        .timeout_us = 1000, .min_size = NEVER, .messages = NEVER, .records = NEVER, .cost = NEVER};
}

static void bench_open(struct bench *bench, const sts__open_limits *limits) {
    memset(bench, 0, sizeof *bench);
    sts__open_messages_init(&bench->all, sts__memory_default(), limits);
}

static void add_piece(struct bench *bench, const sts_message *message, const sts__open_piece *added) {
    cr_assert(sts__open_messages_add(&bench->all, message, added, bench->now_us));
}

/* Adds records with these keys, whose ids are the letters that follow: "ab" are records 'a' of key a, 'b' of key b. */
static void add(struct bench *bench, const char *key, char id) {
    const sts_message message = keyed(key);
    const sts__open_piece added = piece(id);
    add_piece(bench, &message, &added);
}

static const char *take(struct bench *bench) {
    static const char by[] = {[STS__SEALED_BY_SIZE] = 's',
                              [STS__SEALED_BY_TIME] = 't',
                              [STS__SEALED_BY_ROOM] = 'r',
                              [STS__SEALED_BY_HEADERS] = 'h',
                              [STS__SEALED_BY_FLUSH] = 'f'};
    sts__open_message *message;
    size_t at = 0;
    bench->taken[0] = '\0';
    while ((message = sts__open_messages_take(&bench->all))) {
        for (size_t i = 0; i < message->record_count; i++)
            at += (size_t)sprintf(bench->taken + at, "%c", (char)message->records[i].id);
        at += (size_t)sprintf(bench->taken + at, "%c,", by[message->sealed_by] - 'a' + 'A');
        sts__open_message_free(sts__memory_default(), message);
    }
    return bench->taken;
}

static void bench_close(struct bench *bench) {
    sts__open_messages_clear(&bench->all);
}

#define CHECK(bench, expected) cr_assert_str_eq(take(bench), expected)

/* --- which records come together --- */

Test(open_messages, records_of_a_key_in_their_order) {
    struct bench bench;
    const sts__open_limits limits = wide();
    bench_open(&bench, &limits);
    add(&bench, "x", 'a');
    add(&bench, "y", 'b');
    add(&bench, "x", 'c');
    add(&bench, "", 'd');
    add(&bench, NULL, 'e');
    add(&bench, "y", 'f');
    add(&bench, NULL, 'g');
    CHECK(&bench, "");
    cr_assert_eq(bench.all.message_count, 4);
    cr_assert_eq(bench.all.record_count, 7);
    cr_assert_eq(bench.all.cost, 700);
    sts__open_messages_seal_all(&bench.all);
    CHECK(&bench, "acF,bfF,dF,egF,");
    cr_assert_eq(bench.all.message_count + bench.all.record_count + bench.all.cost, 0);
    bench_close(&bench);
}

Test(open_messages, topics_partitions_and_groups_keep_apart) {
    struct bench bench;
    const sts__open_limits limits = wide();
    sts_message messages[] = {keyed("k"), keyed("k"), keyed("k"), keyed("k"), keyed("k")};
    bench_open(&bench, &limits);
    messages[1].topic = other_topic;
    messages[2].partition = 3;
    for (int i = 0; i < 5; i++) {
        sts__open_piece added = piece((char)('a' + i));
        added.group = i == 3;
        add_piece(&bench, &messages[i], &added);
    }
    sts__open_messages_seal_all(&bench.all);
    CHECK(&bench, "aeF,bF,cF,dF,");
    bench_close(&bench);
}

Test(open_messages, other_headers_seal_the_message_of_the_key) {
    struct bench bench;
    const sts__open_limits limits = wide();
    const sts_bytes one[] = {{"h", 1}, {"1", 1}}, two[] = {{"h", 1}, {"2", 1}};
    bench_open(&bench, &limits);
    for (int i = 0; i < 4; i++) {
        sts_message message = keyed("k");
        const sts__open_piece added = piece((char)('a' + i));
        message.headers = i == 2 ? two : one;
        message.header_count = 1;
        add_piece(&bench, &message, &added);
    }
    CHECK(&bench, "abH,cH,");
    sts__open_messages_seal_all(&bench.all);
    CHECK(&bench, "dF,");
    bench_close(&bench);
}

Test(open_messages, without_a_key_other_headers_stand_side_by_side) {
    struct bench bench;
    const sts__open_limits limits = wide();
    const sts_bytes headers[2][2] = {{{"h", 1}, {"1", 1}}, {{"h", 1}, {NULL, 0}}};
    bench_open(&bench, &limits);
    for (int i = 0; i < 4; i++) {
        sts_message message = keyed(NULL);
        const sts__open_piece added = piece((char)('a' + i));
        message.headers = headers[i % 2];
        message.header_count = 1;
        add_piece(&bench, &message, &added);
    }
    sts__open_messages_seal_all(&bench.all);
    CHECK(&bench, "acF,bdF,");
    bench_close(&bench);
}

Test(open_messages, resources_keep_apart_where_they_are_to) {
    struct bench bench;
    sts__open_limits limits = wide();
    for (int apart = 0; apart < 2; apart++) {
        limits.by_outer_head = apart;
        bench_open(&bench, &limits);
        for (int i = 0; i < 4; i++) {
            const sts_message message = keyed("k");
            sts__open_piece added = piece((char)('a' + i));
            added.outer = bytes_of(i % 2 ? "one" : "two");
            add_piece(&bench, &message, &added);
        }
        sts__open_messages_seal_all(&bench.all);
        CHECK(&bench, apart ? "acF,bdF," : "abcdF,");
        bench_close(&bench);
    }
}

Test(open_messages, what_a_message_points_at_is_its_own) {
    struct bench bench;
    const sts__open_limits limits = wide();
    char key[] = "key", name[] = "name", value[] = "value", record[] = "record", head[] = "head";
    const sts_bytes headers[] = {{name, 4}, {value, 5}};
    bench_open(&bench, &limits);
    for (int i = 0; i < 3; i++) {
        sts_message message = keyed(key);
        sts__open_piece added = piece((char)('a' + i));
        message.headers = headers;
        message.header_count = 1;
        message.timestamp_ms = 7 + i;
        added.bytes = bytes_of(record);
        added.outer = bytes_of(head);
        record[0] = (char)('0' + i);
        add_piece(&bench, &message, &added);
    }
    memset(key, 'x', 3);
    memset(name, 'x', 4);
    memset(value, 'x', 5);
    memset(record, 'x', 6);
    memset(head, 'x', 4);
    sts__open_messages_seal_all(&bench.all);
    sts__open_message *taken = sts__open_messages_take(&bench.all);
    cr_assert_str_eq(taken->message.key.data, "key");
    cr_assert_str_eq(taken->message.headers[0].data, "name", "with a NUL behind it");
    cr_assert_str_eq(taken->message.headers[1].data, "value");
    cr_assert_eq(taken->message.timestamp_ms, 7, "the first one's");
    for (size_t i = 0; i < 3; i++) {
        const sts__open_record *found = &taken->records[i];
        const char expected[] = {(char)('0' + i), 'e', 'c', 'o', 'r', 'd'};
        cr_assert_eq(found->timestamp_ms, 7 + (int64_t)i);
        cr_assert_eq(found->size, 6);
        cr_assert_arr_eq(taken->bytes + found->at, expected, 6);
        cr_assert_eq(found->outer->size, 4u);
        cr_assert_arr_eq(found->outer->bytes, "head", 4);
        cr_assert_eq(found->outer, taken->records[0].outer, "heads are shared");
        cr_assert_eq(found->inner, taken->records[0].inner);
    }
    sts__open_message_free(sts__memory_default(), taken);
    bench_close(&bench);
}

/* Records of one export lie in many messages, whose heads are the same; so are those of the next export. */
Test(open_messages, heads_are_kept_once_for_all_messages) {
    const sts__open_limits limits = {.timeout_us = NEVER, .messages = NEVER, .records = NEVER, .cost = NEVER};
    struct bench bench;
    char resource[] = "a resource";
    char another[] = "a resource";
    const sts__open_head *head = NULL;
    bench_open(&bench, &limits);
    for (int i = 0; i < 6; i++) {
        const char key[] = {(char)('k' + i % 3), '\0'};
        sts_message message = keyed(key);
        sts__open_piece added = piece((char)('a' + i));
        if (i == 3)
            sts__open_messages_forget_places(&bench.all);
        added.outer = bytes_of(i < 3 ? resource : another);
        add_piece(&bench, &message, &added);
    }
    resource[0] = 'b'; /* at the same place there is something else now */
    sts__open_messages_forget_places(&bench.all);
    sts_message message = keyed("k");
    sts__open_piece added = piece('g');
    added.outer = bytes_of(resource);
    add_piece(&bench, &message, &added);
    sts__open_messages_seal_all(&bench.all);
    for (sts__open_message *taken; (taken = sts__open_messages_take(&bench.all));) {
        head = head ? head : taken->records[0].outer;
        for (size_t i = 0; i < 2; i++)
            cr_expect_eq(taken->records[i].outer, head, "record %c", (char)taken->records[i].id);
        if (taken->record_count == 3)
            cr_expect_arr_eq(taken->records[2].outer->bytes, "b resource", 10);
        sts__open_message_free(sts__memory_default(), taken);
    }
    cr_expect_not_null(head);
    bench_close(&bench);
}

/* An agent's resource is in records for years: what is counted of a head stays within bounds, and stays right. */
Test(open_messages, a_head_is_in_any_number_of_messages) {
    enum { MESSAGES = 5 << 18, MOST_UNSAID = 1 << 20 };
    const sts__open_limits limits = wide();
    const sts_message message = keyed("k");
    const sts__open_piece added = piece('a');
    struct bench bench;
    bench_open(&bench, &limits);
    add_piece(&bench, &message, &added);
    const sts__open_head *head = bench.all.outer.items[0];
    const size_t users = head->users + head->given;
    for (int i = 0; i < MESSAGES; i++) {
        sts__open_messages_seal_all(&bench.all);
        sts__open_message_free(sts__memory_default(), sts__open_messages_take(&bench.all));
        add_piece(&bench, &message, &added);
    }
    cr_expect_eq(bench.all.outer.items[0], head);
    cr_expect_eq(head->users + head->given, users);
    cr_expect_lt(head->given, MOST_UNSAID);
    cr_expect_arr_eq(head->bytes, "resource", 8);
    bench_close(&bench);
}

/* What is asked for ahead is the message that the record comes into. */
Test(open_messages, the_message_of_a_record_is_expected) {
    sts__open_limits limits = wide();
    for (int apart = 0; apart < 2; apart++) {
        struct bench bench;
        const sts_message message = keyed("k"), other = keyed("l");
        sts__open_piece added = piece('a');
        limits.by_outer_head = apart;
        bench_open(&bench, &limits);
        cr_expect_null(sts__open_messages_expect(&bench.all, &message, &added));
        add_piece(&bench, &message, &added);
        cr_expect_eq(sts__open_messages_expect(&bench.all, &message, &added), bench.all.open.first);
        cr_expect_null(sts__open_messages_expect(&bench.all, &other, &added));
        bench_close(&bench);
    }
}

Test(open_messages, a_thousand_keys_and_many_records) {
    struct bench bench;
    const sts__open_limits limits = wide();
    sts__open_message *message;
    size_t messages = 0, records = 0;
    bench_open(&bench, &limits);
    for (int round = 0; round < 20; round++)
        for (int i = 0; i < 1000; i++) {
            char key[16];
            snprintf(key, sizeof key, "key %d", i);
            sts_message of = keyed(key);
            sts__open_piece added = piece('a');
            added.id = (uint64_t)(round * 1000 + i);
            add_piece(&bench, &of, &added);
        }
    sts__open_messages_seal_all(&bench.all);
    while ((message = sts__open_messages_take(&bench.all))) {
        for (size_t i = 0; i < message->record_count; i++)
            cr_assert_eq(message->records[i].id, i * 1000 + messages);
        records += message->record_count;
        messages++;
        sts__open_message_free(sts__memory_default(), message);
    }
    cr_assert_eq(messages, 1000);
    cr_assert_eq(records, 20000);
    bench_close(&bench);
}

/* --- what seals --- */

Test(open_messages, time_seals_the_oldest_first) {
    struct bench bench;
    const sts__open_limits limits = wide();
    bench_open(&bench, &limits);
    cr_assert_eq(sts__open_messages_due_us(&bench.all), INT64_MAX);
    bench.now_us = 5000;
    add(&bench, "x", 'a');
    bench.now_us = 5500;
    add(&bench, "y", 'b');
    add(&bench, "x", 'c');
    cr_assert_eq(sts__open_messages_due_us(&bench.all), 6000, "by its first record");
    sts__open_messages_seal_due(&bench.all, 5999);
    CHECK(&bench, "");
    sts__open_messages_seal_due(&bench.all, 6000);
    CHECK(&bench, "acT,");
    cr_assert_eq(sts__open_messages_due_us(&bench.all), 6500);
    add(&bench, "x", 'd');
    sts__open_messages_seal_due(&bench.all, 10000);
    CHECK(&bench, "bT,dT,");
    bench_close(&bench);
}

Test(open_messages, min_size_seals_when_the_export_ends) {
    struct bench bench;
    sts__open_limits limits = wide();
    limits.min_size = 2;
    bench_open(&bench, &limits);
    add(&bench, "x", 'a');
    add(&bench, "y", 'b');
    add(&bench, "z", 'c');
    add(&bench, "z", 'd');
    add(&bench, "x", 'e');
    add(&bench, "x", 'f');
    CHECK(&bench, "");
    sts__open_messages_seal_ripe(&bench.all);
    CHECK(&bench, "cdS,aefS,");
    sts__open_messages_seal_ripe(&bench.all);
    CHECK(&bench, "");
    add(&bench, "y", 'g');
    sts__open_messages_seal_due(&bench.all, NEVER);
    CHECK(&bench, "bgT,");
    sts__open_messages_seal_ripe(&bench.all);
    CHECK(&bench, "");
    bench_close(&bench);
}

Test(open_messages, max_size_is_never_exceeded) {
    struct bench bench;
    sts__open_limits limits = wide();
    limits.max_size = 3;
    bench_open(&bench, &limits);
    for (int i = 0; i < 7; i++)
        add(&bench, "x", (char)('a' + i));
    CHECK(&bench, "abcS,defS,");
    sts__open_messages_seal_all(&bench.all);
    CHECK(&bench, "gF,");
    bench_close(&bench);
}

Test(open_messages, sizes_may_be_bytes_of_the_value) {
    struct bench bench;
    sts__open_limits limits = wide();
    limits.counts_bytes = true;
    limits.min_size = 42; /* 30 for the first, 12 for another of its scope, 30 for one of another */
    limits.max_size = 60;
    bench_open(&bench, &limits);
    add(&bench, "x", 'a');
    sts__open_messages_seal_ripe(&bench.all);
    CHECK(&bench, "");
    add(&bench, "x", 'b');
    const sts_message message = keyed("x");
    sts__open_piece other = piece('c');
    other.inner = bytes_of("another scope");
    add_piece(&bench, &message, &other);
    CHECK(&bench, "abS,");
    other.id = 'd';
    other.alone = other.more = 61; /* one record alone may be more */
    add_piece(&bench, &message, &other);
    CHECK(&bench, "cS,");
    sts__open_messages_seal_ripe(&bench.all);
    CHECK(&bench, "dS,");
    bench_close(&bench);
}

Test(open_messages, a_value_is_no_larger_than_it_may_be) {
    struct bench bench;
    const sts__open_limits limits = wide();
    const sts_message message = keyed("x");
    bench_open(&bench, &limits);
    for (int i = 0; i < 5; i++) {
        sts__open_piece added = piece((char)('a' + i));
        added.most = 54; /* 30 + 12 + 12 */
        add_piece(&bench, &message, &added);
    }
    CHECK(&bench, "abcS,");
    bench_close(&bench);
}

Test(open_messages, the_oldest_go_where_there_are_too_many) {
    struct bench bench;
    sts__open_limits limits = wide();
    limits.messages = 2;
    bench_open(&bench, &limits);
    add(&bench, "x", 'a');
    add(&bench, "y", 'b');
    add(&bench, "x", 'c');
    add(&bench, "z", 'd');
    CHECK(&bench, "acR,");
    bench_close(&bench);
    limits = wide();
    limits.records = 3;
    bench_open(&bench, &limits);
    add(&bench, "x", 'a');
    add(&bench, "x", 'b');
    add(&bench, "y", 'c');
    add(&bench, "y", 'd');
    CHECK(&bench, "abR,");
    add(&bench, "y", 'e');
    add(&bench, "y", 'f');
    CHECK(&bench, "cdefR,");
    bench_close(&bench);
    limits = wide();
    limits.cost = 250;
    bench_open(&bench, &limits);
    add(&bench, "x", 'a');
    add(&bench, "y", 'b');
    add(&bench, "z", 'c');
    CHECK(&bench, "aR,");
    bench_close(&bench);
}

Test(open_messages, room_is_made_by_the_oldest) {
    struct bench bench;
    const sts__open_limits limits = wide();
    bench_open(&bench, &limits);
    for (int i = 0; i < 6; i++)
        add(&bench, (const char *[]){"x", "y", "z"}[i % 3], (char)('a' + i));
    sts__open_messages_seal_oldest(&bench.all, 0, 0);
    CHECK(&bench, "");
    sts__open_messages_seal_oldest(&bench.all, 1, 0);
    CHECK(&bench, "adR,");
    sts__open_messages_seal_oldest(&bench.all, 1, 201);
    CHECK(&bench, "beR,cfR,");
    sts__open_messages_seal_oldest(&bench.all, 1, 1);
    CHECK(&bench, "");
    bench_close(&bench);
}

Test(open_messages, what_was_taken_can_be_put_back_in_front) {
    struct bench bench;
    const sts__open_limits limits = wide();
    bench_open(&bench, &limits);
    add(&bench, "x", 'a');
    sts__open_messages_seal_all(&bench.all);
    sts__open_message *first = sts__open_messages_take(&bench.all);
    sts__open_messages_put_back(&bench.all, first);
    add(&bench, "x", 'b');
    sts__open_messages_seal_all(&bench.all);
    first = sts__open_messages_take(&bench.all);
    sts__open_messages_put_back(&bench.all, first);
    CHECK(&bench, "aF,bF,");
    bench_close(&bench);
}

/* --- without memory --- */

static int left;

static void *allocate(size_t size, void *user) {
    (void)user;
    return left-- > 0 ? malloc(size) : NULL;
}

static void *resize(void *block, size_t size, void *user) {
    (void)user;
    return left-- > 0 ? realloc(block, size) : NULL;
}

static void release(void *block, void *user) {
    (void)user;
    free(block);
}

Test(open_messages, without_memory_nothing_is_added_or_lost) {
    const sts__memory memory = {allocate, resize, release, NULL};
    const sts__open_limits limits = wide();
    for (int allocations = 0; allocations < 12; allocations++) {
        struct bench bench;
        bool added[4];
        char expected[64] = "";
        memset(&bench, 0, sizeof bench);
        sts__open_messages_init(&bench.all, &memory, &limits);
        left = allocations;
        for (int i = 0; i < 4; i++) {
            const sts_message message = keyed("x");
            const sts__open_piece more = piece((char)('a' + i));
            added[i] = sts__open_messages_add(&bench.all, &message, &more, 0);
            if (added[i])
                sprintf(expected + strlen(expected), "%c", 'a' + i);
        }
        if (expected[0])
            strcat(expected, "F,");
        cr_assert_eq(bench.all.record_count, expected[0] ? strlen(expected) - 2 : 0);
        sts__open_messages_seal_all(&bench.all);
        CHECK(&bench, expected);
        bench_close(&bench);
    }
}
