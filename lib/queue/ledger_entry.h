/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries of the ledger and the ids of messages, for the files that the ledger consists of; under its lock. */
#ifndef STS_QUEUE_LEDGER_ENTRY_H
#define STS_QUEUE_LEDGER_ENTRY_H

#include "base/prefetch.h"
#include "queue/ledger.h"

enum { STS__LEDGER_BLOCK = 1024 };

static inline sts__ledger_entry *sts__ledger_entry_at(const sts__ledger *ledger, uint32_t index) {
    return &ledger->blocks[index / STS__LEDGER_BLOCK].entries[index % STS__LEDGER_BLOCK];
}

static inline sts__ledger_known *sts__ledger_known_at(const sts__ledger *ledger, uint32_t index) {
    return &ledger->blocks[index / STS__LEDGER_BLOCK].known[index % STS__LEDGER_BLOCK];
}

static inline uint64_t sts__ledger_entry_id(const sts__ledger_entry *entry, uint32_t index) {
    return (uintptr_t)(entry->generation << STS__LEDGER_INDEX_BITS) | index;
}

/* The pending entry of an id, or NULL. */
static inline sts__ledger_entry *sts__ledger_find(const sts__ledger *ledger, uint64_t id) {
    uint32_t index = sts__ledger_index_of(id);
    if (index >= ledger->entry_count)
        return NULL;
    sts__ledger_entry *entry = sts__ledger_entry_at(ledger, index);
    return entry->pending && sts__ledger_entry_id(entry, index) == id ? entry : NULL;
}

/* Asks for the memory of an id's entry. */
STS__PREFETCHES void sts__ledger_prefetch(const sts__ledger *ledger, uint64_t id) {
    uint32_t index = sts__ledger_index_of(id);
    if (index < ledger->entry_count)
        sts__prefetch_line(sts__ledger_entry_at(ledger, index));
}

/* Whether a record with that kind of outcome is in the topic, or may be. */
static inline bool sts__ledger_is_there(int32_t kind) {
    return kind == STS_OUTCOME_DELIVERED || kind == STS_OUTCOME_UNCERTAIN;
}

/* --- free entries, in ledger.c but for what every record goes through --- */

/* Has that many, making some if need be, and in groups, while that is within bounds; false without memory. */
bool sts__ledger_make_free(sts__ledger *ledger, uint32_t count);

/* Asks for the memory of one that is taken after `ahead` others. */
STS__PREFETCHES void sts__ledger_prefetch_free(const sts__ledger *ledger, uint32_t ahead) {
    sts__prefetch_line(sts__ledger_entry_at(ledger, sts__free_entries_ahead(&ledger->free, ahead)));
}

/* One of those that there are. It has to be filled, all but its generation. */
static inline sts__ledger_entry *sts__ledger_take_free(sts__ledger *ledger, uint32_t *index) {
    *index = sts__free_entries_take(&ledger->free);
    return sts__ledger_entry_at(ledger, *index);
}

/* Puts one back: its id is nobody's any more. */
static inline void sts__ledger_put_back(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index) {
    entry->generation++;
    sts__free_entries_give(&ledger->free, index);
}

/* Fills one: nothing waits for it, and it is in no message. */
static inline void sts__ledger_fill(sts__ledger_entry *entry, const sts__ledger_entry *as) {
    uintptr_t generation = entry->generation;
    *entry = *as;
    entry->generation = generation;
}

/* The records of a message, on their way into it. */
typedef struct sts__ledger_chain {
    sts__ledger_entry *last[STS__LEDGER_AHEAD]; /* by their number */
    size_t count;
} sts__ledger_chain;

/* The next record of the message, whose entry says that it is the last one. */
static inline void sts__ledger_chain_add(sts__ledger_chain *chain, sts__ledger_entry *entry, uint32_t index) {
    if (chain->count)
        chain->last[(chain->count - 1) % STS__LEDGER_AHEAD]->next = index & STS__LEDGER_INDEX_MASK;
    if (chain->count >= STS__LEDGER_AHEAD)
        chain->last[chain->count % STS__LEDGER_AHEAD]->ahead = index & STS__LEDGER_INDEX_MASK;
    chain->last[chain->count++ % STS__LEDGER_AHEAD] = entry;
}

/* One with room for it, which may have to be waited for. As sts__ledger_accept. */
sts_status sts__ledger_get_entry(sts__ledger *ledger, sts__room *room, sts__ledger_export *export, size_t cost,
                                 sts__ledger_entry **entry, uint32_t *index);

/* Gives an entry back, with its room. */
void sts__ledger_free_entry(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index);

/* --- room, in ledger.c --- */

/* Room for entries, if there is some, or will be within the time that the export has. STS_OK, STS_ERR_CLOSED,
 * STS_ERR_QUEUE_FULL. */
sts_status sts__ledger_get_room(sts__ledger *ledger, sts__room *room, sts__ledger_export *export, uint32_t entries,
                                size_t cost);

/* Some was given back. */
void sts__ledger_wake_room_waiters(sts__ledger *ledger);

/* --- what flushes and results wait for, in ledger.c --- */

/* From here on they wait for the outcome of an entry that was filled. */
void sts__ledger_expect(sts__ledger *ledger, sts__ledger_entry *entry);

/* `count` of those that the flushes of an epoch wait for are done. */
void sts__ledger_leave_epoch(sts__ledger *ledger, uint64_t epoch, uint64_t count);

/* --- bytes that messages share, in ledger_accept.c --- */

/* An entry has no part in such bytes any more, which may have been the last one. */
void sts__ledger_let_go_of_shared(sts__ledger *ledger, sts__ledger_entry *entry);

/* --- ledger_letters.c --- */

/* A letter's end, of which `counter` counts `by`. */
void sts__ledger_end_letter(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index, int counter, uint64_t by);

#endif
