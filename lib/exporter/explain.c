/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/explain.h"

#include "exporter/export_context.h"
#include "exporter/gathering.h"
#include "exporter/sealed.h"

/* A message of topology has a key of its own, which no spec made; nor has a record that was given one. */
static sts_status explain_parts(sts__source *source, sts_explanation *explanation) {
    explanation->parts = (sts__key_parts){NULL, 0};
    if (!source->has_records || explanation->routed->key.is_given)
        return STS_OK;
    return sts__key_parts_find(&source->routing.rules->key, &source->routing.state, &explanation->parts);
}

/* One explanation under way. */
typedef struct explaining {
    sts_exporter *exporter;
    sts__source *source;
    sts_explanation_callback callback;
    void *user;
    sts__fault *fault;
} explaining;

static sts_status tell(const explaining *run, sts_explanation *explanation) {
    if (explanation->code == STS_ERR_NO_MEMORY || explain_parts(run->source, explanation) != STS_OK)
        return sts__fault_no_memory(run->fault);
    run->callback(explanation, run->user);
    return STS_OK;
}

static sts_status tell_record(const explaining *run, const sts__routed *routed, sts_status code,
                              const sts__fault *why) {
    sts_explanation explanation = {.code = code,
                                   .routed = routed,
                                   .fault = why,
                                   .profile = run->exporter->profile,
                                   .records = &routed->place,
                                   .record_count = 1};
    return tell(run, &explanation);
}

/* Routes a record again, after others: for what its key was made of. */
static sts_status route_again(const explaining *run, const sts__item_place *place, sts__item *item, sts__routed *routed,
                              sts__fault *fault) {
    sts__item_read(run->source->routing.rules->signal, place, item);
    return sts__route_item(&run->source->routing, item, routed, fault);
}

static sts_status tell_message(const explaining *run, const sts_message *message, const sts__item_place *places,
                               size_t count) {
    sts__item item;
    sts__routed routed;
    sts__fault fault;
    sts_explanation explanation = {.routed = &routed,
                                   .fault = &fault,
                                   .profile = run->exporter->profile,
                                   .records = places,
                                   .record_count = count};
    explanation.code = route_again(run, places, &item, &routed, &fault);
    routed.message = *message;
    return tell(run, &explanation);
}

/* `why`: what is wrong with it where its route is not. */
static sts_status tell_bad(const explaining *run, const sts__item_place *place, const sts__fault *why) {
    sts__item item;
    sts__routed routed;
    sts__fault fault;
    sts_status status = route_again(run, place, &item, &routed, &fault);
    return status == STS_OK ? tell_record(run, &routed, why->code, why) : tell_record(run, &routed, status, &fault);
}

/* What is gathered, message by message; records that cannot be written where they stand. */
static sts_status tell_window(const explaining *run, sts__staging *staging) {
    const sts__window *window = &staging->window;
    sts_status status = STS_OK;
    size_t from = 0;
    while (from < window->count && status == STS_OK) {
        sts__bad_record bad;
        sts_status staged = sts__gathering_stage(staging, &run->source->routing, from, &bad);
        if (staged == STS_ERR_NO_MEMORY)
            status = sts__fault_no_memory(run->fault);
        for (size_t i = 0; i < staging->message_count && status == STS_OK; i++)
            status =
                tell_message(run, &staging->messages[i].message, &staging->places[staging->messages[i].first_record],
                             staging->messages[i].record_count);
        if (status != STS_OK || staged == STS_OK)
            break;
        status = tell_bad(run, &window->places[bad.number], &bad.why);
        from = bad.number + 1;
    }
    sts__gathering_reset(staging);
    return status;
}

/* A record that waits for the others of its message is not told yet; one that is rejected comes behind those. */
static sts_status take_gathered(const explaining *run, sts__staging *staging, const sts__routed *routed,
                                sts_status code, const sts__fault *why) {
    const sts__route *route = run->source->routing.route;
    if (code == STS_OK) {
        if (!sts__gathering_add(staging, route, routed))
            return sts__fault_no_memory(run->fault);
        return sts__gathering_is_full(staging, route) ? tell_window(run, staging) : STS_OK;
    }
    sts_status status = tell_window(run, staging);
    return status == STS_OK ? tell_bad(run, &routed->place, why) : status;
}

/* Messages that would stay open, if none was: they are told when they would be sealed, or at the end. */
typedef struct dry_run {
    const explaining *run;
    sts__open_messages messages;
    sts__arena arena;
    sts__item_place *places; /* of all records; their places in this are their ids */
    size_t count;
} dry_run;

static void dry_run_begin(dry_run *dry, const explaining *run) {
    sts__open_limits limits = run->exporter->batching.messages.limits;
    limits.messages = limits.records = limits.cost = SIZE_MAX;
    *dry = (dry_run){.run = run};
    sts__open_messages_init(&dry->messages, run->exporter->memory, &limits);
    sts__arena_init(&dry->arena, run->exporter->memory);
}

static void dry_run_end(dry_run *dry) {
    sts__open_messages_clear(&dry->messages);
    sts__arena_clear(&dry->arena);
}

static sts_status tell_open(const dry_run *dry, const sts__open_message *sealed) {
    const explaining *run = dry->run;
    sts_message message;
    sts__arena arena;
    sts__arena_init(&arena, run->exporter->memory);
    sts__item_place *places = sts__arena_array(&arena, sealed->record_count, sizeof *places);
    sts_status status = places ? STS_OK : sts__fault_no_memory(run->fault);
    for (size_t i = 0; places && i < sealed->record_count; i++)
        places[i] = dry->places[sealed->records[i].id];
    if (status == STS_OK)
        status = sts__sealed_join(run->exporter, sealed, sealed->record_count, &arena, NULL, &message, run->fault);
    if (status == STS_OK)
        status = tell_message(run, &message, places, sealed->record_count);
    sts__arena_clear(&arena);
    return status;
}

static sts_status tell_sealed(dry_run *dry) {
    sts_status status = STS_OK;
    sts__open_message *sealed;
    while (status == STS_OK && (sealed = sts__open_messages_take(&dry->messages))) {
        status = tell_open(dry, sealed);
        sts__open_message_free(dry->messages.memory, sealed);
    }
    return status;
}

static sts_status take_open(dry_run *dry, const sts__routed *routed) {
    const sts__routing *routing = &dry->run->source->routing;
    sts__item_place *places = sts__arena_list_grown(&dry->arena, dry->places, dry->count, sizeof *places);
    sts__open_piece piece = sts__batching_piece(routing->route, routing->rules, &routed->message, &routed->kept);
    piece.id = dry->count;
    if (!places || !sts__open_messages_add(&dry->messages, &routed->message, &piece, 0))
        return sts__fault_no_memory(dry->run->fault);
    dry->places = places;
    places[dry->count++] = routed->place;
    return tell_sealed(dry);
}

static sts_status explain_open(const explaining *run, uint64_t first_record) {
    sts__routed routed;
    sts__fault why;
    sts_status code;
    sts_status status = STS_OK;
    dry_run dry;
    dry_run_begin(&dry, run);
    while (status == STS_OK && run->source->next(run->source, &routed, &code, &why))
        if (routed.place.index >= first_record)
            status = code == STS_OK ? take_open(&dry, &routed) : tell_record(run, &routed, code, &why);
    if (status == STS_OK) {
        sts__open_messages_seal_ripe(&dry.messages);
        sts__open_messages_seal_all(&dry.messages);
        status = tell_sealed(&dry);
    }
    dry_run_end(&dry);
    return status;
}

static sts_status explain_all(const explaining *run, uint64_t first_record) {
    sts__routed routed;
    sts__fault why;
    sts_status code;
    sts_status status = STS_OK;
    sts__staging *staging = NULL;
    if (sts__source_gathers(run->source) && !(staging = sts__stagings_take(&run->exporter->stagings)))
        return sts__fault_no_memory(run->fault);
    while (status == STS_OK && run->source->next(run->source, &routed, &code, &why)) {
        if (routed.place.index < first_record)
            continue;
        status = staging ? take_gathered(run, staging, &routed, code, &why) : tell_record(run, &routed, code, &why);
    }
    if (staging) {
        if (status == STS_OK)
            status = tell_window(run, staging);
        sts__stagings_give(&run->exporter->stagings, staging);
    }
    return status;
}

sts_status sts__explain(sts_exporter *exporter, sts__source *source, const sts_export_context *context,
                        sts_explanation_callback callback, void *user, sts__fault *fault) {
    sts__caller me;
    sts__topics explained_topics;
    uint32_t room = sts__topics_left(&exporter->topics);
    sts_status status = sts__topics_init(&explained_topics, exporter->memory, room ? room : 1);
    if (status != STS_OK)
        return sts__fault_set(fault, status, "%s", sts__status_find(status)->text);
    /* Where nothing can be sent the exporter's own table serves explanations alone, and fills as in a real export. */
    bool only_explains = exporter->transport.struct_size == 0;
    source->routing.explained_topics = only_explains ? NULL : &explained_topics;
    sts__callers_enter(exporter, &me);
    const explaining run = {exporter, source, callback, user, fault};
    uint64_t first_record = context ? context->first_record : 0;
    status = sts__source_batches(source) ? explain_open(&run, first_record) : explain_all(&run, first_record);
    sts__callers_leave(exporter, &me);
    sts__topics_clear(&explained_topics);
    return status;
}
