/* SPDX-License-Identifier: Apache-2.0
 *
 * librdkafka gets as many messages at a time as max_in_flight says, and what waits behind them goes on in its order,
 * whoever serves, and whatever becomes of the producer meanwhile. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include <stskafka/stskafka.h>

#include "exporter/exporter.h"
#include "support/hex.h"
#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/otlp.h"
#include "support/rig.h"
#include "support/topic_reader.h"
#include "transport/kafka/internal.h"

enum { THREADS = 4, KEYS = 5, REQUESTS = 3, RECORDS = 100 /* a request */, PARTITIONS = 3, WINDOW = 7, FIRST = 12 };

static size_t most; /* that librdkafka had; atomic */

/* By the linker's --wrap: what is given to librdkafka, new records and those that have waited.
 * NOLINTBEGIN(bugprone-reserved-identifier) */
rd_kafka_resp_err_t __wrap_sts__kafka_produce_run(sts__kafka *kafka, sts__kafka_record **first, size_t *left);
rd_kafka_resp_err_t __real_sts__kafka_produce_run(sts__kafka *kafka, sts__kafka_record **first, size_t *left);

rd_kafka_resp_err_t __wrap_sts__kafka_produce_run(sts__kafka *kafka, sts__kafka_record **first, size_t *left) {
    size_t has = sts__kafka_records_produced(&kafka->records);
    size_t before = __atomic_load_n(&most, __ATOMIC_RELAXED);
    while (has > before && !__atomic_compare_exchange_n(&most, &before, has, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        ;
    return __real_sts__kafka_produce_run(kafka, first, left);
}
/* NOLINTEND(bugprone-reserved-identifier) */

struct sender {
    struct rig *rig;
    unsigned thread;
    pthread_t id;
};

/* Keys of its own, and in each body how many came before under that key. */
static void *export_all(void *user) {
    const struct sender *sender = user;
    unsigned next[KEYS] = {0};
    for (unsigned request = 0; request < REQUESTS; request++) {
        struct otlp otlp = {0};
        struct pb bytes = {0};
        for (unsigned i = 0; i < RECORDS; i++) {
            char key[32], body[16];
            snprintf(key, sizeof key, "%u-%u", sender->thread, i % KEYS);
            snprintf(body, sizeof body, "%u", next[i % KEYS]++);
            otlp_add_record(&otlp, key, body);
        }
        otlp_finish(&bytes, &otlp);
        cr_expect_eq(rig_export(sender->rig, &bytes, NULL), STS_OK);
        pb_clear(&bytes);
        if (!sender->rig->exporter->own_thread)
            rig_flush(sender->rig, NULL);
    }
    return NULL;
}

static void check_topic(const char *topic, unsigned threads) {
    unsigned next[THREADS][KEYS] = {{0}};
    size_t count;
    struct read_record *records = topic_read(kafka_bootstrap(), topic, PARTITIONS, &count);
    for (size_t i = 0; i < count; i++) {
        unsigned thread, key;
        sts_bytes name = hex_read(records[i].key), body = hex_read(records[i].value);
        char text[64];
        snprintf(text, sizeof text, "%.*s", (int)name.size, (const char *)name.data);
        bool counts = sscanf(text, "%u-%u", &thread, &key) == 2; /* else it is one of the first */
        snprintf(text, sizeof text, "%.*s", (int)body.size, (const char *)body.data);
        if (counts)
            cr_assert_eq(strtoul(text, NULL, 10), next[thread][key]++, "%u-%u: %s", thread, key, text);
        hex_clear(&name);
        hex_clear(&body);
    }
    for (unsigned i = 0; i < threads * KEYS; i++)
        cr_assert_eq(next[i / KEYS][i % KEYS], (unsigned)(REQUESTS * RECORDS / KEYS), "%u-%u", i / KEYS, i % KEYS);
    read_records_free(records, count);
}

static void force_fatal(struct rig *rig, int times) {
    uint64_t counts[STS_COUNTS] = {0};
    for (int i = 1; i <= times; i++) {
        int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
        sts__kafka_force_fatal(rig->exporter->transport_context);
        while (counts[STS_COUNT_PRODUCER_REBUILDS] < (uint64_t)i) {
            cr_assert_lt(rig_now_ms(), deadline, "no other producer has taken over");
            sts_exporter_counts(rig->exporter, counts, STS_COUNTS);
        }
    }
}

/* Records to the partitions, each with nothing behind it: a broker that has nothing of a producer in a partition yet
 * takes whatever comes first, also what was sent behind the first (KIP-360). */
static void prime(struct rig *rig) {
    for (unsigned i = 0; i < FIRST; i++) {
        struct otlp otlp = {0};
        struct pb bytes = {0};
        char key[32];
        snprintf(key, sizeof key, "first %u", i);
        otlp_add_record(&otlp, key, "first");
        otlp_finish(&bytes, &otlp);
        cr_assert_eq(rig_export(rig, &bytes, NULL), STS_OK);
        pb_clear(&bytes);
        rig_flush(rig, NULL);
    }
}

/* Where there is one, threads that export have no reports served. */
static void on_outcome(const sts_outcome *outcome, void *user) {
    (void)outcome, (void)user;
}

static void run(const char *name, unsigned threads, int fatal, bool has_callback, const char *const *pairs) {
    char topic[64];
    uint64_t counts[STS_COUNTS];
    struct rig rig;
    struct sender senders[THREADS];
    snprintf(topic, sizeof topic, "in-flight-%s-%d", name, (int)getpid());
    admin_create_topic(kafka_bootstrap(), topic, PARTITIONS, NULL);
    rig = (struct rig){.options =
                           rig_options(RIG_OPTIONS("brokers", kafka_bootstrap(), "topic", topic, "linger", "0ms"))};
    if (pairs)
        rig_set(rig.options, pairs);
    if (has_callback)
        sts_options_set_outcome_callback(rig.options, on_outcome, NULL);
    rig_start(&rig);
    prime(&rig);
    for (unsigned i = 0; i < threads; i++) {
        senders[i] = (struct sender){.rig = &rig, .thread = i};
        cr_assert_eq(pthread_create(&senders[i].id, NULL, export_all, &senders[i]), 0);
    }
    force_fatal(&rig, fatal);
    for (unsigned i = 0; i < threads; i++)
        pthread_join(senders[i].id, NULL);
    rig_flush(&rig, counts);
    rig_check_sums(counts);
    uint64_t there = counts[STS_COUNT_DELIVERED] + (fatal ? counts[STS_COUNT_UNCERTAIN] : 0);
    cr_assert_eq(there, (uint64_t)threads * REQUESTS * RECORDS + FIRST, "%llu", (unsigned long long)there);
    rig_close(&rig);
    if (fatal == 0)
        check_topic(topic, threads);
}

#define NARROW "sending_queue.max_in_flight", "7"

Test(in_flight, threads_that_have_reports_served) {
    run("helped", THREADS, 0, false, RIG_OPTIONS(NARROW));
    cr_assert_gt(most, 0u);
    cr_assert_leq(most, (size_t)WINDOW);
}

Test(in_flight, a_thread_of_its_own_that_serves) {
    run("served", THREADS, 0, true, RIG_OPTIONS(NARROW));
    cr_assert_leq(most, (size_t)WINDOW);
}

Test(in_flight, the_host_serves) {
    run("polled", 1, 0, false, RIG_OPTIONS(NARROW, "service_thread", "false"));
    cr_assert_leq(most, (size_t)WINDOW);
}

Test(in_flight, one_at_a_time) {
    run("one", 1, 0, false, RIG_OPTIONS("sending_queue.max_in_flight", "1"));
    cr_assert_eq(most, 1u);
}

Test(in_flight, automatic) {
    run("automatic", THREADS, 0, false, RIG_OPTIONS("sending_queue.max_in_flight", "0"));
    cr_assert_gt(most, (size_t)WINDOW);
}

/* The next producer gets no more at a time, and what waits is told of as ever. */
Test(in_flight, producers_that_end) {
    run("fatal", THREADS, 2, false, RIG_OPTIONS(NARROW));
    cr_assert_leq(most, (size_t)WINDOW);
}
