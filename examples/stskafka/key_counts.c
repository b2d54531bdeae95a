/* SPDX-License-Identifier: Apache-2.0
 *
 * The heaviest keys by votes; different keys by HyperLogLog (Flajolet and others, 2007). */
#include "key_counts.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

enum {
    TABLES = 2,
    PLACES = 2048,
    /* Of a stream that is longer than this, a key is kept once its place has so many votes for it: until then it is
     * not worth the memory that is touched. */
    SHORT = 100000,
    WORTH_KEEPING = 8,
    REGISTER_BITS = 14,
    REGISTERS = 1 << REGISTER_BITS,
};

struct key_vote {
    uint64_t hash;
    uint32_t votes;  /* for the key, less those for others; 0: nobody has the place */
    uint32_t size;   /* of the key, as far as it is kept; UINT32_MAX: it is not */
    uint64_t all;    /* keys that belonged here, since the key got the place */
    uint64_t before; /* the same, before that */
};

/* How often the key came since it has the place: all others took a vote off. Before that it may have come in half of
 * the cases, as all votes were taken off again. */
static uint64_t at_least(const struct key_vote *vote) {
    return (vote->all + vote->votes) / 2;
}

static uint64_t unknown(const struct key_vote *vote) {
    return vote->before / 2;
}

void key_counts_init(struct key_counts *counts) {
    *counts = (struct key_counts){.votes = need_realloc(NULL, (size_t)TABLES * PLACES * sizeof *counts->votes),
                                  .keys = need_realloc(NULL, (size_t)TABLES * PLACES * sizeof *counts->keys),
                                  .registers = need_realloc(NULL, REGISTERS)};
    memset(counts->votes, 0, (size_t)TABLES * PLACES * sizeof *counts->votes);
    memset(counts->registers, 0, REGISTERS);
}

void key_counts_free(struct key_counts *counts) {
    free(counts->votes);
    free(counts->keys);
    free(counts->registers);
    *counts = (struct key_counts){NULL, NULL, NULL, 0};
}

static uint64_t mix(uint64_t h) {
    h = (h ^ h >> 32) * 0xd6e8feb86659fd93u;
    return h ^ h >> 32;
}

/* Eight bytes at a time; the last step is the finish of MurmurHash3. */
uint64_t key_hash(const void *data, size_t size) {
    const char *at = data;
    uint64_t h = 0x9e3779b97f4a7c15u ^ size, word;
    for (; size >= 8; at += 8, size -= 8) {
        memcpy(&word, at, 8);
        h = mix(h ^ word);
    }
    word = 0;
    if (size)
        memcpy(&word, at, size);
    h = mix(h ^ word);
    h = (h ^ h >> 33) * 0xff51afd7ed558ccdu;
    return h ^ h >> 33;
}

static void note_hash(struct key_counts *counts, uint64_t hash) {
    uint64_t rest = hash << REGISTER_BITS;
    uint8_t zeros = rest ? (uint8_t)(__builtin_clzll(rest) + 1) : 64 - REGISTER_BITS + 1;
    uint8_t *kept = &counts->registers[hash >> (64 - REGISTER_BITS)];
    if (zeros > *kept)
        *kept = zeros;
}

/* --- the heaviest --- */

static size_t place_in(int table, uint64_t hash) {
    return (size_t)table * PLACES + (table ? hash >> 32 : hash) % PLACES;
}

static void keep(struct key_counts *counts, size_t place, sts_bytes key) {
    struct key_vote *vote = &counts->votes[place];
    vote->size = (uint32_t)(key.size < KEY_COUNTS_KEPT ? key.size : KEY_COUNTS_KEPT);
    memcpy(counts->keys[place], key.data, vote->size);
}

static void vote_for(struct key_counts *counts, size_t place, sts_bytes key, uint64_t hash) {
    struct key_vote *vote = &counts->votes[place];
    vote->all++;
    if (vote->votes && vote->hash != hash) {
        vote->votes--;
        return;
    }
    if (vote->votes == 0) {
        vote->hash = hash;
        vote->before += vote->all - 1;
        vote->all = 1;
        vote->size = UINT32_MAX;
    }
    vote->votes += vote->votes < UINT32_MAX;
    if (vote->size == UINT32_MAX && (vote->votes >= WORTH_KEEPING || counts->count < SHORT))
        keep(counts, place, key);
}

void key_counts_add(struct key_counts *counts, sts_bytes key, uint64_t hash) {
    note_hash(counts, hash);
    for (int table = 0; table < TABLES; table++)
        vote_for(counts, place_in(table, hash), key, hash);
    counts->count++;
}

static int by_weight(const void *left, const void *right) {
    const struct key_vote *a = *(const struct key_vote *const *)left, *b = *(const struct key_vote *const *)right;
    if (at_least(a) != at_least(b))
        return at_least(a) > at_least(b) ? -1 : 1;
    return (a->hash > b->hash) - (a->hash < b->hash);
}

/* A key that has a place in both tables is told by the place that knows more. */
static bool is_told(const struct key_counts *counts, const struct key_vote *vote) {
    const struct key_vote *first = &counts->votes[place_in(0, vote->hash)];
    const struct key_vote *second = &counts->votes[place_in(1, vote->hash)];
    if (!vote->votes || vote->size == UINT32_MAX || at_least(vote) < unknown(vote))
        return false; /* nobody's, or one of many that are all as heavy */
    if (first->hash != second->hash || !first->votes || !second->votes)
        return true;
    bool first_is_better =
        second->size == UINT32_MAX || (first->size != UINT32_MAX && unknown(first) <= unknown(second));
    return vote == (first_is_better ? first : second);
}

size_t key_counts_heaviest(const struct key_counts *counts, struct heavy_key *heaviest, size_t most) {
    const struct key_vote **sorted = need_realloc(NULL, (size_t)TABLES * PLACES * sizeof *sorted);
    size_t count = 0;
    for (size_t i = 0; i < (size_t)TABLES * PLACES; i++) {
        if (is_told(counts, &counts->votes[i]))
            sorted[count++] = &counts->votes[i];
    }
    qsort(sorted, count, sizeof *sorted, by_weight);
    count = count < most ? count : most;
    for (size_t i = 0; i < count; i++) {
        heaviest[i] =
            (struct heavy_key){at_least(sorted[i]) + unknown(sorted[i]), unknown(sorted[i]), sorted[i]->size, ""};
        memcpy(heaviest[i].key, counts->keys[sorted[i] - counts->votes], sorted[i]->size);
    }
    free(sorted);
    return count;
}

uint64_t key_counts_distinct(const struct key_counts *counts) {
    double sum = 0, registers = REGISTERS;
    size_t unused = 0;
    for (size_t i = 0; i < REGISTERS; i++) {
        sum += ldexp(1, -counts->registers[i]);
        unused += counts->registers[i] == 0;
    }
    double estimate = 0.7213 / (1 + 1.079 / registers) * registers * registers / sum;
    if (estimate <= 2.5 * registers && unused) /* few: counting the registers that are still unused is more exact */
        estimate = registers * log(registers / (double)unused);
    return (uint64_t)(estimate + 0.5);
}
