/* SPDX-License-Identifier: Apache-2.0
 *
 * Records of several exports that share messages (sending_queue.batch.*): what is sent when, and that each record has
 * its outcome all the same. */
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/fake_transport.h"
#include "support/lettered.h"
#include "support/otlp.h"
#include "support/outcome_log.h"

#define KEY "key", "attributes[\"stskafka.key\"]"
#define BATCH(...)                                                                                                     \
    RIG_OPTIONS("gather", "key", "encoding", "otlp_proto", "outcomes", "all", KEY,                                     \
                "sending_queue.batch.flush_timeout", __VA_ARGS__)

static void export(struct rig *rig, const char *keys, const char *letters) {
    uint64_t counts[STS_COUNTS];
    cr_assert_eq(lettered_export(rig->exporter, keys, letters, counts), STS_OK);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], strlen(letters));
}

static uint64_t count(const struct rig *rig, int index) {
    uint64_t counts[STS_COUNTS];
    cr_assert_eq(sts_exporter_counts(rig->exporter, counts, STS_COUNTS), STS_OK);
    return counts[index];
}

/* Waits until so many messages were sent. */
static void await_messages(const struct rig *rig, uint64_t expected) {
    int64_t until = rig_now_ms() + RIG_DEADLINE_MS;
    while (sts_memory_transport_count(rig->memory) < expected && rig_now_ms() < until)
        poll(NULL, 0, 1);
    cr_assert_eq(sts_memory_transport_count(rig->memory), expected);
}

/* --- what shares a message, and when it is sent --- */

Test(batching, records_of_several_exports_are_one_message_of_their_key) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, NULL, BATCH("60s"));
    export(&rig, "aba", "abc");
    export(&rig, "bb", "de");
    export(&rig, "a", "f");
    cr_assert_eq(sts_memory_transport_count(rig.memory), 0);
    cr_assert_eq(rig_queue(&rig, STS_QUEUE_OPEN_MESSAGES), 2);
    cr_assert_eq(rig_queue(&rig, STS_QUEUE_OPEN_RECORDS), 6);
    cr_assert_eq(rig_queue(&rig, STS_QUEUE_RECORDS), 6, "they are accepted");
    cr_assert_eq(count(&rig, STS_COUNT_PENDING), 6);
    rig_flush(&rig, counts);
    rig_check_sums(counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 6);
    cr_assert_eq(counts[STS_COUNT_MESSAGES], 2);
    cr_assert_eq(counts[STS_COUNT_SEALED_BY_FLUSH], 2);
    cr_assert_eq(rig_queue(&rig, STS_QUEUE_OPEN_MESSAGES), 0);
    lettered_check(&rig, "acf,bde,");
    rig_close(&rig);
}

Test(batching, their_values_are_those_of_one_export) {
    static const char *const encodings[] = {"otlp_proto", "otlp_json", "json_record", "clickhouse", "elastic_otel"};
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        sts_bytes values[2];
        struct rig rigs[2];
        for (int batched = 0; batched < 2; batched++) {
            struct rig *rig = &rigs[batched];
            rig_open(rig, NULL,
                     RIG_OPTIONS("gather", "key", KEY, "encoding", encodings[i], "sending_queue.batch.flush_timeout",
                                 batched ? "60s" : "0s"));
            if (batched)
                for (const char *letter = "abcd"; *letter; letter++)
                    export(rig, "k", (const char[]){*letter, '\0'});
            else
                export(rig, "kkkk", "abcd");
            rig_flush(rig, NULL);
            cr_assert_eq(sts_memory_transport_count(rig->memory), 1, "%s", encodings[i]);
            values[batched] = sts_memory_transport_message(rig->memory, 0)->value;
        }
        cr_assert_eq(values[0].size, values[1].size, "%s", encodings[i]);
        cr_assert_arr_eq(values[0].data, values[1].data, values[0].size, "%s", encodings[i]);
        rig_close(&rigs[0]);
        rig_close(&rigs[1]);
    }
}

Test(batching, time_seals) {
    struct rig rig;
    struct outcome_log log;
    outcome_log_init(&log);
    rig_open(&rig, NULL, BATCH("20ms"));
    export(&rig, "ab", "ab");
    await_messages(&rig, 2);
    outcome_log_take(&log, rig.exporter, 2);
    for (size_t i = 0; i < log.count; i++)
        cr_assert_geq(log.items[i].latency_us, 20000, "from the acceptance on");
    cr_assert_eq(count(&rig, STS_COUNT_SEALED_BY_TIME), 2);
    rig_close(&rig);
    outcome_log_clear(&log);
}

Test(batching, min_size_seals_at_the_end_of_the_export) {
    struct rig rig;
    rig_open(&rig, NULL, BATCH("60s", "sending_queue.batch.min_size", "2"));
    export(&rig, "a", "a");
    export(&rig, "aaab", "bcde");
    await_messages(&rig, 1);
    lettered_check(&rig, "abcd,");
    cr_assert_eq(count(&rig, STS_COUNT_SEALED_BY_SIZE), 1);
    rig_close(&rig);
}

Test(batching, max_size_and_max_message_bytes_split) {
    struct rig rig;
    rig_open(&rig, NULL, BATCH("60s", "sending_queue.batch.min_size", "0", "sending_queue.batch.max_size", "2"));
    export(&rig, "aaaaa", "abcde");
    await_messages(&rig, 3);
    lettered_check(&rig, "ab,cd,e,");
    rig_close(&rig);
    rig_open(&rig, NULL, BATCH("60s", "max_message_bytes", "11000"));
    export(&rig, "aaa", "aBC"); /* a record of about 5 kB leaves room for another */
    export(&rig, "a", "D");
    rig_flush(&rig, NULL);
    lettered_check(&rig, "abc,d,");
    rig_close(&rig);
}

Test(batching, sizes_in_bytes) {
    struct rig rig;
    rig_open(&rig, NULL,
             BATCH("60s", "sending_queue.batch.sizer", "bytes", "sending_queue.batch.min_size", "4000",
                   "sending_queue.batch.max_size", "8000"));
    export(&rig, "aa", "ab");
    export(&rig, "a", "C");
    await_messages(&rig, 1);
    export(&rig, "aa", "DE");
    await_messages(&rig, 3);
    lettered_check(&rig, "abc,d,e,");
    rig_close(&rig);
}

/* What fits alone is never refused, to the byte; and what does not, is, by the export. */
Test(batching, a_record_that_is_too_large_is_rejected_by_the_export) {
    static const char *const encodings[] = {"otlp_proto", "otlp_json", "json_record"};
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        struct rig rig;
        uint64_t counts[STS_COUNTS];
        char limit[32] = "100000";
        size_t size = 0;
        for (int round = 0; round < 3; round++) {
            rig_open(&rig, NULL, BATCH("60s", "max_message_bytes", limit, "encoding", encodings[i]));
            sts_status status = lettered_export(rig.exporter, "aaa", "bAc", counts);
            cr_assert_eq(status, round < 2 ? STS_OK : STS_ERR_REJECTED, "%s, at most %s", encodings[i], limit);
            cr_assert_eq(counts[STS_COUNT_REJECTED], round == 2);
            rig_flush(&rig, NULL);
            lettered_check(&rig, round == 0 ? "bac," : round == 1 ? "b,a,c," : "bc,");
            rig_close(&rig);
            if (round == 0) { /* how large it is alone */
                struct pb request = {0};
                sts_message alone = {.topic_index = 0};
                rig_open(&rig, NULL, BATCH("0s", "encoding", encodings[i]));
                lettered_request(&request, "a", "A");
                cr_assert_eq(rig_export(&rig, &request, NULL), STS_OK);
                alone = *sts_memory_transport_message(rig.memory, 0);
                /* A batch's header (61), the record's length (2), its 3 fixed bytes, the key's length and the key, the
                 * value's length (2), and no headers. */
                size = 61 + 2 + 3 + 1 + alone.key.size + 2 + alone.value.size + 1;
                pb_clear(&request);
                rig_close(&rig);
            }
            snprintf(limit, sizeof limit, "%zu", size - (size_t)(round == 1));
        }
    }
}

Test(batching, signals_do_not_share_messages) {
    struct rig rig;
    static const unsigned char span[] = {0x0a, 4, 0x12, 2, 0x12, 0};
    rig_open(&rig, NULL, RIG_OPTIONS("gather", "key", "key", "none", "sending_queue.batch.flush_timeout", "60s"));
    export(&rig, "a", "a");
    for (int i = 0; i < 2; i++)
        cr_assert_eq(
            sts_export(rig.exporter, STS_SIGNAL_TRACES, STS_FORMAT_OTLP_PROTO, span, sizeof span, NULL, NULL, 0, NULL),
            STS_OK);
    export(&rig, "a", "b");
    rig_flush(&rig, NULL);
    cr_assert_eq(sts_memory_transport_count(rig.memory), 2);
    lettered_check(&rig, "ab,,");
    rig_close(&rig);
}

Test(batching, by_resource) {
    struct rig rig;
    rig_open(&rig, NULL,
             RIG_OPTIONS("gather", "resource", "key", "none", "encoding", "otlp_proto",
                         "sending_queue.batch.flush_timeout", "60s"));
    export(&rig, "a", "a");
    /* One log record of another resource, with an attribute. */
    static const unsigned char other[] = {0x0a, 18, 0x0a, 6, 0x0a, 4, 0x0a, 2, 'n', 'n',
                                          0x12, 8,  0x12, 6, 0x2a, 4, 0x0a, 2, 'b', 'x'};
    cr_assert_eq(sts_export_logs(rig.exporter, other, sizeof other, NULL, NULL, 0, NULL), STS_OK);
    export(&rig, "a", "c");
    rig_flush(&rig, NULL);
    lettered_check(&rig, "ac,b,");
    rig_close(&rig);
}

Test(batching, what_cannot_be_is_refused_by_name) {
    sts_options *options =
        rig_options(RIG_OPTIONS("sending_queue.batch.flush_timeout", "200ms", "transport", "memory"));
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("sending_queue.batch.flush_timeout: needs gather=key"), NULL);
    rig_set(options, RIG_OPTIONS("gather", "request"));
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("with gather=request a message is of one export"), NULL);
    rig_set(options, RIG_OPTIONS("gather", "key", "sending_queue.batch.max_size", "100"));
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("sending_queue.batch.max_size", "8192"), NULL);
    rig_set(options, RIG_OPTIONS("sending_queue.batch.max_size", "0", "retry_on_failure.max_elapsed_time", "205ms"));
    rig_refused(options, STS_ERR_CONFIG, RIG_OPTIONS("longer than linger and sending_queue.batch.flush_timeout"), NULL);
    cr_assert_eq(sts_options_set(options, "sending_queue.batch.sizer", "requests", NULL), STS_ERR_OPTION_VALUE);
    sts_options_free(options);
}

/* --- room --- */

Test(batching, open_messages_leave_room_for_what_is_sent) {
    struct rig rig;
    char key[2] = "a";
    rig_open(&rig, NULL, BATCH("60s", "sending_queue.queue_size", "16"));
    for (int i = 0; i < 8; i++) {
        key[0] = (char)('a' + i);
        export(&rig, key, key);
    }
    cr_assert_eq(rig_queue(&rig, STS_QUEUE_OPEN_RECORDS), 8);
    export(&rig, "z", "a");
    cr_assert_eq(rig_queue(&rig, STS_QUEUE_OPEN_RECORDS), 8, "half of the queue");
    await_messages(&rig, 1);
    lettered_check(&rig, "a,");
    cr_assert_eq(count(&rig, STS_COUNT_SEALED_FOR_ROOM), 1);
    rig_close(&rig);
}

/* Nothing but open messages would ever make room: the exports must not wait for their time. */
Test(batching, a_full_queue_seals_the_oldest) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, NULL,
             RIG_OPTIONS("gather", "key", "encoding", "otlp_proto", KEY, "sending_queue.batch.flush_timeout", "60s",
                         "sending_queue.queue_size", "3", "produce_timeout", RIG_DEADLINE));
    for (int i = 0; i < 200; i++)
        export(&rig, "abcdefgh", "abcdefgh");
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 1600);
    rig_close(&rig);
}

Test(batching, a_queue_full_of_what_is_under_way_takes_the_beginning) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, "hold*100",
             BATCH("60s", "sending_queue.queue_size", "6", "sending_queue.block_on_overflow", "false"));
    cr_assert_eq(lettered_export(rig.exporter, "aaaabbbb", "abcdefgh", counts), STS_ERR_QUEUE_FULL);
    cr_assert_eq(counts[STS_COUNT_ACCEPTED], 6);
    cr_assert_eq(sts_exporter_close(rig.exporter, 0, counts, STS_COUNTS, NULL), STS_ERR_TIMED_OUT);
    rig_check_sums(counts);
    cr_assert_eq(counts[STS_COUNT_PURGED], 6);
    rig_close(&rig);
}

Test(batching, a_transport_without_room_is_asked_again) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, "deliver,full*3,deliver,full*2", BATCH("60s"));
    export(&rig, "abcabc", "abcdef");
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 6);
    lettered_check(&rig, "ad,be,cf,");
    rig_close(&rig);
}

/* --- outcomes --- */

Test(batching, outcomes_go_to_each_record) {
    struct rig rig;
    struct outcome_log log;
    uint64_t counts[STS_COUNTS];
    outcome_log_init(&log);
    rig_open(&rig, "deliver,fail,uncertain", BATCH("60s"));
    export(&rig, "abc", "abc");
    export(&rig, "abc", "def");
    rig_flush(&rig, counts);
    rig_check_sums(counts);
    outcome_log_take(&log, rig.exporter, 6);
    for (const char *token = "ad"; *token; token++)
        for (uint64_t i = 0; i < 3; i++) {
            static const int32_t kinds[] = {STS_OUTCOME_DELIVERED, STS_OUTCOME_FAILED, STS_OUTCOME_UNCERTAIN};
            const struct outcome_copy outcome = outcome_log_find(&log, (uint64_t)*token, i);
            cr_assert_eq(outcome.kind, kinds[i]);
        }
    rig_close(&rig);
    outcome_log_clear(&log);
}

Test(batching, a_record_that_is_rejected_goes_alone) {
    struct rig rig;
    struct outcome_log log;
    uint64_t counts[STS_COUNTS];
    outcome_log_init(&log);
    rig_open(&rig, NULL, BATCH("60s"));
    cr_assert_eq(lettered_export(rig.exporter, "a a", "abc", counts), STS_ERR_REJECTED);
    cr_assert_eq(counts[STS_COUNT_REJECTED], 1);
    rig_flush(&rig, counts);
    rig_check_sums(counts);
    lettered_check(&rig, "ac,");
    outcome_log_take(&log, rig.exporter, 3);
    cr_assert_eq(outcome_log_find(&log, 'a', 1).code, STS_ERR_KEY_MISSING);
    rig_close(&rig);
    outcome_log_clear(&log);
}

/* What an encoding cannot write is known when the record is taken. */
Test(batching, a_record_that_cannot_be_written_is_rejected_by_its_export) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    static const unsigned char bad_id[] = {0x0a, 13, 0x12, 11, 0x12, 9, 0x2a, 4, 0x0a, 2, 'b', 'x', 0x4a, 1, 'i'};
    rig_open(&rig, NULL,
             RIG_OPTIONS("gather", "key", "key", "none", "encoding", "otlp_json", "sending_queue.batch.flush_timeout",
                         "60s"));
    export(&rig, "a", "a");
    cr_assert_eq(sts_export_logs(rig.exporter, bad_id, sizeof bad_id, NULL, counts, STS_COUNTS, NULL),
                 STS_ERR_REJECTED);
    export(&rig, "a", "c");
    rig_flush(&rig, NULL);
    lettered_check(&rig, "ac,");
    rig_close(&rig);
}

Test(batching, exports_that_wait_for_their_result_do_not_wait_for_others) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, NULL, BATCH("60s", "sending_queue.wait_for_result", "true"));
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(lettered_export(rig.exporter, "aba", "abc", counts), STS_OK);
        cr_assert_eq(counts[STS_COUNT_DELIVERED], 3);
    }
    lettered_check(&rig, "ac,b,ac,b,");
    rig_close(&rig);
}

Test(batching, a_close_sends_what_is_open) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, NULL, BATCH("60s"));
    export(&rig, "ab", "ab");
    export(&rig, "ab", "cd");
    cr_assert_eq(sts_exporter_close(rig.exporter, RIG_DEADLINE_MS, counts, STS_COUNTS, NULL), STS_OK);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 4);
    lettered_check(&rig, "ac,bd,");
    rig_close(&rig);
}

Test(batching, what_a_close_does_not_send_was_purged) {
    struct rig rig;
    struct outcome_log log;
    uint64_t counts[STS_COUNTS];
    outcome_log_init(&log);
    rig_open(&rig, "full*1000000", BATCH("60s"));
    export(&rig, "ab", "ab");
    export(&rig, "ab", "cd");
    cr_assert_eq(sts_exporter_close(rig.exporter, 50, counts, STS_COUNTS, NULL), STS_ERR_TIMED_OUT);
    rig_check_sums(counts);
    cr_assert_eq(counts[STS_COUNT_PURGED], 4);
    outcome_log_take(&log, rig.exporter, 4);
    cr_assert_eq(outcome_log_find(&log, 'c', 1).kind, STS_OUTCOME_PURGED);
    rig_close(&rig);
    outcome_log_clear(&log);
}

static void *flush_it(void *rig) {
    rig_flush(rig, NULL);
    return NULL;
}

/* Records that came into a message after the flush had sealed all must not hold it up. */
Test(batching, a_flush_is_not_held_up_by_exports_meanwhile) {
    struct rig rig;
    pthread_t flusher;
    rig_open(&rig, NULL, BATCH("60s", "outcomes", "counts"));
    for (int i = 0; i < 100; i++) {
        export(&rig, "abc", "abc");
        cr_assert_eq(pthread_create(&flusher, NULL, flush_it, &rig), 0);
        export(&rig, "abc", "def");
        pthread_join(flusher, NULL);
    }
    rig_close(&rig);
}

static int call_in_child(struct rig *rig) {
    if (lettered_export(rig->exporter, "a", "a", NULL) != STS_ERR_FORKED)
        return 1;
    if (sts_flush(rig->exporter, 0, NULL, 0, NULL) != STS_ERR_FORKED)
        return 2;
    return sts_exporter_free(rig->exporter, 0) == STS_ERR_FORKED ? 0 : 3;
}

Test(batching, a_child_leaves_what_is_open_to_its_parent) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    int status;
    rig_open(&rig, NULL, BATCH("60s"));
    export(&rig, "ab", "ab");
    pid_t child = fork();
    if (child == 0)
        _exit(call_in_child(&rig));
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%d", WEXITSTATUS(status));
    export(&rig, "ab", "cd");
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 4);
    lettered_check(&rig, "ac,bd,");
    rig_close(&rig);
}

/* Of what is open just now an explanation knows nothing: it tells what the records of one request would share. */
Test(batching, explanations_are_of_one_export) {
    struct rig rig;
    struct pb request = {0};
    char found[64] = "";
    rig_open(&rig, NULL, BATCH("60s", "sending_queue.batch.min_size", "0", "sending_queue.batch.max_size", "2"));
    lettered_request(&request, "aab aa", "abcdef");
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(
            sts_explain_logs(rig.exporter, request.data, request.size, NULL, lettered_note_explained, found, NULL),
            STS_OK);
        cr_assert_str_eq(found, "3!01,2,45,");
        found[0] = '\0';
    }
    cr_assert_eq(rig_queue(&rig, STS_QUEUE_OPEN_RECORDS), 0);
    rig_close(&rig);
    pb_clear(&request);
}

/* --- hosts without our thread --- */

static int32_t quiet_fd(void *context) {
    (void)context;
    static int fd = -1;
    if (fd < 0)
        fd = eventfd(0, EFD_CLOEXEC);
    return fd;
}

Test(batching, a_host_is_told_in_time_by_the_descriptor) {
    struct fake fake;
    sts_transport table = fake_table();
    fake_init(&fake);
    table.fd = quiet_fd;
    sts_exporter *exporter = fake_exporter(&fake, &table, BATCH("30ms", "outcomes", "counts"));
    struct pollfd wait = {.fd = sts_exporter_fd(exporter), .events = POLLIN};
    cr_assert_geq(wait.fd, 0);
    cr_assert_eq(poll(&wait, 1, 0), 0, "there is nothing to do");
    for (unsigned i = 1; i <= 3; i++) {
        cr_assert_eq(lettered_export(exporter, "a", "a", NULL), STS_OK);
        cr_assert_eq(lettered_export(exporter, "a", "b", NULL), STS_OK);
        while (fake.sent < i) {
            cr_assert_eq(poll(&wait, 1, RIG_DEADLINE_MS), 1);
            cr_assert_eq(sts_poll(exporter, 0), STS_OK);
        }
        cr_assert_eq(fake.sent, i, "once in a message");
        cr_assert_eq(poll(&wait, 1, 0), 0, "it is quiet again");
    }
    sts_exporter_free(exporter, 0);
}

Test(batching, a_host_without_a_descriptor_polls) {
    struct fake fake;
    uint64_t counts[STS_COUNTS];
    const sts_transport table = fake_table();
    fake_init(&fake);
    sts_exporter *exporter = fake_exporter(&fake, &table, BATCH("10ms", "outcomes", "counts"));
    cr_assert_eq(sts_exporter_fd(exporter), -1);
    cr_assert_eq(lettered_export(exporter, "aab", "abc", NULL), STS_OK);
    int64_t until = rig_now_ms() + RIG_DEADLINE_MS;
    while (fake.sent < 2 && rig_now_ms() < until)
        cr_assert_eq(sts_poll(exporter, 5), STS_OK);
    cr_assert_eq(sts_flush(exporter, RIG_DEADLINE_MS, counts, STS_COUNTS, NULL), STS_OK);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 3);
    sts_exporter_free(exporter, 0);
}
