/* SPDX-License-Identifier: Apache-2.0 */
#include "support/kafka/refusing.h"

#include <criterion/criterion.h>
#include <librdkafka/rdkafka.h>
#include <string.h>

#include "base/clock.h"
#include "exporter/exporter.h"
#include "support/kafka/bootstrap.h"
#include "support/rig.h"
#include "transport/kafka/internal.h"

void refusing_await(const char *topic_name, int partitions, bool has_key) {
    char text[256];
    char body[1500];
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    bool refused = false;
    memset(body, 'p', sizeof body); /* of "probe" */
    rd_kafka_conf_set(conf, "bootstrap.servers", kafka_bootstrap(), text, sizeof text);
    rd_kafka_conf_set(conf, "linger.ms", "0", text, sizeof text);
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR);
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    cr_assert_not_null(producer, "%s", text);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, topic_name, NULL);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_main(producer);
    for (int partition = 0; partition < partitions; partition += refused) {
        cr_assert_lt(rig_now_ms(), deadline, "the broker does not heed the new configuration");
        rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, body, sizeof body, has_key ? "key" : NULL,
                         has_key ? 3 : 0, NULL);
        rd_kafka_event_t *event = rd_kafka_queue_poll(queue, RIG_DEADLINE_MS);
        const rd_kafka_message_t *message = event ? rd_kafka_event_message_next(event) : NULL;
        cr_assert_not_null(message);
        refused = message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
        rd_kafka_event_destroy(event);
    }
    rd_kafka_queue_destroy(queue);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
}

void refusing_blind(sts_exporter *exporter) {
    sts__kafka *kafka = exporter->transport_context;
    sts__topic_settings *settings = &kafka->topics.items[0].settings;
    settings->doubted_us = sts__clock_us() + RIG_DEADLINE_MS * INT64_C(1000);
    __atomic_store_n(&settings->read_us, settings->doubted_us, __ATOMIC_RELAXED);
}
