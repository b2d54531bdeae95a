/* SPDX-License-Identifier: Apache-2.0
 *
 * A record of the Kafka transport: a message that it has taken, and where that stands; and the memory of those that
 * were taken together, which is a block. The bytes are kept here, or where the host has handed them over, and nowhere
 * else (librdkafka refers to values). The list that they are in (records.h) has the lock. */
#ifndef STS_TRANSPORT_KAFKA_RECORD_H
#define STS_TRANSPORT_KAFKA_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stskafka/transport.h>

#include "base/pool.h"

/* In front of its records, which lie side by side in their order: so they are gone through, here and in librdkafka. It
 * is free when all of them are. */
typedef struct sts__kafka_block {
    size_t unfinished; /* how many of its records are not */
    size_t shared;     /* its bytes, if it has several */
} sts__kafka_block;

/* What a report of a delivery needs comes first, up to the message's id: that is all that is looked at then. */
typedef struct sts__kafka_record {
    struct sts__kafka_record *next;
    struct sts__kafka_record *previous;
    sts__kafka_block *block;
    uint64_t number;       /* counts up in the order of the list */
    bool produced;         /* librdkafka has it, and did not report it yet */
    bool parked;           /* librdkafka does not have it, and it is for a topic that is not there, or held */
    bool placed;           /* it has got a partition; before that it is not sent */
    bool pinned;           /* a producer that was left behind refers to it, for as long as that is there */
    bool has_turn;         /* its partition is the one whose turn it was, and no wish of the host's */
    bool held;             /* until the first record of its partition is acknowledged, */
    uint8_t held_for;      /* which is one of those with this remainder (opening.h) */
    bool may_be_there : 1; /* an earlier producer may have written it, */
    bool was_lost : 1;     /* and has sent it, for it was never acknowledged; */
    bool may_be_twice : 1; /* where it was written, another epoch of its producer may have written it again */
    bool is_suspect : 1;   /* a broker refused it together with others: these are the serving thread's */
    bool is_taken : 1;     /* the message refers to what was taken; does not change */
    sts_message message;   /* points at the bytes behind this struct */
    int64_t taken_us;
} sts__kafka_record;

/* What comes first. */
enum { STS__KAFKA_RECORD_HOT = offsetof(sts__kafka_record, message.timestamp_ms) };

/* Records that follow each other by `next`, and are not in the list yet. */
typedef struct sts__kafka_chain {
    sts__kafka_record *first;
    sts__kafka_record *last;
    size_t count;
} sts__kafka_chain;

typedef struct sts__kafka_blocks {
    sts__pool pool;
    size_t shared;     /* bytes of blocks with several records */
    size_t max_shared; /* a record that stays keeps what is beside it: only so much is shared */
} sts__kafka_blocks;

/* Keeps up to `max_kept` bytes of memory that is not used just now, and has up to twice as many in which records that
 * are not finished yet may keep the place of others. */
void sts__kafka_blocks_init(sts__kafka_blocks *blocks, const sts__memory *memory, size_t max_kept);

/* Memory for the first of the messages, and for as many behind it as may lie beside it, which is `*count` then; NULL
 * when out of memory. Under the list's lock. */
sts__kafka_block *sts__kafka_blocks_take(sts__kafka_blocks *blocks, const sts_message *const *messages, size_t *count);

/* Makes them records in that memory, behind the last one of the chain; what was taken with them has references then. */
void sts__kafka_block_fill(sts__kafka_block *block, const sts_message *const *messages, size_t count, int64_t now_us,
                           sts__kafka_chain *chain);

/* A record is gone. Under the list's lock. */
static inline void sts__kafka_blocks_give(sts__kafka_blocks *blocks, const sts__kafka_record *record) {
    sts__kafka_block *block = record->block;
    if (--block->unfinished)
        return;
    blocks->shared -= block->shared;
    sts__pool_give(&blocks->pool, block);
}

/* Lets go of what was taken with records that are gone as soon as nobody looks at them any more, but for pinned ones.
 * Without a lock: the host may be called. */
void sts__kafka_record_release_taken(sts__kafka_record *const *finished, size_t count);

#endif
