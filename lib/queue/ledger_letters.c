/* SPDX-License-Identifier: Apache-2.0
 *
 * Dead letters in the ledger: they have entries, for flushes and close wait for them, but no outcome, and are only
 * counted. */
#include "queue/ledger_entry.h"

void sts__ledger_end_letter(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index, int counter, uint64_t by) {
    entry->pending = false;
    ledger->counts[counter] += by;
    sts__ledger_leave_epoch(ledger, entry->epoch, 1);
    sts__ledger_free_entry(ledger, entry, index);
}

static uint64_t begin_letter(sts__ledger *ledger, sts__ledger_entry *entry, uint32_t index, size_t cost,
                             uint64_t epoch) {
    sts__ledger_fill(entry, &(sts__ledger_entry){.cost = (uint32_t)cost,
                                                 .ahead = STS__LEDGER_NONE,
                                                 .next = STS__LEDGER_NONE,
                                                 .epoch = epoch % STS__LEDGER_EPOCHS,
                                                 .pending = true,
                                                 .is_letter = true,
                                                 .shared = STS__LEDGER_NONE});
    ledger->in_epoch[entry->epoch]++;
    return sts__ledger_entry_id(entry, index);
}

sts_status sts__ledger_accept_letter(sts__ledger *ledger, sts__ledger_export *export, size_t cost, uint64_t *id) {
    sts__ledger_entry *entry;
    uint32_t index;
    sts__ledger_export own = {
        .token = export->token,
        .claim = {.deadline_us = export->claim.deadline_us, .alone = export->claim.alone},
    };
    cost += STS__LEDGER_ENTRY_BYTES;
    if (cost > ledger->letters.max_bytes && !export->claim.alone)
        return STS_ERR_RECORD_SIZE;
    pthread_mutex_lock(&ledger->lock);
    sts_status status = sts__ledger_get_entry(ledger, &ledger->letters, &own, cost, &entry, &index);
    if (status == STS_OK)
        *id = begin_letter(ledger, entry, index, cost, ledger->epoch);
    pthread_mutex_unlock(&ledger->lock);
    return status;
}

sts_status sts__ledger_accept_letter_of(sts__ledger *ledger, uint64_t of, size_t cost, uint64_t *id) {
    uint32_t index;
    sts__ledger_entry *entry = NULL;
    cost += STS__LEDGER_ENTRY_BYTES;
    pthread_mutex_lock(&ledger->lock);
    const sts__ledger_entry *about = sts__ledger_find(ledger, of);
    bool room = sts__room_force(&ledger->letters, cost);
    if (room && sts__ledger_make_free(ledger, 1))
        entry = sts__ledger_take_free(ledger, &index);
    if (room && !entry)
        sts__room_give(&ledger->letters, 1, cost);
    if (entry)
        *id = begin_letter(ledger, entry, index, cost, about ? about->epoch : ledger->epoch);
    pthread_mutex_unlock(&ledger->lock);
    return entry ? STS_OK : room ? STS_ERR_NO_MEMORY : STS_ERR_QUEUE_FULL;
}

/* Ends a letter before the transport has it. */
static void withdraw_letter(sts__ledger *ledger, uint64_t id, uint64_t lost) {
    pthread_mutex_lock(&ledger->lock);
    sts__ledger_entry *entry = sts__ledger_find(ledger, id);
    if (entry)
        sts__ledger_end_letter(ledger, entry, sts__ledger_index_of(id), STS_COUNT_DEAD_LETTERS_LOST, lost);
    pthread_mutex_unlock(&ledger->lock);
}

void sts__ledger_drop_letter(sts__ledger *ledger, uint64_t id) {
    withdraw_letter(ledger, id, 0);
}

void sts__ledger_lose_letter(sts__ledger *ledger, uint64_t id) {
    withdraw_letter(ledger, id, 1);
}
