/* SPDX-License-Identifier: Apache-2.0
 *
 * How far a store has come, as its cluster knows it: offsets of a consumer group, that of a topic's partition 0 being
 * the sequence below which all of the topic's records have their outcome. Whose they are is told in their metadata,
 * "STORE NUMBER RUN" (store/identity.h). For the serving thread. */
#ifndef STS_TRANSPORT_KAFKA_PROGRESS_H
#define STS_TRANSPORT_KAFKA_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include <librdkafka/rdkafka.h>

#include "base/error.h"
#include "base/memory.h"
#include "transport/settings.h"

typedef struct sts__kafka_progress {
    char *store; /* this and the next ones do not change */
    char *run;
    char *run_before; /* "": there was none */
    uint64_t run_number;
    uint64_t run_begins; /* the first of its sequences */
    uint32_t producers;  /* how many there were: with each, all has to be read anew */
} sts__kafka_progress;

/* One topic's. */
typedef struct sts__topic_progress {
    uint64_t end;       /* behind the last sequence that the open transaction has of it; 0: it has none */
    uint64_t committed; /* as it was read, or committed since, */
    uint32_t producer;  /* for that producer */
    bool is_wanted;     /* it is to be read */
} sts__topic_progress;

/* STS_OK or STS_ERR_NO_MEMORY. */
sts_status sts__kafka_progress_init(sts__kafka_progress *progress, const sts__memory *memory,
                                    const sts__transport_store *store);
void sts__kafka_progress_clear(sts__kafka_progress *progress, const sts__memory *memory);

/* Whether offsets were committed by a run of the store that is none of ours: by a copy of it, or after the backup that
 * it was made from. What another store has committed under the same group says nothing about this one. */
bool sts__kafka_progress_is_foreign(const sts__kafka_progress *progress,
                                    const rd_kafka_topic_partition_list_t *offsets);

/* What is known of topics is forgotten: another producer has taken the place of the one before. */
void sts__kafka_progress_forget(sts__kafka_progress *progress);

/* Takes note of what was read about a topic. */
void sts__kafka_progress_read(const sts__kafka_progress *progress, sts__topic_progress *topic,
                              const rd_kafka_topic_partition_t *offset);

/* Whether it was read; and then, whether the topic's record with that sequence has its outcome. */
bool sts__kafka_progress_is_known(const sts__kafka_progress *progress, const sts__topic_progress *topic);
bool sts__kafka_progress_has(const sts__kafka_progress *progress, const sts__topic_progress *topic, uint64_t sequence);

/* The open transaction's end is committed. */
void sts__kafka_progress_commit(sts__topic_progress *topic);

/* Adds a topic's offset to those that are to be committed. */
void sts__kafka_progress_add(const sts__kafka_progress *progress, rd_kafka_t *producer, const char *name,
                             const sts__topic_progress *topic, rd_kafka_topic_partition_list_t *offsets);

#endif
