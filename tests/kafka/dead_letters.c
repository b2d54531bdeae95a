/* SPDX-License-Identifier: Apache-2.0
 *
 * Dead letters on a real broker: what it refuses goes to their topic with its reason, and the rest to where it belongs.
 */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include <stskafka/stskafka.h>

#include "support/hex.h"
#include "support/kafka/admin.h"
#include "support/kafka/bootstrap.h"
#include "support/otlp.h"
#include "support/rig.h"
#include "support/topic_reader.h"

static void check_record(const struct read_record *record, const char *key, const char *value) {
    char *key_hex = hex_write((sts_bytes){key, strlen(key)});
    char *value_hex = hex_write((sts_bytes){value, strlen(value)});
    cr_assert_str_eq(record->key, key_hex);
    cr_assert_str_eq(record->value, value_hex);
    free(key_hex);
    free(value_hex);
}

/* The broker learns of the smaller limit after the exporter has asked for it, and so refuses the record itself. */
Test(dead_letters, are_what_the_broker_refused) {
    struct rig rig;
    struct otlp otlp = {0};
    struct pb request = {0};
    uint64_t counts[STS_COUNTS];
    size_t count;
    char body[1200];
    memset(body, 'x', sizeof body);
    body[sizeof body - 1] = '\0';
    admin_create_topic(kafka_bootstrap(), "dead-letters-from", 1, NULL);
    admin_create_topic(kafka_bootstrap(), "dead-letters-to", 1, NULL);
    rig_open_kafka(&rig, kafka_bootstrap(), "dead-letters-from",
                   RIG_OPTIONS("dead_letter.topic", "dead-letters-to", "compression", "none", "linger", "0s"));
    admin_configure_topic(kafka_bootstrap(), "dead-letters-from", "max.message.bytes=1000");
    otlp_add_record(&otlp, "large", body);
    otlp_finish(&request, &otlp);
    cr_assert_eq(rig_export(&rig, &request, NULL), STS_OK);
    rig_flush(&rig, NULL);
    cr_assert_eq(rig_export_numbered(&rig, 3, NULL), STS_OK);
    rig_flush(&rig, counts);
    cr_assert_eq(counts[STS_COUNT_DELIVERED], 3u);
    cr_assert_eq(counts[STS_COUNT_FAILED], 1u);
    cr_assert_eq(counts[STS_COUNT_DEAD_LETTERS], 1u);
    struct read_record *records = topic_read(kafka_bootstrap(), "dead-letters-to", 1, &count);
    cr_assert_eq(count, 1u);
    check_record(&records[0], "large", body);
    read_records_free(records, count);
    cr_assert_eq(topic_count(kafka_bootstrap(), "dead-letters-from", 1), 3u);
    pb_clear(&request);
    rig_close(&rig);
}

Test(dead_letters, their_topic_must_be_there_at_the_start) {
    sts_exporter *exporter;
    sts_error *error = NULL;
    admin_create_topic(kafka_bootstrap(), "dead-letters-start", 1, NULL);
    sts_options *options = rig_options(RIG_OPTIONS("brokers", kafka_bootstrap(), "topic", "dead-letters-start",
                                                   "dead_letter.topic", "dead-letters-missing"));
    cr_assert_eq(sts_exporter_new(&exporter, options, &error), STS_ERR_TOPIC_MISSING);
    cr_assert_not_null(strstr(sts_error_text(error), "dead-letters-missing"), "%s", sts_error_text(error));
    sts_error_free(error);
    sts_options_free(options);
}
