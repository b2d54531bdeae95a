/* SPDX-License-Identifier: Apache-2.0
 *
 * Records on their way into librdkafka's own cluster: where they arrive, and what the host learns. */
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/hex.h"
#include "support/mock_cluster.h"
#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"
#include "support/topic_reader.h"

#define TOPIC "a-topic"
enum { PARTITIONS = 5, PRODUCE = 0 /* ApiKey */ };

/* A cluster and an exporter to it, whose outcomes can be taken. */
struct bench {
    struct mock_cluster mock;
    struct outcome_log log;
    sts_exporter *exporter;
};

static void bench_open(struct bench *bench, const char *const *pairs) {
    mock_cluster_open(&bench->mock, TOPIC, PARTITIONS);
    outcome_log_init(&bench->log);
    sts_options *options = rig_options(RIG_OPTIONS("brokers", bench->mock.brokers, "topic", TOPIC, "outcomes", "all"));
    rig_set(options, pairs);
    bench->exporter = rig_new(options);
    sts_options_free(options);
}

static void bench_close(struct bench *bench) {
    sts_exporter_free(bench->exporter, RIG_DEADLINE_MS);
    outcome_log_clear(&bench->log);
    mock_cluster_close(&bench->mock);
}

/* Exports the request, clears it, and waits until every record has its outcome. */
static void bench_send(struct bench *bench, struct otlp *otlp, sts_status expected, uint64_t *counts) {
    struct pb request = {0};
    sts_error *error = NULL;
    otlp_finish(&request, otlp);
    sts_status status = sts_export_logs(bench->exporter, request.data, request.size, NULL, NULL, 0, &error);
    cr_assert_eq(status, expected, "%s: %s", sts_status_name(status), sts_error_text(error));
    sts_error_free(error);
    status = sts_flush(bench->exporter, RIG_DEADLINE_MS, counts, STS_COUNTS, NULL);
    cr_assert_eq(status, STS_OK, "%s", sts_status_name(status));
    rig_check_sums(counts);
    outcome_log_take(&bench->log, bench->exporter, counts[STS_COUNT_RECORDS] - bench->log.count);
    pb_clear(&request);
}

/* What the topic holds, which must be so many records. */
static struct read_record *read_back(const struct bench *bench, size_t expected) {
    size_t count;
    struct read_record *records = topic_read(bench->mock.brokers, TOPIC, PARTITIONS, &count);
    cr_assert_eq(count, expected, "%zu", count);
    return records;
}

/* The record that was read at the place an outcome tells. */
static const struct read_record *find(const struct read_record *records, size_t count,
                                      const struct outcome_copy *outcome) {
    for (size_t i = 0; i < count; i++)
        if (records[i].partition == outcome->partition && records[i].offset == outcome->offset)
            return &records[i];
    cr_assert_fail("nothing is at %d@%d", (int)outcome->offset, outcome->partition);
    return NULL;
}

static void check_profile(const char *profile) {
    enum { COUNT = 60 };
    struct bench bench;
    struct otlp otlp = {0};
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, RIG_OPTIONS("partitioner", profile));
    otlp_add_numbered(&otlp, 0, COUNT);
    bench_send(&bench, &otlp, STS_OK, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], (uint64_t)COUNT);
    struct read_record *records = read_back(&bench, COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        struct outcome_copy outcome = outcome_log_find(&bench.log, 0, i);
        char key[32];
        int32_t partition;
        size_t size = (size_t)snprintf(key, sizeof key, "key-%u", i);
        cr_assert_eq(outcome.kind, STS_OUTCOME_DELIVERED);
        cr_assert_str_eq(outcome.topic, TOPIC);
        cr_assert_eq(sts_partition(profile, key, size, PARTITIONS, &partition), STS_OK);
        cr_assert_eq(outcome.partition, partition, "%s: %s", profile, key);
        char *hex = hex_write((sts_bytes){key, size});
        cr_assert_str_eq(find(records, COUNT, &outcome)->key, hex, "%s: %s", profile, key);
        free(hex);
    }
    read_records_free(records, COUNT);
    bench_close(&bench);
}

Test(delivery, as_java_places) {
    check_profile("java");
}

Test(delivery, as_sarama_places) {
    check_profile("sarama");
}

Test(delivery, as_librdkafka_places) {
    check_profile("librdkafka");
}

static void check_empty_key(const char *profile, const char *empty_key, const char *expected) {
    struct bench bench;
    struct otlp otlp = {0};
    uint64_t counts[STS_COUNTS];
    int32_t partition;
    bench_open(&bench, RIG_OPTIONS("partitioner", profile, "empty_key", empty_key));
    for (int i = 0; i < 8; i++)
        otlp_add_record(&otlp, "", i % 2 ? "body" : "");
    bench_send(&bench, &otlp, STS_OK, counts);
    struct read_record *records = read_back(&bench, 8);
    cr_assert_eq(sts_partition(profile, "", 0, PARTITIONS, &partition), STS_OK);
    for (unsigned i = 0; i < 8; i++) {
        struct outcome_copy outcome = outcome_log_find(&bench.log, 0, i);
        const struct read_record *record = find(records, 8, &outcome);
        cr_assert_str_eq(record->key, expected);
        cr_assert_str_eq(record->value, i % 2 ? "626f6479" : "null", "an empty body is a tombstone");
        if (strcmp(empty_key, "send") == 0)
            cr_assert_eq(outcome.partition, partition, "%s: an empty key has one partition", profile);
    }
    read_records_free(records, 8);
    bench_close(&bench);
}

Test(delivery, an_empty_key_is_not_null) {
    check_empty_key("java", "send", "");
    check_empty_key("sarama", "send", "");
    check_empty_key("librdkafka", "send", "");
}

Test(delivery, an_empty_key_becomes_null_where_asked) {
    check_empty_key("java", "null", "null");
    check_empty_key("librdkafka", "null", "null");
}

static struct outcome_copy send_one(struct bench *bench) {
    struct otlp otlp = {0};
    uint64_t counts[STS_COUNTS];
    otlp_add_record(&otlp, "key", "body");
    bench_send(bench, &otlp, STS_OK, counts);
    return bench->log.items[bench->log.count - 1];
}

/* A leader that says that it leads no longer may have written the record before, as the right was still there. */
Test(delivery, what_lacks_a_right_may_have_been_written_before) {
    struct bench bench;
    bench_open(&bench, NULL);
    cr_assert_eq(send_one(&bench).kind, STS_OUTCOME_DELIVERED);
    rd_kafka_mock_push_request_errors(bench.mock.cluster, PRODUCE, 2, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                                      RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    struct outcome_copy sent_twice = send_one(&bench);
    cr_assert_eq(sent_twice.kind, STS_OUTCOME_UNCERTAIN, "%d: %s", sent_twice.kind, sent_twice.text);
    cr_assert_eq(sent_twice.code, STS_ERR_NOT_AUTHORIZED, "%s", sts_status_name(sent_twice.code));
    rd_kafka_mock_push_request_errors(bench.mock.cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    struct outcome_copy sent_once = send_one(&bench);
    cr_assert_eq(sent_once.kind, STS_OUTCOME_FAILED, "%d: %s", sent_once.kind, sent_once.text);
    cr_assert_eq(sent_once.code, STS_ERR_NOT_AUTHORIZED, "%s", sts_status_name(sent_once.code));
    bench_close(&bench);
}

Test(delivery, an_oversize_record_is_rejected_alone) {
    struct bench bench;
    struct otlp otlp = {0};
    uint64_t counts[STS_COUNTS];
    size_t size = 1000000;
    char *body = malloc(size + 1);
    memset(body, 'x', size);
    body[size] = '\0';
    bench_open(&bench, NULL);
    otlp_add_numbered(&otlp, 0, 500);
    otlp_add_record(&otlp, "large", body);
    otlp_add_numbered(&otlp, 501, 499);
    bench_send(&bench, &otlp, STS_ERR_REJECTED, counts);
    cr_assert_eq(counts[STS_COUNT_RECORDS], 1000u);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 999u);
    cr_assert_eq(sts_exporter_rejected(bench.exporter, STS_ERR_RECORD_SIZE), 1u);
    struct outcome_copy outcome = outcome_log_find(&bench.log, 0, 500);
    cr_assert_eq(outcome.kind, STS_OUTCOME_REJECTED);
    cr_assert_eq(outcome.code, STS_ERR_RECORD_SIZE);
    read_records_free(read_back(&bench, 999), 999);
    free(body);
    bench_close(&bench);
}

static void check_acks(const char *required_acks, int counter) {
    struct bench bench;
    struct otlp otlp = {0};
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, RIG_OPTIONS("required_acks", required_acks));
    otlp_add_numbered(&otlp, 0, 10);
    bench_send(&bench, &otlp, STS_OK, counts);
    cr_assert_eq(counts[counter], 10u, "%s: %u", required_acks, (unsigned)counts[counter]);
    read_records_free(read_back(&bench, 10), 10);
    if (counter == STS_COUNT_UNCERTAIN)
        cr_assert_eq(outcome_log_find(&bench.log, 0, 3).code, STS_ERR_NOT_ACKNOWLEDGED);
    bench_close(&bench);
}

Test(delivery, without_acknowledgements_it_is_uncertain) {
    check_acks("none", STS_COUNT_UNCERTAIN);
}

Test(delivery, with_acknowledgements_it_is_not) {
    check_acks("leader", STS_COUNT_DELIVERED);
    check_acks("all", STS_COUNT_DELIVERED);
}

/* As the Java client has it: a batch to one partition, the next one to another. The batch ends by its size here. */
Test(delivery, null_keys_stay_for_a_batch_and_then_move_on) {
    enum { RECORDS = 2000, A_BATCH = 10 };
    struct bench bench;
    struct otlp otlp = {0};
    uint64_t counts[STS_COUNTS];
    unsigned of[PARTITIONS] = {0};
    char body[101];
    bench_open(&bench, RIG_OPTIONS("missing_key", "null", "max_message_bytes", "1000", "linger", "1m"));
    memset(body, 'x', 100);
    body[100] = '\0';
    for (unsigned i = 0; i < RECORDS; i++)
        otlp_add_record(&otlp, NULL, body);
    bench_send(&bench, &otlp, STS_OK, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], (uint64_t)RECORDS);
    int32_t before = -1;
    for (unsigned i = 0; i < RECORDS; i++) {
        int32_t partition = outcome_log_find(&bench.log, 0, i).partition;
        cr_assert_eq(partition == before, i % A_BATCH != 0, "record %u", i);
        before = partition;
        of[partition]++;
    }
    for (unsigned i = 0; i < PARTITIONS; i++) /* 400 each, by chance within 4.5 times its deviation */
        cr_assert(of[i] > 200 && of[i] < 600, "%u of %u are on %u", of[i], (unsigned)RECORDS, i);
    bench_close(&bench);
}

/* ApiKey 0 is Produce. */
static void check_produce_error(rd_kafka_resp_err_t produce_error, sts_status code) {
    struct bench bench;
    struct otlp otlp = {0};
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, NULL);
    rd_kafka_mock_push_request_errors(bench.mock.cluster, 0, 1, produce_error);
    otlp_add_record(&otlp, "k", "body");
    bench_send(&bench, &otlp, STS_OK, counts);
    struct outcome_copy outcome = outcome_log_find(&bench.log, 0, 0);
    cr_assert_eq(outcome.kind, STS_OUTCOME_FAILED, "%d", outcome.kind);
    cr_assert_eq(outcome.code, code, "%s", sts_status_name(outcome.code));
    cr_assert_eq(outcome.transport_code, produce_error);
    cr_assert_gt(strlen(outcome.text), 0u);
    cr_assert_eq(counts[STS_COUNT_FAILED], 1u);
    bench_close(&bench);
}

Test(delivery, what_the_broker_refuses_is_told) {
    check_produce_error(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, STS_ERR_NOT_AUTHORIZED);
    check_produce_error(RD_KAFKA_RESP_ERR_INVALID_RECORD, STS_ERR_DELIVERY);
}

Test(delivery, what_the_broker_puts_off_is_tried_again) {
    struct bench bench;
    struct otlp otlp = {0};
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, NULL);
    rd_kafka_mock_push_request_errors(bench.mock.cluster, 0, 2, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                                      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
    otlp_add_numbered(&otlp, 0, 20);
    bench_send(&bench, &otlp, STS_OK, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 20u);
    bench_close(&bench);
}

/* With retries off the same is the end of the record, and of the class of what was given up. */
static void check_first_failure(rd_kafka_resp_err_t produce_error, sts_status code) {
    struct bench bench;
    struct otlp otlp = {0};
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, RIG_OPTIONS("retry_on_failure.enabled", "false"));
    rd_kafka_mock_push_request_errors(bench.mock.cluster, 0, 1, produce_error);
    otlp_add_record(&otlp, "k", "body");
    bench_send(&bench, &otlp, STS_OK, counts);
    cr_assert_eq(outcome_log_find(&bench.log, 0, 0).code, code, "%s", rd_kafka_err2name(produce_error));
    otlp_add_record(&otlp, "k", "body");
    bench_send(&bench, &otlp, STS_OK, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 1u, "the next one goes");
    bench_close(&bench);
}

Test(delivery, without_retries_the_first_failure_is_the_last) {
    check_first_failure(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, STS_ERR_GAVE_UP);
    check_first_failure(RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, STS_ERR_GAVE_UP);
    check_first_failure(RD_KAFKA_RESP_ERR__TRANSPORT, STS_ERR_GAVE_UP);
    check_first_failure(RD_KAFKA_RESP_ERR_INVALID_RECORD, STS_ERR_DELIVERY);
    check_first_failure(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, STS_ERR_RECORD_SIZE);
}

/* librdkafka does not count it as a try. */
Test(delivery, without_retries_a_partition_that_has_moved_is_followed) {
    struct bench bench;
    struct otlp otlp = {0};
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, RIG_OPTIONS("retry_on_failure.enabled", "false"));
    rd_kafka_mock_push_request_errors(bench.mock.cluster, 0, 1, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
    otlp_add_record(&otlp, "k", "body");
    bench_send(&bench, &otlp, STS_OK, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 1u);
    bench_close(&bench);
}

/* The record's time ends within the wait for its second try, which the mock would have taken. */
Test(delivery, the_interval_of_retries_is_the_hosts) {
    struct bench bench;
    struct otlp otlp = {0};
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, RIG_OPTIONS("retry_on_failure.initial_interval", "5m", "retry_on_failure.max_interval", "5m",
                                   "retry_on_failure.max_elapsed_time", "2s"));
    rd_kafka_mock_push_request_errors(bench.mock.cluster, 0, 1, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
    otlp_add_record(&otlp, "k", "body");
    bench_send(&bench, &otlp, STS_OK, counts);
    cr_assert_eq(outcome_log_find(&bench.log, 0, 0).code, STS_ERR_GAVE_UP);
    bench_close(&bench);
}

/* The broker never answers, or is not there; the record's time runs out. */
static void check_given_up(struct bench *bench, int32_t kind) {
    struct otlp otlp = {0};
    uint64_t counts[STS_COUNTS];
    otlp_add_record(&otlp, "k", "body");
    bench_send(bench, &otlp, STS_OK, counts);
    struct outcome_copy outcome = outcome_log_find(&bench->log, 0, 0);
    cr_assert_eq(outcome.kind, kind, "%d: %s", outcome.kind, outcome.text);
    cr_assert_eq(outcome.code, STS_ERR_GAVE_UP, "%s", sts_status_name(outcome.code));
    cr_assert_eq(sts_exporter_not_delivered(bench->exporter, STS_ERR_GAVE_UP), 1u);
}

Test(delivery, what_was_never_sent_in_its_time_has_failed) {
    struct bench bench;
    bench_open(&bench, RIG_OPTIONS("retry_on_failure.max_elapsed_time", "1s"));
    cr_assert_eq(rd_kafka_mock_broker_set_down(bench.mock.cluster, 1), RD_KAFKA_RESP_ERR_NO_ERROR);
    check_given_up(&bench, STS_OUTCOME_FAILED);
    bench_close(&bench);
}

/* ApiKey 0 is Produce. */
Test(delivery, what_was_sent_and_never_acknowledged_is_uncertain) {
    struct bench bench;
    bench_open(&bench, RIG_OPTIONS("retry_on_failure.max_elapsed_time", "1s"));
    rd_kafka_mock_broker_push_request_error_rtts(bench.mock.cluster, 1, 0, 1, RD_KAFKA_RESP_ERR_NO_ERROR, 600000);
    check_given_up(&bench, STS_OUTCOME_UNCERTAIN);
    bench_close(&bench);
}

/* The broker takes it for a duplicate that it has no place of: librdkafka calls that success. Nothing is in the topic.
 */
Test(delivery, a_first_record_acknowledged_without_an_offset_is_uncertain) {
    struct bench bench;
    struct otlp otlp = {0};
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, RIG_OPTIONS("required_acks", "all"));
    rd_kafka_mock_push_request_errors(bench.mock.cluster, 0, 1, RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER);
    otlp_add_record(&otlp, "a-key", "body");
    bench_send(&bench, &otlp, STS_OK, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 0u);
    struct outcome_copy outcome = outcome_log_find(&bench.log, 0, 0);
    cr_assert_eq(outcome.kind, STS_OUTCOME_UNCERTAIN, "%d", outcome.kind);
    cr_assert_eq(outcome.code, STS_ERR_NOT_ACKNOWLEDGED, "%s", sts_status_name(outcome.code));
    cr_assert_eq(outcome.offset, -1, "%lld", (long long)outcome.offset);
    cr_assert_not_null(strstr(outcome.text, "without an offset"), "%s", outcome.text);
    read_records_free(read_back(&bench, 0), 0);
    bench_close(&bench);
}

/* A broker that had something of this producer before could tell that one is missing. */
Test(delivery, a_later_record_acknowledged_without_an_offset_is_delivered) {
    struct bench bench;
    struct otlp first = {0}, second = {0};
    uint64_t counts[STS_COUNTS];
    bench_open(&bench, RIG_OPTIONS("required_acks", "all"));
    otlp_add_record(&first, "a-key", "body");
    bench_send(&bench, &first, STS_OK, counts);
    rd_kafka_mock_push_request_errors(bench.mock.cluster, 0, 1, RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER);
    otlp_add_record(&second, "a-key", "body");
    bench_send(&bench, &second, STS_OK, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 2u);
    bench_close(&bench);
}

Test(delivery, the_host_serves_the_exporter) {
    struct bench bench;
    struct pb request = {0};
    uint64_t counts[STS_COUNTS] = {0};
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    bench_open(&bench, RIG_OPTIONS("service_thread", "false"));
    otlp_numbered(&request, 100);
    int fd = sts_exporter_fd(bench.exporter);
    cr_assert_geq(fd, 0);
    cr_assert_eq(sts_export_logs(bench.exporter, request.data, request.size, NULL, NULL, 0, NULL), STS_OK);
    while (counts[STS_COUNT_DELIVERED] < 100) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        cr_assert_lt(rig_now_ms(), deadline, "%u were delivered", (unsigned)counts[STS_COUNT_DELIVERED]);
        cr_assert_eq(poll(&ready, 1, RIG_DEADLINE_MS), 1, "the descriptor must tell of outcomes");
        cr_assert_eq(sts_poll(bench.exporter, 0), STS_OK);
        cr_assert_eq(sts_exporter_counts(bench.exporter, counts, STS_COUNTS), STS_OK);
    }
    outcome_log_take(&bench.log, bench.exporter, 100);
    pb_clear(&request);
    bench_close(&bench);
}

static void count_outcome(const sts_outcome *outcome, void *user) {
    (void)outcome;
    ++*(unsigned *)user;
}

/* More of them than one call of sts_poll hands out. */
Test(delivery, the_descriptor_tells_of_outcomes_that_are_left_over) {
    enum { COUNT = 25000 };
    struct mock_cluster mock;
    struct otlp otlp = {0};
    struct pb request = {0};
    unsigned told = 0;
    mock_cluster_open(&mock, TOPIC, PARTITIONS);
    sts_options *options = rig_options(RIG_OPTIONS("brokers", mock.brokers, "topic", TOPIC, "service_thread", "false",
                                                   "sending_queue.queue_size", "30000", "missing_key", "reject"));
    sts_options_set_outcome_callback(options, count_outcome, &told);
    sts_exporter *exporter = rig_new(options);
    struct pollfd ready = {.fd = sts_exporter_fd(exporter), .events = POLLIN};
    for (unsigned i = 0; i < COUNT; i++)
        otlp_add_record(&otlp, NULL, "without a key");
    otlp_finish(&request, &otlp);
    cr_assert_eq(sts_export_logs(exporter, request.data, request.size, NULL, NULL, 0, NULL), STS_ERR_REJECTED);
    while (told < COUNT) {
        cr_assert_eq(poll(&ready, 1, RIG_DEADLINE_MS), 1, "%u were told", told);
        cr_assert_eq(sts_poll(exporter, 0), STS_OK);
    }
    cr_assert_eq(told, COUNT);
    pb_clear(&request);
    sts_exporter_free(exporter, RIG_DEADLINE_MS);
    sts_options_free(options);
    mock_cluster_close(&mock);
}
