/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/cluster.h"

#include <stdio.h>
#include <string.h>

#include "transport/kafka/internal.h"

/* How long the serving thread waits for an answer at a time: close is late by less than a second. */
enum { FIRST_PATIENCE_MS = 100, MAX_PATIENCE_MS = 800 };

static void forget_acked(sts__kafka_topic *topic) {
    for (int32_t i = 0; i < topic->acked.count; i++)
        topic->acked.items[i].offset = -1;
}

/* Only an idempotent producer is taken for another one. */
static void change(sts__kafka *kafka, const char *line) {
    if (kafka->cluster.changed)
        return;
    sts__sink_cluster_changed(kafka->sink, line);
    kafka->cluster.changed = kafka->idempotent;
    for (int32_t i = 0; i < kafka->topics.max; i++) {
        forget_acked(&kafka->topics.items[i]);
        sts__kafka_forget_settings(&kafka->topics.items[i]);
    }
}

void sts__kafka_cluster_look(sts__kafka *kafka) {
    sts__kafka_cluster *cluster = &kafka->cluster;
    char line[400];
    char *id = rd_kafka_clusterid(kafka->producer.handle, 0);
    if (!id)
        return; /* it has none */
    if (cluster->id[0] && strcmp(cluster->id, id) != 0) {
        snprintf(line, sizeof line, "brokers \"%s\" are another cluster now: its id is %s, and was %s",
                 kafka->producer.brokers, id, cluster->id);
        change(kafka, line);
    }
    snprintf(cluster->id, sizeof cluster->id, "%s", id);
    rd_kafka_mem_free(kafka->producer.handle, id);
}

/* librdkafka remembers the id that came with the last metadata, whatever they were asked for; so metadata of no more
 * than our topics do. */
bool sts__kafka_cluster_ask(sts__kafka *kafka, int32_t timeout_ms) {
    const struct rd_kafka_metadata *metadata;
    int connections = sts__kafka_observer_connections(kafka->producer.observer); /* before: one may be made meanwhile */
    if (rd_kafka_metadata(kafka->producer.handle, 0, NULL, &metadata, timeout_ms))
        return false;
    rd_kafka_metadata_destroy(metadata);
    sts__kafka_cluster_look(kafka);
    kafka->cluster.confirmed = connections;
    return true;
}

/* Asks, if a connection was made since that was done last: whether what was acknowledged up to now can be judged. Each
 * time with twice the patience, for brokers may be far away. */
static bool confirm(sts__kafka *kafka) {
    sts__kafka_cluster *cluster = &kafka->cluster;
    int32_t patience_ms = cluster->patience_ms ? cluster->patience_ms : FIRST_PATIENCE_MS;
    if (sts__kafka_observer_connections(kafka->producer.observer) == cluster->confirmed)
        return true;
    bool answered = sts__kafka_cluster_ask(kafka, patience_ms);
    cluster->patience_ms = answered ? 0 : patience_ms < MAX_PATIENCE_MS ? 2 * patience_ms : patience_ms;
    return answered;
}

bool sts__kafka_cluster_hold(sts__kafka *kafka, sts__kafka_held held) {
    sts__kafka_cluster *cluster = &kafka->cluster;
    if (!kafka->idempotent || kafka->purged || cluster->changed)
        return false;
    if (cluster->held_count == 0 && confirm(kafka))
        return false;
    cluster->held[cluster->held_count++] = held;
    return true;
}

/* What is held is served in its order. Serving may hold the rest of an event back again, where a connection was made
 * meanwhile: then it is the first one of those that are left. */
bool sts__kafka_cluster_release(sts__kafka *kafka) {
    sts__kafka_cluster *cluster = &kafka->cluster;
    sts__kafka_held held[STS__KAFKA_HELD];
    size_t count = cluster->held_count;
    if (count == 0)
        return true;
    if (!kafka->purged && !cluster->changed && !confirm(kafka))
        return count < STS__KAFKA_HELD;
    memcpy(held, cluster->held, count * sizeof *held);
    cluster->held_count = 0;
    for (size_t i = 0; i < count; i++)
        sts__kafka_serve_reports(kafka, held[i]);
    return cluster->held_count < STS__KAFKA_HELD;
}

/* Room for what is known of a partition; NULL when there is no memory. */
static sts__kafka_acked *acked_of(sts__kafka *kafka, sts__kafka_topic *topic, int32_t partition) {
    if (partition < topic->acked.count)
        return &topic->acked.items[partition];
    int32_t count = topic->acked.count > partition / 2 ? 2 * topic->acked.count : partition + 1;
    sts__kafka_acked *acked = sts__memory_resize(kafka->memory, topic->acked.items, (size_t)count * sizeof *acked);
    if (!acked)
        return NULL;
    for (int32_t i = topic->acked.count; i < count; i++)
        acked[i] = (sts__kafka_acked){-1, 0};
    topic->acked.items = acked;
    topic->acked.count = count;
    return &acked[partition];
}

/* An offset that is not behind the last one: of a log that begins anew. A topic that was deleted and made again leaves
 * connections alone; where they were made anew as well, it may be the whole cluster. */
static bool judge_return(sts__kafka *kafka, sts__kafka_topic *topic, const rd_kafka_message_t *message,
                         const sts__kafka_acked *last, int connections) {
    char line[400];
    snprintf(line, sizeof line, "topic %s, partition %d: an offset of %lld is acknowledged after one of %lld: %s",
             topic->name, (int)message->partition, (long long)message->offset, (long long)last->offset,
             last->connections == connections ? "it was made again"
                                              : "it was made again, or cut, or is another cluster's");
    if (last->connections != connections && kafka->idempotent) {
        change(kafka, line);
        return false;
    }
    sts__sink_cluster_changed(kafka->sink, line);
    forget_acked(topic);
    return true;
}

bool sts__kafka_cluster_believes(sts__kafka *kafka, const rd_kafka_message_t *message) {
    sts__kafka_topic *topic = rd_kafka_topic_opaque(message->rkt);
    int connections = sts__kafka_observer_connections(kafka->producer.observer);
    if (kafka->cluster.changed)
        return false;
    if (kafka->purged && kafka->idempotent && connections != kafka->cluster.confirmed)
        return false; /* there is no time left to ask */
    if (kafka->acks == STS__ACKS_NONE || message->partition < 0)
        return true;
    sts__kafka_acked *last = acked_of(kafka, topic, message->partition);
    if (!last)
        return true;
    /* Without an offset it was acknowledged as a duplicate of long ago (DUPLICATE_SEQUENCE_NUMBER). */
    if (last->offset >= 0 && message->offset <= last->offset &&
        (message->offset >= 0 || last->connections != connections) &&
        !judge_return(kafka, topic, message, last, connections))
        return false;
    if (message->offset >= 0)
        *last = (sts__kafka_acked){message->offset, connections};
    return true;
}

bool sts__kafka_cluster_is_settled(const sts__kafka *kafka) {
    const sts__kafka_cluster *cluster = &kafka->cluster;
    return cluster->held_count == 0 && !cluster->changed &&
           (!kafka->idempotent || sts__kafka_observer_connections(kafka->producer.observer) == cluster->confirmed);
}

bool sts__kafka_cluster_takes(sts__kafka *kafka, const rd_kafka_message_t *message) {
    const sts__kafka_topic *topic = rd_kafka_topic_opaque(message->rkt);
    int connections = sts__kafka_observer_connections(kafka->producer.observer);
    if (kafka->idempotent && connections != kafka->cluster.confirmed)
        return false;
    if (kafka->acks == STS__ACKS_NONE)
        return true;
    if (message->partition < 0 || message->partition >= topic->acked.count)
        return false;
    sts__kafka_acked *last = &topic->acked.items[message->partition];
    if (message->offset <= last->offset)
        return false;
    *last = (sts__kafka_acked){message->offset, connections};
    return true;
}

void sts__kafka_cluster_end_producer(sts__kafka *kafka) {
    for (size_t i = 0; i < kafka->cluster.held_count; i++)
        rd_kafka_event_destroy(kafka->cluster.held[i].event);
    kafka->cluster.held_count = 0;
    kafka->cluster.changed = false;
}

void sts__kafka_cluster_forget(sts__kafka *kafka) {
    kafka->cluster.id[0] = '\0';
    for (int32_t i = 0; i < kafka->topics.max; i++)
        forget_acked(&kafka->topics.items[i]);
}
