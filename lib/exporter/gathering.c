/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/gathering.h"

#include <string.h>

#include "transport/message_size.h"

bool sts__gathering_is_full(const sts__staging *staging, const sts__route *route) {
    return staging->window.count >= route->window_records || staging->window.bytes >= route->window_bytes;
}

/* Most requests are smaller. */
enum { FIRST_RECORDS = 128 };

/* Room for one record more in the window. False without memory. */
static bool make_room(sts__window *window) {
    if (window->count < window->capacity)
        return true;
    size_t capacity = window->capacity ? 2 * window->capacity : FIRST_RECORDS;
    sts__item_place *places = sts__arena_alloc(&window->gather.arena, capacity * sizeof *places);
    bool *missing = sts__arena_alloc(&window->gather.arena, capacity * sizeof *missing);
    if (!places || !missing)
        return false;
    if (window->count) {
        memcpy(places, window->places, window->count * sizeof *places);
        memcpy(missing, window->missing_keys, window->count * sizeof *missing);
    }
    window->places = places;
    window->missing_keys = missing;
    window->capacity = capacity;
    return true;
}

bool sts__gathering_add(sts__staging *staging, const sts__route *route, const sts__routed *routed) {
    sts__window *window = &staging->window;
    uint64_t group = route->gather == STS__GATHER_RESOURCE ? routed->place.resource_group.number : 0;
    if (!make_room(window) || !sts__gather_add(&window->gather, &routed->message, group))
        return false;
    window->places[window->count] = routed->place;
    window->missing_keys[window->count++] = routed->key.missing;
    window->bytes += routed->place.bytes.size;
    return true;
}

void sts__gathering_reset(sts__staging *staging) {
    sts__window *window = &staging->window;
    sts__gather_reset(&window->gather, STS__STAGING_KEPT);
    window->places = NULL;
    window->missing_keys = NULL;
    window->count = window->capacity = window->bytes = 0;
}

/* What is staged just now. */
typedef struct staged_run {
    sts__staging *staging;
    sts__encoder encoder;
    const sts__route *route;
    sts__bad_record *bad;
} staged_run;

static sts_status too_large(const staged_run *run, const sts_message *message) {
    return sts__fault_set(&run->bad->why, STS_ERR_RECORD_SIZE, "the record takes %zu bytes; max_message_bytes is %zu",
                          sts__message_batch_size(message), run->route->max_message_bytes);
}

/* Stages a message of the records that were prepared. */
static void commit(sts__staging *staging, const sts__encoder *encoder, sts_message *message, size_t count) {
    message->record_count = count;
    sts__staging_commit(staging, message, count);
    staging->records[staging->record_count - count].made_of = count > 1 ? (uint8_t)(1 + encoder->signal->place) : 0;
}

/* Some of a message's records as one message; as several, where they are too many for one, or one of them is bad. */
static sts_status stage(staged_run *run, const sts__gathered *gathered, size_t from, size_t end) {
    sts__staging *staging = run->staging;
    const sts__window *window = &staging->window;
    sts_message message = gathered->message;
    if (!sts__staging_prepare(staging, window->places, window->missing_keys, gathered->records + from, end - from))
        return sts__fault_no_memory(&run->bad->why);
    sts_status status = run->encoder.encoding->join(&run->encoder, sts__staging_prepared(staging), end - from,
                                                    &message.value, &run->bad->why);
    if (status == STS_OK && sts__message_batch_size(&message) <= run->route->max_message_bytes) {
        sts__made_values_hand_over(&staging->values, &message);
        commit(staging, &run->encoder, &message, end - from);
        return STS_OK;
    }
    if (status == STS_ERR_NO_MEMORY)
        return status;
    if (end - from == 1) {
        run->bad->number = gathered->records[from];
        run->bad->message = &gathered->message;
        return status == STS_OK ? too_large(run, &message) : status;
    }
    size_t middle = from + (end - from) / 2;
    status = stage(run, gathered, from, middle);
    return status == STS_OK ? stage(run, gathered, middle, end) : status;
}

/* The place of the first of a message's records that is not in front of that one. */
static size_t first_from(const sts__gathered *gathered, size_t record) {
    size_t low = 0;
    size_t high = gathered->record_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (gathered->records[middle] < record)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static sts_status stage_all(staged_run *run, size_t from, size_t end) {
    const sts__gather *gather = &run->staging->window.gather;
    sts_status status = STS_OK;
    sts__staging_reset(run->staging);
    sts__encoder_forget(&run->encoder); /* what was kept is gone */
    for (size_t i = 0; i < gather->message_count && status == STS_OK; i++) {
        size_t first = first_from(&gather->messages[i], from);
        size_t behind = first_from(&gather->messages[i], end);
        if (first < behind)
            status = stage(run, &gather->messages[i], first, behind);
    }
    return status;
}

sts_status sts__gathering_stage(sts__staging *staging, const sts__routing *routing, size_t from, sts__bad_record *bad) {
    staged_run run = {.staging = staging, .encoder = routing->encoder, .route = routing->route, .bad = bad};
    run.encoder.resource_arena = run.encoder.scope_arena = run.encoder.item_arena = &staging->arena;
    run.encoder.rests = &staging->window.rests;
    run.encoder.room = sts__staging_room(staging);
    sts_status why = STS_OK;
    sts_status status = stage_all(&run, from, staging->window.count);
    while (status != STS_OK && status != STS_ERR_NO_MEMORY) { /* until all in front of the first bad one is staged */
        why = status;
        status = stage_all(&run, from, bad->number);
    }
    return status == STS_OK ? why : status;
}

static sts_status stage_half(const sts__staging *staging, sts__encoder *encoder, const sts__staged *message,
                             size_t from, size_t count, sts__staging *halves, sts__fault *fault) {
    sts_message half = message->message;
    size_t first = message->first_record + from;
    if (!sts__staging_prepare_range(halves, staging, first, count))
        return sts__fault_no_memory(fault);
    sts_status status = encoder->encoding->join(encoder, sts__staging_prepared(halves), count, &half.value, fault);
    if (status != STS_OK)
        return status;
    sts__made_values_hand_over(&halves->values, &half);
    commit(halves, encoder, &half, count);
    return STS_OK;
}

sts_status sts__gathering_halve(const sts__staging *staging, const sts__staged *message, const sts__routing *routing,
                                sts__staging *halves, sts__fault *fault) {
    sts__encoder encoder = routing->encoder;
    size_t middle = message->record_count / 2;
    encoder.resource_arena = encoder.scope_arena = encoder.item_arena = &halves->arena;
    encoder.rests = &halves->window.rests;
    encoder.room = sts__staging_room(halves);
    sts__encoder_forget(&encoder);
    sts_status status = stage_half(staging, &encoder, message, 0, middle, halves, fault);
    return status == STS_OK
               ? stage_half(staging, &encoder, message, middle, message->record_count - middle, halves, fault)
               : status;
}
