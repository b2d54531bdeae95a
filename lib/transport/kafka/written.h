/* SPDX-License-Identifier: Apache-2.0
 *
 * Records that a broker has in a transaction which is not committed: they are out of the list (records.h), and go back
 * there, to their places, where the transaction is aborted. For the serving thread. */
#ifndef STS_TRANSPORT_KAFKA_WRITTEN_H
#define STS_TRANSPORT_KAFKA_WRITTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "transport/kafka/records.h"

typedef struct sts__kafka_written_record {
    sts__kafka_record *record;
    int64_t offset;
    int32_t partition;
} sts__kafka_written_record;

typedef struct sts__kafka_written {
    sts__kafka_written_record *items; /* in the order of the reports */
    size_t count;
    size_t capacity;
    size_t out; /* so many of them are out of the list already */
} sts__kafka_written;

/* Notes one, which stays in the list until the next call of take_out. False without memory. */
bool sts__kafka_written_add(sts__kafka_written *written, const sts__memory *memory, sts__kafka_record *record,
                            int32_t partition, int64_t offset);
void sts__kafka_written_take_out(sts__kafka_written *written, sts__kafka_records *records);

/* All wait again, each in its place. */
void sts__kafka_written_put_back(sts__kafka_written *written, sts__kafka_records *records);

/* Hands all to `complete`, some at a time, and frees them. */
enum { STS__KAFKA_WRITTEN_AT_ONCE = 64 };
void sts__kafka_written_finish(sts__kafka_written *written, sts__kafka_records *records,
                               void (*complete)(void *user, const sts__kafka_written_record *items, size_t count),
                               void *user);

void sts__kafka_written_clear(sts__kafka_written *written, const sts__memory *memory);

#endif
