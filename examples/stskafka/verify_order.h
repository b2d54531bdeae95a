/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether the records of a key follow each other by a value that they carry: a header, or what a spec reads of their
 * OTLP value. Numbers go by size, other texts byte by byte.
 *
 * The last value of each key is kept in a table of a fixed size (8 MiB). Where more keys come than it has places, one
 * takes the place of another, whose next record then is compared with nothing, and counted as that: no fault is found
 * that is none, but some may be missed. */
#ifndef VERIFY_ORDER_H
#define VERIFY_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/types.h>

#include "verify_faults.h"

struct verify_order {
    struct order_slot *slots;
    uint64_t compared;
    uint64_t missing; /* without the value */
    uint64_t evicted; /* keys that lost their place */
    uint64_t violations;
};

void order_init(struct verify_order *order);
void order_free(struct verify_order *order);

/* The next record, the key_hash of its key, and the value that it carries; `data` NULL: it has none. */
void order_add(struct verify_order *order, const rd_kafka_message_t *message, uint64_t hash, sts_bytes value,
               struct verify_faults *faults);

#endif
