/* SPDX-License-Identifier: Apache-2.0
 *
 * What tells an item from others, whatever its signal: its ids, its flags, its times. Headers and a record's timestamp
 * are made of it. The schema's names decide: a signal whose items have none of a field has nothing there. */
#ifndef STS_ENCODE_ITEM_IDENTITY_H
#define STS_ENCODE_ITEM_IDENTITY_H

#include <stskafka/types.h>

#include "signal/signal.h"

/* Numbers of an item's fields; 0: it has none of that name. */
typedef struct sts__item_identity_fields {
    uint32_t trace_id;
    uint32_t span_id;
    uint32_t trace_state;
    uint32_t flags;
    uint32_t time; /* time_unix_nano, or start_time_unix_nano */
    uint32_t observed_time;
} sts__item_identity_fields;

typedef struct sts__item_identity {
    sts_bytes trace_id; /* size 0 where there is none, also where it is all zeros */
    sts_bytes span_id;
    sts_bytes trace_state;
    uint32_t flags;
    uint64_t time; /* ns since 1970; 0 where it is not known */
    uint64_t observed_time;
} sts__item_identity;

/* Of a signal's items. */
sts__item_identity_fields sts__item_identity_fields_of(const sts__signal *signal);

/* Of an item whose bytes were checked. */
sts__item_identity sts__item_identity_of(const sts__item_identity_fields *fields, sts_bytes item);

/* The id, or nothing where all of it is zero, which OTLP means by that. */
sts_bytes sts__id_unless_zero(sts_bytes id);

#endif
