/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/written.h"

#include <stdlib.h>

enum { AT_FIRST = 1024 };

bool sts__kafka_written_add(sts__kafka_written *written, const sts__memory *memory, sts__kafka_record *record,
                            int32_t partition, int64_t offset) {
    if (written->count == written->capacity) {
        size_t capacity = written->capacity ? 2 * written->capacity : AT_FIRST;
        sts__kafka_written_record *items = sts__memory_resize(memory, written->items, capacity * sizeof *items);
        if (!items)
            return false;
        written->items = items;
        written->capacity = capacity;
    }
    written->items[written->count++] = (sts__kafka_written_record){record, offset, partition};
    return true;
}

/* The records of some items; how many. */
static size_t gather(const sts__kafka_written *written, size_t from,
                     sts__kafka_record *records[STS__KAFKA_WRITTEN_AT_ONCE]) {
    size_t count = 0;
    for (; count < STS__KAFKA_WRITTEN_AT_ONCE && from + count < written->count; count++)
        records[count] = written->items[from + count].record;
    return count;
}

void sts__kafka_written_take_out(sts__kafka_written *written, sts__kafka_records *records) {
    sts__kafka_record *out[STS__KAFKA_WRITTEN_AT_ONCE];
    while (written->out < written->count) {
        size_t count = gather(written, written->out, out);
        sts__kafka_records_take_out(records, out, count);
        written->out += count;
    }
}

/* The parts of one message have one number, and are in one partition. */
static int by_place(const void *a, const void *b) {
    const sts__kafka_written_record *one = a;
    const sts__kafka_written_record *other = b;
    if (one->record->number != other->record->number)
        return one->record->number < other->record->number ? -1 : 1;
    return one->offset < other->offset ? -1 : one->offset > other->offset;
}

void sts__kafka_written_put_back(sts__kafka_written *written, sts__kafka_records *records) {
    sts__kafka_record *back[STS__KAFKA_WRITTEN_AT_ONCE];
    sts__kafka_record *behind = NULL;
    sts__kafka_written_take_out(written, records);
    if (written->count)
        qsort(written->items, written->count, sizeof *written->items, by_place);
    for (size_t at = 0; at < written->count;) {
        size_t count = gather(written, at, back);
        behind = sts__kafka_records_put_back(records, behind, back, count);
        at += count;
    }
    written->count = written->out = 0;
}

void sts__kafka_written_finish(sts__kafka_written *written, sts__kafka_records *records,
                               void (*complete)(void *user, const sts__kafka_written_record *items, size_t count),
                               void *user) {
    sts__kafka_record *done[STS__KAFKA_WRITTEN_AT_ONCE];
    sts__kafka_written_take_out(written, records);
    for (size_t at = 0; at < written->count;) {
        size_t count = gather(written, at, done);
        complete(user, written->items + at, count);
        sts__kafka_records_free(records, done, count);
        at += count;
    }
    written->count = written->out = 0;
}

void sts__kafka_written_clear(sts__kafka_written *written, const sts__memory *memory) {
    sts__memory_free(memory, written->items);
}
