/* SPDX-License-Identifier: Apache-2.0
 *
 * An exporter whose queue is on disk: what it accepted has its outcome, in this process or in a later one. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/lettered.h"
#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"
#include "support/store_folder.h"

/* An exporter over the folder; `pairs` may be NULL. */
static void open_stored(struct rig *rig, const struct store_folder *folder, const char *script,
                        const char *const *pairs) {
    rig_prepare(rig, script, RIG_OPTIONS("sending_queue.storage", folder->path, "outcomes", "all"));
    rig_set(rig->options, pairs);
    rig_start(rig);
}

static sts_status export_with_token(struct rig *rig, const struct pb *otlp, uint64_t token, uint64_t *counts) {
    sts_export_context *context = sts_export_context_new();
    sts_export_context_set_token(context, token);
    sts_status status = sts_export_logs(rig->exporter, otlp->data, otlp->size, context, counts, STS_COUNTS, NULL);
    sts_export_context_free(context);
    return status;
}

static uint64_t queue_value(struct rig *rig, int index) {
    uint64_t values[STS_QUEUE_VALUES];
    cr_assert_eq(sts_exporter_queue(rig->exporter, values, STS_QUEUE_VALUES), STS_OK);
    return values[index];
}

static void check_key(const struct rig *rig, size_t at, const char *key) {
    const sts_message *message = sts_memory_transport_message(rig->memory, at);
    cr_assert(message, "message %zu", at);
    cr_assert_eq(message->key.size, strlen(key), "message %zu", at);
    cr_assert_eq(memcmp(message->key.data, key, message->key.size), 0, "message %zu", at);
}

/* The messages in memory are the numbered records `first` to `end` - 1, once each, in order. */
static void check_numbered(const struct rig *rig, unsigned first, unsigned end) {
    cr_assert_eq(sts_memory_transport_count(rig->memory), end - first);
    for (unsigned i = first; i < end; i++) {
        char key[32];
        snprintf(key, sizeof key, "key-%u", i);
        check_key(rig, i - first, key);
    }
}

/* Closes it, which leaves so many records stored. */
static void close_with(struct rig *rig, uint64_t left) {
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    sts_status status = sts_exporter_close(rig->exporter, left ? 0 : RIG_DEADLINE_MS, counts, STS_COUNTS, &error);
    cr_assert_eq(status, STS_OK, "%s", sts_error_text(error));
    cr_assert_eq(counts[STS_COUNT_PENDING], left);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], counts[STS_COUNT_DELIVERED] + counts[STS_COUNT_FAILED] +
                                                 counts[STS_COUNT_UNCERTAIN] + counts[STS_COUNT_PURGED] + left);
    rig_close(rig);
}

Test(storage, records_go_through_it_and_leave_it_by_their_outcomes) {
    static const char *const ways[][2] = {{"commit", "true"},    {"commit", "false"}, {"interval", "true"},
                                          {"interval", "false"}, {"none", "true"},    {"none", "false"}};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct store_folder folder;
        struct rig rig;
        uint64_t counts[STS_COUNTS];
        store_folder_make(&folder);
        open_stored(&rig, &folder, "",
                    RIG_OPTIONS("sending_queue.storage.sync", ways[i][0], "service_thread", ways[i][1]));
        cr_assert_eq(rig_export_numbered(&rig, 500, counts), STS_OK);
        cr_assert_eq(counts[STS_COUNT_ACCEPTED], 500u);
        rig_flush(&rig, counts);
        rig_check_sums(counts);
        cr_assert_eq(counts[STS_COUNT_DELIVERED], 500u);
        cr_assert_eq(counts[STS_COUNT_POSSIBLE_DUPLICATES], 0u);
        check_numbered(&rig, 0, 500);
        cr_assert_eq(queue_value(&rig, STS_QUEUE_STORED_RECORDS), 0u);
        cr_assert_gt(queue_value(&rig, STS_QUEUE_STORED_BYTES), 0u);
        if (strcmp(ways[i][0], "commit") == 0)
            cr_assert_gt(queue_value(&rig, STS_QUEUE_STORE_SYNCS), 0u);
        close_with(&rig, 0);
        open_stored(&rig, &folder, "", NULL);
        rig_flush(&rig, counts);
        cr_assert_eq(counts[STS_COUNT_RECORDS], 0u, "nothing comes again");
        close_with(&rig, 0);
        store_folder_remove(&folder);
    }
}

Test(storage, what_has_no_outcome_goes_again_after_a_restart_as_it_was) {
    struct store_folder folder;
    struct rig rig;
    struct otlp otlp = {0};
    struct pb request = {0};
    struct outcome_log log;
    uint64_t counts[STS_COUNTS];
    store_folder_make(&folder);
    otlp_add_record(&otlp, "delivered", "at once");
    struct pb key = otlp_text("a key");
    struct pb topic = otlp_text("another-topic");
    struct pb body = otlp_bytes("some\0bytes", 10);
    otlp_add(&otlp, &key, &topic, &body);
    otlp_add_record(&otlp, "", "an empty key");
    otlp_add_record(&otlp, NULL, "no key");
    otlp_add_record(&otlp, "gone", ""); /* a tombstone */
    otlp_finish(&request, &otlp);
    const char *const *options =
        RIG_OPTIONS("missing_key", "null", "record_headers.a", "b", "record_headers.empty", "");
    open_stored(&rig, &folder, "deliver,hold*4", options);
    cr_assert_eq(export_with_token(&rig, &request, 77, counts), STS_OK);
    outcome_log_init(&log);
    outcome_log_take(&log, rig.exporter, 1);
    cr_assert_eq(outcome_log_find(&log, 77, 0).may_be_duplicate, 0);
    outcome_log_clear(&log);
    close_with(&rig, 4);

    outcome_log_init(&log);
    open_stored(&rig, &folder, "", options);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 4u);
    cr_assert_eq(counts[STS_COUNT_POSSIBLE_DUPLICATES], 4u);
    cr_assert_eq(counts[STS_COUNT_NULL_KEYS], 1u);
    cr_assert_eq(counts[STS_COUNT_EMPTY_KEYS], 1u);
    cr_assert_eq(counts[STS_COUNT_MISSING_KEYS], 1u);
    cr_assert_eq(queue_value(&rig, STS_QUEUE_RECOVERED_RECORDS), 4u);
    outcome_log_take(&log, rig.exporter, 4);
    for (uint64_t i = 1; i < 5; i++)
        cr_assert_eq(outcome_log_find(&log, 77, i).may_be_duplicate, 1);
    cr_assert_str_eq(outcome_log_find(&log, 77, 1).topic, "another-topic");
    const sts_message *message = sts_memory_transport_message(rig.memory, 0);
    cr_assert_str_eq(message->topic, "another-topic");
    cr_assert(message->value.size == 10 && memcmp(message->value.data, "some\0bytes", 10) == 0);
    cr_assert_eq(message->header_count, 2u);
    cr_assert(message->headers[1].size == 1 && *(const char *)message->headers[1].data == 'b');
    cr_assert(message->headers[3].data && message->headers[3].size == 0);
    check_key(&rig, 0, "a key");
    message = sts_memory_transport_message(rig.memory, 1);
    cr_assert(message->key.data && message->key.size == 0);
    cr_assert_null(sts_memory_transport_message(rig.memory, 2)->key.data);
    cr_assert_null(sts_memory_transport_message(rig.memory, 3)->value.data);
    cr_assert_not_null(sts_memory_transport_message(rig.memory, 2)->value.data);
    outcome_log_clear(&log);
    close_with(&rig, 0);
    pb_clear(&request);
    store_folder_remove(&folder);
}

Test(storage, memory_holds_a_window_of_it) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    store_folder_make(&folder);
    open_stored(&rig, &folder, "hold*1000", RIG_OPTIONS("sending_queue.queue_size", "10"));
    cr_assert_eq(rig_export_numbered(&rig, 500, counts), STS_OK, "it is stored, whatever has room in memory");
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 500u);
    cr_assert_eq(sts_exporter_counts(rig.exporter, counts, STS_COUNTS), STS_OK);
    cr_assert_eq(counts[STS_COUNT_PENDING], 500u);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 500u);
    cr_assert_leq(queue_value(&rig, STS_QUEUE_RECORDS), 10u);
    cr_assert_eq(queue_value(&rig, STS_QUEUE_STORED_RECORDS), 500u);
    cr_assert_eq(sts_flush(rig.exporter, 50, NULL, 0, NULL), STS_ERR_TIMED_OUT);
    close_with(&rig, 500);
    for (int i = 0; i < 3; i++) { /* again and again */
        open_stored(&rig, &folder, "hold*1000", RIG_OPTIONS("sending_queue.queue_size", "10"));
        cr_assert_eq(queue_value(&rig, STS_QUEUE_STORED_RECORDS), 500u);
        close_with(&rig, 500);
    }
    open_stored(&rig, &folder, "", RIG_OPTIONS("sending_queue.queue_size", "10", "outcomes", "counts"));
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 500u);
    check_numbered(&rig, 0, 500);
    close_with(&rig, 0);
    store_folder_remove(&folder);
}

Test(storage, a_transport_without_room_gets_all_in_order) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    store_folder_make(&folder);
    open_stored(&rig, &folder, "full,deliver*3,full,full,deliver*40,full,deliver*1,full", NULL);
    cr_assert_eq(rig_export_numbered(&rig, 200, counts), STS_OK);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 200u);
    check_numbered(&rig, 0, 200);
    close_with(&rig, 0);
    store_folder_remove(&folder);
}

/* A store of 2 MiB, and records of 10,000 bytes. */
static void fill(struct rig *rig, struct pb *request) {
    static char body[10001];
    struct otlp otlp = {0};
    memset(body, 'x', sizeof body - 1);
    for (int i = 0; i < 300; i++) {
        char key[32];
        snprintf(key, sizeof key, "key-%d", i);
        otlp_add_record(&otlp, key, body);
    }
    otlp_finish(request, &otlp);
    rig_set(rig->options, RIG_OPTIONS("sending_queue.storage.max_bytes", "2MiB", "max_message_bytes", "100000"));
}

Test(storage, a_full_store_refuses_and_is_resumed_where_it_stopped) {
    struct store_folder folder;
    struct rig rig;
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    uint64_t first;
    store_folder_make(&folder);
    rig_prepare(&rig, "hold*1000", RIG_OPTIONS("sending_queue.storage", folder.path, "service_thread", "false"));
    fill(&rig, &request);
    rig_start(&rig);
    cr_assert_eq(export_with_token(&rig, &request, 1, counts), STS_ERR_QUEUE_FULL);
    first = counts[STS_COUNT_ACCEPTED];
    cr_assert(first > 150 && first < 215, "%d", (int)first);
    cr_assert_leq(queue_value(&rig, STS_QUEUE_STORED_BYTES), 2u << 20);
    close_with(&rig, first);
    rig_prepare(&rig, "", RIG_OPTIONS("sending_queue.storage", folder.path));
    struct pb unused = {0};
    fill(&rig, &unused);
    rig_start(&rig);
    sts_export_context *context = sts_export_context_new();
    sts_export_context_set_first_record(context, first); /* waits for room, which comes as records are delivered */
    cr_assert_eq(sts_export_logs(rig.exporter, request.data, request.size, context, counts, STS_COUNTS, NULL), STS_OK);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 300 - first);
    rig_flush(&rig, NULL);
    check_numbered(&rig, 0, 300);
    sts_export_context_free(context);
    close_with(&rig, 0);
    pb_clear(&unused);
    pb_clear(&request);
    store_folder_remove(&folder);
}

Test(storage, gathered_messages_are_stored_whole) {
    struct store_folder folder;
    struct rig rig;
    struct outcome_log log;
    uint64_t counts[STS_COUNTS];
    const char *const *options = RIG_OPTIONS("gather", "key", "encoding", "otlp_proto");
    store_folder_make(&folder);
    outcome_log_init(&log);
    open_stored(&rig, &folder, "hold*10", options);
    cr_assert_eq(lettered_export(rig.exporter, "xyxxy ", "abcdef", counts), STS_ERR_REJECTED, "one has no key");
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 5u);
    outcome_log_take(&log, rig.exporter, 1);
    outcome_log_clear(&log);
    close_with(&rig, 5);
    outcome_log_init(&log);
    open_stored(&rig, &folder, "", options);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 5u);
    cr_assert_eq(counts[STS_COUNT_MESSAGES], 2u);
    lettered_check(&rig, "acd,be,");
    outcome_log_take(&log, rig.exporter, 5);
    static const uint64_t indices[] = {0, 1, 2, 3, 4};
    for (size_t i = 0; i < 5; i++)
        cr_assert_eq(outcome_log_find(&log, 'a', indices[i]).kind, STS_OUTCOME_DELIVERED);
    outcome_log_clear(&log);
    close_with(&rig, 0);
    open_stored(&rig, &folder, "", options);
    close_with(&rig, 0);
    store_folder_remove(&folder);
}

/* Opens the folder with next to no room in memory, where all that is stored has its outcome, in its order. */
static void drain_with_little_room(struct rig *rig, const struct store_folder *folder, uint64_t records) {
    uint64_t counts[STS_COUNTS];
    struct outcome_log log;
    outcome_log_init(&log);
    open_stored(rig, folder, "",
                RIG_OPTIONS("sending_queue.queue_size", "2", "sending_queue.max_bytes", "65536", "max_message_bytes",
                            "60000", "gather", "key", "encoding", "otlp_proto", "dead_letter.topic", "dead-letters"));
    outcome_log_take(&log, rig->exporter, records);
    rig_flush(rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], records);
    rig_check_sums(counts);
    outcome_log_clear(&log);
}

/* Messages, and a dead letter, that are larger than memory is by now. */
Test(storage, what_was_stored_when_there_was_more_room_goes_alone) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    struct otlp otlp = {0};
    struct pb request = {0};
    static char large[200001];
    store_folder_make(&folder);
    open_stored(&rig, &folder, "hold*100",
                RIG_OPTIONS("gather", "key", "encoding", "otlp_proto", "dead_letter.topic", "dead-letters"));
    cr_assert_eq(lettered_export(rig.exporter, "yxxxxxxxxz", "aabcdefghb", counts), STS_OK);
    cr_assert_eq(lettered_export(rig.exporter, "uuuuuuuu", "ABCDEFGH", counts), STS_OK);
    cr_assert_eq(lettered_export(rig.exporter, "vvvvvvvvwww", "hgfedcbaabc", counts), STS_OK);
    memset(large, 'x', sizeof large - 1);
    otlp_add_record(&otlp, NULL, large);
    otlp_add_record(&otlp, "key", large);
    otlp_finish(&request, &otlp);
    cr_assert_eq(export_with_token(&rig, &request, 1, counts), STS_ERR_REJECTED);
    close_with(&rig, 10 + 8 + 11 + 1);
    drain_with_little_room(&rig, &folder, 10 + 8 + 11 + 1);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 8u);
    lettered_check(&rig, "a,abcdefgh,b,abcdefgh,hgfedcba,abc,,,");
    cr_assert_str_eq(sts_memory_transport_message(rig.memory, 6)->topic, "dead-letters");
    close_with(&rig, 0);
    pb_clear(&request);
    store_folder_remove(&folder);
}

/* More records than the ledger of the later exporter is made for. */
Test(storage, a_message_may_have_more_records_than_the_queue_by_now) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    store_folder_make(&folder);
    open_stored(&rig, &folder, "hold*100", RIG_OPTIONS("gather", "key", "encoding", "otlp_proto", "key", "\"k\""));
    cr_assert_eq(rig_export_numbered(&rig, 8000, counts), STS_OK);
    cr_assert_eq(counts[STS_COUNT_MESSAGES], 0u, "so far");
    close_with(&rig, 8000);
    drain_with_little_room(&rig, &folder, 8000);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 1u);
    close_with(&rig, 0);
    store_folder_remove(&folder);
}

Test(storage, dead_letters_are_stored_too) {
    struct store_folder folder;
    struct rig rig;
    struct otlp otlp = {0};
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    const char *const *options = RIG_OPTIONS("dead_letter.topic", "dead-letters", "outcomes", "counts");
    store_folder_make(&folder);
    otlp_add_record(&otlp, NULL, "no key");
    otlp_add_record(&otlp, "key", "good");
    otlp_finish(&request, &otlp);
    open_stored(&rig, &folder, "hold*10", options);
    cr_assert_eq(export_with_token(&rig, &request, 1, counts), STS_ERR_REJECTED);
    close_with(&rig, 1);
    open_stored(&rig, &folder, "", options);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 1u);
    cr_assert_eq(counts[STS_COUNT_DEAD_LETTERS], 1u);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 2u);
    cr_assert_str_eq(sts_memory_transport_message(rig.memory, 0)->topic, "dead-letters");
    close_with(&rig, 0);
    pb_clear(&request);
    store_folder_remove(&folder);
}

/* What the transport refuses for good fails, and its letter is stored before it has gone. */
Test(storage, what_is_refused_fails_and_its_dead_letter_arrives) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    store_folder_make(&folder);
    open_stored(&rig, &folder, "deliver,refuse,deliver,fail,deliver",
                RIG_OPTIONS("dead_letter.topic", "dead-letters", "outcomes", "counts"));
    cr_assert_eq(rig_export_numbered(&rig, 5, counts), STS_OK);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 3u);
    cr_assert_eq(counts[STS_COUNT_FAILED], 2u);
    cr_assert_geq(counts[STS_COUNT_DEAD_LETTERS], 1u);
    cr_assert_eq(counts[STS_COUNT_DEAD_LETTERS_LOST], 0u);
    cr_assert_eq(queue_value(&rig, STS_QUEUE_STORED_RECORDS), 0u);
    close_with(&rig, 0);
    store_folder_remove(&folder);
}

Test(storage, topology_goes_through_it) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    store_folder_make(&folder);
    open_stored(&rig, &folder, "hold*10", NULL);
    sts_topology *batch = sts_topology_new();
    cr_assert_eq(sts_topology_set_stream(batch, STS_OWNER_OTEL, "urn:x", &error), STS_OK, "%s", sts_error_text(error));
    cr_assert_eq(sts_topology_set_times(batch, 1, 1, &error), STS_OK, "%s", sts_error_text(error));
    cr_assert_eq(sts_topology_delete_component(batch, "component", &error), STS_OK, "%s", sts_error_text(error));
    cr_assert_eq(sts_export_topology(rig.exporter, batch, NULL, counts, STS_COUNTS, &error), STS_OK, "%s",
                 sts_error_text(error));
    close_with(&rig, 1);
    open_stored(&rig, &folder, "", NULL);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 1u);
    close_with(&rig, 0);
    sts_topology_free(batch);
    store_folder_remove(&folder);
}

static int64_t later_by_ms;

/* By the linker's --wrap. NOLINTBEGIN(bugprone-reserved-identifier) */
int64_t __wrap_sts__clock_wall_ms(void);
int64_t __real_sts__clock_wall_ms(void);

int64_t __wrap_sts__clock_wall_ms(void) {
    return __real_sts__clock_wall_ms() + later_by_ms;
}
/* NOLINTEND(bugprone-reserved-identifier) */

Test(storage, what_is_too_old_fails) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    store_folder_make(&folder);
    open_stored(&rig, &folder, "hold*10", NULL);
    cr_assert_eq(rig_export_numbered(&rig, 3, counts), STS_OK);
    close_with(&rig, 3);
    later_by_ms = 3600000;
    open_stored(&rig, &folder, "", RIG_OPTIONS("sending_queue.storage.max_age", "59m", "outcomes", "counts"));
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_UNCERTAIN] + counts[STS_COUNT_FAILED], 3u);
    cr_assert_eq(sts_exporter_not_delivered(rig.exporter, STS_ERR_GAVE_UP), 3u);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 0u);
    close_with(&rig, 0);
    store_folder_remove(&folder);
}

Test(storage, options_that_do_not_go_together_are_refused) {
    struct store_folder folder;
    store_folder_make(&folder);
    const char *const *storage = RIG_OPTIONS("transport", "memory", "sending_queue.storage", folder.path);
    sts_options *options = rig_options(storage);
    cr_assert_str_eq(sts_options_get(options, "retry_on_failure.max_elapsed_time"), "0s");
    cr_assert_str_eq(sts_options_get(options, "topic_check"), "warn");
    rig_set(options, RIG_OPTIONS("sending_queue.wait_for_result", "true", "gather", "key", "encoding", "otlp_proto",
                                 "sending_queue.batch.flush_timeout", "1s", "sending_queue.storage.max_bytes", "1MiB",
                                 "max_message_bytes", "1000000"));
    rig_refused(options, STS_ERR_CONFIG,
                RIG_OPTIONS("sending_queue.wait_for_result", "sending_queue.batch.flush_timeout",
                            "sending_queue.storage.max_bytes"),
                NULL);
    sts_options_free(options);
    store_folder_remove(&folder);
}

Test(storage, a_message_says_where_in_the_store_it_is_from) {
    struct store_folder folder;
    struct rig rig;
    uint64_t sequences[3];
    store_folder_make(&folder);
    open_stored(&rig, &folder, "hold*3", NULL);
    cr_assert_eq(rig_export_numbered(&rig, 3, NULL), STS_OK);
    for (size_t i = 0; i < 3; i++) {
        sequences[i] = sts_memory_transport_message(rig.memory, i)->sequence;
        cr_assert_gt(sequences[i], i ? sequences[i - 1] : 0);
    }
    close_with(&rig, 3);
    open_stored(&rig, &folder, "", NULL);
    rig_flush(&rig, NULL);
    for (size_t i = 0; i < 3; i++)
        cr_assert_eq(sts_memory_transport_message(rig.memory, i)->sequence, sequences[i]);
    close_with(&rig, 0);
    rig_open(&rig, "", NULL);
    cr_assert_eq(rig_export_numbered(&rig, 1, NULL), STS_OK);
    cr_assert_eq(sts_memory_transport_message(rig.memory, 0)->sequence, 0u, "it is from no store");
    rig_close(&rig);
    store_folder_remove(&folder);
}

static void check_refused_property(sts_options *options, const char *name, const char *value, const char *text) {
    sts_error *error = NULL;
    sts_status status = sts_options_set(options, name, value, &error);
    rig_check_refusal(status, error, STS_ERR_OPTION_REFUSED, RIG_OPTIONS(text), NULL);
}

Test(storage, exactly_once_wants_what_it_needs) {
    struct store_folder folder;
    store_folder_make(&folder);
    sts_options *options = rig_options(RIG_OPTIONS("delivery", "exactly_once", "required_acks", "leader",
                                                   "retry_on_failure.enabled", "false", "transport", "memory",
                                                   "transaction.timeout", "12s", "transaction.interval", "7s"));
    rig_refused(options, STS_ERR_CONFIG,
                RIG_OPTIONS("exactly_once needs sending_queue.storage", "required_acks: must be all",
                            "retry_on_failure.enabled: must be true", "transport: memory has no transactions",
                            "transaction.timeout: must be at least 10s longer than timeout",
                            "transaction.interval: must be at most half"),
                NULL);
    check_refused_property(options, "kafka.enable.idempotence", "false", "it follows from required_acks");
    check_refused_property(options, "kafka.transactional.id", "mine", "use transaction.id, with delivery=exactly_once");
    sts_options_free(options);
    struct rig rig;
    rig_prepare(&rig, "", RIG_OPTIONS("delivery", "exactly_once", "sending_queue.storage", folder.path));
    rig_refused(rig.options, STS_ERR_CONFIG, RIG_OPTIONS("the Kafka transport's"), NULL);
    rig_close(&rig);
    store_folder_remove(&folder);
}

Test(storage, a_transport_that_cannot_be_made_leaves_no_folder) {
    struct store_folder folder;
    char path[96];
    char long_name[600];
    store_folder_make(&folder);
    snprintf(path, sizeof path, "%s/store", folder.path);
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    sts_options *options = rig_options(
        RIG_OPTIONS("delivery", "exactly_once", "sending_queue.storage", path, "auth.kerberos.username", long_name));
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("auth.kerberos.username: is too long"), NULL);
    cr_assert_eq(access(path, F_OK), -1);
    sts_options_free(options);
    store_folder_remove(&folder);
}

Test(storage, one_exporter_has_a_folder_at_a_time) {
    struct store_folder folder;
    struct rig rig;
    store_folder_make(&folder);
    open_stored(&rig, &folder, "", NULL);
    rig_refused(rig.options, STS_ERR_STORAGE_BUSY, RIG_OPTIONS(folder.path, "in use by another exporter"), NULL);
    pid_t child = fork();
    if (child == 0) {
        sts_exporter *exporter = NULL;
        sts_options *options = sts_options_new();
        sts_options_set(options, "transport", "memory", NULL);
        sts_options_set(options, "sending_queue.storage", folder.path, NULL);
        _exit(sts_exporter_new(&exporter, options, NULL) == STS_ERR_STORAGE_BUSY &&
                      sts_exporter_free(rig.exporter, 0) == STS_ERR_FORKED
                  ? 0
                  : 1);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    cr_assert_eq(rig_export_numbered(&rig, 5, NULL), STS_OK, "the parent goes on");
    rig_flush(&rig, NULL);
    check_numbered(&rig, 0, 5);
    close_with(&rig, 0);
    store_folder_remove(&folder);
}

/* A child exports requests of one record, tells of each that was taken, and is killed in the midst of it. */
static void export_until_killed(const struct store_folder *folder, unsigned first, int told) {
    struct rig rig;
    open_stored(&rig, folder, "deliver*7,hold*1000000", RIG_OPTIONS("sending_queue.queue_size", "1000"));
    for (unsigned i = first;; i++) {
        struct otlp otlp = {0};
        struct pb request = {0};
        otlp_add_numbered(&otlp, i, 1);
        otlp_finish(&request, &otlp);
        if (rig_export(&rig, &request, NULL) != STS_OK || write(told, &i, sizeof i) != sizeof i)
            _exit(1);
        pb_clear(&request);
    }
}

Test(storage, a_killed_process_has_lost_nothing_that_was_taken) {
    struct store_folder folder;
    struct rig rig;
    unsigned next = 0;
    enum { ROUNDS = 8 };
    store_folder_make(&folder);
    for (unsigned round = 0; round < ROUNDS; round++) {
        int told[2];
        unsigned taken = 0;
        cr_assert_eq(pipe(told), 0);
        pid_t child = fork();
        if (child == 0)
            export_until_killed(&folder, next, told[1]);
        close(told[1]);
        for (unsigned i = 0; i < 20 + 13 * round; i++)
            cr_assert_eq(read(told[0], &taken, sizeof taken), (ssize_t)sizeof taken);
        kill(child, SIGKILL);
        cr_assert_eq(waitpid(child, NULL, 0), child);
        while (read(told[0], &taken, sizeof taken) == sizeof taken)
            continue;
        close(told[0]);
        next = taken + 1;
    }
    open_stored(&rig, &folder, "", RIG_OPTIONS("outcomes", "counts"));
    rig_flush(&rig, NULL);
    unsigned wanted = 0;
    for (size_t i = 0; i < sts_memory_transport_count(rig.memory); i++) {
        const sts_message *message = sts_memory_transport_message(rig.memory, i);
        char key[32];
        memcpy(key, message->key.data, message->key.size);
        key[message->key.size] = '\0';
        unsigned number = (unsigned)strtoul(key + 4, NULL, 10);
        if (i == 0) /* each child has delivered seven of the oldest */
            cr_assert_leq(number, 7u * ROUNDS);
        else /* one that was stored and not told of is there twice, for the next child began with it */
            cr_assert(number == wanted || number + 1 == wanted, "%u instead of %u", number, wanted);
        wanted = number + 1;
    }
    cr_assert_geq(wanted, next);
    close_with(&rig, 0);
    store_folder_remove(&folder);
}
