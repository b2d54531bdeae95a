/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/sealed.h"

#include "transport/message_size.h"
#include "transport/send.h"

enum {
    SENT_AT_ONCE = 32,       /* messages, */
    BYTES_AT_ONCE = 1 << 18, /* or the one that is behind so many bytes of values: they are nowhere counted */
    TURNS = 64               /* before others, or who serves, are to go on: an export must come to its end */
};

/* Of a message, the records that go together now. */
typedef struct part {
    sts__open_message *of;
    sts_message message;
    sts__ledger_message bound;
} part;

/* What is sent at once. */
typedef struct sending {
    sts_exporter *exporter;
    sts__arena *arena;
    sts__staging *staging; /* whose arena that is; NULL: values are not handed over */
    part parts[SENT_AT_ONCE];
    size_t count;
    size_t bytes;
    sts__fault fault;
} sending;

static size_t left_of(const sts__open_message *message) {
    return message->record_count - message->done;
}

/* --- making --- */

/* Places of what was kept, for the encoding, which tells groups by their numbers. */
static const sts__item_place *places_of(sts__arena *arena, const sts__open_message *message, size_t count) {
    sts__item_place *places = sts__arena_alloc(arena, count * sizeof *places);
    const sts__open_record *records = message->records + message->done;
    uint64_t resource = 1;
    uint64_t scope = 1;
    for (size_t i = 0; places && i < count; i++) {
        const sts__open_record *record = &records[i];
        resource += !sts__open_record_shares_outer(records, i);
        scope += !sts__open_record_shares_inner(records, i);
        places[i] = (sts__item_place){
            .bytes = {message->bytes + record->at, record->size},
            .resource_group = {resource, sts__open_head_bytes(record->outer)},
            .scope_group = {scope, sts__open_head_bytes(record->inner)},
        };
    }
    return places;
}

static const uint64_t *ids_of(sts__arena *arena, const sts__open_message *message, size_t count) {
    uint64_t *ids = sts__arena_alloc(arena, count * sizeof *ids);
    for (size_t i = 0; ids && i < count; i++)
        ids[i] = message->records[message->done + i].id;
    return ids;
}

sts_status sts__sealed_join(const sts_exporter *exporter, const sts__open_message *sealed, size_t count,
                            sts__arena *arena, sts__value_room *room, sts_message *message, sts__fault *fault) {
    const sts__rules *rules = &exporter->rules[sealed->group];
    sts__encoder encoder = {.encoding = rules->encoding,
                            .signal = rules->signal,
                            .resource_arena = arena,
                            .scope_arena = arena,
                            .item_arena = arena,
                            .room = room};
    const sts__item_place *places = places_of(arena, sealed, count);
    *message = sealed->message;
    message->id = sealed->records[sealed->done].id;
    message->timestamp_ms = sealed->records[sealed->done].timestamp_ms;
    message->record_count = count;
    if (!places)
        return sts__fault_no_memory(fault);
    return rules->encoding->keeping->join(&encoder, places, count, &message->value, fault);
}

/* Makes a message of that many records. */
static sts_status join(sending *s, part *p, size_t count) {
    p->bound = (sts__ledger_message){.ids = ids_of(s->arena, p->of, count), .count = count};
    if (!p->bound.ids)
        return sts__fault_no_memory(&s->fault);
    sts__value_room *room = s->staging ? sts__staging_room(s->staging) : NULL;
    sts_status status = sts__sealed_join(s->exporter, p->of, count, s->arena, room, &p->message, &s->fault);
    if (status == STS_OK && room)
        sts__made_values_hand_over(&s->staging->values, &p->message);
    p->bound.cost = s->exporter->transport_kind->cost(&p->message, sts__message_payload(&p->message));
    p->bound.made_of = count > 1 ? (uint8_t)(1 + p->of->group) : 0;
    return status;
}

/* Makes the next part, which is smaller where it would be too large. What one record takes was looked at when it was
 * accepted. */
static sts_status make(sending *s, part *p) {
    size_t count = left_of(p->of) < p->of->parts_most ? left_of(p->of) : p->of->parts_most;
    sts_status status = join(s, p, count);
    while (status == STS_OK && count > 1 &&
           sts__message_batch_size(&p->message) > s->exporter->route.max_message_bytes) {
        count /= 2;
        status = join(s, p, count);
    }
    return status;
}

/* --- the line --- */

/* Puts one back in front of the line. */
static void put_back(sending *s, const part *p) {
    sts__batching *batching = &s->exporter->batching;
    pthread_mutex_lock(&batching->lock);
    sts__open_messages_put_back(&batching->messages, p->of);
    pthread_mutex_unlock(&batching->lock);
}

/* It is no use to go on at once, for that reason. */
static void stall(sts_exporter *exporter, sts_status why) {
    sts__batching *batching = &exporter->batching;
    pthread_mutex_lock(&batching->lock);
    batching->stalled = true;
    batching->starved = batching->starved || why == STS_ERR_NO_MEMORY;
    pthread_mutex_unlock(&batching->lock);
}

static void count_sent(sending *s, const part *p) {
    static const int counters[STS__SEALED_BY_REASONS] = {[STS__SEALED_BY_SIZE] = STS_COUNT_SEALED_BY_SIZE,
                                                         [STS__SEALED_BY_TIME] = STS_COUNT_SEALED_BY_TIME,
                                                         [STS__SEALED_BY_ROOM] = STS_COUNT_SEALED_FOR_ROOM,
                                                         [STS__SEALED_BY_HEADERS] = STS_COUNT_SEALED_BY_HEADERS,
                                                         [STS__SEALED_BY_FLUSH] = STS_COUNT_SEALED_BY_FLUSH};
    if (p->of->done == 0 && p->of->sealed_by < STS__SEALED_BY_REASONS)
        sts__ledger_count(&s->exporter->ledger, counters[p->of->sealed_by]);
}

/* A part has gone, whichever way; what is left of its message goes next, and may be more at a time. */
static void finish(sending *s, part *p) {
    p->of->done += p->bound.count;
    if (p->of->parts_most <= p->of->record_count)
        p->of->parts_most *= 2;
    if (left_of(p->of))
        put_back(s, p);
    else
        sts__open_message_free(s->exporter->memory, p->of);
}

static void fail(sending *s, part *p, sts_status status) {
    const sts_completion failed = {.struct_size = sizeof failed,
                                   .id = p->message.id,
                                   .offset = -1,
                                   .partition = -1,
                                   .kind = STS_OUTCOME_FAILED,
                                   .code = status,
                                   .transport_code = s->fault.transport_code,
                                   .text = s->fault.text,
                                   .message = &p->message};
    sts__fault_finish(&s->fault, status);
    sts__sink_complete(&s->exporter->sink, &failed, 1);
    finish(s, p);
}

/* A part cannot be sent for what it is: in halves it may, and one record alone fails. */
static void refuse(sending *s, part *p, sts_status status) {
    if (status == STS_ERR_PRODUCER_FATAL)
        __atomic_store_n(&s->exporter->fatal, 1, __ATOMIC_RELAXED);
    if (p->bound.count == 1 || status <= STS_ERR_FATAL_LINE) {
        fail(s, p, status);
        return;
    }
    p->of->parts_most = p->bound.count / 2;
    put_back(s, p);
}

/* Whether another message may be sent together with those that were taken: not behind a part. */
static bool has_more_room(const sending *s) {
    const part *last = s->count ? &s->parts[s->count - 1] : NULL;
    return s->count < SENT_AT_ONCE && s->bytes < BYTES_AT_ONCE && (!last || left_of(last->of) == last->bound.count);
}

/* Takes as many as are sent at once. False where there is none, or no memory for the first. */
static bool take_first(sending *s) {
    sts__batching *batching = &s->exporter->batching;
    s->count = s->bytes = 0;
    while (has_more_room(s)) {
        part *p = &s->parts[s->count];
        pthread_mutex_lock(&batching->lock);
        p->of = sts__open_messages_take(&batching->messages);
        pthread_mutex_unlock(&batching->lock);
        if (!p->of)
            break;
        sts_status status = make(s, p);
        if (status == STS_OK) {
            s->count++;
            s->bytes += p->message.value.size;
        } else if (status == STS_ERR_NO_MEMORY || s->count) {
            put_back(s, p);
            if (s->count == 0)
                stall(s->exporter, status);
            break;
        } else {
            sts__ledger_bind(&s->exporter->ledger, &p->bound, 1);
            refuse(s, p, status);
        }
    }
    return s->count;
}

static sts_status hand_over(sending *s, size_t *sent) {
    const sts_message *messages[SENT_AT_ONCE];
    sts__ledger_message bound[SENT_AT_ONCE];
    for (size_t i = 0; i < s->count; i++) {
        messages[i] = &s->parts[i].message;
        bound[i] = s->parts[i].bound;
    }
    sts__ledger_bind(&s->exporter->ledger, bound, s->count);
    return sts__transport_send(&s->exporter->transport, s->exporter->transport_context, messages, s->count, sent,
                               &s->fault);
}

/* Sends what was taken; what is not sent goes back, in its order. False where it is no use to go on at once. */
static bool send(sending *s) {
    size_t sent;
    sts_status status = hand_over(s, &sent);
    bool full = status == STS_ERR_QUEUE_FULL || status == STS_ERR_NO_MEMORY;
    for (size_t i = s->count; i-- > sent + (status != STS_OK && !full);)
        put_back(s, &s->parts[i]);
    if (full)
        stall(s->exporter, status);
    else if (status != STS_OK)
        refuse(s, &s->parts[sent], status);
    if (sent)
        sts__ledger_count_by(&s->exporter->ledger, STS_COUNT_MESSAGES, sent);
    for (size_t i = 0; i < sent; i++) {
        count_sent(s, &s->parts[i]);
        finish(s, &s->parts[i]);
    }
    return !full;
}

bool sts__sealed_divide(sts_exporter *exporter, sts__open_message *message, sts__sink_take take, void *user) {
    sending s = {.exporter = exporter};
    sts__arena arena;
    sts__arena_init(&arena, exporter->memory);
    s.arena = &arena;
    s.parts[0].of = s.parts[1].of = message;
    bool divided = join(&s, &s.parts[0], message->parts_most) == STS_OK;
    message->done = message->parts_most;
    if (divided && join(&s, &s.parts[1], left_of(message)) == STS_OK) {
        const sts_message *halves[] = {&s.parts[0].message, &s.parts[1].message};
        const sts__ledger_message bound[] = {s.parts[0].bound, s.parts[1].bound};
        divided = take(user, halves, 2);
        if (divided) {
            sts__ledger_bind(&exporter->ledger, bound, 2);
            sts__ledger_count_by(&exporter->ledger, STS_COUNT_MESSAGES, 2);
        }
    } else {
        divided = false;
    }
    sts__arena_clear(&arena);
    return divided;
}

/* What is left when the last flush is over is not sent any more. */
static bool begin(sts_exporter *exporter) {
    sts__batching *batching = &exporter->batching;
    bool stopping = __atomic_load_n(&exporter->stopping, __ATOMIC_ACQUIRE);
    pthread_mutex_lock(&batching->lock);
    bool mine =
        !stopping && !batching->sending && !batching->stalled && sts__open_messages_have_line(&batching->messages);
    batching->sending = batching->sending || mine;
    pthread_mutex_unlock(&batching->lock);
    return mine;
}

/* False where more has come while the last look at the line was taken, and this thread is to go on. */
static bool end(sts_exporter *exporter, bool goes_on) {
    sts__batching *batching = &exporter->batching;
    pthread_mutex_lock(&batching->lock);
    bool more = !batching->stalled && sts__open_messages_have_line(&batching->messages);
    batching->sending = more && goes_on;
    pthread_mutex_unlock(&batching->lock);
    if (more && !goes_on)
        sts__service_wake(exporter);
    return !more || !goes_on;
}

static void send_line(sts_exporter *exporter, sts__staging *staging) {
    sending s = {.exporter = exporter, .arena = &staging->arena, .staging = staging};
    int turns = 0;
    do {
        bool goes_on = true;
        while (goes_on && turns++ < TURNS && take_first(&s)) {
            goes_on = send(&s);
            sts__staging_reset(staging);
        }
    } while (!end(exporter, turns < TURNS));
}

void sts__sealed_send(sts_exporter *exporter) {
    if (!begin(exporter))
        return;
    sts__staging *staging = sts__stagings_take(&exporter->stagings);
    if (staging) {
        send_line(exporter, staging);
        sts__stagings_give(&exporter->stagings, staging);
    } else {
        stall(exporter, STS_ERR_NO_MEMORY);
        end(exporter, false);
    }
}
