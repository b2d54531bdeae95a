/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/made_values.h"

enum {
    LEAST_BYTES = 4096, /* a smaller one is copied more cheaply than memory is found for it */
    MOST_UNUSED = 8     /* such a part of a value at most is not used of its memory, which nobody counts */
};

struct sts__made_value {
    sts__taken taken;
    const sts__memory *memory;
    sts__made_value *before;
    size_t capacity;
    char bytes[];
};

static void end(sts__taken *taken) {
    sts__made_value *value = (sts__made_value *)taken;
    sts__memory_free(value->memory, value);
}

static void *make(sts__value_room *room, size_t size) {
    sts__made_values *values = (sts__made_values *)room;
    if (size < LEAST_BYTES || size > SIZE_MAX - sizeof(sts__made_value))
        return NULL;
    sts__made_value *value = sts__memory_resize(values->memory, NULL, sizeof *value + size);
    if (!value)
        return NULL;
    *value = (sts__made_value){
        .taken = {.references = 1, .end = end}, .memory = values->memory, .before = values->last, .capacity = size};
    values->last = value;
    return value->bytes;
}

void sts__made_values_init(sts__made_values *values, const sts__memory *memory) {
    *values = (sts__made_values){.room = {make}, .memory = memory};
}

void sts__made_values_hand_over(const sts__made_values *values, sts_message *message) {
    sts__made_value *last = values->last;
    const size_t size = message->value.size;
    message->taken = NULL;
    if (!last || !sts__memory_lies_in(message->value, (sts_bytes){last->bytes, last->capacity}) ||
        last->capacity > size + size / MOST_UNUSED)
        return;
    last->taken.bytes = message->value;
    message->taken = &last->taken;
}

void sts__made_values_drop(sts__made_values *values) {
    while (values->last) {
        sts__made_value *value = values->last;
        values->last = value->before;
        sts__taken_drop(&value->taken, 1);
    }
}
