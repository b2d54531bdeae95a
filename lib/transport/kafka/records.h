/* SPDX-License-Identifier: Apache-2.0
 *
 * The records that the Kafka transport has taken and that have no outcome yet, in the order in which they were taken.
 * They can be given to another producer when the present one comes to its end.
 *
 * Any thread appends: what it hands to the producer itself, or, while the gate is closed (gate.h), what waits. Only the
 * serving thread takes records out, but for one that librdkafka did not take, which its own sender takes back. */
#ifndef STS_TRANSPORT_KAFKA_RECORDS_H
#define STS_TRANSPORT_KAFKA_RECORDS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include <stskafka/transport.h>

#include "transport/kafka/gate.h"
#include "transport/kafka/record.h"

typedef struct sts__kafka_records {
    pthread_mutex_t lock;
    sts__kafka_blocks blocks;
    sts__kafka_record *first;
    sts__kafka_record *last;
    sts__kafka_record *waiting; /* none before it waits for a producer; NULL: none waits */
    sts__kafka_record *pinned;  /* finished, and kept for producers that were left behind */
    bool has_pinned;            /* there are such, or some that are not finished; for the serving thread */
    uint64_t next_number;
    uint64_t doubtful_before; /* those with a lower number may be written twice; only for the serving thread, */
    int64_t epoch_us;         /* as is the last epoch that was heeded which nobody told of */
    size_t produced;          /* how many of them librdkafka has */
    sts__kafka_gate gate;
} sts__kafka_records;

/* Keeps up to `max_kept` bytes of memory that is not used just now, and has up to twice as many in which records that
 * are not finished yet may keep the place of others. STS_OK or STS_ERR_SYSTEM. */
sts_status sts__kafka_records_init(sts__kafka_records *records, const sts__memory *memory, size_t max_kept);

/* Frees the lock and all records; nothing is under way any more. `unpin`: the pinned ones too. */
void sts__kafka_records_clear(sts__kafka_records *records, bool unpin);

/* Copies of messages; false when out of memory. */
bool sts__kafka_records_new(sts__kafka_records *records, const sts_message *const *messages, size_t count,
                            sts__kafka_chain *chain);
void sts__kafka_records_drop(sts__kafka_records *records, const sts__kafka_chain *chain);

/* Takes the first ones, which are of one topic, off the chain. */
sts__kafka_chain sts__kafka_chain_split(sts__kafka_chain *chain);

/* Takes the first ones off the chain, as many as librdkafka may have beside those that it has, `window` in all, and
 * puts them behind the last one, as ones that it has; the sender is inside the gate. */
sts__kafka_chain sts__kafka_records_append(sts__kafka_records *records, sts__kafka_chain *chain, size_t window);

/* Puts them there to wait; false if the gate was opened meanwhile. `*alone`: librdkafka has none. */
bool sts__kafka_records_append_waiting(sts__kafka_records *records, const sts__kafka_chain *chain, bool *alone);

/* No producer that was left behind is there any more: nothing is pinned. */
void sts__kafka_records_unpin(sts__kafka_records *records);

/* Takes records out of the list, and frees them (a pinned one is kept). What was taken and is not referred to any more
 * goes back to the host from inside. */
void sts__kafka_records_finish(sts__kafka_records *records, sts__kafka_record *const *finished, size_t count);

/* The same in two steps: out of the list, which can be taken back, and freed. `behind` is where the last call has put
 * its last one, for those that stand behind that (NULL: nowhere yet); returns the same for this one. They wait. */
void sts__kafka_records_take_out(sts__kafka_records *records, sts__kafka_record *const *out, size_t count);
sts__kafka_record *sts__kafka_records_put_back(sts__kafka_records *records, sts__kafka_record *behind,
                                               sts__kafka_record *const *back, size_t count);
void sts__kafka_records_free(sts__kafka_records *records, sts__kafka_record *const *out, size_t count);

/* Puts others in the place of a record, which is freed: they wait, and are what it was. */
void sts__kafka_records_replace(sts__kafka_records *records, sts__kafka_record *record, const sts__kafka_chain *by);

void sts__kafka_records_set_produced(sts__kafka_records *records, sts__kafka_record *record, bool produced);

/* The same of `count` records that stand one behind the other. */
void sts__kafka_records_set_run_produced(sts__kafka_records *records, sts__kafka_record *first, size_t count,
                                         bool produced);

/* The first record that librdkafka does not have and that is not parked, and those behind it of the same topic: how
 * many, up to `most`, and together with those that librdkafka has up to `window`. 0 if there is none, and also if there
 * is one, `*first`, and librdkafka has as many already. */
size_t sts__kafka_records_waiting_run(sts__kafka_records *records, size_t window, size_t most,
                                      sts__kafka_record **first);

/* A record that librdkafka has, or does not have, is parked. */
void sts__kafka_records_park(sts__kafka_records *records, sts__kafka_record *record);

/* Puts them there parked; false if their topic is not missing any more. */
bool sts__kafka_records_append_parked(sts__kafka_records *records, const sts__kafka_chain *chain, const int *missing);

/* Whether librdkafka has records of that topic. */
bool sts__kafka_records_has_produced(sts__kafka_records *records, int32_t topic_index);

/* The topic is there again: none of its records is parked any more. */
void sts__kafka_records_unpark(sts__kafka_records *records, int32_t topic_index, int *missing);

/* Those of the held records go on waiting that `goes` says true of, which is called under the list's lock. */
void sts__kafka_records_let_go(sts__kafka_records *records,
                               bool (*goes)(const sts__kafka_record *record, const void *user), const void *user);

/* The first parked record behind `after` (NULL: from the front), or NULL. */
sts__kafka_record *sts__kafka_records_next_parked(sts__kafka_records *records, const sts__kafka_record *after);

/* The first record behind `after` (NULL: from the front) that librdkafka does not have and that is not parked, or NULL;
 * and then the gate is opened, if that is wanted. */
sts__kafka_record *sts__kafka_records_next_waiting(sts__kafka_records *records, const sts__kafka_record *after,
                                                   bool then_open);

/* The first record behind `after` (NULL: from the front) that librdkafka does not have and that `wanted` says true of,
 * or NULL. `wanted` is called under the list's lock. */
sts__kafka_record *sts__kafka_records_find_waiting(sts__kafka_records *records, const sts__kafka_record *after,
                                                   bool (*wanted)(const sts__kafka_record *record, const void *user),
                                                   const void *user);

/* Whether librdkafka does not have one of those with sequences up to `last` that `wanted` says true of. */
bool sts__kafka_records_lacks(sts__kafka_records *records, uint64_t last,
                              bool (*wanted)(const sts__kafka_record *record, const void *user), const void *user);

size_t sts__kafka_records_produced(sts__kafka_records *records);

/* The number that the next record will get. */
uint64_t sts__kafka_records_next_number(sts__kafka_records *records);

/* What librdkafka has, and was taken up to that time, may be written twice from now on; with `may_be_there` it counts
 * as written once. */
void sts__kafka_records_doubt_produced(sts__kafka_records *records, int64_t until_us, bool may_be_there);

/* Takes back what librdkafka has and will not report any more: it waits now. `pin`: the producer was left behind;
 * `may_be_there`: what it has sent, as it was in no transaction. */
void sts__kafka_records_take_back(sts__kafka_records *records, bool pin, bool may_be_there);

#endif
