/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/writer.h"

enum { FIRST_CAPACITY = 4096 };

void sts__wire_writer_init(sts__wire_writer *writer, const sts__memory *memory) {
    memset(writer, 0, sizeof *writer);
    writer->memory = memory;
}

void sts__wire_writer_clear(sts__wire_writer *writer) {
    sts__memory_free(writer->memory, writer->buffer);
    sts__wire_writer_init(writer, writer->memory);
}

bool sts__wire_writer_grow(sts__wire_writer *writer, size_t size) {
    size_t written = sts__wire_written(writer);
    size_t capacity = writer->capacity ? writer->capacity : FIRST_CAPACITY;
    while (capacity - written < size && capacity <= SIZE_MAX / 4)
        capacity *= 2;
    uint8_t *buffer =
        writer->failed || capacity - written < size ? NULL : writer->memory->allocate(capacity, writer->memory->user);
    if (!buffer) {
        writer->failed = true;
        return false;
    }
    if (written)
        memcpy(buffer + capacity - written, writer->at, written);
    sts__memory_free(writer->memory, writer->buffer);
    writer->buffer = buffer;
    writer->capacity = capacity;
    writer->at = buffer + capacity - written;
    return true;
}
