/* SPDX-License-Identifier: Apache-2.0
 *
 * A user whom the broker knows and does not allow everything: at the start, and record by record. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/kafka/secure.h"
#include "support/otlp.h"
#include "support/outcome_log.h"

#define BOB "auth.sasl.mechanism", "PLAIN", "auth.sasl.username", "bob", "auth.sasl.password", BOB_SECRET

struct names {
    char open[64], hidden[64], readable[64];
};

/* Topics of this run: bob may write to the first, may not see the second, and may see the third but not write to it. */
static struct names make_topics(void) {
    struct names names;
    const char *brokers = kafka_bootstrap();
    snprintf(names.open, sizeof names.open, "authorization-open-%d", (int)getpid());
    snprintf(names.hidden, sizeof names.hidden, "authorization-hidden-%d", (int)getpid());
    snprintf(names.readable, sizeof names.readable, "authorization-readable-%d", (int)getpid());
    admin_create_topic(brokers, names.open, 1, NULL);
    admin_create_topic(brokers, names.hidden, 1, NULL);
    admin_create_topic(brokers, names.readable, 1, NULL);
    admin_allow(brokers, "bob", names.open, ADMIN_MAY_WRITE);
    admin_allow(brokers, "bob", names.readable, ADMIN_MAY_DESCRIBE);
    return names;
}

Test(authorization, a_topic_that_may_not_be_seen) {
    struct secure secure;
    struct names names = make_topics();
    secure_init(&secure, "SASL_PLAINTEXT", RIG_OPTIONS(BOB, "topic", names.hidden));
    secure_refused(&secure, STS_ERR_NOT_AUTHORIZED, RIG_OPTIONS(names.hidden, "authorization"));
    secure_clear(&secure);
}

static void add(struct otlp *otlp, const char *topic_name) {
    struct pb key = otlp_text("key");
    struct pb topic = otlp_text(topic_name);
    struct pb body = otlp_bytes("body", 4);
    otlp_add(otlp, &key, &topic, &body);
}

/* One record in three goes where it may; the others are told one by one, and do not hold it up. Once librdkafka has
 * learned that a topic is closed to it, it takes no more records for it: those are rejected and not failed. */
Test(authorization, record_by_record) {
    struct secure secure;
    struct names names = make_topics();
    struct outcome_log outcomes;
    struct otlp otlp = {0};
    struct pb request = {0};
    secure_init(&secure, "SASL_PLAINTEXT", RIG_OPTIONS(BOB, "topic", names.open, "outcomes", "all"));
    rig_start(&secure.rig);
    for (int i = 0; i < 10; i++) {
        add(&otlp, names.open);
        add(&otlp, names.hidden);
        add(&otlp, names.readable);
    }
    otlp_finish(&request, &otlp);
    sts_status status = rig_export(&secure.rig, &request, NULL);
    cr_assert(status == STS_OK || status == STS_ERR_REJECTED, "%s", sts_status_name(status));
    rig_flush(&secure.rig, NULL);
    outcome_log_init(&outcomes);
    outcome_log_take(&outcomes, secure.rig.exporter, 30);
    for (unsigned i = 0; i < 30; i++) {
        struct outcome_copy outcome = outcome_log_find(&outcomes, 0, i);
        cr_assert_eq(outcome.code, i % 3 ? STS_ERR_NOT_AUTHORIZED : STS_OK, "%u: %s: %s", i,
                     sts_status_name(outcome.code), outcome.text);
        if (i % 3)
            cr_assert(outcome.kind == STS_OUTCOME_FAILED || outcome.kind == STS_OUTCOME_REJECTED);
        else
            cr_assert_eq(outcome.kind, STS_OUTCOME_DELIVERED);
        cr_assert_eq(strstr(outcome.text, "authorization failed") != NULL, i % 3 != 0, "%s", outcome.text);
    }
    outcome_log_clear(&outcomes);
    pb_clear(&request);
    secure_clear(&secure);
}

/* librdkafka gives up a topic's partitions at each batch that is refused; what waits meanwhile fails with it, and is
 * not tried a batch at a time. */
Test(authorization, all_that_waits_is_refused_at_once) {
    enum { COUNT = 3000, PARTITIONS = 6 };
    struct secure secure;
    struct names names = make_topics();
    char topic[64];
    uint64_t counts[STS_COUNTS];
    snprintf(topic, sizeof topic, "authorization-many-%d", (int)getpid());
    admin_create_topic(kafka_bootstrap(), topic, PARTITIONS, NULL);
    admin_allow(kafka_bootstrap(), "bob", topic, ADMIN_MAY_DESCRIBE);
    secure_init(&secure, "SASL_PLAINTEXT", RIG_OPTIONS(BOB, "topic", topic));
    rig_start(&secure.rig);
    (void)names; /* the right to write somewhere, without which there is no producer */
    cr_assert_eq(rig_export_numbered(&secure.rig, COUNT, NULL), STS_OK);
    rig_flush(&secure.rig, counts);
    cr_assert_eq(counts[STS_COUNT_FAILED], COUNT);
    cr_assert_eq(sts_exporter_not_delivered(secure.rig.exporter, STS_ERR_NOT_AUTHORIZED), COUNT);
    secure_clear(&secure);
}

/* Kafka gives no producer id to who may write nowhere, which is the end of an idempotent producer: it is told as what
 * it is, the records fail at once, and the exporter goes on when its user may write. */
Test(authorization, a_user_who_may_write_nowhere) {
    struct secure secure;
    struct names names = make_topics();
    uint64_t counts[STS_COUNTS];
    int64_t deadline = rig_now_ms() + 2 * RIG_DEADLINE_MS;
    admin_allow(kafka_bootstrap(), "carol", names.open, ADMIN_MAY_DESCRIBE);
    secure_init(&secure, "SASL_PLAINTEXT",
                RIG_OPTIONS("auth.sasl.mechanism", "PLAIN", "auth.sasl.username", "carol", "auth.sasl.password",
                            CAROL_SECRET, "topic", names.open));
    rig_start(&secure.rig);
    cr_assert_eq(rig_export_numbered(&secure.rig, 3, NULL), STS_OK);
    rig_flush(&secure.rig, counts);
    cr_assert_eq(counts[STS_COUNT_FAILED], 3u);
    cr_assert_eq(sts_exporter_not_delivered(secure.rig.exporter, STS_ERR_NOT_AUTHORIZED), 3u);
    admin_allow(kafka_bootstrap(), "carol", names.open, ADMIN_MAY_WRITE);
    do {
        cr_assert_lt(rig_now_ms(), deadline, "it does not go on");
        cr_assert_eq(rig_export_numbered(&secure.rig, 1, NULL), STS_OK);
        rig_flush(&secure.rig, counts);
    } while (counts[STS_COUNT_DELIVERED] == 0);
    cr_assert_gt(log_lines_count(&secure.log, "this user may not write to any topic"), 0u);
    cr_assert_eq(counts[STS_COUNT_FAILED], sts_exporter_not_delivered(secure.rig.exporter, STS_ERR_NOT_AUTHORIZED));
    secure_clear(&secure);
    admin_disallow(kafka_bootstrap(), "carol", names.open); /* another run needs her as she was */
}

/* Exports a record and waits for its outcome, again and again until one has that code; until then they have `before`.
 */
static void export_until(struct secure *secure, sts_status expected, sts_status before) {
    int64_t deadline = rig_now_ms() + 2 * RIG_DEADLINE_MS;
    struct outcome_copy outcome;
    do {
        struct outcome_log outcomes;
        cr_assert_lt(rig_now_ms(), deadline, "no outcome is %s", sts_status_name(expected));
        rig_export_numbered(&secure->rig, 1, NULL);
        outcome_log_init(&outcomes);
        outcome_log_take(&outcomes, secure->rig.exporter, 1);
        outcome = outcomes.items[0];
        outcome_log_clear(&outcomes);
        cr_assert(outcome.code == expected || outcome.code == before, "%s: %s", sts_status_name(outcome.code),
                  outcome.text);
    } while (outcome.code != expected);
}

/* librdkafka takes a topic without rights for one without partitions: that is no topic to wait for. */
Test(authorization, a_right_that_is_taken_and_given_again) {
    struct secure secure;
    struct names names = make_topics();
    secure_init(&secure, "SASL_PLAINTEXT", RIG_OPTIONS(BOB, "topic", names.open, "outcomes", "all"));
    rig_start(&secure.rig);
    export_until(&secure, STS_OK, STS_OK);
    admin_disallow(kafka_bootstrap(), "bob", names.open);
    export_until(&secure, STS_ERR_NOT_AUTHORIZED, STS_OK);
    export_until(&secure, STS_ERR_NOT_AUTHORIZED, STS_ERR_NOT_AUTHORIZED);
    admin_allow(kafka_bootstrap(), "bob", names.open, ADMIN_MAY_WRITE);
    export_until(&secure, STS_OK, STS_ERR_NOT_AUTHORIZED);
    cr_assert_eq(log_lines_count(&secure.log, "does not exist"), 0u, "%s", secure.log.text);
    secure_clear(&secure);
}
