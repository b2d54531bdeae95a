/* SPDX-License-Identifier: Apache-2.0
 *
 * The words of a JSON text (RFC 8259), one after the other, as the collector's reader takes them (json.h): where a string
 * ends, what it says, what a value is that nobody wants.
 *
 * What is wrong is told by `wrong`, a constant text, and `at` is where it is; nothing is read on then. */
#ifndef STS_INTAKE_TEXT_H
#define STS_INTAKE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include <stskafka/types.h>

typedef struct sts__intake_text {
    const uint8_t *start;
    const uint8_t *at;
    const uint8_t *end;
    const char *wrong; /* NULL while all is well */
    bool too_deep;     /* that is what is wrong */
} sts__intake_text;

/* What is between a string's quotes. */
typedef struct sts__intake_string {
    const uint8_t *data;
    size_t size;
    bool escaped; /* there is a backslash in it */
} sts__intake_string;

static inline bool sts__intake_wrong(sts__intake_text *text, const uint8_t *at, const char *wrong) {
    text->at = at;
    text->wrong = wrong;
    return false;
}

/* The next byte that is no white space; 0 at the end, where no byte 0 is anything either. */
static inline uint8_t sts__intake_peek(sts__intake_text *text) {
    while (text->at < text->end && (*text->at == ' ' || *text->at == '\n' || *text->at == '\r' || *text->at == '\t'))
        text->at++;
    return text->at < text->end ? *text->at : 0;
}

/* Goes past a string that begins here. With `raw`, control characters may stand in it anywhere: as the collector reads
 * ids and base64; else only behind an escape. */
bool sts__intake_take_string(sts__intake_text *text, bool raw, sts__intake_string *string);

/* Writes what a string with escapes says to `out`, which has room for as many bytes as it has in the text and is at
 * `*size` behind what was written. */
bool sts__intake_unescape(sts__intake_text *text, const sts__intake_string *string, uint8_t *out, size_t *size);

/* Goes past null, true or false, all of it. */
bool sts__intake_take_word(sts__intake_text *text, const char *word);

/* Goes past a number that begins here. */
bool sts__intake_take_number(sts__intake_text *text, sts_bytes *number);

/* Goes past any value. */
bool sts__intake_skip(sts__intake_text *text);

#endif
