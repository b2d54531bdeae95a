/* SPDX-License-Identifier: Apache-2.0
 *
 * What is read in librdkafka's log: that a topic has fewer partitions than before, that an epoch begins of which no
 * record tells; and what of it is passed on. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "transport/kafka/lines.h"
#include "transport/kafka/topic.h"

static void check_told(const char *text, const char *expected) {
    const char *topic;
    size_t size;
    cr_assert(sts__kafka_line_tells_of_fewer_partitions("PARTCNT", text, &topic, &size), "%s", text);
    cr_assert(size == strlen(expected) && memcmp(topic, expected, size) == 0, "%.*s", (int)size, topic);
}

static void check_untold(const char *facility, const char *text) {
    const char *topic;
    size_t size;
    cr_assert(!sts__kafka_line_tells_of_fewer_partitions(facility, text, &topic, &size), "%s: %s", facility, text);
}

/* As they were seen: with 2.0.2, with 2.16, and where threads are not named (log.thread.name). */
Test(kafka_lines, partitions_that_are_gone) {
    check_told("[thrd:main]: Topic a.topic-1 partition count changed from 6 to 0", "a.topic-1");
    check_told("[thrd:main]: Topic a (id T5De1ko/QG2SKOsUzCM8IQ) partition count changed from 12 to 11", "a");
    check_told("Topic Topic partition count changed from 1 to 0", "Topic");
}

Test(kafka_lines, all_others_tell_of_nothing) {
    check_untold("PARTCNT", "[thrd:main]: Topic a partition count changed from 0 to 6");
    check_untold("PARTCNT", "[thrd:main]: Topic a partition count changed from 6 to 6");
    check_untold("PARTCNT", "[thrd:main]: Topic a partition count changed from 6");
    check_untold("PARTCNT", "[thrd:main]: Partitioning 3 unassigned messages in topic a to 2 partitions");
    check_untold("PARTCNT", "Failing all 3 unassigned messages in topic a since topic does not exist: Broker: Unknown");
    check_untold("TOPIC", "[thrd:main]: Topic a partition count changed from 6 to 0");
}

#define FEWER "Topic a-topic partition count changed from 6 to 0"

enum { ERROR = 3, NOTICE = 5, INFO = 6, DEBUG = 7 }; /* syslog's */

/* Lines that are open for one topic. */
struct bench {
    sts__kafka_missing missing;
    sts__kafka_topic topic;
    sts__kafka_topics topics;
    sts__kafka_lines lines;
    rd_kafka_conf_t *conf;
};

static void init(struct bench *bench, const char *log_level) {
    *bench = (struct bench){.missing = {.retries = true}, .conf = rd_kafka_conf_new()};
    bench->topic = (sts__kafka_topic){.missed_by = &bench->missing, .name = "a-topic"};
    bench->topics = (sts__kafka_topics){&bench->topic, 1};
    cr_assert(sts__kafka_lines_init(&bench->lines, &bench->topics));
    if (log_level)
        cr_assert_eq(rd_kafka_conf_set(bench->conf, "log_level", log_level, NULL, 0), RD_KAFKA_CONF_OK);
    sts__kafka_lines_open(&bench->lines, bench->conf);
}

static void clear(struct bench *bench) {
    sts__kafka_lines_clear(&bench->lines);
    rd_kafka_conf_destroy(bench->conf);
}

/* Takes the lines, whose texts must be these. */
static void check_given(struct bench *bench, const char *first, const char *second) {
    sts__kafka_line *line = sts__kafka_lines_give(&bench->lines);
    const char *const expected[] = {first, second};
    for (size_t i = 0; i < 2 && expected[i]; i++) {
        cr_assert(line && strcmp(line->text, expected[i]) == 0, "%s", line ? line->text : "none");
        sts__kafka_line *next = line->next;
        sts__kafka_line_free(line);
        line = next;
    }
    cr_assert_null(line);
}

Test(kafka_lines, in_their_order) {
    struct bench bench;
    init(&bench, NULL);
    sts__kafka_lines_take(&bench.lines, INFO, "INIT", "one");
    cr_assert(!sts__kafka_topic_is_missing(&bench.topic));
    sts__kafka_lines_take(&bench.lines, NOTICE, "PARTCNT", FEWER);
    cr_assert(sts__kafka_topic_is_missing(&bench.topic));
    check_given(&bench, "one", FEWER);
    check_given(&bench, NULL, NULL);
    clear(&bench);
}

static void check_debug(const struct bench *bench, const char *expected) {
    char debug[64];
    size_t size = sizeof debug;
    cr_assert_eq(rd_kafka_conf_get(bench->conf, "debug", debug, &size), RD_KAFKA_CONF_OK);
    cr_assert_str_eq(debug, expected);
}

/* The host's level counts for what it hears, and not for what we need to know: with debug librdkafka logs everything.
 */
Test(kafka_lines, of_a_host_that_wants_to_hear_less) {
    struct bench bench;
    init(&bench, "3");
    check_debug(&bench, "eos");
    sts__kafka_lines_take(&bench.lines, NOTICE, "PARTCNT", FEWER);
    sts__kafka_lines_take(&bench.lines, ERROR, "FAIL", "two");
    cr_assert(sts__kafka_topic_is_missing(&bench.topic));
    check_given(&bench, "two", NULL);
    clear(&bench);
}

/* Nothing is written twice then. */
Test(kafka_lines, of_transactions_are_not_asked_for) {
    struct bench bench;
    init(&bench, NULL);
    check_debug(&bench, "eos");
    rd_kafka_conf_destroy(bench.conf);
    bench.conf = rd_kafka_conf_new();
    rd_kafka_conf_set(bench.conf, "transactional.id", "an id that is longer than a few characters", NULL, 0);
    sts__kafka_lines_open(&bench.lines, bench.conf);
    check_debug(&bench, "");
    clear(&bench);
}

/* What we have asked for alone is not for the host, whatever its level is; but with debug of its own. */
Test(kafka_lines, of_epochs_are_not_for_a_host_without_debug) {
    struct bench bench;
    init(&bench, "7");
    sts__kafka_lines_take(&bench.lines, DEBUG, "DRAIN", "one");
    check_given(&bench, NULL, NULL);
    rd_kafka_conf_set(bench.conf, "debug", "topic", NULL, 0);
    sts__kafka_lines_open(&bench.lines, bench.conf);
    check_debug(&bench, "topic,eos");
    sts__kafka_lines_take(&bench.lines, DEBUG, "DRAIN", "two");
    check_given(&bench, "two", NULL);
    clear(&bench);
}

#define BEGINNING(why)                                                                                                 \
    "[thrd:main]: Beginning partition drain in state Assigned for PID{Id:1,Epoch:0} epoch bump for 1 partition(s) "    \
    "with in-flight requests: " why
#define DRAINED "[thrd:main]: All partitions drained, bumped epoch to PID{Id:1,Epoch:1}"

/* As it was seen with 2.0.2 and 2.16. An epoch that is begun for records that fail is told of by these. */
Test(kafka_lines, an_epoch_that_no_record_tells_of) {
    static const char *const told[] = {BEGINNING("message sequence gap"),
                                       BEGINNING("3 message(s) timed out on a-topic [2]"),
                                       "Acquired PID{Id:1,Epoch:0}"};
    struct bench bench;
    init(&bench, NULL);
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        sts__kafka_lines_take(&bench.lines, DEBUG, "DRAIN", told[i]);
        sts__kafka_lines_take(&bench.lines, DEBUG, "DRAIN", DRAINED);
        cr_assert_eq(sts__kafka_lines_untold_epoch_us(&bench.lines), 0, "%s", told[i]);
    }
    sts__kafka_lines_take(&bench.lines, DEBUG, "DRAIN", BEGINNING("skipped sequence numbers"));
    sts__kafka_lines_take(&bench.lines, DEBUG, "DRAIN", BEGINNING("message sequence gap")); /* meanwhile */
    cr_assert_eq(sts__kafka_lines_untold_epoch_us(&bench.lines), 0, "it is not begun yet");
    sts__kafka_lines_take(&bench.lines, DEBUG, "DRAIN", DRAINED);
    const int64_t begun_us = sts__kafka_lines_untold_epoch_us(&bench.lines);
    cr_assert_gt(begun_us, 0);
    sts__kafka_lines_take(&bench.lines, DEBUG, "DRAIN", DRAINED);
    cr_assert_eq(sts__kafka_lines_untold_epoch_us(&bench.lines), begun_us);
    clear(&bench);
}

Test(kafka_lines, are_lost_without_a_producer) {
    struct bench bench;
    init(&bench, NULL);
    sts__kafka_lines_take(&bench.lines, ERROR, "FAIL", "one");
    sts__kafka_lines_close(&bench.lines);
    sts__kafka_lines_take(&bench.lines, NOTICE, "PARTCNT", FEWER);
    cr_assert(!sts__kafka_topic_is_missing(&bench.topic));
    check_given(&bench, NULL, NULL);
    clear(&bench);
}

/* A host that does not serve: no more than some are kept, and it is told how many were not. */
Test(kafka_lines, that_nobody_serves) {
    struct bench bench;
    init(&bench, NULL);
    for (unsigned round = 0; round < 2; round++) {
        unsigned count = 0;
        char last[80] = "";
        for (unsigned i = 0; i < STS__KAFKA_LINES_KEPT + 5; i++)
            sts__kafka_lines_take(&bench.lines, ERROR, "FAIL", "one");
        sts__kafka_line *line = sts__kafka_lines_give(&bench.lines);
        for (; line; count++) {
            sts__kafka_line *next = line->next;
            snprintf(last, sizeof last, "%s", line->text);
            sts__kafka_line_free(line);
            line = next;
        }
        cr_assert_eq(count, STS__KAFKA_LINES_KEPT + 1u);
        cr_assert_str_eq(last, "5 lines of librdkafka's were dropped: they were not served in time");
    }
    sts__kafka_lines_take(&bench.lines, ERROR, "FAIL", "one");
    check_given(&bench, "one", NULL);
    clear(&bench);
}
