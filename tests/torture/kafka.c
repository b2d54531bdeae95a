/* SPDX-License-Identifier: Apache-2.0
 *
 * The Kafka transport, with allocations of ours failing in turn; librdkafka's own do not fail (it would abort). Over
 * librdkafka's mock cluster, and where nobody answers. */
#include <string.h>
#include <unistd.h>

#include "support/closed_port.h"
#include "support/handed.h"
#include "support/otlp.h"
#include "torture/exporting.h"

enum { RECORDS = 20 };

static struct torture *current;
static char closed[32]; /* a port where nobody listens */
static struct handed handed;
static exporting_call call = exporting_logs;

/* What the library takes from malloc by base/memory.h, for its producers' threads, is in the book too. */
const sts_allocator *__wrap_sts__memory_default(void);
const sts_allocator *__wrap_sts__memory_default(void) {
    return current->allocator;
}

static void export_and_end(struct exporting *e, bool delivered) {
    struct torture *t = e->t;
    struct pb otlp = {0};
    sts_export_context *context = NULL;
    otlp_numbered(&otlp, RECORDS);
    TRY_NEW(t, context, sts_export_context_new_with(t->allocator));
    if (!exporting_export(e, call, &otlp, context) || !delivered)
        goto done;
    exporting_flush(e);
    for (size_t i = 0; i < RECORDS; i++)
        MUST(e->kind[i] == STS_OUTCOME_DELIVERED);
done:
    exporting_end(e);
    sts_export_context_free(context);
    pb_clear(&otlp);
}

static void mock(struct torture *t) {
    static const char *const pairs[] = {"service_thread",
                                        "false",
                                        "kafka.test.mock.num.brokers",
                                        "1", //
                                        "header_from.h",
                                        "AsString(attributes)",
                                        "statistics_interval",
                                        "100ms",
                                        NULL};
    struct exporting e;
    current = t;
    if (exporting_options(&e, t, pairs))
        exporting_start(&e);
    if (e.exporter)
        export_and_end(&e, true);
    else
        exporting_end(&e);
}

/* Records that are given up at close; a configuration that is tried while they wait. */
static void nobody(struct torture *t) {
    const char *const pairs[] = {"service_thread", "false", "brokers",      closed, //
                                 "topic_check",    "off",   "read_timeout", "100ms", NULL};
    struct exporting e;
    current = t;
    if (!exporting_options(&e, t, pairs) || !exporting_start(&e))
        goto done;
    TRY_OK(t, sts_exporter_reconfigure(e.exporter, e.options, &t->error));
    TRY_OK(t, sts_poll(e.exporter, 0));
done:
    if (e.exporter && !t->given_up)
        export_and_end(&e, false);
    else
        exporting_end(&e);
}

/* Another producer, with a cluster of its own, takes over; the records may be in both. With required_acks=leader the
 * first one has them all, and nothing is left for a second one that cannot be made: there is no memory, and a flush
 * would end by its deadline. */
static void succession(struct torture *t) {
    static const char *const pairs[] = {"service_thread",
                                        "false",
                                        "required_acks",
                                        "leader",
                                        "linger",
                                        "10s",
                                        "kafka.test.mock.num.brokers",
                                        "1",
                                        "retry_on_failure.max_elapsed_time",
                                        "20s",
                                        NULL};
    struct exporting e;
    struct pb otlp = {0};
    sts_export_context *context = NULL;
    current = t;
    otlp_numbered(&otlp, RECORDS);
    if (!exporting_options(&e, t, pairs) || !exporting_start(&e))
        goto done;
    TRY_NEW(t, context, sts_export_context_new_with(t->allocator));
    if (!exporting_export(&e, call, &otlp, context))
        goto done;
    TRY_OK(t, sts_exporter_reconfigure(e.exporter, e.options, &t->error));
    exporting_flush(&e);
    for (size_t i = 0; i < RECORDS && !t->given_up; i++)
        MUST(e.kind[i] == STS_OUTCOME_DELIVERED);
done:
    exporting_end(&e);
    sts_export_context_free(context);
    pb_clear(&otlp);
}

/* --- the same with requests that are handed over: each is released once, whatever became of it --- */

static sts_status hand_over(struct exporting *e, const void *pb, const sts_export_context *context, uint64_t *counts) {
    return handed_logs(&handed, e->exporter, pb, context, counts, &e->t->error);
}

static void with_taken(struct torture *t, void (*run)(struct torture *t)) {
    handed = (struct handed){0};
    call = hand_over;
    run(t);
    call = exporting_logs;
    handed_check(&handed);
}

static void nobody_taken(struct torture *t) {
    with_taken(t, nobody);
}

static void mock_taken(struct torture *t) {
    with_taken(t, mock);
}

static void succession_taken(struct torture *t) {
    with_taken(t, succession);
}

static void answer(sts_password *password, void *user) {
    (void)user;
    sts_status status = sts_password_set(password, "secret");
    MUST(status == STS_OK || status == STS_ERR_NO_MEMORY);
}

/* A password that cannot be kept is not a missing one. */
static void password(struct torture *t) {
    const char *const pairs[] = {"service_thread",
                                 "false",
                                 "brokers",
                                 closed,
                                 "topic_check",
                                 "off", //
                                 "auth.sasl.mechanism",
                                 "PLAIN",
                                 "auth.sasl.username",
                                 "me",
                                 NULL};
    struct exporting e;
    current = t;
    if (exporting_options(&e, t, pairs)) {
        MUST(sts_options_set_password_callback(e.options, answer, NULL) == STS_OK);
        exporting_start(&e);
    }
    exporting_end(&e);
}

int main(void) {
    static const struct scenario scenarios[] = {{"nobody answers", nobody},
                                                {"nobody answers, taken", nobody_taken},
                                                {"password", password},
                                                {"mock cluster", mock},
                                                {"mock cluster, taken", mock_taken},
                                                {"succession", succession},
                                                {"succession, taken", succession_taken}};
    size_t count = sizeof scenarios / sizeof scenarios[0];
    int port = closed_port_reserve(closed, sizeof closed);
    /* A producer's own cluster makes the topic, but a newer one for nobody. */
    if (strcmp(sts_librdkafka_version(), "2.1") > 0) {
        count = 3;
        printf("left out with librdkafka %s: mock cluster, succession\n", sts_librdkafka_version());
    }
    for (size_t i = 0; i < count; i++)
        torture_run(&scenarios[i]);
    close(port);
    return 0;
}
