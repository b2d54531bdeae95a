/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests that are handed over (sts_export_take): released once, however the call ends. Where the transport copies
 * what it keeps, that is before the call returns. (What it is while messages refer to them is mock.take.) */
#include <criterion/criterion.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/fake_transport.h"
#include "support/handed.h"
#include "support/otlp.h"
#include "support/rig.h"

enum { RECORDS = 10 };

static struct handed handed;

static void begin(void) {
    handed = (struct handed){0};
}

static void end(void) {
    handed_check(&handed);
}

TestSuite(take, .init = begin, .fini = end);

static sts_status take_numbered(sts_exporter *exporter, unsigned count, uint64_t *counts) {
    struct pb request = {0};
    otlp_numbered(&request, count);
    sts_status status = handed_logs(&handed, exporter, &request, NULL, counts, NULL);
    pb_clear(&request);
    return status;
}

Test(take, does_as_an_export_does) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(take_numbered(rig.exporter, RECORDS, counts), STS_OK);
    cr_expect_eq(handed_released(&handed), 1u, "the transport has copies");
    cr_expect_eq(counts[STS_COUNT_ACCEPTED], (uint64_t)RECORDS);
    rig_flush(&rig, counts);
    cr_expect_eq(counts[STS_COUNT_DELIVERED], (uint64_t)RECORDS);
    const sts_message *message = sts_memory_transport_message(rig.memory, 3);
    cr_expect_eq(message->value.size, strlen("body-3"));
    cr_expect_eq(memcmp(message->value.data, "body-3", message->value.size), 0);
    cr_expect_null(message->taken, "a transport that copies has no use for it");
    rig_close(&rig);
}

Test(take, is_held_by_no_record_of_a_transport_that_copies) {
    struct rig rig;
    rig_open(&rig, "hold*1000", NULL);
    cr_assert_eq(take_numbered(rig.exporter, RECORDS, NULL), STS_OK);
    cr_expect_eq(handed_released(&handed), 1u);
    rig_close(&rig);
}

Test(take, of_a_host_of_its_own_is_released_when_the_call_returns) {
    struct fake fake;
    sts_transport table = fake_table();
    fake_init(&fake);
    sts_exporter *exporter = fake_exporter(&fake, &table, NULL);
    cr_assert_eq(take_numbered(exporter, RECORDS, NULL), STS_OK);
    cr_expect_eq(fake.waiting, (size_t)RECORDS);
    cr_expect_eq(handed_released(&handed), 1u);
    sts_exporter_free(exporter, 0);
}

Test(take, of_nothing) {
    struct rig rig;
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(take_numbered(rig.exporter, 0, NULL), STS_OK);
    cr_expect_eq(handed_released(&handed), 1u);
    rig_close(&rig);
}

Test(take, releases_what_is_malformed) {
    struct rig rig;
    const unsigned char bad[] = {0x0a, 0x7f, 0x01};
    rig_open(&rig, NULL, NULL);
    sts_status status =
        handed_export(&handed, rig.exporter, STS_SIGNAL_LOGS, STS_FORMAT_OTLP_PROTO, bad, sizeof bad, NULL, NULL, NULL);
    cr_expect_eq(status, STS_ERR_MALFORMED);
    cr_expect_eq(handed_released(&handed), 1u);
    status = handed_export(&handed, rig.exporter, STS_SIGNAL_LOGS, STS_FORMAT_OTLP_JSON, "{", 1, NULL, NULL, NULL);
    cr_expect_eq(status, STS_ERR_JSON);
    status = handed_export(&handed, rig.exporter, 77, STS_FORMAT_OTLP_JSON, "{}", 2, NULL, NULL, NULL);
    cr_expect_eq(status, STS_ERR_UNSUPPORTED);
    cr_expect_eq(handed_released(&handed), 3u);
    rig_close(&rig);
}

Test(take, releases_what_is_rejected) {
    struct rig rig;
    struct otlp otlp = {0};
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, NULL, NULL);
    otlp_add_record(&otlp, NULL, "without a key");
    otlp_finish(&request, &otlp);
    cr_expect_eq(handed_logs(&handed, rig.exporter, &request, NULL, counts, NULL), STS_ERR_REJECTED);
    cr_expect_eq(counts[STS_COUNT_REJECTED], 1u);
    cr_expect_eq(handed_released(&handed), 1u);
    pb_clear(&request);
    rig_close(&rig);
}

Test(take, releases_where_there_is_no_room_or_no_exporter_any_more) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, "hold*1000",
             RIG_OPTIONS("sending_queue.queue_size", "4", "sending_queue.block_on_overflow", "false"));
    cr_expect_eq(take_numbered(rig.exporter, RECORDS, counts), STS_ERR_QUEUE_FULL);
    cr_expect_eq(counts[STS_COUNT_ACCEPTED], 4u);
    cr_expect_eq(handed_released(&handed), 1u);
    sts_exporter_close(rig.exporter, 0, NULL, 0, NULL);
    cr_expect_eq(take_numbered(rig.exporter, RECORDS, NULL), STS_ERR_CLOSED);
    cr_expect_eq(handed_released(&handed), 2u);
    rig_close(&rig);
}

Test(take, releases_where_an_argument_is_missing) {
    cr_expect_eq(take_numbered(NULL, RECORDS, NULL), STS_ERR_INVALID_ARGUMENT);
    cr_expect_eq(handed_released(&handed), 1u);
}

Test(take, needs_a_release) {
    struct rig rig;
    sts_error *error = NULL;
    rig_open(&rig, NULL, NULL);
    cr_expect_eq(
        sts_export_take(rig.exporter, STS_SIGNAL_LOGS, STS_FORMAT_OTLP_PROTO, "", 0, NULL, NULL, NULL, NULL, 0, &error),
        STS_ERR_INVALID_ARGUMENT);
    cr_expect_not_null(strstr(sts_error_text(error), "release"));
    sts_error_free(error);
    rig_close(&rig);
}

/* What is called from inside counts as called from a callback: it exports, and does not wait for itself. */
static void call_inside(struct handed *all) {
    struct pb request = {0};
    otlp_numbered(&request, 1);
    cr_expect_eq(sts_flush(all->exporter, RIG_DEADLINE_MS, NULL, 0, NULL), STS_ERR_REENTRANT);
    cr_expect_eq(sts_exporter_free(all->exporter, 0), STS_ERR_REENTRANT);
    cr_expect_eq(sts_export_logs(all->exporter, request.data, request.size, NULL, NULL, 0, NULL), STS_OK);
    pb_clear(&request);
}

Test(take, calls_back_as_callbacks_are_called) {
    struct rig rig;
    uint64_t counts[STS_COUNTS];
    rig_open(&rig, NULL, NULL);
    handed.exporter = rig.exporter;
    handed.inside = call_inside;
    cr_assert_eq(take_numbered(rig.exporter, RECORDS, NULL), STS_OK);
    rig_flush(&rig, counts);
    cr_expect_eq(counts[STS_COUNT_DELIVERED], RECORDS + 1u);
    rig_close(&rig);
}

/* In the child; assertions work in the parent alone. */
static int take_in_child(sts_exporter *exporter) {
    struct handed own = {0};
    struct pb request = {0};
    otlp_numbered(&request, RECORDS);
    sts_status status = handed_logs(&own, exporter, &request, NULL, NULL, NULL);
    pb_clear(&request);
    return status == STS_ERR_FORKED && own.times[0] == 1 ? 0 : 1;
}

/* It forks when the exporter's thread has nothing to do (unit.fork says why). */
Test(take, after_a_fork_the_child_gets_its_own_back) {
    struct rig rig;
    int status = -1;
    rig_open(&rig, NULL, NULL);
    cr_assert_eq(take_numbered(rig.exporter, 1, NULL), STS_OK);
    rig_flush(&rig, NULL);
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0)
        _exit(take_in_child(rig.exporter));
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    rig_close(&rig);
}
