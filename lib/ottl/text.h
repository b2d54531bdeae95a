/* SPDX-License-Identifier: Apache-2.0
 *
 * Values as text, in the two ways that the collector has: pdata's AsString, and OTTL's own conversion, which String and
 * Concat use. They differ: lib/key/README.md has the table. */
#ifndef STS_OTTL_TEXT_H
#define STS_OTTL_TEXT_H

#include "base/arena.h"
#include "ottl/value.h"

/* A text that grows in an arena. */
typedef struct sts__ottl_text {
    sts__arena *arena;
    char *data;
    size_t size;
    size_t capacity;
    bool failed; /* out of memory */
} sts__ottl_text;

/* Makes room for `size` bytes behind what was added; false when there is no memory. */
bool sts__ottl_text_reserve(sts__ottl_text *text, size_t size);

void sts__ottl_text_add(sts__ottl_text *text, const void *data, size_t size);
void sts__ottl_text_add_string(sts__ottl_text *text, const char *string);

/* A JSON string; `escapes` as in json/escape.h. */
void sts__ottl_text_add_json(sts__ottl_text *text, sts_bytes string, unsigned escapes);

/* Padded standard base64 (RFC 4648, section 4). */
void sts__ottl_text_add_base64(sts__ottl_text *text, sts_bytes bytes);

/* What was added; empty (not NULL) when nothing was. */
sts_bytes sts__ottl_text_bytes(const sts__ottl_text *text);

typedef enum sts__ottl_text_form {
    STS__OTTL_PDATA, /* pcommon.Value.AsString of pdata 1.58 and later */
    STS__OTTL_OWN,   /* OTTL's "string like" conversion; nil is not converted */
    STS__OTTL_GO     /* of JSON alone: as encoding/json writes the value that pdata's AsRaw is */
} sts__ottl_text_form;

typedef enum sts__ottl_text_result {
    STS__OTTL_TEXT_OK,
    STS__OTTL_TEXT_NOT_FINITE, /* OTTL has no text for a NaN or an infinity */
    STS__OTTL_TEXT_NO_MEMORY
} sts__ottl_text_result;

/* The text of a value that is not nil (of an empty AnyValue, for pdata, the empty text). It lies in the arena, or where
 * the value does. */
sts__ottl_text_result sts__ottl_text_of(const sts__ottl_value *value, sts__ottl_text_form form, sts__arena *arena,
                                        sts_bytes *text);

/* Two lower-case digits a byte. */
void sts__ottl_hex(sts_bytes bytes, char *hex);

#endif
