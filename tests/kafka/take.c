/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests that are handed over (sts_export_take), on a real broker: what the topic gets is what was handed over, each
 * record once, though what is released is overwritten at once (support/handed.h). */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/handed.h"
#include "support/hex.h"
#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/otlp.h"
#include "support/rig.h"
#include "support/topic_reader.h"

enum { THREADS = 4, REQUESTS = 100, AT_ONCE = 50, PARTITIONS = 3, BODY = 700, MOST = THREADS * REQUESTS * AT_ONCE };

struct bench {
    struct rig rig;
    struct handed handed;
    char topic[64];
    bool seen[MOST];
};

static struct bench bench; /* large */

static void bench_open(const char *name, const char *config, const char *const *pairs) {
    snprintf(bench.topic, sizeof bench.topic, "take-%s-%d", name, (int)getpid());
    admin_create_topic(kafka_bootstrap(), bench.topic, PARTITIONS, config);
    bench.rig.options = rig_options(RIG_OPTIONS("brokers", kafka_bootstrap(), "topic", bench.topic));
    rig_set(bench.rig.options, pairs);
    rig_start(&bench.rig);
}

static void bench_close(void) {
    rig_close(&bench.rig);
    handed_check(&bench.handed);
}

/* The body of a record: its number, and bytes that are made of it. */
static void write_body(char *body, unsigned number) {
    int size = snprintf(body, BODY + 1, "%u ", number);
    for (size_t i = (size_t)size; i < BODY; i++)
        body[i] = (char)('a' + (number + i) % 26);
    body[BODY] = '\0';
}

/* Whose body that is, which must be as it was written. */
static unsigned read_body(const char *hex) {
    char expected[BODY + 1];
    sts_bytes value = hex_read(hex);
    unsigned number = (unsigned)strtoul(value.data, NULL, 10);
    write_body(expected, number);
    cr_assert_eq(value.size, (size_t)BODY);
    cr_assert_eq(memcmp(value.data, expected, BODY), 0, "the body of %u is another one", number);
    hex_clear(&value);
    return number;
}

/* Each of the records is there, once; none of `but`, which is one that is not. */
static void check_topic(unsigned expected, unsigned but) {
    size_t count;
    struct read_record *records = topic_read(kafka_bootstrap(), bench.topic, PARTITIONS, &count);
    for (size_t i = 0; i < count; i++) {
        unsigned number = read_body(records[i].value);
        cr_assert_lt(number, expected);
        cr_assert_not(bench.seen[number], "%u is there twice", number);
        bench.seen[number] = true;
    }
    for (unsigned i = 0; i < expected; i++)
        cr_assert_eq(bench.seen[i], i != but, "%u", i);
    read_records_free(records, count);
}

/* --- by several threads --- */

static void *take_all(void *user) {
    unsigned first = (unsigned)(size_t)user * REQUESTS * AT_ONCE;
    for (unsigned r = 0; r < REQUESTS; r++) {
        struct otlp otlp = {0};
        struct pb request = {0};
        char key[32];
        char body[BODY + 1];
        for (unsigned i = 0; i < AT_ONCE; i++, first++) {
            snprintf(key, sizeof key, "key-%u", first % 97);
            write_body(body, first);
            otlp_add_record(&otlp, key, body);
        }
        otlp_finish(&request, &otlp);
        sts_status status = handed_logs(&bench.handed, bench.rig.exporter, &request, NULL, NULL, NULL);
        cr_assert_eq(status, STS_OK, "%s", sts_status_name(status));
        pb_clear(&request);
    }
    return NULL;
}

static void check_flow(const char *compression) {
    pthread_t threads[THREADS];
    uint64_t counts[STS_COUNTS];
    bench_open(compression, NULL,
               RIG_OPTIONS("compression", compression, "sending_queue.max_bytes", "8388608", "produce_timeout", "1m"));
    for (size_t i = 0; i < THREADS; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, take_all, (void *)i), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    rig_flush(&bench.rig, counts);
    cr_expect_eq(counts[STS_COUNT_DELIVERED], (uint64_t)MOST);
    cr_expect_eq(counts[STS_COUNT_POSSIBLE_DUPLICATES], 0u);
    handed_await(&bench.handed, THREADS * REQUESTS);
    check_topic(MOST, MOST);
    bench_close();
}

Test(take, sent_as_they_are, .timeout = 300) {
    check_flow("none");
}

Test(take, compressed, .timeout = 300) {
    check_flow("snappy");
}

/* --- refused --- */

static void add_at(struct otlp *otlp, unsigned number, uint64_t time_ns) {
    struct pb record = {0};
    struct pb key = otlp_text("key");
    char text[BODY + 1];
    write_body(text, number);
    struct pb body = otlp_bytes(text, BODY);
    if (time_ns)
        pb_fixed64(&record, 1, time_ns);
    pb_message(&record, 5, &body);
    otlp_key_value(&record, 6, "stskafka.key", &key, PB_ASCENDING);
    pb_message(&otlp->records, 2, &record);
}

static void check_letter(const char *topic, unsigned number) {
    size_t count;
    struct read_record *records = topic_read(kafka_bootstrap(), topic, 1, &count);
    cr_assert_eq(count, 1u);
    cr_expect_eq(read_body(records[0].value), number);
    read_records_free(records, count);
}

/* The broker refuses all that shares a batch with a record from 1970: they go again, by another producer, until that
 * one alone has failed, whose dead letter has its value. */
Test(take, refused_together_with_a_bad_one) {
    enum { RECORDS = 60, BAD = 30 };
    struct otlp otlp = {0};
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    char letters[64];
    snprintf(letters, sizeof letters, "take-letters-%d", (int)getpid());
    admin_create_topic(kafka_bootstrap(), letters, 1, NULL);
    bench_open("refused", "message.timestamp.before.max.ms=7200000",
               RIG_OPTIONS("record_timestamp", "event", "record_timestamp_bounds", "warn", "compression", "none",
                           "linger", "200ms", "dead_letter.topic", letters));
    for (unsigned i = 0; i < RECORDS; i++)
        add_at(&otlp, i, i == BAD ? 1000000 : 0);
    otlp_finish(&request, &otlp);
    cr_assert_eq(handed_logs(&bench.handed, bench.rig.exporter, &request, NULL, NULL, NULL), STS_OK);
    rig_flush(&bench.rig, counts);
    cr_expect_eq(counts[STS_COUNT_DELIVERED], RECORDS - 1u);
    cr_expect_eq(counts[STS_COUNT_FAILED], 1u);
    handed_await(&bench.handed, 1u);
    sts_exporter_close(bench.rig.exporter, RIG_DEADLINE_MS, NULL, 0, NULL);
    check_topic(RECORDS, BAD);
    check_letter(letters, BAD);
    pb_clear(&request);
    bench_close();
}

/* --- whole --- */

/* A request of profiles is one message, of the bytes that came. */
Test(take, profiles) {
    static const char request[] = {0x12, 3, 'a', 'b', 'c'}; /* a field of which nothing is known */
    uint64_t counts[STS_COUNTS];
    size_t count;
    bench_open("profiles", NULL, RIG_OPTIONS("compression", "none", "linger", "1s", "profiles.key", "none"));
    cr_assert_eq(handed_export(&bench.handed, bench.rig.exporter, STS_SIGNAL_PROFILES, STS_FORMAT_OTLP_PROTO, request,
                               sizeof request, NULL, NULL, NULL),
                 STS_OK);
    cr_expect_eq(handed_released(&bench.handed), 0u);
    rig_flush(&bench.rig, counts);
    cr_expect_eq(counts[STS_COUNT_DELIVERED], 1u);
    handed_await(&bench.handed, 1u);
    struct read_record *records = topic_read(kafka_bootstrap(), bench.topic, PARTITIONS, &count);
    char *hex = hex_write((sts_bytes){request, sizeof request});
    cr_assert_eq(count, 1u);
    cr_expect_str_eq(records[0].value, hex);
    free(hex);
    read_records_free(records, count);
    bench_close();
}
