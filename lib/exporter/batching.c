/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/batching.h"

#include "base/clock.h"
#include "exporter/exporter.h"
#include "exporter/sealed.h"

enum {
    AT_ONCE = 16,          /* records that are added */
    MOST_MESSAGES = 65536, /* that are open */
    LATE_MS = 100,         /* whoever serves looks as often as that by itself (service.c) */
    STALLED_MS = 10        /* how long to let a transport work that has no room, before asking it again */
};

/* The rest of the queue is for what is under way: what is open waits for that. Of its bytes open messages get less, as
 * what they take is up to five thirds of what is counted (measured: blocks that grew). */
static sts__open_limits limits_of(const sts__config *config) {
    sts__open_limits limits = {.timeout_us = config->batch_timeout_ms * 1000,
                               .min_size = (uint64_t)config->batch_min_size,
                               .max_size = (uint64_t)config->batch_max_size,
                               .counts_bytes = config->batch_sizer == STS__BATCH_BYTES,
                               .by_outer_head = config->gather == STS__GATHER_RESOURCE,
                               .records = (size_t)config->queue_size / 2,
                               .cost = (size_t)config->queue_bytes / 4};
    limits.messages = limits.records < MOST_MESSAGES ? limits.records : MOST_MESSAGES;
    return limits;
}

sts_status sts__batching_init(sts__batching *batching, const sts__memory *memory, const sts__config *config) {
    const sts__open_limits limits = limits_of(config);
    *batching = (sts__batching){.late = config->batch_timeout_ms < LATE_MS};
    sts__open_messages_init(&batching->messages, memory, &limits);
    sts__descriptor_init(&batching->due);
    return pthread_mutex_init(&batching->lock, NULL) == 0 ? STS_OK : STS_ERR_SYSTEM;
}

void sts__batching_clear(sts__batching *batching) {
    sts__open_messages_clear(&batching->messages);
    sts__descriptor_close(&batching->due);
    pthread_mutex_destroy(&batching->lock);
}

/* When there is something to do next. */
static int64_t due_us_of(const sts__batching *batching, int64_t now_us) {
    int64_t due_us = sts__open_messages_due_us(&batching->messages);
    int64_t again_us = batching->stalled ? now_us + STALLED_MS * INT64_C(1000) : INT64_MAX;
    return due_us < again_us ? due_us : again_us;
}

/* For a host that waits. */
static void set_timer(sts__batching *batching, int64_t now_us) {
    if (!sts__descriptor_is_open(&batching->due))
        return;
    int64_t due_us = due_us_of(batching, now_us);
    sts__descriptor_quiet(&batching->due);
    if (due_us != INT64_MAX)
        sts__descriptor_raise_after(&batching->due, due_us > now_us ? (int32_t)((due_us - now_us) / 1000) + 1 : 1);
}

sts__open_piece sts__batching_piece(const sts__route *route, const sts__rules *rules, const sts_message *message,
                                    const sts__kept *kept) {
    return (sts__open_piece){.group = (uint32_t)rules->signal->place,
                             .bytes = kept->bytes,
                             .outer = kept->resource,
                             .inner = kept->scope,
                             .alone = kept->alone,
                             .more = kept->more,
                             .most = sts__route_value_most(route, message)};
}

/* Adds so many, AT_ONCE at most; how many were. Messages lie here and there, and are asked for ahead of all. */
static size_t add(sts_exporter *exporter, const sts__staging *staging, const sts__rules *rules, size_t from,
                  size_t count, int64_t now_us) {
    sts__open_messages *messages = &exporter->batching.messages;
    const sts__staged *staged = &staging->messages[from];
    sts__open_piece pieces[AT_ONCE];
    const sts__open_message *expected[AT_ONCE];
    size_t added = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t record = staged[i].first_record;
        pieces[i] = sts__batching_piece(&exporter->route, rules, &staged[i].message, &staging->kept[record]);
        pieces[i].id = staging->records[record].id;
        pieces[i].cost = staging->records[record].cost;
        expected[i] = sts__open_messages_expect(messages, &staged[i].message, &pieces[i]);
    }
    for (size_t i = 0; i < count; i++)
        sts__open_message_expect_bytes(expected[i], pieces[i].bytes.size);
    while (added < count && sts__open_messages_add(messages, &staged[added].message, &pieces[added], now_us))
        added++;
    return added;
}

bool sts__batching_add(sts_exporter *exporter, const sts__staging *staging, const sts__rules *rules, size_t *from,
                       size_t end) {
    sts__batching *batching = &exporter->batching;
    int64_t now_us = sts__clock_us();
    bool all = true;
    pthread_mutex_lock(&batching->lock);
    bool was_empty = batching->messages.message_count == 0;
    sts__open_messages_forget_places(&batching->messages);
    while (all && *from < end) {
        const size_t count = end - *from < AT_ONCE ? end - *from : AT_ONCE;
        const size_t added = add(exporter, staging, rules, *from, count, now_us);
        all = added == count;
        *from += added;
    }
    bool is_first = was_empty && batching->messages.message_count;
    if (is_first)
        set_timer(batching, now_us);
    pthread_mutex_unlock(&batching->lock);
    if (is_first && batching->late && exporter->own_thread)
        sts__service_wake(exporter);
    sts__sealed_send(exporter);
    return all;
}

void sts__batching_end_export(sts_exporter *exporter) {
    pthread_mutex_lock(&exporter->batching.lock);
    sts__open_messages_seal_ripe(&exporter->batching.messages);
    pthread_mutex_unlock(&exporter->batching.lock);
    sts__sealed_send(exporter);
}

void sts__batching_make_room(sts_exporter *exporter, size_t records, size_t cost) {
    pthread_mutex_lock(&exporter->batching.lock);
    sts__open_messages_seal_oldest(&exporter->batching.messages, records, cost);
    pthread_mutex_unlock(&exporter->batching.lock);
    sts__sealed_send(exporter);
}

/* Where somebody waits in line for room, and nothing else may be under way, a share of the queue is sent. */
static void seal(sts_exporter *exporter, bool all) {
    sts__open_messages *messages = &exporter->batching.messages;
    if (all)
        sts__open_messages_seal_all(messages);
    if (!messages->open.first)
        return;
    sts__open_messages_seal_due(messages, sts__clock_us());
    if (sts__ledger_has_line(&exporter->ledger))
        sts__open_messages_seal_oldest(messages, messages->limits.records / 4, messages->limits.cost / 4);
}

int32_t sts__batching_serve(sts_exporter *exporter, bool all, int32_t timeout_ms) {
    sts__batching *batching = &exporter->batching;
    pthread_mutex_lock(&batching->lock);
    seal(exporter, all);
    bool is_line = sts__open_messages_have_line(&batching->messages);
    batching->stalled = batching->starved = false;
    pthread_mutex_unlock(&batching->lock);
    if (is_line)
        sts__sealed_send(exporter);
    int64_t now_us = sts__clock_us();
    pthread_mutex_lock(&batching->lock);
    int64_t due_us = due_us_of(batching, now_us);
    set_timer(batching, now_us);
    pthread_mutex_unlock(&batching->lock);
    if (due_us == INT64_MAX)
        return timeout_ms;
    int32_t left_ms = sts__deadline_left_ms(due_us);
    return left_ms < timeout_ms ? left_ms : timeout_ms;
}

/* Settles what its taker has not sent. */
static void give_up(sts_exporter *exporter, const sts__open_message *message) {
    sts_completion purged = {.struct_size = sizeof purged,
                             .offset = -1,
                             .partition = -1,
                             .kind = STS_OUTCOME_PURGED,
                             .code = STS_ERR_PURGED};
    for (size_t i = message->done; i < message->record_count; i++) {
        purged.id = message->records[i].id;
        sts__exporter_complete(exporter, &purged, 1); /* one that was bound to another has its outcome already */
    }
}

void sts__batching_purge(sts_exporter *exporter) {
    sts__batching *batching = &exporter->batching;
    for (;;) {
        pthread_mutex_lock(&batching->lock);
        sts__open_messages_seal_all(&batching->messages);
        batching->stalled = false;
        sts__open_message *message = batching->sending ? NULL : sts__open_messages_take(&batching->messages);
        pthread_mutex_unlock(&batching->lock);
        if (!message)
            return;
        give_up(exporter, message);
        sts__open_message_free(exporter->memory, message);
    }
}

int32_t sts__batching_fd(sts_exporter *exporter, int32_t fd) {
    sts__batching *batching = &exporter->batching;
    pthread_mutex_lock(&batching->lock);
    if (!sts__descriptor_is_open(&batching->due) && sts__descriptor_open(&batching->due)) {
        if (sts__descriptor_watch(&batching->due, fd))
            set_timer(batching, sts__clock_us());
        else
            sts__descriptor_close(&batching->due);
    }
    fd = sts__descriptor_is_open(&batching->due) ? batching->due.host : -1;
    pthread_mutex_unlock(&batching->lock);
    return fd;
}

bool sts__batching_is_starved(sts__batching *batching) {
    pthread_mutex_lock(&batching->lock);
    bool starved = batching->starved;
    pthread_mutex_unlock(&batching->lock);
    return starved;
}

void sts__batching_counts(sts__batching *batching, uint64_t *messages, uint64_t *records) {
    pthread_mutex_lock(&batching->lock);
    *messages = batching->messages.message_count;
    *records = batching->messages.record_count;
    pthread_mutex_unlock(&batching->lock);
}
