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

#endif
