/* SPDX-License-Identifier: Apache-2.0 */
#include "support/mock_cluster.h"

#include "support/must.h"

/* What a cluster that is pulled down under its clients has to say is of no interest. */
static void discard_log(const rd_kafka_t *handle, int level, const char *facility, const char *text) {
    (void)handle;
    (void)level;
    (void)facility;
    (void)text;
}

static rd_kafka_t *new_owner(void) {
    char text[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, discard_log);
    rd_kafka_t *owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    MUST(owner);
    return owner;
}

void mock_cluster_open(struct mock_cluster *mock, const char *topic, int partitions) {
    mock_cluster_open_with(mock, topic, partitions, 1);
}

void mock_cluster_open_with(struct mock_cluster *mock, const char *topic, int partitions, int brokers) {
    mock->owner = new_owner();
    mock->cluster = rd_kafka_mock_cluster_new(mock->owner, brokers);
    MUST(mock->cluster);
    mock->brokers = rd_kafka_mock_cluster_bootstraps(mock->cluster);
    MUST(rd_kafka_mock_topic_create(mock->cluster, topic, partitions, 1) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

void mock_cluster_close(struct mock_cluster *mock) {
    rd_kafka_mock_cluster_destroy(mock->cluster);
    rd_kafka_destroy(mock->owner);
}
