/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests that are handed over (sts_export_take) to Kafka: their values are not copied, and they stay until the last
 * message that refers to them has its outcome, whichever; then they are released, once. What is released is overwritten
 * (support/handed.h): had anybody looked at it later, the topic would show it. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "exporter/exporter.h"
#include "support/closed_port.h"
#include "support/handed.h"
#include "support/hex.h"
#include "support/mock_cluster.h"
#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"
#include "support/topic_reader.h"
#include "transport/kafka/internal.h"

#define TOPIC "a-topic"
enum { PARTITIONS = 3, RECORDS = 50, PRODUCE = 0 /* ApiKey */ };

struct bench {
    struct mock_cluster mock;
    struct rig rig;
    struct handed handed;
    unsigned exported;
};

static struct bench bench; /* large */

/* Without compression, for which librdkafka makes a copy of its own. */
static void bench_open(const char *const *pairs) {
    mock_cluster_open(&bench.mock, TOPIC, PARTITIONS);
    bench.rig.options = rig_options(RIG_OPTIONS("brokers", bench.mock.brokers, "topic", TOPIC, "outcomes", "all",
                                                "read_timeout", RIG_DEADLINE, "compression", "none"));
    rig_set(bench.rig.options, pairs);
    rig_start(&bench.rig);
}

static void bench_close(void) {
    rig_close(&bench.rig);
    handed_check(&bench.handed);
    mock_cluster_close(&bench.mock);
}

/* Hands `count` more records over, of which `otlp` is made; it is cleared. */
static sts_status take(struct otlp *otlp, unsigned count, uint64_t *counts) {
    struct pb request = {0};
    otlp_finish(&request, otlp);
    sts_status status = handed_logs(&bench.handed, bench.rig.exporter, &request, NULL, counts, NULL);
    pb_clear(&request);
    bench.exported += count;
    return status;
}

static sts_status take_more(unsigned count, uint64_t *counts) {
    struct otlp otlp = {0};
    otlp_add_numbered(&otlp, bench.exported, count);
    return take(&otlp, count, counts);
}

/* All for one partition. */
static sts_status take_more_of_one_key(unsigned count) {
    struct otlp otlp = {0};
    char body[32];
    for (unsigned i = 0; i < count; i++) {
        snprintf(body, sizeof body, "body-%u", bench.exported + i);
        otlp_add_record(&otlp, "one-key", body);
    }
    return take(&otlp, count, NULL);
}

static void force_fatal(void) {
    sts__kafka_force_fatal(bench.rig.exporter->transport_context);
}

/* Each record is in the topic as it was handed over, maybe more than once. */
static void check_topic(void) {
    size_t count;
    bool *seen = calloc(bench.exported, sizeof *seen);
    struct read_record *records = topic_read(bench.mock.brokers, TOPIC, PARTITIONS, &count);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned number;
        char text[32];
        sts_bytes value = hex_read(records[i].value);
        snprintf(text, sizeof text, "%.*s", (int)value.size, (const char *)value.data);
        cr_assert_eq(sscanf(text, "body-%u", &number), 1, "what is there is no body: %s", records[i].value);
        cr_assert_lt(number, bench.exported);
        found += !seen[number];
        seen[number] = true;
        hex_clear(&value);
    }
    cr_expect_eq(found, bench.exported, "%zu of %u", found, bench.exported);
    read_records_free(records, count);
    free(seen);
}

static uint64_t queued_bytes(void) {
    uint64_t queue[STS_QUEUE_VALUES];
    cr_assert_eq(sts_exporter_queue(bench.rig.exporter, queue, STS_QUEUE_VALUES), STS_OK);
    return queue[STS_QUEUE_BYTES];
}

/* --- what is under way --- */

static void count_release(const void *bytes, size_t size, void *user) {
    (void)bytes, (void)size;
    ++*(unsigned *)user;
}

Test(take, values_are_where_they_were_handed_over) {
    struct pb request = {0};
    unsigned released = 0;
    bench_open(RIG_OPTIONS("linger", "4m"));
    otlp_numbered(&request, RECORDS);
    cr_assert_eq(sts_export_take(bench.rig.exporter, STS_SIGNAL_LOGS, STS_FORMAT_OTLP_PROTO, request.data, request.size,
                                 count_release, &released, NULL, NULL, 0, NULL),
                 STS_OK);
    const sts__kafka *kafka = bench.rig.exporter->transport_context;
    size_t count = 0;
    for (const sts__kafka_record *record = kafka->records.first; record; record = record->next, count++) {
        const unsigned char *value = record->message.value.data;
        cr_assert(value >= request.data && value + record->message.value.size <= request.data + request.size);
    }
    cr_expect_eq(count, (size_t)RECORDS);
    cr_expect_eq(released, 0u);
    sts_exporter_close(bench.rig.exporter, RIG_DEADLINE_MS, NULL, 0, NULL);
    cr_expect_eq(released, 1u);
    bench.exported = RECORDS;
    check_topic();
    pb_clear(&request);
    bench_close();
}

/* A key for that partition. */
static void find_key(int32_t partition, char *key, size_t key_size) {
    int32_t found = -1;
    for (unsigned i = 0; found != partition; i++) {
        size_t size = (size_t)snprintf(key, key_size, "key-%u", i);
        cr_assert_eq(sts_partition("java", key, size, PARTITIONS, &found), STS_OK);
    }
}

/* Each of the two records goes by a request of its own, and the second one is not acknowledged. */
Test(take, stays_and_counts_until_the_last_record_is_done) {
    enum { BODY = 20000 };
    struct outcome_log log;
    struct otlp otlp = {0};
    struct pb request = {0};
    char body[BODY + 1];
    char key[32];
    memset(body, 'x', BODY);
    body[BODY] = '\0';
    for (int32_t partition = 0; partition < 2; partition++) {
        find_key(partition, key, sizeof key);
        otlp_add_record(&otlp, key, partition == 0 ? body : "small");
    }
    otlp_finish(&request, &otlp);
    bench_open(RIG_OPTIONS("linger", "100ms"));
    cr_assert_eq(rig_export_numbered(&bench.rig, 20, NULL), STS_OK); /* so that nothing more is asked of the broker */
    rig_flush(&bench.rig, NULL);
    rd_kafka_mock_broker_push_request_error_rtts(bench.mock.cluster, 1, PRODUCE, 2, RD_KAFKA_RESP_ERR_NO_ERROR, 0,
                                                 RD_KAFKA_RESP_ERR_NO_ERROR, 600000);
    cr_assert_eq(handed_logs(&bench.handed, bench.rig.exporter, &request, NULL, NULL, NULL), STS_OK);
    outcome_log_init(&log);
    outcome_log_take(&log, bench.rig.exporter, 21);
    cr_expect_eq(log.items[20].kind, STS_OUTCOME_DELIVERED);
    cr_expect_eq(handed_released(&bench.handed), 0u);
    cr_expect_geq(queued_bytes(), request.size, "whichever of the two is done");
    outcome_log_clear(&log);
    pb_clear(&request);
    bench_close();
}

/* Small records of large requests: all of each counts. Else a few of them could hold any number of requests. */
Test(take, bounds_what_is_held_by_whole_requests) {
    enum { BOUND = 4 << 20, REST = 100000 };
    char closed[32];
    int port = closed_port_reserve(closed, sizeof closed);
    struct otlp otlp = {0};
    struct pb request = {0};
    char *rest = malloc(REST + 1);
    uint64_t counts[STS_COUNTS];
    sts_status status;
    memset(rest, 'x', REST);
    rest[REST] = '\0';
    otlp_add_record(&otlp, "key", "small");
    otlp_add_record(&otlp, NULL, rest); /* is rejected */
    otlp_finish(&request, &otlp);
    bench.rig.options = rig_options(RIG_OPTIONS("brokers", closed, "topic_check", "off", "sending_queue.max_bytes",
                                                "4194304", "sending_queue.block_on_overflow", "false"));
    rig_start(&bench.rig);
    do
        status = handed_logs(&bench.handed, bench.rig.exporter, &request, NULL, counts, NULL);
    while (status == STS_ERR_REJECTED);
    cr_expect_eq(status, STS_ERR_QUEUE_FULL, "%s", sts_status_name(status));
    cr_expect_eq(counts[STS_COUNT_RECORDS], 0u, "none of that request was taken");
    unsigned held = bench.handed.count - handed_released(&bench.handed);
    cr_expect_gt(held, 1u);
    cr_expect_leq(held * request.size, (size_t)BOUND);
    rig_close(&bench.rig);
    handed_check(&bench.handed);
    pb_clear(&request);
    free(rest);
    close(port);
}

/* --- how it ends --- */

Test(take, delivered) {
    uint64_t counts[STS_COUNTS];
    bench_open(NULL);
    for (int i = 0; i < 20; i++)
        cr_assert_eq(take_more(RECORDS, NULL), STS_OK);
    rig_flush(&bench.rig, counts);
    cr_expect_eq(counts[STS_COUNT_DELIVERED], bench.exported);
    handed_await(&bench.handed, 20u);
    check_topic();
    bench_close();
}

Test(take, with_the_result_awaited) {
    uint64_t counts[STS_COUNTS];
    bench_open(RIG_OPTIONS("sending_queue.wait_for_result", "true"));
    cr_assert_eq(take_more(RECORDS, counts), STS_OK);
    cr_expect_eq(counts[STS_COUNT_DELIVERED], (uint64_t)RECORDS);
    rig_flush(&bench.rig, NULL);
    handed_await(&bench.handed, 1u);
    check_topic();
    bench_close();
}

Test(take, failed) {
    uint64_t counts[STS_COUNTS];
    bench_open(NULL);
    rd_kafka_mock_push_request_errors(bench.mock.cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    cr_assert_eq(take_more(1, NULL), STS_OK);
    rig_flush(&bench.rig, counts);
    cr_expect_eq(counts[STS_COUNT_FAILED], 1u);
    handed_await(&bench.handed, 1u);
    bench_close();
}

/* It is counted when all that waited is with the new one, which may be a moment after that has delivered it. */
static void await_rebuild(void) {
    uint64_t counts[STS_COUNTS] = {0};
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    while (counts[STS_COUNT_PRODUCER_REBUILDS] == 0) {
        cr_assert_lt(rig_now_ms(), deadline, "no other producer");
        cr_assert_eq(sts_exporter_counts(bench.rig.exporter, counts, STS_COUNTS), STS_OK);
    }
}

/* Until who serves has left librdkafka's flush, in which nothing lingers: a record that is sent then goes alone. The
 * exporter's thread notes that it was called when it begins its next round. */
static void await_end_of_flush(void) {
    sts_exporter *exporter = bench.rig.exporter;
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    bool is_called = true;
    sts__service_wake(exporter);
    while (is_called) {
        cr_assert_lt(rig_now_ms(), deadline, "the exporter's thread does not serve");
        sched_yield();
        pthread_mutex_lock(&exporter->callers_lock);
        is_called = exporter->called;
        pthread_mutex_unlock(&exporter->callers_lock);
    }
}

/* From the exporter's thread, which leaves it for a moment only: who sleeps until then comes too late. */
static void take_turn(sts_exporter *exporter, sts__caller *me) {
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    while (!sts__service_take_turn(exporter, me, 0)) {
        cr_assert_lt(rig_now_ms(), deadline, "no turn");
        sts__service_wake(exporter);
        sched_yield();
    }
}

/* They go again in groups, by another producer. */
Test(take, refused_together) {
    uint64_t counts[STS_COUNTS];
    bench_open(RIG_OPTIONS("linger", "500ms"));
    cr_assert_eq(take_more(RECORDS, NULL), STS_OK); /* the first record of each partition goes alone */
    rig_flush(&bench.rig, NULL);
    await_end_of_flush();
    rd_kafka_mock_push_request_errors(bench.mock.cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_INVALID_RECORD);
    cr_assert_eq(take_more(RECORDS, NULL), STS_OK);
    rig_flush(&bench.rig, counts);
    cr_expect_eq(counts[STS_COUNT_DELIVERED], bench.exported);
    await_rebuild();
    handed_await(&bench.handed, 2u);
    check_topic();
    bench_close();
}

/* What librdkafka tells of a refusal, as an error, lies before it, and report would get no further. */
static void drop_set_aside(sts__kafka *kafka) {
    if (kafka->producer.set_aside)
        rd_kafka_event_destroy(kafka->producer.set_aside);
    kafka->producer.set_aside = NULL;
}

/* The refusal is met by an export's part in serving, which takes what was delivered and leaves the rest for poll; each
 * of the two was refused with another, the first one too. */
Test(take, two_refused_together_and_left_for_poll) {
    sts__caller me;
    uint64_t counts[STS_COUNTS];
    bench_open(RIG_OPTIONS("linger", "500ms"));
    cr_assert_eq(take_more_of_one_key(1), STS_OK);
    rig_flush(&bench.rig, NULL);
    sts_exporter *exporter = bench.rig.exporter;
    sts__kafka *kafka = exporter->transport_context;
    const int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    take_turn(exporter, &me);
    while (!exporter->transport.report(kafka, 0))
        exporter->transport.poll(kafka, 10);
    rd_kafka_mock_push_request_errors(bench.mock.cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_INVALID_RECORD);
    cr_assert_eq(take_more_of_one_key(2), STS_OK);
    while (!kafka->cluster.held_count) {
        cr_assert_lt(rig_now_ms(), deadline, "nothing was refused");
        exporter->transport.report(kafka, 10);
        drop_set_aside(kafka);
    }
    sts__service_give_turn(exporter, &me);
    rig_flush(&bench.rig, counts);
    cr_expect_eq(counts[STS_COUNT_DELIVERED], bench.exported);
    handed_await(&bench.handed, 2u);
    check_topic();
    bench_close();
}

Test(take, given_to_the_next_producer) {
    uint64_t counts[STS_COUNTS];
    bench_open(RIG_OPTIONS("linger", "4m"));
    cr_assert_eq(take_more(RECORDS, NULL), STS_OK);
    force_fatal();
    cr_assert_eq(take_more(RECORDS, NULL), STS_OK);
    rig_flush(&bench.rig, counts);
    cr_expect_eq(counts[STS_COUNT_DELIVERED], bench.exported);
    handed_await(&bench.handed, 2u);
    check_topic();
    bench_close();
}

/* A listening socket that nobody accepts from; writes its address. */
static int listen_silently(char *address, size_t size) {
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t where_size = sizeof where;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(listener, (struct sockaddr *)&where, sizeof where), 0);
    cr_assert_eq(listen(listener, 8), 0);
    cr_assert_eq(getsockname(listener, (struct sockaddr *)&where, &where_size), 0);
    snprintf(address, size, "127.0.0.1:%d", ntohs(where.sin_port));
    return listener;
}

Test(take, purged_at_the_end_with_a_broker_that_hangs) {
    char address[64];
    uint64_t counts[STS_COUNTS];
    int listener = listen_silently(address, sizeof address);
    bench.rig.options = rig_options(RIG_OPTIONS("brokers", address, "topic_check", "off"));
    rig_start(&bench.rig);
    cr_assert_eq(take_more(RECORDS, NULL), STS_OK);
    cr_expect_eq(handed_released(&bench.handed), 0u);
    cr_expect_eq(sts_exporter_close(bench.rig.exporter, 50, counts, STS_COUNTS, NULL), STS_ERR_TIMED_OUT);
    cr_expect_eq(counts[STS_COUNT_PURGED], (uint64_t)RECORDS);
    rig_close(&bench.rig);
    handed_check(&bench.handed);
    close(listener);
}

Test(take, sent_and_not_acknowledged_at_the_end) {
    uint64_t counts[STS_COUNTS];
    struct outcome_log log;
    bench_open(RIG_OPTIONS("linger", "0s"));
    rd_kafka_mock_broker_push_request_error_rtts(bench.mock.cluster, 1, PRODUCE, 1, RD_KAFKA_RESP_ERR_NO_ERROR, 600000);
    cr_assert_eq(take_more(1, NULL), STS_OK);
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    while (topic_count(bench.mock.brokers, TOPIC, PARTITIONS) < 1)
        cr_assert_lt(rig_now_ms(), deadline);
    cr_expect_eq(handed_released(&bench.handed), 0u);
    cr_expect_eq(sts_exporter_close(bench.rig.exporter, 0, counts, STS_COUNTS, NULL), STS_ERR_TIMED_OUT);
    cr_expect_eq(counts[STS_COUNT_UNCERTAIN], 1u);
    outcome_log_init(&log);
    outcome_log_take(&log, bench.rig.exporter, 1);
    outcome_log_clear(&log);
    bench_close();
}

/* The rest of a request goes on with the same bytes, handed over anew. */
Test(take, in_parts_where_there_is_no_room) {
    char closed[32];
    uint64_t counts[STS_COUNTS];
    struct pb request = {0};
    int port = closed_port_reserve(closed, sizeof closed);
    sts_export_context *context = sts_export_context_new();
    bench.rig.options = rig_options(RIG_OPTIONS("brokers", closed, "topic_check", "off", "sending_queue.queue_size",
                                                "4", "sending_queue.block_on_overflow", "false"));
    rig_start(&bench.rig);
    otlp_numbered(&request, RECORDS);
    cr_expect_eq(handed_logs(&bench.handed, bench.rig.exporter, &request, context, counts, NULL), STS_ERR_QUEUE_FULL);
    cr_expect_eq(counts[STS_COUNT_ACCEPTED], 4u);
    cr_expect_eq(handed_released(&bench.handed), 0u, "four messages refer to it");
    sts_export_context_set_first_record(context, 4);
    cr_expect_eq(handed_logs(&bench.handed, bench.rig.exporter, &request, context, counts, NULL), STS_ERR_QUEUE_FULL);
    cr_expect_eq(counts[STS_COUNT_ACCEPTED], 0u);
    cr_expect_eq(handed_released(&bench.handed), 1u, "none refers to this one");
    sts_export_context_free(context);
    rig_close(&bench.rig);
    handed_check(&bench.handed);
    pb_clear(&request);
    close(port);
}

/* --- where nothing refers to it, though messages are under way --- */

static void expect_released_at_once(const char *const *pairs, int32_t format, const struct pb *request) {
    bench_open(pairs);
    sts_status status = handed_export(&bench.handed, bench.rig.exporter, STS_SIGNAL_LOGS, format, request->data,
                                      request->size, NULL, NULL, NULL);
    cr_expect_eq(status, STS_OK, "%s", sts_status_name(status));
    cr_expect_eq(handed_released(&bench.handed), 1u);
    bench_close();
}

Test(take, json_becomes_something_else) {
    static const char json[] =
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"b\"}}]}]}]}";
    struct pb request = {0};
    pb_put(&request, json, sizeof json - 1);
    expect_released_at_once(RIG_OPTIONS("linger", "4m", "missing_key", "null", "encoding", "raw_text"),
                            STS_FORMAT_OTLP_JSON, &request);
    pb_clear(&request);
}

Test(take, an_encoding_that_writes_values_makes_its_own) {
    struct pb request = {0};
    otlp_numbered(&request, RECORDS);
    expect_released_at_once(RIG_OPTIONS("linger", "4m", "encoding", "otlp_proto"), STS_FORMAT_OTLP_PROTO, &request);
    pb_clear(&request);
}

Test(take, what_is_gathered_is_made_too) {
    struct pb request = {0};
    otlp_numbered(&request, RECORDS);
    expect_released_at_once(RIG_OPTIONS("linger", "4m", "gather", "request", "encoding", "otlp_proto"),
                            STS_FORMAT_OTLP_PROTO, &request);
    pb_clear(&request);
}

Test(take, a_large_part_of_the_queue_is_copied) {
    enum { BODY = 300000 };
    struct otlp otlp = {0};
    struct pb request = {0};
    char *body = malloc(BODY + 1);
    memset(body, 'x', BODY);
    body[BODY] = '\0';
    otlp_add_record(&otlp, "key", body);
    otlp_finish(&request, &otlp);
    expect_released_at_once(RIG_OPTIONS("linger", "4m", "sending_queue.max_bytes", "1150000"), STS_FORMAT_OTLP_PROTO,
                            &request);
    pb_clear(&request);
    free(body);
}

/* --- from inside --- */

static void call_inside(struct handed *all) {
    struct pb request = {0};
    otlp_numbered(&request, 1);
    cr_expect_eq(sts_flush(all->exporter, RIG_DEADLINE_MS, NULL, 0, NULL), STS_ERR_REENTRANT);
    cr_expect_eq(sts_export_logs(all->exporter, request.data, request.size, NULL, NULL, 0, NULL), STS_OK);
    pb_clear(&request);
}

Test(take, calls_back_as_callbacks_are_called) {
    uint64_t counts[STS_COUNTS];
    bench_open(NULL);
    bench.handed.exporter = bench.rig.exporter;
    bench.handed.inside = call_inside;
    cr_assert_eq(take_more(RECORDS, NULL), STS_OK);
    rig_flush(&bench.rig, NULL);
    handed_await(&bench.handed, 1);
    rig_flush(&bench.rig, counts);
    cr_expect_eq(counts[STS_COUNT_DELIVERED], RECORDS + 1u);
    bench_close();
}
