/* SPDX-License-Identifier: Apache-2.0
 *
 * A request with one item: its bytes and those around it as they came, with new lengths. The numbers of the fields that
 * are groups are the same in all signals. */
#include "encode/encodings.h"
#include "signal/single.h"
#include "wire/writer.h"

sts_status sts__encode_whole(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault) {
    (void)encoder, (void)fault;
    *value = item->bytes;
    return STS_OK;
}

/* What a group says but for what is in it, once for all of its items: a scope with ten thousand records is not gone
 * through ten thousand times. */
static bool keep_rest(sts__encode_kept *kept, sts__arena *arena, const sts__item_group *group, uint64_t number,
                      uint64_t other_number) {
    if (kept->number == group->number)
        return true;
    size_t size = sts__single_rest(NULL, group->bytes, number, other_number);
    uint8_t *rest = sts__arena_room(arena, size ? size : 1);
    if (!rest)
        return false;
    sts__single_rest(rest, group->bytes, number, other_number);
    *kept = (sts__encode_kept){group->number, {rest, size}};
    return true;
}

/* Of a field with this content. */
static size_t field_size(size_t content) {
    return 1 + sts__wire_varint_size(content) + content;
}

static uint8_t *put_head(uint8_t *at, uint32_t number, size_t content) {
    *at++ = (uint8_t)(number << 3 | STS__WIRE_LENGTH);
    return sts__wire_varint_behind(at, content);
}

static uint8_t *put(uint8_t *at, sts_bytes bytes) {
    if (bytes.size)
        memcpy(at, bytes.data, bytes.size);
    return at + bytes.size;
}

sts_status sts__encode_otlp_proto(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault) {
    if (!keep_rest(&encoder->resource, encoder->resource_arena, &item->resource_group, STS__RESOURCE_GROUP_SCOPE_GROUPS,
                   STS__RESOURCE_GROUP_DEPRECATED_SCOPE_GROUPS) ||
        !keep_rest(&encoder->scope, encoder->scope_arena, &item->scope_group, STS__SCOPE_GROUP_ITEMS,
                   STS__SCOPE_GROUP_ITEMS))
        return sts__fault_no_memory(fault);
    size_t scope_size = encoder->scope.bytes.size + field_size(item->bytes.size);
    size_t resource_size = encoder->resource.bytes.size + field_size(scope_size);
    size_t size = field_size(resource_size);
    uint8_t *at = sts__arena_room(encoder->item_arena, size);
    if (!at)
        return sts__fault_no_memory(fault);
    *value = (sts_bytes){at, size};
    at = put_head(at, STS__REQUEST_RESOURCE_GROUPS, resource_size);
    at = put(at, encoder->resource.bytes);
    at = put_head(at, STS__RESOURCE_GROUP_SCOPE_GROUPS, scope_size);
    at = put(at, encoder->scope.bytes);
    at = put_head(at, STS__SCOPE_GROUP_ITEMS, item->bytes.size);
    put(at, item->bytes);
    return STS_OK;
}

/* From the end to the beginning, as lengths stand in front; then to where it lives. */
sts_status sts__join_otlp_proto(sts__encoder *encoder, const sts__item_place *places, size_t count, sts_bytes *value,
                                sts__fault *fault) {
    sts__wire_writer writer;
    sts__wire_writer_init(&writer, encoder->item_arena->memory);
    sts__items_write(places, count, &writer);
    if (!writer.failed)
        *value = sts__arena_copy(encoder->item_arena, sts__wire_bytes(&writer));
    bool failed = writer.failed || !value->data;
    sts__wire_writer_clear(&writer);
    return failed ? sts__fault_no_memory(fault) : STS_OK;
}
