/* SPDX-License-Identifier: Apache-2.0
 *
 * What is read in librdkafka's log: that a topic has fewer partitions than before; and how much of it is kept. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "transport/kafka/lines.h"

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

/* --- where nobody serves --- */

static unsigned count_and_free(sts__kafka_line *line, char last[80]) {
    unsigned count = 0;
    while (line) {
        sts__kafka_line *next = line->next;
        snprintf(last, 80, "%s", line->text);
        sts__kafka_line_free(line);
        line = next;
        count++;
    }
    return count;
}

Test(kafka_lines, no_more_than_some_are_kept_and_it_is_said) {
    sts__kafka_lines lines;
    char last[80] = "";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    cr_assert(sts__kafka_lines_init(&lines, NULL));
    sts__kafka_lines_open(&lines, conf);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < STS__KAFKA_LINES_KEPT + 5; i++)
            sts__kafka_lines_take(&lines, 4, "TEST", "a line");
        cr_assert_eq(count_and_free(sts__kafka_lines_give(&lines), last), STS__KAFKA_LINES_KEPT + 1u);
        cr_assert_str_eq(last, "5 lines of librdkafka's were dropped: they were not served in time");
    }
    sts__kafka_lines_take(&lines, 4, "TEST", "a line");
    cr_assert_eq(count_and_free(sts__kafka_lines_give(&lines), last), 1);
    sts__kafka_lines_clear(&lines);
    rd_kafka_conf_destroy(conf);
}
