/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/record.h"

#include <string.h>

#include "transport/taken.h"

/* So many bytes lie together at most. */
enum { BLOCK_BYTES = 32768, ALIGNMENT = 16 };

void sts__kafka_blocks_init(sts__kafka_blocks *blocks, const sts__memory *memory, size_t max_kept) {
    sts__pool_init(&blocks->pool, memory, max_kept);
    blocks->shared = 0;
    blocks->max_shared = 2 * max_kept;
}

static size_t aligned(size_t size) {
    return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

static size_t record_size(const sts_message *message) {
    size_t value = message->taken ? 0 : message->value.size;
    size_t size = sizeof(sts__kafka_record) + message->key.size + value + 2;
    for (size_t i = 0; i < 2 * message->header_count; i++)
        size += sizeof(sts_bytes) + message->headers[i].size + 1;
    return aligned(size);
}

sts__kafka_block *sts__kafka_blocks_take(sts__kafka_blocks *blocks, const sts_message *const *messages, size_t *count) {
    size_t size = sizeof(sts__kafka_block) + record_size(messages[0]);
    size_t together = 1;
    for (; blocks->shared + BLOCK_BYTES <= blocks->max_shared && together < *count; together++) {
        size_t more = record_size(messages[together]);
        if (size + more > BLOCK_BYTES)
            break;
        size += more;
    }
    sts__kafka_block *block = sts__pool_take(&blocks->pool, size);
    if (block) {
        *block = (sts__kafka_block){together, together > 1 ? size : 0};
        blocks->shared += block->shared;
    }
    *count = together;
    return block;
}

/* The record's copy of the message is behind it; a value that was taken stays where it is. */
static void fill(sts__kafka_record *record, const sts_message *message, sts__kafka_block *block, int64_t now_us) {
    memset(record, 0, offsetof(sts__kafka_record, message)); /* all of it at once takes compilers a slow instruction */
    record->block = block;
    record->is_taken = message->taken != NULL;
    record->message = *message;
    record->taken_us = now_us;
    sts_bytes *headers = (sts_bytes *)(record + 1);
    char *at = (char *)(headers + 2 * message->header_count);
    for (size_t i = 0; i < 2 * message->header_count; i++)
        headers[i] = sts__memory_put(&at, message->headers[i]);
    record->message.headers = headers;
    record->message.key = sts__memory_put(&at, message->key);
    record->message.value = message->taken ? message->value : sts__memory_put(&at, message->value);
}

/* One reference a record, for runs of those that share what was taken. */
static void refer(const sts_message *const *messages, size_t count) {
    size_t run;
    for (size_t i = 0; i < count; i += run) {
        for (run = 1; i + run < count && messages[i + run]->taken == messages[i]->taken;)
            run++;
        sts__taken_keep(messages[i]->taken, run);
    }
}

void sts__kafka_block_fill(sts__kafka_block *block, const sts_message *const *messages, size_t count, int64_t now_us,
                           sts__kafka_chain *chain) {
    char *at = (char *)(block + 1);
    sts__kafka_record **link = chain->last ? &chain->last->next : &chain->first;
    refer(messages, count);
    chain->count += count;
    for (; count; count--, messages++) {
        sts__kafka_record *record = (sts__kafka_record *)(void *)at;
        fill(record, *messages, block, now_us);
        *link = chain->last = record;
        link = &record->next;
        at += record_size(*messages);
    }
}

/* What goes with a record; what a producer that was left behind refers to stays. */
static sts__taken *taken_of(const sts__kafka_record *record) {
    return record->is_taken && !record->pinned ? record->message.taken : NULL;
}

void sts__kafka_record_release_taken(sts__kafka_record *const *finished, size_t count) {
    size_t run;
    for (size_t i = 0; i < count; i += run) {
        sts__taken *taken = taken_of(finished[i]);
        for (run = 1; i + run < count && taken_of(finished[i + run]) == taken;)
            run++;
        sts__taken_drop(taken, run);
    }
}
