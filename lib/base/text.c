/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_TEXT = 1 << 30, MAX_NAME = 100 };

void sts__text_init(sts__text *text, const sts__memory *memory) {
    memset(text, 0, sizeof *text);
    text->memory = memory;
}

void sts__text_clear(sts__text *text) {
    sts__memory_free(text->memory, text->data);
    sts__text_init(text, text->memory);
}

const char *sts__text_get(const sts__text *text) {
    return text->data ? text->data : "";
}

/* Makes room for `more` bytes and a NUL. */
static bool reserve(sts__text *text, size_t more) {
    if (more > MAX_TEXT || text->size > MAX_TEXT - more) {
        text->failed = true;
        return false;
    }
    size_t needed = text->size + more + 1;
    if (needed <= text->capacity)
        return true;
    size_t capacity = text->capacity ? text->capacity : 64;
    while (capacity < needed)
        capacity *= 2;
    char *data = sts__memory_resize(text->memory, text->data, capacity);
    if (!data) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

void sts__text_append(sts__text *text, const char *data, size_t size) {
    if (!reserve(text, size))
        return;
    if (size)
        memcpy(text->data + text->size, data, size);
    text->size += size;
    text->data[text->size] = '\0';
}

void sts__text_printf(sts__text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0 || !reserve(text, (size_t)size))
        return;
    va_start(arguments, format);
    vsnprintf(text->data + text->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    text->size += (size_t)size;
}

bool sts__list_next(const char **rest, sts_bytes *part) {
    const char *at = *rest + strspn(*rest, " \t");
    if (!*at)
        return false;
    size_t size = strcspn(at, ",");
    *rest = at + size + (at[size] == ',');
    while (size && (at[size - 1] == ' ' || at[size - 1] == '\t'))
        size--;
    part->data = at;
    part->size = size;
    return true;
}

size_t sts__name_size(const char *name) {
    size_t size = strcspn(name, ":=@\"' \t\r\n");
    return size < MAX_NAME ? size : MAX_NAME;
}
