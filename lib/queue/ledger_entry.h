/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries of the ledger and the ids of messages, for the files that the ledger consists of; under its lock. */
#ifndef STS_QUEUE_LEDGER_ENTRY_H
#define STS_QUEUE_LEDGER_ENTRY_H

#include "queue/ledger.h"

/* A message id is the entry's generation and its index; the generation makes a late or second report of a message
 * harmless. It fits in a pointer, which is what most producers let a caller keep with a message. */
enum {
    STS__LEDGER_INDEX_BITS = 24,
    STS__LEDGER_INDEX_MASK = (1 << STS__LEDGER_INDEX_BITS) - 1,
    STS__LEDGER_BLOCK = 1024
};

static inline sts__ledger_entry *sts__ledger_entry_at(const sts__ledger *ledger, uint32_t index) {
    return &ledger->blocks[index / STS__LEDGER_BLOCK][index % STS__LEDGER_BLOCK];
}

static inline uint64_t sts__ledger_entry_id(const sts__ledger_entry *entry, uint32_t index) {
    return (uintptr_t)(entry->generation << STS__LEDGER_INDEX_BITS) | index;
}

/* The pending entry of an id, or NULL. */
static inline sts__ledger_entry *sts__ledger_find(const sts__ledger *ledger, uint64_t id) {
    uint32_t index = (uint32_t)(id & STS__LEDGER_INDEX_MASK);
    if (index >= ledger->entry_count)
        return NULL;
    sts__ledger_entry *entry = sts__ledger_entry_at(ledger, index);
    return entry->pending && sts__ledger_entry_id(entry, index) == id ? entry : NULL;
}

/* Whether a record with that kind of outcome is in the topic, or may be. */
static inline bool sts__ledger_is_there(int32_t kind) {
    return kind == STS_OUTCOME_DELIVERED || kind == STS_OUTCOME_UNCERTAIN;
}

/* ledger.c: a free entry, from the list or from a new block, for which there is room; NULL without memory. */
sts__ledger_entry *sts__ledger_new_entry(sts__ledger *ledger, uint32_t *index);

/* ledger.c: the same with room for it, which may have to be waited for. As sts__ledger_accept. */
sts_status sts__ledger_get_entry(sts__ledger *ledger, sts__room *room, sts__ledger_export *export, size_t cost,
                                 sts__ledger_entry **entry, uint32_t *index);

/* ledger.c: gives an entry back, with its room. */
void sts__ledger_free_entry(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index);

/* ledger.c: one of those that the flushes of an epoch wait for is done. */
void sts__ledger_leave_epoch(sts__ledger *ledger, uint64_t epoch);

/* ledger_letters.c: a letter's end, of which `counter` counts `by`. */
void sts__ledger_end_letter(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index, int counter, uint64_t by);

#endif
