/* SPDX-License-Identifier: Apache-2.0
 *
 * The records that the ledger has from the store, by their ids: each has the place of its entry in the ledger
 * (sts__ledger_index_of), which no other pending one has. Whoever uses it from several threads brings the lock. */
#ifndef STS_EXPORTER_FED_H
#define STS_EXPORTER_FED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

/* A message of several records, which may have their outcomes in parts. */
typedef struct sts__fed_message {
    uint32_t left; /* records without an outcome */
    uint32_t records;
} sts__fed_message;

/* A record that the ledger has from the store. */
typedef struct sts__fed {
    uint64_t id;               /* in the ledger; 0: there is none in this place */
    uint64_t sequence;         /* in the store */
    sts__fed_message *message; /* NULL: it is alone, or a dead letter */
    uint32_t size;             /* of key, value and headers, where it is its message's first */
    uint32_t records;          /* of its message; 0: it is a dead letter */
    bool is_letter;
    bool is_stale; /* it was stored too long ago: the transport says whether it was sent before that */
    bool null_key;
    bool empty_key;
    bool missing_key;
    bool continues;
} sts__fed;

typedef struct sts__fed_records {
    const sts__memory *memory;
    sts__fed **blocks; /* NULL where there was no record yet */
    size_t block_count;
    size_t count; /* of records */
} sts__fed_records;

void sts__fed_init(sts__fed_records *fed, const sts__memory *memory);
void sts__fed_clear(sts__fed_records *fed);

/* Makes one, with nothing but its id; NULL without memory. There must not be one with that id. */
sts__fed *sts__fed_add(sts__fed_records *fed, uint64_t id);

/* NULL: there is none. */
sts__fed *sts__fed_find(const sts__fed_records *fed, uint64_t id);

void sts__fed_remove(sts__fed_records *fed, sts__fed *record);

/* The first one in `*place` or behind it, which is its own then; NULL: there is none. */
sts__fed *sts__fed_next(const sts__fed_records *fed, size_t *place);

#endif
