/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages that stay open over exports, for records that come later and are like those in them: of the same topic,
 * partition and key, with the same headers. A message is sealed when it is large enough, when its time has come, when
 * others need its room, or when somebody asks; sealed ones stand in line until they are taken to be sent.
 *
 * No record overtakes another one of its group and key: there is one open message of each key, which is sealed where a
 * record with other headers comes, and the line is first in, first out. (Records without a key have no order, and such
 * messages stay open side by side.) Topics are the same where their names are at the same place.
 *
 * It knows no clock (whoever calls has the time), starts nothing, and does not look into records: of each it keeps some
 * bytes, and two heads (of what the record is in, from the outside in), which records share. It has no lock; but a
 * message that was taken is its taker's alone. */
#ifndef STS_GATHER_OPEN_MESSAGES_H
#define STS_GATHER_OPEN_MESSAGES_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/transport.h>

#include "base/memory.h"
#include "base/prefetch.h"
#include "base/table.h"
#include "gather/open_heads.h"

/* What a message was sealed by. */
typedef enum sts__sealed_by {
    STS__SEALED_BY_SIZE,    /* it has all that it may hold, or as much as it is to have at least */
    STS__SEALED_BY_TIME,    /* it was open for as long as one may be */
    STS__SEALED_BY_ROOM,    /* others need its room */
    STS__SEALED_BY_HEADERS, /* a record of its key has other headers */
    STS__SEALED_BY_FLUSH,
    STS__SEALED_BY_REASONS
} sts__sealed_by;

/* Bounds of each message, and of all that are open. */
typedef struct sts__open_limits {
    int64_t timeout_us; /* how long one stays open */
    uint64_t min_size;  /* one that has so much is sealed when the export ends; in records, or bytes */
    uint64_t max_size;  /* none gets more; 0: no bound */
    bool counts_bytes;  /* those two are bytes of its value */
    bool by_outer_head; /* records with another outer head are kept apart */
    size_t messages;
    size_t records;
    size_t cost;
} sts__open_limits;

/* A record on its way into a message. */
typedef struct sts__open_piece {
    uint64_t id;     /* whatever its owner knows it by */
    uint32_t group;  /* those of different groups are kept apart */
    sts_bytes bytes; /* copied, like the heads */
    sts_bytes outer;
    sts_bytes inner;
    size_t alone;  /* how large the value of a message with this record alone is at most, */
    size_t more;   /* and by how much this record makes one larger where both heads are there */
    size_t most;   /* how large the value of its message may be; one that holds nothing else may be larger */
    size_t cost;   /* what it counts for the bound of all */
    uint64_t hash; /* of what its message is looked for by; 0: it was not expected */
} sts__open_piece;

/* A record in a message. A head that says the same as that of the record before is the same one, and both are of one
 * run. */
typedef struct sts__open_record {
    uint64_t id;
    int64_t timestamp_ms;
    uint32_t at, size; /* its bytes, among the message's */
    sts__open_head *outer;
    sts__open_head *inner;
} sts__open_record;

/* Whether a record is of the same run as the one before it, by its outer head, and by both. */
static inline bool sts__open_record_shares_outer(const sts__open_record *records, size_t at) {
    return at && records[at - 1].outer == records[at].outer;
}

static inline bool sts__open_record_shares_inner(const sts__open_record *records, size_t at) {
    return sts__open_record_shares_outer(records, at) && records[at - 1].inner == records[at].inner;
}

typedef struct sts__open_message sts__open_message;

struct sts__open_message {
    sts_message message; /* without a value, and with the first record's time; what it points at is the message's own */
    uint32_t group;
    sts__open_record *records;
    size_t record_count;
    char *bytes;
    size_t byte_count;
    size_t cost; /* of all of its records */

    sts__sealed_by sealed_by; /* STS__SEALED_BY_REASONS: it was sealed before, and goes again */
    size_t done;              /* how many of its records were sent; for its taker */
    size_t parts_most;        /* how many may go together; for its taker, at first all */

    size_t record_capacity, byte_capacity; /* 0: they lie in the message's own block */
    size_t value_size;                     /* at most */
    size_t value_most;
    uint64_t size; /* as the limits measure it */
    uint64_t hash;
    int64_t opened_us;
    bool is_ripe;
    sts__open_message *older, *younger;           /* of the open ones */
    sts__open_message *ripe_before, *ripe_behind; /* of the open ones that are ripe */
    sts__open_message *behind;                    /* of the sealed ones */
};

typedef struct sts__open_list {
    sts__open_message *first, *last;
} sts__open_list;

typedef struct sts__open_messages {
    const sts__memory *memory;
    sts__open_limits limits;
    sts__open_heads outer;
    sts__open_heads inner;
    sts__table table;      /* of the open ones, by their keys */
    sts__open_list open;   /* by their age, the oldest one first */
    sts__open_list ripe;   /* those of them that have min_size, in the order in which they came to it */
    sts__open_list again;  /* in line, in front: those that were taken before */
    sts__open_list sealed; /* in line */
    size_t message_count;  /* of the open ones, like what follows */
    size_t record_count;
    size_t cost;
    uint64_t sealed_by[STS__SEALED_BY_REASONS]; /* how many, since the beginning */
} sts__open_messages;

void sts__open_messages_init(sts__open_messages *all, const sts__memory *memory, const sts__open_limits *limits);
void sts__open_messages_clear(sts__open_messages *all);

/* Puts a record into the open message of those like it, or into a new one; what has to be sealed for it, or by it, is.
 * False without memory, and nothing was added. */
bool sts__open_messages_add(sts__open_messages *all, const sts_message *message, const sts__open_piece *piece,
                            int64_t now_us);

/* For records that are to be added one after the other, whose messages lie here and there: asks for the memory of the
 * one that this record will go into, most likely, which is returned; NULL where there is none. When that memory is
 * there, its end can be asked for, where so many bytes will be put. */
const sts__open_message *sts__open_messages_expect(sts__open_messages *all, const sts_message *message,
                                                   sts__open_piece *piece);

STS__PREFETCHES void sts__open_message_expect_bytes(const sts__open_message *open, size_t size) {
    if (!open)
        return;
    sts__prefetch(open->records + open->record_count - 1, 2 * sizeof *open->records);
    sts__prefetch(open->bytes + open->byte_count, size);
}

/* The heads of the pieces that were added may lie elsewhere from now on. While they do not, a head at the same place is
 * the same one. */
void sts__open_messages_forget_places(sts__open_messages *all);

/* An export has ended: seals what has min_size. */
void sts__open_messages_seal_ripe(sts__open_messages *all);

/* Seals those whose time has come; all; the oldest ones until records and costs of those are at least so much. */
void sts__open_messages_seal_due(sts__open_messages *all, int64_t now_us);
void sts__open_messages_seal_all(sts__open_messages *all);
void sts__open_messages_seal_oldest(sts__open_messages *all, size_t records, size_t cost);

/* When the next one is due; INT64_MAX where none is open. */
int64_t sts__open_messages_due_us(const sts__open_messages *all);

/* The first one in line, which is the caller's now; NULL where there is none. What was taken may be put back, as the
 * first one. One that goes again comes behind others that do, and before all that do not. */
sts__open_message *sts__open_messages_take(sts__open_messages *all);
void sts__open_messages_put_back(sts__open_messages *all, sts__open_message *message);
void sts__open_messages_put_again(sts__open_messages *all, sts__open_message *message);

static inline bool sts__open_messages_have_line(const sts__open_messages *all) {
    return all->again.first || all->sealed.first;
}

/* A message like that, made of records that were together before: `message` as for add, `group` and the rest as in
 * pieces. Without a record at first, and not in line. NULL, and false, without memory. */
sts__open_message *sts__open_message_new(const sts__memory *memory, const sts_message *message, uint32_t group,
                                         const sts__open_piece *first, int64_t timestamp_ms);
bool sts__open_message_add(const sts__memory *memory, sts__open_message *open, const sts__open_piece *piece,
                           int64_t timestamp_ms);
void sts__open_message_free(const sts__memory *memory, sts__open_message *message);

#endif
