/* SPDX-License-Identifier: Apache-2.0
 *
 * Records that share messages: which ones do, in which order, and what becomes of them. */
#include "gather/gather.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "support/lettered.h"
#include "support/otlp.h"
#include "support/outcome_log.h"

/* --- which records share a message --- */

static const char topic[] = "t";
static const char other_topic[] = "t";

static sts_message keyed(const char *key) {
    sts_bytes bytes = {key, key ? strlen(key) : 0};
    return (sts_message){.struct_size = sizeof(sts_message), .topic = topic, .key = bytes, .partition = -1};
}

/* Adds records to a gather, and checks which message each is in. */
static void check_grouping(const sts_message *messages, const uint64_t *groups, size_t count, const size_t *expected) {
    sts__gather gather;
    sts__gather_init(&gather, sts__memory_default());
    for (int round = 0; round < 2; round++) {
        size_t opened = 0;
        for (size_t i = 0; i < count; i++) {
            cr_assert(sts__gather_add(&gather, &messages[i], groups ? groups[i] : 0));
            cr_assert_eq(gather.last, expected[i], "record %zu", i);
            const sts__gathered *in = &gather.messages[gather.last];
            cr_assert_eq(in->records[in->record_count - 1], i);
            opened += in->record_count == 1;
            const void *key = in->message.key.data, *given = messages[i].key.data;
            cr_assert(!given || key != given, "it is a copy");
        }
        cr_assert_eq(gather.message_count, opened);
        sts__gather_reset(&gather, 0);
        cr_assert_eq(gather.message_count, 0);
    }
    sts__gather_clear(&gather);
}

Test(gather, those_with_the_same_key_in_the_order_of_the_first) {
    const sts_message messages[] = {keyed("b"), keyed("a"), keyed("b"), keyed("c"), keyed("a"), keyed("b")};
    check_grouping(messages, NULL, 6, (const size_t[]){0, 1, 0, 2, 1, 0});
}

Test(gather, an_empty_key_is_no_null_key) {
    const sts_message messages[] = {keyed(""), keyed(NULL), keyed(""), keyed(NULL)};
    check_grouping(messages, NULL, 4, (const size_t[]){0, 1, 0, 1});
}

Test(gather, topics_partitions_headers_and_resources_keep_apart) {
    const sts_bytes one[] = {{"h", 1}, {"1", 1}}, two[] = {{"h", 1}, {"2", 1}}, null[] = {{"h", 1}, {NULL, 0}};
    sts_message messages[] = {keyed("k"), keyed("k"), keyed("k"), keyed("k"), keyed("k"), keyed("k"), keyed("k")};
    messages[1].topic = other_topic;
    messages[2].partition = 3;
    messages[3].headers = one;
    messages[4].headers = two;
    messages[5].headers = null;
    messages[3].header_count = messages[4].header_count = messages[5].header_count = 1;
    check_grouping(messages, (const uint64_t[]){1, 1, 1, 1, 1, 1, 2}, 7, (const size_t[]){0, 1, 2, 3, 4, 5, 6});
}

/* --- messages --- */

#define GATHER(how, ...) RIG_OPTIONS("gather", how, "encoding", "otlp_proto", "outcomes", "all", __VA_ARGS__)

/* A request of records with these keys (a space is none), with bodies of so many bytes. */
static void make_request(struct pb *request, const char *keys, size_t body_size) {
    struct otlp otlp = {0};
    for (; *keys; keys++) {
        const char key[] = {*keys, '\0'};
        char *text = calloc(1, body_size + 1);
        memset(text, *keys, body_size);
        otlp_add_record(&otlp, *keys == ' ' ? NULL : key, text);
        free(text);
    }
    otlp_finish(request, &otlp);
}

static sts_status export(struct rig *rig, const char *keys, uint64_t counts[STS_COUNTS]) {
    return lettered_export(rig->exporter, keys, keys, counts);
}

Test(gather, records_of_a_key_are_one_message) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, NULL, GATHER("key", "key", "attributes[\"stskafka.key\"]"));
    cr_assert_eq(export(&rig, "abacab", counts), STS_OK);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 6);
    rig_flush(&rig, counts);
    rig_check_sums(counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 6);
    lettered_check(&rig, "aaa,bb,c,");
    rig_close(&rig);
}

Test(gather, a_record_that_is_rejected_goes_alone_and_ends_what_is_gathered) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, NULL, GATHER("key", "key", "attributes[\"stskafka.key\"]"));
    cr_assert_eq(export(&rig, "aba aab", counts), STS_ERR_REJECTED);
    cr_assert_eq(counts[STS_COUNT_REJECTED], 1);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 6);
    rig_flush(&rig, counts);
    rig_check_sums(counts);
    lettered_check(&rig, "aa,b,aa,b,");
    rig_close(&rig);
}

Test(gather, a_message_is_split_where_it_would_be_too_large) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    struct pb request = {0};
    rig_open(&rig, NULL, GATHER("request", "key", "none", "max_message_bytes", "3000"));
    make_request(&request, "abcdefghij", 500);
    cr_assert_eq(rig_export(&rig, &request, counts), STS_OK);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 10);
    size_t messages = (size_t)sts_memory_transport_count(rig.memory);
    cr_assert(messages > 1 && messages < 5, "%zu", messages);
    for (size_t i = 0; i < messages; i++)
        cr_assert_leq(sts_memory_transport_message(rig.memory, i)->value.size, 3000);
    rig_close(&rig);
    pb_clear(&request);
}

/* The third is too large by itself. */
static void make_one_too_large(struct pb *request) {
    struct otlp otlp = {0};
    char large[4001];
    memset(large, 'y', 4000);
    large[4000] = '\0';
    for (int i = 0; i < 5; i++) {
        const char key[] = {(char)('a' + i), '\0'}, body[] = {(char)('a' + i), 'x', '\0'};
        otlp_add_record(&otlp, key, i == 2 ? large : body);
    }
    otlp_finish(request, &otlp);
}

Test(gather, a_record_that_is_too_large_by_itself_is_rejected_alone) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    struct pb request = {0};
    sts_error *error = NULL;
    rig_open(&rig, NULL, GATHER("request", "key", "none", "max_message_bytes", "3000"));
    make_one_too_large(&request);
    cr_assert_eq(sts_export_logs(rig.exporter, request.data, request.size, NULL, counts, STS_COUNTS, &error),
                 STS_ERR_REJECTED);
    cr_assert_not_null(strstr(sts_error_text(error), "record 2"), "%s", sts_error_text(error));
    sts_error_free(error);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 4);
    lettered_check(&rig, "ab,de,");
    rig_close(&rig);
    pb_clear(&request);
}

Test(gather, the_records_of_a_message_fail_together) {
    struct rig rig;
    struct outcome_log log;
    uint64_t counts[STS_COUNTS];
    outcome_log_init(&log);
    rig_open(&rig, "deliver,fail,deliver", GATHER("key", "key", "attributes[\"stskafka.key\"]"));
    cr_assert_eq(export(&rig, "abacab", counts), STS_OK);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 4);
    cr_assert_eq(counts[STS_COUNT_FAILED], 2);
    outcome_log_take(&log, rig.exporter, 6);
    for (uint64_t i = 0; i < 6; i++) {
        const struct outcome_copy outcome = outcome_log_find(&log, 'a', i);
        cr_assert_eq(outcome.kind, "abacab"[i] == 'b' ? STS_OUTCOME_FAILED : STS_OUTCOME_DELIVERED, "record %d",
                     (int)i);
    }
    rig_close(&rig);
    outcome_log_clear(&log);
}

Test(gather, what_is_gathered_is_accepted_as_a_whole_or_not_at_all) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, "hold*100",
             GATHER("key", "key", "attributes[\"stskafka.key\"]", "sending_queue.queue_size", "16",
                    "sending_queue.block_on_overflow", "false"));
    cr_assert_eq(export(&rig, "abcabcabcabcabcabcabc", counts), STS_ERR_QUEUE_FULL);
    uint64_t accepted = counts[STS_COUNT_ACCEPTED];
    cr_assert(accepted == 16, "windows of four: %d", (int)accepted);
    cr_assert_eq(export(&rig, "abc", counts), STS_ERR_QUEUE_FULL);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 0);
    rig_close(&rig);
}

Test(gather, an_encoding_that_cannot_be_joined_is_refused_by_name) {
    struct rig rig;
    struct pb request = {0};
    sts_error *error = NULL;
    otlp_numbered(&request, 1);
    rig_open(&rig, NULL, RIG_OPTIONS("gather", "key", "encoding", "body"));
    cr_assert_eq(sts_export_logs(rig.exporter, request.data, request.size, NULL, NULL, 0, &error), STS_ERR_CONFIG);
    cr_assert_not_null(strstr(sts_error_text(error), "body cannot be joined"), "%s", sts_error_text(error));
    sts_error_free(error);
    rig_close(&rig);
    pb_clear(&request);
}

/* --- explanations --- */

Test(gather, explanations_are_message_by_message) {
    struct rig rig;
    struct pb request = {0};
    char found[64] = "";
    make_request(&request, "aba ab", 3);
    rig_open(&rig, NULL, GATHER("key", "key", "attributes[\"stskafka.key\"]"));
    cr_assert_eq(sts_explain_logs(rig.exporter, request.data, request.size, NULL, lettered_note_explained, found, NULL),
                 STS_OK);
    cr_assert_str_eq(found, "02,1,3!4,5,");
    rig_close(&rig);
    pb_clear(&request);
}
