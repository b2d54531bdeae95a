/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole messages as they are given: from JSON, encoded as they stand. */
#ifndef STS_TOPOLOGY_MESSAGES_H
#define STS_TOPOLOGY_MESSAGES_H

#include <stskafka/topology.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "proto/schema.h"
#include "wire/writer.h"
#include "json/builder.h"

typedef struct sts__whole_message {
    bool is_metadata;
    sts_bytes key;
    sts_bytes value;     /* data NULL: a tombstone */
    const void *message; /* the struct that `value` was made from; NULL for a tombstone */
} sts__whole_message;

struct sts_topology_messages {
    const sts__memory *memory;
    sts__arena arena;
    sts__wire_writer writer;
    sts__json_parser parser;
    sts__whole_message *items;
    size_t count;
    size_t capacity;
};

sts_topology_messages *sts__messages_new(const sts__memory *memory);
void sts__messages_free(sts_topology_messages *messages);
void sts__messages_reset(sts_topology_messages *messages);

/* As the functions of stskafka/topology.h. */
sts_status sts__messages_add_json(sts_topology_messages *messages, sts_bytes text, sts__fault *fault);

/* decode.c: appends a key and a value (data NULL: a tombstone) as a line of JSON; on failure a part of it. */
sts_status sts__messages_decode(const sts__memory *memory, sts_bytes key, sts_bytes value, int32_t is_metadata,
                                sts__text *json, sts__fault *fault);

#endif
