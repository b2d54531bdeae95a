/* SPDX-License-Identifier: Apache-2.0
 *
 * The items of an OTLP request (log records, spans, metrics), one after the other, as views over the request, which has
 * the same bytes as LogsData, TracesData and MetricsData. Of profiles the one item is the request, whatever it holds.
 * No memory is taken, however large the request is.
 *
 * Fields are taken in any order: Google's runtimes write them ascending, the collector's pdata descending, so that
 * items come before their scope and scopes before their resource. */
#ifndef STS_SIGNAL_ITEM_H
#define STS_SIGNAL_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "otlp/fields.h"
#include "otlp/value.h"
#include "signal/signal.h"
#include "wire/reader.h"

/* How many attributes of an item are remembered where they stand, and fields below which number; the ones beyond are
 * searched for. */
enum { STS__ITEM_ATTRIBUTES = 16, STS__ITEM_FIELDS = 32 };

/* What items are in: a group by resource (ResourceLogs, ...) or by scope (ScopeLogs, ...). */
typedef struct sts__item_group {
    uint64_t number; /* of its kind in the request, from 1: differs from that of every other */
    sts_bytes bytes;
} sts__item_group;

/* Where an item stands: what is enough to read it again, or to write it elsewhere. */
typedef struct sts__item_place {
    uint64_t index; /* in the request, from 0 */
    sts_bytes bytes;
    sts__item_group resource_group;
    sts__item_group scope_group;
} sts__item_place;

typedef struct sts__item {
    uint64_t index; /* this and what follows, up to the scope's group, as its place has it */
    sts_bytes bytes;
    sts__item_group resource_group;
    sts__item_group scope_group;
    uint32_t seen;                              /* its fields but the attributes: a bit a number */
    const uint8_t *fields[STS__ITEM_FIELDS];    /* where they stand: of several of a number the last one */
    sts_bytes attributes[STS__ITEM_ATTRIBUTES]; /* encoded KeyValue */
    uint32_t attribute_count;
    const uint8_t *attributes_rest; /* where those not remembered begin; NULL if there are none */
    uint32_t attributes_field;      /* their number, then */
} sts__item;

typedef struct sts__item_cursor {
    const sts__signal *signal;
    sts__wire_reader request;
    sts__wire_reader resource_group;
    sts__wire_reader scope_group;
    uint64_t scope_groups_field; /* its number in this group */
    sts__item_group in_resource_group;
    sts__item_group in_scope_group;
    uint64_t next_index;
} sts__item_cursor;

/* Whether the bytes are a request of that signal: everything below relies on it. Of one that passes through whole its
 * outermost fields are looked at. */
sts_status sts__items_check(const sts__signal *signal, sts_bytes request, sts__fault *fault);

/* Starts before the first item of a request that was checked. */
void sts__items_begin(sts__item_cursor *cursor, const sts__signal *signal, sts_bytes request);

/* Goes on to the next item; false at the end. */
bool sts__items_next(sts__item_cursor *cursor, sts__item *item);

/* The same in two steps, for who may want no more of an item than its place: only that is filled in by the first. */
bool sts__items_step(sts__item_cursor *cursor, sts__item *item);
void sts__item_read_fields(const sts__signal *signal, sts__item *item);

/* The item as a place; and the item at a place. */
static inline sts__item_place sts__item_place_of(const sts__item *item) {
    return (sts__item_place){item->index, item->bytes, item->resource_group, item->scope_group};
}
void sts__item_read(const sts__signal *signal, const sts__item_place *place, sts__item *item);

/* As sts__item_field, of one that is not remembered (item.c). */
bool sts__item_far_field(const sts__item *item, uint32_t number, sts__wire_field *field);

/* The item's field of that number; of several the last (protobuf.dev, "Last One Wins"). False if there is none. */
static inline bool sts__item_field(const sts__item *item, uint32_t number, sts__wire_field *field) {
    if (number >= STS__ITEM_FIELDS)
        return sts__item_far_field(item, number, field);
    if (!(item->seen >> number & 1))
        return false;
    sts__wire_reader reader = {item->fields[number], (const uint8_t *)item->bytes.data + item->bytes.size, NULL};
    return sts__wire_next(&reader, field);
}

/* The bytes of one that has a length. */
static inline bool sts__item_bytes(const sts__item *item, uint32_t number, sts_bytes *bytes) {
    const uint8_t *end = (const uint8_t *)item->bytes.data + item->bytes.size;
    sts__wire_field field;
    if (number < 16 && item->seen >> number & 1 && sts__wire_short_length(item->fields[number] + 1, end, bytes))
        return true; /* as nearly all are */
    if (!sts__item_field(item, number, &field))
        return false;
    *bytes = field.bytes;
    return true;
}

/* A log record's body. */
sts__value sts__item_body(const sts__item *item);

/* The item's attribute of that name; of several the first. False if there is none. */
bool sts__item_attribute(const sts__item *item, const char *name, size_t name_size, sts__value *value);

#endif
