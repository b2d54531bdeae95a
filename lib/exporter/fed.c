/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/fed.h"

#include <string.h>

#include "queue/ledger.h"

enum { BLOCK = 1024 };

void sts__fed_init(sts__fed_records *fed, const sts__memory *memory) {
    *fed = (sts__fed_records){.memory = memory};
}

void sts__fed_clear(sts__fed_records *fed) {
    for (size_t i = 0; i < fed->block_count; i++)
        sts__memory_free(fed->memory, fed->blocks[i]);
    sts__memory_free(fed->memory, fed->blocks);
}

/* With room for that block in the list of them. */
static bool reach(sts__fed_records *fed, size_t number) {
    if (number < fed->block_count)
        return true;
    size_t count = 2 * fed->block_count > number ? 2 * fed->block_count : number + 1;
    sts__fed **blocks = sts__memory_resize(fed->memory, fed->blocks, count * sizeof *blocks);
    if (!blocks)
        return false;
    memset(blocks + fed->block_count, 0, (count - fed->block_count) * sizeof *blocks);
    fed->blocks = blocks;
    fed->block_count = count;
    return true;
}

sts__fed *sts__fed_add(sts__fed_records *fed, uint64_t id) {
    size_t place = sts__ledger_index_of(id);
    if (!reach(fed, place / BLOCK))
        return NULL;
    sts__fed **block = &fed->blocks[place / BLOCK];
    if (!*block)
        *block = sts__memory_new(fed->memory, BLOCK * sizeof **block);
    if (!*block)
        return NULL;
    sts__fed *record = *block + place % BLOCK;
    record->id = id;
    fed->count++;
    return record;
}

static sts__fed *in_place(const sts__fed_records *fed, size_t place) {
    size_t number = place / BLOCK;
    return number < fed->block_count && fed->blocks[number] ? fed->blocks[number] + place % BLOCK : NULL;
}

sts__fed *sts__fed_find(const sts__fed_records *fed, uint64_t id) {
    sts__fed *record = in_place(fed, sts__ledger_index_of(id));
    return record && record->id == id ? record : NULL;
}

void sts__fed_remove(sts__fed_records *fed, sts__fed *record) {
    record->id = 0;
    fed->count--;
}

sts__fed *sts__fed_next(const sts__fed_records *fed, size_t *place) {
    for (; *place < fed->block_count * BLOCK; ++*place) {
        sts__fed *record = in_place(fed, *place);
        if (record && record->id)
            return record;
    }
    return NULL;
}
