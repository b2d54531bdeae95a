/* SPDX-License-Identifier: Apache-2.0
 *
 * Exports that wait for their result, into librdkafka's own cluster. The linger is far longer than CTest waits for a
 * test: an export that waited for it would not be seen to return. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "support/mock_cluster.h"
#include "support/otlp.h"
#include "support/rig.h"
#include "support/topic_reader.h"

#define TOPIC "a-topic"
enum { PARTITIONS = 3, THREADS = 4, REQUESTS = 5, RECORDS = 20 };

static void open_rig(struct rig *rig, struct mock_cluster *mock, const char *const *pairs) {
    mock_cluster_open(mock, TOPIC, PARTITIONS);
    *rig = (struct rig){.options = rig_options(RIG_OPTIONS("brokers", mock->brokers, "topic", TOPIC, "linger", "15m",
                                                           "retry_on_failure.max_elapsed_time", "20m",
                                                           "sending_queue.wait_for_result", "true"))};
    rig_set(rig->options, pairs);
    rig_start(rig);
}

static void close_rig(struct rig *rig, struct mock_cluster *mock) {
    rig_close(rig);
    mock_cluster_close(mock);
}

static void check_alone(const char *const *pairs) {
    struct mock_cluster mock;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    open_rig(&rig, &mock, pairs);
    for (int i = 0; i < REQUESTS; i++) {
        cr_assert_eq(rig_export_numbered(&rig, RECORDS, counts), STS_OK);
        cr_assert_eq(counts[STS_COUNT_DELIVERED], (uint64_t)RECORDS);
        rig_check_sums(counts);
    }
    cr_assert_eq(topic_count(mock.brokers, TOPIC, PARTITIONS), (size_t)REQUESTS * RECORDS);
    close_rig(&rig, &mock);
}

Test(wait_for_result, does_not_wait_for_the_linger) {
    check_alone(NULL);
}

Test(wait_for_result, does_not_wait_for_the_linger_without_a_thread) {
    check_alone(RIG_OPTIONS("service_thread", "false"));
}

/* Nor does it wait for room that what lingers takes. */
Test(wait_for_result, does_not_wait_for_the_linger_in_a_small_queue) {
    check_alone(RIG_OPTIONS("sending_queue.queue_size", "7", "produce_timeout", "1h"));
}

static void *export_requests(void *user) {
    struct rig *rig = user;
    size_t delivered = 0;
    for (int i = 0; i < REQUESTS; i++) {
        uint64_t counts[STS_COUNTS];
        if (rig_export_numbered(rig, RECORDS, counts) == STS_OK)
            delivered += counts[STS_COUNT_DELIVERED];
    }
    return (void *)delivered;
}

Test(wait_for_result, of_several_threads) {
    struct mock_cluster mock;
    struct rig rig;
    pthread_t threads[THREADS];
    open_rig(&rig, &mock, NULL);
    for (int i = 0; i < THREADS; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, export_requests, &rig), 0);
    for (int i = 0; i < THREADS; i++) {
        void *delivered;
        pthread_join(threads[i], &delivered);
        cr_assert_eq((size_t)delivered, (size_t)REQUESTS * RECORDS);
    }
    close_rig(&rig, &mock);
}

Test(wait_for_result, without_acknowledgements_is_uncertain) {
    struct mock_cluster mock;
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    open_rig(&rig, &mock, RIG_OPTIONS("required_acks", "none"));
    cr_assert_eq(rig_export_numbered(&rig, RECORDS, counts), STS_ERR_NOT_DELIVERED);
    cr_assert_eq(counts[STS_COUNT_UNCERTAIN], (uint64_t)RECORDS);
    close_rig(&rig, &mock);
}

/* ApiKey 0 is Produce. */
Test(wait_for_result, tells_what_the_broker_refused) {
    struct mock_cluster mock;
    struct rig rig;
    struct pb otlp = {0};
    uint64_t counts[STS_COUNTS];
    sts_error *error = NULL;
    otlp_numbered(&otlp, 1);
    open_rig(&rig, &mock, NULL);
    rd_kafka_mock_push_request_errors(mock.cluster, 0, 1, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    cr_assert_eq(sts_export_logs(rig.exporter, otlp.data, otlp.size, NULL, counts, STS_COUNTS, &error),
                 STS_ERR_NOT_DELIVERED);
    cr_assert_eq(counts[STS_COUNT_FAILED], 1u);
    cr_assert_eq(sts_error_transport_code(error), RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    cr_assert_eq(sts_error_is_retriable(error), 0, "what is sent again may be sent twice");
    cr_assert_not_null(strstr(sts_error_text(error), "STS_ERR_NOT_AUTHORIZED"), "%s", sts_error_text(error));
    sts_error_free(error);
    pb_clear(&otlp);
    close_rig(&rig, &mock);
}
