/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/stored_message.h"

#include <string.h>

enum { VERSION = 1, NULL_KEY = 1, NULL_VALUE = 2, LETTER = 4, HEAD = 44, PER_RECORD = 8, PER_HEADER = 8 };

static const uint32_t NULL_SIZE = UINT32_MAX;

/* --- writing --- */

static uint8_t *put(uint8_t *at, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++)
        *at++ = (uint8_t)(value >> 8 * i);
    return at;
}

static uint8_t *put_bytes(uint8_t *at, const void *bytes, size_t size) {
    if (bytes)
        memcpy(at, bytes, size);
    return at + size;
}

static uint8_t *put_header(uint8_t *at, sts_bytes name, sts_bytes value) {
    at = put(at, name.size, 4);
    at = put(at, value.data ? value.size : NULL_SIZE, 4);
    at = put_bytes(at, name.data, name.size);
    *at++ = '\0';
    return put_bytes(at, value.data, value.data ? value.size : 0);
}

static size_t size_of(const sts_message *message, size_t records, size_t topic_size) {
    size_t size = HEAD + records * PER_RECORD + topic_size + 1 + message->key.size + message->value.size;
    for (size_t i = 0; i < message->header_count; i++)
        size += PER_HEADER + message->headers[2 * i].size + 1 + message->headers[2 * i + 1].size;
    return size;
}

bool sts__stored_message_write(sts__store_batch *batch, const sts_message *message, uint64_t token,
                               const sts__ledger_record *records, size_t weight) {
    size_t topic_size = strlen(message->topic);
    size_t count = records ? message->record_count : 0;
    uint8_t *at = sts__store_batch_add(batch, size_of(message, count, topic_size), (uint32_t)count, (uint32_t)weight);
    if (!at)
        return false;
    *at++ = VERSION;
    *at++ =
        (uint8_t)((message->key.data ? 0 : NULL_KEY) | (message->value.data ? 0 : NULL_VALUE) | (records ? 0 : LETTER));
    *at++ = records ? records->made_of : 0;
    *at++ = 0;
    at = put(at, count, 4);
    at = put(at, (uint64_t)message->timestamp_ms, 8);
    at = put(at, token, 8);
    at = put(at, (uint32_t)message->partition, 4);
    at = put(at, topic_size, 4);
    at = put(at, message->key.size, 4);
    at = put(at, message->value.size, 4);
    at = put(at, message->header_count, 4);
    for (size_t i = 0; i < count; i++)
        at = put(at, records[i].index << 1 | records[i].missing_key, PER_RECORD);
    at = put_bytes(at, message->topic, topic_size + 1);
    at = put_bytes(at, message->key.data, message->key.size);
    at = put_bytes(at, message->value.data, message->value.size);
    for (size_t i = 0; i < message->header_count; i++)
        at = put_header(at, message->headers[2 * i], message->headers[2 * i + 1]);
    return true;
}

/* --- reading --- */

/* What is left to read; a size that goes beyond it is seen at once. */
typedef struct rest {
    const uint8_t *at;
    size_t left;
    bool failed;
} rest;

static const uint8_t *take(rest *r, size_t size) {
    const uint8_t *at = r->at;
    if (r->failed || size > r->left) {
        r->failed = true;
        return NULL;
    }
    r->at += size;
    r->left -= size;
    return at;
}

static uint64_t number(const uint8_t *at, size_t bytes) {
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t)at[i] << 8 * i;
    return value;
}

static uint64_t get(rest *r, size_t bytes) {
    const uint8_t *at = take(r, bytes);
    return at ? number(at, bytes) : 0;
}

static sts_bytes get_bytes(rest *r, uint64_t size) {
    const uint8_t *at = take(r, (size_t)size);
    return (sts_bytes){at, at ? (size_t)size : 0};
}

static const char *get_text(rest *r, uint64_t size) {
    const char *text = (const char *)take(r, (size_t)size + 1);
    r->failed = r->failed || text[size] != '\0' || strlen(text) != size;
    return text;
}

static sts_status read_headers(rest *r, sts__arena *arena, uint64_t count, sts_message *message) {
    if (count > r->left / PER_HEADER)
        return STS_ERR_INTERNAL;
    sts_bytes *headers = sts__arena_array(arena, (size_t)count, 2 * sizeof *headers);
    if (!headers)
        return STS_ERR_NO_MEMORY;
    for (uint64_t i = 0; i < count && !r->failed; i++) {
        uint64_t name_size = get(r, 4);
        uint64_t value_size = get(r, 4);
        headers[2 * i] = (sts_bytes){get_text(r, name_size), (size_t)name_size};
        headers[2 * i + 1] = value_size == NULL_SIZE ? (sts_bytes){NULL, 0} : get_bytes(r, value_size);
    }
    message->headers = headers;
    message->header_count = (size_t)count;
    return STS_OK;
}

sts_status sts__stored_message_read(sts_bytes payload, sts__arena *arena, sts__stored_message *stored) {
    rest r = {payload.data, payload.size, false};
    sts_message *message = &stored->message;
    uint64_t version = get(&r, 1);
    uint64_t flags = get(&r, 1);
    stored->made_of = (uint8_t)get(&r, 2);
    uint64_t records = get(&r, 4);
    *message = (sts_message){.struct_size = sizeof *message, .timestamp_ms = (int64_t)get(&r, 8)};
    stored->token = get(&r, 8);
    message->partition = (int32_t)get(&r, 4);
    uint64_t topic_size = get(&r, 4);
    uint64_t key_size = get(&r, 4);
    uint64_t value_size = get(&r, 4);
    uint64_t headers = get(&r, 4);
    stored->is_letter = flags & LETTER;
    message->record_count = stored->is_letter ? 1 : (size_t)records;
    if (r.failed || version != VERSION || records > r.left / PER_RECORD || stored->is_letter != (records == 0))
        return STS_ERR_INTERNAL;
    stored->records = take(&r, (size_t)records * PER_RECORD);
    stored->topic = get_text(&r, topic_size);
    message->key = get_bytes(&r, key_size);
    message->value = get_bytes(&r, value_size);
    if (r.failed)
        return STS_ERR_INTERNAL;
    if (flags & NULL_KEY)
        message->key.data = NULL;
    if (flags & NULL_VALUE)
        message->value.data = NULL;
    sts_status status = read_headers(&r, arena, headers, message);
    return status == STS_OK && (r.failed || r.left) ? STS_ERR_INTERNAL : status;
}

sts__ledger_record sts__stored_message_record(const sts__stored_message *stored, size_t at) {
    const sts_message *message = &stored->message;
    uint64_t told = number(stored->records + at * PER_RECORD, PER_RECORD);
    return (sts__ledger_record){.index = told >> 1,
                                .topic = message->topic,
                                .null_key = !message->key.data,
                                .empty_key = message->key.data && message->key.size == 0,
                                .missing_key = told & 1,
                                .continues = at > 0,
                                .made_of = at > 0 ? 0 : stored->made_of};
}
