/* SPDX-License-Identifier: Apache-2.0
 *
 * A growing text: NUL-terminated at all times, bounded, and quiet about running out of memory until it is asked. */
#ifndef STS_BASE_TEXT_H
#define STS_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <stskafka/types.h>

#include "base/memory.h"

typedef struct sts__text {
    const sts__memory *memory;
    char *data; /* NULL while empty; use sts__text_get */
    size_t size;
    size_t capacity;
    bool failed; /* an append found no memory, or would have gone over 1 GiB; the text is as it was before it */
} sts__text;

void sts__text_init(sts__text *text, const sts__memory *memory);
void sts__text_clear(sts__text *text);

/* The text, never NULL. */
const char *sts__text_get(const sts__text *text);

void sts__text_append(sts__text *text, const char *data, size_t size);
void sts__text_printf(sts__text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Goes through a list with commas between its parts, and blanks around them, which are left out. `*rest` is the list at
 * first. False at the end. */
bool sts__list_next(const char **rest, sts_bytes *part);

/* How much of a name an error may repeat: what comes behind a colon, a blank and their like is a value, as in
 * "password:secret", and may be a secret. STS__NAME goes with "%.*s%s". */
size_t sts__name_size(const char *name);

#define STS__NAME(name) (int)sts__name_size(name), (name), (name)[sts__name_size(name)] ? "..." : ""

#endif
