/* SPDX-License-Identifier: Apache-2.0
 *
 * Which records are in one message, where that is decided when they are accepted already: of messages that stay open,
 * and of those that go again in parts. */
#include "queue/ledger_entry.h"

/* The message is made, or made anew: its records take from now on what it takes. There may be more of that than there
 * is room for, for the records are accepted. */
static void set_cost(sts__ledger *ledger, sts__ledger_entry *entry, size_t cost) {
    ledger->room.bytes = ledger->room.bytes - entry->cost + cost;
    entry->cost = (uint32_t)cost;
}

static void bind(sts__ledger *ledger, const sts__ledger_message *message) {
    sts__ledger_chain chain = {.count = 0};
    for (size_t i = 0; i < message->count && i < STS__LEDGER_AHEAD; i++)
        sts__ledger_prefetch(ledger, message->ids[i]);
    for (size_t i = 0; i < message->count; i++) {
        sts__ledger_entry *entry = sts__ledger_find(ledger, message->ids[i]);
        if (i + STS__LEDGER_AHEAD < message->count)
            sts__ledger_prefetch(ledger, message->ids[i + STS__LEDGER_AHEAD]);
        if (!entry) /* settled, when the exporter was left to a callback */
            continue;
        set_cost(ledger, entry, STS__LEDGER_ENTRY_BYTES + (chain.count ? 0 : message->cost));
        entry->next = entry->ahead = STS__LEDGER_NONE;
        if (chain.count == 0)
            entry->made_of = message->made_of & 15;
        sts__ledger_chain_add(&chain, entry, sts__ledger_index_of(message->ids[i]));
    }
}

void sts__ledger_bind(sts__ledger *ledger, const sts__ledger_message *messages, size_t count) {
    pthread_mutex_lock(&ledger->lock);
    for (size_t i = 0; i < count; i++)
        bind(ledger, &messages[i]);
    pthread_mutex_unlock(&ledger->lock);
}

size_t sts__ledger_records_of(sts__ledger *ledger, uint64_t id, uint64_t *ids, size_t most, uint8_t *made_of) {
    size_t count = 0;
    pthread_mutex_lock(&ledger->lock);
    const sts__ledger_entry *entry = sts__ledger_find(ledger, id);
    uint32_t index = sts__ledger_index_of(id);
    *made_of = entry ? entry->made_of : 0;
    for (; entry; count++) {
        if (count < most)
            ids[count] = sts__ledger_entry_id(entry, index);
        index = entry->next;
        entry = index == STS__LEDGER_NONE ? NULL : sts__ledger_entry_at(ledger, index);
    }
    pthread_mutex_unlock(&ledger->lock);
    return count;
}

size_t sts__ledger_records_from(sts__ledger *ledger, uint64_t *id, uint64_t *ids, size_t most) {
    size_t count = 0;
    pthread_mutex_lock(&ledger->lock);
    const sts__ledger_entry *entry = sts__ledger_find(ledger, *id);
    while (entry && count < most) {
        ids[count++] = *id;
        uint32_t index = entry->next;
        entry = index == STS__LEDGER_NONE ? NULL : sts__ledger_entry_at(ledger, index);
        *id = entry ? sts__ledger_entry_id(entry, index) : 0;
    }
    if (count == 0)
        *id = 0;
    pthread_mutex_unlock(&ledger->lock);
    return count;
}

void sts__ledger_doubt(sts__ledger *ledger, uint64_t id) {
    pthread_mutex_lock(&ledger->lock);
    sts__ledger_entry *entry = sts__ledger_find(ledger, id);
    while (entry) {
        entry->may_be_there = true;
        entry = entry->next == STS__LEDGER_NONE ? NULL : sts__ledger_entry_at(ledger, entry->next);
    }
    pthread_mutex_unlock(&ledger->lock);
}
