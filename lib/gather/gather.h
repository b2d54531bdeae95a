/* SPDX-License-Identifier: Apache-2.0
 *
 * Which records share a message: those with the same topic, partition, key and headers, and whatever else is to set
 * them apart. Messages stand in the order of their first records, and records in their messages in the order in which
 * they came. Topics are the same where their names are at the same place. It does no I/O, knows no clock, and does not
 * look into records, which are numbers here. */
#ifndef STS_GATHER_GATHER_H
#define STS_GATHER_GATHER_H

#include <stskafka/transport.h>

#include "base/arena.h"
#include "base/table.h"

/* A message without its value. */
typedef struct sts__gathered {
    sts_message message; /* what it points at lies in the gather's arena */
    uint64_t group;
    uint32_t *records;
    size_t record_count;
} sts__gathered;

typedef struct sts__gather {
    sts__arena arena;
    sts__table table; /* of the messages' places */
    sts__gathered *messages;
    size_t message_count;
    size_t record_count;
    size_t last; /* where the last record went */
} sts__gather;

void sts__gather_init(sts__gather *gather, const sts__memory *memory);
void sts__gather_clear(sts__gather *gather);

/* Forgets all messages; keeps so much memory at most. */
void sts__gather_reset(sts__gather *gather, size_t kept);

/* Puts the next record, whose number is how many were added before it, into the message of those like it. What the
 * message points at is copied, if it is the first one; its value does not matter. Records of different groups are
 * kept apart. False without memory, and nothing is added. */
bool sts__gather_add(sts__gather *gather, const sts_message *message, uint64_t group);

#endif
