/* SPDX-License-Identifier: Apache-2.0
 *
 * A message as the store on disk has it, with what the ledger has to know of its records. All numbers are
 * little-endian.
 *
 *   u8 version, u8 flags, u8 what it is made of, u8 0, u32 records, i64 timestamp, u64 token, i32 partition, u32 sizes
 *   of topic, key and value, u32 headers; for each record u64, its index times 2, plus 1 for a key that is missing; the
 *   topic, a NUL, the key, the value; for each header u32 size of the name, u32 size of the value (all ones: null), the
 *   name, a NUL, the value */
#ifndef STS_EXPORTER_STORED_MESSAGE_H
#define STS_EXPORTER_STORED_MESSAGE_H

#include <stskafka/transport.h>

#include "base/arena.h"
#include "queue/ledger.h"
#include "store/store.h"

typedef struct sts__stored_message {
    sts_message message;    /* without id, topic and number of the topic */
    const char *topic;      /* a text in the payload */
    const uint8_t *records; /* what is told of them */
    uint64_t token;
    uint8_t made_of; /* as the ledger has it */
    bool is_letter;  /* it has no records: a dead letter */
} sts__stored_message;

/* Adds it to a batch, with that number of bytes as its weight; `records`: what the ledger is to be told of its records,
 * NULL for a letter. False without memory. */
bool sts__stored_message_write(sts__store_batch *batch, const sts_message *message, uint64_t token,
                               const sts__ledger_record *records, size_t weight);

/* Reads it; headers come from the arena, all else is in the payload. STS_OK, STS_ERR_NO_MEMORY, STS_ERR_INTERNAL: it is
 * no message that this library knows. */
sts_status sts__stored_message_read(sts_bytes payload, sts__arena *arena, sts__stored_message *stored);

/* What the ledger is to be told of record `at`; cost and size are of the first one's to fill. */
sts__ledger_record sts__stored_message_record(const sts__stored_message *stored, size_t at);

#endif
