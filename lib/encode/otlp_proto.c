/* SPDX-License-Identifier: Apache-2.0
 *
 * A request with one item: its bytes and those around it as they came, with new lengths. The numbers of the fields that
 * are groups are the same in all signals. */
#include "encode/encodings.h"
#include "signal/single.h"
#include "wire/writer.h"

enum { HEADS = 3, LONGEST_HEAD = 1 + 10 };

sts_status sts__encode_whole(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault) {
    (void)encoder, (void)fault;
    *value = item->bytes;
    return STS_OK;
}

/* What a group says but for what is in it, once for all of its items: a scope with ten thousand records is not gone
 * through ten thousand times. It stays where it is, if it is in one piece there. */
static bool keep_rest(sts__encode_kept *kept, sts__arena *arena, const sts__item_group *group, uint64_t number,
                      uint64_t other_number) {
    const sts__single_rest rest = sts__single_rest_of(group->bytes, number, other_number);
    sts_bytes bytes = rest.runs[0];
    if (bytes.size != rest.size) {
        uint8_t *copy = sts__arena_alloc(arena, rest.size);
        if (!copy)
            return false;
        sts__single_rest_copy(&rest, copy);
        bytes = (sts_bytes){copy, rest.size};
    }
    *kept = (sts__encode_kept){group->number, bytes};
    return true;
}

/* Leaves room for the length, which is put in later. */
static uint8_t *put_head(uint8_t *at, uint32_t number, size_t length_size) {
    *at = (uint8_t)(number << 3 | STS__WIRE_LENGTH);
    return at + 1 + length_size;
}

static uint8_t *put(uint8_t *at, sts_bytes bytes) {
    if (bytes.size)
        memcpy(at, bytes.data, bytes.size);
    return at + bytes.size;
}

/* Room for the front of the items of this scope, with the longest lengths. */
static bool begin_front(sts__encoder *encoder, const sts__item *item) {
    sts__encode_front *front = &encoder->front;
    front->number = 0;
    if (encoder->resource.number != item->resource_group.number) {
        front->capacity = 0; /* the arena was reset */
        if (!keep_rest(&encoder->resource, encoder->resource_arena, &item->resource_group,
                       STS__RESOURCE_GROUP_SCOPE_GROUPS, STS__RESOURCE_GROUP_DEPRECATED_SCOPE_GROUPS))
            return false;
    }
    if (!keep_rest(&encoder->scope, encoder->scope_arena, &item->scope_group, STS__SCOPE_GROUP_ITEMS,
                   STS__SCOPE_GROUP_ITEMS))
        return false;
    size_t size = encoder->resource.bytes.size + encoder->scope.bytes.size + HEADS * (size_t)LONGEST_HEAD;
    if (front->capacity < size) {
        front->capacity = front->capacity ? 2 * size : size; /* a resource with scopes that become larger: seldom */
        front->bytes = sts__arena_alloc(encoder->resource_arena, front->capacity);
        if (!front->bytes) {
            front->capacity = 0;
            return false;
        }
    }
    front->number = item->scope_group.number;
    front->least = SIZE_MAX; /* nothing was written */
    return true;
}

/* Where the items have to be for a length of theirs, which is by `more` larger, to take so many bytes. */
static void narrow(sts__encode_front *front, size_t length_bytes, size_t more) {
    const uint64_t least = length_bytes == 1 ? 0 : UINT64_C(1) << 7 * (length_bytes - 1);
    const uint64_t most = (UINT64_C(1) << 7 * length_bytes) - 1;
    if (least > front->least + more)
        front->least = (size_t)least - more;
    if (most < front->most + more)
        front->most = (size_t)most - more;
}

/* For items of about this size: seldom more than once for a scope. */
static void write_front(sts__encoder *encoder, size_t item_size) {
    sts__encode_front *front = &encoder->front;
    const size_t item_length = sts__wire_varint_size(item_size);
    front->scope_more = encoder->scope.bytes.size + 1 + item_length;
    const size_t scope_length = sts__wire_varint_size(item_size + front->scope_more);
    front->resource_more = front->scope_more + encoder->resource.bytes.size + 1 + scope_length;
    const size_t resource_length = sts__wire_varint_size(item_size + front->resource_more);
    front->least = 0;
    front->most = INT32_MAX; /* no request is larger */
    narrow(front, item_length, 0);
    narrow(front, scope_length, front->scope_more);
    narrow(front, resource_length, front->resource_more);
    uint8_t *at = put_head(front->bytes, STS__REQUEST_RESOURCE_GROUPS, resource_length);
    at = put(at, encoder->resource.bytes);
    at = put_head(at, STS__RESOURCE_GROUP_SCOPE_GROUPS, scope_length);
    front->scope_at = (size_t)(at - front->bytes) - scope_length;
    at = put(at, encoder->scope.bytes);
    at = put_head(at, STS__SCOPE_GROUP_ITEMS, item_length);
    front->size = (size_t)(at - front->bytes);
    front->item_at = front->size - item_length;
}

sts_status sts__encode_otlp_proto(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault) {
    sts__encode_front *front = &encoder->front;
    const size_t size = item->bytes.size;
    if (front->number != item->scope_group.number && !begin_front(encoder, item))
        return sts__fault_no_memory(fault);
    if (size < front->least || size > front->most)
        write_front(encoder, size);
    uint8_t *at = sts__arena_alloc(encoder->item_arena, front->size + size);
    if (!at)
        return sts__fault_no_memory(fault);
    put(put(at, (sts_bytes){front->bytes, front->size}), item->bytes);
    sts__wire_varint_behind(at + 1, size + front->resource_more);
    sts__wire_varint_behind(at + front->scope_at, size + front->scope_more);
    sts__wire_varint_behind(at + front->item_at, size);
    *value = (sts_bytes){at, front->size + size};
    return STS_OK;
}

sts_status sts__keep_otlp_proto(sts__encoder *encoder, const sts__item *item, sts__kept *kept, sts__fault *fault) {
    if (encoder->front.number != item->scope_group.number && !begin_front(encoder, item))
        return sts__fault_no_memory(fault);
    *kept = (sts__kept){.bytes = item->bytes, .resource = encoder->resource.bytes, .scope = encoder->scope.bytes};
    kept->more = item->bytes.size + 1 + sts__wire_varint_size(item->bytes.size);
    kept->alone = kept->more + kept->resource.size + kept->scope.size + (HEADS - 1) * (size_t)LONGEST_HEAD;
    return STS_OK;
}

/* From the end to the beginning, as lengths stand in front. */
sts_status sts__join_items(sts__encoder *encoder, const sts__item_place *places, size_t count, sts__single_rests *rests,
                           sts_bytes *value, sts__fault *fault) {
    const size_t most = sts__items_most(places, count, rests);
    uint8_t *buffer = sts__encoder_value(encoder, most);
    if (!buffer)
        return sts__fault_no_memory(fault);
    sts__wire_writer writer = {.buffer = buffer, .capacity = most, .at = buffer + most};
    sts__items_write_by(places, count, rests, &writer);
    *value = sts__wire_bytes(&writer);
    return STS_OK;
}

sts_status sts__join_otlp_proto(sts__encoder *encoder, const sts__item_place *places, size_t count, sts_bytes *value,
                                sts__fault *fault) {
    sts__single_rests rests;
    if (encoder->rests)
        return sts__join_items(encoder, places, count, encoder->rests, value, fault);
    sts__single_rests_forget(&rests);
    return sts__join_items(encoder, places, count, &rests, value, fault);
}
