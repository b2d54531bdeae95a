/* SPDX-License-Identifier: Apache-2.0
 *
 * Kafka messages of the topology stream as JSON. */
#include "topology/messages.h"

#include "topology/check.h"
#include "topology/message_json.h"

/* Room for any of the four. */
typedef union any_message {
    sts__pb_TopologyStreamMessageKey key;
    sts__pb_TopologyStreamMessage message;
    sts__pb_TopologyStreamMetadataMessageKey metadata_key;
    sts__pb_TopologyStreamMetadataMessage metadata;
} any_message;

static sts_status append(sts__arena *arena, const sts__proto_type *type, sts_bytes bytes, sts__text *text,
                         sts__fault *fault) {
    any_message message;
    sts_status status = sts__proto_decode(type, bytes, arena, &message, fault);
    if (status == STS_OK)
        status = sts__topology_check(type, &message, 1, fault);
    return status == STS_OK ? sts__topology_write_json(type, &message, text, fault) : status;
}

/* A stream's key always has a shard. */
static sts_status looks_like_metadata(sts__arena *arena, sts_bytes key, bool *metadata, sts__fault *fault) {
    any_message message;
    sts_status status = sts__proto_decode(&sts__proto_message_key, key, arena, &message, fault);
    *metadata = status == STS_OK && message.key.shard_id.data == NULL;
    return status;
}

static sts_status write_line(sts__arena *arena, sts_bytes key, sts_bytes value, int32_t is_metadata, sts__text *text,
                             sts__fault *fault) {
    bool metadata = is_metadata == 1;
    sts_status status = is_metadata < 0 ? looks_like_metadata(arena, key, &metadata, fault) : STS_OK;
    sts__text_printf(text, "{\"%s\":", metadata ? "metadata_key" : "key");
    if (status == STS_OK)
        status = append(arena, metadata ? &sts__proto_metadata_key : &sts__proto_message_key, key, text, fault);
    sts__text_printf(text, ",\"%s\":", metadata ? "metadata" : "message");
    if (status == STS_OK && value.data)
        status = append(arena, metadata ? &sts__proto_metadata_message : &sts__proto_message, value, text, fault);
    sts__text_printf(text, "%s}", value.data ? "" : "null");
    if (status == STS_OK && text->failed)
        status = sts__fault_no_memory(fault);
    return status;
}

sts_status sts__messages_decode(const sts__memory *memory, sts_bytes key, sts_bytes value, int32_t is_metadata,
                                sts__text *json, sts__fault *fault) {
    sts__arena arena;
    sts__arena_init(&arena, memory);
    sts_status status = write_line(&arena, key, value, is_metadata, json, fault);
    sts__arena_clear(&arena);
    return status;
}
