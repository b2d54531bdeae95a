/* SPDX-License-Identifier: Apache-2.0 */
#include "gather/gather.h"

#include <string.h>

void sts__gather_init(sts__gather *gather, const sts__memory *memory) {
    memset(gather, 0, sizeof *gather);
    sts__arena_init(&gather->arena, memory);
    sts__table_init(&gather->table, memory, sizeof(size_t));
}

void sts__gather_clear(sts__gather *gather) {
    sts__arena_clear(&gather->arena);
    sts__table_clear(&gather->table);
}

void sts__gather_reset(sts__gather *gather, size_t kept) {
    sts__arena_trim(&gather->arena, kept);
    sts__table_reset(&gather->table);
    gather->messages = NULL;
    gather->message_count = gather->record_count = gather->last = 0;
}

static bool same_bytes(sts_bytes a, sts_bytes b) {
    return a.size == b.size && (a.data && b.data ? memcmp(a.data, b.data, a.size) == 0 : a.data == b.data);
}

static bool same_message(const sts__gathered *open, const sts_message *message, uint64_t group) {
    const sts_message *other = &open->message;
    if (open->group != group || other->topic != message->topic || other->partition != message->partition ||
        other->header_count != message->header_count || !same_bytes(other->key, message->key))
        return false;
    for (size_t i = 0; i < 2 * message->header_count; i++)
        if (!same_bytes(other->headers[i], message->headers[i]))
            return false;
    return true;
}

/* What is looked for in the table. */
typedef struct wanted {
    const sts_message *message;
    uint64_t group;
} wanted;

static bool is_wanted(const void *entry, const void *looked_for, const void *user) {
    const sts__gather *gather = user;
    const wanted *w = looked_for;
    return same_message(&gather->messages[*(const size_t *)entry], w->message, w->group);
}

static uint64_t hash_of(const sts__gather *gather, const sts_message *message, uint64_t group) {
    const uint64_t numbers[] = {group, (uint64_t)(uintptr_t)message->topic, (uint64_t)message->partition,
                                message->key.data != NULL};
    uint64_t hash = sts__table_hash(&gather->table, (sts_bytes){numbers, sizeof numbers});
    hash = sts__table_hash_more(hash, message->key);
    for (size_t i = 0; i < 2 * message->header_count; i++)
        hash = sts__table_hash_more(hash, message->headers[i]);
    return hash;
}

static bool keep(sts__arena *arena, sts_bytes *bytes) {
    if (!bytes->data)
        return true;
    *bytes = sts__arena_copy(arena, *bytes);
    return bytes->data;
}

static bool copy_message(sts__arena *arena, const sts_message *from, sts_message *to) {
    size_t count = 2 * from->header_count;
    sts_bytes *headers = sts__arena_array(arena, count ? count : 1, sizeof *headers);
    if (!headers)
        return false;
    *to = *from;
    to->value = (sts_bytes){NULL, 0};
    to->headers = headers;
    for (size_t i = 0; i < count; i++) {
        headers[i] = from->headers[i];
        if (!keep(arena, &headers[i]))
            return false;
    }
    return keep(arena, &to->key);
}

/* The message that the record goes into; NULL without memory. */
static sts__gathered *find_or_open(sts__gather *gather, const sts_message *message, uint64_t group) {
    const wanted w = {message, group};
    if (gather->message_count && same_message(&gather->messages[gather->last], message, group))
        return &gather->messages[gather->last];
    uint64_t hash = hash_of(gather, message, group);
    size_t *place = sts__table_find(&gather->table, hash, is_wanted, &w, gather);
    if (place)
        return &gather->messages[*place];
    sts__gathered *messages =
        sts__arena_list_grown(&gather->arena, gather->messages, gather->message_count, sizeof *messages);
    if (!messages)
        return NULL;
    gather->messages = messages;
    sts__gathered *open = &messages[gather->message_count];
    *open = (sts__gathered){.group = group};
    if (!copy_message(&gather->arena, message, &open->message) || !(place = sts__table_add(&gather->table, hash)))
        return NULL;
    *place = gather->message_count++;
    return open;
}

bool sts__gather_add(sts__gather *gather, const sts_message *message, uint64_t group) {
    sts__gathered *open = find_or_open(gather, message, group);
    uint32_t *records =
        open ? sts__arena_list_grown(&gather->arena, open->records, open->record_count, sizeof *records) : NULL;
    if (!records)
        return false;
    open->records = records;
    records[open->record_count++] = (uint32_t)gather->record_count++;
    gather->last = (size_t)(open - gather->messages);
    return true;
}
