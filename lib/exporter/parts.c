/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/parts.h"

#include <string.h>

#include "exporter/sealed.h"

/* What a message is made of. */
typedef struct contents {
    const sts__rules *rules;
    uint64_t *ids; /* of its records in the ledger */
    sts__kept *kept;
    size_t count;
} contents;

/* False where it has one record alone, or there is no memory. */
static bool take_apart(sts_exporter *exporter, uint64_t id, sts_bytes value, sts__arena *arena, contents *all) {
    sts__ledger *ledger = &exporter->ledger;
    sts__fault fault;
    uint8_t made_of;
    all->count = sts__ledger_records_of(ledger, id, NULL, 0, &made_of);
    if (all->count < 2 || made_of == 0)
        return false;
    all->rules = &exporter->rules[made_of - 1];
    all->ids = sts__arena_array(arena, all->count, sizeof *all->ids);
    all->kept = sts__arena_array(arena, all->count, sizeof *all->kept);
    if (!all->ids || !all->kept)
        return false;
    sts__ledger_records_of(ledger, id, all->ids, all->count, &made_of);
    sts__encoder encoder = {.encoding = all->rules->encoding,
                            .signal = all->rules->signal,
                            .resource_arena = arena,
                            .scope_arena = arena,
                            .item_arena = arena};
    return encoder.encoding->keeping->take_apart(&encoder, value, all->kept, all->count, &fault) == STS_OK;
}

/* A message has its first record's time, where the value tells the others'. */
static int64_t timestamp_of(const contents *all, const sts_message *message, size_t at) {
    if (at == 0 || message->timestamp_ms < 0 || !all->rules->encoding->keeping->keeps_items)
        return message->timestamp_ms;
    return sts__route_timestamp(all->rules, all->kept[at].bytes);
}

static sts__open_piece piece_of(const contents *all, size_t at) {
    const sts__kept *kept = &all->kept[at];
    return (sts__open_piece){.id = all->ids[at],
                             .group = (uint32_t)all->rules->signal->place,
                             .bytes = kept->bytes,
                             .outer = kept->resource,
                             .inner = kept->scope,
                             .alone = kept->alone,
                             .more = kept->more,
                             .most = SIZE_MAX};
}

/* What the message was sent as, with a topic's name that lasts; the transport may have a copy of its own, made by an
 * older header. False where it cannot be that. */
static bool outline(sts_exporter *exporter, const sts_message *message, sts_message *outline) {
    int32_t number;
    sts_bytes name = {message->topic, strlen(message->topic)};
    if (sts__topics_find(&exporter->topics, name, false, &number) != STS_OK || number < 0)
        return false;
    *outline = (sts_message){.struct_size = sizeof *outline,
                             .timestamp_ms = message->timestamp_ms,
                             .topic = sts__topics_name(&exporter->topics, number),
                             .key = message->key,
                             .headers = message->headers,
                             .header_count = message->header_count,
                             .partition = message->partition,
                             .topic_index = number};
    return true;
}

/* The same message as one that was sealed, to go in halves at first; NULL where it cannot. */
static sts__open_message *seal_again(sts_exporter *exporter, uint64_t id, const sts_message *message) {
    const sts__memory *memory = exporter->memory;
    sts__open_message *sealed = NULL;
    sts_message outlined;
    sts__arena arena;
    contents all;
    sts__arena_init(&arena, memory);
    if (take_apart(exporter, id, message->value, &arena, &all) && outline(exporter, message, &outlined)) {
        const sts__open_piece first = piece_of(&all, 0);
        sealed = sts__open_message_new(memory, &outlined, first.group, &first, message->timestamp_ms);
    }
    for (size_t i = 0; sealed && i < all.count; i++) {
        const sts__open_piece piece = piece_of(&all, i);
        if (sts__open_message_add(memory, sealed, &piece, timestamp_of(&all, message, i)))
            continue;
        sts__open_message_free(memory, sealed);
        sealed = NULL;
    }
    if (sealed)
        sealed->parts_most = all.count / 2;
    sts__arena_clear(&arena);
    return sealed;
}

bool sts__parts_line_up(sts_exporter *exporter, const sts_completion *completion) {
    bool failed = completion->kind == STS_OUTCOME_FAILED || completion->kind == STS_OUTCOME_UNCERTAIN;
    if (!failed || completion->code != STS_ERR_RECORD_SIZE || !completion->message)
        return false;
    sts__open_message *sealed = seal_again(exporter, completion->id, completion->message);
    if (!sealed)
        return false;
    if (completion->kind == STS_OUTCOME_UNCERTAIN)
        sts__ledger_doubt(&exporter->ledger, completion->id);
    pthread_mutex_lock(&exporter->batching.lock);
    sts__open_messages_put_again(&exporter->batching.messages, sealed);
    pthread_mutex_unlock(&exporter->batching.lock);
    return true;
}

bool sts__parts_divide(sts_exporter *exporter, const sts_message *message, sts__sink_take take, void *user) {
    sts__open_message *sealed = seal_again(exporter, message->id, message);
    if (!sealed)
        return false;
    bool divided = sts__sealed_divide(exporter, sealed, take, user);
    sts__open_message_free(exporter->memory, sealed);
    return divided;
}
