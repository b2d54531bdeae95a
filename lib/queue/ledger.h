/* SPDX-License-Identifier: Apache-2.0
 *
 * The ledger: every accepted record has an entry here until it has its one outcome. It bounds how many records and how
 * much memory are under way, keeps the counters, and hands outcomes on in the order in which they became known.
 *
 * An entry goes: accept, (sent by the transport), complete, and then, if the host wants outcomes one by one, take.
 * Entries come from blocks that are kept, so nothing is allocated in the steady state but the texts of failures. Any
 * thread may call; there is one lock. */
#ifndef STS_QUEUE_LEDGER_H
#define STS_QUEUE_LEDGER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <stskafka/exporter.h>
#include <stskafka/statistics.h>
#include <stskafka/transport.h>

#include "base/memory.h"
#include "base/status.h"
#include "queue/free_entries.h"
#include "queue/latency.h"
#include "queue/result.h"
#include "queue/room.h"

/* What a record's outcome is told with; the public accessors read it. */
struct sts_outcome {
    uint64_t token;
    uint64_t index;
    int64_t offset;
    uint64_t latency_us;
    uint64_t epoch;      /* for sts__ledger_retire, like the next one */
    sts__result *result; /* which waits for it, or NULL */
    const char *topic;   /* interned, or NULL */
    char *text;          /* why not, allocated; NULL: the code's own text */
    int32_t kind;
    int32_t partition;
    sts_status code;
    int32_t transport_code;
    int32_t may_be_duplicate;
};

enum { STS__LEDGER_NONE = 0xffffff }; /* the index of no entry; an index has 24 bits */

/* A message id is the entry's generation and its index; the generation makes a late or second report of a message
 * harmless. It fits in a pointer, which is what most producers let a caller keep with a message. */
enum { STS__LEDGER_INDEX_BITS = 24, STS__LEDGER_INDEX_MASK = (1 << STS__LEDGER_INDEX_BITS) - 1 };

/* The index of an id's entry, which no other pending record has; there are not many more than ever were pending. */
static inline uint32_t sts__ledger_index_of(uint64_t id) {
    return (uint32_t)(id & STS__LEDGER_INDEX_MASK);
}

/* How many flushes can wait for different points at once; more share the last point. */
enum { STS__LEDGER_EPOCHS = 64 };

/* How far ahead in a message entries are asked for. */
enum { STS__LEDGER_AHEAD = 8 };

/* One cache line: one thread accepts a record, and another one tells its outcome, mostly. */
typedef struct sts__ledger_entry {
    uint64_t token;
    uint64_t index;
    int64_t us;          /* when it was accepted; of an outcome, how long that took */
    sts__result *result; /* which waits for it, or NULL */
    const char *topic;   /* interned, or NULL */
    uintptr_t generation;
    uint32_t cost;       /* bytes of memory that the record takes until its outcome, and the outcome then until it is
                            taken; of bytes that messages share, what they take. No message has 2^32 (options_table.c) */
    uint32_t ahead : 24; /* which record of its message comes STS__LEDGER_AHEAD behind it, to ask for its memory */
    uint32_t next : 24;  /* in the list of outcomes; while it is pending, the next record of its message */
    uint32_t epoch : 6;  /* which flushes wait for it, by its place in in_epoch */
    uint32_t pending : 1;
    uint32_t is_letter : 1;    /* a dead letter: it has no outcome, and is only counted */
    uint32_t shared : 24;      /* the entry of the bytes that its message shares, or STS__LEDGER_NONE; of such bytes,
                                  how many records have a part in them */
    uint32_t may_be_there : 1; /* it was sent in a message that may be in the topic, and goes again in another one */
    uint32_t made_of : 4;      /* of a message's first record: how the message can be taken apart; 0: it cannot */
} sts__ledger_entry;

/* The rest of an outcome, where those are kept. */
typedef struct sts__ledger_known {
    int64_t offset;
    char *text;
    int32_t partition;
    sts_status code;
    int32_t transport_code;
    uint8_t kind;
    bool may_be_duplicate;
} sts__ledger_known;

/* What an entry takes, with its part in what is known of free ones. */
enum { STS__LEDGER_ENTRY_BYTES = sizeof(sts__ledger_entry) + sizeof(sts__ledger_known) + sizeof(uint32_t) };

/* Entries are made by the block. */
typedef struct sts__ledger_block {
    void *memory;
    sts__ledger_entry *entries; /* from the beginning of a page on: a group of free ones is one */
    sts__ledger_known *known;
} sts__ledger_block;

typedef struct sts__ledger {
    const sts__memory *memory;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint32_t pausing; /* threads that wait for the transport to have room */
    uint32_t idle_waiters;
    sts__room room;
    sts__room letters; /* room for dead letters, which is their own */

    sts__ledger_block *blocks;
    uint32_t block_places; /* in `blocks` */
    uint32_t entry_count;  /* made so far */
    uint32_t ample_count;  /* so many are made before groups of them are used that are free in part */
    sts__free_entries free;

    bool keep_failures; /* outcomes go on to the host: the ones that are no deliveries */
    bool keep_deliveries;
    bool keep_tokens;       /* all those of exports with a token, */
    bool has_tokens;        /* and there was one; read without the lock */
    bool retire_when_taken; /* a flush also waits for the host's callback */
    uint32_t outcome_head;
    uint32_t outcome_tail;

    uint64_t epoch;        /* entries accepted now belong to it */
    uint64_t oldest_epoch; /* all earlier ones are done */
    uint64_t in_epoch[STS__LEDGER_EPOCHS];

    bool closed;
    uint32_t users;    /* exports under way */
    uint32_t awaiting; /* those of them that send no more, and wait for their result */
    uint64_t counts[STS_COUNTS];
    uint64_t reasons[STS__STATUS_ROWS + 1];  /* rejected, by the place of the code */
    uint64_t failures[STS__STATUS_ROWS + 1]; /* accepted and not delivered, the same way */
    sts__latency latency;                    /* of deliveries */
    int64_t transport[STS_TRANSPORT_VALUES]; /* what the transport told last; -1 where it did not */
} sts__ledger;

/* STS_OK, STS_ERR_NO_MEMORY, STS_ERR_SYSTEM. max_entries is at most 2^24 - 1. */
sts_status sts__ledger_init(sts__ledger *ledger, const sts__memory *memory, uint32_t max_entries, size_t max_bytes);
void sts__ledger_clear(sts__ledger *ledger);

/* A record that is to be accepted. */
typedef struct sts__ledger_record {
    uint64_t index;    /* in its request */
    const char *topic; /* interned */
    size_t cost; /* the memory that the transport needs for it; a message's first record has all of the message's */
    size_t size; /* bytes of key, value and headers, the same way */
    bool null_key;
    bool empty_key;
    bool missing_key; /* null for want of a value */
    bool continues;   /* it is in one message with the record before it */
    bool shares;      /* its message refers to bytes that the export shares */
    bool stays_open;  /* its message is not made yet */
    uint8_t made_of;  /* of a message with several, as in its entry */
    uint64_t id;      /* filled in; a message has its first record's */
} sts__ledger_record;

/* What an export has found when it was given its entries last. */
typedef struct sts__ledger_view {
    uint64_t pending;
    uint64_t delivered; /* so far */
} sts__ledger_view;

/* One export, as the ledger sees it. */
typedef struct sts__ledger_export {
    sts__ledger_view view;
    uint64_t token;
    sts__room_claim claim;
    sts__result *result; /* NULL: nobody waits for it */
    size_t shared_cost;  /* of bytes that its messages may refer to: they take room once, for as long as one does */
    uint64_t shared;     /* their entry, for the ledger alone; at first 0 */
    bool awaits;         /* it is one of `awaiting` */
} sts__ledger_export;

/* ledger_accept.c */

/* Makes entries for records, in their order, as many as there is room for just now; where there is none for the first
 * `at_least` of them, waits for that. STS_OK, and `*accepted` is how many, at_least or more; STS_ERR_QUEUE_FULL,
 * STS_ERR_CLOSED, STS_ERR_NO_MEMORY, and it is 0. */
sts_status sts__ledger_accept(sts__ledger *ledger, sts__ledger_export *export, sts__ledger_record *records,
                              size_t count, size_t at_least, size_t *accepted);

/* Whether the host gets the outcomes of an export's records that fail, and whether somebody wants some that cannot wait
 * until others are told: there was an export with a token, where tokens say what is wanted. */
static inline bool sts__ledger_keeps_failures(const sts__ledger *ledger, uint64_t token) {
    return ledger->keep_failures || (ledger->keep_tokens && token);
}

static inline bool sts__ledger_has_tokens(const sts__ledger *ledger) {
    return __atomic_load_n(&ledger->has_tokens, __ATOMIC_ACQUIRE);
}

/* Takes acceptances back: the transport did not take the records. */
void sts__ledger_cancel(sts__ledger *ledger, const sts__ledger_record *records, size_t count);

/* ledger_messages.c */

/* A message of records that were accepted one by one. */
typedef struct sts__ledger_message {
    const uint64_t *ids; /* of its records, in their order; its own is the first one's */
    size_t count;
    size_t cost; /* the memory that the transport needs for it, in place of what was said of its records */
    uint8_t made_of;
} sts__ledger_message;

/* From here on the records of each message have their outcome together. What they were bound to before, no transport
 * has any more. */
void sts__ledger_bind(sts__ledger *ledger, const sts__ledger_message *messages, size_t count);

/* The records of a pending message, in their order, up to `most` of them; how many there are. 0: it is none. */
size_t sts__ledger_records_of(sts__ledger *ledger, uint64_t id, uint64_t *ids, size_t most, uint8_t *made_of);

/* The same from one of its records on, which `*id` is, without counting: some of them, up to `most`; how many. Then
 * `*id` is the one behind them, or 0. */
size_t sts__ledger_records_from(sts__ledger *ledger, uint64_t *id, uint64_t *ids, size_t most);

/* A pending message may be in the topic, and its records are sent again: none of them will have failed, or been purged,
 * and all are possible duplicates. */
void sts__ledger_doubt(sts__ledger *ledger, uint64_t id);

/* ledger_outcomes.c */

/* Counts a rejected record, and makes an outcome of it if those are kept, which may have to wait for room. STS_OK,
 * STS_ERR_QUEUE_FULL, STS_ERR_NO_MEMORY, STS_ERR_CLOSED: it was not counted. */
sts_status sts__ledger_reject(sts__ledger *ledger, sts__ledger_export *export, uint64_t index, const char *topic,
                              sts_status code, int32_t transport_code, const char *text);

/* ledger_letters.c */

/* Makes an entry for the dead letter of a record that is rejected, and waits for room if need be. As accept;
 * STS_ERR_RECORD_SIZE: there will never be room for one so large. */
sts_status sts__ledger_accept_letter(sts__ledger *ledger, sts__ledger_export *export, size_t cost, uint64_t *id);

/* The same for a pending record, which is to fail: it waits for no room, of which there is twice as much for it, and
 * its flushes wait for the letter too. STS_OK, STS_ERR_QUEUE_FULL, STS_ERR_NO_MEMORY. */
sts_status sts__ledger_accept_letter_of(sts__ledger *ledger, uint64_t of, size_t cost, uint64_t *id);

/* Takes a letter back, uncounted; or counts it as lost. */
void sts__ledger_drop_letter(sts__ledger *ledger, uint64_t id);
void sts__ledger_lose_letter(sts__ledger *ledger, uint64_t id);

/* ledger_outcomes.c */

/* What the host knows a pending record by (of a message with several, the first); false if the id is not one's, but a
 * letter's or nobody's. */
bool sts__ledger_look(sts__ledger *ledger, uint64_t id, uint64_t *token, uint64_t *index);

/* The outcomes of messages, which are those of all their records. STS_OK, or STS_ERR_INVALID_ARGUMENT if one is not
 * pending or has no kind, which is left out.
 */
sts_status sts__ledger_complete(sts__ledger *ledger, const sts_completion *completions, size_t count);

/* Everything that is pending becomes uncertain. */
void sts__ledger_abandon(sts__ledger *ledger);

/* Takes the oldest outcome that is kept; false if there is none. The text is then the caller's. */
bool sts__ledger_take(sts__ledger *ledger, sts_outcome *outcome);

/* Says that the host's callback has had a taken outcome: where retire_when_taken is set, flushes and results wait for
 * that. */
void sts__ledger_retire(sts__ledger *ledger, sts_outcome *outcome);

/* ledger_waits.c */

/* Waits for an outcome to take, or until everything up to a mark is done; true when it is so, false at the deadline
 * (which may be in the past: just looks) or when the ledger was closed. */
bool sts__ledger_wait_outcome(sts__ledger *ledger, int64_t deadline_us);
bool sts__ledger_wait_done(sts__ledger *ledger, uint64_t mark, int64_t deadline_us);

/* The mark that a flush waits for: everything accepted before this call. */
uint64_t sts__ledger_mark(sts__ledger *ledger);

/* Whether somebody waits in line for room. */
bool sts__ledger_has_line(sts__ledger *ledger);

/* Lets the transport make room: waits until something changes or the deadline has come; false when the ledger was
 * closed. */
bool sts__ledger_pause(sts__ledger *ledger, int64_t deadline_us);

/* An export begins (false: the ledger was closed), has sent what it will and awaits its result, and ends. */
bool sts__ledger_enter(sts__ledger *ledger);
void sts__ledger_await(sts__ledger *ledger, sts__ledger_export *export);
void sts__ledger_leave(sts__ledger *ledger, const sts__ledger_export *export);

/* Whether all that an export awaits is there; waits for it. */
bool sts__ledger_has_result(sts__ledger *ledger, const sts__result *result);
void sts__ledger_wait_result(sts__ledger *ledger, sts__result *result);

/* Nothing is accepted from now on, and whoever waits for room is woken. False if it was closed before. */
bool sts__ledger_close(sts__ledger *ledger);

/* Of a closed ledger: waits until no export under way may still send, and until none is under way at all, also of those
 * that await their result; false at the deadline. */
bool sts__ledger_wait_senders(sts__ledger *ledger, int64_t deadline_us);
bool sts__ledger_wait_exports(sts__ledger *ledger, int64_t deadline_us);
bool sts__ledger_is_closed(sts__ledger *ledger);

/* ledger_statistics.c */

/* Counts a change that is no record's. */
void sts__ledger_count(sts__ledger *ledger, int counter);
void sts__ledger_count_by(sts__ledger *ledger, int counter, uint64_t by);

/* Copies the counters. */
void sts__ledger_counts(sts__ledger *ledger, uint64_t *counts, size_t counts_size);
uint64_t sts__ledger_rejected(sts__ledger *ledger, sts_status code);
uint64_t sts__ledger_failed(sts__ledger *ledger, sts_status code);

/* All that the ledger counts, at one moment. */
typedef struct sts__ledger_snapshot {
    uint64_t counts[STS_COUNTS];
    uint64_t rejected[STS__STATUS_ROWS + 1];
    uint64_t failed[STS__STATUS_ROWS + 1];
    sts__latency latency;
    uint64_t queue[STS_QUEUE_VALUES];
    int64_t transport[STS_TRANSPORT_VALUES];
} sts__ledger_snapshot;

/* Takes what the transport tells (stskafka/statistics.h); the first `count` values, and below 0 is not known. */
void sts__ledger_tell_transport(sts__ledger *ledger, const int64_t *values, size_t count);

void sts__ledger_take_snapshot(sts__ledger *ledger, sts__ledger_snapshot *snapshot);

#endif
