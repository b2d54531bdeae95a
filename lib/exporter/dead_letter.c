/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/dead_letter.h"

#include <string.h>

#include "exporter/exporter.h"
#include "exporter/storage.h"
#include "transport/message_size.h"

/* Headers of a letter in front of its record's own. */
enum { OWN_HEADERS = 5, SCRATCH = 2048 };

bool sts__dead_letters_wanted(const sts_exporter *exporter) {
    return exporter->dead_letters.callback || exporter->dead_letters.topic;
}

static sts_bytes bytes_of(const char *text) {
    return (sts_bytes){text, strlen(text)};
}

/* The letter as a message; its headers come from the arena. False without memory. */
static bool make_message(const sts__letter *letter, const sts_exporter *exporter, sts__arena *arena, bool with_value,
                         sts_message *message) {
    const sts_dead_letter *told = &letter->told;
    const char *signal = with_value && told->signal ? sts__signal_find(told->signal)->name : NULL;
    const char *form = !with_value ? "left_out" : told->signal ? "otlp" : "message";
    const char *const own[OWN_HEADERS][2] = {{"stskafka.dead_letter.code", sts__status_name(told->code)},
                                             {"stskafka.dead_letter.text", told->text},
                                             {"stskafka.dead_letter.topic", told->topic},
                                             {"stskafka.dead_letter.form", form},
                                             {"stskafka.dead_letter.signal", signal}};
    sts_bytes *headers = sts__arena_array(arena, 2 * (OWN_HEADERS + told->header_count), sizeof *headers);
    const sts_bytes none = {NULL, 0};
    size_t count = 0;
    if (!headers)
        return false;
    for (size_t i = 0; i < OWN_HEADERS; i++) {
        if (!own[i][1])
            continue;
        headers[count++] = bytes_of(own[i][0]);
        headers[count++] = bytes_of(own[i][1]);
    }
    if (told->header_count)
        memcpy(headers + count, told->headers, 2 * told->header_count * sizeof *headers);
    *message = (sts_message){.struct_size = sizeof *message,
                             .id = letter->place,
                             .timestamp_ms = -1,
                             .topic = exporter->dead_letters.topic,
                             .key = told->key,
                             .value = with_value ? told->value : none,
                             .headers = headers,
                             .header_count = count / 2 + told->header_count,
                             .partition = -1,
                             .topic_index = exporter->dead_letters.topic_index,
                             .record_count = 1};
    return true;
}

/* What a message with these parts would be, but for the headers that tell the reason (they are in SCRATCH). */
static sts_message outline(const sts_dead_letter *told, bool with_value) {
    sts_message message = {.key = told->key, .headers = told->headers, .header_count = told->header_count};
    if (with_value)
        message.value = told->value;
    return message;
}

static size_t cost_of(const sts__letter *letter, const sts_exporter *exporter) {
    sts_message message = outline(&letter->told, letter->has_value);
    return exporter->transport_kind->cost(&message, sts__message_payload(&message)) + strlen(letter->told.text) +
           SCRATCH;
}

/* Decides whether the value goes with it. */
static void weigh(sts__letter *letter, const sts_exporter *exporter) {
    sts_message message = outline(&letter->told, true);
    letter->has_value = sts__message_batch_size(&message) <= exporter->route.max_message_bytes;
}

/* Gives it to the transport; false if that does not take it. */
static bool send(const sts__letter *letter, sts_exporter *exporter, bool with_value) {
    void *scratch[SCRATCH / sizeof(void *)];
    sts__arena arena;
    sts_message message;
    sts__fault fault;
    sts__arena_init_in(&arena, exporter->memory, scratch, sizeof scratch);
    sts__fault_clear(&fault);
    bool sent = make_message(letter, exporter, &arena, with_value, &message) &&
                sts__message_batch_size(&message) <= exporter->route.max_message_bytes;
    if (sent && letter->is_stored)
        sent = sts__storage_add_letter(exporter, &message, letter->told.kind == STS_OUTCOME_REJECTED);
    else if (sent)
        sent = exporter->transport.send(exporter->transport_context, &message, &fault.transport_code, fault.text,
                                        sizeof fault.text) == STS_OK;
    sts__arena_clear(&arena);
    return sent;
}

sts_status sts__letter_of_rejected(sts__letter *letter, sts_exporter *exporter, sts__ledger_export *export,
                                   const sts__rejected *rejected) {
    const sts_message *message = rejected->message;
    const sts__source *source = rejected->source;
    const sts__fault *why = rejected->why;
    memset(letter, 0, sizeof *letter);
    sts__wire_writer_init(&letter->otlp, exporter->memory);
    letter->told = (sts_dead_letter){.kind = STS_OUTCOME_REJECTED,
                                     .code = why->code,
                                     .transport_code = why->transport_code,
                                     .text = why->text,
                                     .topic = message->topic,
                                     .token = export->token,
                                     .index = rejected->place->index,
                                     .key = message->key,
                                     .value = message->value,
                                     .headers = message->headers,
                                     .header_count = message->header_count};
    bool written = source->has_records && !source->routing.rules->signal->is_whole;
    if (written)
        sts__items_write(rejected->place, 1, &letter->otlp);
    if (letter->otlp.failed)
        return STS_ERR_NO_MEMORY;
    if (written)
        letter->told.value = sts__wire_bytes(&letter->otlp);
    if (written || source->value_is_request)
        letter->told.signal = source->routing.rules->signal->number;
    if (!exporter->dead_letters.topic)
        return STS_OK;
    weigh(letter, exporter);
    letter->is_stored = exporter->storage.store;
    if (letter->is_stored)
        return STS_OK;
    sts_status status = sts__ledger_accept_letter(&exporter->ledger, export, cost_of(letter, exporter), &letter->place);
    letter->has_place = status == STS_OK;
    return status == STS_ERR_RECORD_SIZE ? STS_OK
                                         : status; /* too large for ever: it is lost, and the record is not held */
}

/* Whether a record that failed so would fail again. */
static bool is_for_good(const sts_completion *completion) {
    if (completion->kind != STS_OUTCOME_FAILED || !completion->message)
        return false;
    switch (completion->code) {
    case STS_ERR_RECORD_SIZE:
    case STS_ERR_TOPIC_INVALID:
    case STS_ERR_TOPIC_MISSING:
    case STS_ERR_PARTITION:
    case STS_ERR_NOT_AUTHORIZED:
    case STS_ERR_DELIVERY:
        return true;
    default:
        return false;
    }
}

bool sts__letter_of_failed(sts__letter *letter, sts_exporter *exporter, const sts_completion *completion) {
    const sts_message *message = completion->message;
    uint64_t token;
    uint64_t index;
    if (!is_for_good(completion) || !sts__ledger_look(&exporter->ledger, completion->id, &token, &index))
        return false;
    memset(letter, 0, sizeof *letter);
    sts__wire_writer_init(&letter->otlp, exporter->memory);
    letter->told = (sts_dead_letter){.kind = STS_OUTCOME_FAILED,
                                     .token = token,
                                     .index = index,
                                     .code = completion->code,
                                     .transport_code = completion->transport_code,
                                     .text = completion->text ? completion->text : sts__status_text(completion->code),
                                     .topic = message->topic,
                                     .key = message->key,
                                     .value = message->value,
                                     .headers = message->headers,
                                     .header_count = message->header_count};
    weigh(letter, exporter);
    letter->is_stored = exporter->dead_letters.topic && exporter->storage.store;
    if (exporter->dead_letters.topic && !letter->is_stored)
        letter->has_place = sts__ledger_accept_letter_of(&exporter->ledger, completion->id, cost_of(letter, exporter),
                                                         &letter->place) == STS_OK;
    return true;
}

static void post(const sts__letter *letter, sts_exporter *exporter) {
    sts__dead_letters *to = &exporter->dead_letters;
    sts__caller me;
    bool placed = letter->has_place || letter->is_stored;
    bool sent = placed && ((letter->has_value && send(letter, exporter, true)) || send(letter, exporter, false));
    if (letter->has_place && !sent)
        sts__ledger_lose_letter(&exporter->ledger, letter->place);
    if (to->topic && !letter->has_place && !sent)
        sts__ledger_count(&exporter->ledger, STS_COUNT_DEAD_LETTERS_LOST);
    if (!to->topic)
        sts__ledger_count(&exporter->ledger, STS_COUNT_DEAD_LETTERS);
    if (!to->callback || !sts__callers_may_call(exporter))
        return;
    sts__callers_enter(exporter, &me);
    to->callback(&letter->told, to->user);
    sts__callers_leave(exporter, &me);
}

void sts__letter_end(sts__letter *letter, sts_exporter *exporter, bool posted) {
    if (posted)
        post(letter, exporter);
    else if (letter->has_place)
        sts__ledger_drop_letter(&exporter->ledger, letter->place);
    sts__wire_writer_clear(&letter->otlp);
}
