/* SPDX-License-Identifier: Apache-2.0
 *
 * A host's own transport (transport.h): what it is asked, and what becomes of what it reports. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "support/fake_transport.h"
#include "support/otlp.h"
#include "support/outcome_log.h"
#include "support/rig.h"

/* An exporter over a fake, whose outcomes can be taken. */
struct bench {
    struct fake fake;
    struct outcome_log log;
    sts_exporter *exporter;
    uint64_t counts[STS_COUNTS];
};

static void bench_open(struct bench *bench) {
    sts_transport table = fake_table();
    fake_init(&bench->fake);
    outcome_log_init(&bench->log);
    bench->exporter = fake_exporter(&bench->fake, &table, RIG_OPTIONS("outcomes", "all"));
}

static void bench_close(struct bench *bench) {
    sts_exporter_free(bench->exporter, 0);
    cr_assert_eq(bench->fake.closed, 1u, "close is called once");
    outcome_log_clear(&bench->log);
}

static sts_status bench_export(struct bench *bench, unsigned count, sts_error **error) {
    struct pb otlp = {0};
    otlp_numbered(&otlp, count);
    sts_status status = sts_export_logs(bench->exporter, otlp.data, otlp.size, NULL, bench->counts, STS_COUNTS, error);
    pb_clear(&otlp);
    return status;
}

static void bench_count(struct bench *bench) {
    cr_assert_eq(sts_exporter_counts(bench->exporter, bench->counts, STS_COUNTS), STS_OK);
    rig_check_sums(bench->counts);
}

Test(transport, completes_from_inside_poll) {
    struct bench bench;
    bench_open(&bench);
    cr_assert_eq(bench.fake.opened, 1u);
    cr_assert_eq(bench_export(&bench, 3, NULL), STS_OK);
    cr_assert_eq(bench.fake.sent, 3u);
    bench_count(&bench);
    cr_assert_eq(bench.counts[STS_COUNT_PENDING], 3u, "nothing is known before the poll");
    cr_assert_eq(sts_poll(bench.exporter, 0), STS_OK);
    bench_count(&bench);
    cr_assert_eq(bench.counts[STS_COUNT_DELIVERED], 3u);
    outcome_log_take(&bench.log, bench.exporter, 3);
    for (unsigned i = 0; i < 3; i++) {
        struct outcome_copy outcome = outcome_log_find(&bench.log, 0, i);
        cr_assert_eq(outcome.kind, STS_OUTCOME_DELIVERED);
        cr_assert_eq(outcome.partition, 2);
        cr_assert_eq(outcome.offset, 7);
    }
    bench_close(&bench);
}

Test(transport, sees_a_message_as_the_header_says) {
    struct bench bench;
    bench_open(&bench);
    cr_assert_eq(bench_export(&bench, 1, NULL), STS_OK);
    cr_assert_str_eq(bench.fake.topic, "sts-otel-topology");
    cr_assert_eq(bench.fake.topic_index, 0);
    cr_assert_eq(bench.fake.struct_size, sizeof(sts_message));
    cr_assert_eq(bench.fake.partition, -1, "by the profile");
    bench_close(&bench);
}

/* What the queue holds more by one record with a body of so many bytes. */
static uint64_t charged(struct bench *bench, size_t body_size) {
    uint64_t before[STS_QUEUE_VALUES];
    uint64_t after[STS_QUEUE_VALUES];
    char body[4097];
    struct otlp otlp = {0};
    struct pb request = {0};
    memset(body, 'x', body_size);
    body[body_size] = '\0';
    otlp_add_record(&otlp, "key", body);
    otlp_finish(&request, &otlp);
    cr_assert_eq(sts_exporter_queue(bench->exporter, before, STS_QUEUE_VALUES), STS_OK);
    cr_assert_eq(sts_export_logs(bench->exporter, request.data, request.size, NULL, NULL, 0, NULL), STS_OK);
    cr_assert_eq(sts_exporter_queue(bench->exporter, after, STS_QUEUE_VALUES), STS_OK);
    pb_clear(&request);
    return after[STS_QUEUE_BYTES] - before[STS_QUEUE_BYTES];
}

/* Of what a host's own transport does with a message nobody knows anything: it is not charged librdkafka's copies. */
Test(transport, is_charged_each_byte_once) {
    struct bench bench;
    bench_open(&bench);
    uint64_t small = charged(&bench, 16);
    cr_expect_eq(charged(&bench, 4096) - small, 4096u - 16u);
    cr_expect_geq(small, 256u + 3u + 16u, "what transport.h says, and the record's place in the queue");
    bench_close(&bench);
}

Test(transport, a_second_report_is_refused) {
    struct bench bench;
    bench_open(&bench);
    bench.fake.times = 2;
    cr_assert_eq(bench_export(&bench, 3, NULL), STS_OK);
    cr_assert_eq(sts_poll(bench.exporter, 0), STS_OK);
    cr_assert_eq(bench.fake.complete_status[0], STS_OK);
    cr_assert_eq(bench.fake.complete_status[1], STS_ERR_INVALID_ARGUMENT);
    bench_count(&bench);
    cr_assert_eq(bench.counts[STS_COUNT_DELIVERED], 3u);
    outcome_log_take(&bench.log, bench.exporter, 3);
    sts_outcomes *list = sts_outcomes_new(4);
    cr_assert_eq(sts_exporter_take_outcomes(bench.exporter, list, 0), STS_OK);
    cr_assert_eq(sts_outcomes_count(list), 0u);
    sts_outcomes_free(list);
    bench_close(&bench);
}

Test(transport, a_kind_that_is_none_is_refused) {
    const int32_t kinds[] = {STS_OUTCOME_REJECTED, 6, -1, 99};
    struct bench bench;
    bench_open(&bench);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        bench.fake.completion.kind = kinds[i];
        cr_assert_eq(bench_export(&bench, 1, NULL), STS_OK);
        cr_assert_eq(sts_poll(bench.exporter, 0), STS_OK);
        cr_assert_eq(bench.fake.complete_status[0], STS_ERR_INVALID_ARGUMENT, "kind %d", kinds[i]);
    }
    bench_count(&bench);
    cr_assert_eq(bench.counts[STS_COUNT_PENDING], 4u, "they are still under way");
    bench_close(&bench);
}

static int32_t seven_threads(void *context) {
    (void)context;
    return 7;
}

Test(transport, tells_its_threads) {
    struct fake fake;
    sts_transport table = fake_table();
    fake_init(&fake);
    table.threads = seven_threads;
    sts_exporter *exporter = fake_exporter(&fake, &table, NULL);
    cr_assert_eq(sts_exporter_threads(exporter), 7, "the exporter has none of its own here");
    cr_assert_eq(sts_exporter_close(exporter, 0, NULL, 0, NULL), STS_OK);
    cr_assert_eq(sts_exporter_threads(exporter), 0, "a closed transport is not asked");
    cr_assert_eq(sts_exporter_free(exporter, 0), STS_OK);
}

static const int64_t *told;
static size_t told_count;

static void tell(void *context, int32_t timeout_ms) {
    const struct fake *fake = context;
    (void)timeout_ms;
    sts_transport_notify_statistics(fake->sink, told, told_count);
}

/* What the host gets when the transport tells this. */
static void check_told(sts_exporter *exporter, const int64_t *tell_values, size_t count, const int64_t *expected) {
    int64_t values[STS_TRANSPORT_VALUES + 1];
    told = tell_values;
    told_count = count;
    cr_assert_eq(sts_poll(exporter, 0), STS_OK);
    cr_assert_eq(sts_exporter_transport_statistics(exporter, values, STS_TRANSPORT_VALUES + 1), STS_OK);
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(values[i], expected[i], "value %zu is %d", i, (int)values[i]);
    for (size_t i = 4; i <= STS_TRANSPORT_VALUES; i++)
        cr_assert_eq(values[i], -1, "value %zu is %d", i, (int)values[i]);
}

#define VALUES(...) ((const int64_t[]){__VA_ARGS__})

Test(transport, tells_of_its_traffic) {
    struct fake fake;
    struct pb otlp = {0};
    sts_transport table = fake_table();
    fake_init(&fake);
    table.poll = tell;
    sts_exporter *exporter = fake_exporter(&fake, &table, NULL);
    check_told(exporter, NULL, 0, VALUES(-1, -1, -1, -1));
    check_told(exporter, VALUES(0, 0, 8, 9, 10), 4, VALUES(0, 0, 8, 9)); /* as many as it says */
    check_told(exporter, VALUES(5, -7, -1), 3, VALUES(5, 5, -1, 9));     /* nothing was accepted */
    otlp_numbered(&otlp, 4);
    cr_assert_eq(sts_export_logs(exporter, otlp.data, otlp.size, NULL, NULL, 0, NULL), STS_OK);
    check_told(exporter, VALUES(8), 1, VALUES(8, 5, -1, 9)); /* 8 - 4 would be less than before */
    check_told(exporter, VALUES(12), 1, VALUES(12, 8, -1, 9));
    check_told(exporter, VALUES(12, 9), 2, VALUES(12, 9, -1, 9)); /* it knows */
    pb_clear(&otlp);
    sts_exporter_free(exporter, 0);
    sts_transport_notify_statistics(NULL, told, told_count);
}

static sts_status late_status;

static void report_unknown(void *context, int32_t timeout_ms) {
    struct fake *fake = context;
    (void)timeout_ms;
    fake->completion.id = UINT64_MAX - 12345;
    late_status = sts_transport_complete(fake->sink, &fake->completion);
}

Test(transport, a_message_that_was_never_sent_is_refused) {
    struct fake fake;
    sts_transport table = fake_table();
    table.poll = report_unknown;
    fake_init(&fake);
    late_status = STS_OK;
    sts_exporter *exporter = fake_exporter(&fake, &table, NULL);
    cr_assert_eq(sts_poll(exporter, 0), STS_OK);
    cr_assert_eq(late_status, STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_transport_complete(NULL, &fake.completion), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_transport_complete(fake.sink, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_assert_eq(sts_exporter_free(exporter, 0), STS_OK);
}

Test(transport, a_refused_message_is_a_rejected_record) {
    struct bench bench;
    sts_error *error = NULL;
    bench_open(&bench);
    bench.fake.send_status = STS_ERR_NOT_AUTHORIZED;
    bench.fake.send_text = "not on a Sunday";
    bench.fake.transport_code = 4711;
    cr_assert_eq(bench_export(&bench, 2, &error), STS_ERR_REJECTED);
    cr_assert_not_null(strstr(sts_error_text(error), "not on a Sunday"), "%s", sts_error_text(error));
    sts_error_free(error);
    cr_assert_eq(bench.counts[STS_COUNT_REJECTED], 2u);
    cr_assert_eq(bench.counts[STS_COUNT_ACCEPTED], 0u);
    bench_count(&bench);
    cr_assert_eq(bench.counts[STS_COUNT_REJECTED], 2u);
    cr_assert_eq(sts_exporter_rejected(bench.exporter, STS_ERR_NOT_AUTHORIZED), 2u);
    outcome_log_take(&bench.log, bench.exporter, 2);
    struct outcome_copy outcome = outcome_log_find(&bench.log, 0, 1);
    cr_assert_eq(outcome.kind, STS_OUTCOME_REJECTED);
    cr_assert_eq(outcome.code, STS_ERR_NOT_AUTHORIZED);
    cr_assert_str_eq(outcome.text, "not on a Sunday");
    cr_assert_eq(outcome.transport_code, 4711);
    bench_close(&bench);
}

Test(transport, why_a_message_failed_is_told) {
    struct bench bench;
    bench_open(&bench);
    bench.fake.completion.kind = STS_OUTCOME_FAILED;
    bench.fake.completion.code = STS_ERR_GAVE_UP;
    bench.fake.completion.text = "the pigeon died";
    bench.fake.completion.transport_code = 4711;
    bench.fake.completion.partition = -1;
    bench.fake.completion.offset = -1;
    cr_assert_eq(bench_export(&bench, 1, NULL), STS_OK);
    cr_assert_eq(sts_poll(bench.exporter, 0), STS_OK);
    bench.fake.completion.text = NULL; /* it must have been copied */
    outcome_log_take(&bench.log, bench.exporter, 1);
    struct outcome_copy outcome = outcome_log_find(&bench.log, 0, 0);
    cr_assert_eq(outcome.kind, STS_OUTCOME_FAILED);
    cr_assert_eq(outcome.code, STS_ERR_GAVE_UP);
    cr_assert_str_eq(outcome.text, "the pigeon died");
    cr_assert_eq(outcome.transport_code, 4711);
    cr_assert_eq(outcome.partition, -1);
    cr_assert_eq(outcome.offset, -1);
    bench_close(&bench);
}

Test(transport, what_open_returns_is_what_the_host_gets) {
    struct fake fake;
    sts_transport table = fake_table();
    sts_options *options = rig_options(NULL);
    sts_exporter *exporter = (sts_exporter *)&fake;
    sts_error *error = NULL;
    fake_init(&fake);
    fake.open_status = STS_ERR_NOT_AUTHENTICATED;
    fake.transport_code = 4711;
    cr_assert_eq(sts_options_set_transport(options, &table, &fake), STS_OK);
    cr_assert_eq(sts_exporter_new(&exporter, options, &error), STS_ERR_NOT_AUTHENTICATED);
    cr_assert_null(exporter);
    cr_assert_not_null(strstr(sts_error_text(error), "the fake does not open"), "%s", sts_error_text(error));
    cr_assert_eq(sts_error_transport_code(error), 4711);
    cr_assert_eq(fake.closed, 0u, "what did not open is not closed");
    sts_error_free(error);
    sts_options_free(options);
}

Test(transport, a_full_transport_takes_the_rest_later) {
    struct bench bench;
    bench_open(&bench);
    cr_assert_eq(bench_export(&bench, FAKE_MESSAGES + 10, NULL), STS_ERR_QUEUE_FULL);
    cr_assert_eq(bench.counts[STS_COUNT_ACCEPTED], (uint64_t)FAKE_MESSAGES);
    cr_assert_eq(bench.counts[STS_COUNT_RECORDS], (uint64_t)FAKE_MESSAGES);
    cr_assert_eq(sts_poll(bench.exporter, 0), STS_OK);
    cr_assert_eq(bench_export(&bench, 10, NULL), STS_OK);
    bench_close(&bench);
}

Test(transport, without_purge_what_is_left_is_uncertain) {
    struct fake fake;
    uint64_t counts[STS_COUNTS];
    sts_transport table = fake_table();
    struct pb otlp = {0};
    table.purge = NULL;
    fake_init(&fake);
    fake.completion.kind = 0;
    sts_exporter *exporter = fake_exporter(&fake, &table, NULL);
    otlp_numbered(&otlp, 2);
    cr_assert_eq(sts_export_logs(exporter, otlp.data, otlp.size, NULL, NULL, 0, NULL), STS_OK);
    cr_assert_eq(sts_exporter_close(exporter, 0, counts, STS_COUNTS, NULL), STS_ERR_TIMED_OUT);
    cr_assert_eq(counts[STS_COUNT_UNCERTAIN], 2u);
    cr_assert_eq(counts[STS_COUNT_PENDING], 0u);
    rig_check_sums(counts);
    cr_assert_eq(sts_exporter_free(exporter, 0), STS_OK);
    cr_assert_eq(fake.closed, 1u);
    pb_clear(&otlp);
}

Test(transport, purge_tells_what_was_never_sent) {
    struct bench bench;
    bench_open(&bench);
    bench.fake.completion.kind = 0;
    bench.fake.complete_on_purge = 1;
    cr_assert_eq(bench_export(&bench, 2, NULL), STS_OK);
    cr_assert_eq(sts_exporter_close(bench.exporter, 0, bench.counts, STS_COUNTS, NULL), STS_ERR_TIMED_OUT);
    cr_assert_eq(bench.fake.purged, 1u);
    cr_assert_eq(bench.counts[STS_COUNT_PURGED], 2u);
    rig_check_sums(bench.counts);
    outcome_log_take(&bench.log, bench.exporter, 2);
    cr_assert_eq(outcome_log_find(&bench.log, 0, 1).code, STS_ERR_PURGED);
    bench_close(&bench);
}

static atomic_bool was_purged;

static void note_purge(void *context) {
    fake_table().purge(context);
    atomic_store(&was_purged, true);
}

static sts_status send_late(void *context, const sts_message *message, int32_t *transport_code, char *text,
                            size_t text_size) {
    while (!atomic_load(&was_purged))
        sched_yield();
    return fake_table().send(context, message, transport_code, text, text_size);
}

static void *export_late(void *user) {
    cr_assert_eq(bench_export(user, 1, NULL), STS_OK);
    return NULL;
}

Test(transport, what_is_sent_behind_a_purge_is_purged_as_well) {
    struct bench bench;
    pthread_t late;
    uint64_t counts[STS_COUNTS] = {0};
    sts_transport table = fake_table();
    table.purge = note_purge;
    table.send = send_late;
    fake_init(&bench.fake);
    outcome_log_init(&bench.log);
    bench.fake.completion.kind = 0;
    bench.fake.complete_on_purge = 1;
    bench.exporter = fake_exporter(&bench.fake, &table, NULL);
    cr_assert_eq(pthread_create(&late, NULL, export_late, &bench), 0);
    while (counts[STS_COUNT_PENDING] < 1)
        cr_assert_eq(sts_exporter_counts(bench.exporter, counts, STS_COUNTS), STS_OK);
    cr_assert_eq(sts_exporter_close(bench.exporter, 0, counts, STS_COUNTS, NULL), STS_ERR_TIMED_OUT);
    pthread_join(late, NULL);
    cr_assert_eq(counts[STS_COUNT_PURGED], 1u);
    bench_close(&bench);
}
