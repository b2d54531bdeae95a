/* SPDX-License-Identifier: Apache-2.0
 *
 * What records of open messages are in (open_messages.h), kept once for all records in whichever messages. Who makes a
 * head gives it to runs of records, which let go of it in any thread; the last one frees it. All else is its maker's
 * alone. */
#ifndef STS_GATHER_OPEN_HEADS_H
#define STS_GATHER_OPEN_HEADS_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/types.h>

#include "base/memory.h"
#include "base/table.h"

/* NULL is an empty one. */
typedef struct sts__open_head {
    size_t users; /* runs of records, and its maker, who counts for many; atomic */
    size_t given; /* to how many of those runs its maker has given it, and did not say so yet */
    uint64_t hash;
    size_t size;
    char bytes[];
} sts__open_head;

/* A maker counts for as many users, so that it can give a head to so many runs of records before it says so: an atomic
 * operation for each record would wait for the memory that is written just then. */
enum { STS__OPEN_HEAD_MAKER = 1 << 30, STS__OPEN_HEAD_UNSAID = 1 << 20 };

static inline sts_bytes sts__open_head_bytes(const sts__open_head *head) {
    return head ? (sts_bytes){head->bytes, head->size} : (sts_bytes){"", 0};
}

/* NULL for no bytes. False without memory. */
bool sts__open_head_make(const sts__memory *memory, sts_bytes bytes, uint64_t hash, sts__open_head **head);

/* For its maker, on behalf of a run of records. */
static inline sts__open_head *sts__open_head_give(sts__open_head *head) {
    if (head && ++head->given == STS__OPEN_HEAD_UNSAID) {
        __atomic_add_fetch(&head->users, head->given, __ATOMIC_RELAXED);
        head->given = 0;
    }
    return head;
}

/* For a run of records, and for its maker. */
void sts__open_head_let_go(const sts__memory *memory, sts__open_head *head);
void sts__open_head_leave(const sts__memory *memory, sts__open_head *head);

bool sts__open_head_says(const sts__open_head *head, sts_bytes bytes);

/* Whether two say the same. */
static inline bool sts__open_head_same(const sts__open_head *a, const sts__open_head *b) {
    return a == b || (a && b && a->hash == b->hash && sts__open_head_says(a, sts__open_head_bytes(b)));
}

enum { STS__OPEN_HEADS = 8 };

/* The heads that came last: who sends records sends more of the same soon. */
typedef struct sts__open_heads {
    sts__open_head *items[STS__OPEN_HEADS];
    size_t next;          /* which makes way for a new one */
    sts_bytes last;       /* where the bytes of the last record's lie; data NULL: nowhere any more */
    sts__open_head *head; /* and what they are kept as */
} sts__open_heads;

/* What these bytes are kept as, for whoever uses it next, hashed as the table does. False without memory. */
bool sts__open_heads_find(sts__open_heads *heads, const sts__memory *memory, const sts__table *table, sts_bytes bytes,
                          sts__open_head **head);
void sts__open_heads_forget(sts__open_heads *heads, const sts__memory *memory);

#endif
