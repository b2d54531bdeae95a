/* SPDX-License-Identifier: Apache-2.0
 *
 * A message that stands several times is put together once, whatever their number: the work, and the memory, grow with
 * the bytes and not with their square. */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "encode/otlp_json.h"
#include "support/protobuf.h"
#include "wire/merged.h"

enum { TIMES = 20000 };

static size_t taken; /* bytes, in all */

static void *allocate(size_t size, void *user) {
    (void)user;
    taken += size;
    return malloc(size);
}

static void *resize(void *block, size_t size, void *user) {
    (void)user;
    taken += size;
    return realloc(block, size);
}

static void release(void *block, void *user) {
    (void)user;
    free(block);
}

static const sts__memory counting = {allocate, resize, release, NULL};
static sts__arena arena;
static struct pb bytes;

static void begin(void) {
    taken = 0;
    sts__arena_init(&arena, &counting);
}

static void end(void) {
    pb_clear(&bytes);
    sts__arena_clear(&arena);
}

TestSuite(merged, .init = begin, .fini = end);

static sts_bytes merged(uint64_t number) {
    sts_bytes message;
    cr_assert(sts__wire_merged((sts_bytes){bytes.data, bytes.size}, number, &arena, &message));
    return message;
}

Test(merged, of_none_there_are_no_bytes) {
    cr_expect_eq(merged(1).size, 0u);
    pb_text(&bytes, 2, "other");
    cr_expect_eq(merged(1).size, 0u);
}

Test(merged, one_stays_where_it_is) {
    pb_text(&bytes, 1, "");
    pb_text(&bytes, 1, "all");
    pb_text(&bytes, 1, "");
    sts_bytes message = merged(1);
    cr_expect_eq(message.size, 3u);
    cr_expect_arr_eq(message.data, "all", 3);
    cr_expect_eq(taken, 0u);
}

Test(merged, several_are_one_after_the_other) {
    pb_text(&bytes, 1, "ab");
    pb_text(&bytes, 2, "other");
    pb_text(&bytes, 1, "c");
    sts_bytes message = merged(1);
    cr_expect_eq(message.size, 3u);
    cr_expect_arr_eq(message.data, "abc", 3);
}

/* A log record with as many bodies, of which the last one counts. */
Test(merged, json_takes_memory_by_the_bytes) {
    struct pb record = {0}, scope_logs = {0}, resource_logs = {0};
    sts__ottl_text text = {.arena = &arena};
    sts__fault fault;
    for (int i = 0; i < TIMES; i++) {
        struct pb body = {0};
        pb_text(&body, 1, i + 1 < TIMES ? "not this one" : "this one");
        pb_message(&record, 5, &body);
    }
    pb_message(&scope_logs, 2, &record);
    pb_message(&resource_logs, 2, &scope_logs);
    pb_message(&bytes, 1, &resource_logs);
    cr_assert_eq(sts__otlp_json_add(&text, &sts__schema_logs_request, (sts_bytes){bytes.data, bytes.size}, &fault),
                 STS_OK);
    const char expected[] =
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"this one\"}}]}]}]}";
    sts_bytes json = sts__ottl_text_bytes(&text);
    cr_expect_eq(json.size, sizeof expected - 1);
    cr_expect_arr_eq(json.data, expected, sizeof expected - 1, "%.*s", (int)json.size, (const char *)json.data);
    cr_expect_leq(taken, 4 * bytes.size);
}
