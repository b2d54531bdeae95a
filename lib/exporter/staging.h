/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages on their way into the queue: some at a time, so that ledger and transport are entered once for all of them.
 * What they point at is copied here, unless it lives long enough. */
#ifndef STS_EXPORTER_STAGING_H
#define STS_EXPORTER_STAGING_H

#include "encode/kept.h"
#include "exporter/made_values.h"
#include "exporter/route.h"
#include "gather/gather.h"
#include "queue/ledger.h"
#include "store/store.h"

enum { STS__STAGED_AT_ONCE = 32, STS__STAGING_ROOM = 12288, STS__STAGING_KEPT = 65536 };

/* A message, and which of the staged records it holds. */
typedef struct sts__staged {
    sts_message message;
    size_t first_record;
    size_t record_count;
} sts__staged;

/* Records that are to share messages (gathering.h). */
typedef struct sts__window {
    sts__gather gather; /* has all of this in its arena */
    sts__item_place *places;
    bool *missing_keys;
    size_t count, capacity;
    size_t bytes;
    sts__single_rests rests; /* of the groups that its records are in */
} sts__window;

typedef struct sts__staging {
    const struct sts__stagings *of;
    sts__window window;
    sts__staged *messages;
    size_t message_count, message_capacity;
    sts__ledger_record *records; /* message by message */
    sts__item_place *places;     /* of the records */
    sts__kept *kept;             /* of the records, where those come into messages that stay open */
    size_t record_count, record_capacity, kept_capacity;
    sts__arena arena;        /* has all of this, */
    sts__made_values values; /* but for values that are handed over */
    sts__store_batch batch;  /* of messages as a store has them */
    union {
        long double alignment;
        unsigned char bytes[STS__STAGING_ROOM];
    } first_block; /* where the arena begins */
} sts__staging;

/* Those that no export uses just now: so exports take no memory for it, unless more than that run at once. */
typedef struct sts__stagings {
    const sts__memory *memory;
    size_t (*cost)(const sts_message *message, size_t payload); /* the transport's (transport/kind.h), */
    bool hands_over;                                            /* which refers to values that are handed over */
    sts__staging *spare[8];                                     /* atomic */
} sts__stagings;

void sts__stagings_init(sts__stagings *stagings, const sts__memory *memory);
void sts__stagings_clear(sts__stagings *stagings);

/* An empty one, to be given back; NULL without memory. */
sts__staging *sts__stagings_take(sts__stagings *stagings);
void sts__stagings_give(sts__stagings *stagings, sts__staging *staging);

/* Forgets the messages. */
void sts__staging_reset(sts__staging *staging);

/* For the encoder that makes values of messages that are sent from here. */
sts__value_room *sts__staging_room(sts__staging *staging);

/* Adds a message with its one record. `lasting` is what need not be copied; data NULL: nothing need be. False without
 * memory, and nothing is added. */
bool sts__staging_add(sts__staging *staging, const sts__routed *routed, sts_bytes lasting);

/* The same for a record that comes into a message which stays open: its value is what is kept of it. */
bool sts__staging_add_kept(sts__staging *staging, const sts__routed *routed, sts_bytes lasting);

/* The same for a message of several records, whose value is made of them: prepares for those at `chosen` of the lists,
 * or for a range of those that are staged elsewhere; where they stand then; and adds the message, if nothing else was
 * prepared meanwhile. What it points at is not copied.
 */
bool sts__staging_prepare(sts__staging *staging, const sts__item_place *places, const bool *missing_keys,
                          const uint32_t *chosen, size_t count);
bool sts__staging_prepare_range(sts__staging *staging, const sts__staging *from, size_t first, size_t count);
const sts__item_place *sts__staging_prepared(const sts__staging *staging);
void sts__staging_commit(sts__staging *staging, const sts_message *message, size_t count);

#endif
