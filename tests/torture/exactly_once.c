/* SPDX-License-Identifier: Apache-2.0
 *
 * delivery=exactly_once with allocations of ours failing in turn (librdkafka's own do not: it would abort), over
 * librdkafka's mock cluster, which takes part in transactions: what was stored is delivered as soon as there is memory.
 */
#include <stdlib.h>

#include "support/mock_cluster.h"
#include "support/otlp.h"
#include "torture/exporting.h"

enum {
    RECORDS = 20,
    FLUSH_MS = 300,
    PRODUCE = 0, /* the request's number in Kafka's protocol */
    /* At times the mock no longer knows a producer's id under its transactional id, and librdkafka asks for that again
     * and again, until the end of the transaction was waited for (30 s, kafka/call.c) and another producer takes over.
     */
    DEADLINE_MS = 90000,
    /* A call under way ends by itself where close did not wait for it; the allocator alone is left then.
     */
    ALLOCATOR = 1,
    LEFT_BEHIND_S = 20
};

static struct torture *current;
static struct mock_cluster mock;

/* What the library takes from malloc by base/memory.h, for its producers' threads, is in the book too. */
const sts_allocator *__wrap_sts__memory_default(void);
const sts_allocator *__wrap_sts__memory_default(void) {
    return current->allocator;
}

/* A call that cannot be made for want of memory is made later: there is some again after a flush that was too short. */
static bool deliver(struct exporting *e) {
    struct torture *t = e->t;
    sts_status status = STS_ERR_TIMED_OUT;
    for (int i = 0; i < DEADLINE_MS / FLUSH_MS && status != STS_OK; i++) {
        torture_begin(t);
        status = sts_flush(e->exporter, FLUSH_MS, NULL, 0, &t->error);
        sts_error_free(t->error);
        t->error = NULL;
        bool failed = book_failures(&t->book) > t->failures;
        MUST(status == STS_OK || status == STS_ERR_TIMED_OUT || (status == STS_ERR_NO_MEMORY && failed));
        t->given_up = status != STS_OK && failed && t->way == TORTURE_TO_END;
        if (t->given_up)
            return false;
        if (failed)
            book_fail_at(&t->book, 0, false);
    }
    MUST(status == STS_OK);
    return true;
}

/* Exports the records up to one, but for those that were exported before, and has them delivered. What is refused is
 * one request: where that has one record (librdkafka may send the first before it has seen the next), it fails. */
static bool export_to(struct exporting *e, sts_export_context *context, unsigned end, unsigned refused) {
    struct pb otlp = {0};
    otlp_numbered(&otlp, end);
    bool done = exporting_export(e, exporting_logs, &otlp, context) && deliver(e);
    for (size_t i = 0; i < end && done; i++) {
        if (e->kind[i] == STS_OUTCOME_DELIVERED)
            continue;
        MUST(refused-- > 0 && e->kind[i] == STS_OUTCOME_FAILED && e->code[i] == STS_ERR_DELIVERY);
    }
    pb_clear(&otlp);
    return done;
}

/* Where a batch is refused, its transaction fails, and another producer takes over. */
static void run(struct torture *t, bool refuses) {
    struct exporting e;
    sts_export_context *context = NULL;
    char folder[] = "/tmp/stskafka-torture-XXXXXX";
    current = t;
    MUST(mkdtemp(folder));
    rd_kafka_mock_clear_request_errors(mock.cluster, PRODUCE);
    if (!exporting_options(&e, t,
                           PAIRS("delivery", "exactly_once", "topic", "torture", "transaction.interval", "1ms",
                                 "sending_queue.storage.sync", "none")))
        goto done;
    TRY_OK(t, sts_options_set(e.options, "brokers", mock.brokers, &t->error));
    TRY_OK(t, sts_options_set(e.options, "sending_queue.storage", folder, &t->error));
    TRY_OK(t, sts_exporter_new(&e.exporter, e.options, &t->error));
    TRY_NEW(t, context, sts_export_context_new_with(t->allocator));
    if (!export_to(&e, context, RECORDS, 0) || !refuses)
        goto done;
    rd_kafka_mock_push_request_errors(mock.cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_INVALID_RECORD);
    export_to(&e, context, 2 * RECORDS, 1);
done:
    exporting_end_stored(&e);
    sts_export_context_free(context);
    book_await(&t->book, ALLOCATOR, LEFT_BEHIND_S);
    exporting_remove_folder(folder);
}

static void committed(struct torture *t) {
    run(t, false);
}

static void aborted(struct torture *t) {
    run(t, true);
}

int main(void) {
    static const struct scenario scenarios[] = {{"exactly once", committed}, {"exactly once, refused", aborted}};
    mock_cluster_open(&mock, "torture", 2);
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
        torture_run(&scenarios[i]);
    mock_cluster_close(&mock);
    return 0;
}
