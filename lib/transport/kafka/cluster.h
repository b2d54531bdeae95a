/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether acknowledgements come from the cluster that the records are meant for. A cluster that was wiped and started
 * anew at its address gives our producer's id away again; a broker then takes our batches for another producer's that
 * it has already, and acknowledges what it never writes (Kafka's doing, whichever the client). So an acknowledgement
 * counts only when the cluster's id was asked for again since the last connection was made; until then it is held back.
 * Where the id has changed, the acknowledgements of this producer count for nothing more, and another one takes over.
 * A cluster that was wiped and has its old id gives itself away when an offset of a partition goes back, though not
 * before. */
#ifndef STS_TRANSPORT_KAFKA_CLUSTER_H
#define STS_TRANSPORT_KAFKA_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <librdkafka/rdkafka.h>

struct sts__kafka;
struct sts__kafka_topic;

enum { STS__KAFKA_HELD = 64 }; /* so many events of reports at most; when there are more, they wait at librdkafka */

/* An event of reports from this one on; NULL: from its first. */
typedef struct sts__kafka_held {
    rd_kafka_event_t *event;
    const rd_kafka_message_t *message;
    size_t together; /* so many it had at first: a batch, or what was purged or timed out at once */
} sts__kafka_held;

/* All of it is for the serving thread. */
typedef struct sts__kafka_cluster {
    char id[64];         /* as told last; "" where it was not */
    int confirmed;       /* how many connections there had been when it was asked for last */
    bool changed;        /* since the present producer was made */
    bool look_due;       /* what was reported asks for a look at the id */
    int32_t patience_ms; /* how long the next answer is waited for; 0: as the first one */
    sts__kafka_held held[STS__KAFKA_HELD];
    size_t held_count;
} sts__kafka_cluster;

/* The last acknowledgement of a partition. */
typedef struct sts__kafka_acked {
    int64_t offset;  /* -1: there was none */
    int connections; /* how many there had been */
} sts__kafka_acked;

/* One topic's, by partition. */
typedef struct sts__topic_acked {
    sts__kafka_acked *items;
    int32_t count;
} sts__topic_acked;

/* Asks for the cluster's id, and waits up to timeout_ms for the answer; false if there was none. */
bool sts__kafka_cluster_ask(struct sts__kafka *kafka, int32_t timeout_ms);

/* Looks at the id that came with the last metadata. */
void sts__kafka_cluster_look(struct sts__kafka *kafka);

/* Holds an event of reports back, beginning with an acknowledgement; false if there is no need, or no room, and it is
 * to be served now. What failed need not be held. */
bool sts__kafka_cluster_hold(struct sts__kafka *kafka, sts__kafka_held held);

/* Serves what is held, if it can be judged by now; false if more events must wait. */
bool sts__kafka_cluster_release(struct sts__kafka *kafka);

/* Whether all acknowledgements can be judged now; and whether this one is what is expected then, and so believed
 * without a word, of which note is taken. */
bool sts__kafka_cluster_is_settled(const struct sts__kafka *kafka);
bool sts__kafka_cluster_takes(struct sts__kafka *kafka, const rd_kafka_message_t *message);

/* Takes note of an acknowledgement; false if it is not to be believed. */
bool sts__kafka_cluster_believes(struct sts__kafka *kafka, const rd_kafka_message_t *message);

/* The present producer ends: what is held is dropped, and its records have no outcome. */
void sts__kafka_cluster_end_producer(struct sts__kafka *kafka);

/* The next producer may be for another cluster, by the host's own will. */
void sts__kafka_cluster_forget(struct sts__kafka *kafka);

#endif
