/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole messages of the topology stream. */
#include <stskafka/topology.h>

#include "api/owned_text.h"
#include "topology/messages.h"

sts_topology_messages *sts_topology_messages_new(void) {
    return sts_topology_messages_new_with(NULL);
}

sts_topology_messages *sts_topology_messages_new_with(const sts_allocator *allocator) {
    return sts__messages_new(sts__memory_of(allocator));
}

void sts_topology_messages_free(sts_topology_messages *messages) {
    sts__messages_free(messages);
}

void sts_topology_messages_reset(sts_topology_messages *messages) {
    if (messages)
        sts__messages_reset(messages);
}

static sts_status bad_argument(const sts__memory *memory, sts_error **error, const char *text) {
    return sts__error_report_text(memory, error, STS_ERR_INVALID_ARGUMENT, text);
}

static const sts__memory *memory_of(const sts_topology_messages *messages) {
    return messages ? messages->memory : sts__memory_default();
}

sts_status sts_topology_messages_add_json(sts_topology_messages *messages, const char *json, size_t json_size,
                                          sts_error **error) {
    sts__fault fault;
    if (!messages || !json)
        return bad_argument(memory_of(messages), error, "messages and json must not be NULL");
    sts_status status = sts__messages_add_json(messages, (sts_bytes){json, json_size}, &fault);
    return status == STS_OK ? STS_OK : sts__error_report(messages->memory, error, &fault);
}

size_t sts_topology_messages_count(const sts_topology_messages *messages) {
    return messages ? messages->count : 0;
}

static const sts__whole_message *item_at(const sts_topology_messages *messages, size_t index) {
    static const sts__whole_message none = {.is_metadata = false};
    return index < sts_topology_messages_count(messages) ? &messages->items[index] : &none;
}

int32_t sts_topology_messages_is_metadata(const sts_topology_messages *messages, size_t index) {
    return item_at(messages, index)->is_metadata;
}

void sts_topology_messages_key(const sts_topology_messages *messages, size_t index, sts_bytes *key) {
    *key = item_at(messages, index)->key;
}

void sts_topology_messages_value(const sts_topology_messages *messages, size_t index, sts_bytes *value) {
    *value = item_at(messages, index)->value;
}

sts_status sts_topology_decode(const void *key, size_t key_size, const sts_bytes *value, int32_t is_metadata,
                               char **json, sts_error **error) {
    return sts_topology_decode_with(NULL, key, key_size, value, is_metadata, json, error);
}

sts_status sts_topology_decode_with(const sts_allocator *allocator, const void *key, size_t key_size,
                                    const sts_bytes *value, int32_t is_metadata, char **json, sts_error **error) {
    const sts__memory *memory = sts__memory_of(allocator);
    sts__fault fault;
    sts__text text;
    if (json)
        *json = NULL;
    if ((!key && key_size) || !value || (!value->data && value->size) || !json)
        return bad_argument(memory, error, "key, value and json must not be NULL");
    sts_bytes key_bytes = {key ? key : "", key_size};
    sts__text_init(&text, memory);
    sts_status status = sts__messages_decode(memory, key_bytes, *value, is_metadata, &text, &fault);
    if (status == STS_OK && sts__api_hand_over(&text, json) != STS_OK)
        status = sts__fault_no_memory(&fault);
    sts__text_clear(&text);
    return status == STS_OK ? STS_OK : sts__error_report(memory, error, &fault);
}
