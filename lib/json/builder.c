/* SPDX-License-Identifier: Apache-2.0 */
#include "json/builder.h"

#include <string.h>

void sts__json_builder_init(sts__json_builder *builder, sts__arena *arena) {
    builder->arena = arena;
    builder->pending = NULL;
    builder->pending_capacity = 0;
    sts__json_builder_reset(builder);
}

void sts__json_builder_clear(sts__json_builder *builder) {
    sts__memory_free(builder->arena->memory, builder->pending);
    sts__json_builder_init(builder, builder->arena);
}

void sts__json_builder_reset(sts__json_builder *builder) {
    builder->pending_count = 0;
    builder->depth = 0;
}

static bool has_room(sts__json_builder *builder) {
    if (builder->pending_count < builder->pending_capacity)
        return true;
    size_t capacity = builder->pending_capacity ? 2 * builder->pending_capacity : 64;
    sts__json *pending = sts__memory_resize(builder->arena->memory, builder->pending, capacity * sizeof *pending);
    if (!pending)
        return false;
    builder->pending = pending;
    builder->pending_capacity = capacity;
    return true;
}

sts__json *sts__json_builder_add(sts__json_builder *builder) {
    return has_room(builder) ? &builder->pending[builder->pending_count++] : NULL;
}

bool sts__json_builder_begin(sts__json_builder *builder, const sts__json *value) {
    if (builder->depth == STS__JSON_MAX_DEPTH)
        return false;
    builder->open[builder->depth++] = (sts__json_open){*value, builder->pending_count};
    return true;
}

sts_status sts__json_builder_end(sts__json_builder *builder) {
    sts__json_open *open = &builder->open[builder->depth - 1];
    size_t count = builder->pending_count - open->first_item;
    sts__json *items = count ? sts__arena_array(builder->arena, count, sizeof *items) : NULL;
    if ((count && !items) || !has_room(builder))
        return STS_ERR_NO_MEMORY; /* nothing has changed */
    builder->depth--;
    builder->pending_count = open->first_item;
    if (count)
        memcpy(items, builder->pending + open->first_item, count * sizeof *items);
    open->value.items = items;
    open->value.count = count;
    if (open->value.type == STS__JSON_OBJECT && sts__json_sort_members(items, count) != count)
        return STS_ERR_JSON;
    builder->pending[builder->pending_count++] = open->value;
    return STS_OK;
}

const sts__json *sts__json_builder_open(const sts__json_builder *builder) {
    return builder->depth ? &builder->open[builder->depth - 1].value : NULL;
}
