/* SPDX-License-Identifier: Apache-2.0
 *
 * Batches of log records are exported and explained as their bytes are. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "support/explained.h"
#include "support/log_batch.h"
#include "support/rig.h"

static sts_status put_list(sts_logs *logs, bool map, bool named, sts_error **error) {
    const char *name = named ? "name" : NULL;
    return map ? sts_logs_begin_kvlist(logs, name, error) : sts_logs_begin_array(logs, name, error);
}

/* Nests lists as deep as they go, and expects that the library's own reader takes that. */
static void expect_deepest(bool map, bool body) {
    struct rig rig;
    sts_logs *logs = sts_logs_new();
    sts_error *error = NULL;
    unsigned depth = 0;
    log_batch_add(logs, "key", "body");
    EXPECT_OK(sts_logs_add_record(logs, 0, NULL));
    if (body)
        EXPECT_OK(sts_logs_begin_body(logs, NULL));
    while (put_list(logs, map, depth ? map : !body, &error) == STS_OK)
        depth++;
    cr_assert_eq(sts_error_code(error), STS_ERR_TOO_DEEP);
    cr_assert_eq(depth, map ? 32 : 48);
    sts_error_free(error);
    for (; depth; depth--)
        EXPECT_OK(sts_logs_end(logs, NULL));
    rig_open(&rig, "", NULL);
    cr_assert_eq(sts_export_log_batch(rig.exporter, logs, NULL, NULL, 0, NULL), STS_ERR_REJECTED);
    rig_flush(&rig, NULL);
    rig_close(&rig);
    sts_logs_free(logs);
}

Test(log_batch, nests_as_deep_as_requests_may_be) {
    expect_deepest(false, false);
    expect_deepest(true, false);
    expect_deepest(false, true);
    expect_deepest(true, true);
}

static void expect_same_messages(struct rig *left, struct rig *right, size_t count) {
    rig_flush(left, NULL);
    rig_flush(right, NULL);
    cr_assert_eq(sts_memory_transport_count(left->memory), count);
    cr_assert_eq(sts_memory_transport_count(right->memory), count);
    for (size_t i = 0; i < count; i++) {
        const sts_message *a = sts_memory_transport_message(left->memory, i);
        const sts_message *b = sts_memory_transport_message(right->memory, i);
        cr_assert_eq(a->key.size, b->key.size);
        cr_assert_eq(memcmp(a->key.data, b->key.data, a->key.size), 0);
        cr_assert_eq(a->value.size, b->value.size);
        cr_assert_eq(!a->value.data, !b->value.data);
        cr_assert(!a->value.data || memcmp(a->value.data, b->value.data, a->value.size) == 0);
    }
}

/* Good ones, a tombstone, one without a key, one with a body that is no bytes. */
static void fill_with_good_and_bad(sts_logs *logs) {
    log_batch_add(logs, "a", "1");
    log_batch_add(logs, "b", "");
    EXPECT_OK(sts_logs_add_record(logs, 0, NULL));
    EXPECT_OK(sts_logs_set_body_bytes(logs, "x", 1, NULL));
    EXPECT_OK(sts_logs_add_record(logs, 0, NULL));
    EXPECT_OK(sts_logs_put_string(logs, "stskafka.key", "c", 1, NULL));
    EXPECT_OK(sts_logs_begin_body(logs, NULL));
    EXPECT_OK(sts_logs_put_string(logs, NULL, "text", 4, NULL));
    log_batch_add(logs, "a", "2");
}

Test(log_batch, is_exported_and_explained_as_its_bytes) {
    struct rig batch;
    struct rig plain;
    uint64_t of_batch[STS_COUNTS];
    uint64_t of_bytes[STS_COUNTS];
    struct explained_list told = {0};
    struct explained_list expected = {0};
    sts_logs *logs = sts_logs_new();
    rig_open(&batch, "", NULL);
    rig_open(&plain, "", NULL);
    fill_with_good_and_bad(logs);
    struct pb otlp = log_batch_copy(logs);
    explained_add(&expected, plain.exporter, &otlp, NULL);
    EXPECT_OK(sts_explain_log_batch(batch.exporter, logs, NULL, explained_keep, &told, NULL));
    cr_assert_eq(told.count, 5);
    for (size_t i = 0; i < told.count; i++) {
        cr_assert_eq(told.items[i].code, expected.items[i].code);
        cr_assert_str_eq(told.items[i].text, expected.items[i].text);
        cr_assert_eq(told.items[i].partition, expected.items[i].partition);
    }
    sts_error *error = NULL;
    cr_assert_eq(sts_export_log_batch(batch.exporter, logs, NULL, of_batch, STS_COUNTS, &error), STS_ERR_REJECTED);
    cr_assert_not_null(error);
    cr_assert_eq(rig_export(&plain, &otlp, of_bytes), STS_ERR_REJECTED);
    cr_assert_eq(memcmp(of_batch, of_bytes, sizeof of_batch), 0);
    cr_assert_eq(of_batch[STS_COUNT_REJECTED], 2);
    expect_same_messages(&batch, &plain, 3);
    sts_error_free(error);
    pb_clear(&otlp);
    explained_clear(&told);
    explained_clear(&expected);
    sts_logs_free(logs);
    rig_close(&batch);
    rig_close(&plain);
}

Test(log_batch, counts_nothing_where_it_cannot_be_exported) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    sts_logs *logs = sts_logs_new();
    memset(counts, 0xff, sizeof counts);
    rig_open(&rig, "", NULL);
    EXPECT_OK(sts_logs_add_record(logs, 0, NULL));
    EXPECT_OK(sts_logs_begin_body(logs, NULL));
    cr_assert_eq(sts_export_log_batch(rig.exporter, logs, NULL, counts, STS_COUNTS, NULL), STS_ERR_ELEMENT);
    cr_assert_eq(counts[STS_COUNT_RECORDS], 0);
    cr_assert_eq(sts_export_log_batch(rig.exporter, NULL, NULL, NULL, 0, NULL), STS_ERR_INVALID_ARGUMENT);
    sts_logs_reset(logs);
    EXPECT_OK(sts_export_log_batch(rig.exporter, logs, NULL, counts, STS_COUNTS, NULL));
    cr_assert_eq(sts_explain_log_batch(rig.exporter, logs, NULL, NULL, NULL, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_export_log_batch(NULL, logs, NULL, NULL, 0, NULL), STS_ERR_INVALID_ARGUMENT);
    sts_logs_free(logs);
    rig_close(&rig);
}

/* Uses the batch that is being explained. */
struct again {
    sts_exporter *exporter;
    sts_logs *logs;
    bool change;
    sts_status status;
    struct explained_list told;
};

static void explain_again(const sts_explanation *explanation, void *user) {
    struct again *again = user;
    if (sts_explanation_index(explanation) > 0)
        return;
    if (again->change) {
        sts_logs_reset(again->logs);
        log_batch_add(again->logs, "other", "body");
    }
    again->status = sts_explain_log_batch(again->exporter, again->logs, NULL, explained_keep, &again->told, NULL);
}

Test(log_batch, may_be_used_inside_its_own_explanation) {
    struct rig rig;
    sts_logs *logs = sts_logs_new();
    rig_open(&rig, "", NULL);
    log_batch_add(logs, "a", "1");
    log_batch_add(logs, "b", "2");
    struct again same = {.exporter = rig.exporter, .logs = logs};
    EXPECT_OK(sts_explain_log_batch(rig.exporter, logs, NULL, explain_again, &same, NULL));
    EXPECT_OK(same.status);
    cr_assert_eq(same.told.count, 2);
    struct again changed = {.exporter = rig.exporter, .logs = logs, .change = true};
    EXPECT_OK(sts_explain_log_batch(rig.exporter, logs, NULL, explain_again, &changed, NULL));
    cr_assert_eq(changed.status, STS_ERR_REENTRANT);
    EXPECT_OK(sts_explain_log_batch(rig.exporter, logs, NULL, explained_keep, &changed.told, NULL));
    cr_assert_eq(changed.told.count, 1);
    explained_check_key(&changed.told.items[0], "other", "what was added in the callback");
    explained_clear(&same.told);
    explained_clear(&changed.told);
    sts_logs_free(logs);
    rig_close(&rig);
}

Test(log_batch, holds_many_records_in_order) {
    enum { RECORDS = 100000, KEYS = 100 };
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    sts_logs *logs = sts_logs_new();
    char key[16];
    char body[16];
    for (unsigned i = 0; i < RECORDS; i++) {
        snprintf(key, sizeof key, "key-%u", i % KEYS);
        snprintf(body, sizeof body, "body-%u", i);
        log_batch_add(logs, key, body);
    }
    cr_assert_eq(sts_logs_count(logs), RECORDS);
    rig_open(&rig, "", NULL);
    EXPECT_OK(sts_export_log_batch(rig.exporter, logs, NULL, counts, STS_COUNTS, NULL));
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], RECORDS);
    for (unsigned i = 0; i < RECORDS; i++) {
        const sts_message *message = sts_memory_transport_message(rig.memory, i);
        snprintf(body, sizeof body, "body-%u", i);
        cr_assert_eq(message->value.size, strlen(body));
        cr_assert_eq(memcmp(message->value.data, body, message->value.size), 0);
    }
    sts_logs_free(logs);
    rig_close(&rig);
}
