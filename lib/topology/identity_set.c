/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/identity_set.h"

#include <string.h>

void sts__identity_set_init(sts__identity_set *set, const sts__memory *memory) {
    sts__table_init(&set->table, memory, sizeof(sts__identity));
}

void sts__identity_set_clear(sts__identity_set *set) {
    sts__table_clear(&set->table);
}

void sts__identity_set_reset(sts__identity_set *set) {
    sts__table_reset(&set->table);
}

static bool same(const void *entry, const void *wanted, const void *user) {
    const sts__identity *a = entry;
    const sts__identity *b = wanted;
    (void)user;
    return a->text.size == b->text.size && memcmp(a->text.data, b->text.data, a->text.size) == 0 &&
           a->collection_timestamp == b->collection_timestamp && a->stream == b->stream && a->marks == b->marks &&
           a->relation == b->relation;
}

static uint64_t hash_of(const sts__identity_set *set, const sts__identity *identity) {
    const uint64_t rest[] = {(uint64_t)identity->collection_timestamp, identity->stream, identity->marks,
                             identity->relation};
    return sts__table_hash_more(sts__table_hash(&set->table, (sts_bytes){rest, sizeof rest}), identity->text);
}

const sts__identity *sts__identity_set_find(const sts__identity_set *set, const sts__identity *identity) {
    return sts__table_find(&set->table, hash_of(set, identity), same, identity, NULL);
}

bool sts__identity_set_add(sts__identity_set *set, const sts__identity *identity) {
    sts__identity *added = sts__table_add(&set->table, hash_of(set, identity));
    if (added)
        *added = *identity;
    return added != NULL;
}
