/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands for a text between the quotes of a JSON string (RFC 8259, section 7), in the ways of those who are
 * compared with byte for byte. All of them write U+FFFD for a byte that is not UTF-8. */
#ifndef STS_JSON_ESCAPE_H
#define STS_JSON_ESCAPE_H

#include <stdint.h>

#include <stskafka/types.h>

/* What has an escape beside quotes, backslashes and control characters. */
enum {
    STS__JSON_SHORT = 1,      /* \b and \f by these names; \n, \r and \t always have theirs */
    STS__JSON_SEPARATORS = 2, /* U+2028 and U+2029, which end lines in JavaScript */
    STS__JSON_HTML = 4,       /* <, > and & */
    STS__JSON_REPLACED = 8,   /* U+FFFD, where it stands for what is not UTF-8; else it is written as it is */
    STS__JSON_GO = 15         /* all of it: Go's encoding/json */
};

enum { STS__JSON_ESCAPE = 6 };

/* How many bytes of the text stand for themselves, up to the first that does not. */
size_t sts__json_plain_size(sts_bytes text, unsigned escapes);

/* Writes what stands for the character that the text, which is not empty, begins with, and returns how many bytes that
 * has in the text. `*size` is what was written; 0 where it stands for itself. */
size_t sts__json_escape(sts_bytes text, unsigned escapes, char out[STS__JSON_ESCAPE], size_t *size);

#endif
