/* SPDX-License-Identifier: Apache-2.0
 *
 * Zeros ahead of what is appended. A sync of what lies within a file's size writes that alone; one of a file that has
 * grown writes what the file system keeps of it too, and waits for that: more than a third of a small sync. */
#include <string.h>
#include <unistd.h>

#include "store/internal.h"

/* At least so many syncs have to do with what is written once for them, or it costs more than it spares. */
enum { SYNCS = 4, PIECE = 32768 };

static const uint8_t zeros[PIECE];

/* Up to where there may be zeros: the bounds of the segment and the store hold for them too. */
static uint64_t reach(const sts__store *store) {
    const sts__segment *tail = store->tail;
    uint64_t others = store->numbers.bytes - tail->size;
    uint64_t most = store->settings.max_bytes > others ? store->settings.max_bytes - others : 0;
    uint64_t end = tail->size + STS__STORE_AHEAD;
    end = end < store->segment_bytes ? end : store->segment_bytes;
    return end < most ? end : most;
}

void sts__store_write_ahead(sts__store *store, uint64_t size) {
    uint64_t behind = store->tail->size + size;
    uint64_t most = STS__STORE_AHEAD / SYNCS;
    if (!sts__store_commits(store) || behind <= store->ahead || size > most || store->sync_size > most)
        return;
    uint64_t end = reach(store);
    int error = 0;
    store->ahead = end;
    for (uint64_t at = behind; at < end && !error; at += PIECE) {
        size_t piece = end - at < PIECE ? (size_t)(end - at) : PIECE;
        error = sts__disk_write(store->settings.disk, store->file, zeros, piece, at);
    }
    if (!error)
        return;
    sts__store_cut_ahead(store); /* what is to be appended may have the room */
    store->ahead = UINT64_MAX;
}

void sts__store_cut_ahead(sts__store *store) {
    bool is_any = store->ahead > store->tail->size && store->ahead != UINT64_MAX;
    if (is_any && ftruncate(store->file, (off_t)store->tail->size) == 0)
        store->ahead = store->tail->size;
}

bool sts__store_is_ahead(const sts__store *store, int file, sts__reach reach) {
    uint8_t bytes[4096];
    if (reach.to - reach.from > STS__STORE_AHEAD)
        return false;
    while (reach.from < reach.to) {
        size_t size = reach.to - reach.from < sizeof bytes ? (size_t)(reach.to - reach.from) : sizeof bytes;
        if (sts__disk_read(store->settings.disk, file, bytes, size, reach.from) != (ssize_t)size ||
            memcmp(bytes, zeros, size) != 0)
            return false;
        reach.from += size;
    }
    return true;
}
