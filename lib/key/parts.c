/* SPDX-License-Identifier: Apache-2.0 */
#include "key/parts.h"

#include "ottl/text.h"

typedef struct tracing {
    sts__key_parts *parts;
    sts__arena *arena;
} tracing;

/* What it would be as a key; of lists and maps their text. False when out of memory. */
static bool find_text(sts__arena *arena, const sts__ottl_value *value, sts_bytes *text) {
    char room[STS__KEY_TEXT];
    if (value->type == STS__OTTL_NIL)
        return true;
    if (!sts__key_bytes_of(value, room, text))
        return sts__ottl_text_of(value, STS__OTTL_PDATA, arena, text) != STS__OTTL_TEXT_NO_MEMORY;
    if (text->data == room)
        *text = sts__arena_copy(arena, *text);
    return text->data != NULL;
}

static void add_part(const sts__ottl_node *leaf, const sts__ottl_value *value, void *user) {
    const tracing *t = user;
    sts__key_parts *parts = t->parts;
    sts__key_part *grown = sts__arena_list_grown(t->arena, parts->items, parts->count, sizeof *grown);
    sts__key_part part = {leaf->source, {NULL, 0}};
    if (!grown || !find_text(t->arena, value, &part.text)) {
        parts->failed = true;
        return;
    }
    parts->items = grown;
    grown[parts->count++] = part;
}

sts_status sts__key_parts_find(const sts__key_rule *rule, sts__ottl_state *state, sts__key_parts *parts) {
    sts__ottl_value value;
    sts__fault fault;
    uint32_t alternative;
    *parts = (sts__key_parts){NULL, 0, false};
    tracing t = {parts, &state->arenas[STS__OTTL_RECORD]};
    state->trace = add_part;
    state->trace_user = &t;
    sts_status status = sts__ottl_run(state, &rule->program, &value, &alternative, &fault);
    state->trace = NULL;
    return parts->failed || status == STS_ERR_NO_MEMORY ? STS_ERR_NO_MEMORY : STS_OK;
}
