/* SPDX-License-Identifier: Apache-2.0 */
#include "gather/open_messages.h"

#include <string.h>

enum { SMALL_BYTES = 1024, SMALL_RECORDS = 256 };

static bool same_bytes(sts_bytes a, sts_bytes b) {
    return a.size == b.size && (a.data && b.data ? memcmp(a.data, b.data, a.size) == 0 : a.data == b.data);
}

/* --- one message --- */

static size_t headers_size(const sts_message *message) {
    size_t size = 2 * message->header_count * sizeof(sts_bytes);
    for (size_t i = 0; i < 2 * message->header_count; i++)
        size += message->headers[i].size + 1;
    return size;
}

/* The message's own block has room for the first record too: many messages hold no other. */
sts__open_message *sts__open_message_new(const sts__memory *memory, const sts_message *message, uint32_t group,
                                         const sts__open_piece *first, int64_t timestamp_ms) {
    size_t bytes = first->bytes.size;
    size_t size = sizeof(sts__open_message) + sizeof(sts__open_record) + headers_size(message) + message->key.size + 1;
    if (bytes > UINT32_MAX)
        return NULL;
    sts__open_message *open = sts__memory_resize(memory, NULL, size + bytes);
    if (!open)
        return NULL;
    *open = (sts__open_message){.message = *message,
                                .group = group,
                                .value_most = first->most,
                                .sealed_by = STS__SEALED_BY_REASONS,
                                .parts_most = SIZE_MAX};
    open->message.value = (sts_bytes){NULL, 0};
    open->message.taken = NULL;
    open->message.timestamp_ms = timestamp_ms;
    open->records = (sts__open_record *)(open + 1);
    sts_bytes *headers = (sts_bytes *)(open->records + 1);
    char *at = (char *)(headers + 2 * message->header_count);
    for (size_t i = 0; i < 2 * message->header_count; i++)
        headers[i] = sts__memory_put(&at, message->headers[i]);
    open->message.headers = headers;
    open->message.key = sts__memory_put(&at, message->key);
    open->bytes = (char *)open + size;
    return open;
}

void sts__open_message_free(const sts__memory *memory, sts__open_message *message) {
    for (size_t i = 0; i < message->record_count; i++) {
        if (!sts__open_record_shares_outer(message->records, i))
            sts__open_head_let_go(memory, message->records[i].outer);
        if (!sts__open_record_shares_inner(message->records, i))
            sts__open_head_let_go(memory, message->records[i].inner);
    }
    if (message->record_capacity)
        sts__memory_free(memory, message->records);
    if (message->byte_capacity)
        sts__memory_free(memory, message->bytes);
    sts__memory_free(memory, message);
}

/* What is not used of a large block is memory that nobody counts. */
static size_t grown(size_t needed, size_t small) {
    return needed < small ? 2 * needed : needed + needed / 2;
}

/* Room for more bytes. */
static bool reserve_bytes(const sts__memory *memory, sts__open_message *open, size_t more) {
    size_t needed = open->byte_count + more;
    if (open->record_count == 0 || needed <= open->byte_capacity)
        return true;
    size_t capacity = grown(needed, SMALL_BYTES);
    if (needed > UINT32_MAX)
        return false;
    char *bytes = sts__memory_resize(memory, open->byte_capacity ? open->bytes : NULL, capacity);
    if (!bytes)
        return false;
    if (!open->byte_capacity)
        memcpy(bytes, open->bytes, open->byte_count);
    open->bytes = bytes;
    open->byte_capacity = capacity;
    return true;
}

static bool reserve_record(const sts__memory *memory, sts__open_message *open) {
    if (open->record_count == 0 || open->record_count < open->record_capacity)
        return true;
    size_t capacity = grown(open->record_count + 1, SMALL_RECORDS);
    sts__open_record *records =
        sts__memory_resize(memory, open->record_capacity ? open->records : NULL, capacity * sizeof *records);
    if (!records)
        return false;
    if (!open->record_capacity)
        memcpy(records, open->records, open->record_count * sizeof *records);
    open->records = records;
    open->record_capacity = capacity;
    return true;
}

static uint32_t append(sts__open_message *open, sts_bytes bytes) {
    uint32_t at = (uint32_t)open->byte_count;
    if (bytes.size)
        memcpy(open->bytes + at, bytes.data, bytes.size);
    open->byte_count += bytes.size;
    return at;
}

/* Adds a record with these heads. False without memory. */
static bool add(const sts__memory *memory, sts__open_message *open, const sts__open_piece *piece, sts__open_head *outer,
                sts__open_head *inner, int64_t timestamp_ms) {
    if (!reserve_bytes(memory, open, piece->bytes.size) || !reserve_record(memory, open))
        return false;
    sts__open_record *record = &open->records[open->record_count];
    const sts__open_record *last = open->record_count ? record - 1 : NULL;
    bool same_outer = last && sts__open_head_same(last->outer, outer);
    bool same_inner = same_outer && sts__open_head_same(last->inner, inner);
    /* reserve_record has made it, or failed: NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    *record = (sts__open_record){.id = piece->id,
                                 .timestamp_ms = timestamp_ms,
                                 .at = append(open, piece->bytes),
                                 .size = (uint32_t)piece->bytes.size,
                                 .outer = same_outer ? last->outer : sts__open_head_give(outer),
                                 .inner = same_inner ? last->inner : sts__open_head_give(inner)};
    open->record_count++;
    open->value_size += same_inner ? piece->more : piece->alone;
    open->cost += piece->cost;
    return true;
}

bool sts__open_message_add(const sts__memory *memory, sts__open_message *open, const sts__open_piece *piece,
                           int64_t timestamp_ms) {
    const sts__open_record *last = open->record_count ? &open->records[open->record_count - 1] : NULL;
    bool same_outer = last && sts__open_head_says(last->outer, piece->outer);
    bool same_inner = same_outer && sts__open_head_says(last->inner, piece->inner);
    sts__open_head *outer = same_outer ? last->outer : NULL;
    sts__open_head *inner = same_inner ? last->inner : NULL;
    bool added = (same_outer || sts__open_head_make(memory, piece->outer, 0, &outer)) &&
                 (same_inner || sts__open_head_make(memory, piece->inner, 0, &inner)) &&
                 add(memory, open, piece, outer, inner, timestamp_ms);
    if (!same_outer)
        sts__open_head_leave(memory, outer);
    if (!same_inner)
        sts__open_head_leave(memory, inner);
    return added;
}

/* --- which one --- */

/* A record on its way in, with its heads. */
typedef struct arrival {
    const sts_message *message;
    const sts__open_piece *piece;
    sts__open_head *outer;
    sts__open_head *inner;
    uint64_t hash;
    int64_t now_us;
} arrival;

static uint64_t hash_of(const sts__open_messages *all, const arrival *record) {
    const sts_message *message = record->message;
    const uint64_t numbers[] = {record->piece->group, (uint64_t)(uintptr_t)message->topic, (uint64_t)message->partition,
                                all->limits.by_outer_head && record->outer ? record->outer->hash : 0};
    uint64_t hash = sts__table_hash(&all->table, (sts_bytes){numbers, sizeof numbers});
    for (size_t i = 0; !message->key.data && i < 2 * message->header_count; i++)
        hash = sts__table_hash_more(hash, message->headers[i]);
    return sts__table_hash_more(hash, message->key);
}

static bool same_headers(const sts_message *a, const sts_message *b) {
    if (a->header_count != b->header_count)
        return false;
    for (size_t i = 0; i < 2 * a->header_count; i++)
        if (!same_bytes(a->headers[i], b->headers[i]))
            return false;
    return true;
}

/* Whether a record is of the message's key. */
static bool is_of_key(const sts__open_messages *all, const sts__open_message *open, const arrival *record) {
    const sts_message *message = record->message;
    return open->hash == record->hash && open->group == record->piece->group && open->message.topic == message->topic &&
           open->message.partition == message->partition && same_bytes(open->message.key, message->key) &&
           (!all->limits.by_outer_head || sts__open_head_same(open->records->outer, record->outer));
}

/* What is looked for in the table. */
typedef struct wanted {
    const sts__open_messages *all;
    const arrival *record;
} wanted;

static bool is_wanted(const void *entry, const void *looked_for, const void *user) {
    const sts__open_message *open = *(sts__open_message *const *)entry;
    const wanted *w = looked_for;
    (void)user;
    return is_of_key(w->all, open, w->record) &&
           (w->record->message->key.data || same_headers(&open->message, w->record->message));
}

static sts__open_message *find(const sts__open_messages *all, const arrival *record) {
    const wanted w = {all, record};
    sts__open_message **entry = sts__table_find(&all->table, record->hash, is_wanted, &w, NULL);
    return entry ? *entry : NULL;
}

/* Without a look at it. */
static bool is_any(const void *entry, const void *looked_for, const void *user) {
    (void)entry, (void)looked_for, (void)user;
    return true;
}

/* Up to its key, where it has no headers. */
enum { EXPECTED_KEY = 64 };

const sts__open_message *sts__open_messages_expect(sts__open_messages *all, const sts_message *message,
                                                   sts__open_piece *piece) {
    arrival record = {.message = message, .piece = piece};
    if (all->limits.by_outer_head &&
        !sts__open_heads_find(&all->outer, all->memory, &all->table, piece->outer, &record.outer))
        return NULL;
    piece->hash = hash_of(all, &record);
    sts__open_message *const *entry = sts__table_find(&all->table, piece->hash, is_any, NULL, NULL);
    if (!entry)
        return NULL;
    sts__prefetch(*entry, sizeof **entry + sizeof(sts__open_record) + EXPECTED_KEY);
    return *entry;
}

static bool is_same(const void *entry, const void *looked_for, const void *user) {
    (void)user;
    return *(sts__open_message *const *)entry == looked_for;
}

/* --- open and sealed --- */

static void make_ripe(sts__open_messages *all, sts__open_message *open) {
    open->is_ripe = true;
    open->ripe_before = all->ripe.last;
    open->ripe_behind = NULL;
    *(all->ripe.last ? &all->ripe.last->ripe_behind : &all->ripe.first) = open;
    all->ripe.last = open;
}

static void make_unripe(sts__open_messages *all, sts__open_message *open) {
    *(open->ripe_before ? &open->ripe_before->ripe_behind : &all->ripe.first) = open->ripe_behind;
    *(open->ripe_behind ? &open->ripe_behind->ripe_before : &all->ripe.last) = open->ripe_before;
    open->is_ripe = false;
}

static void put_among_open(sts__open_messages *all, sts__open_message **entry, sts__open_message *open,
                           const arrival *record) {
    *entry = open;
    open->hash = record->hash;
    open->opened_us = record->now_us;
    open->older = all->open.last;
    *(all->open.last ? &all->open.last->younger : &all->open.first) = open;
    all->open.last = open;
    all->message_count++;
}

static void append_to(sts__open_list *line, sts__open_message *message) {
    message->behind = NULL;
    *(line->last ? &line->last->behind : &line->first) = message;
    line->last = message;
}

static void seal(sts__open_messages *all, sts__open_message *open, sts__sealed_by by) {
    sts__table_remove(&all->table, sts__table_find(&all->table, open->hash, is_same, open, NULL));
    *(open->older ? &open->older->younger : &all->open.first) = open->younger;
    *(open->younger ? &open->younger->older : &all->open.last) = open->older;
    if (open->is_ripe)
        make_unripe(all, open);
    all->message_count--;
    all->record_count -= open->record_count;
    all->cost -= open->cost;
    all->sealed_by[by]++;
    open->sealed_by = by;
    append_to(&all->sealed, open);
}

void sts__open_messages_seal_ripe(sts__open_messages *all) {
    while (all->ripe.first)
        seal(all, all->ripe.first, STS__SEALED_BY_SIZE);
}

void sts__open_messages_seal_due(sts__open_messages *all, int64_t now_us) {
    while (sts__open_messages_due_us(all) <= now_us)
        seal(all, all->open.first, STS__SEALED_BY_TIME);
}

void sts__open_messages_seal_all(sts__open_messages *all) {
    while (all->open.first)
        seal(all, all->open.first, STS__SEALED_BY_FLUSH);
}

void sts__open_messages_seal_oldest(sts__open_messages *all, size_t records, size_t cost) {
    const size_t records_before = all->record_count;
    const size_t cost_before = all->cost;
    while (all->open.first && (records_before - all->record_count < records || cost_before - all->cost < cost))
        seal(all, all->open.first, STS__SEALED_BY_ROOM);
}

int64_t sts__open_messages_due_us(const sts__open_messages *all) {
    return all->open.first ? all->open.first->opened_us + all->limits.timeout_us : INT64_MAX;
}

static sts__open_message *take_first(sts__open_list *line) {
    sts__open_message *first = line->first;
    if (!first)
        return NULL;
    line->first = first->behind;
    if (!line->first)
        line->last = NULL;
    first->behind = NULL;
    return first;
}

sts__open_message *sts__open_messages_take(sts__open_messages *all) {
    sts__open_message *first = take_first(&all->again);
    return first ? first : take_first(&all->sealed);
}

void sts__open_messages_put_back(sts__open_messages *all, sts__open_message *message) {
    message->behind = all->again.first;
    all->again.first = message;
    if (!all->again.last)
        all->again.last = message;
}

void sts__open_messages_put_again(sts__open_messages *all, sts__open_message *message) {
    append_to(&all->again, message);
}

/* --- a record --- */

static uint64_t size_of(const sts__open_messages *all, const sts__open_message *open) {
    return all->limits.counts_bytes ? open->value_size : open->record_count;
}

/* Whether the record makes the message larger than it may be. */
static bool is_too_much(const sts__open_messages *all, const sts__open_message *open, const arrival *record) {
    const sts__open_record *last = &open->records[open->record_count - 1];
    const sts__open_piece *piece = record->piece;
    bool shares = sts__open_head_same(last->outer, record->outer) && sts__open_head_same(last->inner, record->inner);
    size_t value_size = open->value_size + (shares ? piece->more : piece->alone);
    uint64_t size = all->limits.counts_bytes ? value_size : open->record_count + 1;
    size_t most = open->value_most < piece->most ? open->value_most : piece->most;
    return value_size > most || (all->limits.max_size && size > all->limits.max_size);
}

/* The bounds of all: the oldest ones go, but not the one that the record has just come into, if it can be helped. */
static void keep_bounds(sts__open_messages *all) {
    while (all->open.first != all->open.last &&
           (all->message_count > all->limits.messages || all->record_count > all->limits.records ||
            all->cost > all->limits.cost))
        seal(all, all->open.first, STS__SEALED_BY_ROOM);
    if (all->open.first && (all->record_count > all->limits.records || all->cost > all->limits.cost))
        seal(all, all->open.first, STS__SEALED_BY_ROOM);
}

/* The open message that the record goes into; NULL where a new one is to be opened. */
static sts__open_message *message_for(sts__open_messages *all, const arrival *record) {
    sts__open_message *open = find(all, record);
    if (open && !same_headers(&open->message, record->message))
        seal(all, open, STS__SEALED_BY_HEADERS);
    else if (open && is_too_much(all, open, record))
        seal(all, open, STS__SEALED_BY_SIZE);
    else
        return open;
    return NULL;
}

static bool add_arrival(sts__open_messages *all, sts__open_message *open, const arrival *record) {
    return add(all->memory, open, record->piece, record->outer, record->inner, record->message->timestamp_ms);
}

/* Opens a message for the record; NULL without memory. */
static sts__open_message *open_for(sts__open_messages *all, const arrival *record) {
    const sts_message *message = record->message;
    sts__open_message *open =
        sts__open_message_new(all->memory, message, record->piece->group, record->piece, message->timestamp_ms);
    if (!open)
        return NULL;
    add_arrival(all, open, record); /* the first one has its place */
    sts__open_message **entry = sts__table_add(&all->table, record->hash);
    if (!entry) {
        sts__open_message_free(all->memory, open);
        return NULL;
    }
    put_among_open(all, entry, open, record);
    return open;
}

bool sts__open_messages_add(sts__open_messages *all, const sts_message *message, const sts__open_piece *piece,
                            int64_t now_us) {
    arrival record = {.message = message, .piece = piece, .now_us = now_us};
    if (!sts__open_heads_find(&all->outer, all->memory, &all->table, piece->outer, &record.outer) ||
        !sts__open_heads_find(&all->inner, all->memory, &all->table, piece->inner, &record.inner))
        return false;
    record.hash = piece->hash ? piece->hash : hash_of(all, &record);
    sts__open_message *open = message_for(all, &record);
    bool added = open ? add_arrival(all, open, &record) : (open = open_for(all, &record)) != NULL;
    if (!added)
        return false;
    all->record_count++;
    all->cost += piece->cost;
    if (!open->is_ripe && size_of(all, open) >= all->limits.min_size)
        make_ripe(all, open);
    keep_bounds(all);
    return true;
}

/* --- all of it --- */

void sts__open_messages_forget_places(sts__open_messages *all) {
    all->outer.last.data = all->inner.last.data = NULL;
}

void sts__open_messages_init(sts__open_messages *all, const sts__memory *memory, const sts__open_limits *limits) {
    *all = (sts__open_messages){.memory = memory, .limits = *limits};
    sts__table_init(&all->table, memory, sizeof(sts__open_message *));
}

void sts__open_messages_clear(sts__open_messages *all) {
    sts__open_message *message;
    sts__open_messages_seal_all(all);
    while ((message = sts__open_messages_take(all)))
        sts__open_message_free(all->memory, message);
    sts__open_heads_forget(&all->outer, all->memory);
    sts__open_heads_forget(&all->inner, all->memory);
    sts__table_clear(&all->table);
}
