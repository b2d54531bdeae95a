/* SPDX-License-Identifier: Apache-2.0
 *
 * The ledger as a whole, and what all that is in it has: an entry, room, flushes that wait for it. */
#include "queue/ledger.h"

#include <string.h>

#include "base/clock.h"
#include "queue/ledger_entry.h"

enum {
    PAGE = STS__FREE_GROUP * sizeof(sts__ledger_entry),
    MOST_BLOCKS = STS__LEDGER_INDEX_MASK / STS__LEDGER_BLOCK,
    AMPLE_PART = 8
};

sts_status sts__ledger_init(sts__ledger *ledger, const sts__memory *memory, uint32_t max_entries, size_t max_bytes) {
    memset(ledger, 0, sizeof *ledger);
    ledger->memory = memory;
    ledger->room.max_entries = max_entries;
    ledger->room.max_bytes = max_bytes;
    ledger->letters = ledger->room;
    ledger->outcome_head = ledger->outcome_tail = STS__LEDGER_NONE;
    for (size_t i = 0; i < STS_TRANSPORT_VALUES; i++)
        ledger->transport[i] = -1;
    ledger->epoch = ledger->oldest_epoch = 1; /* there is one before: a mark may be behind all */
    /* Records, letters of rejected ones, letters of failed ones, and bytes that records share. */
    ledger->block_places = 4 * (max_entries / STS__LEDGER_BLOCK + 1);
    if (ledger->block_places > MOST_BLOCKS)
        ledger->block_places = MOST_BLOCKS;
    ledger->ample_count = max_entries + max_entries / AMPLE_PART;
    ledger->blocks = sts__memory_new(memory, ledger->block_places * sizeof *ledger->blocks);
    if (!ledger->blocks)
        return STS_ERR_NO_MEMORY;
    if (pthread_mutex_init(&ledger->lock, NULL) == 0) {
        if (sts__condition_init(&ledger->changed) == 0)
            return STS_OK;
        pthread_mutex_destroy(&ledger->lock);
    }
    sts__memory_free(memory, ledger->blocks);
    return STS_ERR_SYSTEM;
}

void sts__ledger_clear(sts__ledger *ledger) {
    sts_outcome outcome;
    while (sts__ledger_take(ledger, &outcome))
        sts__memory_free(ledger->memory, outcome.text);
    for (uint32_t i = 0; i < ledger->entry_count; i += STS__LEDGER_BLOCK)
        sts__memory_free(ledger->memory, ledger->blocks[i / STS__LEDGER_BLOCK].memory);
    sts__memory_free(ledger->memory, ledger->blocks);
    sts__free_entries_clear(&ledger->free, ledger->memory);
    pthread_cond_destroy(&ledger->changed);
    pthread_mutex_destroy(&ledger->lock);
}

/* --- free entries --- */

/* A message from the store may have more records than the ledger is for. */
static bool make_place(sts__ledger *ledger, uint32_t number) {
    if (number < ledger->block_places)
        return true;
    if (number == MOST_BLOCKS)
        return false;
    uint32_t places = number < MOST_BLOCKS / 2 ? 2 * number : MOST_BLOCKS;
    sts__ledger_block *blocks = sts__memory_resize(ledger->memory, ledger->blocks, places * sizeof *blocks);
    if (!blocks)
        return false;
    ledger->blocks = blocks;
    ledger->block_places = places;
    return true;
}

static bool make_block(sts__ledger *ledger) {
    uint32_t number = ledger->entry_count / STS__LEDGER_BLOCK;
    if (!make_place(ledger, number))
        return false;
    sts__ledger_block *block = &ledger->blocks[number];
    block->memory =
        sts__memory_new(ledger->memory, PAGE + STS__LEDGER_BLOCK * (sizeof *block->entries + sizeof *block->known));
    if (!block->memory)
        return false;
    if (!sts__free_entries_add(&ledger->free, ledger->memory, STS__LEDGER_BLOCK / STS__FREE_GROUP)) {
        sts__memory_free(ledger->memory, block->memory);
        return false;
    }
    char *start = block->memory;
    block->entries = (sts__ledger_entry *)(void *)(start + (PAGE - (uintptr_t)start % PAGE) % PAGE);
    block->known = (sts__ledger_known *)(void *)(block->entries + STS__LEDGER_BLOCK);
    for (uint32_t i = 0; i < STS__LEDGER_BLOCK; i++)
        block->entries[i].generation = 1;
    ledger->entry_count += STS__LEDGER_BLOCK;
    return true;
}

/* Whether there are so many in groups, or must not be. */
static bool has_together(const sts__ledger *ledger, uint32_t count) {
    return sts__free_entries_together(&ledger->free) >= count || ledger->entry_count >= ledger->ample_count;
}

bool sts__ledger_make_free(sts__ledger *ledger, uint32_t count) {
    while (ledger->free.count < count || !has_together(ledger, count))
        if (!make_block(ledger))
            return ledger->free.count >= count;
    return true;
}

sts_status sts__ledger_get_entry(sts__ledger *ledger, sts__room *room, sts__ledger_export *export, size_t cost,
                                 sts__ledger_entry **entry, uint32_t *index) {
    sts_status status = sts__ledger_get_room(ledger, room, export, 1, cost);
    if (status != STS_OK)
        return status;
    if (!sts__ledger_make_free(ledger, 1)) {
        sts__room_give(room, 1, cost);
        sts__ledger_wake_room_waiters(ledger);
        return STS_ERR_NO_MEMORY;
    }
    *entry = sts__ledger_take_free(ledger, index);
    return STS_OK;
}

void sts__ledger_free_entry(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index) {
    sts__ledger_put_back(ledger, entry, index);
    sts__room_give(entry->is_letter ? &ledger->letters : &ledger->room, 1, entry->cost);
    sts__ledger_wake_room_waiters(ledger);
}

/* --- room --- */

sts_status sts__ledger_get_room(sts__ledger *ledger, sts__room *room, sts__ledger_export *export, uint32_t entries,
                                size_t cost) {
    if (ledger->closed)
        return STS_ERR_CLOSED;
    if (sts__room_take(room, &export->claim, entries, cost) ||
        sts__room_wait(room, &ledger->lock, &export->claim, entries, cost))
        return STS_OK;
    return ledger->closed ? STS_ERR_CLOSED : STS_ERR_QUEUE_FULL;
}

static void wake_record_waiters(sts__ledger *ledger) {
    if (!ledger->room.head && !ledger->pausing)
        return;
    if (!sts__room_is_ample(&ledger->room) && ledger->counts[STS_COUNT_PENDING] > 0)
        return;
    sts__room_call(&ledger->room);
    if (ledger->pausing)
        pthread_cond_broadcast(&ledger->changed);
}

void sts__ledger_wake_room_waiters(sts__ledger *ledger) {
    wake_record_waiters(ledger);
    if (ledger->letters.head && (sts__room_is_ample(&ledger->letters) || ledger->letters.entries == 0))
        sts__room_call(&ledger->letters);
}

/* --- what flushes and results wait for --- */

void sts__ledger_expect(sts__ledger *ledger, sts__ledger_entry *entry) {
    entry->epoch = ledger->epoch % STS__LEDGER_EPOCHS;
    ledger->in_epoch[entry->epoch]++;
    if (entry->result)
        sts__result_expect(entry->result);
}

void sts__ledger_leave_epoch(sts__ledger *ledger, uint64_t epoch, uint64_t count) {
    ledger->in_epoch[epoch % STS__LEDGER_EPOCHS] -= count;
    bool moved = false;
    while (ledger->in_epoch[ledger->oldest_epoch % STS__LEDGER_EPOCHS] == 0 && ledger->oldest_epoch < ledger->epoch) {
        ledger->oldest_epoch++;
        moved = true;
    }
    bool idle = ledger->oldest_epoch == ledger->epoch && ledger->in_epoch[ledger->epoch % STS__LEDGER_EPOCHS] == 0;
    if (ledger->idle_waiters && (moved || idle))
        pthread_cond_broadcast(&ledger->changed);
}
