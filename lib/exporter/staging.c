/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/staging.h"

#include <string.h>

#include "transport/message_size.h"

enum { SPARE = sizeof((sts__stagings *)0)->spare / sizeof(sts__staging *) };

void sts__stagings_init(sts__stagings *stagings, const sts__memory *memory) {
    *stagings = (sts__stagings){.memory = memory};
}

sts__value_room *sts__staging_room(sts__staging *staging) {
    return staging->of->hands_over ? &staging->values.room : NULL;
}

static void free_staging(sts__stagings *stagings, sts__staging *staging) {
    sts__arena_clear(&staging->arena);
    sts__gather_clear(&staging->window.gather);
    sts__store_batch_clear(&staging->batch);
    sts__memory_free(stagings->memory, staging);
}

void sts__stagings_clear(sts__stagings *stagings) {
    for (int i = 0; i < SPARE; i++)
        if (stagings->spare[i])
            free_staging(stagings, stagings->spare[i]);
}

sts__staging *sts__stagings_take(sts__stagings *stagings) {
    for (int i = 0; i < SPARE; i++) {
        sts__staging *spare = __atomic_exchange_n(&stagings->spare[i], NULL, __ATOMIC_ACQ_REL);
        if (spare)
            return spare;
    }
    sts__staging *staging = sts__memory_resize(stagings->memory, NULL, sizeof *staging);
    if (!staging)
        return NULL;
    staging->of = stagings;
    staging->batch = (sts__store_batch){.memory = stagings->memory};
    sts__arena_init_in(&staging->arena, stagings->memory, staging->first_block.bytes,
                       sizeof staging->first_block.bytes);
    sts__made_values_init(&staging->values, stagings->memory);
    sts__staging_reset(staging);
    memset(&staging->window, 0, sizeof staging->window);
    sts__gather_init(&staging->window.gather, stagings->memory);
    return staging;
}

void sts__stagings_give(sts__stagings *stagings, sts__staging *staging) {
    sts__gather_reset(&staging->window.gather, STS__STAGING_KEPT);
    staging->window.count = staging->window.capacity = staging->window.bytes = 0;
    staging->window.places = NULL;
    staging->window.missing_keys = NULL;
    sts__staging_reset(staging);
    sts__arena_trim(&staging->arena, STS__STAGING_KEPT);
    if (staging->batch.capacity > STS__STAGING_KEPT)
        sts__store_batch_clear(&staging->batch);
    for (int i = 0; i < SPARE; i++) {
        sts__staging *none = NULL;
        if (__atomic_compare_exchange_n(&stagings->spare[i], &none, staging, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            return;
    }
    free_staging(stagings, staging);
}

void sts__staging_reset(sts__staging *staging) {
    sts__arena_reset(&staging->arena);
    sts__made_values_drop(&staging->values);
    staging->messages = NULL;
    staging->records = NULL;
    staging->places = NULL;
    staging->kept = NULL;
    staging->message_count = staging->message_capacity = 0;
    staging->record_count = staging->record_capacity = staging->kept_capacity = 0;
}

/* How many elements a list has room for, whose room was made for so many. */
static size_t capacity_for(size_t count) {
    size_t capacity = STS__STAGED_AT_ONCE;
    while (capacity < count)
        capacity *= 2;
    return capacity;
}

/* Gives a list of `count` elements room for `capacity`. False without memory. */
static bool grow(sts__arena *arena, void **list, size_t count, size_t capacity, size_t size) {
    void *grown = sts__arena_alloc(arena, capacity * size);
    if (grown && count)
        memcpy(grown, *list, count * size);
    if (grown)
        *list = grown;
    return grown;
}

static bool grow_messages(sts__staging *staging) {
    const size_t capacity = capacity_for(staging->message_count + 1);
    if (!grow(&staging->arena, (void **)&staging->messages, staging->message_count, capacity,
              sizeof *staging->messages))
        return false;
    staging->message_capacity = capacity;
    return true;
}

static bool grow_records(sts__staging *staging, size_t wanted) {
    const size_t capacity = capacity_for(wanted);
    const size_t count = staging->record_count;
    if (!grow(&staging->arena, (void **)&staging->records, count, capacity, sizeof *staging->records) ||
        !grow(&staging->arena, (void **)&staging->places, count, capacity, sizeof *staging->places))
        return false;
    staging->record_capacity = capacity;
    return true;
}

/* For one message more, and for so many records more. */
static bool make_room(sts__staging *staging, size_t records) {
    const size_t wanted = staging->record_count + records;
    return (staging->message_count < staging->message_capacity || grow_messages(staging)) &&
           (wanted <= staging->record_capacity || grow_records(staging, wanted));
}

/* For what is kept of one record more. */
static bool make_room_for_kept(sts__staging *staging) {
    const size_t count = staging->record_count;
    const size_t capacity = capacity_for(count + 1);
    if (count < staging->kept_capacity)
        return true;
    if (!grow(&staging->arena, (void **)&staging->kept, count, capacity, sizeof *staging->kept))
        return false;
    staging->kept_capacity = capacity;
    return true;
}

static bool keep(sts__arena *arena, sts_bytes lasting, sts_bytes *bytes) {
    if (!bytes->data || !lasting.data || sts__memory_lies_in(*bytes, lasting))
        return true;
    *bytes = sts__arena_copy(arena, *bytes);
    return bytes->data;
}

static bool keep_headers(sts__arena *arena, sts_bytes lasting, sts_message *message) {
    size_t count = 2 * message->header_count;
    sts_bytes *headers = sts__arena_alloc(arena, count * sizeof *headers);
    if (!headers)
        return false;
    for (size_t i = 0; i < count; i++) {
        headers[i] = message->headers[i];
        if (!keep(arena, lasting, &headers[i]))
            return false;
    }
    message->headers = headers;
    return true;
}

/* What the ledger counts of a message's record; what the message takes is counted with the first one. */
static void count_record(sts__ledger_record *record, const sts_message *message, uint64_t index, bool missing_key) {
    memset(record, 0, sizeof *record);
    record->index = index;
    record->topic = message->topic;
    record->null_key = !message->key.data;
    record->empty_key = message->key.data && message->key.size == 0;
    record->missing_key = missing_key;
}

static void count_message(const sts__staging *staging, sts__ledger_record *first, const sts_message *message) {
    first->size = sts__message_payload(message);
    first->cost = staging->of->cost(message, first->size);
    first->shares = sts__taken_is_shared(message->taken);
}

bool sts__staging_add(sts__staging *staging, const sts__routed *routed, sts_bytes lasting) {
    if (!make_room(staging, 1))
        return false;
    sts__staged *staged = &staging->messages[staging->message_count];
    sts_message *message = &staged->message;
    *message = routed->message;
    if (!keep(&staging->arena, lasting, &message->key) || !keep(&staging->arena, lasting, &message->value) ||
        (message->header_count && !routed->headers_last && !keep_headers(&staging->arena, lasting, message)))
        return false;
    staged->first_record = staging->record_count;
    staged->record_count = 1;
    staging->places[staging->record_count] = routed->place;
    sts__ledger_record *record = &staging->records[staging->record_count];
    count_record(record, message, routed->place.index, routed->key.missing);
    count_message(staging, record, message);
    staging->message_count++;
    staging->record_count++;
    return true;
}

bool sts__staging_add_kept(sts__staging *staging, const sts__routed *routed, sts_bytes lasting) {
    const size_t at = staging->record_count;
    if (!make_room_for_kept(staging) || !sts__staging_add(staging, routed, lasting))
        return false;
    staging->kept[at] = routed->kept;
    staging->kept[at].bytes = staging->messages[at].message.value;
    staging->records[at].stays_open = true;
    return true;
}

bool sts__staging_prepare(sts__staging *staging, const sts__item_place *places, const bool *missing_keys,
                          const uint32_t *chosen, size_t count) {
    if (!make_room(staging, count))
        return false;
    for (size_t i = 0, at = staging->record_count; i < count; i++, at++) {
        staging->places[at] = places[chosen[i]];
        staging->records[at].missing_key = missing_keys[chosen[i]];
    }
    return true;
}

bool sts__staging_prepare_range(sts__staging *staging, const sts__staging *from, size_t first, size_t count) {
    if (!make_room(staging, count))
        return false;
    for (size_t i = 0, at = staging->record_count; i < count; i++, at++) {
        staging->places[at] = from->places[first + i];
        staging->records[at].missing_key = from->records[first + i].missing_key;
    }
    return true;
}

const sts__item_place *sts__staging_prepared(const sts__staging *staging) {
    return staging->places + staging->record_count;
}

void sts__staging_commit(sts__staging *staging, const sts_message *message, size_t count) {
    size_t first = staging->record_count;
    staging->messages[staging->message_count++] = (sts__staged){*message, first, count};
    for (size_t i = first; i < first + count; i++) {
        count_record(&staging->records[i], message, staging->places[i].index, staging->records[i].missing_key);
        staging->records[i].continues = i > first;
    }
    count_message(staging, &staging->records[first], message);
    staging->record_count += count;
}
