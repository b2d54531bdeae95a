/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts keys by the million, in a memory that does not grow (less than 1 MiB): how many different ones there are, and
 * the heaviest. sts_skew (stskafka/key.h) does the same, and takes longer for each key.
 *
 * Each key has a place in two tables. A place keeps one key, by the vote of Boyer and Moore (1981): another key that
 * belongs there takes one off its count, and gets the place when nothing is left. A key that has more than its share of
 * 1 in 2,048 nearly always keeps a place; how much its count may be wrong is known. */
#ifndef KEY_COUNTS_H
#define KEY_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include <stskafka/types.h>

enum { KEY_COUNTS_KEPT = 64 }; /* bytes of a key */

struct key_counts {
    struct key_vote *votes;
    char (*keys)[KEY_COUNTS_KEPT];
    uint8_t *registers;
    uint64_t count; /* of keys that were added */
};

struct heavy_key {
    uint64_t records;  /* at most */
    uint64_t too_many; /* by how much that may be too high */
    size_t size;
    char key[KEY_COUNTS_KEPT];
};

void key_counts_init(struct key_counts *counts);
void key_counts_free(struct key_counts *counts);

/* A hash of bytes, the same within one run. */
uint64_t key_hash(const void *data, size_t size);

/* Counts a key that is not null, by its key_hash. */
void key_counts_add(struct key_counts *counts, sts_bytes key, uint64_t hash);

/* How many different keys there are, about (the standard error is 0.8 %). */
uint64_t key_counts_distinct(const struct key_counts *counts);

/* The heaviest keys into `heaviest`, the heaviest first; returns how many, `most` at most. */
size_t key_counts_heaviest(const struct key_counts *counts, struct heavy_key *heaviest, size_t most);

#endif
