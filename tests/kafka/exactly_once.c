/* SPDX-License-Identifier: Apache-2.0
 *
 * delivery=exactly_once on a real broker: who reads committed records finds each that was stored once, whatever ends a
 * producer, is refused, or is forgotten; and who has not the store's place any more sends nothing. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include <stskafka/stskafka.h>

#include "exporter/exporter.h"
#include "support/hex.h"
#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/kafka/refusing.h"
#include "support/log_lines.h"
#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"
#include "support/store_folder.h"
#include "support/topic_reader.h"
#include "transport/kafka/internal.h"

enum { PARTITIONS = 3, KEYS = 20 };

static pthread_mutex_t serving = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t has_served = PTHREAD_COND_INITIALIZER;

/* By the linker's --wrap: what who serves does each time, behind the reports.
 * NOLINTBEGIN(bugprone-reserved-identifier) */
void __wrap_sts__kafka_succeed(sts__kafka *kafka);
void __real_sts__kafka_succeed(sts__kafka *kafka);

void __wrap_sts__kafka_succeed(sts__kafka *kafka) {
    __real_sts__kafka_succeed(kafka);
    pthread_mutex_lock(&serving);
    pthread_cond_broadcast(&has_served);
    pthread_mutex_unlock(&serving);
}
/* NOLINTEND(bugprone-reserved-identifier) */

static void await_service(void) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += RIG_DEADLINE_MS / 1000;
    pthread_mutex_lock(&serving);
    cr_assert_eq(pthread_cond_timedwait(&has_served, &serving, &until), 0, "nobody serves");
    pthread_mutex_unlock(&serving);
}

struct bench {
    struct rig rig;
    struct outcome_log outcomes;
    struct log_lines log;
    struct store_folder folder;
    char topic[64];
};

static void bench_prepare(struct bench *bench, const char *name) {
    snprintf(bench->topic, sizeof bench->topic, "exactly-once-%s-%d", name, (int)getpid());
    admin_create_topic(kafka_bootstrap(), bench->topic, PARTITIONS, NULL);
    store_folder_make(&bench->folder);
    outcome_log_init(&bench->outcomes);
    log_lines_init(&bench->log);
}

static void bench_start(struct bench *bench, const char *const *pairs) {
    bench->rig = (struct rig){.options = rig_options(RIG_OPTIONS(
                                  "brokers", kafka_bootstrap(), "topic", bench->topic, "outcomes", "all", "delivery",
                                  "exactly_once", "sending_queue.storage", bench->folder.path, "topic_check", "fail",
                                  "read_timeout", RIG_DEADLINE, "compression", "none"))};
    rig_set(bench->rig.options, pairs);
    sts_options_set_log_callback(bench->rig.options, log_lines_callback, &bench->log);
    rig_start(&bench->rig);
}

static void bench_open(struct bench *bench, const char *name, const char *const *pairs) {
    bench_prepare(bench, name);
    bench_start(bench, pairs);
}

static void bench_close(struct bench *bench) {
    rig_close(&bench->rig);
    store_folder_remove(&bench->folder);
    outcome_log_clear(&bench->outcomes);
    log_lines_clear(&bench->log);
}

/* Exports the records from `first` on: one of KEYS keys, but that those that `bad` is true of have none, and their
 * numbers in the body. */
static sts_status export_some(struct bench *bench, unsigned first, unsigned count, bool (*bad)(unsigned number)) {
    struct otlp otlp = {0};
    struct pb request = {0};
    for (unsigned i = first; i < first + count; i++) {
        char key[32];
        char body[32];
        snprintf(key, sizeof key, "key-%u", i % KEYS);
        snprintf(body, sizeof body, "%u ", i);
        otlp_add_record(&otlp, bad && bad(i) ? NULL : key, body);
    }
    otlp_finish(&request, &otlp);
    sts_status status = rig_export(&bench->rig, &request, NULL);
    pb_clear(&request);
    return status;
}

/* Who reads committed records finds those below `count` that `bad` is not true of once each, each key's in order. */
static void check_topic(const struct bench *bench, unsigned count, bool (*bad)(unsigned number)) {
    unsigned next[KEYS];
    unsigned good = 0;
    unsigned seen = 0;
    size_t found;
    struct read_record *records = topic_read(kafka_bootstrap(), bench->topic, PARTITIONS, &found);
    for (unsigned i = 0; i < KEYS; i++)
        next[i] = i;
    for (unsigned i = 0; i < count; i++)
        good += !(bad && bad(i));
    for (size_t i = 0; i < found; i++) {
        char body[32] = "";
        sts_bytes value = hex_read(records[i].value);
        memcpy(body, value.data, value.size < sizeof body ? value.size : sizeof body - 1);
        hex_clear(&value);
        if (body[0] == 'p') /* a probe of refusing_await */
            continue;
        unsigned number = (unsigned)strtoul(body, NULL, 10);
        while (bad && bad(next[number % KEYS]))
            next[number % KEYS] += KEYS;
        cr_assert_eq(number, next[number % KEYS], "%u of key %u where %u is due", number, number % KEYS,
                     next[number % KEYS]);
        next[number % KEYS] += KEYS;
        seen++;
    }
    cr_assert_eq(seen, good, "%u of %u", seen, good);
    read_records_free(records, found);
}

static void check_counts(struct bench *bench, uint64_t delivered, uint64_t failed) {
    uint64_t counts[STS_COUNTS];
    rig_flush(&bench->rig, counts);
    rig_check_sums(counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], delivered, "%u", (unsigned)counts[STS_COUNT_DELIVERED]);
    cr_assert_eq(counts[STS_COUNT_FAILED], failed, "%u", (unsigned)counts[STS_COUNT_FAILED]);
    cr_assert_eq(counts[STS_COUNT_UNCERTAIN], 0u);
    cr_assert_eq(counts[STS_COUNT_POSSIBLE_DUPLICATES], 0u);
}

/* Until so many records have been written, whether that is committed or not. */
static void await_written(const struct bench *bench, size_t count) {
    const sts__kafka *kafka = bench->rig.exporter->transport_context;
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    uint64_t counts[STS_COUNTS];
    do {
        cr_assert_lt(rig_now_ms(), deadline, "not all was written");
        await_service();
        cr_assert_eq(sts_exporter_counts(bench->rig.exporter, counts, STS_COUNTS), STS_OK);
    } while (counts[STS_COUNT_DELIVERED] + __atomic_load_n(&kafka->transaction.written.count, __ATOMIC_RELAXED) <
             count);
}

Test(exactly_once, records_are_delivered_when_their_transaction_is_committed) {
    enum { COUNT = 3000 };
    struct bench bench;
    uint64_t counts[STS_COUNTS];
    size_t found;
    bench_open(&bench, "plain", RIG_OPTIONS("transaction.interval", "5m", "transaction.timeout", "15m"));
    cr_assert_eq(export_some(&bench, 0, COUNT, NULL), STS_OK);
    await_written(&bench, COUNT);
    cr_assert_eq(sts_exporter_counts(bench.rig.exporter, counts, STS_COUNTS), STS_OK);
    cr_assert_eq(counts[STS_COUNT_PENDING], COUNT);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 0u, "nothing is committed");
    check_counts(&bench, COUNT, 0); /* whose flush does */
    check_topic(&bench, COUNT, NULL);
    outcome_log_take(&bench.outcomes, bench.rig.exporter, COUNT);
    struct read_record *records = topic_read(kafka_bootstrap(), bench.topic, PARTITIONS, &found);
    for (size_t i = 0; i < found; i++) {
        size_t same = 0;
        for (size_t j = 0; j < COUNT; j++)
            same += bench.outcomes.items[j].partition == records[i].partition &&
                    bench.outcomes.items[j].offset == records[i].offset;
        cr_assert_eq(same, 1u);
    }
    read_records_free(records, found);
    bench_close(&bench);
}

Test(exactly_once, a_producer_that_ends_leaves_nothing_behind) {
    enum { ROUNDS = 6, COUNT = 500 };
    struct bench bench;
    bench_open(&bench, "fatal", RIG_OPTIONS("transaction.interval", "50ms"));
    for (unsigned i = 0; i < ROUNDS; i++) {
        cr_assert_eq(export_some(&bench, i * COUNT, COUNT, NULL), STS_OK);
        await_written(&bench, i * COUNT + i * COUNT / ROUNDS); /* in the midst of a transaction */
        sts__kafka_force_fatal(bench.rig.exporter->transport_context);
    }
    check_counts(&bench, ROUNDS * COUNT, 0);
    check_topic(&bench, ROUNDS * COUNT, NULL);
    cr_assert_gt(log_lines_count(&bench.log, "a new producer has taken over"), 0u);
    bench_close(&bench);
}

/* At another moment of a transaction each time: what it leaves under way is the next one's to end. */
Test(exactly_once, an_exporter_that_is_closed_at_once_leaves_nothing_behind) {
    enum { ROUNDS = 12, COUNT = 200 };
    struct bench bench;
    bench_prepare(&bench, "closed");
    for (unsigned i = 0; i < ROUNDS; i++) {
        bench_start(&bench, RIG_OPTIONS("transaction.interval", i % 2 ? "1ms" : "500ms", "transaction.timeout", "15m"));
        cr_assert_eq(export_some(&bench, 2 * i * COUNT, COUNT, NULL), STS_OK);
        if (i % 3 == 0)
            rig_flush(&bench.rig, NULL);
        cr_assert_eq(export_some(&bench, (2 * i + 1) * COUNT, COUNT, NULL), STS_OK);
        await_written(&bench, COUNT + i * COUNT / ROUNDS);
        rig_close(&bench.rig);
    }
    bench_start(&bench, NULL);
    rig_flush(&bench.rig, NULL);
    check_topic(&bench, 2 * ROUNDS * COUNT, NULL);
    bench_close(&bench);
}

/* As if the process had been killed between the end of the transaction and the note of it. */
static void forget_what_is_done(const struct store_folder *folder) {
    char path[128];
    while (store_folder_count(folder, ".done")) {
        store_folder_first(folder, ".done", path, sizeof path);
        cr_assert_eq(unlink(path), 0);
    }
}

Test(exactly_once, what_the_group_s_offset_covers_is_not_sent_again) {
    enum { COUNT = 1000 };
    struct bench bench;
    bench_open(&bench, "forgotten", NULL);
    cr_assert_eq(export_some(&bench, 0, COUNT, NULL), STS_OK);
    check_counts(&bench, COUNT, 0);
    rig_close(&bench.rig);
    forget_what_is_done(&bench.folder);
    bench_start(&bench, NULL);
    cr_assert_eq(export_some(&bench, COUNT, COUNT, NULL), STS_OK);
    check_counts(&bench, 2 * COUNT, 0);   /* the first ones count as delivered, */
    check_topic(&bench, 2 * COUNT, NULL); /* and were not sent */
    bench_close(&bench);
}

Test(exactly_once, what_was_delivered_has_not_failed_by_its_age) {
    enum { COUNT = 300 };
    struct bench bench;
    bench_open(&bench, "aged", RIG_OPTIONS("transaction.interval", "5m", "transaction.timeout", "15m"));
    cr_assert_eq(export_some(&bench, 0, COUNT, NULL), STS_OK);
    check_counts(&bench, COUNT, 0);
    cr_assert_eq(export_some(&bench, COUNT, COUNT, NULL), STS_OK); /* in a transaction that does not end */
    rig_close(&bench.rig);
    forget_what_is_done(&bench.folder);
    bench_start(&bench, RIG_OPTIONS("sending_queue.storage.max_age", "1ms"));
    check_counts(&bench, COUNT, COUNT);
    cr_assert_eq(sts_exporter_not_delivered(bench.rig.exporter, STS_ERR_GAVE_UP), COUNT);
    check_topic(&bench, COUNT, NULL);
    bench_close(&bench);
}

/* Twice so that what waits was gone through from one end to the other. */
static void await_looks(const struct bench *bench, unsigned looks) {
    const sts__kafka *kafka = bench->rig.exporter->transport_context;
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    int64_t before = __atomic_load_n(&kafka->patience.look_at_us, __ATOMIC_RELAXED);
    while (looks) {
        int64_t now = __atomic_load_n(&kafka->patience.look_at_us, __ATOMIC_RELAXED);
        looks -= now != before;
        before = now;
        cr_assert_lt(rig_now_ms(), deadline, "nobody looks whose time has run out");
        await_service();
    }
}

Test(exactly_once, what_may_be_delivered_has_not_failed_while_no_broker_answers) {
    enum { COUNT = 300 };
    struct bench bench;
    bench_open(&bench, "unknown", NULL);
    cr_assert_eq(export_some(&bench, 0, COUNT, NULL), STS_OK);
    check_counts(&bench, COUNT, 0);
    rig_close(&bench.rig);
    forget_what_is_done(&bench.folder);
    bench_start(&bench, RIG_OPTIONS("brokers", "127.0.0.1:1", "topic_check", "off", "linger", "1ms",
                                    "retry_on_failure.max_elapsed_time", "50ms"));
    await_looks(&bench, 3);
    rig_set(bench.rig.options, RIG_OPTIONS("brokers", kafka_bootstrap()));
    cr_assert_eq(sts_exporter_reconfigure(bench.rig.exporter, bench.rig.options, NULL), STS_OK);
    check_counts(&bench, COUNT, 0);
    check_topic(&bench, COUNT, NULL);
    bench_close(&bench);
}

static bool is_bad(unsigned number) {
    return number >= 200 && number % 100 == 57;
}

Test(exactly_once, exactly_the_bad_ones_of_what_is_refused_fail) {
    enum { COUNT = 200 };
    struct bench bench;
    bench_open(&bench, "refused", RIG_OPTIONS("missing_key", "null"));
    cr_assert_eq(export_some(&bench, 0, COUNT, NULL), STS_OK);
    check_counts(&bench, COUNT, 0);
    refusing_blind(bench.rig.exporter);
    admin_configure_topic(kafka_bootstrap(), bench.topic, "cleanup.policy=compact");
    refusing_await(bench.topic, PARTITIONS, false);
    cr_assert_eq(export_some(&bench, COUNT, COUNT, is_bad), STS_OK);
    check_counts(&bench, 2 * COUNT - COUNT / 100, COUNT / 100);
    check_topic(&bench, 2 * COUNT, is_bad);
    bench_close(&bench);
}

/* A copy of the folder, which has sent something since. */
static void copy_folder(const struct store_folder *from, struct store_folder *to) {
    char command[256];
    store_folder_make(to);
    snprintf(command, sizeof command, "cp %s/* %s/", from->path, to->path);
    cr_assert_eq(system(command), 0); /* NOLINT(cert-env33-c): of names that the test has made */
}

Test(exactly_once, a_copy_of_the_folder_takes_its_place) {
    enum { COUNT = 100 };
    struct bench original;
    struct bench copy;
    bench_open(&original, "fenced", NULL);
    cr_assert_eq(export_some(&original, 0, COUNT, NULL), STS_OK);
    check_counts(&original, COUNT, 0);
    bench_prepare(&copy, "fenced");
    store_folder_remove(&copy.folder);
    copy_folder(&original.folder, &copy.folder);
    bench_start(&copy, NULL);
    cr_assert_eq(export_some(&copy, COUNT, COUNT, NULL), STS_OK);
    check_counts(&copy, COUNT, 0);
    export_some(&original, COUNT, 1, NULL);
    cr_assert(log_lines_await(&original.log, "another producer has taken over with this store's transactional id", 1,
                              RIG_DEADLINE_MS),
              "it was not told that its place was taken");
    cr_assert_eq(export_some(&original, COUNT, 1, NULL), STS_ERR_PRODUCER_FATAL);
    sts_exporter_free(original.rig.exporter, 0);
    original.rig.exporter = NULL;
    /* Started again, it finds what the copy has committed. */
    rig_refused(original.rig.options, STS_ERR_PRODUCER_FATAL, RIG_OPTIONS("committed by a copy of this store"), NULL);
    cr_assert_eq(export_some(&copy, 2 * COUNT, 1, NULL), STS_OK);
    check_counts(&copy, COUNT + 1, 0);
    bench_close(&copy);
    bench_close(&original);
}
