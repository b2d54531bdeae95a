/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/messages.h"

#include "topology/batch.h"
#include "topology/check.h"
#include "topology/encode.h"
#include "topology/message_json.h"

sts_topology_messages *sts__messages_new(const sts__memory *memory) {
    sts_topology_messages *messages = sts__memory_new(memory, sizeof *messages);
    if (!messages)
        return NULL;
    messages->memory = memory;
    sts__arena_init(&messages->arena, memory);
    sts__wire_writer_init(&messages->writer, memory);
    sts__json_parser_init(&messages->parser, memory);
    return messages;
}

void sts__messages_free(sts_topology_messages *messages) {
    if (!messages)
        return;
    sts__arena_clear(&messages->arena);
    sts__wire_writer_clear(&messages->writer);
    sts__json_parser_clear(&messages->parser);
    sts__memory_free(messages->memory, messages->items);
    sts__memory_free(messages->memory, messages);
}

void sts__messages_reset(sts_topology_messages *messages) {
    sts__arena_reset(&messages->arena);
    messages->count = 0;
}

/* Into the list's memory; data NULL when out of memory. */
static sts_bytes encode(sts_topology_messages *messages, const sts__proto_type *type, const void *message) {
    sts__wire_writer_reset(&messages->writer);
    sts__topology_encode(&messages->writer, type, message);
    sts_bytes none = {NULL, 0};
    return messages->writer.failed ? none : sts__arena_copy(&messages->arena, sts__wire_bytes(&messages->writer));
}

/* Reads one half of a line, checks it and encodes it. */
static sts_status read_part(sts_topology_messages *messages, const sts__proto_type *type, const sts__json *json,
                            const void **message, sts_bytes *bytes, sts__fault *fault) {
    void *made = sts__arena_new(&messages->arena, type->size);
    if (!made)
        return sts__fault_no_memory(fault);
    sts_status status = sts__topology_read_json(type, json, &messages->arena, made, fault);
    if (status == STS_OK)
        status = sts__topology_check(type, made, 1, fault);
    if (status != STS_OK)
        return status;
    *bytes = encode(messages, type, made);
    *message = made;
    return bytes->data ? STS_OK : sts__fault_no_memory(fault);
}

/* The two halves of a line: nothing else may be there. */
static sts_status find_parts(const sts__json *line, bool *is_metadata, const sts__json **key, const sts__json **value,
                             sts__fault *fault) {
    *is_metadata = sts__json_member(line, "metadata_key") != NULL;
    *key = sts__json_member(line, *is_metadata ? "metadata_key" : "key");
    *value = sts__json_member(line, *is_metadata ? "metadata" : "message");
    if (*key && *value && line->count == 2)
        return STS_OK;
    return sts__fault_set(fault, STS_ERR_JSON,
                          "line 1, column 1: the line must be {\"key\":{..},\"message\":{..}} or "
                          "{\"metadata_key\":{..},\"metadata\":{..}|null}");
}

sts_status sts__messages_add_json(sts_topology_messages *messages, sts_bytes text, sts__fault *fault) {
    const sts__json *line;
    const sts__json *key;
    const sts__json *value;
    const void *key_message;
    sts__whole_message added = {.value = {NULL, 0}};
    sts_status status = sts__topology_parse_object(&messages->parser, &messages->arena, "the line", text, &line, fault);
    if (status == STS_OK)
        status = find_parts(line, &added.is_metadata, &key, &value, fault);
    if (status == STS_OK)
        status = read_part(messages, added.is_metadata ? &sts__proto_metadata_key : &sts__proto_message_key, key,
                           &key_message, &added.key, fault);
    if (status == STS_OK && value->type != STS__JSON_NULL)
        status = read_part(messages, added.is_metadata ? &sts__proto_metadata_message : &sts__proto_message, value,
                           &added.message, &added.value, fault);
    if (status != STS_OK)
        return status;
    sts__whole_message *items =
        sts__topology_grown(messages->memory, messages->items, messages->count, &messages->capacity, sizeof *items);
    if (!items)
        return sts__fault_no_memory(fault);
    messages->items = items;
    items[messages->count++] = added;
    return STS_OK;
}
