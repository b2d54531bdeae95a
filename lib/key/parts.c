/* SPDX-License-Identifier: Apache-2.0 */
#include "key/parts.h"

#include "ottl/text.h"

/* What it would be as a key; of lists and maps their text. False when out of memory. */
static bool find_text(sts__arena *arena, const sts__ottl_value *value, sts_bytes *text) {
    char buffer[STS__KEY_TEXT];
    if (value->type == STS__OTTL_NIL)
        return true;
    if (!sts__key_bytes_of(value, buffer, text))
        return sts__ottl_text_of(value, STS__OTTL_PDATA, arena, text) != STS__OTTL_TEXT_NO_MEMORY;
    if (text->data == buffer)
        *text = sts__arena_copy(arena, *text);
    return text->data != NULL;
}

sts_status sts__key_parts_find(const sts__key_rule *rule, sts__ottl_state *state, sts__key_parts *parts) {
    sts__ottl_value value;
    sts__fault fault;
    uint32_t alternative;
    sts__ottl_reads reads = {NULL, 0, false};
    *parts = (sts__key_parts){NULL, 0};
    state->reads = &reads;
    sts_status status = sts__ottl_run(state, &rule->program, &value, &alternative, &fault);
    state->reads = NULL;
    if (reads.failed || status == STS_ERR_NO_MEMORY)
        return STS_ERR_NO_MEMORY;
    parts->items =
        sts__arena_array(&state->arenas[STS__OTTL_RECORD], reads.count ? reads.count : 1, sizeof *parts->items);
    if (!parts->items)
        return STS_ERR_NO_MEMORY;
    for (; parts->count < reads.count; parts->count++) {
        sts__ottl_read *read = reads.items[parts->count];
        if (!read->has_text && !find_text(read->arena, &read->value, &read->text))
            return STS_ERR_NO_MEMORY;
        read->has_text = true;
        parts->items[parts->count] = (sts__key_part){read->leaf->source, read->text};
    }
    return STS_OK;
}
