/* SPDX-License-Identifier: Apache-2.0
 *
 * Exactly once from the store to the topics (delivery=exactly_once). Records go in transactions. With each, the
 * sequence that it comes up to is committed as an offset of a consumer group (rd_kafka_send_offsets_to_transaction): of
 * partition 0 of each topic that it wrote to, so that the records of a topic that is not there hold up no other's. What
 * is below its topic's offset is in the topic, or has failed; all else is not, for a transaction is written whole or
 * not at all. So whatever happens to a producer, the next one takes the same transactional id, which ends what the one
 * before had open, reads the offsets, and knows.
 *
 * A transaction ends where no record of its topics is left out that has a lower sequence. What was written in it and is
 * not committed has no outcome: it is taken out of the list (records.h), and put back where the transaction is aborted.
 * The gate is always closed: the serving thread alone gives records to the producer, and begins and ends transactions.
 *
 * What is refused makes its transaction fail. If it was refused together with others, another producer takes over,
 * which has each record go as a batch of its own, so that the next refusal is of one: that has failed, and the others
 * go again.
 *
 * Where another producer has taken the transactional id, or a run of the store has committed that is none of ours
 * (progress.h), nothing is sent any more.
 *
 * All of it is for the serving thread, and for who opens the transport, but for what is said to be of any thread. */
#ifndef STS_TRANSPORT_KAFKA_TRANSACTION_H
#define STS_TRANSPORT_KAFKA_TRANSACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "transport/kafka/call.h"
#include "transport/kafka/kafka.h"
#include "transport/kafka/progress.h"
#include "transport/kafka/records.h"
#include "transport/kafka/written.h"
#include "transport/settings.h"

struct sts__kafka;

/* The id of a store that is given none, by the store's name. */
#define STS__TRANSACTIONAL_ID "stskafka-%s"

/* How far the present producer is. */
typedef enum sts__transaction_phase {
    STS__TRANSACTION_LOOKING,      /* at the first topic's offset, before anything is taken from anybody */
    STS__TRANSACTION_INITIALISING, /* the transactional id is taken */
    STS__TRANSACTION_READING,      /* offsets of topics are read that have records now */
    STS__TRANSACTION_READY,        /* none is open */
    STS__TRANSACTION_OPEN,
    STS__TRANSACTION_COMMITTING,
    STS__TRANSACTION_ABORTING
} sts__transaction_phase;

/* One topic's. */
typedef struct sts__topic_transaction {
    sts__topic_progress progress;
    int64_t denied_until_us; /* we may not write to it, and until then need not try */
} sts__topic_transaction;

/* The open one. */
typedef struct sts__open_transaction {
    int64_t began_us;
    int64_t began_wall_ms; /* the other clock stands still where a machine sleeps */
    size_t bytes;
    size_t records;
    size_t topics;   /* of how many it has some */
    uint64_t last;   /* the highest sequence in it */
    bool is_closing; /* it takes no more than it has to, */
    bool has_failed; /* and is to be aborted */
} sts__open_transaction;

typedef struct sts__kafka_transaction {
    bool is_on; /* this and the next ones do not change */
    char *id;   /* NULL, as group: it is not known yet which store it is */
    char *group;
    int64_t interval_us;
    int64_t timeout_ms;
    size_t max_bytes;
    size_t max_records;
    int has_ended; /* it sends no more: somebody else has its place; atomic */
    char why_ended[400];
    sts__transaction_phase phase;
    sts__kafka_call *call; /* under way; NULL: none is */
    sts_status not_made;   /* why the last one could not be made; STS_OK: it could */
    int64_t next_us;       /* before that no call is made, and no transaction begun */
    int32_t failed_in_a_row;
    bool has_looked;
    bool hurries;               /* somebody flushes */
    bool sends_alone;           /* each record is a batch, as some were refused together, */
    uint64_t suspect_to;        /* of which this is the last one's sequence */
    int64_t one_topic_until_us; /* until then it has records of one topic: to one of several we may not write */
    rd_kafka_resp_err_t told;   /* what it was that kept it from beginning, when that was told last */
    sts__open_transaction open;
    sts__kafka_written written;
    sts__kafka_progress progress;
    rd_kafka_conf_t *reader; /* of a consumer that reads offsets */
} sts__kafka_transaction;

/* STS_OK or STS_ERR_NO_MEMORY. */
sts_status sts__kafka_transaction_init(struct sts__kafka *kafka, const sts__kafka_exactly_once *settings);

/* As the row of kind.h. A transport that is only tried knows of no store, and is not transactional. */
sts_status sts__kafka_transaction_identify(void *context, const sts__transport_store *store);

void sts__kafka_transaction_clear(struct sts__kafka *kafka);

/* A producer is made, of that configuration, which gets what makes it transactional; it was made; it is at its end, and
 * what it has written and not committed waits for the next one. What is returned must end before the producer may be
 * destroyed. */
void sts__kafka_transaction_prepare(struct sts__kafka *kafka, rd_kafka_conf_t *conf);
void sts__kafka_transaction_new_producer(struct sts__kafka *kafka);
sts__kafka_unfinished sts__kafka_transaction_end_producer(struct sts__kafka *kafka);

/* Goes on as far as it can without waiting. */
void sts__kafka_transaction_serve(struct sts__kafka *kafka);

/* Waits until a transaction can begin: STS_OK, or why none can. */
sts_status sts__kafka_transaction_await(struct sts__kafka *kafka, int64_t deadline_us, sts__fault *fault);

/* How long it has nothing to do, if nothing is reported; INT32_MAX: until then. */
int32_t sts__kafka_transaction_pause_ms(const struct sts__kafka *kafka);

/* What is sent is to be committed at once. */
void sts__kafka_transaction_hurry(struct sts__kafka *kafka);

/* Whether the record that waits in front of all others can go now; begins a transaction where none is open. True where
 * it is not exactly once. */
bool sts__kafka_transaction_takes(struct sts__kafka *kafka, const sts__kafka_record *record);

/* Librdkafka has got records that stand one behind the other. */
void sts__kafka_transaction_add(struct sts__kafka *kafka, const sts__kafka_record *first, size_t count);

/* A report: of one that was written, or of one that was not, by which the transaction has failed. Then the whole event
 * was gone through. */
void sts__kafka_transaction_note(struct sts__kafka *kafka, const rd_kafka_message_t *message);
void sts__kafka_transaction_fail(struct sts__kafka *kafka);
void sts__kafka_transaction_take_out(struct sts__kafka *kafka);

/* One that was refused together with others, and goes again. */
void sts__kafka_transaction_suspects(struct sts__kafka *kafka, const sts__kafka_record *record);

/* Whether it is known which records of this one's topic have had their outcome in earlier transactions: they must not
 * get another one. If not, it is asked for, when no transaction is open any more. True where it is not exactly once. */
bool sts__kafka_transaction_knows(struct sts__kafka *kafka, const sts__kafka_record *record);

/* Then, whether a record has; whether (and why) it is not to be sent any more, as it was stored too long ago by an
 * earlier process, which may have sent it; whether its topic was found to be closed to us. */
bool sts__kafka_transaction_has(struct sts__kafka *kafka, const sts__kafka_record *record);
const char *sts__kafka_transaction_why_stale(const struct sts__kafka *kafka, const sts__kafka_record *record);
bool sts__kafka_transaction_denies(const struct sts__kafka *kafka, const sts__kafka_record *record);

/* Whether the open transaction is to end; whether it can: all of its topics' records up to the last are in it, or have
 * their outcome. Then nothing is open. */
bool sts__kafka_transaction_is_due(struct sts__kafka *kafka);
bool sts__kafka_transaction_is_whole(struct sts__kafka *kafka);
void sts__kafka_transaction_forget_open(struct sts__kafka *kafka);

/* A fatal error of the producer: true if it means that somebody else has taken its place, and nothing is sent any more.
 */
bool sts__kafka_transaction_is_over(struct sts__kafka *kafka, rd_kafka_resp_err_t error);
const char *sts__kafka_transaction_why_ended(const struct sts__kafka *kafka); /* NULL: it has not; from any thread */

/* After purge: what was written and is not committed has no outcome here. */
void sts__kafka_transaction_give_up(struct sts__kafka *kafka);

#endif
