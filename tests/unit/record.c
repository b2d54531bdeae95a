/* SPDX-License-Identifier: Apache-2.0
 *
 * Records of the host's own (sts_export_record), and keys that are given beside a record (sts_logs_set_key). */
#include <string.h>

#include <criterion/criterion.h>

#include "support/explained.h"
#include "support/log_batch.h"
#include "support/rig.h"

static bool is(sts_bytes bytes, const char *text) {
    return bytes.data && bytes.size == strlen(text) && memcmp(bytes.data, text, bytes.size) == 0;
}

static const sts_message *message(const struct rig *rig, size_t index) {
    const sts_message *found = sts_memory_transport_message(rig->memory, index);
    cr_assert_not_null(found);
    return found;
}

Test(record, goes_as_it_is) {
    static const char key[] = "k\0ey";
    struct rig rig;
    const sts_bytes headers[] = {{"a", 1}, {"1", 1}, {"b", 1}, {NULL, 0}};
    rig_open(&rig, "", RIG_OPTIONS("record_headers.all", "yes", "encoding", "json_record", "gather", "key"));
    EXPECT_OK(sts_export_record(rig.exporter, "other", key, 4, "value", 5, headers, 2, NULL, NULL));
    EXPECT_OK(sts_export_record(rig.exporter, NULL, NULL, 0, NULL, 0, NULL, 0, NULL, NULL));
    EXPECT_OK(sts_export_record(rig.exporter, NULL, "", 0, "", 0, NULL, 0, NULL, NULL));
    rig_flush(&rig, NULL);
    const sts_message *first = message(&rig, 0);
    cr_assert_str_eq(first->topic, "other");
    cr_assert(first->key.size == 4 && memcmp(first->key.data, key, 4) == 0);
    cr_assert(is(first->value, "value"));
    cr_assert_eq(first->header_count, 3);
    cr_assert(is(first->headers[0], "all") && is(first->headers[1], "yes"));
    cr_assert(is(first->headers[2], "a") && is(first->headers[3], "1"));
    cr_assert(is(first->headers[4], "b") && !first->headers[5].data);
    cr_assert_str_eq(first->headers[4].data, "b");
    const sts_message *null = message(&rig, 1);
    cr_assert_str_eq(null->topic, sts_options_get(rig.options, "topic"));
    cr_assert(!null->key.data && !null->value.data);
    cr_assert_eq(null->header_count, 1);
    const sts_message *empty = message(&rig, 2);
    cr_assert(empty->key.data && !empty->key.size && empty->value.data && !empty->value.size);
    rig_close(&rig);
}

static void refused(struct rig *rig, const char *topic, sts_bytes key, sts_bytes value, const sts_bytes *headers,
                    sts_status status, const char *why) {
    sts_error *error = NULL;
    sts_status got = sts_export_record(rig->exporter, topic, key.data, key.size, value.data, value.size, headers,
                                       headers ? 1 : 0, NULL, &error);
    cr_assert_eq(got, status, "%s", sts_error_text(error));
    cr_assert_not_null(strstr(sts_error_text(error), why), "%s", sts_error_text(error));
    sts_error_free(error);
}

Test(record, is_held_to_the_limits) {
    static char large[2000];
    const sts_bytes key = {"k", 1}, value = {"v", 1};
    const sts_bytes nul[] = {{"a\0b", 3}, {"1", 1}}, latin[] = {{"\xe9", 1}, {"1", 1}},
                    missing[] = {{NULL, 1}, {"1", 1}};
    struct rig rig;
    rig_open(&rig, "",
             RIG_OPTIONS("max_message_bytes", "1500", "max_key_bytes", "3", "empty_key", "reject", "topics.allow",
                         "good*", "outcomes", "all"));
    refused(&rig, "bad topic", key, value, NULL, STS_ERR_REJECTED, "STS_ERR_TOPIC_INVALID");
    refused(&rig, "", key, value, NULL, STS_ERR_REJECTED, "STS_ERR_TOPIC_INVALID");
    refused(&rig, "other", key, value, NULL, STS_ERR_REJECTED, "STS_ERR_TOPIC_REFUSED");
    refused(&rig, "good", (sts_bytes){"long", 4}, value, NULL, STS_ERR_REJECTED, "STS_ERR_KEY_SIZE");
    refused(&rig, "good", (sts_bytes){"", 0}, value, NULL, STS_ERR_REJECTED, "STS_ERR_KEY_EMPTY");
    refused(&rig, "good", key, (sts_bytes){large, sizeof large}, NULL, STS_ERR_REJECTED, "STS_ERR_RECORD_SIZE");
    refused(&rig, "good", key, value, nul, STS_ERR_REJECTED, "STS_ERR_HEADER");
    refused(&rig, "good", key, value, latin, STS_ERR_REJECTED, "STS_ERR_HEADER");
    refused(&rig, "good", key, value, missing, STS_ERR_INVALID_ARGUMENT, "NULL");
    refused(&rig, "good", (sts_bytes){NULL, 1}, value, NULL, STS_ERR_INVALID_ARGUMENT, "NULL");
    refused(&rig, "good", key, (sts_bytes){NULL, 1}, NULL, STS_ERR_INVALID_ARGUMENT, "NULL");
    cr_assert_eq(sts_export_record(rig.exporter, "good", "k", 1, "v", 1, NULL, 1, NULL, NULL),
                 STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_export_record(NULL, "good", "k", 1, "v", 1, NULL, 0, NULL, NULL), STS_ERR_INVALID_ARGUMENT);
    EXPECT_OK(sts_export_record(rig.exporter, "good", "k", 1, "v", 1, NULL, 0, NULL, NULL));
    uint64_t counts[STS_COUNTS];
    rig_flush(&rig, counts);
    rig_check_sums(counts);
    cr_assert_eq(counts[STS_COUNT_REJECTED], 8);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 1);
    rig_close(&rig);
}

/* Its token and its place come back, and it is where its key belongs. */
Test(record, has_an_outcome_and_a_partition) {
    struct rig rig;
    int32_t partition;
    rig_open(&rig, "", RIG_OPTIONS("outcomes", "all"));
    sts_export_context *context = sts_export_context_new();
    sts_outcomes *outcomes = sts_outcomes_new(4);
    EXPECT_OK(sts_export_context_set_token(context, 77));
    EXPECT_OK(sts_export_record(rig.exporter, NULL, "user-1", 6, "v", 1, NULL, 0, context, NULL));
    EXPECT_OK(sts_exporter_take_outcomes(rig.exporter, outcomes, RIG_DEADLINE_MS));
    cr_assert_eq(sts_outcomes_count(outcomes), 1);
    const sts_outcome *outcome = sts_outcomes_at(outcomes, 0);
    cr_assert_eq(sts_outcome_token(outcome), 77);
    cr_assert_eq(sts_outcome_index(outcome), 0);
    cr_assert_eq(sts_outcome_kind(outcome), STS_OUTCOME_DELIVERED);
    EXPECT_OK(sts_partition("java", "user-1", 6, 4, &partition));
    cr_assert_eq(sts_outcome_partition(outcome), partition);
    sts_outcomes_free(outcomes);
    sts_export_context_free(context);
    rig_close(&rig);
}

/* Records: one with a key beside it, one without, one with a null key, one with an empty one. */
static sts_logs *keyed(void) {
    sts_logs *logs = sts_logs_new();
    static const char *const bodies[] = {"given", "made", "null", "empty"};
    for (size_t i = 0; i < 4; i++) {
        if (i % 2 == 0)
            EXPECT_OK(sts_logs_add_resource(logs, NULL));
        EXPECT_OK(sts_logs_add_record(logs, 0, NULL));
        EXPECT_OK(sts_logs_set_body_text(logs, bodies[i], NULL));
        EXPECT_OK(sts_logs_put_text(logs, "user", "alice", NULL));
        if (i == 0) {
            EXPECT_OK(sts_logs_set_key(logs, "first", 5, NULL));
            EXPECT_OK(sts_logs_set_key(logs, "k1", 2, NULL)); /* the last counts */
        }
        if (i == 2)
            EXPECT_OK(sts_logs_set_key(logs, NULL, 0, NULL));
        if (i == 3)
            EXPECT_OK(sts_logs_set_key(logs, "", 0, NULL));
    }
    return logs;
}

static void check_keyed(const struct rig *rig, size_t from) {
    cr_assert(is(message(rig, from)->key, "k1") && is(message(rig, from)->value, "given"));
    cr_assert(is(message(rig, from + 1)->key, "alice") && is(message(rig, from + 1)->value, "made"));
    cr_assert(!message(rig, from + 2)->key.data && is(message(rig, from + 2)->value, "null"));
    cr_assert(message(rig, from + 3)->key.data && !message(rig, from + 3)->key.size);
}

Test(set_key, is_the_key_in_place_of_the_spec) {
    struct rig rig;
    sts_logs *logs = keyed();
    rig_open(&rig, "", RIG_OPTIONS("key", "attributes[\"user\"]", "encoding", "raw_text"));
    EXPECT_OK(sts_export_log_batch(rig.exporter, logs, NULL, NULL, 0, NULL));
    EXPECT_OK(sts_export_log_batch(rig.exporter, logs, NULL, NULL, 0, NULL));
    rig_flush(&rig, NULL);
    check_keyed(&rig, 0);
    check_keyed(&rig, 4);
    sts_logs_reset(logs); /* and the keys are gone */
    EXPECT_OK(sts_logs_add_record(logs, 0, NULL));
    EXPECT_OK(sts_logs_set_body_text(logs, "x", NULL));
    EXPECT_OK(sts_logs_put_text(logs, "user", "bob", NULL));
    EXPECT_OK(sts_export_log_batch(rig.exporter, logs, NULL, NULL, 0, NULL));
    rig_flush(&rig, NULL);
    cr_assert(is(message(&rig, 8)->key, "bob"));
    sts_logs_free(logs);
    rig_close(&rig);
}

/* It is no attribute, and in no value. */
Test(set_key, is_not_in_the_request) {
    sts_logs *with = keyed(), *without = sts_logs_new();
    static const char *const bodies[] = {"given", "made", "null", "empty"};
    for (size_t i = 0; i < 4; i++) {
        if (i % 2 == 0)
            EXPECT_OK(sts_logs_add_resource(without, NULL));
        EXPECT_OK(sts_logs_add_record(without, 0, NULL));
        EXPECT_OK(sts_logs_begin_body(without, NULL));
        EXPECT_OK(sts_logs_put_string(without, NULL, bodies[i], strlen(bodies[i]), NULL));
        EXPECT_OK(sts_logs_put_string(without, "user", "alice", 5, NULL));
    }
    sts_bytes left = log_batch_bytes(with), right = log_batch_bytes(without);
    cr_assert_eq(left.size, right.size);
    cr_assert_eq(memcmp(left.data, right.data, left.size), 0);
    sts_logs_free(with);
    sts_logs_free(without);
}

Test(set_key, is_explained_and_gathered) {
    struct explained_list list = {NULL, 0, 0};
    sts_logs *logs = keyed();
    sts_options *options =
        rig_options(RIG_OPTIONS("transport", "none", "key", "attributes[\"user\"]", "encoding", "raw_text"));
    sts_exporter *exporter = rig_new(options);
    EXPECT_OK(sts_explain_log_batch(exporter, logs, NULL, explained_keep, &list, NULL));
    cr_assert_eq(list.count, 4);
    explained_check_key(&list.items[0], "k1", "given");
    cr_assert_str_eq(list.items[0].key_from, "sts_logs_set_key");
    explained_check_key(&list.items[1], "alice", "made");
    explained_check_key(&list.items[2], NULL, "null");
    explained_clear(&list);
    sts_exporter_free(exporter, 0);
    sts_options_free(options);

    struct rig rig;
    rig_open(&rig, "", RIG_OPTIONS("key", "attributes[\"user\"]", "encoding", "json_record", "gather", "key"));
    EXPECT_OK(sts_logs_add_record(logs, 0, NULL));
    EXPECT_OK(sts_logs_set_body_text(logs, "more", NULL));
    EXPECT_OK(sts_logs_set_key(logs, "k1", 2, NULL));
    EXPECT_OK(sts_export_log_batch(rig.exporter, logs, NULL, NULL, 0, NULL));
    rig_flush(&rig, NULL);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 4); /* k1 twice in one */
    cr_assert(is(message(&rig, 0)->key, "k1"));
    cr_assert_not_null(memchr(message(&rig, 0)->value.data, '\n', message(&rig, 0)->value.size));
    rig_close(&rig);
    sts_logs_free(logs);
}

Test(set_key, is_held_to_the_options) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    sts_logs *logs = keyed();
    rig_open(&rig, "",
             RIG_OPTIONS("key", "attributes[\"user\"]", "encoding", "raw_text", "max_key_bytes", "1", "empty_key",
                         "reject"));
    cr_assert_eq(sts_export_log_batch(rig.exporter, logs, NULL, counts, STS_COUNTS, NULL), STS_ERR_REJECTED);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 1); /* the null key */
    cr_assert_eq(sts_exporter_rejected(rig.exporter, STS_ERR_KEY_EMPTY), 1);
    cr_assert_eq(sts_exporter_rejected(rig.exporter, STS_ERR_KEY_SIZE), 2);
    rig_close(&rig);
    sts_logs_free(logs);
}

Test(set_key, needs_a_record) {
    sts_logs *logs = sts_logs_new();
    sts_error *error = NULL;
    cr_assert_eq(sts_logs_set_key(logs, "k", 1, &error), STS_ERR_ELEMENT);
    sts_error_free(error);
    EXPECT_OK(sts_logs_add_record(logs, 0, NULL));
    EXPECT_OK(sts_logs_begin_body(logs, NULL));
    cr_assert_eq(sts_logs_set_key(logs, "k", 1, NULL), STS_ERR_ELEMENT);
    EXPECT_OK(sts_logs_put_text(logs, NULL, "b", NULL));
    cr_assert_eq(sts_logs_set_key(logs, NULL, 1, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_logs_set_key(NULL, "k", 1, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_logs_put_text(logs, "a", NULL, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_logs_set_body_text(logs, NULL, NULL), STS_ERR_INVALID_ARGUMENT);
    sts_logs_free(logs);
}
