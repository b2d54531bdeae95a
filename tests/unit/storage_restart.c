/* SPDX-License-Identifier: Apache-2.0
 *
 * What is in a queue on disk when its exporter is closed, or its process killed, has its outcome in a later one: it
 * goes as it was, whatever that one's options are. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/lettered.h"
#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/stored.h"

Test(storage_restart, what_has_no_outcome_goes_again_after_a_restart_as_it_was) {
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
    stored_open(&rig, &folder, "deliver,hold*4", options);
    cr_assert_eq(rig_export_as(&rig, &request, 77, counts), STS_OK);
    outcome_log_init(&log);
    outcome_log_take(&log, rig.exporter, 1);
    cr_assert_eq(outcome_log_find(&log, 77, 0).may_be_duplicate, 0);
    outcome_log_clear(&log);
    stored_close(&rig, 4);

    outcome_log_init(&log);
    stored_open(&rig, &folder, "", options);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 4u);
    cr_assert_eq(counts[STS_COUNT_POSSIBLE_DUPLICATES], 4u);
    cr_assert_eq(counts[STS_COUNT_NULL_KEYS], 1u);
    cr_assert_eq(counts[STS_COUNT_EMPTY_KEYS], 1u);
    cr_assert_eq(counts[STS_COUNT_MISSING_KEYS], 1u);
    cr_assert_eq(rig_queue(&rig, STS_QUEUE_RECOVERED_RECORDS), 4u);
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
    rig_check_key(&rig, 0, "a key");
    message = sts_memory_transport_message(rig.memory, 1);
    cr_assert(message->key.data && message->key.size == 0);
    cr_assert_null(sts_memory_transport_message(rig.memory, 2)->key.data);
    cr_assert_null(sts_memory_transport_message(rig.memory, 3)->value.data);
    cr_assert_not_null(sts_memory_transport_message(rig.memory, 2)->value.data);
    outcome_log_clear(&log);
    stored_close(&rig, 0);
    pb_clear(&request);
    store_folder_remove(&folder);
}

Test(storage_restart, gathered_messages_are_stored_whole) {
    struct store_folder folder;
    struct rig rig;
    struct outcome_log log;
    uint64_t counts[STS_COUNTS];
    const char *const *options = RIG_OPTIONS("gather", "key", "encoding", "otlp_proto");
    store_folder_make(&folder);
    outcome_log_init(&log);
    stored_open(&rig, &folder, "hold*10", options);
    cr_assert_eq(lettered_export(rig.exporter, "xyxxy ", "abcdef", counts), STS_ERR_REJECTED, "one has no key");
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 5u);
    outcome_log_take(&log, rig.exporter, 1);
    outcome_log_clear(&log);
    stored_close(&rig, 5);
    outcome_log_init(&log);
    stored_open(&rig, &folder, "", options);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 5u);
    cr_assert_eq(counts[STS_COUNT_MESSAGES], 2u);
    lettered_check(&rig, "acd,be,");
    outcome_log_take(&log, rig.exporter, 5);
    static const uint64_t indices[] = {0, 1, 2, 3, 4};
    for (size_t i = 0; i < 5; i++)
        cr_assert_eq(outcome_log_find(&log, 'a', indices[i]).kind, STS_OUTCOME_DELIVERED);
    outcome_log_clear(&log);
    stored_close(&rig, 0);
    stored_open(&rig, &folder, "", options);
    stored_close(&rig, 0);
    store_folder_remove(&folder);
}

/* Opens the folder with next to no room in memory, where all that is stored has its outcome, in its order. */
static void drain_with_little_room(struct rig *rig, const struct store_folder *folder, uint64_t records) {
    uint64_t counts[STS_COUNTS];
    struct outcome_log log;
    outcome_log_init(&log);
    stored_open(rig, folder, "",
                RIG_OPTIONS("sending_queue.queue_size", "2", "sending_queue.max_bytes", "65536", "max_message_bytes",
                            "60000", "gather", "key", "encoding", "otlp_proto", "dead_letter.topic", "dead-letters"));
    outcome_log_take(&log, rig->exporter, records);
    rig_flush(rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], records);
    rig_check_sums(counts);
    outcome_log_clear(&log);
}

/* Messages, and a dead letter, that are larger than memory is by now. */
Test(storage_restart, what_was_stored_when_there_was_more_room_goes_alone) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    struct otlp otlp = {0};
    struct pb request = {0};
    static char large[200001];
    store_folder_make(&folder);
    stored_open(&rig, &folder, "hold*100",
                RIG_OPTIONS("gather", "key", "encoding", "otlp_proto", "dead_letter.topic", "dead-letters"));
    cr_assert_eq(lettered_export(rig.exporter, "yxxxxxxxxz", "aabcdefghb", counts), STS_OK);
    cr_assert_eq(lettered_export(rig.exporter, "uuuuuuuu", "ABCDEFGH", counts), STS_OK);
    cr_assert_eq(lettered_export(rig.exporter, "vvvvvvvvwww", "hgfedcbaabc", counts), STS_OK);
    memset(large, 'x', sizeof large - 1);
    otlp_add_record(&otlp, NULL, large);
    otlp_add_record(&otlp, "key", large);
    otlp_finish(&request, &otlp);
    cr_assert_eq(rig_export_as(&rig, &request, 1, counts), STS_ERR_REJECTED);
    stored_close(&rig, 10 + 8 + 11 + 1);
    drain_with_little_room(&rig, &folder, 10 + 8 + 11 + 1);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 8u);
    lettered_check(&rig, "a,abcdefgh,b,abcdefgh,hgfedcba,abc,,,");
    cr_assert_str_eq(sts_memory_transport_message(rig.memory, 6)->topic, "dead-letters");
    stored_close(&rig, 0);
    pb_clear(&request);
    store_folder_remove(&folder);
}

/* More records than the ledger of the later exporter is made for. */
Test(storage_restart, a_message_may_have_more_records_than_the_queue_by_now) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    store_folder_make(&folder);
    stored_open(&rig, &folder, "hold*100", RIG_OPTIONS("gather", "key", "encoding", "otlp_proto", "key", "\"k\""));
    cr_assert_eq(rig_export_numbered(&rig, 8000, counts), STS_OK);
    cr_assert_eq(counts[STS_COUNT_MESSAGES], 0u, "so far");
    stored_close(&rig, 8000);
    drain_with_little_room(&rig, &folder, 8000);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 1u);
    stored_close(&rig, 0);
    store_folder_remove(&folder);
}

Test(storage_restart, dead_letters_are_stored_too) {
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
    stored_open(&rig, &folder, "hold*10", options);
    cr_assert_eq(rig_export_as(&rig, &request, 1, counts), STS_ERR_REJECTED);
    stored_close(&rig, 1);
    stored_open(&rig, &folder, "", options);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 1u);
    cr_assert_eq(counts[STS_COUNT_DEAD_LETTERS], 1u);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 2u);
    cr_assert_str_eq(sts_memory_transport_message(rig.memory, 0)->topic, "dead-letters");
    stored_close(&rig, 0);
    pb_clear(&request);
    store_folder_remove(&folder);
}

Test(storage_restart, topology_goes_through_it) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    store_folder_make(&folder);
    stored_open(&rig, &folder, "hold*10", NULL);
    sts_topology *batch = sts_topology_new();
    cr_assert_eq(sts_topology_set_stream(batch, STS_OWNER_OTEL, "urn:x", &error), STS_OK, "%s", sts_error_text(error));
    cr_assert_eq(sts_topology_set_times(batch, 1, 1, &error), STS_OK, "%s", sts_error_text(error));
    cr_assert_eq(sts_topology_delete_component(batch, "component", &error), STS_OK, "%s", sts_error_text(error));
    cr_assert_eq(sts_export_topology(rig.exporter, batch, NULL, counts, STS_COUNTS, &error), STS_OK, "%s",
                 sts_error_text(error));
    stored_close(&rig, 1);
    stored_open(&rig, &folder, "", NULL);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 1u);
    stored_close(&rig, 0);
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

Test(storage_restart, what_is_too_old_fails) {
    struct store_folder folder;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    store_folder_make(&folder);
    stored_open(&rig, &folder, "hold*10", NULL);
    cr_assert_eq(rig_export_numbered(&rig, 3, counts), STS_OK);
    stored_close(&rig, 3);
    later_by_ms = 3600000;
    stored_open(&rig, &folder, "", RIG_OPTIONS("sending_queue.storage.max_age", "59m", "outcomes", "counts"));
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_UNCERTAIN] + counts[STS_COUNT_FAILED], 3u);
    cr_assert_eq(sts_exporter_not_delivered(rig.exporter, STS_ERR_GAVE_UP), 3u);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 0u);
    stored_close(&rig, 0);
    store_folder_remove(&folder);
}

Test(storage_restart, a_message_says_where_in_the_store_it_is_from) {
    struct store_folder folder;
    struct rig rig;
    uint64_t sequences[3];
    store_folder_make(&folder);
    stored_open(&rig, &folder, "hold*3", NULL);
    cr_assert_eq(rig_export_numbered(&rig, 3, NULL), STS_OK);
    for (size_t i = 0; i < 3; i++) {
        sequences[i] = sts_memory_transport_message(rig.memory, i)->sequence;
        cr_assert_gt(sequences[i], i ? sequences[i - 1] : 0);
    }
    stored_close(&rig, 3);
    stored_open(&rig, &folder, "", NULL);
    rig_flush(&rig, NULL);
    for (size_t i = 0; i < 3; i++)
        cr_assert_eq(sts_memory_transport_message(rig.memory, i)->sequence, sequences[i]);
    stored_close(&rig, 0);
    rig_open(&rig, "", NULL);
    cr_assert_eq(rig_export_numbered(&rig, 1, NULL), STS_OK);
    cr_assert_eq(sts_memory_transport_message(rig.memory, 0)->sequence, 0u, "it is from no store");
    rig_close(&rig);
    store_folder_remove(&folder);
}

/* A child exports requests of one record, tells of each that was taken, and is killed in the midst of it. */
static void export_until_killed(const struct store_folder *folder, unsigned first, int told) {
    struct rig rig;
    stored_open(&rig, folder, "deliver*7,hold*1000000", RIG_OPTIONS("sending_queue.queue_size", "1000"));
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

Test(storage_restart, a_killed_process_has_lost_nothing_that_was_taken) {
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
    stored_open(&rig, &folder, "", RIG_OPTIONS("outcomes", "counts"));
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
    stored_close(&rig, 0);
    store_folder_remove(&folder);
}
